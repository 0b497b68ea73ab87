/** What differs between a document before and after a write, as far as both views have it. */
import type { DocumentView, Node } from "$lib/backend";

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
    if (!isSame(known, field)) pairs.push({ name: field.name, before: known, after: field });
  }
  return [...pairs, ...rest.map((field) => ({ name: field.name, before: field, after: null }))];
}

function isSame(one: Node | null, other: Node): boolean {
  return (
    one !== null &&
    one.kind === other.kind &&
    one.text === other.text &&
    one.size === other.size &&
    one.children.length === other.children.length &&
    one.children.every((child, at) => {
      const beside = other.children[at];
      return beside !== undefined && child.name === beside.name && isSame(child, beside);
    })
  );
}
