import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Toasts } from "./toasts.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a message", () => {
  it("goes by itself, later where something can be done about it", () => {
    const toasts = new Toasts();
    toasts.show("good", "saved");
    toasts.show("good", "deleted", { label: "Undo", run: () => undefined });
    vi.advanceTimersByTime(4000);
    expect(toasts.all.map(({ text }) => text)).toEqual(["deleted"]);
    vi.advanceTimersByTime(8000);
    expect(toasts.all).toEqual([]);
  });

  it("stays while somebody is on it", () => {
    const toasts = new Toasts();
    toasts.show("info", "read");
    const [toast] = toasts.all;
    toasts.hold(toast?.id ?? 0);
    vi.advanceTimersByTime(60_000);
    expect(toasts.all).toHaveLength(1);
    toasts.release(toast?.id ?? 0);
    vi.advanceTimersByTime(4000);
    expect(toasts.all).toEqual([]);
  });
});
