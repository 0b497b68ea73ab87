/** How an undo has ended, and what a write was about, in a few words. */
import type { HistoryEntry, UndoReport } from "$lib/backend";

/** The worst of what became of its documents. */
export type UndoEnd = "undone" | "unchanged" | "conflict" | "notUndone" | "unknown";

export function endOf(report: UndoReport): UndoEnd {
  if (report.unknown > 0) return "unknown";
  if (report.conflicts > 0) return "conflict";
  if (report.failed > 0 || report.left > 0 || report.cancelled) return "notUndone";
  return report.restored > 0 ? "undone" : "unchanged";
}

/** Whether every document is as it was before the write. */
export function isWhole(end: UndoEnd): boolean {
  return end === "undone" || end === "unchanged";
}

/** Characters of an ObjectId that tell neighbours apart. */
const ID_END = 8;
/** Characters of anything else. */
const LONGEST = 28;

/** What a write was about where there is little room: an id without its type, anything long without its end. */
export function shortAbout({ about }: Pick<HistoryEntry, "about">): string {
  const id = objectIdOf(about);
  if (id !== null) return `…${id.slice(-ID_END)}`;
  return about.length > LONGEST ? `${about.slice(0, LONGEST - 1)}…` : about;
}

/** What a write was about, in full: of an ObjectId its digits alone. */
export function fullAbout({ about }: Pick<HistoryEntry, "about">): string {
  return objectIdOf(about) ?? about;
}

function objectIdOf(about: string): string | null {
  return /^\{"\$oid":"([0-9a-f]{24})"\}$/.exec(about)?.[1] ?? null;
}
