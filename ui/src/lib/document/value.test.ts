import { describe, expect, it } from "vitest";

import type { EditableKind } from "./kind";
import { typed } from "./testing";
import { type Mistake, parseValue, sameValue } from "./value";

function text(kind: EditableKind, input: string): string | null {
  const parsed = parseValue(kind, input);
  return "value" in parsed ? parsed.value.text : null;
}

function mistake(kind: EditableKind, input: string): Mistake | null {
  const parsed = parseValue(kind, input);
  return "mistake" in parsed ? parsed.mistake : null;
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

  it("have no text for null", () => {
    expect(text("null", "anything")).toBe("");
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
