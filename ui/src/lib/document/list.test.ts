import { beforeEach, describe, expect, it } from "vitest";

import {
  BackendError,
  type CancelRequest,
  type CountRequest,
  type DocumentView,
  type FindRequest,
  type PageEnd,
  type RowBatch,
} from "$lib/backend";
import { wanted } from "./ahead";
import { MOST_ROWS, SPARE_ROWS } from "./held";
import { DocumentList } from "./list.svelte";
import { emptyQuery } from "./query";
import type { DocumentOperations } from "./source";
import { leaf, pageEnd, view } from "./testing";

/** So many documents in an exact order, read as the core reads them: backward pages come from their last document. */
class Numbers {
  readonly asked: FindRequest[] = [];
  readonly cancelled: string[] = [];
  readonly counted: CountRequest[] = [];
  /** What the next page breaks off with, after its first batch. */
  breaks: BackendError | null = null;
  /** Whether questions go on until they are cancelled, after how many batches. */
  hangsAfter: number | null = null;
  refusesTheEnd = false;
  readonly #running = new Map<string, () => void>();

  constructor(public count: number) {}

  static view(number: number): DocumentView {
    return view([leaf("_id", "int", String(number))], { id: String(number) });
  }

  readonly operations = {
    find: async (request: FindRequest, rows: (batch: RowBatch) => void): Promise<PageEnd> => {
      this.asked.push(request);
      const { from = { kind: "first" }, pageSize } = request;
      const size = pageSize ?? 50;
      if (from.kind === "last" && this.refusesTheEnd) throw BackendError.of("Unsupported", "no end");
      const backward = from.kind === "last" || from.kind === "before";
      let start = 0;
      if (from.kind === "last") start = this.count;
      else if (from.kind === "at") start = Math.floor(from.share * this.count);
      else if (from.kind !== "first") start = Number(from.cursor);
      const [first, end] = backward
        ? [Math.max(0, start - size), start]
        : [start, Math.min(this.count, start + size)];
      const numbers = Array.from({ length: end - first }, (_, at) => first + at);
      if (backward) numbers.reverse();
      for (let at = 0; at < numbers.length; at += 10) {
        if (this.hangsAfter === at / 10) await this.#hang(request.query ?? "");
        rows({ documents: numbers.slice(at, at + 10).map((number) => Numbers.view(number)) });
        await Promise.resolve();
        if (this.breaks) throw this.breaks;
      }
      if (numbers.length === 0 && this.hangsAfter === 0) await this.#hang(request.query ?? "");
      return pageEnd({
        count: numbers.length,
        before: first > 0 ? String(first) : null,
        after: end < this.count ? String(end) : null,
        share: first / this.count,
      });
    },
    count: async (request: CountRequest) => {
      this.counted.push(request);
      if (this.hangsAfter !== null) await this.#hang(request.query ?? "");
      return { count: this.count, exact: request.mode === "exact", limited: false };
    },
    cancelQuery: async ({ query }: CancelRequest) => {
      this.cancelled.push(query);
      const end = this.#running.get(query);
      this.#running.delete(query);
      end?.();
      return { found: end !== undefined };
    },
  } as unknown as DocumentOperations;

  #hang(query: string): Promise<never> {
    return new Promise((_, reject) =>
      this.#running.set(query, () => reject(BackendError.of("Cancelled", "ended"))),
    );
  }
}

let numbers: Numbers;
let list: DocumentList;

function listOf(count: number): void {
  numbers = new Numbers(count);
  const namespace = { database: "d", collection: "c" };
  list = new DocumentList({ backend: numbers.operations, connection: "c", namespace, readOnly: false });
}

/** The numbers that are held, first and last, where none is missing between. */
function run(): [number, number] {
  const held = list.rows.map(({ id }) => Number(id));
  const [first = -1] = held;
  expect(held).toEqual(held.map((_, at) => first + at));
  return [first, held.at(-1) ?? -1];
}

beforeEach(async () => {
  listOf(1_000);
  await list.run(emptyQuery());
});

