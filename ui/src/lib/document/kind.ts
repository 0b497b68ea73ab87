/** The BSON types, which of them hold others, and how each is coloured. */
import type { Kind, Node } from "$lib/backend";

/** The types of single values, in the order in which they are offered: the usual ones, the rare ones, the deprecated ones. */
export const SINGLE_KINDS = [
  "string",
  "int",
  "long",
  "double",
  "decimal",
  "bool",
  "date",
  "objectId",
  "null",
  "binData",
  "regex",
  "timestamp",
  "javascript",
  "minKey",
  "maxKey",
  "javascriptWithScope",
  "symbol",
  "dbPointer",
  "undefined",
] as const satisfies readonly SingleKind[];

/** A type of single values: each has a text, and an editor. */
export type SingleKind = Exclude<Kind, "object" | "array">;

const DEPRECATED: readonly Kind[] = ["javascriptWithScope", "symbol", "dbPointer", "undefined"];

/** Whether MongoDB advises against the type: it is kept, and not to be chosen anew. */
export function isDeprecated(kind: Kind): boolean {
  return DEPRECATED.includes(kind);
}

/** Whether the value holds others. */
export function isContainer(kind: Kind): kind is "object" | "array" {
  return kind === "object" || kind === "array";
}

/** Whether the value is a single one, which can be changed in place. */
export function isSingle(kind: Kind): kind is SingleKind {
  return !isContainer(kind);
}

/** Why a value cannot be changed in place. */
export type ReadOnlyReason = "connection" | "id" | "damaged" | "container" | "tooLong" | "projected";

/**
 * Why the value cannot be changed in place, or null when it can.
 *
 * `_id` names the document, so the server refuses to change it. Text that was cut can be changed once the rest has been read.
 */
export function readOnlyReason(node: Node, isTopLevel: boolean): ReadOnlyReason | null {
  if (isTopLevel && node.name === "_id") return "id";
  if (node.damaged) return "damaged";
  return isContainer(node.kind) ? "container" : null;
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
