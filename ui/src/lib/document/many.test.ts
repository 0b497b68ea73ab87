import { beforeEach, describe, expect, it, vi } from "vitest";

import {
  type Backend,
  BackendError,
  type ManyMeasure,
  type ManyPreview,
  type ManyProgress,
  type ManyReport,
  type ManyRequest,
  type UndoReport,
} from "$lib/backend";
import { fakeBackend, later } from "$lib/state/fake-backend";
import { Many, type ManyPurpose } from "./many.svelte";

const place = { connection: "c1", namespace: { database: "d", collection: "c" } };
const reach = { kind: "all", neededBytes: 100, dropsOlder: false } as const;

function previewed(more: Partial<ManyPreview> = {}): ManyPreview {
  return { estimate: null, samples: [], rehearsed: true, confirm: null, ...more };
}

function measured(more: Partial<ManyMeasure> = {}): ManyMeasure {
  return { documents: 3, sizeBytes: 50, undo: reach, ...more };
}

const report = {
  entry: "7",
  matched: 3,
  changed: 3,
  unchanged: 0,
  gone: 0,
  failed: 0,
  unknown: 0,
  left: 0,
  cancelled: false,
  stopped: null,
  documents: [],
} as ManyReport;

let preview: ManyPreview;
let measure: ManyMeasure;
let sent: ManyRequest[];
let backend: Partial<Backend>;

beforeEach(() => {
  [preview, measure, sent] = [previewed(), measured(), []];
  backend = {
    previewMany: async () => preview,
    measureMany: async () => measure,
    writeMany: async (request, progress) => {
      sent.push(request);
      progress({ matched: 3, counted: true, done: 3, failed: 0, waiting: false });
      return report;
    },
  };
});

function of(purpose: ManyPurpose, filter = "{ a: 1 }"): Many {
  const many = new Many(fakeBackend(backend), place, purpose, filter);
  many.update = "{ $set: { a: 2 } }";
  return many;
}

