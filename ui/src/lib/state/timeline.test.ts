import { describe, expect, it } from "vitest";

import type { TimelineRequest } from "$lib/backend";

import { timelineEntry } from "$lib/replica/samples";

import { failure, fakeBackend } from "./fake-backend";
import { Timeline } from "./timeline.svelte";

const entry = (id: number) => timelineEntry({ id: String(id) });

/** A core that knows entries 30 to 1, the newest first. */
function timeline() {
  const asked: TimelineRequest[] = [];
  const all = Array.from({ length: 30 }, (_, index) => entry(30 - index));
  const shown = new Timeline(
    fakeBackend({
      replicaTimeline: (request) => {
        asked.push(request);
        const from = request.before == null ? 0 : all.findIndex(({ id }) => id === request.before) + 1;
        const entries = all.slice(from, from + (request.limit ?? 100));
        return Promise.resolve({ entries, more: from + entries.length < all.length });
      },
    }),
    "c",
  );
  return { shown, all, asked };
}

describe("the timeline", () => {
  it("begins with the newest and goes on with older ones as long as there are any", async () => {
    const { shown, all } = timeline();
    await shown.refresh();
    expect(shown.entries).toHaveLength(20);
    expect(shown.more).toBe(true);
    await shown.older();
    expect(shown.entries).toEqual(all);
    expect(shown.more).toBe(false);
  });

  it("keeps what is shown when something new has happened", async () => {
    const { shown, all } = timeline();
    await shown.refresh();
    await shown.older();
    all.unshift(entry(31));
    await shown.refresh();
    expect(shown.entries).toHaveLength(31);
    expect(shown.entries[0]?.id).toBe("31");
  });

  it("shows nothing twice when older ones are asked for twice at once", async () => {
    const { shown, all, asked } = timeline();
    await shown.refresh();
    const before = asked.length;
    await Promise.all([shown.older(), shown.refresh(), shown.older()]);
    expect(shown.entries).toEqual(all);
    expect(asked.length - before).toBe(2);
  });

  it("keeps what it shows when it cannot be asked, and says why", async () => {
    let broken = false;
    const shown = new Timeline(
      fakeBackend({
        replicaTimeline: () =>
          broken ? Promise.reject(failure("gone")) : Promise.resolve({ entries: [entry(1)], more: false }),
      }),
      "c",
    );
    await shown.refresh();
    broken = true;
    await shown.refresh();
    expect(shown.error?.message).toBe("gone");
    expect(shown.entries).toHaveLength(1);
  });
});
