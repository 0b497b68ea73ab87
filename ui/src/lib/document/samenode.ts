import type { Node } from "$lib/backend";

/** Whether two views show the same value, as far as both have it. */
export function sameNode(one: Node | null, other: Node | null): boolean {
  if (one === null || other === null) return one === other;
  return (
    one.kind === other.kind &&
    one.text === other.text &&
    one.size === other.size &&
    one.children.length === other.children.length &&
    one.children.every((child, at) => {
      const beside = other.children[at];
      return beside !== undefined && child.name === beside.name && sameNode(child, beside);
    })
  );
}
