import type { TypedValue } from "$lib/backend";
import { type Conversion, conversion, type Convert } from "./conversion";
import { isSingle, type SingleKind } from "./kind";
import type { Path } from "./path";
import { type Mistake, type Parsed, parseValue, type Part } from "./value";

/** Where a value is being edited. */
export type EditorPlace = "cell" | "inspector";

/** A value being edited: what is typed stays with its document until it is kept or given up. */
export class OpenEditor {
  kind = $state<SingleKind>("string");
  text = $state("");
  place = $state<EditorPlace>("inspector");
  #conversion = $state.raw<Conversion | null>(null);
  /** The type that a value is being made for. */
  #wanted = $state<SingleKind | null>(null);
  /** Ends when the value in the chosen type is there. */
  converting: Promise<void> | null = null;

  /** `start` is what the document has, or what an earlier change made of it. */
  constructor(
    readonly path: Path,
    place: EditorPlace,
    readonly start: TypedValue,
  ) {
    this.place = place;
    this.kind = isSingle(start.kind) ? start.kind : "string";
    this.text = start.text;
  }

  /** Something else stands here than at the start. */
  get changed(): boolean {
    return this.kind !== this.start.kind || this.text !== this.start.text;
  }

  /** What the typed text means, or what is wrong with it. */
  get parsed(): Parsed {
    return this.#wanted ? { mistake: { is: "converting" } } : parseValue(this.kind, this.text);
  }

  /** What is wrong with the typed text, or null. */
  get mistake(): Mistake | null {
    return "mistake" in this.parsed ? this.parsed.mistake : null;
  }

  /** Whether the mistake is in this part; without one, whether there is any. */
  isWrong(part?: Part): boolean {
    return "mistake" in this.parsed && (part === undefined || this.parsed.part === part);
  }

  /** The change of type, as long as nothing has been typed since. */
  get conversion(): Conversion | null {
    const made = this.#conversion?.made;
    return made?.kind === this.kind && made.text === this.text ? this.#conversion : null;
  }

  /**
   * Chooses another type, and makes a value of it. From type to type, what somebody typed counts, and not what an earlier change
   * has left of it: the way back gives it back.
   */
  setKind(kind: SingleKind, convert: Convert): Promise<void> {
    const from = this.conversion?.from ?? { kind: this.kind, text: this.text };
    if (kind === from.kind) {
      [this.#conversion, this.converting] = [null, null];
      [this.kind, this.text, this.#wanted] = [kind, from.text, null];
      return Promise.resolve();
    }
    this.#wanted = kind;
    const converting = this.#convert(from, kind, convert);
    this.converting = converting;
    return converting;
  }

  async #convert(from: TypedValue, kind: SingleKind, convert: Convert): Promise<void> {
    const parsed = isSingle(from.kind) ? parseValue(from.kind, from.text) : null;
    const value = parsed && "value" in parsed ? parsed.value : null;
    const typed = this.text;
    const made = await conversion(from, value, kind, convert);
    // Another type was chosen meanwhile.
    if (this.#wanted !== kind) return;
    // What was typed meanwhile is not lost.
    const text = this.text === typed ? made.made.text : this.text;
    this.#conversion = made;
    [this.kind, this.text, this.#wanted] = [kind, text, null];
    this.converting = null;
  }

  /** The name of the value: of an element, its position. */
  get name(): string {
    return this.path.at(-1)?.name ?? "";
  }
}
