import type { SampledField } from "$lib/backend";
import type { Column } from "./columns";
import type { KnownField } from "./complete";
import { addressOf, type Source } from "./source";

/** The names of a collection's fields, sampled when they are first needed. */
export class FieldNames {
  #sampled = $state.raw<readonly SampledField[]>([]);
  readonly #source: Source;
  #asked = false;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Asks for a sample, once. A failure costs the names, and the next call asks again. */
  async load(): Promise<void> {
    if (this.#asked) return;
    this.#asked = true;
    try {
      const { fields } = await this.#source.backend.sampleFields(addressOf(this.#source));
      this.#sampled = fields;
    } catch {
      this.#asked = false;
    }
  }

  /** Lets the next use sample anew; until then the names stay. */
  forget(): void {
    this.#asked = false;
  }

  /** The names known: those sampled, and the columns on the screen that the sample has missed. */
  with(columns: readonly Column[]): KnownField[] {
    const paths = new Set(this.#sampled.map(({ path }) => path));
    const missed = columns.filter(({ name }) => isNameable(name) && !paths.has(name));
    return [
      ...this.#sampled,
      ...missed.map(({ name, kind }) => ({ path: name, kinds: kind === "mixed" ? [] : [kind] })),
    ];
  }
}

/** Whether a query can name a field so. */
export function isNameable(name: string): boolean {
  return name !== "" && !name.startsWith("$") && !name.includes(".") && !name.includes("\0");
}
