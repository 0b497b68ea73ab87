/** The rows of the table as documents come, change and come again. */
import type { DocumentView } from "$lib/backend";

/** Those of `documents` that are not among `rows`: one that was added here, or moved by another writer, may come once more. */
export function notAmong(rows: readonly DocumentView[], documents: readonly DocumentView[]): DocumentView[] {
  const known = new Set(rows.map(({ id }) => id));
  return documents.filter(({ id }) => id === null || !known.has(id));
}

/** A whole document in the fields that its projected row has. */
export function projectedAs(row: DocumentView, whole: DocumentView): DocumentView {
  const names = new Set(row.fields.map(({ name }) => name));
  return { ...whole, fields: whole.fields.filter(({ name }) => names.has(name)) };
}
