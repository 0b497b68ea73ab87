import { beforeEach, describe, expect, it } from "vitest";

import { BackendError, type Comparison, type Draft, type ErrorCode, type MergeRow } from "$lib/backend";
import { fakeBackend } from "$lib/state/fake-backend";
import { draft, leaf, path, view } from "./testing";
import { UndoMerge } from "./undomerge.svelte";

const row: MergeRow = {
  path: [...path([1, "a"])],
  read: leaf("a", "int", "2"),
  now: leaf("a", "int", "9"),
  mine: leaf("a", "int", "1"),
  conflict: true,
  taken: "now",
};

let asked: [string, unknown][];
let now: string | null;
let kept: Draft | null;
/** What the next save ends in. */
let fails: ErrorCode | null;
let settled: "applied" | "notApplied" | "different";
let merge: UndoMerge;

beforeEach(async () => {
  [asked, now, kept, fails, settled] = [[], "theirs", draft([], []), null, "applied"];
  const ask = (name: string, request: unknown) => void asked.push([name, request]);
  const backend = fakeBackend({
    undoAsDraft: async (request) => {
      ask("undoAsDraft", request);
      return { draft: kept };
    },
    compareDraft: async (): Promise<Comparison> =>
      now === null ? { now: null, rows: [] } : { now: view([], { etag: now }), rows: [row] },
    mergeDraft: async ({ nowEtag, choices }) => {
      ask("mergeDraft", { nowEtag, choices });
      if (nowEtag !== now) throw BackendError.of("Conflict", "changed once more");
      return { draft: choices[0] === "now" ? null : kept };
    },
    saveDraft: async ({ etag, insertAgain }) => {
      ask("saveDraft", { etag, insertAgain });
      if (fails) throw BackendError.of(fails, fails);
      return { document: view([]), changed: true, entry: "2" };
    },
    checkDraft: async () => ({ settled, now: null, draft: settled === "applied" ? null : kept }),
    discardDraft: async () => {
      ask("discardDraft", null);
      return null;
    },
  });
  merge = new UndoMerge(backend, { connection: "c", entry: "1", position: 3 });
  await merge.begin();
});

const names = () => asked.map(([name]) => name);

describe("a write that is taken back field by field", () => {
  it("is compared with what stands there, and saved as chosen", async () => {
    expect(asked[0]).toEqual(["undoAsDraft", { connection: "c", entry: "1", position: 3 }]);
    expect(merge.comparison?.rows).toEqual([row]);
    expect(await merge.save(["mine"])).toBe(true);
    expect(asked.slice(1)).toEqual([
      ["mergeDraft", { nowEtag: "theirs", choices: ["mine"] }],
      ["saveDraft", { etag: "mine", insertAgain: false }],
    ]);
    await merge.giveUp();
    expect(names()).not.toContain("discardDraft");
  });

  it("sends nothing where all stays as it is there now", async () => {
    expect(await merge.save(["now"])).toBe(true);
    expect(names()).not.toContain("saveDraft");
  });

  it("is compared anew where somebody was quicker once more", async () => {
    now = "theirs again";
    expect(await merge.save(["mine"])).toBe(false);
    expect(merge.error?.code).toBe("Conflict");
    expect(merge.comparison?.now?.etag).toBe("theirs again");
    expect(await merge.save(["mine"])).toBe(true);
  });

  it("inserts the document again where somebody has deleted it", async () => {
    now = null;
    await merge.begin();
    expect(await merge.insertAgain()).toBe(true);
    expect(asked.at(-1)).toEqual(["saveDraft", { etag: "mine", insertAgain: true }]);
  });

  it("is checked where nobody knows whether it was saved, and stays until then", async () => {
    fails = "OutcomeUnknown";
    expect(await merge.save(["mine"])).toBe(false);
    expect(merge.unknown).toBe(true);
    await merge.giveUp();
    expect(names()).not.toContain("discardDraft");
    settled = "notApplied";
    expect(await merge.check()).toBe(false);
    expect([merge.unknown, merge.comparison?.rows.length]).toEqual([false, 1]);
    settled = "applied";
    expect(await merge.check()).toBe(true);
  });

  it("leaves no unsaved changes behind where it is given up", async () => {
    await merge.giveUp();
    expect(asked.at(-1)?.[0]).toBe("discardDraft");
  });
});
