import { describe, expect, it } from "vitest";

import { cellOf, copyText, excerptOf, idText, lineOf, titleOf, valueText } from "./display";
import { array, leaf, object, typed, view } from "./testing";

const id = leaf("_id", "objectId", "6b04782198f1704cc2ad04a7");

describe("a value in a cell", () => {
  it("shows the end of an ObjectId", () => {
    expect(cellOf(id).text).toBe("…c2ad04a7");
  });

  it("shows every digit of a number", () => {
    expect(cellOf(leaf("a", "long", "9007199254740993")).text).toBe("9007199254740993");
  });

  it("puts quotes only around what would not be seen", () => {
    expect(cellOf(leaf("a", "string", "gear")).text).toBe("gear");
    expect(cellOf(leaf("a", "string", "")).text).toBe('""');
    expect(cellOf(leaf("a", "string", " x")).text).toBe('" x"');
  });

  it("stays on one line", () => {
    expect(cellOf(leaf("a", "string", "a\nb\tc\r\nd")).text).toBe("a⏎b⇥c⏎d");
  });

  it("tells when there is more of it", () => {
    expect(cellOf(leaf("a", "string", "begin\n", { cut: true })).text).toBe("begin⏎");
    expect(cellOf(leaf("a", "string", "begin", { cut: true }))).toEqual({ text: "begin", more: true });
  });

  it("says null, and how much a container holds", () => {
    expect(cellOf(leaf("a", "null", "")).text).toBe("null");
    expect(cellOf(array("a", [leaf("", "int", "1")], 30)).text).toBe("[ 30 ]");
    expect(cellOf(object("a", [leaf("w", "int", "1"), leaf("h", "int", "1")])).text).toBe("{ w, h }");
    expect(cellOf(object("a", [leaf("w", "int", "1")], 9)).text).toBe("{ w, … }");
  });
});

describe("a value on a line", () => {
  it("is whole, and in quotes when it is text", () => {
    expect(lineOf(id).text).toBe("6b04782198f1704cc2ad04a7");
    expect(lineOf(leaf("a", "string", "x")).text).toBe('"x"');
    expect(lineOf(leaf("a", "string", "x", { cut: true }))).toEqual({ text: '"x', more: true });
    expect(valueText(typed("null", ""))).toBe("null");
  });

  it("is copied exactly as it is", () => {
    expect(copyText(typed("string", " a\n"))).toBe(" a\n");
    expect(copyText(typed("date", "2024-02-04T07:16:09.000Z"))).toBe("2024-02-04T07:16:09.000Z");
    expect(copyText(typed("null", ""))).toBe("null");
  });
});

describe("a document", () => {
  const document = view([
    id,
    leaf("price", "double", "1.5"),
    leaf("name", "string", "gear"),
    array("tags", []),
  ]);

  it("is called by its first text, else by its id", () => {
    expect(titleOf(document)).toBe("gear");
    expect(titleOf(view([id]))).toBe(id.text);
    expect(titleOf(view([]))).toBeNull();
    expect(idText(document)).toBe(id.text);
  });

  it("is recognised by its first plain values", () => {
    expect(excerptOf(document).map(({ name }) => name)).toEqual(["price", "name"]);
  });
});
