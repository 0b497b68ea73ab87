/** The inspector's tree, as the flat list of lines that it shows. */
import type { Node } from "$lib/backend";
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

/** A line of the inspector. */
export type TreeLine = FieldLine | MoreLine;

/**
 * The lines to show when the objects and arrays whose keys are in `open` are open.
 *
 * Of the document itself, `missing` fields were not read yet; null where it is not known how many.
 */
export function linesOf(
  fields: readonly Node[],
  missing: number | null,
  open: ReadonlySet<string>,
): TreeLine[] {
  const lines: TreeLine[] = [];
  addLines(lines, fields, fields.length + (missing ?? 0), [], open);
  if (missing !== 0) lines.push(moreLine([], fields.length, missing));
  return lines;
}

// As deep as what a person has opened, which the view's budget bounds.
function addLines(
  lines: TreeLine[],
  siblings: readonly Node[],
  total: number,
  parent: Path,
  open: ReadonlySet<string>,
): void {
  siblings.forEach((node, index) => {
    const path = childPath(parent, index, node.name);
    const key = pathKey(path);
    const opens = isContainer(node.kind) && node.size > 0;
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
    addLines(lines, node.children, node.size, path, open);
    const rest = node.size - node.children.length;
    if (rest > 0) lines.push(moreLine(path, node.children.length, rest));
  });
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
