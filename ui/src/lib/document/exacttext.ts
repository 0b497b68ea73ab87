/** Values and documents as exact texts, to be copied: read anew, never made from what a view has cut. */
import type { TextSyntax } from "$lib/backend";
import { addressOf, type Source } from "./source";
import { storedPath } from "./stored";
import type { Target } from "./target";

/** A syntax that a person can copy in. */
export type Syntax = Exclude<TextSyntax, "simple">;

/** The syntaxes in the order in which they are offered. */
export const SYNTAXES = ["shell", "canonical", "relaxed"] as const satisfies readonly Syntax[];

/** Why nothing can be copied. */
export type NoCopyReason = "nothing" | "noId" | "computed";

/** The exact text, or why there is none. `damaged` says that bytes in it are not UTF-8, which no text gives back. */
export type ExactText = { text: string; damaged: boolean } | { reason: NoCopyReason };

/** Reads the text of what the keyboard is on: a value on one line, a document on many. Throws a `BackendError`. */
export async function exactText(source: Source, target: Target | null, format: Syntax): Promise<ExactText> {
  if (!target) return { reason: "nothing" };
  const { id } = target.document;
  if (id === null) return { reason: "noId" };
  const isWhole = target.stored || target.path.length === 0;
  const path = isWhole ? target.path : await storedPath(source, target.document, target.path);
  if (!path) return { reason: "computed" };
  const { text, damaged } = await source.backend.getText({
    ...addressOf(source),
    id,
    path: [...path],
    format,
    layout: path.length > 0 ? "compact" : "indented",
  });
  return { text, damaged };
}
