import { type BackendError, type DocumentView, toBackendError } from "$lib/backend";
import type { Syntax } from "./exacttext";
import { beginningOf, blockStarts, estimatedLines } from "./jsonlines";
import type { DocumentList } from "./list.svelte";
import { addressOf, type Source } from "./source";
import type { Run } from "./window";

/** Bytes of a document above which its text is read only when somebody asks for it. */
export const HUGE = 64 * 1024;
/** Texts read at a time. */
const AT_ONCE = 4;
/** Characters kept; the texts that were read longest ago are read again when they are wanted. */
const KEPT = 16_000_000;
/** Entries kept of rows that are not held, as after asking the same again. */
const BESIDE = 200;
/** Lines shown of one text. */
const MOST_LINES = 100_000;
/** Lines shown of all texts: of boxes above about 16 million pixels a browser does not draw the rest. */
const TALLEST = 800_000;

/** What stands above a document's lines, where something has to be said. */
export type TextNote =
  | { is: "huge"; bytes: number }
  /** A projection hides how large the document is. */
  | { is: "unmeasured" }
  | { is: "noId" }
  | { is: "damaged" }
  | { is: "tooLong"; shown: number; lines: number }
  | { is: "failed"; error: BackendError };

/** A document's part of the list. */
export interface TextBlock {
  note: TextNote | null;
  /** Null while the text is not there. */
  lines: readonly string[] | null;
  /** Lines it takes, its note's included. */
  height: number;
}

interface Entry {
  lines: readonly string[] | null;
  count: number;
  size: number;
  damaged: boolean;
  error: BackendError | null;
}

