import { describe, expect, it } from "vitest";

import { fuzzy, pieces, rank } from "./fuzzy";

const best = (query: string, texts: string[]) =>
  rank(query, texts, (text) => text, 10).map(({ item }) => item);

describe("finding anything", () => {
  it("wants every letter, in order", () => {
    expect(fuzzy("ims", "items")).not.toBeNull();
    expect(fuzzy("smi", "items")).toBeNull();
    expect(fuzzy("itemz", "items")).toBeNull();
  });

  it("does not mind case or blanks", () => {
    expect(fuzzy("MY it", "mydatabase.items")?.at).toEqual([0, 1, 11, 12]);
  });

  it("prefers letters side by side and starts of words", () => {
    expect(best("it", ["audit", "item", "spirit"])[0]).toBe("item");
    expect(best("oi", ["coins", "order.items"])[0]).toBe("order.items");
  });

  it("prefers the shorter of two equal matches", () => {
    expect(best("items", ["items_archive", "items"])).toEqual(["items", "items_archive"]);
  });

  it("keeps the order and the limit without a query", () => {
    expect(rank(" ", ["b", "a", "c"], (text) => text, 2).map(({ item }) => item)).toEqual(["b", "a"]);
  });

  it("cuts a text at what matched", () => {
    expect(pieces("items", [0, 1, 4])).toEqual([
      { text: "it", hit: true },
      { text: "em", hit: false },
      { text: "s", hit: true },
    ]);
  });
});
