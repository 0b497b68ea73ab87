/** Where a value stands in a document: positions and names, because a name may repeat among siblings. */
import type { Node, PathStep } from "$lib/backend";

/** The way from the document's root to a value. */
export type Path = readonly PathStep[];

/** A text that is the same for the same path and for no other: usable as a key. */
export function pathKey(path: Path): string {
  return JSON.stringify(path.map((step) => [step.index, step.name]));
}

/** Whether two paths lead to the same place. */
export function samePath(one: Path, other: Path): boolean {
  return (
    one.length === other.length &&
    one.every((step, at) => step.index === other[at]?.index && step.name === other[at].name)
  );
}

/** Names joined by dots, as the database writes a path. */
export function pathText(path: Path): string {
  return path.map((step) => step.name).join(".");
}

/** The path to the child at a position. */
export function childPath(parent: Path, index: number, name: string): Path {
  return [...parent, { index, name }];
}

/** The node at exactly this position and name, or null. */
export function nodeAt(fields: readonly Node[], path: Path): Node | null {
  let siblings = fields;
  let found: Node | null = null;
  for (const step of path) {
    const node = siblings[step.index];
    if (!node || node.name !== step.name) return null;
    found = node;
    siblings = node.children;
  }
  return found;
}

/**
 * The path by which the same names lead through these fields, or null.
 *
 * Another writer may have added or removed fields, so that positions have shifted. A name that stands at its old position stays
 * there; else it must be the only one of its name.
 */
export function refindPath(fields: readonly Node[], path: Path): Path | null {
  const found: PathStep[] = [];
  let siblings = fields;
  for (const { index, name } of path) {
    const at = siblings[index]?.name === name ? index : onlyIndexOf(siblings, name);
    const node = at === null ? undefined : siblings[at];
    if (at === null || !node) return null;
    found.push({ index: at, name });
    siblings = node.children;
  }
  return found;
}

/** How many steps lead up to the first array that a way goes into; the length of the way where it goes into none. */
export function stepsToArray(fields: readonly Node[], path: Path): number {
  let siblings = fields;
  for (const [at, { index }] of path.slice(0, -1).entries()) {
    const node = siblings[index];
    if (node?.kind === "array") return at + 1;
    siblings = node?.children ?? [];
  }
  return path.length;
}

/** The position of the only sibling with this name; null where there is none, or more than one. */
export function onlyIndexOf(siblings: readonly Node[], name: string): number | null {
  const first = siblings.findIndex((node) => node.name === name);
  if (first < 0) return null;
  return siblings.slice(first + 1).some((node) => node.name === name) ? null : first;
}

/** The fields with the node at `path` changed; the same fields where there is none. */
export function withNodeAt(fields: readonly Node[], path: Path, change: (node: Node) => Node): Node[] {
  const [step, ...rest] = path;
  const copy = [...fields];
  if (!step) return copy;
  const node = copy[step.index];
  if (!node || node.name !== step.name) return copy;
  copy[step.index] =
    rest.length === 0 ? change(node) : { ...node, children: withNodeAt(node.children, rest, change) };
  return copy;
}
