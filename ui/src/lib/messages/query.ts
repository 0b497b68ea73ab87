import type { ReadPreferenceMode } from "$lib/backend/bindings";
import type { NoFilterReason } from "$lib/document/byvalue";
import { NUMBER_RANGES, type NumberPart, type QueryPart } from "$lib/document/query";
import { count } from "./count";

const readPreference: Record<ReadPreferenceMode | "", string> = {
  "": "primary if up",
  primary: "primary only",
  primaryPreferred: "primary preferred",
  secondary: "secondary only",
  secondaryPreferred: "secondary preferred",
  nearest: "nearest",
};

/** How a part is named in a line of the history. */
const parts: Record<QueryPart, string> = {
  filter: "filter",
  sort: "sort",
  projection: "project",
  collation: "collation",
  hint: "hint",
  limit: "limit",
  skip: "skip",
  maxTimeMs: "max time",
  readPreference: "read from",
};

const noFilter: Record<NoFilterReason, string> = {
  container: "An object or an array is no single value: choose a value inside it.",
  damaged: "This value holds bytes that are not UTF-8, so no text finds it.",
  cut: "This value is too long for a filter.",
  name: "A filter cannot name this field: its name is empty, begins with $ or holds a dot.",
};

export const query = {
  filter: "Filter",
  sort: "Sort",
  project: "Project",
  all: "all documents",
  byId: "_id ascending",
  allFields: "all fields",
  label: "Query",
  run: "Run",
  running: "Running…",
  focusFilter: "Go to the filter",
  clear: "Clear the query",
  hint: "mongosh syntax or Extended JSON. Enter runs it, Esc goes back to what was asked last; Esc again brings your text back. Ctrl Space lists what could be written.",
  changed: "not run yet",
  options: "Options",
  optionsSet: (number: number) => (number === 0 ? "Options" : `Options, ${number} set`),
  collation: "Collation",
  noCollation: "of the collection",
  indexHint: "Hint",
  noHint: "chosen by the server",
  limit: "Limit",
  noLimit: "none",
  skip: "Skip",
  noSkip: "0",
  maxTimeMs: "Max time ms",
  defaultTime: "20000",
  readFrom: "Read from",
  readPreference,
  numberMistake: (part: NumberPart) =>
    `A whole number from ${NUMBER_RANGES[part].least} to ${NUMBER_RANGES[part].most}, or nothing.`,
  suggestionsFor: (label: string) => `Suggestions for ${label}`,
  suggestions: (number: number) => `${count(number, "suggestion", "suggestions")}; arrows choose one`,
};

export const history = {
  open: "Queries used before",
  label: "Queries of this collection",
  favourites: "Favourites",
  history: "Used before",
  none: "Every query that is answered is listed here.",
  keep: "Keep as a favourite",
  unkeep: "No longer a favourite",
  rename: "Name this favourite",
  name: "Name",
  forget: "Forget this query",
  clear: "Clear the history",
  cleared: "History cleared",
  parts,
  all: "all documents",
};

export const byValue = {
  menu: "What to do with this value",
  filter: "Filter by this value",
  filterBy: (name: string) => `Filter by the value of ${name}`,
  nothing: "Choose a value in the table or in the inspector first.",
  reasons: noFilter,
};