/** The texts of the documents in a list: read for those in sight, and kept for a while. */
export class DocumentTexts {
  readonly blocks: readonly TextBlock[] = $derived.by(() => {
    void this.#version;
    const { rows } = this.#list;
    const blocks = rows.map((document) => this.#blockOf(document, MOST_LINES));
    if ((blockStarts(blocks.map(({ height }) => height)).at(-1) ?? 0) <= TALLEST) return blocks;
    // A note and a blank line go with each.
    const most = Math.floor(TALLEST / rows.length) - 2;
    return rows.map((document) => this.#blockOf(document, most));
  });
  /** Where each block begins, in lines, and at last where the list ends. */
  readonly starts: readonly number[] = $derived.by(() =>
    blockStarts(this.blocks.map(({ height }) => height)),
  );
  /** Characters of the longest line read. */
  widest = $state(0);

  readonly #source: Source;
  readonly #list: DocumentList;
  readonly #syntax: () => Syntax;
  /** The one read last is the last. */
  readonly #entries = new Map<string, Entry>();
  /** Counts the changes of the entries. */
  #version = $state(0);
  /** Documents that somebody wants to see whole. */
  readonly #whole = new Set<string>();
  readonly #reading = new Set<string>();
  #wanted: readonly DocumentView[] = [];
  #kept = 0;

  constructor(source: Source, list: DocumentList, syntax: () => Syntax) {
    this.#source = source;
    this.#list = list;
    this.#syntax = syntax;
  }

  /** Reads the texts of these rows that are not there; those asked for before and not begun are not read any more. */
  want({ first, end }: Run): void {
    this.#wanted = this.#list.rows.slice(first, end);
    this.#readNext();
  }

  /** Reads the text of a document that is huge, or may be, after all. */
  showWhole(document: DocumentView): void {
    if (document.id === null) return;
    this.#whole.add(document.id);
    this.#version += 1;
    this.#readNext();
  }

  /** Whether somebody has to ask for this document's text: it is huge, or may be. */
  isOnRequest({ id, sizeBytes }: DocumentView): boolean {
    void this.#version;
    return id !== null && (sizeBytes > HUGE || this.#list.isProjected) && !this.#whole.has(id);
  }

  /** Whether the text could not be read. */
  hasFailed(document: DocumentView): boolean {
    void this.#version;
    return Boolean(this.#entries.get(this.#keyOf(document))?.error);
  }

  /** Reads a text again that could not be read. */
  retry(document: DocumentView): void {
    this.#entries.delete(this.#keyOf(document));
    this.#version += 1;
    this.#readNext();
  }

  /** Lets what could not be read be read again. */
  forgetFailures(): void {
    for (const [key, { error }] of this.#entries) if (error) this.#entries.delete(key);
    this.#version += 1;
  }

  /** `most` lines are shown of a text. */
  #blockOf(document: DocumentView, most: number): TextBlock {
    const beginning = (note: TextNote): TextBlock => {
      const lines = beginningOf(document);
      return { note, lines, height: lines.length + 1 };
    };
    if (document.id === null) return beginning({ is: "noId" });
    if (this.isOnRequest(document))
      return beginning(
        this.#list.isProjected ? { is: "unmeasured" } : { is: "huge", bytes: document.sizeBytes },
      );
    const entry = this.#entries.get(this.#keyOf(document));
    if (!entry) return { note: null, lines: null, height: Math.min(estimatedLines(document), most) };
    if (entry.error) return beginning({ is: "failed", error: entry.error });
    const note = noteOf(entry, most);
    const lines = note?.is === "tooLong" ? (entry.lines?.slice(0, most) ?? null) : entry.lines;
    return { note, lines, height: Math.min(entry.count, most) + (note ? 1 : 0) };
  }

  #readNext(): void {
    for (const document of this.#wanted) {
      if (this.#reading.size >= AT_ONCE) return;
      const key = this.#keyOf(document);
      const entry = this.#entries.get(key);
      const isThere = entry !== undefined && (entry.lines !== null || entry.error !== null);
      if (document.id !== null && !isThere && !this.isOnRequest(document) && !this.#reading.has(key))
        void this.#read(document.id, key);
    }
  }

  async #read(id: string, key: string): Promise<void> {
    this.#reading.add(key);
    try {
      const request = { ...addressOf(this.#source), id, format: this.#syntax(), layout: "indented" as const };
      const { text, damaged } = await this.#source.backend.getText(request);
      const all = text.split("\n");
      this.#keep(key, {
        lines: all.slice(0, MOST_LINES),
        count: all.length,
        size: text.length,
        damaged,
        error: null,
      });
    } catch (thrown) {
      const error = toBackendError(thrown);
      this.#keep(key, { lines: null, count: 0, size: 0, damaged: false, error });
    } finally {
      this.#reading.delete(key);
      this.#readNext();
    }
  }

  #keep(key: string, entry: Entry): void {
    this.#entries.set(key, entry);
    this.#kept += entry.size;
    const longest = (entry.lines ?? []).reduce((most, line) => Math.max(most, line.length), 0);
    if (longest > this.widest) this.widest = longest;
    this.#forgetOthers();
    const wanted = new Set(this.#wanted.map((document) => this.#keyOf(document)));
    for (const [other, old] of this.#entries) {
      if (this.#kept <= KEPT) break;
      if (old.lines === null || wanted.has(other)) continue;
      // How many lines it has stays known, so that nothing moves.
      this.#kept -= old.size;
      this.#entries.set(other, { ...old, lines: null, size: 0 });
    }
    this.#version += 1;
  }

  /** Forgets the texts of rows that are not held any more, when they have become many. */
  #forgetOthers(): void {
    const { rows } = this.#list;
    if (this.#entries.size <= rows.length + BESIDE) return;
    const held = new Set(rows.map((document) => this.#keyOf(document)));
    for (const [key, { size }] of this.#entries) {
      if (held.has(key)) continue;
      this.#kept -= size;
      this.#entries.delete(key);
    }
  }

  #keyOf({ id, etag }: DocumentView): string {
    return `${this.#syntax()} ${etag} ${id}`;
  }
}

function noteOf({ count, damaged }: Entry, most: number): TextNote | null {
  if (count > most) return { is: "tooLong", shown: most, lines: count };
  return damaged ? { is: "damaged" } : null;
}
