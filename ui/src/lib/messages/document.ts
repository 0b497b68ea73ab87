import type { Paging } from "$lib/backend/bindings";
import type { NoCopyReason, Syntax } from "$lib/document/exacttext";
import type { View } from "$lib/document/layout";
import type { NoRestReason } from "$lib/document/rest";
import { count } from "./count";
import { byValue, history, query } from "./query";
import { edit, kinds } from "./value";

const noCopy: Record<NoCopyReason, string> = {
  nothing: "Choose a document or a value first.",
  noId: "Not copied: without an _id this document cannot be read again. Copy value gives the text that is shown.",
  computed:
    "Not copied: the projection may have made or moved this value, so it is not known where it is stored. Copy value gives the text that is shown.",
};

const syntaxes: Record<Syntax, string> = {
  shell: "mongosh",
  canonical: "Extended JSON (canonical)",
  relaxed: "Extended JSON (relaxed)",
};

const paging: Record<Paging, string> = {
  keyset: "Each page is found by the key of the last document: equally quick and exact everywhere.",
  cursor: "Pages come from a cursor that the server holds open. If it is lost, the query is run again.",
};

const copy = {
  value: "Copy value",
  valueAs: (syntax: Syntax) => `Copy as ${syntaxes[syntax]}`,
  documentAs: (syntax: Syntax) => `Copy document as ${syntaxes[syntax]}`,
  copied: (syntax: Syntax) => `Copied as ${syntaxes[syntax]}`,
  damaged: "Copied, but not whole: it holds bytes that are not UTF-8, which no text gives back.",
  cut: "Copied as far as it is shown: there is more. Copy as … gives the whole value.",
  line: "Copied as it is shown on its line.",
  failed: (message: string) => `Not copied: ${message}`,
  reasons: noCopy,
};

const columns = {
  open: "Choose columns",
  title: "Columns",
  label: "Columns of the table",
  hint: "Space shows or hides a column, Alt ↑ ↓ moves it, ← → make it narrower or wider. New fields follow at the end.",
  pixels: (width: number) => `${width} px`,
  showAll: "Show all",
  reset: "Reset",
  done: "Done",
  lastOne: "One column always stays.",
  moved: (name: string, place: number, of: number) => `${name}, column ${place} of ${of}`,
  menu: (name: string) => `What to do with the column ${name}`,
  left: "Move left",
  right: "Move right",
  hide: "Hide column",
  choose: "Choose columns…",
  moveLeft: "Move this column left",
  moveRight: "Move this column right",
  hideThis: "Hide this column",
  narrower: "Make this column narrower",
  wider: "Make this column wider",
};

const views = {
  label: "View",
  names: { table: "Table", tree: "Tree", json: "JSON" } satisfies Record<View, string>,
  show: { table: "Show as a table", tree: "Show as a tree", json: "Show as JSON" } satisfies Record<
    View,
    string
  >,
};

const tree = {
  noRest: {
    noId: "The rest cannot be read: without an _id this document is not found again.",
    computed: "The rest cannot be read: the projection may have made, changed or moved this value.",
    draft: "Its unsaved changes are shown: open it in the inspector to see the rest.",
  } satisfies Record<NoRestReason, string>,
  /** There may be more than are shown. */
  fields: (number: number, more: boolean) => (more ? `${number}+ fields` : count(number, "field", "fields")),
  unsaved: "unsaved changes",
  more: "more",
  bytesMore: (bytes: string) => `${bytes} more`,
  elementsMore: (number: string) => `${number} not read yet`,
};

const json = {
  syntax: "Syntax",
  syntaxes: {
    relaxed: "Relaxed",
    canonical: "Canonical",
    shell: "mongosh",
  } satisfies Record<Syntax, string>,
  reading: "Reading…",
  wholeDocuments:
    "The projection applies to the table and the tree: here each document is read whole when you ask for it.",
  huge: (bytes: string) => `${bytes}: this is its beginning.`,
  unmeasured: "This is what the projection gives of it.",
  noId: "Without an _id its text cannot be read: this is its beginning.",
  damaged: "Holds bytes that are not UTF-8, which no text gives back.",
  tooLong: (shown: string, lines: string) => `The first ${shown} of ${lines} lines.`,
  failed: (message: string) => `The text could not be read: ${message}`,
  showWhole: "Show the whole text",
};

