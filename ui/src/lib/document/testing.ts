/** Builders for the tests of this folder. */
import type { DocumentChange, DocumentView, Draft, Kind, Node, PageEnd, TypedValue } from "$lib/backend";
import type { Path } from "./path";

/** A node with a plain value. */
export function leaf(name: string, kind: Kind, text: string, more: Partial<Node> = {}): Node {
  const size = kind === "string" ? new TextEncoder().encode(text).length : 0;
  return { name, kind, text, children: [], size, cut: false, damaged: false, ...more };
}

/** An object. */
export function object(name: string, children: Node[], size = children.length): Node {
  return { ...leaf(name, "object", ""), children, size, cut: size > children.length };
}

/** An array; its elements are named by their positions. */
export function array(name: string, elements: Node[], size = elements.length): Node {
  const children = elements.map((node, index) => ({ ...node, name: String(index) }));
  return { ...object(name, children, size), kind: "array" };
}

/** A document. */
export function view(fields: Node[], more: Partial<DocumentView> = {}): DocumentView {
  return { id: "id", etag: "etag", sizeBytes: 100, fields, cut: false, ...more };
}

/** A value. */
export function typed(kind: Kind, text: string): TypedValue {
  return { kind, text };
}

/** A path of `[index, name]` steps. */
export function path(...steps: [number, string][]): Path {
  return steps.map(([index, name]) => ({ index, name }));
}

/** A draft of a document, with these changes. */
export function draft(fields: Node[], changes: DocumentChange[], more: Partial<Draft> = {}): Draft {
  return {
    namespace: { database: "d", collection: "c" },
    id: "id",
    baseEtag: "etag",
    document: view(fields, { etag: "mine" }),
    changes,
    moreChanges: 0,
    unsettled: false,
    editedAtMs: 0,
    ...more,
  };
}

/** A changed value. */
export function changed(at: Path, before: Node, after: Node, afterAt = at): DocumentChange {
  return { what: "changed", beforePath: [...at], before, afterPath: [...afterAt], after };
}

/** How a page of an exact order ended, with nothing before or after it. */
export function pageEnd(more: Partial<PageEnd> = {}): PageEnd {
  return {
    count: 0,
    before: null,
    after: null,
    paging: "keyset",
    plan: null,
    share: null,
    elapsedMs: 1,
    servedFrom: "primary",
    shifted: false,
    ...more,
  };
}
