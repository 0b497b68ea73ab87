import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Announcements, spokenMs } from "./announce.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What is told, one after the other, when all of this is said at once. */
function heard(...said: [text: string, about?: string][]): string[] {
  const announcements = new Announcements();
  const texts: string[] = [];
  let count = 0;
  const listen = () => {
    if (announcements.current.count !== count) texts.push(announcements.current.text);
    count = announcements.current.count;
  };
  for (const [text, about] of said) {
    announcements.tell(text, about);
    listen();
  }
  while (vi.getTimerCount() > 0) {
    vi.advanceTimersToNextTimer();
    listen();
  }
  return texts;
}

describe("what a screen reader is told", () => {
  it("is told at once where nothing is being told", () => {
    const announcements = new Announcements();
    announcements.tell("Saved");
    expect(announcements.current).toEqual({ text: "Saved", count: 1 });
  });

  it("waits until what came before can have been spoken", () => {
    const announcements = new Announcements();
    announcements.tell("Saved the lamp");
    announcements.tell("Stop x:1: done");
    vi.advanceTimersByTime(spokenMs("Saved the lamp") - 1);
    expect(announcements.current.text).toBe("Saved the lamp");
    vi.advanceTimersByTime(1);
    expect(announcements.current.text).toBe("Stop x:1: done");
  });

  it("leaves nothing out, and keeps the order", () => {
    expect(heard(["Saved"], ["Stopped"], ["x:2 is primary"])).toEqual(["Saved", "Stopped", "x:2 is primary"]);
  });

  it("is told again where the same happens again", () => {
    expect(heard(["Copied"], ["Copied"])).toEqual(["Copied", "Copied"]);
  });

  it("is only the latest of what waits about the same thing", () => {
    const results = (count: number): [string, string] => [`${count} results`, "results"];
    expect(heard(results(9), results(5), ["Saved"], results(2))).toEqual(["9 results", "Saved", "2 results"]);
  });

  it("stays longer the more there is to say, but never for long", () => {
    expect(spokenMs("Saved")).toBeLessThan(spokenMs("Stop 127.0.0.1:27517: done"));
    expect(spokenMs("x".repeat(10_000))).toBe(8000);
  });
});