const table = {
  label: (name: string) => `Documents of ${name}`,
  first: (shown: string) => `first ${shown}`,
  last: (shown: string) => `last ${shown}`,
  /** Neither the first nor the last; about where, in percent, if that is known. */
  somewhere: (shown: string, percent: string | null) =>
    percent === null ? `${shown} in between` : `${shown} at about ${percent}`,
  part: (shown: string) => `${shown} within limit and skip`,
  all: (shown: string) => `all ${shown}`,
  none: "no documents",
  about: (number: string) => `about ${number}`,
  exactly: (number: string) => `${number} exactly`,
  countExactly: "count exactly",
  counting: "counting…",
  countFailed: "could not be counted",
  loadingMore: "Loading more…",
  moreFailed: "The next page did not come.",
  more: "Read on",
  beforeFailed: "The page before did not come.",
  readBefore: "Read what comes before",
  shifted: "Other writers changed what comes before: documents may be missing here, or come twice.",
  end: (number: string) => `End · ${number}`,
  loaded: (number: number) => `${count(number, "document", "documents")} loaded`,
  mixed: "mixed",
  types: (list: string) => `In the loaded documents: ${list}`,
  typeCount: (kind: string, number: string) => `${kind} ${number}`,
  columnWidth: (name: string) => `Width of ${name}`,
  repeats: (more: number) => `${count(more, "more field", "more fields")} of this name`,
  cut: "cut: there is more",
  damaged: "holds bytes that are not UTF-8",
  damagedTag: "damaged",
  servedFrom: { primary: "from primary", secondary: "from a secondary" },
  servedHint: {
    primary: "Read from the primary, or the only server.",
    secondary: "There is no primary. Read from a secondary, which may be behind.",
  },
  refresh: "Refresh",
  refreshDocuments: "Refresh documents",
  refreshed: (shown: string) => `${shown} documents shown`,
  paging,
};

const slow = {
  reading: "Reading",
  counting: "Counting",
  cancel: "Cancel the query",
  cancelled: "Cancelled. The server was asked to end the query.",
  cancelledUnknown: "Cancelled. Whether the server could be asked to end the query is not known.",
};

/** How the server finds the documents of a slow query. */
const plan = {
  scans: {
    name: "collection scan",
    explanation: "No index serves this query: the server reads the whole collection.",
  },
  sorts: {
    name: "sorted in memory",
    explanation: "No index gives this order: the server sorts all that it finds before it gives the first.",
  },
  scansAndSorts: {
    name: "collection scan, sorted in memory",
    explanation:
      "No index serves this query: the server reads the whole collection, and sorts all that it finds before it gives the first.",
  },
};

const place = {
  first: "First document",
  last: "Last document",
  atFirst: "At the first document",
  atLast: "At the last document",
  label: "Place among all documents",
  about: (percent: string) => `about ${percent}`,
};

const empty = {
  collectionTitle: "No documents yet",
  collectionBody: "This collection is empty, or does not exist until something is put into it.",
  filterTitle: "No document matches the filter",
  filterBody: 'Types count: 1 matches numbers, not the text "1", and ids are written { "$oid": "…" }.',
  failedTitle: "The documents could not be read",
};

const inspector = {
  label: "Inspector",
  idName: "_id",
  show: "Show the inspector",
  hide: "Hide the inspector",
  toggle: "Show or hide the inspector",
  close: "Close the inspector",
  tree: (title: string) => `Fields of ${title}`,
  untitled: "Document without _id",
  form: "Form",
  fields: "Fields",
  json: "JSON",
  syntaxHints: {
    relaxed: "Easy to read; dates and integers in short.",
    canonical: "Every type spelled out.",
    shell: "As mongosh reads it.",
  } satisfies Record<Syntax, string>,
  nothing: "Nothing selected",
  nothingBody: "Choose a document in the table to see all of its fields.",
  gone: "This document is not there any more",
  goneBody: "Somebody else has deleted it since it was listed.",
  more: (number: string) => `… ${number} more`,
  moreUnknown: "… more fields",
  showAll: (bytes: string) => `Show all ${bytes}`,
  copyValue: (name: string) => `Copy the value of ${name}`,
  changed: (before: string, after: string) => `changed from ${before} to ${after}`,
  undo: (name: string) => `Take back the change of ${name}`,
  noId: "Without an _id a document can be looked at, not changed. It comes from a view, or a projection left _id out.",
};

