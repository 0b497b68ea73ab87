/** What differs between a document before and after a write, as far as both views have it. */
import type { DocumentView, Node } from "$lib/backend";
import { sameNode } from "./samenode";

/** A top-level field that differs. */
export interface FieldPair {
  name: string;
  before: Node | null;
  after: Node | null;
}

/** The top-level fields that differ; of a document that is new or gone, all. A name that repeats is paired in order. */
export function differingFields(before: DocumentView | null, after: DocumentView | null): FieldPair[] {
  const rest = [...(before?.fields ?? [])];
  const pairs: FieldPair[] = [];
  for (const field of after?.fields ?? []) {
    const at = rest.findIndex(({ name }) => name === field.name);
    const [known = null] = at >= 0 ? rest.splice(at, 1) : [];
    if (!sameNode(known, field)) pairs.push({ name: field.name, before: known, after: field });
  }
  return [...pairs, ...rest.map((field) => ({ name: field.name, before: field, after: null }))];
}
