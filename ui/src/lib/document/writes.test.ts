import { beforeEach, describe, expect, it } from "vitest";

import { BackendError, type HistoryEntry, type HistoryRequest, type UndoReport } from "$lib/backend";
import { fakeBackend } from "$lib/state/fake-backend";
import { differingFields } from "./imagediff";
import { array, leaf, view } from "./testing";
import { Writes } from "./writes.svelte";

const namespace = { database: "d", collection: "c" };
const counts = { total: 1, pending: 0, applied: 1, notApplied: 0, unknown: 0, undone: 0 };

function entry(id: string, more: Partial<HistoryEntry> = {}): HistoryEntry {
  const at = "2026-01-01T00:00:00.000Z";
  const about = { about: "1", undoes: null, sizeBytes: 10, documents: counts, undoable: true };
  return { id, at, namespace, kind: "update", ...about, ...more } as HistoryEntry;
}

const report: UndoReport = {
  entry: "3",
  restored: 1,
  unchanged: 0,
  conflicts: 0,
  failed: 0,
  unknown: 0,
  left: 0,
  cancelled: false,
  documents: [],
} as UndoReport;

const room = { undo: true, usedBytes: 20, limitBytes: 100 };

let entries: HistoryEntry[];
let hasOlder: boolean;
let asked: HistoryRequest[];
let fails: BackendError | null;
let writes: Writes;

beforeEach(() => {
  entries = [entry("2"), entry("1")];
  [asked, fails, hasOlder] = [[], null, false];
  const backend = fakeBackend({
    history: async (request) => {
      asked.push(request);
      if (request.before) return { ...room, entries: [entry("0")], more: false };
      return { ...room, entries, more: hasOlder };
    },
    historyImages: async () => ({ images: [], more: false }),
    undo: async (_, progress) => {
      progress({ done: 1, total: 1 });
      if (fails) throw fails;
      entries = [entry("3", { kind: "undo" }), ...entries];
      return report;
    },
    checkWrite: async () => Promise.reject(BackendError.of("Unreachable", "gone")),
  });
  writes = new Writes(backend, "c1");
});

describe("the history of writes", () => {
  it("is opened at a write, however many came after it", async () => {
    hasOlder = true;
    await writes.openAt("0");
    expect([writes.selected?.id, asked.map(({ before }) => before)]).toEqual(["0", [undefined, "1"]]);
  });

  it("chooses none where the write to open it at is forgotten", async () => {
    await writes.openAt("9");
    expect(writes.selected).toBeNull();
  });

  it("begins with the latest, and asks for what is searched", async () => {
    await writes.load();
    expect([writes.selected?.id, writes.entries.length]).toEqual(["2", 2]);
    writes.text = "gear";
    writes.kind = "delete";
    await writes.load();
    expect(asked.at(-1)).toMatchObject({ connection: "c1", text: "gear", kind: "delete" });
  });

  it("undoes the chosen write, tells how it ended, and lists the undo", async () => {
    await writes.load();
    await writes.select(entries[1] ?? null);
    expect(await writes.undo()).toBe(true);
    expect([writes.report, writes.selected?.id, writes.entries[0]?.kind]).toEqual([report, "1", "undo"]);
    expect(writes.busy).toBe(false);
  });

  it("keeps saying why an undo failed, and why a check did", async () => {
    await writes.load();
    fails = BackendError.of("Conflict", "changed");
    expect(await writes.undo()).toBe(false);
    expect(writes.failure?.code).toBe("Conflict");
    await writes.check();
    expect(writes.failure?.code).toBe("Unreachable");
  });
});

describe("the fields in which two documents differ", () => {
  it("are those that are new, gone or other, and of repeated names each its own", () => {
    const before = view([
      leaf("a", "int", "1"),
      leaf("b", "int", "1"),
      leaf("x", "int", "1"),
      leaf("x", "int", "2"),
    ]);
    const after = view([
      leaf("a", "long", "1"),
      leaf("c", "int", "1"),
      leaf("x", "int", "1"),
      leaf("x", "int", "3"),
    ]);
    const told = differingFields(before, after).map((pair) => [
      pair.name,
      pair.before?.text,
      pair.after?.text,
    ]);
    expect(told).toEqual([
      ["a", "1", "1"],
      ["c", undefined, "1"],
      ["x", "2", "3"],
      ["b", "1", undefined],
    ]);
  });

  it("are all of a document that is new or gone, and none of one that is the same", () => {
    const document = view([leaf("a", "int", "1"), array("l", [leaf("", "int", "1")])]);
    expect(differingFields(null, document)).toHaveLength(2);
    expect(differingFields(document, null)).toHaveLength(2);
    expect(differingFields(document, document)).toEqual([]);
  });
});
