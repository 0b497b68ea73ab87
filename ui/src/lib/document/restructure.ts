/** Steps that change what is in a document, and not only its values. */
import type { DocumentEdit, DocumentView, Node } from "$lib/backend";
import { isContainer } from "./kind";
import { nodeAt, type Path } from "./path";

/** What can be done to the field or element at a path; what cannot be done there is null. */
export interface Restructuring {
  duplicate: DocumentEdit | null;
  moveUp: DocumentEdit | null;
  moveDown: DocumentEdit | null;
  remove: DocumentEdit | null;
  /** Whether it can get another name. */
  rename: boolean;
  /** Whether something can be added inside. */
  addInside: boolean;
  /** Whether its value can be written as text. */
  text: boolean;
}

const NOTHING: Restructuring = {
  duplicate: null,
  moveUp: null,
  moveDown: null,
  remove: null,
  rename: false,
  addInside: false,
  text: false,
};

/** What can be done at a path. The `_id` stays what and where it is. */
export function restructuring({ fields }: DocumentView, path: Path): Restructuring {
  const node = nodeAt(fields, path);
  const last = path.at(-1);
  if (!node || !last || (path.length === 1 && node.name === "_id")) return NOTHING;
  const parent = path.length > 1 ? nodeAt(fields, path.slice(0, -1)) : null;
  const siblings = parent ? parent.children : fields;
  const count = parent ? parent.size : fields.length;
  const inArray = parent?.kind === "array";
  const first = !parent && fields[0]?.name === "_id" ? 1 : 0;
  const steps = [...path];
  const move = (index: number): DocumentEdit => ({ kind: "move", path: steps, index });
  return {
    duplicate: {
      kind: "duplicate",
      path: steps,
      name: inArray ? "" : freeName(siblings, node.name),
    },
    moveUp: last.index > first ? move(last.index - 1) : null,
    moveDown: last.index + 1 < count ? move(last.index + 1) : null,
    remove: { kind: "remove", path: steps },
    rename: !inArray,
    addInside: isContainer(node.kind),
    text: !node.damaged,
  };
}

/** A name like the one given that no sibling has. */
export function freeName(siblings: readonly Node[], name: string): string {
  const taken = new Set(siblings.map((node) => node.name));
  for (let number = 2; ; number += 1) {
    const free = `${name}${number}`;
    if (!taken.has(free)) return free;
  }
}
