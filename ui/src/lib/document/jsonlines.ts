/** Documents as text, one after another, in lines of one height. */
import type { DocumentView, Node } from "$lib/backend";
import { lineOf } from "./display";

/** What a part of a line is, for its colour. */
export type TokenFamily = "name" | "string" | "number" | "date" | "id" | "bool" | "null" | "plain";

/** A part of a line. */
export interface Token {
  text: string;
  is: TokenFamily;
}

/** The lines of all documents, each followed by a blank one. The last start is that of a document that is not there. */
export function blockStarts(counts: readonly number[]): number[] {
  const starts = [0];
  for (const count of counts) starts.push((starts.at(-1) ?? 0) + count + 1);
  return starts;
}

/** The position of the block that a line is in: the last that starts at or before it. */
export function blockAt(starts: readonly number[], line: number): number {
  let [low, high] = [0, starts.length - 2];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? Infinity) <= line) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The first block that begins in sight, else the one that fills it. `top` is the first line in sight, `page` how many are. */
export function anchorOf(starts: readonly number[], top: number, page: number): number {
  const filling = blockAt(starts, top);
  const next = starts[filling] === top ? filling : filling + 1;
  const begins = (starts[next] ?? Infinity) < top + page && next < starts.length - 1;
  return begins ? next : filling;
}

/** How many lines the text of a document will have, as far as its view tells. */
export function estimatedLines({ fields }: DocumentView): number {
  return 2 + inside(fields);
}

// As deep as a view, which its budget bounds.
function inside(nodes: readonly Node[]): number {
  return nodes.reduce((sum, node) => {
    const isOpen = (node.kind === "object" || node.kind === "array") && node.size > 0;
    const unseen = isOpen ? node.size - node.children.length : 0;
    return sum + 1 + (isOpen ? 1 + inside(node.children) + unseen : 0);
  }, 0);
}

/** Fields shown of a document whose text is not read. */
const BEGINNING = 12;

/** The beginning of a document as its view has it, where its text is not to be read: to recognise it by, not to be copied. */
export function beginningOf({ fields, cut }: DocumentView): string[] {
  const shown = fields.slice(0, BEGINNING).map((node) => `  ${JSON.stringify(node.name)}: ${oneLine(node)}`);
  const isWhole = !cut && fields.length <= BEGINNING;
  return ["{", ...shown, ...(isWhole ? [] : ["  …"]), "}"];
}

function oneLine(node: Node): string {
  const { text, more } = lineOf(node);
  return more ? `${text}…` : text;
}

const TOKEN =
  /("(?:[^"\\]|\\.)*(?:"|$))|([\p{L}_$][\p{L}\p{N}_$]*)|(-?(?:\d[\d.]*(?:[eE][+-]?\d+)?|Infinity))|([^"\p{L}\p{N}_$-]+|.)/gu;

/** The families of what stands in quotes behind a type's key of Extended JSON, or in a constructor of mongosh. */
const TYPES: Readonly<Record<string, TokenFamily>> = {
  $oid: "id",
  $uuid: "id",
  $binary: "id",
  base64: "id",
  subType: "id",
  $date: "date",
  $timestamp: "date",
  $numberInt: "number",
  $numberLong: "number",
  $numberDouble: "number",
  $numberDecimal: "number",
  ObjectId: "id",
  UUID: "id",
  BinData: "id",
  ISODate: "date",
  Date: "date",
  Timestamp: "date",
  NumberInt: "number",
  NumberLong: "number",
  NumberDecimal: "number",
};

const WORDS: Readonly<Record<string, TokenFamily>> = {
  true: "bool",
  false: "bool",
  null: "null",
  undefined: "null",
  NaN: "number",
  Infinity: "number",
};

/** The parts of a line of Extended JSON or mongosh, as the core writes them: strings never end on another line. */
export function tokensOf(line: string): Token[] {
  const tokens: Token[] = [];
  /** What the next string is, when a type stands before it. */
  let type: TokenFamily | null = null;
  for (const match of line.matchAll(TOKEN)) {
    const [text, quoted, word, number] = match;
    const follows = line.slice(match.index + text.length);
    const isName = (quoted !== undefined || word !== undefined) && /^\s*:/.test(follows);
    if (isName) {
      tokens.push({ text, is: "name" });
      const known = quoted === undefined ? undefined : TYPES[quoted.slice(1, -1)];
      type = known ?? (/^\s*: [{[]/.test(follows) ? type : null);
    } else if (quoted !== undefined) tokens.push({ text, is: type ?? "string" });
    else if (number !== undefined) tokens.push({ text, is: type ?? "number" });
    else if (word !== undefined) {
      tokens.push({ text, is: WORDS[word] ?? TYPES[word] ?? "plain" });
      type = TYPES[word] ?? type;
    } else tokens.push({ text, is: "plain" });
  }
  return tokens;
}
