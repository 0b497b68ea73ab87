/** The BSON types whose values can be changed in place, and how each is coloured. */
import type { Kind, Node } from "$lib/backend";

/** The types with an editor of their own, in the order in which they are offered. */
export const EDITABLE_KINDS = [
  "string",
  "int",
  "long",
  "double",
  "decimal",
  "bool",
  "date",
  "objectId",
  "null",
] as const satisfies readonly Kind[];

/** A type with an editor of its own. */
export type EditableKind = (typeof EDITABLE_KINDS)[number];

/** Whether values of this type can be changed in place. */
export function isEditableKind(kind: Kind): kind is EditableKind {
  return (EDITABLE_KINDS as readonly Kind[]).includes(kind);
}

/** Whether the value holds others. */
export function isContainer(kind: Kind): kind is "object" | "array" {
  return kind === "object" || kind === "array";
}

/** Why a value cannot be changed in place. */
export type ReadOnlyReason = "connection" | "id" | "damaged" | "container" | "kind" | "tooLong" | "projected";

/**
 * Why the value cannot be changed in place, or null when it can.
 *
 * `_id` names the document, so the server refuses to change it. Text that was cut can be changed once the rest has been read.
 */
export function readOnlyReason(node: Node, isTopLevel: boolean): ReadOnlyReason | null {
  if (isTopLevel && node.name === "_id") return "id";
  if (node.damaged) return "damaged";
  if (isContainer(node.kind)) return "container";
  return isEditableKind(node.kind) ? null : "kind";
}

/** The family whose colour a type has. */
export type KindFamily = "string" | "number" | "date" | "id" | "bool" | "null";

const FAMILIES: Record<Kind, KindFamily> = {
  double: "number",
  string: "string",
  object: "null",
  array: "null",
  binData: "id",
  undefined: "null",
  objectId: "id",
  bool: "bool",
  date: "date",
  null: "null",
  regex: "string",
  dbPointer: "id",
  javascript: "string",
  symbol: "string",
  javascriptWithScope: "string",
  int: "number",
  timestamp: "date",
  long: "number",
  decimal: "number",
  minKey: "null",
  maxKey: "null",
};

/** The family whose colour a type has: the part after `--t-` in the design tokens. */
export function familyOf(kind: Kind): KindFamily {
  return FAMILIES[kind];
}
