import type { EntryKind, ImageState, UndoReport } from "$lib/backend/bindings";

import { count, figure } from "./count";
import { draft } from "./draft";

const kinds: Record<EntryKind, string> = {
  insert: "Inserted",
  update: "Changed",
  replace: "Replaced",
  delete: "Deleted",
  changeMany: "Changed many",
  deleteMany: "Deleted many",
  insertMany: "Inserted many",
  bulk: "Several writes",
  undo: "Undid",
};

const latest: Record<EntryKind, string> = {
  insert: "insert of",
  update: "change of",
  replace: "replacement of",
  delete: "delete of",
  changeMany: "change of",
  deleteMany: "delete of",
  insertMany: "insert of",
  bulk: "several writes to",
  undo: "undo of",
};

const states: Record<ImageState, string> = {
  pending: "not known",
  applied: "applied",
  notApplied: "not applied",
  unknown: "not known",
};

/** The history of writes, and Undo. */
export const writes = {
  open: "History of writes, and Undo",
  title: (name: string) => `Writes on ${name}`,
  find: "Find in the history",
  kind: "Kind of write",
  kinds,
  allKinds: "All writes",
  states,
  list: "Writes, the latest first",
  off: "Undo is switched off for this connection: nothing is kept.",
  room: (used: string, limit: string) => `${used} of ${limit} MiB kept; the oldest make room for new ones`,
  offShort: "Undo is off",
  offHint: "Nothing is kept of what is written on this connection.\nOpens the history of writes",
  noneKept: "No write is kept",
  noneKeptBody: "To have writes listed and taken back, connect again with Undo switched on.",
  nothing: "Nothing was written yet",
  nothingBody:
    "Every write from here on is listed, with its documents before and after, and can be taken back.",
  nothingFound: "No write matches",
  older: "Older writes",
  choose: "Choose a write to see its documents before and after.",
  documents: (number: number) => count(number, "document", "documents"),
  unknown: (number: number) => `${figure(number)} not known`,
  undone: "undone",
  notUndoable: "Nothing of it can be undone",
  undo: "Undo",
  undoingOne: "Undoing…",
  look: "Show",
  /** A write where there is little room. */
  latest: (kind: EntryKind, number: number, about: string, where: string) =>
    `${latest[kind]} ${number > 1 ? count(number, "document", "documents") : about} in ${where}`,
  wouldUndo: (what: string) => `Undo: ${what}`,
  notKnown: (what: string) => `Not known: ${what}`,
  hint: (what: string, when: string) => `${what}\n${when}\nOpens the history of writes there`,
  nothingToUndo: "Nothing to undo",
  justNow: "just now",
  ago: (when: string) => ` · ${when}`,
  undoing: (done: number, total: number) => `Undoing… ${figure(done)} of ${figure(total)}`,
  undoBody:
    "Documents that nobody has changed since become what they were, to the byte. Others are left and told.",
  check: "Check",
  checking: "Checking…",
  checkBody: "Whether it was applied is not known. Checking reads its documents again and compares.",
  redo: "Undo the undo",
  /** A write that is taken back field by field. */
  merge: {
    ...draft.merge,
    title: "Take back field by field",
    body: "Nothing was written yet. Choose for each field whether it goes back to what it was before the write.",
    read: "As the write left it",
    mine: "Before the write",
    takeMine: (name: string) => `Put ${name} back as it was before the write`,
    allMine: "All as before",
    conflict: "changed since",
  },
  insertBefore: "Insert it as before…",
  goneTitle: "Insert the document again?",
  goneBody: "Somebody has deleted it since. It is inserted as it was before the write, with the same _id.",
  goneAction: "Insert again",
  comparing: "Comparing…",
  takenBack: "Taken back as chosen",
  field: "Field",
  before: "Before",
  after: "After",
  notThere: "—",
  notRead: "The server worked out the new document, and nobody has read it.",
  same: "Its fields are the same.",
  moreDocuments: "More documents",
  document: (title: string) => `Document ${title}`,
  /** How an undo ended, part by part. */
  report: (report: UndoReport): string => {
    const parts = [
      report.restored > 0 && `${figure(report.restored)} restored`,
      report.unchanged > 0 && `${figure(report.unchanged)} stood so already`,
      report.conflicts > 0 && `${figure(report.conflicts)} changed by somebody since and left`,
      report.failed > 0 && `${figure(report.failed)} not restored`,
      report.unknown > 0 && `${figure(report.unknown)} not known`,
      report.left > 0 && `${figure(report.left)} not reached`,
    ].filter((part) => part !== false);
    const nothing = report.restored + report.unchanged + report.unknown === 0;
    const how = report.cancelled ? "Cancelled" : nothing ? "Not undone" : "Undone";
    return `${how}: ${parts.join(", ") || "nothing to do"}.`;
  },
};
