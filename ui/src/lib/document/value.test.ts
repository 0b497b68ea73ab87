import { describe, expect, it } from "vitest";

import type { SingleKind } from "./kind";
import { typed } from "./testing";
import { SINGLE_KINDS } from "./kind";
import { blankText, type Mistake, parseValue, type Part, roundedDouble, sameValue } from "./value";

function text(kind: SingleKind, input: string): string | null {
  const parsed = parseValue(kind, input);
  return "value" in parsed ? parsed.value.text : null;
}

function mistake(kind: SingleKind, input: string): Mistake | null {
  const parsed = parseValue(kind, input);
  return "mistake" in parsed ? parsed.mistake : null;
}

function wrongPart(kind: SingleKind, input: string): Part | null {
  const parsed = parseValue(kind, input);
  return ("mistake" in parsed && parsed.part) || null;
}

describe("whole numbers", () => {
  it("keep every digit of 64 bits", () => {
    expect(text("long", "9223372036854775807")).toBe("9223372036854775807");
    expect(text("long", "-9223372036854775808")).toBe("-9223372036854775808");
    expect(text("long", "9007199254740993")).toBe("9007199254740993");
  });

  it("lose a plus sign, spaces and leading zeros", () => {
    expect(text("int", " +007 ")).toBe("7");
    expect(text("int", "-0")).toBe("0");
  });

  it("say which range they have", () => {
    expect(mistake("int", "2147483648")).toEqual({
      is: "outOfRange",
      least: "-2147483648",
      most: "2147483647",
    });
    expect(mistake("long", "9223372036854775808")?.is).toBe("outOfRange");
  });

  it.each(["", "1.0", "1e3", "0x10", "1_000", "twelve", "--1"])("refuse %j", (input) => {
    expect(mistake("int", input)).toEqual({ is: "notWhole" });
    expect(mistake("long", input)).toEqual({ is: "notWhole" });
  });
});

describe("doubles", () => {
  it.each(["94.50", "-0.0", ".5", "1.", "6.02e23", "NaN", "-Infinity", "NaN(0x7ff8000000000001)"])(
    "keep %j as typed",
    (input) => expect(text("double", input)).toBe(input),
  );

  it.each(["", ".", "1,5", "1e", "nan", "0x1p3", "1 2"])("refuse %j", (input) => {
    expect(mistake("double", input)).toEqual({ is: "notANumber" });
  });

  it("refuse what would become infinite", () => {
    expect(mistake("double", "1e309")).toEqual({ is: "tooLarge" });
  });
});

describe("decimals", () => {
  it("keep 34 digits and their zeros", () => {
    const digits = "1234567890123456789012345678901234";
    expect(text("decimal", digits)).toBe(digits);
    expect(text("decimal", "1.10")).toBe("1.10");
    expect(mistake("decimal", `${digits}5`)).toEqual({ is: "tooManyDigits", most: 34 });
  });

  it("take zeros at the end for an exponent", () => {
    expect(text("decimal", `1${"0".repeat(40)}`)).not.toBeNull();
  });

  it("end at an exponent of 6144", () => {
    expect(text("decimal", "9.99E+6144")).toBe("9.99E+6144");
    expect(mistake("decimal", "1E+6145")).toEqual({ is: "tooLarge" });
    expect(text("decimal", "1E-6176")).toBe("1E-6176");
    expect(mistake("decimal", "1E-6177")).toEqual({ is: "tooLarge" });
  });
});

describe("other types", () => {
  it("take 24 hex digits as an ObjectId, in lower case", () => {
    expect(text("objectId", " 6B04782198F1704CC2AD04A7 ")).toBe("6b04782198f1704cc2ad04a7");
    expect(mistake("objectId", "6b04")).toEqual({ is: "notObjectId", length: 4 });
    expect(mistake("objectId", "z".repeat(24))).toEqual({ is: "notObjectId", length: 24 });
  });

  it("take exactly true and false", () => {
    expect(text("bool", "true")).toBe("true");
    expect(mistake("bool", "yes")).toEqual({ is: "notBool" });
  });

  it("write a date with milliseconds in UTC", () => {
    expect(text("date", "2024-02-04")).toBe("2024-02-04T00:00:00.000Z");
    expect(mistake("date", "2024-02-30")).toEqual({ is: "date", mistake: "noSuchDay" });
  });

  it("keep a string as it is, spaces and line ends included", () => {
    expect(text("string", " a\n\tb ")).toBe(" a\n\tb ");
    expect(text("string", "🦫")).toBe("🦫");
  });

  it("refuse half a character, which UTF-8 cannot hold", () => {
    expect(mistake("string", "a\ud83e")).toEqual({ is: "notText" });
    expect(mistake("string", "\udd8a!")).toEqual({ is: "notText" });
  });

  it("have one text where there is one value", () => {
    expect(text("null", "anything")).toBe("");
    expect(text("minKey", "anything")).toBe("minKey");
    expect(text("maxKey", "")).toBe("maxKey");
    expect(text("undefined", "")).toBe("undefined");
  });

  it("keep code and symbols as they are", () => {
    expect(text("javascript", "function () {\n}")).toBe("function () {\n}");
    expect(text("symbol", " s ")).toBe(" s ");
    expect(mistake("javascript", "\ud83e")).toEqual({ is: "notText" });
  });

  it("begin with a text that is a value, or is the beginning of one", () => {
    for (const kind of SINGLE_KINDS) expect(parseValue(kind, blankText(kind))).toBeTruthy();
    expect(text("binData", blankText("binData"))).toBe('BinData(0, "")');
    expect(text("regex", blankText("regex"))).toBe("//");
    expect(text("javascriptWithScope", blankText("javascriptWithScope"))).toBe('Code("", {})');
  });
});

