import { describe, expect, it } from "vitest";

import type { Draft, Node } from "$lib/backend";
import { cellsOf } from "./columns";
import { shownIn } from "./showncell";
import { changed, draft, leaf, path } from "./testing";

function shown(fields: Node[], width = 200, unsaved: Draft | null = null) {
  return shownIn(cellsOf(fields).get("a"), { name: "a", kind: "string", width }, unsaved);
}

describe("a cell of the table", () => {
  it("is a text where it shows nothing else and is seen whole", () => {
    expect(shown([leaf("a", "string", "one")])).toMatchObject({ text: "one" });
    expect(shown([leaf("a", "null", "")])).toMatchObject({ text: "null" });
    expect(shown([])).toMatchObject({ node: null, text: null });
  });

  it("is more than a text where some of it may have to be cut off", () => {
    const long = leaf("a", "string", "x".repeat(100));
    for (const node of [long, leaf("a", "string", "ｗｉｄｅ"), leaf("a", "string", "cut", { cut: true })])
      expect(shown([node])).toMatchObject({ node, text: null });
  });

  it("is more than a text where something has to be said of the value", () => {
    const [one, other] = [leaf("a", "string", "1"), leaf("a", "int", "2")];
    expect(shown([other])).toMatchObject({ node: other, text: null });
    expect(shown([one, other])).toMatchObject({ node: one, text: null, repeats: 1 });
    expect(shown([leaf("a", "string", "1", { damaged: true })]).text).toBeNull();
  });

  it("shows a value as it was changed, and that something inside it was", () => {
    const [one, two] = [leaf("a", "string", "one"), leaf("a", "string", "two")];
    const renamed = draft([two], [changed(path([0, "a"]), one, two)]);
    expect(shown([one], 200, renamed)).toMatchObject({ text: "two", edited: true });
    const inside = draft([one], [changed(path([0, "a"], [0, "b"]), one, two)]);
    expect(shown([one], 200, inside)).toMatchObject({ text: "one", edited: true });
    const beside = draft([one], [changed(path([1, "b"]), one, two)]);
    expect(shown([one], 200, beside).edited).toBe(false);
  });

  it("shows what was added, and that something was taken away", () => {
    const added = leaf("a", "string", "new");
    const at = [{ index: 0, name: "a" }];
    const change = { what: "added" as const, beforePath: at, before: null, afterPath: at, after: added };
    expect(shown([], 200, draft([added], [change]))).toMatchObject({ text: "new", edited: true });
    const gone = { ...change, what: "removed" as const, before: added, after: null };
    expect(shown([added], 200, draft([], [gone]))).toMatchObject({ node: null, edited: true });
  });
});
