import type { DocumentView } from "$lib/backend";
import { arranged } from "./arrange";
import type { Column } from "./columns";
import { titleOf } from "./display";
import { Drafts } from "./drafts.svelte";
import { Editing } from "./editing.svelte";
import { FieldNames } from "./fields.svelte";
import { Inspected } from "./inspected.svelte";
import type { View } from "./layout";
import { CollectionLayout } from "./layout.svelte";
import { DocumentList } from "./list.svelte";
import { DocumentTree } from "./pagetree.svelte";
import type { Query } from "./query";
import type { Destination } from "./reader.svelte";
import type { DocumentDialog, Remark } from "./remark";
import { rowOf } from "./rows";
import { Selection } from "./selection.svelte";
import type { Source } from "./source";
import { type Target, targetOf } from "./target";
import { DocumentTexts } from "./texts.svelte";

/** Everything one documents tab holds: the rows, the chosen document, unsaved changes, the dialog in front. */
export class DocumentsState {
  readonly list: DocumentList;
  readonly inspected: Inspected;
  readonly selection: Selection;
  readonly drafts: Drafts;
  /** What is edited in place. */
  readonly editing: Editing;
  /** For completion. */
  readonly fields: FieldNames;
  /** The rows as a tree. */
  readonly tree = new DocumentTree(this);
  /** The rows as text. */
  readonly texts: DocumentTexts;
  /** The columns of the table, as somebody has arranged them. */
  readonly columns: readonly Column[] = $derived.by(() => arranged(this.list.columns, this.layout.columns));
  dialog = $state.raw<DocumentDialog | null>(null);

  /** Says something in passing. */
  readonly remark: (remark: Remark) => void;

  constructor(
    readonly source: Source,
    remark: (remark: Remark) => void,
    readonly layout = new CollectionLayout(),
  ) {
    this.remark = remark;
    this.list = new DocumentList(source);
    this.selection = new Selection(this.list, () => this.columns);
    this.inspected = new Inspected(source, (id) => this.drafts.get(id));
    this.fields = new FieldNames(source);
    this.texts = new DocumentTexts(source, this.list, () => layout.syntax);
    this.drafts = new Drafts(source, {
      edited: (view) => this.inspected.take(view),
      settled: (id, now) => {
        if (now) this.#stands(now);
        else if (id === this.inspected.id) void this.inspected.reload();
      },
      saved: ({ document, changed, entry }) => {
        this.#stands(document);
        remark({ is: "saved", document, changed, entry });
      },
      unsaved: (id, outcome) => {
        // The document in front tells it itself.
        if (id === this.inspected.id) return;
        const document = this.drafts.get(id)?.document;
        remark({ is: "unsaved", title: document ? titleOf(document) : null, outcome });
      },
      refused: (id, error) => {
        remark({ is: "failed", error });
        // It is not the one that was shown any more.
        if (error.code === "Conflict" && id === this.inspected.id) void this.inspected.reload();
      },
    });
    this.editing = new Editing(this.inspected, this.drafts, source.readOnly, remark);
  }

  /** The chosen document, whole or as its row has it. */
  get document(): DocumentView | null {
    return this.inspected.view;
  }

  /** Asks for documents. The one in the inspector stays chosen if it is among them; else it is the first. */
  async run(query: Query): Promise<boolean> {
    const before = this.inspected.id;
    let chosen: string | null = null;
    this.texts.forgetFailures();
    const answered = await this.list.run(query, () => {
      this.selection.row = 0;
      this.selection.selected = null;
      if (this.list.rows.length === 0) this.#selectNone();
      else if (!this.#keep(rowOf(this.list.rows, before))) this.select(0);
      chosen = this.inspected.id;
    });
    // It may have come later. What somebody did with the first rows meanwhile is not taken back.
    const at = rowOf(this.list.rows, before);
    const isElsewhere = this.list.rows[at]?.id !== chosen && this.inspected.id === chosen;
    if (answered && isElsewhere && !this.editing.editor(chosen)) this.#keep(at);
    return answered;
  }

  /** Goes elsewhere in the same result. The document that is landed on is chosen: what is done next is done to what is seen. */
  async go(to: Destination): Promise<boolean> {
    const atHand = this.list.atHand(to);
    if (atHand !== null) {
      this.select(atHand);
      return true;
    }
    const answer = await this.list.go(to, () => {
      if (!this.select(to.kind === "last" ? this.list.rows.length - 1 : 0)) this.#selectNone();
    });
    if (answer?.is === "failed" && !this.list.error) this.remark({ is: "failed", error: answer.error });
    return answer?.is === "given";
  }

  /** Shows the page in another view. Says whether the inspector is needed, for what was typed in a cell that goes away. */
  showAs(view: View): boolean {
    this.layout.view = view;
    return view !== "table" && this.editing.leaveCells();
  }

  /** Chooses the document of a row again, read anew; says whether there is such a row. */
  #keep(at: number): boolean {
    if (!this.select(at)) return false;
    void this.inspected.reload();
    return true;
  }

  /** Puts a row's document into the inspector. */
  select(index: number): DocumentView | null {
    const row = this.list.rows[index];
    if (!row) return null;
    this.selection.row = index;
    this.selection.selected = index;
    this.#show(row);
    return row;
  }

  /** Puts a document with unsaved changes into the inspector, though it may not be among the rows any more. */
  selectId(id: string): void {
    const index = this.list.rows.findIndex((row) => row.id === id);
    const changed = this.drafts.get(id)?.document;
    if (index >= 0) this.select(index);
    else if (changed) {
      this.selection.selected = null;
      this.#show(changed);
    }
  }

  /** What the keyboard is on, in the inspector or among the rows; null where there is nothing. */
  get target(): Target | null {
    return targetOf(this);
  }

  /** Shows a document that was inserted, and selects it. */
  added(view: DocumentView): void {
    this.list.add(view);
    this.select(0);
  }

  /** Takes a document away that was deleted, and selects the one that has come to its place. */
  removed(id: string): void {
    const at = this.list.rows.findIndex((row) => row.id === id);
    if (this.drafts.get(id)) void this.drafts.discard(id);
    this.editing.close(id);
    this.list.remove(id);
    const next = Math.min(at, this.list.rows.length - 1);
    if (next >= 0) this.select(next);
    else this.#selectNone();
  }

  #selectNone(): void {
    this.selection.selected = null;
    this.inspected.clear();
  }

  /** Whoever goes on to another document keeps what was typed, if it is a value; else it stays open where it is. */
  #show(view: DocumentView): void {
    const { id } = this.inspected;
    if (id !== null && id !== view.id) this.editing.keep(id);
    void this.inspected.show(view);
  }

  #stands(view: DocumentView): void {
    this.list.update(view);
    if (!this.drafts.get(view.id)) this.inspected.take(view);
  }
}
