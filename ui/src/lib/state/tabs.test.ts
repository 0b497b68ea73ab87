import { beforeEach, describe, expect, it } from "vitest";

import { emptyQuery } from "$lib/document/query";

import { Tabs } from "./tabs.svelte";

const place = { key: "db", name: "db" };
const items = { database: "shop", collection: "items" };
const orders = { database: "shop", collection: "orders" };

let kept: Map<string, string>;
let storage: Storage;

beforeEach(() => {
  kept = new Map();
  storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  } as unknown as Storage;
});

describe("tabs", () => {
  it("show a collection that is open already instead of opening it twice", () => {
    const tabs = new Tabs(storage);
    const first = tabs.openDocuments(place, items);
    tabs.openDocuments(place, orders);
    expect(tabs.openDocuments(place, items)).toBe(first);
    expect(tabs.all).toHaveLength(2);
    expect(tabs.active).toBe(first);
  });

  it("tell what would be lost with a connection", () => {
    const tabs = new Tabs(storage);
    tabs.openDocuments(place, items).unfinished = 2;
    tabs.openDocuments(place, orders).unfinished = 1;
    tabs.openDocuments({ key: "other", name: "other" }, items).unfinished = 4;
    expect(tabs.unfinishedAt(place.key)).toBe(3);
  });

  it("keep collections of the same name on other servers apart", () => {
    const tabs = new Tabs(storage);
    tabs.openDocuments(place, items);
    tabs.openDocuments({ key: "other", name: "other" }, items);
    expect(tabs.all).toHaveLength(2);
  });

  it("bring the neighbour to the front when one is closed", () => {
    const tabs = new Tabs(storage);
    const first = tabs.openDocuments(place, items);
    const second = tabs.openDocuments(place, orders);
    const third = tabs.openHealth(place);
    tabs.activeId = second.id;
    tabs.close(second.id);
    expect(tabs.active).toBe(third);
    tabs.close(third.id);
    expect(tabs.active).toBe(first);
    tabs.close(first.id);
    expect(tabs.active).toBeNull();
  });

  it("leave the front alone when another is closed", () => {
    const tabs = new Tabs(storage);
    const first = tabs.openDocuments(place, items);
    const second = tabs.openDocuments(place, orders);
    tabs.close(first.id);
    expect(tabs.active).toBe(second);
  });

  it("step around the ends", () => {
    const tabs = new Tabs(storage);
    const first = tabs.openDocuments(place, items);
    const last = tabs.openHealth(place);
    tabs.step(1);
    expect(tabs.active).toBe(first);
    tabs.step(-1);
    expect(tabs.active).toBe(last);
  });

  it("survive a restart with what was asked", () => {
    const tabs = new Tabs(storage);
    tabs.openHealth(place);
    tabs.openDocuments(place, items).query = { ...emptyQuery(), filter: '{"stock": 0}' };
    tabs.store();

    const [health, documents] = new Tabs(storage).all;
    expect(health?.kind).toBe("health");
    expect(documents?.kind === "documents" && documents.query.filter).toBe('{"stock": 0}');
    expect(new Tabs(storage).active?.kind).toBe("documents");
  });

  it("of a dropped collection say so until one of its name is opened again, and are not kept", () => {
    const tabs = new Tabs(storage);
    const mine = tabs.openDocuments(place, items);
    const other = tabs.openDocuments({ key: "other", name: "other" }, items);
    mine.unsaved = 2;
    expect(tabs.unsavedIn(place.key, "shop", null)).toBe(2);
    tabs.drop(place.key, "shop", "items");
    expect([mine.gone, other.gone]).toEqual([true, false]);
    tabs.store();
    expect(new Tabs(storage).all).toHaveLength(1);
    expect(tabs.openDocuments(place, items)).toBe(mine);
    expect(mine.gone).toBe(false);
  });

  it("of all collections say so when their database was dropped", () => {
    const tabs = new Tabs(storage);
    const [first, second] = [tabs.openDocuments(place, items), tabs.openDocuments(place, orders)];
    const elsewhere = tabs.openDocuments(place, { database: "shop2", collection: "items" });
    tabs.drop(place.key, "shop", null);
    expect([first.gone, second.gone, elsewhere.gone]).toEqual([true, true, false]);
  });

  it("follow a collection to its new name with what was asked, in the same place", () => {
    const tabs = new Tabs(storage);
    tabs.openDocuments(place, items).query = { ...emptyQuery(), filter: '{"stock": 0}' };
    const second = tabs.openDocuments(place, orders);
    tabs.activeId = tabs.all[0]?.id ?? null;
    tabs.rename(place.key, items, { database: "shop", collection: "things" });
    const [renamed, untouched] = tabs.all;
    expect(renamed?.kind === "documents" && [renamed.title, renamed.query.filter]).toEqual([
      "things",
      '{"stock": 0}',
    ]);
    expect(tabs.active).toBe(renamed);
    expect(untouched).toBe(second);
  });

  it("follow a set that moved", () => {
    const tabs = new Tabs(storage);
    const mine = tabs.openDocuments(place, items);
    const other = tabs.openDocuments({ key: "other", name: "other" }, items);
    tabs.move(({ name }) => name === "db", { key: "db:2", name: "db" });
    expect(mine.place.key).toBe("db:2");
    expect(other.place.key).toBe("other");
  });
});
