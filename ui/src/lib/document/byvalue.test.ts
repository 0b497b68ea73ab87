import { describe, expect, it } from "vitest";

import { filterField } from "./byvalue";
import { array, leaf, object, path } from "./testing";

describe("the field that finds a value", () => {
  it("is its names, without the positions in arrays", () => {
    const fields = [
      leaf("_id", "objectId", "696298d165744c6162000040"),
      object("dims", [leaf("width", "double", "1.5")]),
      array("tags", [leaf("", "string", "wool")]),
      array("lines", [object("", [leaf("sku", "int", "7")])]),
      array("grid", [array("", [leaf("", "int", "1")])]),
    ];
    const field = (...steps: [number, string][]) => filterField(fields, path(...steps));
    expect(field([0, "_id"])).toEqual({ field: "_id" });
    expect(field([1, "dims"], [0, "width"])).toEqual({ field: "dims.width" });
    expect(field([2, "tags"], [0, "0"])).toEqual({ field: "tags" });
    expect(field([3, "lines"], [0, "0"], [0, "sku"])).toEqual({ field: "lines.sku" });
    expect(field([4, "grid"], [0, "0"], [0, "0"])).toEqual({ field: "grid.0" });
    expect(field([1, "gone"])).toBeNull();
    expect(filterField(fields, [])).toBeNull();
  });

  it.each([
    [object("a", []), "container"],
    [leaf("a", "string", "x", { damaged: true }), "damaged"],
    [leaf("a", "string", "x", { cut: true }), "cut"],
    [leaf("a.b", "int", "1"), "name"],
    [leaf("$a", "int", "1"), "name"],
    [leaf("", "int", "1"), "name"],
  ])("is none for %j", (node, reason) => {
    expect(filterField([node], path([0, node.name]))).toEqual({ reason });
  });
});