describe("many documents at once", () => {
  it("are written only as they were looked at", async () => {
    const many = of("change");
    expect([many.ready, await many.run()]).toEqual([false, false]);
    await many.look();
    expect(many.ready).toBe(true);
    many.update = "{ $set: { a: 3 } }";
    expect([many.fresh, many.ready, await many.run()]).toEqual([false, false, false]);
    await many.look();
    expect(await many.run()).toBe(true);
    expect(sent).toMatchObject([
      {
        ...place,
        action: { kind: "change", filter: "{ a: 1 }", form: "update", update: "{ $set: { a: 3 } }" },
        wholeCollection: false,
        confirm: null,
        withoutUndo: false,
      },
    ]);
    expect([many.report, many.running]).toEqual([report, false]);
  });

  it("say in so many words that all of a collection is meant", async () => {
    for (const [filter, whole] of [
      ["", true],
      [" { } ", true],
      ["{ a: 1 }", false],
    ] as const) {
      const many = of("delete", filter);
      expect(many.isWhole).toBe(whole);
      await many.look();
      await many.run();
      expect(sent.at(-1)?.wholeCollection).toBe(whole);
    }
    expect(of("insert", "").isWhole).toBe(false);
  });

  it("want the name typed where they would be lost for good", async () => {
    preview = previewed({ confirm: "d.c" });
    const many = of("delete");
    await many.look();
    many.typed = "d";
    expect(many.ready).toBe(false);
    many.typed = "d.c";
    expect(many.ready).toBe(true);
    await many.run();
    expect(sent[0]?.confirm).toBe("d.c");
  });

  it("are not begun where there is none, or Undo would not reach unless that is meant", async () => {
    measure = measured({ documents: 0 });
    const none = of("delete");
    await none.look();
    expect(none.ready).toBe(false);
    measure = measured({ undo: { kind: "tooLarge", neededBytes: 10, limitBytes: 5 } });
    const many = of("delete");
    await many.look();
    expect(many.ready).toBe(false);
    many.withoutUndo = true;
    expect(many.ready).toBe(true);
    await many.run();
    expect(sent[0]?.withoutUndo).toBe(true);
  });

  it("tell why they cannot be looked at or written", async () => {
    const many = of("change");
    backend.previewMany = async () => Promise.reject(BackendError.of("InvalidInput", "mistake"));
    await many.look();
    expect([many.lookError?.code, many.ready, many.looking]).toEqual(["InvalidInput", false, false]);
    backend.previewMany = async () => preview;
    backend.writeMany = async () => Promise.reject(BackendError.of("NotPrimary", "none"));
    await many.look();
    expect(await many.run()).toBe(false);
    expect([many.failure?.code, many.report, many.running]).toEqual(["NotPrimary", null, false]);
    expect(many.failureTitle).toBe("Nothing was written");
  });

  it("do not say that nothing was written where that is not known", async () => {
    const many = of("change");
    backend.writeMany = async () => Promise.reject(BackendError.of("OutcomeUnknown", "lost"));
    await many.look();
    expect(await many.run(), "something may have been").toBe(true);
    expect(many.failureTitle).toBe("Outcome unknown");
  });

  it("forget an answer that comes after another question", async () => {
    const first = later<ManyPreview>();
    backend.previewMany = () => first.promise;
    const many = of("change");
    const looked = many.look();
    backend.previewMany = async () => preview;
    many.filter = "{ a: 2 }";
    await many.look();
    first.resolve(previewed({ confirm: "another" }));
    await looked;
    expect([many.preview?.confirm, many.fresh]).toEqual([null, true]);
  });

  it("tell how fast they go and how long they still take", async () => {
    vi.useFakeTimers({ now: 0 });
    const written = later<ManyReport>();
    let tell: (far: ManyProgress) => void = () => undefined;
    backend.writeMany = (_, progress) => {
      tell = progress;
      return written.promise;
    };
    const many = of("change");
    await many.look();
    const running = many.run();
    const far = { matched: 1000, counted: true, done: 0, failed: 0, waiting: false };
    tell({ ...far, counted: false });
    expect([many.running, many.secondsLeft(0)]).toEqual([true, null]);
    tell(far);
    vi.setSystemTime(2000);
    tell({ ...far, done: 500 });
    expect([many.rate(2000), many.secondsLeft(2000)]).toEqual([250, 2]);
    const cancelled = vi.fn(async () => ({ found: true }));
    backend.cancelQuery = cancelled;
    await many.cancel();
    expect(cancelled).toHaveBeenCalledWith({ connection: "c1", query: expect.stringContaining("many") });
    expect(many.cancelling).toBe(true);
    written.resolve({ ...report, cancelled: true });
    await running;
    // What comes behind the answer.
    tell(far);
    expect([many.running, many.cancelling, many.report?.cancelled]).toEqual([false, false, true]);
    vi.useRealTimers();
  });

  it("are not counted any more once nobody waits for that", async () => {
    const counted = later<ManyMeasure>();
    const ended: string[] = [];
    backend.measureMany = () => counted.promise;
    backend.cancelQuery = async ({ query }) => {
      ended.push(query);
      return { found: true };
    };
    const many = of("delete");
    const looked = many.look();
    await vi.waitFor(() => expect(many.preview).not.toBeNull());
    many.leave();
    counted.resolve(measured());
    await looked;
    expect([ended.length, many.looking, many.measure, many.ready]).toEqual([1, false, null, false]);
    many.leave();
    expect(ended.length).toBe(1);
  });

  it("keep what was typed, and follow the filter of what is shown while it is that", async () => {
    const many = of("change", "{ a: 1 }");
    many.follow("{ a: 2 }");
    expect(many.filter).toBe("{ a: 2 }");
    many.filter = "{ mine: 1 }";
    many.follow("{ a: 3 }");
    expect([many.filter, many.isOpen]).toEqual(["{ mine: 1 }", true]);
    await many.look();
    await many.run();
    expect(many.isOpen).toBe(false);
  });

  it("are taken back by the entry of their report", async () => {
    const asked: string[] = [];
    backend.undo = async ({ entry }) => {
      asked.push(entry);
      if (asked.length === 1) throw BackendError.of("Unreachable", "gone");
      return { entry: "8", restored: 3 } as UndoReport;
    };
    const many = of("delete");
    await many.look();
    await many.run();
    expect(await many.undo()).toBe(false);
    expect(many.undoError?.code).toBe("Unreachable");
    expect(await many.undo()).toBe(true);
    expect([asked, many.undone?.restored, many.undoing, many.undoError]).toEqual([
      ["7", "7"],
      3,
      false,
      null,
    ]);
  });
});
