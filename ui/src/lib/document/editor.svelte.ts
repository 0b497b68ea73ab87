import type { Kind, TypedValue } from "$lib/backend";
import { type EditableKind, isEditableKind } from "./kind";
import type { Path } from "./path";
import { type Parsed, parseValue } from "./value";

/** Where a value is being edited. */
export type EditorPlace = "cell" | "inspector";

/** A value being edited: what is typed stays with its document until it is kept or given up. */
export class OpenEditor {
  kind = $state<EditableKind>("string");
  text = $state("");
  place = $state<EditorPlace>("inspector");

  /** `start` is what the document has, or what an earlier change made of it. */
  constructor(
    readonly path: Path,
    place: EditorPlace,
    readonly start: TypedValue,
  ) {
    this.place = place;
    this.kind = isEditableKind(start.kind) ? start.kind : "string";
    this.text = start.text;
  }

  /** Something else stands here than at the start. */
  get changed(): boolean {
    return this.kind !== this.start.kind || this.text !== this.start.text;
  }

  /** What the typed text means, or what is wrong with it. */
  get parsed(): Parsed {
    return parseValue(this.kind, this.text);
  }

  /** Chooses another type. Only true and false have no text that a person could have typed, so one of them is put there. */
  setKind(kind: EditableKind): void {
    this.kind = kind;
    if (kind === "bool" && this.text !== "true") this.text = "false";
  }

  /** The name of the value: of an element, its position. */
  get name(): string {
    return this.path.at(-1)?.name ?? "";
  }

  get startKind(): Kind {
    return this.start.kind;
  }
}
