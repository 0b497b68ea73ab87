import { describe, expect, it } from "vitest";

import { asSubtype, binaryParts, binaryText, inForm } from "./binary";
import { createdAt, newObjectId } from "./objectid";
import {
  codeParts,
  codeText,
  pointerParts,
  pointerText,
  regexParts,
  regexText,
  timestampParts,
  timestampText,
  withFlag,
} from "./parts";

const UUID = "00112233-4455-6677-8899-aabbccddeeff";

describe("a text in parts", () => {
  it.each(["1:2", ":0", "1:", "1:2:3"])("is put together as it was: timestamp %j", (text) =>
    expect(timestampText(timestampParts(text))).toBe(text),
  );

  it.each(["/a/i", "//", "/a/b/", "/\n/x", "///i"])("is put together as it was: pattern %j", (text) =>
    expect(regexText(regexParts(text))).toBe(text),
  );

  it.each([
    'Code("", {})',
    'Code("a\\"b\\n", {"x":1})',
    'Code("f", )',
    'Code("f", {"a": ")"})',
    'Code("f",  x)',
  ])("is put together as it was: code %j", (text) => expect(codeText(codeParts(text))).toBe(text));

  it.each(["d.c 6b", " ", "a b c", "d.c "])("is put together as it was: reference %j", (text) =>
    expect(pointerText(pointerParts(text))).toBe(text),
  );

  it.each(['BinData(0, "")', 'BinData(300, "a"b")', 'HexData(, "zz")', "0011-", "", UUID])(
    "is put together as it was: binary %j",
    (text) => expect(binaryText(binaryParts(text))).toBe(text),
  );

  it("takes any text as the part that is typed first", () => {
    expect(regexParts("plain")).toEqual({ pattern: "plain", flags: "" });
    expect(regexParts("/")).toEqual({ pattern: "/", flags: "" });
    expect(codeParts("f()")).toEqual({ source: "f()", scope: "{}" });
    expect(pointerParts("d.c")).toEqual({ namespace: "d.c", id: "" });
    expect(timestampParts("5")).toEqual({ seconds: "5", counter: "" });
    expect(binaryParts("0011")).toEqual({ subtype: "4", form: "uuid", data: "0011" });
  });

  it("keeps a source that is no JSON between its quotes", () => {
    expect(codeParts('Code("a\\q", {})').source).toBe("a\\q");
  });
});

describe("flags of a pattern", () => {
  it("stand in the order that BSON wants once one is chosen", () => {
    expect(withFlag("mi", "s", true)).toBe("ims");
    expect(withFlag("ims", "m", false)).toBe("is");
    expect(withFlag("g", "i", true)).toBe("gi");
    expect(withFlag("i", "i", true)).toBe("i");
  });
});

describe("a binary", () => {
  it("is the same bytes in another form", () => {
    const base64 = binaryParts('BinData(0, "YWJj")');
    expect(inForm(base64, "hex")).toEqual({ subtype: "0", form: "hex", data: "616263" });
    expect(inForm(inForm(base64, "hex"), "base64")).toEqual(base64);
    expect(inForm(base64, "uuid")).toEqual(base64);
    expect(inForm(binaryParts('BinData(0, "Y")'), "hex").data).toBe("Y");
    expect(inForm(binaryParts(UUID), "base64").data).toBe("ABEiM0RVZneImaq7zN3u/w==");
  });

  it("keeps its bytes as another subtype, and is a UUID only as that", () => {
    const old = asSubtype(binaryParts(UUID), "3");
    expect(binaryText(old)).toBe('HexData(3, "00112233445566778899aabbccddeeff")');
    expect(binaryText(asSubtype(old, "4"))).toBe(UUID);
    expect(binaryText(asSubtype(binaryParts('BinData(0, "YWJj")'), "4"))).toBe('BinData(4, "YWJj")');
  });

  it("may be large", () => {
    const data = "AAAA".repeat(100_000);
    expect(inForm({ subtype: "0", form: "hex", data: "00".repeat(300_000) }, "base64").data).toBe(data);
  });
});

describe("an ObjectId", () => {
  it("tells when it was made", () => {
    expect(createdAt("65a000000000000000000001")?.toISOString()).toBe("2024-01-11T14:49:36.000Z");
    expect(createdAt("65a0")).toBeNull();
  });

  it("is new with every call, and made now", () => {
    const id = newObjectId(Date.UTC(2024, 0, 11, 14, 49, 36), Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 255]));
    expect(id).toBe("65a0000000010203040506ff");
    expect(newObjectId()).not.toBe(newObjectId());
    expect(newObjectId()).toMatch(/^[0-9a-f]{24}$/);
  });
});
