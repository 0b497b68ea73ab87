/** A collection for the tests of this folder. */
import {
  BackendError,
  type Checked,
  type Comparison,
  type CountRequest,
  type DocumentView,
  type Draft,
  type EditRequest,
  type ErrorCode,
  type FailedRule,
  type FilterByValueRequest,
  type FindRequest,
  type Kind,
  type MergeRequest,
  type PageEnd,
  type RowBatch,
  type SaveDraftRequest,
  type Unsaved,
} from "$lib/backend";
import type { DocumentsState } from "./documents.svelte";
import type { DocumentOperations, Source } from "./source";
import { leaf, path, view } from "./testing";

function failure(code: ErrorCode, rules: FailedRule[] = []): BackendError {
  return BackendError.of(code, code, { rules });
}

/** A collection in memory that fails as told, and keeps drafts of its documents' names as the core does. */
export class Collection {
  documents: DocumentView[] = [1, 2, 3].map((number) => this.#document(`id${number}`, `name${number}`));
  asked: FindRequest[] = [];
  readonly counted: CountRequest[] = [];
  /** What the next write ends in, and whether it is applied all the same. */
  next: { code: ErrorCode; applied: boolean; rules?: FailedRule[] } | null = null;
  pageSize = 2;
  /** Where reading cannot begin. */
  refuses: string | null = null;
  /** What somebody does between two batches. */
  meanwhile: () => void = () => undefined;

  readonly #drafts = new Map<string, { base: DocumentView; mine: DocumentView; sent: boolean }>();

  #document(id: string, name: string, kind: Kind = "string"): DocumentView {
    return view([leaf("_id", "string", id), leaf("name", kind, name)], { id, etag: name });
  }

  #keep(id: string, draft: { base: DocumentView; mine: DocumentView; sent: boolean }): Unsaved {
    if (draft.mine.etag === draft.base.etag) this.#drafts.delete(id);
    else this.#drafts.set(id, draft);
    return { draft: this.#draft(id) };
  }

