import type { OpenEditor } from "$lib/document/editor.svelte";

/** What the editor of a type is given. */
export interface EditorProps {
  editor: OpenEditor;
  /** The id of the element that tells what is wrong. */
  hint: string;
}
