/** A value as a filter: which field finds it, or why none does. */
import type { Node } from "$lib/backend";
import { isNameable } from "./fields.svelte";
import { isContainer } from "./kind";
import type { Path } from "./path";

/** Why no filter can be made of a value. */
export type NoFilterReason = "container" | "damaged" | "cut" | "name";

/** The field by which a filter finds a value, as `lines.sku`, or why there is none. */
export type FilterField = { field: string } | { reason: NoFilterReason };

/**
 * The field of the value at `path`.
 *
 * Positions in arrays are left out, as a filter looks at every element; only an array directly in another is reached by its
 * position alone.
 */
export function filterField(fields: readonly Node[], path: Path): FilterField | null {
  const names: string[] = [];
  let siblings = fields;
  let inArray = false;
  let found: Node | null = null;
  for (const { index, name } of path) {
    const node = siblings[index];
    if (!node || node.name !== name) return null;
    if (!inArray && !isNameable(name)) return { reason: "name" };
    if (!inArray || node.kind === "array") names.push(name);
    inArray = node.kind === "array";
    siblings = node.children;
    found = node;
  }
  if (!found) return null;
  const reason = reasonAgainst(found);
  return reason ? { reason } : { field: names.join(".") };
}

function reasonAgainst(node: Node): NoFilterReason | null {
  if (isContainer(node.kind)) return "container";
  if (node.damaged) return "damaged";
  return node.cut ? "cut" : null;
}
