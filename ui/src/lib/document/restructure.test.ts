import { describe, expect, it } from "vitest";

import { freeName, restructuring } from "./restructure";
import { array, leaf, object, path, view } from "./testing";

const document = view([
  leaf("_id", "int", "1"),
  leaf("a", "int", "1"),
  object("o", [leaf("x", "int", "1")]),
  array("l", [leaf("", "int", "1"), leaf("", "int", "2")]),
]);

describe("what can be done to a field", () => {
  it("is nothing to _id, and no field gets before it", () => {
    expect(restructuring(document, path([0, "_id"])).remove).toBeNull();
    expect(restructuring(document, path([1, "a"])).moveUp).toBeNull();
    expect(restructuring(document, path([2, "o"])).moveUp).toMatchObject({ index: 1 });
    expect(restructuring(document, path([3, "l"])).moveDown).toBeNull();
  });

  it("is naming for a field, and not for an element", () => {
    expect(restructuring(document, path([2, "o"], [0, "x"])).rename).toBe(true);
    const element = restructuring(document, path([3, "l"], [0, "0"]));
    expect([element.rename, element.moveDown]).toMatchObject([false, { kind: "move", index: 1 }]);
  });

  it("is adding inside of an object or an array", () => {
    expect(restructuring(document, path([2, "o"])).addInside).toBe(true);
    expect(restructuring(document, path([1, "a"])).addInside).toBe(false);
  });

  it("gives a duplicate a name that nobody has", () => {
    expect(restructuring(document, path([1, "a"])).duplicate).toMatchObject({ name: "a2" });
    expect(freeName([leaf("a", "int", "1"), leaf("a2", "int", "1")], "a")).toBe("a3");
  });
});
