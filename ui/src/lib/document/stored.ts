/** Values of rows in the documents that are stored: a projection moves them, cuts them, and makes some. */
import type { DocumentView, Node } from "$lib/backend";
import { isContainer } from "./kind";
import { nodeAt, type Path, refindPath, stepsToArray } from "./path";
import { addressOf, type Source } from "./source";

/**
 * Where the value of a projected row stands in its document; null where the document has no such value, and for what is in an
 * array, whose elements a projection may move. Throws a `BackendError`.
 */
export async function storedPath(
  source: Source,
  { id, fields }: DocumentView,
  path: Path,
): Promise<Path | null> {
  if (path.length === 0 || id === null) return null;
  const whole = await source.backend.getDocument({ ...addressOf(source), id });
  const found = refindPath(whole.fields, path);
  if (!found || stepsToArray(fields, path) < path.length) return null;
  const [shown, stored] = [nodeAt(fields, path), nodeAt(whole.fields, found)];
  return shown && stored && areAlike(shown, stored) ? found : null;
}

/** Whether two views show the same value, as far as both have it. */
function areAlike(one: Node, other: Node): boolean {
  if (one.kind !== other.kind || one.size !== other.size) return false;
  if (!isContainer(one.kind)) return beginAlike(one, other);
  const both = Math.min(one.children.length, other.children.length);
  return one.children.slice(0, both).every((child, at) => {
    const beside = other.children[at];
    return beside !== undefined && child.name === beside.name && areAlike(child, beside);
  });
}

/** Whether two texts are the same; of one that is cut, its beginning counts. */
function beginAlike(one: Node, other: Node): boolean {
  if (!one.cut && !other.cut) return one.text === other.text;
  const [a, b] = [beginningOf(one), beginningOf(other)];
  return a.length < b.length ? one.cut && b.startsWith(a) : a === b || (other.cut && a.startsWith(b));
}

/** What is known of a text. The text of a binary value closes behind its beginning, within three of its bytes perhaps. */
function beginningOf({ kind, text, cut }: Node): string {
  return cut && kind === "binData" ? text.replace(/(?:[^"]{2}==|[^"]{3}=)?"\)$/, "") : text;
}
