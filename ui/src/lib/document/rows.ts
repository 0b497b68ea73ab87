/** The rows of the table as documents come, change and come again. */
import type { DocumentView } from "$lib/backend";

/**
 * Those of `documents` that are not among `rows`: one that was added here, or moved by another writer, may come once more. It
 * is told by its whole id, so of a view only one that comes again at the same position; one without an id is always new.
 */
export function notAmong(rows: readonly DocumentView[], documents: readonly DocumentView[]): DocumentView[] {
  const known = new Set(rows.map(({ id }) => id));
  return documents.filter(({ id }) => id === null || !known.has(id));
}

/**
 * The row of a document that was among other rows before; -1 where it is not known, or not there.
 *
 * An id is made of the `_id` in base64url. Where an `_id` may come more than once, as in a view, the position in the result and the
 * hash of the document follow behind dots; under a projection the hash is empty. So the same document has another id when
 * others have come before it, or when it has changed.
 */
export function rowOf(rows: readonly DocumentView[], id: string | null): number {
  if (id === null) return -1;
  const exact = rows.findIndex((row) => row.id === id);
  if (exact >= 0) return exact;
  const [name, , hash] = id.split(".");
  const named = rows.flatMap((row, at) => {
    const [other, , itsHash] = row.id?.split(".") ?? [];
    return other === name ? [{ at, isSame: Boolean(hash) && itsHash === hash }] : [];
  });
  const [only, another] = named;
  return named.find(({ isSame }) => isSame)?.at ?? (another ? -1 : (only?.at ?? -1));
}

/** A whole document in the fields that its projected row has. */
export function projectedAs(row: DocumentView, whole: DocumentView): DocumentView {
  const names = new Set(row.fields.map(({ name }) => name));
  return { ...whole, fields: whole.fields.filter(({ name }) => names.has(name)) };
}
