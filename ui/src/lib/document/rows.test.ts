import { describe, expect, it } from "vitest";

import { notAmong, projectedAs, rowOf } from "./rows";
import { leaf, view } from "./testing";

describe("the rows", () => {
  it("take a document that comes again only once", () => {
    const [one, two] = [view([], { id: "1" }), view([], { id: "2" })];
    expect(notAmong([one], [one, two])).toEqual([two]);
  });

  it("keep every document without an id, as under a projection that leaves it out", () => {
    const nameless = view([], { id: null });
    expect(notAmong([nameless], [nameless, nameless])).toHaveLength(2);
  });

  it("keep a document of a view that has the _id of another", () => {
    const [one, two] = [view([], { id: "x.0.h" }), view([], { id: "x.1.h" })];
    expect(notAmong([one], [one, two])).toEqual([two]);
  });

  it("show of a document what the projection shows", () => {
    const row = view([leaf("a", "int", "1")]);
    const whole = view([leaf("a", "int", "2"), leaf("b", "int", "3")], { etag: "new" });
    expect(projectedAs(row, whole)).toMatchObject({ etag: "new", fields: [{ name: "a", text: "2" }] });
  });
});

describe("a document that was chosen", () => {
  const among = (id: string | null, ...ids: (string | null)[]) =>
    rowOf(
      ids.map((each) => view([], { id: each })),
      id,
    );

  it("is found by its id", () => {
    expect(among("b", "a", "b", "c")).toBe(1);
    expect(among("x.1.h", "x.0.h", "x.1.h")).toBe(1);
    expect(among("b", "a", "c")).toBe(-1);
    expect(among(null, null)).toBe(-1);
  });

  it("is found by its hash where others have come before it", () => {
    expect(among("x.1.h", "new.0.n", "x.1.other", "x.2.h", "y.3.h")).toBe(2);
  });

  it("is found by its _id alone where it has changed, if only one has that", () => {
    expect(among("x.1.h", "new.0.n", "y.1.h", "x.2.changed")).toBe(2);
    expect(among("x.1.h", "x.0.one", "x.2.another")).toBe(-1);
  });

  it("is not guessed at under a projection, where the hash is not known", () => {
    expect(among("x.1.", "x.2.", "x.3.")).toBe(-1);
    expect(among("x.1.", "y.1.", "x.2.")).toBe(1);
  });
});
