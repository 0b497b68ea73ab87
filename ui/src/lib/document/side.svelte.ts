/** Below this width the inspector lies over the documents. */
const SIDE_BY_SIDE = 760;

/** Where the inspector is: beside the documents, or over them where both have no room. */
export class Side {
  #width = $state(1000);
  #beside = $state(true);
  #over = $state(false);

  /** Pixels that the two have. While they are hidden they have none: then all stays as it was. */
  get width(): number {
    return this.#width;
  }

  set width(pixels: number) {
    if (pixels > 0) this.#width = pixels;
  }

  /** There is room for both. */
  get wide(): boolean {
    return this.width >= SIDE_BY_SIDE;
  }

  get shown(): boolean {
    return this.wide ? this.#beside : this.#over;
  }

  set shown(shown: boolean) {
    if (this.wide) this.#beside = shown;
    else this.#over = shown;
  }

  /** It lies over the documents. */
  get covers(): boolean {
    return !this.wide && this.#over;
  }
}