describe("a list", () => {
  it("goes to the end, and from there backward without a gap", async () => {
    await list.go({ kind: "last" });
    expect(run()).toEqual([950, 999]);
    expect([list.shown.begins, list.shown.ends]).toEqual([false, true]);
    await list.more("before");
    expect(run()).toEqual([900, 999]);
    await list.go({ kind: "first" });
    expect(run()).toEqual([0, 49]);
  });

  it("goes on in both directions from wherever it has gone to", async () => {
    await list.go({ kind: "at", share: 0.43 });
    expect(run()).toEqual([430, 479]);
    const before = list.shown.first;
    await list.more("before");
    await list.more("after");
    expect(run()).toEqual([380, 529]);
    expect(list.shown.first).toBe(before - 50);
  });

  it("is whole when both ends have come", async () => {
    listOf(70);
    await list.run({ ...emptyQuery(), filter: "{}" });
    await list.go({ kind: "at", share: 0.5 });
    expect(list.isAll).toBe(false);
    await list.more("before");
    expect(list.isAll).toBe(true);
    expect(list.total).toEqual({ is: "known", count: 70, exact: true });
  });

  it("keeps its question, its number and its columns when it goes elsewhere", async () => {
    await list.countExactly();
    await list.go({ kind: "last" });
    expect(list.total).toEqual({ is: "known", count: 1_000, exact: true });
    expect(list.columns).toMatchObject([{ name: "_id", kinds: [["int", 50]] }]);
    expect(numbers.counted).toHaveLength(2);
  });

  it("stays where it is when the end cannot be gone to", async () => {
    numbers.refusesTheEnd = true;
    expect(await list.go({ kind: "last" })).toMatchObject({ is: "failed", error: { code: "Unsupported" } });
    expect([run(), list.error, list.loading]).toEqual([[0, 49], null, false]);
    await list.more("after");
    expect(run()).toEqual([0, 99]);
  });

  it("holds a bounded number of rows, and reads those again that were taken away", async () => {
    listOf(MOST_ROWS + 500);
    await list.run(emptyQuery());
    while (!list.shown.ends) await list.more("after");
    expect(list.rows.length).toBeLessThanOrEqual(MOST_ROWS + 50);
    expect(run()[1]).toBe(MOST_ROWS + 499);
    expect(list.columns[0]?.kinds).toEqual([["int", list.rows.length]]);
    while (!list.shown.begins) await list.more("before");
    expect(run()[0]).toBe(0);
    expect(list.rows.length).toBeLessThanOrEqual(MOST_ROWS + 50);
  });

  it("takes many rows away at a time, as all others move up then", async () => {
    listOf(MOST_ROWS + 1_000);
    await list.run(emptyQuery());
    const gone: number[] = [];
    while (!list.shown.ends) {
      const { first } = list.shown;
      await list.more("after");
      if (list.shown.first !== first) gone.push(list.shown.first - first);
    }
    expect(gone.length).toBeGreaterThan(1);
    expect(Math.min(...gone)).toBeGreaterThanOrEqual(SPARE_ROWS);
  });

  it("reads a page again that broke off, and gives no document twice", async () => {
    await list.go({ kind: "at", share: 0.5 });
    numbers.breaks = BackendError.of("Timeout", "late");
    await list.more("before");
    expect([run(), list.stopAt("before")]).toEqual([[490, 549], { error: numbers.breaks }]);
    numbers.breaks = null;
    await list.more("before");
    expect([run(), list.stopAt("before")]).toEqual([[450, 549], null]);
  });

  it("goes on by itself at one end while the other has stopped, until all is asked anew", async () => {
    await list.go({ kind: "at", share: 0.5 });
    numbers.breaks = BackendError.of("Timeout", "late");
    await list.more("after");
    numbers.breaks = null;
    const all = { first: 0, end: list.rows.length };
    expect(wanted(list, all)).toBe("before");
    await list.more("before");
    expect(list.stopAt("after")?.error?.message).toBe("late");
    expect(wanted(list, { first: 90, end: list.rows.length })).toBeNull();
    await list.go({ kind: "at", share: 0.2 });
    expect(wanted(list, { first: 0, end: list.rows.length })).toBe("after");
  });
});

