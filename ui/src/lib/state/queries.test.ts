import { beforeEach, describe, expect, it } from "vitest";

import { emptyQuery, type Query } from "$lib/document/query";
import type { Owner } from "$lib/per-collection";
import { Queries } from "./queries.svelte";

class Memory {
  items = new Map<string, string>();
  full = false;
  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    if (this.full) throw new DOMException("full", "QuotaExceededError");
    this.items.set(key, value);
  }
}

const items: Owner = { place: "127.0.0.1", namespace: { database: "d", collection: "items" } };
const filter = (text: string, more: Partial<Query> = {}): Query => ({
  ...emptyQuery(),
  filter: text,
  ...more,
});

let memory: Memory;
const queries = (owner: Owner = items) => new Queries(memory as unknown as Storage, owner);

beforeEach(() => {
  memory = new Memory();
});

describe("the history of queries", () => {
  it("has the latest first, each once, whatever space is around it", () => {
    const kept = queries();
    for (const text of ["{ a: 1 }", "{ b: 1 }", " { a: 1 } "]) kept.remember(filter(text));
    expect(kept.history.map((query) => query.filter)).toEqual([" { a: 1 } ", "{ b: 1 }"]);
  });

  it("is there again with all parts after a restart, each collection's own", () => {
    const query = filter("{}", { sort: "{ a: 1 }", limit: "7", readPreference: "nearest" });
    queries().remember(query);
    expect(queries().history).toEqual([query]);
    expect(queries({ ...items, place: "elsewhere" }).history).toEqual([]);
    expect(queries({ ...items, namespace: { database: "d", collection: "other" } }).history).toEqual([]);
  });

  it("keeps fifty, and nothing that asks for nothing or is far too long", () => {
    const kept = queries();
    for (let number = 0; number < 60; number += 1) kept.remember(filter(`{ a: ${number} }`));
    kept.remember(emptyQuery());
    kept.remember(filter("x".repeat(30_000)));
    expect(kept.history).toHaveLength(50);
    expect(kept.history[0]?.filter).toBe("{ a: 59 }");
    expect(queries().history).toHaveLength(50);
  });

  it("forgets one, or all but the favourites", () => {
    const kept = queries();
    for (const text of ["{ a: 1 }", "{ b: 1 }", "{ c: 1 }"]) kept.remember(filter(text));
    kept.toggleFavourite(filter("{ c: 1 }"));
    kept.forget(filter("{ b: 1 }"));
    expect(queries().history.map((query) => query.filter)).toEqual(["{ c: 1 }", "{ a: 1 }"]);
    kept.clear();
    expect(queries().history).toEqual([]);
    expect(queries().favourites).toHaveLength(1);
  });

  it("takes in what another window has kept meanwhile", () => {
    const [one, other] = [queries(), queries()];
    one.remember(filter("{ a: 1 }"));
    other.remember(filter("{ b: 1 }"));
    expect(queries().history.map((query) => query.filter)).toEqual(["{ b: 1 }", "{ a: 1 }"]);
  });

  it("forgets the collection that was used longest ago when there are too many", () => {
    const owner = (number: number): Owner => ({ ...items, place: `place ${number}` });
    for (let number = 0; number <= 200; number += 1) queries(owner(number)).remember(filter("{ a: 1 }"));
    expect(queries(owner(0)).history).toEqual([]);
    expect(queries(owner(1)).history).toHaveLength(1);
  });
});

describe("favourites", () => {
  it("come and go with the star, and keep their names", () => {
    const kept = queries();
    kept.toggleFavourite(filter("{ a: 1 }"));
    kept.rename(filter("{ a: 1 }"), " scarce ");
    expect(queries().favourites).toEqual([{ query: filter("{ a: 1 }"), name: "scarce" }]);
    expect(kept.isFavourite(filter("{ a: 1 }"))).toBe(true);
    kept.toggleFavourite(filter("{ a: 1 }"));
    expect(queries().favourites).toEqual([]);
  });
});

describe("a storage", () => {
  it.each(["", "{", "7", '{"x":1}', "null"])("that holds %j is as good as empty", (text) => {
    memory.items.set("trivet.queries.1", text);
    expect(queries().history).toEqual([]);
  });

  it("that holds broken queries gives the sound ones", () => {
    const key = JSON.stringify(["127.0.0.1", "d", "items"]);
    const own = {
      history: [7, { filter: "{}" }, { sort: 3 }],
      favourites: [null, { query: { filter: "{}" } }],
    };
    memory.items.set("trivet.queries.1", JSON.stringify({ [key]: own }));
    expect(queries().history).toEqual([filter("{}")]);
    expect(queries().favourites).toEqual([{ query: filter("{}"), name: "" }]);
  });

  it("that is full never stops the window", () => {
    memory.full = true;
    const kept = queries();
    kept.remember(filter("{}"));
    kept.remember(filter("{ a: 1 }"));
    expect(kept.history).toHaveLength(2);
  });
});
