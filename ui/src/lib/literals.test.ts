import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "svelte/compiler";
import { describe, expect, it } from "vitest";

/** Attributes whose value a person reads or hears. */
const READ = new Set([
  "aria-label",
  "aria-description",
  "aria-roledescription",
  "title",
  "placeholder",
  "alt",
  "label",
]);

interface SyntaxNode {
  type: string;
  start: number;
  [property: string]: unknown;
}

/** Words that stand in the markup instead of the catalogue, each with its line. */
function literals(source: string): string[] {
  const found: string[] = [];
  const report = ({ start }: SyntaxNode, text: unknown) => {
    if (typeof text === "string" && /\p{L}/u.test(text))
      found.push(`${source.slice(0, start).split("\n").length}: ${text.trim()}`);
  };
  const read = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(read);
    if (!isNode(value)) return;
    if (value.type === "Text") report(value, value["data"]);
    else if (value.type === "Literal") report(value, value["value"]);
    else if (value.type === "TemplateLiteral")
      for (const quasi of value["quasis"] as SyntaxNode[])
        report(quasi, (quasi["value"] as { raw: string }).raw);
    else if (value.type === "ExpressionTag") read(value["expression"]);
    else if (value.type === "ConditionalExpression") read([value["consequent"], value["alternate"]]);
    else if (value.type === "LogicalExpression") read(value["right"]);
  };
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (!isNode(value)) return;
    if (value.type === "Text" || value.type === "ExpressionTag") return read(value);
    if (value.type === "Attribute") {
      if (READ.has(value["name"] as string)) read(value["value"]);
      return;
    }
    if (value.type.endsWith("Directive") || value.type === "Comment") return;
    Object.values(value).forEach(visit);
  };
  visit(parse(source, { modern: true }).fragment);
  return found;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value;
}

const root = join(import.meta.dirname, "..");
const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".svelte"),
);

describe("words of the interface", () => {
  it("are found when they stand in the markup", () => {
    const source = `<p class="note">Hello</p>
      <input type="text" placeholder="Name" title={"Why"} style:width="4px" />
      {#if open}<b>{t.x} · 1 {shut ? "Shut" : t.y} {\`\${n} of all\`}</b>{/if}`;
    expect(literals(source)).toEqual(["1: Hello", "2: Name", "2: Why", "3: Shut", "3: of all"]);
  });

  it.each(files)("all come from the catalogue in %s", (file) => {
    expect(literals(readFileSync(join(root, file), "utf8"))).toEqual([]);
  });
});
