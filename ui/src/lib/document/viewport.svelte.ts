import { clamp, type Run, rowRun, scrollToShow } from "./window";

/** Rows drawn beyond each edge, so that a short scroll shows no gap. */
const OVERSCAN = 8;

/** What is scrolled: rows of one height, perhaps between a head that stays and a foot. */
export interface Scrolled {
  rowHeight: number;
  headHeight?: number;
  footHeight?: number;
  /** How many rows there are. */
  count: () => number;
  /** The place of the first row: rows that are put before others leave those their places. */
  first: () => number;
  /** From which end the rows are looked at: another object each time that all are replaced. */
  landing: () => { from: "first" | "last" };
}

/** The part of a long list that is in sight. It shows the same rows when others come before them, or go. */
export class Viewport {
  left = $state(0);
  width = $state(0);
  height = $state(0);
  /** Where it was scrolled to, in pixels from where the row of place 0 begins, and in which of the lists that were there. */
  #scrolled = $state.raw<{ landing: object | null; at: number }>({ landing: null, at: 0 });
  readonly #scroll: Scrolled;
  #element: HTMLElement | null = null;
  /** What the element was scrolled for last. */
  #settled: { landing: object | null; first: number } = { landing: null, first: 0 };

  /** Pixels scrolled away above. */
  readonly top: number = $derived.by(() => {
    const { rowHeight, headHeight = 0, footHeight = 0, count, first, landing } = this.#scroll;
    const { from } = landing();
    const edge = from === "last" ? Infinity : 0;
    const at = this.#scrolled.landing === landing() ? this.#scrolled.at : edge;
    const most = headHeight + count() * rowHeight + footHeight - this.height;
    return clamp(at - first() * rowHeight, 0, Math.max(0, most));
  });

  /** The rows to draw. */
  readonly rows: Run = $derived.by(() =>
    rowRun({
      scrollTop: this.top,
      height: this.#rowsHeight,
      rowHeight: this.#scroll.rowHeight,
      count: this.#scroll.count(),
      overscan: OVERSCAN,
    }),
  );

  constructor(scrolled: Scrolled) {
    this.#scroll = scrolled;
  }

  /** How many whole rows fit. */
  get page(): number {
    return Math.max(1, Math.floor(this.#rowsHeight / this.#scroll.rowHeight));
  }

  /** The rows in sight, in parts of a row. */
  get inSight(): Run {
    const { rowHeight, count } = this.#scroll;
    const first = this.top / rowHeight;
    return { first, end: Math.min(count(), first + this.#rowsHeight / rowHeight) };
  }

  /** For the element that scrolls. */
  readonly attach = (element: HTMLElement): (() => void) => {
    this.#element = element;
    return () => (this.#element = null);
  };

  /** Takes note of where the element is scrolled to. */
  readonly follow = (): void => {
    if (!this.#element) return;
    const { rowHeight, first, landing } = this.#scroll;
    this.#scrolled = { landing: landing(), at: this.#element.scrollTop + first() * rowHeight };
    this.left = this.#element.scrollLeft;
  };

  /** Scrolls the element by what was put before its rows or taken away there. For an effect: it reads what this depends on. */
  settle(): void {
    const [landing, first] = [this.#scroll.landing(), this.#scroll.first()];
    const before = this.#settled;
    this.#settled = { landing, first };
    if (!this.#element) return;
    const by = (before.first - first) * this.#scroll.rowHeight;
    if (before.landing !== landing)
      this.#element.scrollTop = landing.from === "last" ? this.#element.scrollHeight : 0;
    else if (by !== 0) this.#element.scrollTop += by;
  }

  /** Scrolls as far as needed to show a row, or the rows from it to another. */
  reveal(row: number, end = row + 1): void {
    const { rowHeight } = this.#scroll;
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

  get #rowsHeight(): number {
    return this.height - (this.#scroll.headHeight ?? 0);
  }
}
