import { SvelteMap } from "svelte/reactivity";

import { type DocumentView, toBackendError } from "$lib/backend";
import { arranged } from "./arrange";
import type { Column } from "./columns";
import { titleOf } from "./display";
import { editAt } from "./draft";
import { type EditorPlace, OpenEditor } from "./editor.svelte";
import { Edits } from "./edits.svelte";
import { Inspected } from "./inspected.svelte";
import { isContainer, readOnlyReason } from "./kind";
import { filterField } from "./byvalue";
import { FieldNames } from "./fields.svelte";
import { CollectionLayout } from "./layout.svelte";
import { DocumentList } from "./list.svelte";
import type { Query } from "./query";
import { DocumentTree } from "./pagetree.svelte";
import { nodeAt, type Path, refindPath, samePath } from "./path";
import type { DocumentDialog, Remark } from "./remark";
import type { Source } from "./source";
import { type Target, targetOf } from "./target";
import { DocumentTexts } from "./texts.svelte";

/** Everything one documents tab holds: the rows, the chosen document, unsaved changes, the dialog in front. */
export class DocumentsState {
  readonly list: DocumentList;
  readonly inspected: Inspected;
  readonly edits: Edits;
  /** For completion. */
  readonly fields: FieldNames;
  /** The rows as a tree. */
  readonly tree = new DocumentTree(this);
  /** The rows as text. */
  readonly texts: DocumentTexts;
  /** The columns of the table, as somebody has arranged them. */
  readonly columns: readonly Column[] = $derived.by(() => arranged(this.list.columns, this.layout.columns));
  /** The cell that the keyboard is on. */
  activeRow = $state(0);
  activeColumn = $state(0);
  /** The field of the inspector that the keyboard was on last; null where it was on a cell of the table. */
  activeField = $state.raw<Path | null>(null);
  /** The row whose document is in the inspector, by its position. */
  selected = $state<number | null>(null);
  dialog = $state.raw<DocumentDialog | null>(null);

  /** Says something in passing. */
  readonly remark: (remark: Remark) => void;
  readonly #editors = new SvelteMap<string, OpenEditor>();
  /** Documents as they were when they were changed: another question may have taken their rows away. */
  readonly #changed = new Map<string, DocumentView>();

  constructor(
    readonly source: Source,
    remark: (remark: Remark) => void,
    readonly layout = new CollectionLayout(),
  ) {
    this.remark = remark;
    this.list = new DocumentList(source);
    this.inspected = new Inspected(source);
    this.fields = new FieldNames(source);
    this.texts = new DocumentTexts(source, this.list, () => layout.syntax);
    this.edits = new Edits(source, {
      stands: (view) => this.#stands(view),
      saved: (document, changed) => {
        this.#stands(document);
        remark({ is: "saved", document, changed });
      },
      unsaved: (id, outcome) => {
        // The document in front tells it itself.
        if (id === this.inspected.id) return;
        const document = this.#changed.get(id);
        remark({ is: "unsaved", title: document ? titleOf(document) : null, outcome });
      },
    });
  }

  /** The chosen document, whole or as its row has it. */
  get document(): DocumentView | null {
    return this.inspected.view;
  }

  /** How many changes would be lost, with what is typed in editors that are still open. */
  get unsaved(): number {
    const typed = [...this.#editors].filter(
      ([id, editor]) => editor.changed && !editAt(this.edits.draft(id), editor.path),
    );
    return this.edits.count + typed.length;
  }

  /** Asks for documents. The one in the inspector stays chosen if it is among them; else it is the first. */
  async run(query: Query): Promise<boolean> {
    const before = this.inspected.id;
    let chosen: string | null = null;
    this.texts.forgetFailures();
    const answered = await this.list.run(query, () => {
      this.activeRow = 0;
      this.selected = null;
      if (this.list.rows.length === 0) this.inspected.clear();
      else if (!this.#keep(before)) this.select(0);
      chosen = this.inspected.id;
    });
    // It may have come later. What somebody did with the first rows meanwhile is not taken back.
    if (answered && chosen !== before && this.inspected.id === chosen && !this.editor(chosen))
      this.#keep(before);
    return answered;
  }

  /** Chooses a document again, read anew, if it is among the rows. */
  #keep(id: string | null): boolean {
    const at = id === null ? -1 : this.list.rows.findIndex((row) => row.id === id);
    if (at < 0) return false;
    this.select(at);
    void this.inspected.reload();
    return true;
  }

  /** Puts a row's document into the inspector. */
  select(index: number): void {
    const row = this.list.rows[index];
    if (!row) return;
    this.activeRow = index;
    this.selected = index;
    this.#show(row);
  }

  /** Puts a document with unsaved changes into the inspector, though it may not be among the rows any more. */
  selectId(id: string): void {
    const index = this.list.rows.findIndex((row) => row.id === id);
    const changed = this.#changed.get(id);
    if (index >= 0) this.select(index);
    else if (changed) {
      this.selected = null;
      this.#show(changed);
    }
  }

