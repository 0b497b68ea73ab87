import { clamp } from "./window";

/** How long after the latest key the place it leads to is gone to. */
const SETTLED_MS = 250;

/** How far a key leads, as a share of the whole. */
const STEPS: Record<string, number> = {
  ArrowUp: -0.01,
  ArrowLeft: -0.01,
  ArrowDown: 0.01,
  ArrowRight: 0.01,
  PageUp: -0.1,
  PageDown: 0.1,
  Home: -1,
  End: 1,
};

/** Where somebody is about to go on a bar: it is gone to when they have settled on it, and shown meanwhile. */
export class Aim {
  /** From 0 to 1; null while nobody aims and nothing is on its way. */
  at = $state<number | null>(null);
  readonly #go: (share: number) => Promise<unknown>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  constructor(go: (share: number) => Promise<unknown>) {
    this.#go = go;
  }

  /** Somebody points there, and has not let go. */
  point(share: number): void {
    clearTimeout(this.#timer);
    this.#turn += 1;
    this.at = clamp(share, 0, 1);
  }

  /** Takes a key that moves from `from`; says whether it is one. */
  press(key: string, from: number): boolean {
    const step = STEPS[key];
    if (key === "Enter" && this.at !== null) void this.land();
    else if (step === undefined) return false;
    else {
      this.point((this.at ?? from) + step);
      this.#timer = setTimeout(() => void this.land(), SETTLED_MS);
    }
    return true;
  }

  /** Goes there. */
  async land(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.at === null) return;
    const turn = (this.#turn += 1);
    await this.#go(this.at);
    if (turn === this.#turn) this.at = null;
  }

  /** Gives it up. */
  leave(): void {
    clearTimeout(this.#timer);
    this.#turn += 1;
    this.at = null;
  }
}