  #draft(id: string): Draft | null {
    const draft = this.#drafts.get(id);
    if (!draft) return null;
    const { base, mine, sent } = draft;
    const at = [{ index: 1, name: "name" }];
    const [before, after] = [base.fields[1] ?? null, mine.fields[1] ?? null];
    return {
      namespace: { database: "d", collection: "c" },
      id,
      baseEtag: base.etag,
      document: mine,
      changes: [{ what: "changed", beforePath: at, before, afterPath: at, after }],
      moreChanges: 0,
      unsettled: sent,
      editedAtMs: 0,
    };
  }

  #put(document: DocumentView): void {
    const others = this.documents.filter(({ id }) => id !== document.id);
    const at = this.documents.findIndex(({ id }) => id === document.id);
    this.documents = at < 0 ? [document, ...others] : this.documents.with(at, document);
  }

  set(id: string, name: string): void {
    this.documents = this.documents.map((each) => (each.id === id ? this.#document(id, name) : each));
  }

  name(id: string): string | undefined {
    return this.documents.find((each) => each.id === id)?.fields[1]?.text;
  }

  #get(id: string): DocumentView {
    const found = this.documents.find((each) => each.id === id);
    if (!found) throw failure("NotFound");
    return found;
  }

  readonly operations = {
    find: async (request: FindRequest, rows: (batch: RowBatch) => void): Promise<PageEnd> => {
      this.asked.push(request);
      if (request.filter === "bad") throw failure("InvalidInput");
      if (request.from?.kind === this.refuses) throw failure("Unsupported");
      const from = request.from?.kind === "after" ? Number(request.from.cursor) : 0;
      const end = from + this.pageSize;
      for (const document of this.documents.slice(from, end)) {
        rows({ documents: [document] });
        await Promise.resolve();
        this.meanwhile();
        if (request.filter === "half") throw failure("Timeout");
      }
      const after = end < this.documents.length ? String(end) : null;
      return { count: end - from, before: null, after, paging: "keyset", elapsedMs: 1 } as PageEnd;
    },
    count: async (request: CountRequest) => {
      this.counted.push(request);
      return { count: this.documents.length, exact: request.mode === "exact", limited: false };
    },
    filterByValue: async ({ field, value }: FilterByValueRequest) => ({
      text: `${field} ${value.kind} ${value.text}`,
    }),
    getDocument: async ({ id }: { id: string }) => this.#get(id),
    drafts: async () => [...this.#drafts.keys()].map((id) => this.#draft(id) as Draft),
    draft: async ({ id }: { id: string }) => ({ draft: this.#draft(id) }),
    editDocument: async ({ id, etag, edits }: EditRequest) => {
      const known = this.#drafts.get(id) ?? { base: this.#get(id), mine: this.#get(id), sent: false };
      if (known.mine.etag !== etag) throw failure("Conflict");
      const [edit] = edits;
      let { mine } = known;
      if (edit?.kind === "set" && edit.value.kind === "typed")
        mine = this.#document(id, edit.value.value.text, edit.value.value.kind);
      if (edit?.kind === "takeBack" || edit?.kind === "remove") mine = known.base;
      return this.#keep(id, { ...known, mine });
    },
    discardDraft: async ({ id }: { id: string }) => {
      this.#drafts.delete(id);
      return null;
    },
    saveDraft: async ({ id, insertAgain }: SaveDraftRequest) => {
      const draft = this.#drafts.get(id);
      if (!draft || draft.sent) throw failure("OutcomeUnknown");
      const outcome = this.next;
      this.next = null;
      if (!insertAgain && this.#get(id).etag !== draft.base.etag) throw failure("Conflict");
      if (!outcome || outcome.applied) this.#put(draft.mine);
      if (outcome) {
        draft.sent = outcome.code === "OutcomeUnknown";
        throw failure(outcome.code, outcome.rules);
      }
      this.#drafts.delete(id);
      return { document: this.#get(id), changed: true };
    },
    compareDraft: async ({ id }: { id: string }): Promise<Comparison> => {
      const draft = this.#drafts.get(id);
      const now = this.documents.find((each) => each.id === id) ?? null;
      const [read, mine] = [draft?.base.fields[1] ?? null, draft?.mine.fields[1] ?? null];
      const conflict = now?.etag !== draft?.base.etag;
      const row = { path: [{ index: 1, name: "name" }], read, mine, conflict, taken: "now" as const };
      return { now, rows: now ? [{ ...row, now: now.fields[1] ?? null }] : [] };
    },
    mergeDraft: async ({ id, nowEtag, choices }: MergeRequest) => {
      const draft = this.#drafts.get(id);
      const now = this.#get(id);
      if (!draft || now.etag !== nowEtag) throw failure("Conflict");
      return this.#keep(id, { base: now, mine: choices[0] === "mine" ? draft.mine : now, sent: false });
    },
    checkDraft: async ({ id }: { id: string }): Promise<Checked> => {
      const draft = this.#drafts.get(id);
      const now = this.#get(id);
      if (!draft) throw failure("NotFound");
      draft.sent = false;
      if (now.etag === draft.mine.etag) {
        this.#drafts.delete(id);
        return { settled: "applied", now, draft: null };
      }
      const settled = now.etag === draft.base.etag ? "notApplied" : "different";
      return { settled, now, draft: this.#draft(id) };
    },
  } as unknown as DocumentOperations;
}

/** The collection, as a view of documents asks for it. */
export function sourceOf({ operations }: Collection, readOnly = false): Source {
  return { backend: operations, connection: "c", namespace: { database: "d", collection: "c" }, readOnly };
}

/** Where the name of a document stands. */
export const nameAt = path([1, "name"]);

/** Changes the name of the first document, as a person does. */
export async function rename(state: DocumentsState, after: string): Promise<void> {
  await state.editing.edit(nameAt, "inspector");
  const editor = state.editing.editor("id1");
  if (editor) editor.text = after;
  if (!state.editing.keep("id1")) throw new Error("what is typed is no value");
  await taken();
}

/** Waits until the core has answered. */
export async function taken(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}
