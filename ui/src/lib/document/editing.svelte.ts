import { SvelteMap } from "svelte/reactivity";

import {
  type BackendError,
  type DocumentEdit,
  type DocumentView,
  toBackendError,
  type TypedValue,
} from "$lib/backend";
import { AddedField } from "./adding.svelte";
import type { Drafts } from "./drafts.svelte";
import { type EditorPlace, OpenEditor } from "./editor.svelte";
import type { Inspected } from "./inspected.svelte";
import { isContainer, type ReadOnlyReason, readOnlyReason } from "./kind";
import { childPath, nodeAt, type Path, refindPath, samePath, stepsToArray } from "./path";
import { sameValue } from "./value";

/** What is said in passing of editing in place. */
export type EditingRemark =
  | { is: "readOnly"; reason: ReadOnlyReason }
  /** An open editor holds no value, so nothing was saved. */
  | { is: "unfinished" }
  | { is: "failed"; error: BackendError };

/** The editors that are open on values, one at most in each document. */
export class Editing {
  readonly #inspected: Inspected;
  readonly #drafts: Drafts;
  readonly #readOnly: boolean;
  readonly #remark: (remark: EditingRemark) => void;
  readonly #editors = new SvelteMap<string, OpenEditor>();
  /** The field being added to the chosen document. */
  adding = $state.raw<AddedField | null>(null);
  /** The field of the chosen document that gets another name. */
  renaming = $state.raw<Path | null>(null);

  constructor(
    inspected: Inspected,
    drafts: Drafts,
    readOnly: boolean,
    remark: (remark: EditingRemark) => void,
  ) {
    this.#inspected = inspected;
    this.#drafts = drafts;
    this.#readOnly = readOnly;
    this.#remark = remark;
  }

  /** How many changes are not saved, with what is typed in editors that are still open. */
  get unsaved(): number {
    return this.#drafts.count + [...this.#editors.values()].filter((editor) => editor.changed).length;
  }

