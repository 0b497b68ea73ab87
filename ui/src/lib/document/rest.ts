/** Reads what the view of a row has left out, and puts it there. */
import type { DocumentView } from "$lib/backend";
import { graft } from "./fieldtree";
import type { DocumentList } from "./list.svelte";
import type { Path } from "./path";
import { addressOf, type Source } from "./source";
import { storedPath } from "./stored";

/** Why the rest of a value could not be read. */
export type NoRestReason = "noId" | "computed" | "draft";

/**
 * Reads the elements from `from` on of an object or an array in a row, of the row itself where the path is empty, or the rest of
 * a text. Gives the reason where there is nothing to read it from. Throws a `BackendError`.
 */
export async function readRest(
  source: Source,
  list: DocumentList,
  row: DocumentView,
  path: Path,
  from: number,
): Promise<NoRestReason | null> {
  const { id } = row;
  if (id === null) return "noId";
  const projected = list.isProjected;
  const stands = projected ? await storedPath(source, row, path) : path;
  if (!stands) return "computed";
  const address = { ...addressOf(source), id };
  const { node, etag } = await source.backend.expand({ ...address, path: [...stands], from });
  if (!projected && etag !== row.etag) {
    // Somebody else has changed the document: positions may have shifted, so it is read again instead.
    list.update(await source.backend.getDocument(address));
    return null;
  }
  // Meanwhile the row may have changed, or more of it been read.
  const now = list.rows.find((other) => other.id === id);
  if (!now || now.etag !== row.etag) return null;
  if (path.length > 0) list.update({ ...now, fields: graft(now.fields, path, from, node) });
  else if (now.fields.length === from) {
    const fields = [...now.fields, ...node.children];
    list.update({ ...now, fields, cut: node.size > fields.length });
  }
  return null;
}
