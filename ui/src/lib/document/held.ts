/** What is held of a result: pages that follow each other without a gap, somewhere between its first and its last document. */
import type { DocumentView, PageEnd, QueryPlan } from "$lib/backend";
import { notAmong } from "./rows";

/** An end of what is held. */
export type Side = "before" | "after";

export function otherSide(side: Side): Side {
  return side === "before" ? "after" : "before";
}

/** A page: its rows in the order of the result, and how it ended; null while it is read, or where it broke off. */
export interface HeldPage {
  readonly rows: readonly DocumentView[];
  readonly end: PageEnd | null;
}

/** A contiguous run of pages. */
export interface Held {
  readonly pages: readonly HeldPage[];
  /**
   * The place of the first row. Places count from where reading began, so that a row keeps its own whatever is put before it
   * or taken away there.
   */
  readonly first: number;
}

/** How many rows are held at most where those beyond can be read again. */
export const MOST_ROWS = 1_000;
/** How many are taken away at a time at least: all others move up when those before them go. */
export const SPARE_ROWS = 250;

export const NOTHING_HELD: Held = { pages: [], first: 0 };

/** All rows, in the order of the result. */
export function rowsOf({ pages }: Held): readonly DocumentView[] {
  const [only] = pages;
  return pages.length === 1 && only ? only.rows : pages.flatMap(({ rows }) => rows);
}

/** What leads to the page beyond an end; null where nothing is beyond, or where that is not known. */
export function cursorOf({ pages }: Held, side: Side): string | null {
  const page = side === "before" ? pages[0] : pages.at(-1);
  return page?.end?.[side] ?? null;
}

/** Whether nothing of the result is beyond an end. */
export function isEdge(held: Held, side: Side): boolean {
  const page = side === "before" ? held.pages[0] : held.pages.at(-1);
  return page?.end !== undefined && page.end !== null && page.end[side] === null;
}

/** Something that came before one of the pages has changed: documents may be missing, or come twice. */
export function isShifted({ pages }: Held): boolean {
  return pages.some(({ end }) => end?.shifted === true);
}

/** How the server finds the documents; null where it did not say. */
export function planOf({ pages }: Held): QueryPlan | null {
  return pages.findLast(({ end }) => end?.plan)?.end?.plan ?? null;
}

/** Begins a page at an end. */
export function begun(held: Held, side: Side): Held {
  const page: HeldPage = { rows: [], end: null };
  return { ...held, pages: side === "before" ? [page, ...held.pages] : [...held.pages, page] };
}

/** The documents that are new among those that came for a page at an end. */
export function freshOf(held: Held, documents: readonly DocumentView[]): DocumentView[] {
  return notAmong(rowsOf(held), documents);
}

/** Takes rows into the page at an end, as they come: a page that is read backward gives its last one first. */
export function grown(held: Held, side: Side, documents: readonly DocumentView[]): Held {
  if (side === "after")
    return onPage(held, side, ({ rows, end }) => ({ rows: [...rows, ...documents], end }));
  const longer = onPage(held, side, ({ rows, end }) => ({ rows: [...documents.toReversed(), ...rows], end }));
  return { ...longer, first: held.first - documents.length };
}

/** Takes note of how the page at an end has ended. */
export function ended(held: Held, side: Side, end: PageEnd): Held {
  return onPage(held, side, ({ rows }) => ({ rows, end }));
}

/**
 * Makes of a page that broke off a part of the one beside it, so that it can be asked for again. What comes again is told by
 * its id: rows without one are taken away.
 */
export function brokenOff(held: Held, side: Side): Held {
  const before = side === "before";
  const broken = before ? held.pages[0] : held.pages.at(-1);
  const kept = (broken?.rows ?? []).filter(({ id }) => id !== null);
  const rest = before ? held.pages.slice(1) : held.pages.slice(0, -1);
  const lost = before ? (broken?.rows.length ?? 0) - kept.length : 0;
  return onPage({ pages: rest, first: held.first + lost }, side, ({ rows, end }) => ({
    rows: before ? [...kept, ...rows] : [...rows, ...kept],
    end,
  }));
}

/** What was taken away of far pages. */
export interface Trimmed {
  held: Held;
  gone: readonly DocumentView[];
}

/**
 * Takes pages away at an end until no more than `most` rows are left, as long as the page that becomes the outermost has a
 * cursor to come back by.
 */
export function trimmed(held: Held, side: Side, most: number): Trimmed {
  const gone: DocumentView[] = [];
  let { pages, first } = held;
  let count = pages.reduce((sum, { rows }) => sum + rows.length, 0);
  while (count > most) {
    const [outer, next] = side === "before" ? [pages[0], pages[1]] : [pages.at(-1), pages.at(-2)];
    if (!outer || typeof next?.end?.[side] !== "string") break;
    pages = side === "before" ? pages.slice(1) : pages.slice(0, -1);
    if (side === "before") first += outer.rows.length;
    count -= outer.rows.length;
    gone.push(...outer.rows);
  }
  return { held: { pages, first }, gone };
}

/** Shows a document before all others. */
export function withFirst(held: Held, view: DocumentView): Held {
  return grown(held.pages.length > 0 ? held : begun(held, "before"), "before", [view]);
}

/** Changes rows without moving them. */
export function changed(held: Held, change: (row: DocumentView) => DocumentView): Held {
  return { ...held, pages: held.pages.map(({ rows, end }) => ({ rows: rows.map(change), end })) };
}

/** Takes a document away; those behind it move up. */
export function without(held: Held, id: string): Held {
  const stays = (row: DocumentView) => row.id !== id;
  return { ...held, pages: held.pages.map(({ rows, end }) => ({ rows: rows.filter(stays), end })) };
}

function onPage(held: Held, side: Side, change: (page: HeldPage) => HeldPage): Held {
  const at = side === "before" ? 0 : held.pages.length - 1;
  return { ...held, pages: held.pages.map((page, index) => (index === at ? change(page) : page)) };
}