describe("a question that takes long", () => {
  const query = { ...emptyQuery(), filter: "slow" };

  it("is ended on the server, and the rows of before stay", async () => {
    numbers.hangsAfter = 0;
    const running = list.run(query);
    expect(list.since).not.toBeNull();
    list.cancel();
    expect(await running).toBe(false);
    expect([list.cancelled, list.error, list.loading, list.since]).toMatchObject([
      { onServer: true },
      null,
      false,
      null,
    ]);
    expect(numbers.cancelled).toEqual([numbers.asked.at(-1)?.query]);
    numbers.hangsAfter = null;
    await list.more("after");
    expect([run(), list.cancelled, list.asked.filter]).toEqual([[0, 99], null, ""]);
  });

  it("leaves the rows that have come when it is ended", async () => {
    numbers.hangsAfter = 2;
    const running = list.run(query);
    while (list.rows.length !== 20) await Promise.resolve();
    list.cancel();
    await running;
    expect([run(), list.page, list.asked.filter]).toEqual([[0, 19], null, "slow"]);
  });

  it("for the next page is ended too, and that page can be asked for again", async () => {
    numbers.hangsAfter = 1;
    const more = list.more("after");
    while (list.rows.length !== 60) await Promise.resolve();
    list.cancel();
    await more;
    expect([run(), list.stopAt("after"), list.cancelled]).toMatchObject([
      [0, 59],
      { error: null },
      { onServer: true },
    ]);
    numbers.hangsAfter = null;
    await list.more("after");
    expect(run()).toEqual([0, 99]);
  });

  it("is ended by the next one, and the page that was being read can be read later", async () => {
    numbers.hangsAfter = 1;
    const more = list.more("after");
    while (list.rows.length !== 60) await Promise.resolve();
    numbers.hangsAfter = 0;
    const slow = list.run(query);
    expect(numbers.cancelled).toEqual([numbers.asked.at(-2)?.query]);
    list.cancel();
    await Promise.all([slow, more]);
    numbers.hangsAfter = null;
    // Of the other question no row has come, so this one goes on.
    await list.more("after");
    expect([run(), list.asked.filter]).toEqual([[0, 99], ""]);
  });

  it("is the one that is gone on with elsewhere, and asked again, while it has no answer", async () => {
    numbers.hangsAfter = 0;
    const running = list.run({ ...query, projection: "{}" });
    numbers.hangsAfter = null;
    expect([list.asked.filter, list.wanted.filter]).toEqual(["", "slow"]);
    const answer = await list.go({ kind: "last" });
    expect([await running, answer?.is]).toEqual([false, "given"]);
    expect(numbers.asked.at(-1)).toMatchObject({ filter: "slow", from: { kind: "last" } });
    expect([run(), list.asked.filter, list.wanted.filter]).toEqual([[950, 999], "slow", "slow"]);
    expect([list.shown.landing, list.total]).toEqual([{ from: "last" }, { is: "unknown" }]);
  });

  it("is not wanted any more when it was ended", async () => {
    numbers.hangsAfter = 0;
    const running = list.run(query);
    list.cancel();
    await running;
    expect(list.wanted.filter).toBe("");
  });

  it("is ended when nobody looks any more", async () => {
    numbers.hangsAfter = 0;
    const running = list.run(query);
    list.close();
    expect(await running).toBe(false);
    expect(numbers.cancelled).toEqual([numbers.asked.at(-1)?.query]);
    expect(list.cancelled).toBeNull();
  });

  it("may be a count, which leaves the number as it was", async () => {
    const before = list.total;
    numbers.hangsAfter = 0;
    const counting = list.countExactly();
    expect(list.total).toEqual({ is: "counting" });
    list.cancel();
    await counting;
    expect(list.total).toEqual(before);
    expect(numbers.cancelled).toEqual([numbers.counted.at(-1)?.query]);
  });
});