  /** How many editors hold what is no value yet. */
  get unfinished(): number {
    return [...this.#editors.values()].filter(({ changed, parsed }) => changed && "mistake" in parsed).length;
  }

  /** Keeps what was typed in every editor, where it is a value. */
  keepAll(): void {
    for (const id of [...this.#editors.keys()]) this.keep(id);
  }

  /** The value being edited in a document, or null. */
  editor(id: string | null): OpenEditor | null {
    return (id !== null && this.#editors.get(id)) || null;
  }

  /** Opens an editor on a value of the chosen document, or remarks why it cannot be changed. */
  async edit(path: Path, place: EditorPlace): Promise<void> {
    const { id, view } = this.#inspected;
    const node = view && nodeAt(view.fields, path);
    if (!id || !node) return;
    const reason = this.#readOnly ? "connection" : readOnlyReason(node, path.length === 1);
    if (reason) return this.#remark({ is: "readOnly", reason });
    if (!this.keep(id)) return this.#leaveOpen(id, path, place);
    this.adding = this.renaming = null;
    await this.#drafts.idle(id);
    if (node.cut && !(await this.expand(path, 0))) return;
    const whole = this.#inspected.id === id && nodeAt(this.#inspected.view?.fields ?? [], path);
    if (!whole) return;
    if (whole.cut) return this.#remark({ is: "readOnly", reason: "tooLong" });
    this.#editors.set(id, new OpenEditor(path, place, { kind: whole.kind, text: whole.text }));
  }

  /** Opens an editor in a row of the table; says false where there is nothing in this cell that an editor could open on. */
  async editCell(row: DocumentView, name: string): Promise<boolean> {
    if (row.id === null) return false;
    // A row may be cut, projected or old: positions come from the document itself.
    await this.#inspected.show(row);
    if (this.#inspected.id !== row.id || !this.#inspected.whole) return true;
    const fields = this.#inspected.view?.fields ?? [];
    const at = fields.findIndex((node) => node.name === name);
    const node = fields[at];
    if (!node || isContainer(node.kind)) return false;
    await this.edit([{ index: at, name }], "cell");
    return true;
  }

  /**
   * Opens an editor in the inspector on a value of a row, if there is one that can be edited. In a projected row elements of
   * arrays may have moved: nothing tells which of the document's they are.
   */
  async editField(row: DocumentView, path: Path, projected = false): Promise<void> {
    if (row.id === null || path.length === 0) return;
    await this.#inspected.show(row);
    if (this.#inspected.id !== row.id || !this.#inspected.whole) return;
    const { fields } = this.#inspected.view ?? row;
    const found = refindPath(fields, path);
    const entersArray =
      stepsToArray(row.fields, path) < path.length || (found && stepsToArray(fields, found) < found.length);
    if (projected && entersArray) return this.#remark({ is: "readOnly", reason: "projected" });
    if (!found) return;
    this.#inspected.openTo(found);
    await this.edit(found, "inspector");
  }

  /** Reads what the inspector left out at `path`, or remarks why it could not be read. Says whether it was read. */
  async expand(path: Path, from: number): Promise<boolean> {
    try {
      await this.#inspected.expand(path, from);
      return true;
    } catch (thrown) {
      this.#remark({ is: "failed", error: toBackendError(thrown) });
      return false;
    }
  }

  /** Keeps what was typed as a change of the document. False where it is not a value: then the editor stays open. */
  keep(id: string): boolean {
    const editor = this.#editors.get(id);
    if (!editor) return true;
    const { parsed } = editor;
    if ("mistake" in parsed) return false;
    this.#editors.delete(id);
    if (!sameValue(parsed.value, editor.start)) void this.#set(id, editor, parsed.value);
    return true;
  }

  async #set(id: string, editor: OpenEditor, value: TypedValue): Promise<void> {
    const edit: DocumentEdit = { kind: "set", path: [...editor.path], value: { kind: "typed", value } };
    const taken = await this.#drafts.edit(id, this.#etagOf(id), [edit]);
    // What was typed is not lost.
    if (!taken && !this.#editors.has(id)) this.#editors.set(id, editor);
  }

  #etagOf(id: string): string {
    const { view } = this.#inspected;
    return view?.id === id ? view.etag : "";
  }

  /** Changes what is in the chosen document, and not only a value of it. Says whether it was done. */
  async restructure(...edits: DocumentEdit[]): Promise<boolean> {
    const { id, view, whole } = this.#inspected;
    if (this.#readOnly) this.#remark({ is: "readOnly", reason: "connection" });
    if (this.#readOnly || !id || !view || !whole) return false;
    if (!this.keep(id)) {
      this.#remark({ is: "unfinished" });
      return false;
    }
    this.adding = this.renaming = null;
    return this.#drafts.edit(id, view.etag, edits);
  }

  /** Opens an editor for a new field before the child of `parent` at a position, with a name to begin with. */
  add(parent: Path, index: number, name = ""): void {
    const { id, view, whole } = this.#inspected;
    if (this.#readOnly || !id || !view || !whole) return;
    if (!this.keep(id)) return this.#remark({ is: "unfinished" });
    const node = parent.length > 0 ? nodeAt(view.fields, parent) : null;
    const siblings = node ? node.children : view.fields;
    this.#inspected.openTo(childPath(parent, index, ""));
    this.renaming = null;
    this.adding = new AddedField(
      parent,
      index,
      node?.kind === "array",
      siblings.map((sibling) => sibling.name),
    );
    this.adding.name = name;
  }

  /** Adds what was typed. False where it is no value, or has no good name. */
  async keepAdded(): Promise<boolean> {
    const { adding } = this;
    const value = adding?.value;
    if (!adding || !value || adding.nameMistake) return false;
    const edit: DocumentEdit = {
      kind: "add",
      parent: [...adding.parent],
      index: adding.index,
      name: adding.name,
      value,
    };
    const taken = await this.restructure(edit);
    if (!taken) this.adding = adding;
    return taken;
  }

  /** What is typed is no value yet. On the same value it goes on, in another place; on another it is finished or given up first. */
  #leaveOpen(id: string, path: Path, place: EditorPlace): void {
    const editor = this.#editors.get(id);
    if (editor && samePath(editor.path, path)) editor.place = place;
    else this.#remark({ is: "unfinished" });
  }

  /**
   * There are no cells any more: what was typed in one is kept; if it is no value, it goes on in the inspector. Says whether that
   * of the chosen document does.
   */
  leaveCells(): boolean {
    const inCells = [...this.#editors].filter(([, { place }]) => place === "cell");
    for (const [id, editor] of inCells) if (!this.keep(id)) editor.place = "inspector";
    const { id } = this.#inspected;
    return inCells.some(([other]) => other === id) && this.editor(id) !== null;
  }

  /** Saves the changes of a document, with what stands in its editor. */
  async save(id: string): Promise<void> {
    if (this.keep(id)) await this.#drafts.save(id);
    else this.#remark({ is: "unfinished" });
  }

  close(id: string): void {
    this.#editors.delete(id);
  }

  /** Takes one change of the chosen document's draft back. */
  takeBack(change: number): void {
    const { id } = this.#inspected;
    if (id !== null) this.close(id);
    void this.restructure({ kind: "takeBack", change });
  }
}
