import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { type Command, Commands } from "./commands.svelte";

const press = (key: string, ctrlKey = false) => ({
  key,
  ctrlKey,
  metaKey: false,
  altKey: false,
  shiftKey: false,
});
const command = (over: Partial<Command>): Command => ({
  id: "x",
  title: "X",
  group: "general",
  keys: ["Ctrl+S"],
  run: vi.fn(),
  ...over,
});

beforeAll(() => vi.stubGlobal("navigator", { platform: "Linux x86_64" }));
afterAll(() => vi.unstubAllGlobals());

describe("commands", () => {
  it("run by their keys, the latest registered first", () => {
    const commands = new Commands();
    const first = command({ id: "1" });
    const second = command({ id: "2" });
    commands.register([first]);
    const leave = commands.register([second]);
    expect(commands.press(press("s", true), false)).toBe(true);
    expect(first.run).not.toHaveBeenCalled();
    expect(second.run).toHaveBeenCalledOnce();
    leave();
    commands.press(press("s", true), false);
    expect(first.run).toHaveBeenCalledOnce();
  });

  it("leave plain keys to whoever types", () => {
    const commands = new Commands();
    const help = command({ keys: ["?"] });
    commands.register([help]);
    expect(commands.press(press("?"), true)).toBe(false);
    expect(commands.press(press("?"), false)).toBe(true);
  });

  it("are not found while they cannot be done", () => {
    const commands = new Commands();
    let possible = false;
    commands.register([command({ available: () => possible }), command({ id: "hidden", inPalette: false })]);
    expect(commands.listed).toEqual([]);
    possible = true;
    expect(commands.listed.map(({ id }) => id)).toEqual(["x"]);
  });

  it("replace one of the same id", () => {
    const commands = new Commands();
    const leaveOld = commands.register([command({ title: "old" })]);
    commands.register([command({ title: "new" })]);
    leaveOld();
    expect(commands.all.map(({ title }) => title)).toEqual(["new"]);
  });
});
