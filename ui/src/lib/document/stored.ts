/** Values of rows in the documents that are stored: a projection moves them, cuts them, and makes some. */
import type { DocumentView } from "$lib/backend";
import { nodeAt, type Path, refindPath } from "./path";
import { addressOf, type Source } from "./source";

/** Where the value of a projected row stands in its document; null where the document has no such value. Throws a `BackendError`. */
export async function storedPath(
  source: Source,
  { id, fields }: DocumentView,
  path: Path,
): Promise<Path | null> {
  if (path.length === 0 || id === null) return null;
  const whole = await source.backend.getDocument({ ...addressOf(source), id });
  const found = refindPath(whole.fields, path);
  const [shown, stored] = [nodeAt(fields, path), found && nodeAt(whole.fields, found)];
  if (!shown || !stored || shown.kind !== stored.kind || shown.size !== stored.size) return null;
  return shown.cut || stored.cut || shown.text === stored.text ? found : null;
}
