import { describe, expect, it, vi } from "vitest";

import { isGone, isRenamed, isThere } from "./found";

/** A server of these collections, by database. */
function server(collections: Record<string, { name: string; uuid: string | null }[]>) {
  const locateCollections = vi.fn(
    ({ database, name, uuid }: { database: string; name?: string | null; uuid?: string | null }) =>
      Promise.resolve(
        (collections[database] ?? [])
          .filter(
            (one) =>
              (name == null && uuid == null) || one.name === name || (uuid != null && one.uuid === uuid),
          )
          .map((one) => ({ ...one, kind: "collection" as const })),
      ),
  );
  return { locateCollections };
}

const orders = { database: "shop", collection: "orders" };

describe("what a majority has", () => {
  it("tells whether a collection was made", async () => {
    const backend = server({ shop: [{ name: "orders", uuid: "1" }] });
    expect(await isThere(backend, "c", orders)).toBe(true);
    expect(await isThere(backend, "c", { ...orders, collection: "other" })).toBe(false);
  });

  it("tells whether the collection that was meant is gone, whatever has its name by now", async () => {
    const backend = server({ shop: [{ name: "orders", uuid: "2" }] });
    expect(await isGone(backend, "c", "shop", { name: "orders", uuid: "1" })).toBe(true);
    expect(await isGone(backend, "c", "shop", { name: "orders", uuid: "2" })).toBe(false);
    // A view has no UUID.
    expect(await isGone(backend, "c", "shop", { name: "orders", uuid: null })).toBe(false);
    expect(await isGone(backend, "c", "shop", null)).toBe(false);
    expect(await isGone(backend, "c", "old", null)).toBe(true);
  });

  it("tells whether a collection has its new name", async () => {
    const backend = server({ shop: [{ name: "invoices", uuid: "1" }] });
    const to = { database: "shop", collection: "invoices" };
    expect(await isRenamed(backend, "c", orders, "1", to)).toBe(true);
    expect(await isRenamed(backend, "c", orders, "2", to)).toBe(false);
  });

  it("tells a collection in another database by its name there, and that the old one is gone", async () => {
    const to = { database: "archive", collection: "orders" };
    const copied = [{ name: "orders", uuid: "9" }];
    expect(await isRenamed(server({ archive: copied }), "c", orders, "1", to)).toBe(true);
    const half = server({ archive: copied, shop: [{ name: "orders", uuid: "1" }] });
    expect(await isRenamed(half, "c", orders, "1", to)).toBe(false);
    expect(await isRenamed(server({}), "c", orders, "1", to)).toBe(false);
  });
});
