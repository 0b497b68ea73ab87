import { untrack } from "svelte";

/** Before the first word, and for each character of a text that is read at a calm pace. */
const BEGIN_MS = 500;
const CHARACTER_MS = 65;
const LONGEST_MS = 8000;

/** How long a text stays, so that it can be spoken before the next takes its place. */
export function spokenMs(text: string): number {
  return Math.min(LONGEST_MS, BEGIN_MS + CHARACTER_MS * text.length);
}

/** What a screen reader is told, politely: one after the other, because a later text would silence an earlier one. */
export class Announcements {
  /** What is told now. The same words twice are told twice: the count says so. */
  current = $state.raw({ text: "", count: 0 });

  #waiting: { text: string; about: string }[] = [];
  #speaking = false;

  tell(text: string, about: string = text): void {
    this.#waiting = [...this.#waiting.filter((waiting) => waiting.about !== about), { text, about }];
    if (!this.#speaking) this.#next();
  }

  #next(): void {
    const next = this.#waiting.shift();
    this.#speaking = next !== undefined;
    if (next === undefined) return;
    // Said from inside an effect too, which must not depend on what was said before.
    this.current = { text: next.text, count: untrack(() => this.current.count) + 1 };
    setTimeout(() => this.#next(), spokenMs(next.text));
  }
}

export const announcements = new Announcements();

/**
 * Tells a screen reader: results, errors, a change of primary. What still waits to be told about the same thing gives way:
 * nobody wants to hear how many results there were three letters ago.
 */
export function announce(text: string, about?: string): void {
  announcements.tell(text, about);
}
