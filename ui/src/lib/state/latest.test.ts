import { describe, expect, it } from "vitest";

import type { History, HistoryEntry } from "$lib/backend";
import { failure, later } from "./fake-backend";
import { LatestWrites } from "./latest.svelte";

function history(id: string): History {
  const entry = { id } as HistoryEntry;
  return { entries: [entry], more: false, undo: true, usedBytes: 5, limitBytes: 10 };
}

describe("the latest write", () => {
  it("is read by itself, and read once more where something was written meanwhile", async () => {
    const answers = [later<History>(), later<History>()];
    const asked: unknown[] = [];
    const latest = new LatestWrites({
      history: (request) => {
        asked.push(request);
        return answers[asked.length - 1]?.promise ?? Promise.reject(new Error("asked once too often"));
      },
    });
    const done = latest.refresh("c");
    void latest.refresh("c");
    void latest.refresh("c");
    answers[0]?.resolve(history("1"));
    answers[1]?.resolve(history("2"));
    await done;
    expect(asked).toEqual([
      { connection: "c", limit: 1 },
      { connection: "c", limit: 1 },
    ]);
    expect(latest.of("c")).toMatchObject({ entry: { id: "2" }, kept: true, usedBytes: 5 });
  });

  it("is not told where it could not be read", async () => {
    let fails = false;
    const latest = new LatestWrites({
      history: () => (fails ? Promise.reject(failure("gone")) : Promise.resolve(history("1"))),
    });
    await latest.refresh("c");
    fails = true;
    await latest.refresh("c");
    expect(latest.of("c")).toBeNull();
  });
});
