import { type Run, rowRun, scrollToShow } from "./window";

/** Rows drawn beyond each edge, so that a short scroll shows no gap. */
const OVERSCAN = 8;

/** What is scrolled: rows of one height, perhaps below a head that stays. */
export interface Scrolled {
  rowHeight: number;
  headHeight?: number;
  /** How many rows there are. */
  count: () => number;
}

/** The part of a long list that is in sight. */
export class Viewport {
  top = $state(0);
  left = $state(0);
  width = $state(0);
  height = $state(0);
  /** The rows to draw. */
  readonly rows: Run = $derived.by(() =>
    rowRun({
      scrollTop: this.top,
      height: this.#rowsHeight,
      rowHeight: this.scrolled.rowHeight,
      count: this.scrolled.count(),
      overscan: OVERSCAN,
    }),
  );

  #element: HTMLElement | null = null;

  constructor(readonly scrolled: Scrolled) {}

  /** How many whole rows fit. */
  get page(): number {
    return Math.max(1, Math.floor(this.#rowsHeight / this.scrolled.rowHeight));
  }

  /** For the element that scrolls. */
  readonly attach = (element: HTMLElement): (() => void) => {
    this.#element = element;
    return () => (this.#element = null);
  };

  readonly follow = (): void => {
    if (!this.#element) return;
    this.top = this.#element.scrollTop;
    this.left = this.#element.scrollLeft;
  };

  /** Scrolls as far as needed to show a row, or the rows from it to another. */
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

  get #rowsHeight(): number {
    return this.height - (this.scrolled.headHeight ?? 0);
  }
}
