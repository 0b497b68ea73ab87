import { describe, expect, it } from "vitest";

import { Side } from "./side.svelte";

describe("the inspector", () => {
  it("is beside the documents where there is room, and over them only when somebody opens it", () => {
    const side = new Side();
    expect([side.shown, side.covers]).toEqual([true, false]);
    side.width = 600;
    expect([side.shown, side.covers]).toEqual([false, false]);
    side.shown = true;
    expect([side.shown, side.covers]).toEqual([true, true]);
  });

  it("stays where it is while both are hidden and have no size", () => {
    const side = new Side();
    side.width = 0;
    expect([side.shown, side.wide]).toEqual([true, true]);
  });

  it("comes back beside them as it was when there is room again", () => {
    const side = new Side();
    side.shown = false;
    side.width = 600;
    side.shown = true;
    side.width = 900;
    expect([side.shown, side.covers]).toEqual([false, false]);
  });
});
