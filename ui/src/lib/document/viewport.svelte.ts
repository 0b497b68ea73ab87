import { untrack } from "svelte";

import type { Places } from "./places";
import { clamp, inSlots, type Run, rowRun, rowsDrawn, scrollToShow, slotOf } from "./window";

/** Rows drawn beyond each edge, so that a short scroll shows no gap. */
const OVERSCAN = 8;
/** How long nothing has to be scrolled until the elements are put in the order of their lines, milliseconds. */
const REST_MS = 150;
/** Pixels of what follows the documents in every view. */
export const FOOT = 34;

/** About how many pixels of the window are beside what scrolls, in the sidebar and the inspector, and above and below it. */
const AROUND = { innerWidth: 600, innerHeight: 200 };

/** A page that is not shown yet has no sizes, and is built once if it is built for those that it will have. */
function untilMeasured(side: keyof typeof AROUND): number {
  return Math.max(0, (globalThis[side] ?? 0) - AROUND[side]);
}

/** What is scrolled: lines of one height, perhaps between a head that stays and a foot. */
export interface Scrolled {
  rowHeight: number;
  headHeight?: number;
  footHeight?: number;
  /** How many lines there are. */
  count: () => number;
  /** Where the first line stands, counted from one that others may be put before or taken away. */
  origin?: () => number;
  /** Where the documents stand among them. */
  places: Places;
  /** From which end the documents are looked at: another object each time that all are replaced. */
  landing: () => { from: "first" | "last" };
}

/** What stays where it is, of what was in sight when somebody scrolled last. */
interface Anchor {
  /** Of the lists that were there, the one it was in. */
  landing: object | null;
  place: number;
  /** The line it began on. */
  line: number;
  /** Pixels that were scrolled away above. */
  at: number;
}

/** The part of a long list that is in sight. It shows the same when other lines come before it, or go. */
export class Viewport {
  left = $state(0);
  #width = $state(untilMeasured("innerWidth"));
  #height = $state(untilMeasured("innerHeight"));
  #anchor = $state.raw<Anchor>({ landing: null, place: 0, line: 0, at: 0 });
  #element: HTMLElement | null = null;
  /** The line of the anchor that the element was scrolled for last. */
  #settled = 0;

  /** Pixels scrolled away above. */
  readonly top: number = $derived.by(() => {
    const { rowHeight, headHeight = 0, footHeight = 0, count } = this.scrolled;
    const most = headHeight + count() * rowHeight + footHeight - this.height;
    return clamp(this.#goal, 0, Math.max(0, most));
  });

  /** The lines to draw. */
  readonly rows: Run = $derived.by(() =>
    rowRun({
      scrollTop: this.top,
      height: this.#rowsHeight,
      rowHeight: this.scrolled.rowHeight,
      count: this.scrolled.count(),
      overscan: OVERSCAN,
    }),
  );

  /** How many elements there are for lines. */
  readonly #slots: number = $derived.by(() =>
    rowsDrawn({ height: this.#rowsHeight, rowHeight: this.scrolled.rowHeight, overscan: OVERSCAN }),
  );
  /** The element that comes first. */
  #turn = $state(0);
  /** The lines to draw, in the order of the elements that show them. */
  readonly drawn: readonly number[] = $derived.by(() =>
    inSlots(this.rows, this.#slots, this.#turn, this.scrolled.origin?.()),
  );

  constructor(readonly scrolled: Scrolled) {}

  /** Pixels of the element that scrolls. One that is hidden has none: then what was in sight stays drawn. */
  get width(): number {
    return this.#width;
  }

  set width(pixels: number) {
    if (pixels > 0) this.#width = pixels;
  }

  get height(): number {
    return this.#height;
  }

  set height(pixels: number) {
    if (pixels > 0) this.#height = pixels;
  }

  /** The element that shows a line. Scrolling changes what elements show, and moves none of them among the others. */
  slot(line: number): number {
    return slotOf(line + (this.scrolled.origin?.() ?? 0), this.#slots);
  }

  /**
   * Puts the elements in the order of their lines, in which they are read aloud, once nothing moves. For an effect of what
   * shows lines as they are in `drawn`. No line may take the focus, which goes when an element is moved.
   */
  tidy(): (() => void) | undefined {
    const turn = this.slot(this.rows.first);
    if (turn === this.#turn) return undefined;
    const timer = setTimeout(() => (this.#turn = turn), REST_MS);
    return () => clearTimeout(timer);
  }

  /** How many whole lines fit. */
  get page(): number {
    return Math.max(1, Math.floor(this.#rowsHeight / this.scrolled.rowHeight));
  }

  /** The documents in sight, in parts of a document. */
  get inSight(): Run {
    const { rowHeight, count, places } = this.scrolled;
    const first = this.top / rowHeight;
    const end = Math.min(count(), first + this.#rowsHeight / rowHeight);
    return { first: places.rowAt(first), end: places.rowAt(end) };
  }

  /** For the element that scrolls. */
  readonly attach = (element: HTMLElement): (() => void) => {
    this.#element = element;
    return () => (this.#element = null);
  };

  /** Takes note of where the element is scrolled to. One that is hidden is nowhere. */
  readonly follow = (): void => {
    if (!this.#element || this.#element.clientHeight === 0) return;
    const { rowHeight, landing, places } = this.scrolled;
    const at = this.#element.scrollTop;
    const place = places.anchorAt(at / rowHeight, this.page);
    this.#settled = places.lineOf(place);
    this.#anchor = { landing: landing(), place, line: this.#settled, at };
    this.left = this.#element.scrollLeft;
  };

  /** Scrolls the element by what was put before the anchor or taken away there. For an effect: it reads what this depends on. */
  settle(): void {
    const { rowHeight, count, landing, places } = this.scrolled;
    const anchor = untrack(() => this.#anchor);
    const isFollowed = anchor.landing === landing();
    const line = places.lineOf(isFollowed ? anchor.place : 0);
    void count();
    if (!this.#element) return;
    if (isFollowed) {
      const by = (line - this.#settled) * rowHeight;
      this.#settled = line;
      if (by !== 0) this.#element.scrollTop += by;
    } else
      this.#element.scrollTop = landing().from === "last" ? this.#element.scrollHeight : line * rowHeight;
  }

  /** Scrolls as far as needed to show a line, or the lines from it to another. */
  reveal(row: number, end = row + 1): void {
    const { rowHeight } = this.scrolled;
    this.scrollTo(scrollToShow(this.top, this.#rowsHeight, row * rowHeight, end * rowHeight));
  }

  /** Scrolls sideways as far as needed to show what stands from `start` to `end`, pixels. */
  revealAcross(start: number, end: number): void {
    if (!this.#element) return;
    this.#element.scrollLeft = scrollToShow(this.#element.scrollLeft, this.width, start, end);
    this.follow();
  }

  scrollTo(top: number): void {
    if (!this.#element) return;
    this.#element.scrollTop = top;
    this.follow();
  }

  scrollToEnd(end: "first" | "last"): void {
    this.scrollTo(end === "last" ? (this.#element?.scrollHeight ?? 0) : 0);
  }

  /** Where it is to be scrolled to. */
  get #goal(): number {
    const { rowHeight, landing, places } = this.scrolled;
    const { landing: followed, place, line, at } = this.#anchor;
    if (followed === landing()) return at + (places.lineOf(place) - line) * rowHeight;
    return landing().from === "last" ? Infinity : places.lineOf(0) * rowHeight;
  }

  get #rowsHeight(): number {
    return this.height - (this.scrolled.headHeight ?? 0);
  }
}
