import type { NewValue } from "$lib/backend";
import { OpenEditor } from "./editor.svelte";
import { childPath, type Path } from "./path";

/** What is being added: a plain value, or an object or an array that is filled afterwards. */
export type AddedForm = "value" | "object" | "array";

/** A field or an element that is being added: nothing of it is kept before it is a value under a good name. */
export class AddedField {
  name = $state("");
  form = $state<AddedForm>("value");
  readonly editor: OpenEditor;

  constructor(
    /** The object or array; empty for the document. */
    readonly parent: Path,
    /** Before which of its children. */
    readonly index: number,
    /** Elements of arrays have no names. */
    readonly inArray: boolean,
    /** The names that are taken. */
    readonly taken: readonly string[],
  ) {
    this.editor = new OpenEditor(childPath(parent, index, ""), "inspector", { kind: "string", text: "" });
  }

  /** What stands against the name; null where nothing does. */
  get nameMistake(): "taken" | "id" | null {
    if (this.inArray) return null;
    if (this.parent.length === 0 && this.name === "_id") return "id";
    return this.taken.includes(this.name) ? "taken" : null;
  }

  /** The value; null where what is typed is none. */
  get value(): NewValue | null {
    if (this.form !== "value") return { kind: "text", text: this.form === "object" ? "{}" : "[]" };
    const { parsed } = this.editor;
    return "value" in parsed ? { kind: "typed", value: parsed.value } : null;
  }
}
