/** Values as short texts: for a cell, a line of the inspector, a list of changes. */
import type { DocumentView, Node, TypedValue } from "$lib/backend";
import { shortDate } from "./date";

/** Characters of an id that still tell neighbours apart: its end counts up, its beginning is the same for an hour. */
const ID_END = 8;
/** Names of an object shown before the rest is left out. */
const NAMES = 6;
/** Values shown to recognise a document by. */
const EXCERPT = 4;

/** What a value looks like on one line. `more` says that there is more than the text shows. */
export interface Shown {
  text: string;
  more: boolean;
}

/** A value on one line of the inspector: strings in quotes, ids whole. */
export function lineOf(node: Node): Shown {
  switch (node.kind) {
    case "object": {
      const names = node.children.slice(0, NAMES).map((child) => child.name);
      const more = node.size > names.length;
      return { text: `{ ${[...names, ...(more ? ["…"] : [])].join(", ")} }`, more: false };
    }
    case "array":
      return { text: `[ ${node.size} ]`, more: false };
    case "string":
      return { text: `"${visible(node.text)}${node.cut ? "" : '"'}`, more: node.cut };
    default:
      return { text: plainText(node), more: node.cut };
  }
}

/** A value in a cell of the table: strings without quotes unless they would not be seen, ids by their end. */
export function cellOf(node: Node): Shown {
  if (node.kind === "objectId") return { text: `…${node.text.slice(-ID_END)}`, more: false };
  if (node.kind === "string") {
    // Where the text was cut, its end is not seen anyway.
    const seen = node.cut ? node.text.trimStart() : node.text.trim();
    const bare = seen === node.text && seen !== "";
    return bare ? { text: visible(node.text), more: node.cut } : lineOf(node);
  }
  return lineOf(node);
}

/** A value of an edit on one line. */
export function valueText(value: TypedValue): string {
  return value.kind === "string" ? `"${visible(value.text)}"` : plainText(value);
}

function plainText(value: TypedValue): string {
  switch (value.kind) {
    case "date":
      return shortDate(value.text);
    case "null":
    case "undefined":
      return value.kind;
    case "minKey":
      return "MinKey";
    case "maxKey":
      return "MaxKey";
    default:
      return visible(value.text);
  }
}

/** Line ends and tabs as one visible character each, so that a line stays a line. */
function visible(text: string): string {
  return text.replace(/\r\n|[\r\n]/g, "⏎").replace(/\t/g, "⇥");
}

/** The value as a person would paste it elsewhere: its exact text. */
export function copyText(value: TypedValue): string {
  return value.text === "" && value.kind !== "string" ? plainText(value) : value.text;
}

/** What to call a document: its `_id`, or null where the view holds none. */
export function idText(document: DocumentView): string | null {
  const id = document.fields.find((node) => node.name === "_id");
  return id ? copyIdText(id) : null;
}

function copyIdText(id: Node): string {
  return id.kind === "object" || id.kind === "array" ? lineOf(id).text : id.text;
}

/** The first plain values of a document, to recognise it by. */
export function excerptOf(document: DocumentView): Node[] {
  return document.fields
    .filter((node) => node.name !== "_id" && node.kind !== "object" && node.kind !== "array")
    .slice(0, EXCERPT);
}

/** What a document's heading says: its first short text that is not its `_id`, or its `_id`. */
export function titleOf(document: DocumentView): string | null {
  const named = document.fields.find(
    (node) => node.kind === "string" && node.name !== "_id" && node.text !== "" && !node.cut,
  );
  return named ? visible(named.text) : idText(document);
}
