/** Changes to one document that are not saved yet. */
import type { FieldEdit, Node, TypedValue } from "$lib/backend";
import { isContainer } from "./kind";
import { nodeAt, type Path, refindPath, samePath } from "./path";
import { sameValue } from "./value";

/** The changed values of one document, in the order in which they were changed first. */
export type Draft = readonly FieldEdit[];

/** The edit of the value at `path`, or null. */
export function editAt(draft: Draft, path: Path): FieldEdit | null {
  return draft.find((edit) => samePath(edit.path, path)) ?? null;
}

/** The draft with one more changed value; a value changed back to what it was is no change. */
export function withEdit(draft: Draft, edit: FieldEdit): Draft {
  const known = editAt(draft, edit.path);
  const before = known?.before ?? edit.before;
  if (sameValue(before, edit.after)) return withoutEdit(draft, edit.path);
  const next = { ...edit, before };
  return known ? draft.map((each) => (each === known ? next : each)) : [...draft, next];
}

/** The draft without the change at `path`. */
export function withoutEdit(draft: Draft, path: Path): Draft {
  return draft.filter((edit) => !samePath(edit.path, path));
}

/** A node as the value that an edit holds. Null for an object or an array, and for what was cut or is damaged. */
export function valueOf(node: Node | null): TypedValue | null {
  if (!node || node.cut || node.damaged || isContainer(node.kind)) return null;
  return { kind: node.kind, text: node.text };
}

/** One edit beside what stands in the document now: null where the value is gone, or is not a plain value any more. */
export interface Comparison {
  edit: FieldEdit;
  /** Where the value stands now; null where no such field is left. */
  path: Path | null;
  now: TypedValue | null;
}

/** Every edit beside what stands in the document now. */
export function compare(draft: Draft, fields: readonly Node[]): Comparison[] {
  return draft.map((edit) => {
    const path = refindPath(fields, edit.path);
    return { edit, path, now: path && valueOf(nodeAt(fields, path)) };
  });
}

/** A draft made to fit a document that somebody else has changed. */
export interface Rebased {
  draft: Draft;
  /** Edits whose field is gone or holds no plain value any more: they cannot be kept. */
  lost: FieldEdit[];
}

/** The same wishes, measured against what stands in the document now. */
export function rebase(draft: Draft, fields: readonly Node[]): Rebased {
  const kept: FieldEdit[] = [];
  const lost: FieldEdit[] = [];
  for (const { edit, path, now } of compare(draft, fields)) {
    if (!path || !now) lost.push(edit);
    else if (!sameValue(now, edit.after)) kept.push({ path: [...path], before: now, after: edit.after });
  }
  return { draft: kept, lost };
}

/** What a write of unknown outcome turned out to be: every value as wished, every value as before, or neither. */
export type Settled = "applied" | "notApplied" | "different";

/** Tells from the document as it stands whether a write of unknown outcome was applied. */
export function settle(draft: Draft, fields: readonly Node[]): Settled {
  const comparisons = compare(draft, fields);
  const all = (wished: (edit: FieldEdit) => TypedValue) =>
    comparisons.every(({ edit, now }) => now !== null && sameValue(now, wished(edit)));
  if (all((edit) => edit.after)) return "applied";
  return all((edit) => edit.before) ? "notApplied" : "different";
}
