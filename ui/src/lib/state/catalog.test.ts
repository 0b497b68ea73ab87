import { describe, expect, it, vi } from "vitest";

import { Catalog } from "./catalog.svelte";
import { failure, fakeBackend, later } from "./fake-backend";

const count = (value: number) => ({ count: value, exact: false, limited: false });

describe("the catalogue", () => {
  it("reads collections when their database is opened, and once", async () => {
    const collections = vi.fn(() => Promise.resolve([{ name: "items", kind: "collection" as const }]));
    const catalog = new Catalog(fakeBackend({ collections }));
    catalog.expand("c", "shop");
    expect(catalog.collections("c", "shop")).toEqual({ state: "loading" });
    await vi.waitFor(() => expect(catalog.collections("c", "shop")?.state).toBe("ready"));
    catalog.collapse("c", "shop");
    catalog.expand("c", "shop");
    expect(collections).toHaveBeenCalledTimes(1);
    expect(catalog.known("c")).toEqual([
      { database: "shop", collection: { name: "items", kind: "collection" } },
    ]);
  });

  it("asks again for what failed", async () => {
    const collections = vi.fn(() => Promise.reject(failure("gone")));
    const catalog = new Catalog(fakeBackend({ collections }));
    await catalog.loadCollections("c", "shop");
    expect(catalog.collections("c", "shop")?.state).toBe("failed");
    catalog.expand("c", "shop");
    expect(collections).toHaveBeenCalledTimes(2);
  });

  it("asks for four figures at a time, the latest wanted first", async () => {
    const asked: string[] = [];
    const gate = later<undefined>();
    const catalog = new Catalog(
      fakeBackend({
        count: async ({ namespace }) => {
          asked.push(namespace.collection);
          await gate.promise;
          return count(7);
        },
      }),
    );
    for (const name of ["a", "b", "c", "d", "e", "f"]) catalog.wantCount("c", "shop", name);
    expect(asked).toEqual(["a", "b", "c", "d"]);
    gate.resolve(undefined);
    await vi.waitFor(() => expect(asked).toHaveLength(6));
    expect(asked.slice(4)).toEqual(["f", "e"]);
    await vi.waitFor(() => expect(catalog.count("c", "shop", "e")).toBe(7));
  });

  it("asks for a figure once, and goes on when one fails", async () => {
    const ask = vi.fn(() => Promise.reject(failure("refused")));
    const catalog = new Catalog(fakeBackend({ count: ask }));
    catalog.wantCount("c", "shop", "items");
    catalog.wantCount("c", "shop", "items");
    await vi.waitFor(() => expect(catalog.count("c", "shop", "items")).toBeNull());
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it("reads again what has changed, and forgets a database that is gone", async () => {
    let names = ["shop", "old"];
    const collections = vi.fn(() => Promise.resolve([{ name: "items", kind: "collection" as const }]));
    const catalog = new Catalog(
      fakeBackend({
        databases: () => Promise.resolve(names.map((name) => ({ name }))),
        collections,
        count: () => Promise.resolve(count(7)),
      }),
    );
    await catalog.loadDatabases("c");
    for (const name of names) await catalog.loadCollections("c", name);
    catalog.expand("c", "old");
    catalog.wantCount("c", "old", "items");
    await vi.waitFor(() => expect(catalog.count("c", "old", "items")).toBe(7));
    names = ["shop"];
    catalog.forgetCounts("c", "old", null);
    await catalog.reload("c", "old", "shop");
    expect(catalog.collections("c", "old")).toBeNull();
    expect(catalog.isExpanded("c", "old")).toBe(false);
    expect(catalog.count("c", "old", "items")).toBeUndefined();
    expect(collections).toHaveBeenCalledTimes(3);
  });

  it("forgets one connection and keeps the others", async () => {
    const catalog = new Catalog(
      fakeBackend({
        databases: () => Promise.resolve([{ name: "shop" }]),
        collections: () => Promise.resolve([]),
      }),
    );
    for (const id of ["c1", "c10"]) {
      await catalog.loadDatabases(id);
      await catalog.loadCollections(id, "shop");
      catalog.expand(id, "shop");
    }
    catalog.drop("c1");
    expect(catalog.databases("c1")).toBeNull();
    expect(catalog.isExpanded("c1", "shop")).toBe(false);
    expect(catalog.databases("c10")?.state).toBe("ready");
    expect(catalog.isExpanded("c10", "shop")).toBe(true);
  });
});
