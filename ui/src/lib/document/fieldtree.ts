/** The inspector's tree, as the flat list of lines that it shows. */
import type { Node } from "$lib/backend";
import type { Removed } from "./changes";
import { isContainer } from "./kind";
import { childPath, type Path, pathKey, withNodeAt } from "./path";

/** A line that shows a field. */
export interface FieldLine {
  is: "field";
  key: string;
  path: Path;
  node: Node;
  /** Levels below the root, from 0. */
  depth: number;
  /** Null where there is nothing to open. */
  open: boolean | null;
  /** Position among its siblings from 1, and how many they are, for screen readers. */
  position: number;
  siblings: number;
}

/** A line that stands for the elements of an object or array that were not read yet. */
export interface MoreLine {
  is: "more";
  key: string;
  /** The object or array. */
  path: Path;
  depth: number;
  /** The first element that is missing. */
  from: number;
  /** How many are missing; null where that is not known yet. */
  count: number | null;
}

/** A line that shows what an unsaved change has taken away. */
export interface RemovedLine {
  is: "removed";
  key: string;
  path: Path;
  node: Node;
  depth: number;
  /** The position of the change among those of its draft. */
  change: number;
}

/** A line of the inspector. */
export type TreeLine = FieldLine | MoreLine | RemovedLine;

/** What was taken away, by the key of the object or array that it was in. */
type RemovedByParent = ReadonlyMap<string, readonly Removed[]>;

const NOTHING_REMOVED: RemovedByParent = new Map();

/**
 * The lines to show when the objects and arrays whose keys are in `open` are open.
 *
 * Of the document itself, `missing` fields were not read yet; null where it is not known how many.
 */
export function linesOf(
  fields: readonly Node[],
  missing: number | null,
  open: ReadonlySet<string>,
  removed = NOTHING_REMOVED,
): TreeLine[] {
  const lines: TreeLine[] = [];
  addLines(lines, fields, fields.length + (missing ?? 0), [], { open, removed });
  if (missing !== 0) lines.push(moreLine([], fields.length, missing));
  return lines;
}

// As deep as what a person has opened, which the view's budget bounds.
function addLines(
  lines: TreeLine[],
  siblings: readonly Node[],
  total: number,
  parent: Path,
  shown: { open: ReadonlySet<string>; removed: RemovedByParent },
): void {
  const { open } = shown;
  const gone = [...(shown.removed.get(pathKey(parent)) ?? [])];
  const addGone = (before: number) => {
    for (let next = gone[0]; next && next.index <= before; next = gone[0]) {
      lines.push(removedLine(next, parent.length));
      gone.shift();
    }
  };
  siblings.forEach((node, index) => {
    addGone(index);
    const path = childPath(parent, index, node.name);
    const key = pathKey(path);
    const opens = isContainer(node.kind) && (node.size > 0 || shown.removed.has(key));
    const isOpen = opens ? open.has(key) : null;
    lines.push({
      is: "field",
      key,
      path,
      node,
      depth: parent.length,
      open: isOpen,
      position: index + 1,
      siblings: total,
    });
    if (!isOpen) return;
    addLines(lines, node.children, node.size, path, shown);
    const rest = node.size - node.children.length;
    if (rest > 0) lines.push(moreLine(path, node.children.length, rest));
  });
  if (siblings.length >= total) addGone(Infinity);
}

function removedLine({ node, path, at }: Removed, depth: number): RemovedLine {
  return { is: "removed", key: `${pathKey(path)}-${at}`, path, node, depth, change: at };
}

function moreLine(path: Path, from: number, count: number | null): MoreLine {
  return { is: "more", key: `${pathKey(path)}+`, path, depth: path.length, from, count };
}

/**
 * The fields with what `expand` brought put in its place: the elements from `from` on, or the whole of a text.
 *
 * Does nothing where other elements than the asked ones have come to stand there meanwhile.
 */
export function graft(fields: readonly Node[], path: Path, from: number, brought: Node): Node[] {
  return withNodeAt(fields, path, (node) => {
    if (node.kind !== brought.kind) return node;
    if (!isContainer(node.kind)) return brought;
    return node.children.length === from
      ? { ...brought, children: [...node.children, ...brought.children] }
      : node;
  });
}

/** Before which line something new would stand in an object or an array before its child at `index`; the end where it is last. */
export function placeOfNew(
  lines: readonly TreeLine[],
  { parent, index }: { parent: Path; index: number },
): number {
  const before = lines.findIndex(
    (line) =>
      line.is === "field" &&
      line.path.length === parent.length + 1 &&
      (line.path.at(-1)?.index ?? 0) >= index &&
      pathKey(line.path.slice(0, -1)) === pathKey(parent),
  );
  if (before >= 0) return before;
  const own = parent.length === 0 ? -1 : lines.findIndex((line) => line.key === pathKey(parent));
  const end = lines.findIndex((line, at) => at > own && own >= 0 && line.depth < parent.length);
  return end >= 0 ? end : lines.length;
}
