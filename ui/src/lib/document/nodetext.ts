/** Objects and arrays as several lines of text, to be looked at beside another. */
import type { Node } from "$lib/backend";
import { lineOf } from "./display";
import { isContainer } from "./kind";

/** Lines shown of one value. */
const MOST = 12;

/** What is inside a value, a line for each field, as far as it was sent; the value itself where nothing is inside. */
export function nodeText(node: Node): string {
  const lines: string[] = [];
  addLines(lines, node, "");
  return lines.length > MOST ? [...lines.slice(0, MOST), "…"].join("\n") : lines.join("\n");
}

// As deep as the view of a value is.
function addLines(lines: string[], node: Node, indent: string): void {
  for (const child of node.children) {
    if (isContainer(child.kind) && child.children.length > 0) {
      lines.push(`${indent}${child.name}:`);
      addLines(lines, child, `${indent}  `);
    } else lines.push(`${indent}${child.name}: ${lineOf(child).text}`);
  }
  if (node.children.length < node.size) lines.push(`${indent}…`);
  if (node.size === 0 && indent === "") lines.push(node.kind === "array" ? "[]" : "{}");
}
