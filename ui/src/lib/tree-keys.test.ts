import { describe, expect, it, vi } from "vitest";

import { flatten } from "./tree";
import { TreeKeys } from "./tree-keys.svelte";

function tree() {
  const open = new Set(["shop"]);
  const opened = vi.fn();
  const [menu, rename, drop] = [vi.fn(), vi.fn(), vi.fn()];
  const revealed: number[] = [];
  const rows = () =>
    flatten(
      ["archive", "shop"].map((name) => ({
        name,
        expanded: open.has(name),
        collections: ["items", "orders"].map((collection) => ({
          name: collection,
          kind: "collection" as const,
        })),
      })),
    );
  const keys = new TreeKeys({
    rows,
    pageSize: () => 2,
    reveal: (index) => void revealed.push(index),
    expand: (database) => void open.add(database),
    collapse: (database) => void open.delete(database),
    open: opened,
    menu,
    rename,
    drop,
  });
  let time = 0;
  const press = (...pressed: string[]) => {
    for (const key of pressed) {
      time += 10_000;
      keys.press({ key, timeStamp: time, preventDefault: () => undefined } as KeyboardEvent);
    }
  };
  return { keys, press, open, opened, revealed, menu, rename, drop };
}

// archive, shop, items, orders
describe("the keys of the tree", () => {
  it("move by a row, by a page and to the ends, and never beyond", () => {
    const { keys, press, revealed } = tree();
    press("ArrowUp");
    expect(keys.active).toBe(0);
    press("ArrowDown");
    expect(keys.active).toBe(1);
    press("PageDown");
    expect(keys.active).toBe(3);
    press("ArrowDown");
    expect(keys.active).toBe(3);
    press("Home");
    expect(keys.active).toBe(0);
    press("End");
    expect(keys.active).toBe(3);
    expect(revealed.at(-1)).toBe(3);
  });

  it("go into a database and out of it", () => {
    const { keys, press, open } = tree();
    press("ArrowRight");
    expect(open.has("archive")).toBe(true);
    press("ArrowRight");
    expect(keys.active).toBe(1);
    press("ArrowDown", "ArrowLeft");
    expect(keys.active).toBe(0);
    press("ArrowLeft");
    expect(open.has("archive")).toBe(false);
  });

  it("open a collection, and open or shut a database", () => {
    const { press, opened, open } = tree();
    press("End", "Enter");
    expect(opened).toHaveBeenCalledWith({ database: "shop", collection: "orders" });
    press("Home", "ArrowDown", " ");
    expect(open.has("shop")).toBe(false);
  });

  it("stay on a row when rows go away below it", () => {
    const { keys, press, open } = tree();
    press("End");
    open.delete("shop");
    expect(keys.active).toBe(1);
  });

  it("ask for the menu of a row, for another name, and for its end", () => {
    const { keys, press, menu, rename, drop } = tree();
    press("End", "ContextMenu", "F2", "Delete");
    expect(menu).toHaveBeenCalledWith(3);
    const orders: unknown = expect.objectContaining({ kind: "collection", collection: "orders" });
    expect(rename).toHaveBeenCalledWith(orders);
    expect(drop).toHaveBeenCalledWith(orders);
    const preventDefault = vi.fn();
    keys.press({ key: "F10", shiftKey: true, preventDefault } as unknown as KeyboardEvent);
    expect(menu).toHaveBeenCalledTimes(2);
    expect(preventDefault).toHaveBeenCalled();
  });

  it("jump to a name", () => {
    const { keys, press } = tree();
    press("o");
    expect(keys.active).toBe(3);
    press("x");
    expect(keys.active).toBe(3);
  });

  it("begin a name anew after a key that moves", () => {
    const { keys } = tree();
    for (const key of ["o", "Home", "s"])
      keys.press({ key, timeStamp: 1, preventDefault: () => undefined } as KeyboardEvent);
    expect(keys.active).toBe(1);
  });
});
