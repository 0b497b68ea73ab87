import { describe, expect, it } from "vitest";

import type { Node } from "$lib/backend";
import { cellsOf } from "./columns";
import type { Draft } from "./draft";
import { shownIn } from "./showncell";
import { leaf, stringEdit } from "./testing";

function shown(fields: Node[], width = 200, draft: Draft = []) {
  return shownIn(cellsOf(fields).get("a"), { name: "a", kind: "string", width }, draft);
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
    expect(shown([leaf("a", "string", "one")], 200, [stringEdit(0, "a", "one", "two")])).toMatchObject({
      text: "two",
      edited: true,
    });
    const inside = {
      ...stringEdit(0, "a", "x", "y"),
      path: [
        { index: 0, name: "a" },
        { index: 0, name: "b" },
      ],
    };
    expect(shown([leaf("a", "string", "one")], 200, [inside])).toMatchObject({ text: "one", edited: true });
    expect(shown([leaf("a", "string", "one")], 200, [stringEdit(1, "b", "x", "y")]).edited).toBe(false);
  });

  it("shows of a name that repeats only the changes of the field that it shows", () => {
    const fields = [leaf("a", "string", "one"), leaf("a", "string", "two")];
    expect(shown(fields, 200, [stringEdit(1, "a", "two", "new")]).edited).toBe(false);
    expect(shown(fields, 200, [stringEdit(0, "a", "one", "new")]).edited).toBe(true);
  });
});
