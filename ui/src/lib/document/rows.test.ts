import { describe, expect, it } from "vitest";

import { notAmong, projectedAs } from "./rows";
import { leaf, view } from "./testing";

describe("the rows", () => {
  it("take a document that comes again only once", () => {
    const [one, two] = [view([], { id: "1" }), view([], { id: "2" })];
    expect(notAmong([one], [one, two])).toEqual([two]);
  });

  it("keep every document without an id, as those of a view", () => {
    const nameless = view([], { id: null });
    expect(notAmong([nameless], [nameless, nameless])).toHaveLength(2);
  });

  it("show of a document what the projection shows", () => {
    const row = view([leaf("a", "int", "1")]);
    const whole = view([leaf("a", "int", "2"), leaf("b", "int", "3")], { etag: "new" });
    expect(projectedAs(row, whole)).toMatchObject({ etag: "new", fields: [{ name: "a", text: "2" }] });
  });
});