const UUID = "00112233-4455-6677-8899-aabbccddeeff";

describe("binaries", () => {
  it.each([
    ['BinData(128, "YWJj")', 'BinData(128, "YWJj")'],
    [' BinData( 4 , "ABEiM0RVZneImaq7zN3u/w" ) ', UUID],
    ['HexData(2, "616263")', 'BinData(2, "YWJj")'],
    ['BinData(0, "YWI")', 'BinData(0, "YWI=")'],
    ['BinData(0, "Y W\nI=")', 'BinData(0, "YWI=")'],
    ['BinData(007, "")', 'BinData(7, "")'],
    [UUID.toUpperCase(), UUID],
    [`UUID("${UUID}")`, UUID],
    ['UUID("00112233445566778899aabbccddeeff")', UUID],
    ['BinData(4, "YWJj")', 'BinData(4, "YWJj")'],
  ])("are read from %j", (input, expected) => expect(text("binData", input)).toBe(expected));

  it.each([
    ['BinData(256, "")', "outOfRange", "subtype"],
    ['BinData(-1, "")', "outOfRange", "subtype"],
    ['BinData(, "")', "outOfRange", "subtype"],
    ['BinData(0, "Y")', "notBase64", "data"],
    ['BinData(0, "YWK")', "notBase64", "data"],
    ['BinData(0, "YR==")', "notBase64", "data"],
    ['BinData(0, "YWJj=")', "notBase64", "data"],
    ['BinData(0, "é")', "notBase64", "data"],
    ['HexData(0, "abc")', "notHex", "data"],
    ["0011", "notUuid", "data"],
    ["", "notUuid", "data"],
  ])("%j is wrong: %s in %s", (input, is, part) => {
    expect([mistake("binData", input)?.is, wrongPart("binData", input)]).toEqual([is, part]);
  });
});

describe("patterns", () => {
  it("keep their slashes and their flags", () => {
    expect(text("regex", "/^a/b\\//mi")).toBe("/^a/b\\//mi");
    expect(text("regex", "//")).toBe("//");
    expect(text("regex", "plain")).toBe("/plain/");
  });

  it("cannot hold what ends a text in BSON", () => {
    expect([mistake("regex", "/a\0/"), wrongPart("regex", "/a\0/")]).toEqual([{ is: "hasNul" }, "pattern"]);
    expect(mistake("regex", "/\ud83e/")).toEqual({ is: "notText" });
  });
});

describe("timestamps", () => {
  it("are seconds and a counter of 32 bits each", () => {
    expect(text("timestamp", " 05 : 4294967295 ")).toBe("5:4294967295");
    expect(text("timestamp", "0:0")).toBe("0:0");
    for (const [input, part] of [
      ["", "seconds"],
      [":1", "seconds"],
      ["-1:1", "seconds"],
      ["4294967296:1", "seconds"],
      ["1", "counter"],
      ["1:2:3", "counter"],
    ]) {
      expect(wrongPart("timestamp", input ?? "")).toBe(part);
    }
  });
});

describe("code with a scope", () => {
  it("keeps its source and its scope", () => {
    const code = 'Code("f(\\"x\\")\\n", {"x":{"$numberLong":"9007199254740993"},"x":1})';
    expect(text("javascriptWithScope", code)).toBe(code);
    expect(text("javascriptWithScope", "f()")).toBe('Code("f()", {})');
  });

  it("has a document as its scope", () => {
    for (const scope of ["", "1", "[]", "{a: 1}", '{"a": 1', "null"]) {
      const input = `Code("f", ${scope})`;
      expect([mistake("javascriptWithScope", input), wrongPart("javascriptWithScope", input)]).toEqual([
        { is: "notScope" },
        "scope",
      ]);
    }
    expect(wrongPart("javascriptWithScope", 'Code("\\ud83e", {})')).toBe("source");
  });
});

describe("references", () => {
  it("are a namespace, which may hold spaces, and an id", () => {
    expect(text("dbPointer", "d. c  6B04782198F1704CC2AD04A7")).toBe("d. c  6b04782198f1704cc2ad04a7");
    expect([mistake("dbPointer", "d.c 6b"), wrongPart("dbPointer", "d.c 6b")]).toEqual([
      { is: "notObjectId", length: 2 },
      "id",
    ]);
    expect(wrongPart("dbPointer", "d.c")).toBe("id");
  });
});

describe("a typed double", () => {
  it("is told where a double does not hold it", () => {
    expect(roundedDouble("0.1234567890123456789")).toBe("0.12345678901234568");
    expect(roundedDouble("9007199254740993")).toBe("9007199254740992");
    expect(roundedDouble("1e-400")).toBe("0");
    for (const held of [
      "0.1",
      "-0.0",
      "1.50",
      "007",
      "6.02e23",
      "1e21",
      "100000000000000000000000",
      ".5",
      "NaN",
    ]) {
      expect(roundedDouble(held)).toBeNull();
    }
  });
});

describe("the same value", () => {
  it("is told by the number for doubles", () => {
    expect(sameValue(typed("double", "98.870"), typed("double", "98.87"))).toBe(true);
    expect(sameValue(typed("double", "-0.0"), typed("double", "0.0"))).toBe(false);
    expect(sameValue(typed("double", "NaN"), typed("double", "NaN(0x7ff8000000000001)"))).toBe(false);
  });

  it("is told by the text for decimals, whose zeros count", () => {
    expect(sameValue(typed("decimal", "1.0"), typed("decimal", "1.00"))).toBe(false);
  });

  it("has the same type", () => {
    expect(sameValue(typed("int", "1"), typed("long", "1"))).toBe(false);
  });
});
