import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { later } from "$lib/state/fake-backend";
import { Aim } from "./aim.svelte";

let gone: number[];
let arrive: () => void;
let aim: Aim;

beforeEach(() => {
  vi.useFakeTimers();
  gone = [];
  aim = new Aim((share) => {
    gone.push(share);
    const { promise, resolve } = later<null>();
    arrive = () => resolve(null);
    return promise;
  });
});

afterEach(() => void vi.useRealTimers());

describe("a place that somebody aims at", () => {
  it("is gone to when the pointer is let go, and shown until it is there", async () => {
    aim.point(0.2);
    aim.point(0.43);
    expect(gone).toEqual([]);
    const landing = aim.land();
    expect([gone, aim.at]).toEqual([[0.43], 0.43]);
    arrive();
    await landing;
    expect(aim.at).toBeNull();
  });

  it("is moved by keys, and gone to when no more come", () => {
    expect(aim.press("PageDown", 0.3)).toBe(true);
    aim.press("ArrowDown", 0.3);
    expect(aim.at).toBeCloseTo(0.41);
    vi.advanceTimersByTime(200);
    aim.press("ArrowUp", 0.3);
    vi.advanceTimersByTime(200);
    expect(gone).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(gone).toHaveLength(1);
    expect(gone[0]).toBeCloseTo(0.4);
  });

  it("is gone to at once by Enter, and no second time", () => {
    aim.press("End", 0.3);
    aim.press("Enter", 0.3);
    vi.advanceTimersByTime(1000);
    expect(gone).toEqual([1]);
    expect(aim.press("x", 0.3)).toBe(false);
  });

  it("that is aimed at meanwhile stays when another has been reached", async () => {
    aim.point(0.2);
    const landing = aim.land();
    aim.point(0.9);
    arrive();
    await landing;
    expect(aim.at).toBe(0.9);
  });

  it("can be given up", () => {
    aim.press("PageDown", 0);
    aim.leave();
    vi.advanceTimersByTime(1000);
    expect([gone, aim.at]).toEqual([[], null]);
  });
});
