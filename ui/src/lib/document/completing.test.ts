import { describe, expect, it } from "vitest";

import { complete } from "./complete";
import { Completing } from "./completing.svelte";

const fields = [
  { path: "name", kinds: ["string" as const] },
  { path: "note", kinds: ["null" as const] },
];
const list = () => new Completing((text, cursor) => complete("filter", text, cursor, fields));

describe("the list of suggestions", () => {
  it("opens while somebody types a name, with nothing chosen", () => {
    const completing = list();
    completing.follow("{ n", 3);
    expect(completing.shown?.suggestions).toHaveLength(3);
    expect(completing.chosen).toBeNull();
    // Enter means the query as long as nothing is chosen.
    expect(completing.accept("{ n")).toBeNull();
    expect(completing.shown).not.toBeNull();
  });

  it("takes the one that the arrows have chosen, around the ends", () => {
    const completing = list();
    completing.follow("{ n", 3);
    completing.move(-1);
    expect(completing.chosen).toBe(2);
    completing.move(1);
    expect(completing.accept("{ n")).toEqual({ text: "{ name: ", cursor: 8 });
    expect(completing.shown).toBeNull();
  });

  it("closes where nothing fits, and keeps quiet where it would be in the way", () => {
    const completing = list();
    completing.follow("{ n", 3);
    completing.follow("{ nx", 4);
    expect(completing.shown).toBeNull();
    completing.follow("{ name: ", 8);
    expect(completing.shown).toBeNull();
    completing.ask("{ name: ", 8);
    expect(completing.shown).not.toBeNull();
  });
});
