import { beforeEach, describe, expect, it } from "vitest";

import type { Owner } from "$lib/per-collection";
import { arranged, moved, neighbour, ordered, resized, toggled, UNARRANGED } from "./arrange";
import type { Column } from "./columns";
import { CollectionLayout } from "./layout.svelte";

const columns = (...names: string[]): Column[] => names.map((name) => ({ name, kind: "int", kinds: [] }));
const namesOf = (list: readonly Column[]) => list.map(({ name }) => name).join(" ");
const ABC = columns("a", "b", "c");

describe("the columns", () => {
  it("stand as they turned up until somebody moves one, to the left or to the right", () => {
    expect(ordered(ABC, UNARRANGED)).toBe(ABC);
    expect(namesOf(ordered(ABC, moved(ABC, UNARRANGED, "c", "a")))).toBe("c a b");
    expect(namesOf(ordered(ABC, moved(ABC, UNARRANGED, "a", "b")))).toBe("b a c");
  });

  it("that turn up later follow the others", () => {
    const chosen = moved(ABC, UNARRANGED, "c", "a");
    expect(namesOf(ordered(columns("a", "new", "b", "c", "__proto__"), chosen))).toBe("c a b new __proto__");
  });

  it("that are away for a while come back to their places", () => {
    const chosen = moved(ABC, UNARRANGED, "c", "a");
    const without = columns("a", "b");
    const later = moved(without, chosen, "b", "a");
    expect(namesOf(ordered(ABC, later))).toBe("c b a");
  });

  it("move by what is seen, over hidden ones", () => {
    const hidden = toggled(ABC, UNARRANGED, "b");
    const shown = arranged(ABC, hidden);
    expect(neighbour(shown, "c", -1)).toBe("a");
    expect(neighbour(shown, "c", 1)).toBeNull();
    expect(neighbour(shown, "b", 1)).toBeNull();
    expect(namesOf(arranged(ABC, moved(ABC, hidden, "c", "a")))).toBe("c a");
  });

  it("are hidden and shown again, and one always stays", () => {
    let chosen = toggled(ABC, toggled(ABC, UNARRANGED, "a"), "b");
    expect(namesOf(arranged(ABC, chosen))).toBe("c");
    chosen = toggled(ABC, chosen, "c");
    expect(namesOf(arranged(ABC, chosen))).toBe("c");
    expect(namesOf(arranged(columns("a", "b"), chosen))).toBe("a");
    expect(namesOf(arranged(ABC, toggled(ABC, chosen, "a")))).toBe("a c");
  });

  it("keep a width that can be seen", () => {
    expect(resized(UNARRANGED, "a", 3).widths.get("a")).toBe(48);
    expect(resized(UNARRANGED, "a", 1e9).widths.get("a")).toBe(2000);
    expect(resized(UNARRANGED, "__proto__", 99.6).widths.get("__proto__")).toBe(100);
  });
});

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
let memory: Memory;
const layout = (owner: Owner = items) => new CollectionLayout({ storage: memory, owner });

beforeEach(() => {
  memory = new Memory();
});

describe("a layout", () => {
  it("is there again after a restart, each collection's own", () => {
    const chosen = layout();
    chosen.view = "tree";
    chosen.syntax = "shell";
    chosen.move(ABC, "c", "a");
    chosen.toggle(ABC, "b");
    chosen.resize("a", 200);
    chosen.keep();
    const again = layout();
    expect([again.view, again.syntax]).toEqual(["tree", "shell"]);
    expect(namesOf(arranged(ABC, again.columns))).toBe("c a");
    expect(again.columns.widths.get("a")).toBe(200);
    expect(layout({ ...items, place: "elsewhere" }).view).toBe("table");
  });

  it("shows all again, or goes back to what it was", () => {
    const chosen = layout();
    chosen.move(ABC, "c", "a");
    chosen.toggle(ABC, "b");
    chosen.showAll();
    expect(namesOf(arranged(ABC, layout().columns))).toBe("c a b");
    chosen.reset();
    expect(namesOf(arranged(ABC, layout().columns))).toBe("a b c");
  });

  it("without a storage, or with a full one, holds for now", () => {
    memory.full = true;
    for (const chosen of [layout(), new CollectionLayout()]) {
      chosen.view = "json";
      expect(chosen.view).toBe("json");
    }
    expect(memory.items.size).toBe(0);
  });

  it("takes no more room than it may", () => {
    const chosen = layout();
    const many = columns(...Array.from({ length: 800 }, (_, at) => `field${at}`), "x".repeat(400));
    chosen.move(many, "x".repeat(400), "field0");
    for (const { name } of many) chosen.resize(name, 100);
    chosen.keep();
    expect(layout().columns.order).toHaveLength(500);
    expect(layout().columns.order[0]).toBe("field0");
    expect(layout().columns.widths.size).toBe(500);
    expect(layout().columns.widths.has("field799")).toBe(true);
  });
});

describe("a storage", () => {
  it.each(["", "{", "7", "null", '{"x":1}', '["a"]'])("that holds %j is as good as empty", (text) => {
    memory.items.set("trivet.layouts.1", text);
    expect([layout().view, layout().columns]).toEqual(["table", UNARRANGED]);
  });

  it("that holds nonsense gives what is sound of it", () => {
    const nonsense = {
      view: "pie",
      syntax: 7,
      order: ["b", 7, null, "b", "a"],
      hidden: { a: 1 },
      widths: [["a", "wide"], ["b", 90], 3, ["c", -5], ["d", null], []],
    };
    const key = JSON.stringify(["127.0.0.1", "d", "items"]);
    memory.items.set("trivet.layouts.1", JSON.stringify({ [key]: nonsense }));
    const read = layout();
    expect([read.view, read.syntax]).toEqual(["table", "relaxed"]);
    expect(read.columns).toEqual({
      order: ["b", "a"],
      hidden: [],
      widths: new Map([
        ["b", 90],
        ["c", 48],
      ]),
    });
  });
});
