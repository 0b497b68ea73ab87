import { beforeEach, describe, expect, it } from "vitest";

import {
  BackendError,
  type DocumentView,
  type FindRequest,
  type GetTextRequest,
  type RowBatch,
} from "$lib/backend";
import { later } from "$lib/state/fake-backend";
import type { Syntax } from "./exacttext";
import { DocumentList } from "./list.svelte";
import { emptyQuery } from "./query";
import type { DocumentOperations, Source } from "./source";
import { leaf, view } from "./testing";
import { DocumentTexts } from "./texts.svelte";

let documents: DocumentView[];
let asked: string[];
/** What answers the next requests, in order; without one the answer comes at once. */
let held: ReturnType<typeof later<null>>[];
let text: (id: string) => string;
let syntax: Syntax;
let texts: DocumentTexts;
let list: DocumentList;

const operations = {
  find: async (_: FindRequest, rows: (batch: RowBatch) => void) => {
    rows({ documents });
    return { count: documents.length, before: null, after: null, paging: "keyset", elapsedMs: 1 };
  },
  getText: async ({ id, format }: GetTextRequest) => {
    asked.push(`${id} ${format}`);
    await held.shift()?.promise;
    return { text: text(id), damaged: id === "damaged", etag: "" };
  },
} as unknown as DocumentOperations;

async function start(...ids: string[]): Promise<void> {
  documents = ids.map((id) => view([leaf("_id", "string", id)], { id, etag: id }));
  await list.run(emptyQuery());
}

const settled = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};
const all = () => ({ first: 0, end: list.rows.length });
const heights = () => texts.blocks.map(({ height }) => height);

beforeEach(() => {
  [asked, held, syntax] = [[], [], "relaxed"];
  text = (id) => `{\n  "_id": "${id}"\n}`;
  const namespace = { database: "d", collection: "c" };
  const source: Source = { backend: operations, connection: "c", namespace, readOnly: false };
  list = new DocumentList(source);
  texts = new DocumentTexts(source, list, () => syntax);
});

describe("the texts of documents", () => {
  it("are read for those in sight alone, once, and take the lines that they have", async () => {
    await start("a", "b", "c");
    text = () => "{\n1\n2\n3\n}";
    texts.want({ first: 1, end: 2 });
    await settled();
    texts.want({ first: 1, end: 2 });
    await settled();
    expect(asked).toEqual(["b relaxed"]);
    expect(heights()).toEqual([3, 5, 3]);
    expect(texts.starts).toEqual([0, 4, 10, 14]);
    expect(texts.blocks[1]?.lines?.[1]).toBe("1");
  });

  it("are read a few at a time, and not any more when they have gone out of sight", async () => {
    await start(..."abcdefgh");
    const answers = [1, 2, 3, 4].map(() => later<null>());
    held = [...answers];
    texts.want(all());
    await settled();
    expect(asked).toHaveLength(4);
    texts.want({ first: 7, end: 8 });
    for (const { resolve } of answers) resolve(null);
    await settled();
    expect(asked.map((each) => each[0]).join("")).toBe("abcdh");
  });

  it("are others in another syntax", async () => {
    await start("a");
    texts.want(all());
    await settled();
    syntax = "shell";
    texts.want(all());
    await settled();
    expect(asked).toEqual(["a relaxed", "a shell"]);
  });

  it("of huge documents are read only when somebody asks, and then not taller than can be scrolled", async () => {
    await start("a");
    documents = [view([leaf("_id", "int", "1")], { id: "a", etag: "x", sizeBytes: 15_000_000 })];
    await list.run(emptyQuery());
    texts.want(all());
    await settled();
    expect(asked).toEqual([]);
    expect(texts.blocks[0]?.note).toEqual({ is: "huge", bytes: 15_000_000 });
    expect(texts.blocks[0]?.lines).toEqual(["{", '  "_id": 1', "}"]);

    text = () => "1\n".repeat(150_000);
    const [document] = list.rows;
    if (document) texts.showWhole(document);
    await settled();
    expect(texts.blocks[0]?.note).toEqual({ is: "tooLong", shown: 100_000, lines: 150_001 });
    expect(texts.blocks[0]?.lines).toHaveLength(100_000);
    expect(heights()).toEqual([100_001]);
  });

  it("of projected documents are read only when somebody asks: how large they are is not known", async () => {
    documents = [view([leaf("_id", "int", "1")], { id: "a", etag: "x" })];
    await list.run({ ...emptyQuery(), projection: "{}" });
    texts.want(all());
    await settled();
    expect([asked, texts.blocks[0]?.note]).toEqual([[], { is: "unmeasured" }]);
    const [document] = list.rows;
    if (document) texts.showWhole(document);
    await settled();
    expect(texts.blocks[0]?.note).toBeNull();
    expect(asked).toEqual(["a relaxed"]);
  });

  it("take no more lines together than a browser draws", async () => {
    await start(..."abcdefghi");
    text = () => "1\n".repeat(95_000);
    texts.want(all());
    await settled();
    await settled();
    expect(texts.starts.at(-1)).toBeLessThanOrEqual(800_000);
    expect(texts.blocks[8]).toMatchObject({ note: { is: "tooLong", shown: 88_886 }, height: 88_887 });
    expect(texts.blocks[8]?.lines).toHaveLength(88_886);
  });

  it("that were read long ago give their room to others, and keep their lines", async () => {
    await start("a", "b", "c");
    text = (id) => `${id}\n${"x".repeat(9_000_000)}`;
    for (const first of [0, 1, 2]) {
      texts.want({ first, end: first + 1 });
      await settled();
    }
    expect(texts.blocks.map(({ lines }) => lines !== null)).toEqual([false, false, true]);
    expect(heights()).toEqual([2, 2, 2]);
  });

  it("of rows that went are forgotten when they have become many", async () => {
    const ids = Array.from({ length: 210 }, (_, at) => `old${at}`);
    await start(...ids);
    texts.want(all());
    for (let turn = 0; turn < 20; turn += 1) await settled();
    expect(asked).toHaveLength(210);
    await start("new");
    texts.want(all());
    await settled();
    await start("old209");
    texts.want(all());
    await settled();
    expect(asked.slice(210)).toEqual(["new relaxed", "old209 relaxed"]);
  });

  it("say why they could not be read, until they are asked for again", async () => {
    await start("a");
    text = () => {
      throw BackendError.of("Timeout", "too slow");
    };
    texts.want(all());
    await settled();
    expect(texts.blocks[0]?.note).toMatchObject({ is: "failed", error: { message: "too slow" } });
    texts.want(all());
    await settled();
    expect(asked).toHaveLength(1);
    text = () => "{}";
    const [document] = list.rows;
    if (!document) throw new Error("there is no row");
    expect(texts.hasFailed(document)).toBe(true);
    texts.retry(document);
    await settled();
    expect(texts.hasFailed(document)).toBe(false);
    expect(texts.blocks[0]).toMatchObject({ note: null, lines: ["{}"] });
  });

  it("say what they do not give back, and show a beginning where there is no _id", async () => {
    await start("damaged");
    texts.want(all());
    await settled();
    expect(texts.blocks[0]?.note).toEqual({ is: "damaged" });
    documents = [view([leaf("a", "int", "1")], { id: null })];
    await list.run(emptyQuery());
    texts.want(all());
    await settled();
    expect(texts.blocks[0]).toMatchObject({ note: { is: "noId" }, lines: ["{", '  "a": 1', "}"] });
    expect(asked).toHaveLength(1);
  });
});