  /** The value being edited in a document, or null. */
  editor(id: string | null): OpenEditor | null {
    return (id !== null && this.#editors.get(id)) || null;
  }

  /** Opens an editor on a value of the chosen document, or remarks why it cannot be changed. */
  async edit(path: Path, place: EditorPlace): Promise<void> {
    const { id, view } = this.inspected;
    const node = view && nodeAt(view.fields, path);
    if (!id || !node) return;
    const reason = this.source.readOnly ? "connection" : readOnlyReason(node, path.length === 1);
    if (reason) return this.remark({ is: "readOnly", reason });
    const changed = editAt(this.edits.draft(id), path)?.after;
    if (changed) {
      this.#editors.set(id, new OpenEditor(path, place, changed));
      return;
    }
    if (node.cut && !(await this.expand(path, 0))) return;
    const whole = this.inspected.id === id && nodeAt(this.inspected.view?.fields ?? [], path);
    if (!whole) return;
    if (whole.cut) return this.remark({ is: "readOnly", reason: "tooLong" });
    this.#editors.set(id, new OpenEditor(path, place, { kind: whole.kind, text: whole.text }));
  }

  /** Reads what the inspector left out at `path`, or remarks why it could not be read. Says whether it was read. */
  async expand(path: Path, from: number): Promise<boolean> {
    try {
      await this.inspected.expand(path, from);
      return true;
    } catch (thrown) {
      this.remark({ is: "failed", error: toBackendError(thrown) });
      return false;
    }
  }

  /** What the keyboard is on, in the inspector or among the rows; null where there is nothing. */
  get target(): Target | null {
    return targetOf(this);
  }

  /** The filter that finds the documents with the value that the keyboard is on, or null with a remark why there is none. */
  async filterByValue(): Promise<string | null> {
    const { document, path = [] } = this.target ?? {};
    const fields = document?.fields ?? [];
    const found = filterField(fields, path);
    const value = nodeAt(fields, path);
    if (!value || !found || "reason" in found) {
      this.remark({ is: "noFilter", reason: found && "reason" in found ? found.reason : null });
      return null;
    }
    try {
      const { kind, text } = value;
      const request = { field: found.field, value: { kind, text } };
      return (await this.source.backend.filterByValue(request)).text;
    } catch (thrown) {
      this.remark({ is: "failed", error: toBackendError(thrown) });
      return null;
    }
  }

  /** Opens an editor in the table; says false where there is nothing in this cell that an editor could open on. */
  async editCell(index: number, name: string): Promise<boolean> {
    this.select(index);
    const row = this.list.rows[index];
    if (!row || row.id === null) return false;
    // A row may be cut, projected or old: positions come from the document itself.
    await this.inspected.show(row);
    if (this.inspected.id !== row.id || !this.inspected.whole) return true;
    const fields = this.inspected.view?.fields ?? [];
    const at = fields.findIndex((node) => node.name === name);
    const node = fields[at];
    if (!node || isContainer(node.kind)) return false;
    await this.edit([{ index: at, name }], "cell");
    return true;
  }

  /** Opens an editor in the inspector on a value of a row, if there is one that can be edited. */
  async editField(index: number, path: Path): Promise<void> {
    this.select(index);
    const row = this.list.rows[index];
    if (!row || row.id === null || path.length === 0) return;
    await this.inspected.show(row);
    if (this.inspected.id !== row.id || !this.inspected.whole) return;
    const found = refindPath(this.inspected.view?.fields ?? [], path);
    if (!found) return;
    for (let length = 1; length < found.length; length += 1)
      this.inspected.toggle(found.slice(0, length), true);
    await this.edit(found, "inspector");
  }

  /** Keeps what was typed as a change of the document. False where it is not a value: then the editor stays open. */
  keep(id: string): boolean {
    const editor = this.#editors.get(id);
    if (!editor) return true;
    const { parsed } = editor;
    if ("mistake" in parsed) return false;
    const before = editAt(this.edits.draft(id), editor.path)?.before ?? editor.start;
    this.edits.change(id, { path: [...editor.path], before, after: parsed.value });
    if (this.document?.id === id) this.#changed.set(id, this.document);
    this.#editors.delete(id);
    return true;
  }

  /** Saves the changes of a document, with what stands in its editor. */
  async save(id: string): Promise<void> {
    if (this.keep(id)) await this.edits.save(id);
    else this.remark({ is: "unfinished" });
  }

  closeEditor(id: string): void {
    this.#editors.delete(id);
  }

  takeBack(id: string, path: Path): void {
    this.edits.takeBack(id, path);
    const editor = this.#editors.get(id);
    if (editor && samePath(editor.path, path)) this.#editors.delete(id);
  }

  /** Shows a document that was inserted, and selects it. */
  added(view: DocumentView): void {
    this.list.add(view);
    this.select(0);
  }

  /** Takes note that a document stands differently now, as after saving it as text. */
  replaced(view: DocumentView): void {
    if (view.id === null) return;
    const draft = this.edits.draft(view.id);
    if (draft.length > 0) this.edits.keepMine(view.id, view);
    else this.#stands(view);
  }

  /** Takes a document away that was deleted, and selects the one that has come to its place. */
  removed(id: string): void {
    const at = this.list.rows.findIndex((row) => row.id === id);
    this.edits.discard(id);
    this.#editors.delete(id);
    this.list.remove(id);
    const next = Math.min(at, this.list.rows.length - 1);
    if (next >= 0) this.select(next);
    else {
      this.selected = null;
      this.inspected.clear();
    }
  }

  /** Whoever goes on to another document keeps what was typed, if it is a value; else it stays open where it is. */
  #show(view: DocumentView): void {
    const { id } = this.inspected;
    if (id !== null && id !== view.id) this.keep(id);
    void this.inspected.show(view);
  }

  #stands(view: DocumentView): void {
    this.list.update(view);
    this.inspected.take(view);
  }
}