const draft = {
  changes: (number: number) => `${count(number, "field", "fields")} changed`,
  documents: (number: number) => `${count(number, "document", "documents")} with unsaved changes`,
  discard: "Discard",
  review: "Review",
  save: "Save",
  saveChanges: "Save changes",
  reviewChanges: "Review changes",
  discardChanges: "Discard changes",
  unfinished: "One value is not finished: complete it, or press Esc to give it up.",
  saving: "Saving…",
};

const save = {
  saved: (title: string) => `Saved ${title}`,
  unchanged: (title: string) => `${title} already stood so; nothing was sent`,
  waitPrimary: "No primary: waiting for an election",
  waitMajority: "Waiting until a majority of members has it",
  waitServer: "Waiting for the server",
  notApplied: "Not saved",
  again: "Save again",
  conflict: "Not saved: somebody else changed this document",
  conflictBody: "Nothing was written. Compare the two, and choose for each field.",
  discardMine: "Discard mine",
  gone: "Not saved: the document is not there any more",
  unknown: "Not known whether it was saved",
  unknownBody: "The write was sent, and no answer came back. It may or may not have been applied.",
  check: "Check now",
  checking: "Checking…",
  checkFailed: "The document could not be read to check",
  notAppliedBefore: "It was not applied: nothing of it stands there. You can save again.",
  elsewhere: {
    failed: (title: string) => `Not saved: ${title}. Its changes are kept.`,
    conflict: (title: string) => `Not saved: somebody else changed ${title}. Its changes are kept.`,
    unknown: (title: string) => `Not known whether ${title} was saved. Go back to it to check.`,
  },
};

const text = {
  add: "Add document",
  addTitle: (name: string) => `Add a document to ${name}`,
  clone: "Clone document",
  cloneTitle: (name: string) => `Clone into ${name}`,
  cloneNote: "Without its _id: the copy gets one of its own.",
  edit: "Edit as text",
  addNote: "Extended JSON. Without an _id it gets an ObjectId.",
  label: "Document as Extended JSON",
  insert: "Insert",
  inserting: "Inserting…",
  inserted: (id: string) => `Inserted ${id}`,
  close: "Close without saving",
  closeTitle: "Close and lose this text?",
  loading: "Fetching the text…",
  loadFailed: "The text could not be fetched",
  editorFailed: "The editor could not be loaded",
  insertUnknown:
    "The document was sent, and no answer came back. It may or may not be in the collection: look for it before inserting again.",
  notInserted: "It was not inserted: the document is not there. You can insert it again.",
  look: "Refresh the list",
  damaged: "This document cannot go through a text",
  damagedBody:
    "It holds bytes that are not UTF-8, and a text would lose them. Its other values can be changed in the inspector.",
};

const remove = {
  delete: "Delete document",
  title: "Delete this document?",
  body: (name: string) => `It is removed from ${name}, on every member.`,
  undo: "Undo brings it back.",
  noUndo: "Undo is switched off for this connection: nothing brings it back.",
  unsaved: "Its unsaved changes are lost with it.",
  button: "Delete",
  deleted: (title: string) => `Deleted ${title}`,
  conflict: "Not deleted: somebody else changed this document since you read it. Look at it again first.",
  reload: "Reload it",
  unknown: "Not known whether it was deleted: the request was sent, and no answer came back.",
  notApplied: "It was not deleted: the document is still there.",
};

export const document = {
  kinds,
  query,
  history,
  byValue,
  copy,
  columns,
  views,
  tree,
  json,
  table,
  place,
  plan,
  slow,
  empty,
  inspector,
  edit,
  draft,
  save,
  text,
  remove,
};
