/** A page of documents as a tree: the flat list of its lines, of one height each. */
import type { DocumentView, Node } from "$lib/backend";
import { isContainer } from "./kind";
import { type FieldLine, linesOf, type MoreLine } from "./fieldtree";

/** A line that shows a document. */
export interface DocumentLine {
  is: "document";
  key: string;
  /** The position of its row. */
  row: number;
  document: DocumentView;
  open: boolean;
}

/** A line of the tree. Fields, and what is missing of them, stand below their document. */
export type PageLine = DocumentLine | ((FieldLine | MoreLine) & { row: number });

/** The lines of a page. */
export interface PageTree {
  lines: readonly PageLine[];
  /** Where each document begins. */
  starts: readonly number[];
}

/** The key of a document's own line among its lines. */
export const ROOT = "";

/** The lines to show. `openOf` gives the keys of what is open in a document; null where it is closed itself. */
export function pageTree(
  rows: readonly DocumentView[],
  openOf: (document: DocumentView) => ReadonlySet<string> | null,
): PageTree {
  const lines: PageLine[] = [];
  const starts: number[] = [];
  rows.forEach((document, row) => {
    const open = openOf(document);
    starts.push(lines.length);
    lines.push({ is: "document", key: ROOT, row, document, open: open !== null });
    if (!open) return;
    const missing = document.cut ? null : 0;
    for (const line of linesOf(document.fields, missing, open))
      if (line.is !== "removed") lines.push({ ...line, row });
  });
  return { lines, starts };
}

/** Where a line stands by its row and its key; the document's own line where it is not shown. -1 where there is no such row. */
export function indexOf({ lines, starts }: PageTree, row: number, key: string): number {
  const start = starts[row];
  if (start === undefined) return -1;
  const end = starts[row + 1] ?? lines.length;
  for (let at = start; at < end; at += 1) if (lines[at]?.key === key) return at;
  return start;
}

/** Where the line stands that a line is inside of; the line itself where that is a document. */
export function parentOf({ lines, starts }: PageTree, index: number): number {
  const line = lines[index];
  if (!line || line.is === "document") return index;
  const start = starts[line.row] ?? 0;
  for (let at = index - 1; at > start; at -= 1) {
    const other = lines[at];
    if (other && other.is !== "document" && other.depth < line.depth) return at;
  }
  return start;
}

/** How many elements or bytes a view has left out of a value; 0 where it is whole, null where that is not known. */
export function missingOf(node: Node): number | null {
  if (!node.cut) return 0;
  const missing = node.size - shownOf(node);
  return missing > 0 ? missing : null;
}

function shownOf({ kind, text, children }: Node): number {
  if (isContainer(kind)) return children.length;
  // Three bytes are four characters of Base64, which stands in quotes.
  if (kind === "binData") return Math.floor(((/"([^"=]*)/.exec(text)?.[1]?.length ?? 0) * 3) / 4);
  return new TextEncoder().encode(text).length;
}
