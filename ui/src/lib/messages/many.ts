import type { ManyReport } from "$lib/backend/bindings";
import { count } from "./count";

const documents = (number: string, one: boolean) => (one ? "1 document" : `${number} documents`);

/** Many documents changed, deleted or inserted at once. */
export const many = {
  open: { change: "Change all…", delete: "Delete all…", insert: "Insert many…" },
  menu: "Many documents",
  title: {
    change: (name: string) => `Change documents of ${name}`,
    delete: (name: string) => `Delete documents of ${name}`,
    insert: (name: string) => `Insert documents into ${name}`,
  },
  filter: "Filter",
  filterHint: "Every document that it finds, not only those on the page. mongosh syntax or Extended JSON.",
  whole: "The filter is empty: every document of the collection is meant.",
  collation: "The query's collation is not used here: the filter compares as the collection does.",
  update: "Update",
  updateHint: "Operators such as $set, or a pipeline in brackets.",
  updateStart: "{ $set: {  } }",
  text: "Documents",
  textHint: "An array, or documents one after the other; mongosh syntax or Extended JSON.",
  look: "Preview",
  looking: "Working it out…",
  lookFirst: "The preview shows what would come of it. Nothing is written before it.",
  stale: "This has changed since the preview: look again.",
  sample: "Sample",
  sampleOf: {
    change: "Before and after, worked out by the server in a transaction that it gave up",
    delete: "These and others would go",
    insert: "As they would be stored, tried in a transaction that the server gave up",
  },
  notRehearsed: "A server without transactions can try nothing: this is what is there now.",
  notTried: "What is to be inserted, as it was read; a server without transactions can try nothing.",
  noSample: "The filter finds no document.",
  unchanged: "Nothing would change in it.",
  before: "before",
  after: "after",
  more: (number: number) => `and ${count(number, "more change", "more changes")}`,
  counted: documents,
  about: (number: string) => `about ${number}`,
  counting: "counting…",
  size: (size: string) => `${size} together`,
  undo: {
    all: (size: string) => `Undo will reach all of it: it keeps about ${size}.`,
    drops: "Older entries of the history make room for it.",
    off: "Undo is switched off for this connection: this cannot be taken back.",
    tooLarge: (needed: string, limit: string) =>
      `Undo would have to keep about ${needed} and may keep ${limit}: as it is, nothing would be sent.`,
    tooLargeHint: "Narrow the filter, raise the limit of Undo in Settings, or go on without Undo.",
    without: "Write without Undo: it cannot be taken back",
  },
  run: {
    change: (number: string | null) => (number === null ? "Change" : `Change ${number}`),
    delete: (number: string | null) => (number === null ? "Delete" : `Delete ${number}`),
    insert: (number: string | null) => (number === null ? "Insert" : `Insert ${number}`),
  },
  doing: { change: "Changing", delete: "Deleting", insert: "Inserting" },
  finding: (number: string) => `Finding the documents: ${number} so far`,
  far: (done: string, total: string) => `${done} of ${total}`,
  rate: (number: string) => `${number} a second`,
  left: (time: string) => `${time} left`,
  failedSoFar: (number: string) => `${number} could not be written`,
  waiting: "Waiting for a primary. What was written so far stays; it goes on by itself.",
  cancel: "Cancel",
  cancelling: "Ending…",
  cancelHint: "What is written stays, and can be undone.",
  hide: "Leave it running",
  show: "Show",
  done: {
    change: (report: ManyReport, number: string) => title("changed", report, number),
    delete: (report: ManyReport, number: string) => title("deleted", report, number),
    insert: (report: ManyReport, number: string) => title("inserted", report, number),
  },
  figures: {
    matched: { change: "Found", delete: "Found", insert: "In the text" },
    changed: { change: "Changed", delete: "Deleted", insert: "Inserted" },
    unchanged: "Were so already",
    gone: "Gone, or did not fit the filter any more",
    failed: "Could not be written",
    unknown: "Not known",
    left: "Not reached",
  },
  unknownBody:
    "It is not known whether these were written. Find the write in the history and check it there.",
  history: "Open the history",
  cancelled: "It was cancelled. What was written before stays.",
  failures: "What could not be written, and why",
  moreFailures: (number: string) => `and ${number} more, in the answer of the operation`,
  undoIt: "Undo",
  undoing: "Undoing…",
  undone: (number: string) => `${number} as before again`,
  again: "Change the request",
  notWritten: "Nothing was written",
};

function title(word: string, report: ManyReport, number: string): string {
  const text = `${documents(number, report.changed === 1)} ${word}`;
  return report.unknown > 0 ? `${text}, and of some it is not known` : text;
}
