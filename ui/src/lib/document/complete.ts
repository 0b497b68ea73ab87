/** What could be written next in a part of the query. */
import type { Kind, SampledField } from "$lib/backend";
import { type Situation, situationAt } from "./cursor";
import {
  COLLATION,
  EXPRESSION_OPERATORS,
  FIELD_OPERATORS,
  LOGICAL_OPERATORS,
  type Operators,
  PROJECTION_OPERATORS,
  SORT_OPERATORS,
  TOP_OPERATORS,
  TYPE_NAMES,
  TYPE_WRAPPERS,
  VALUES,
} from "./words";

/** A part of the query that can be completed. */
export type CompletedPart = "filter" | "sort" | "projection" | "collation" | "hint";

/** A field as completion knows it. */
export type KnownField = Pick<SampledField, "path" | "kinds">;

/** One thing that could be written. */
export interface Suggestion {
  label: string;
  is: "field" | "operator" | "value";
  /** The types of a field's values. */
  kinds: readonly Kind[];
  /** What takes the place of what is being written. */
  insert: string;
  /** Where the cursor goes in it. */
  caret: number;
}

/** What could be written at a cursor. */
export interface Completion {
  /** The range whose place it takes. */
  from: number;
  to: number;
  suggestions: readonly Suggestion[];
  /** Worth showing while somebody types; otherwise only when asked for. */
  offered: boolean;
}

/** More are never shown. */
const MOST = 50;

/** What could be written at the cursor, the likeliest first; null where nothing could. */
export function complete(
  part: CompletedPart,
  text: string,
  cursor: number,
  fields: readonly KnownField[],
): Completion | null {
  const situation = situationAt(text, cursor);
  const { at, token } = situation;
  if (at === "nothing" || (at === "root" && token.quote !== null)) return null;
  const after = text.slice(cursor);
  // The closing quote that stands behind the cursor goes with the opening one.
  const to = token.quote !== null && after.startsWith(token.quote) ? cursor + 1 : cursor;
  const writing: Writing = { part, situation, fields, hasColon: /^\s*:/.test(text.slice(to)) };
  const candidates = at === "value" ? values(writing) : keys(writing);
  const suggestions = matching(candidates, token.text);
  if (suggestions.length === 0) return null;
  return { from: token.from, to, suggestions, offered: isOffered(writing) };
}

/** A text with a suggestion in its place, and where the cursor then stands. */
export function accept(
  text: string,
  { from, to }: Completion,
  { insert, caret }: Suggestion,
): { text: string; cursor: number } {
  return { text: text.slice(0, from) + insert + text.slice(to), cursor: from + caret };
}

interface Writing {
  part: CompletedPart;
  situation: Situation;
  fields: readonly KnownField[];
  /** A colon follows the cursor already. */
  hasColon: boolean;
}

/** A suggestion, and the words by which it is found. */
interface Candidate extends Suggestion {
  word: string;
}

/** What the keys around the cursor make of it. */
interface Place {
  role: "document" | "field" | "element" | "expression" | "plain";
  /** The field whose inside this is, or "". */
  field: string;
}

function placeOf(keys: readonly string[]): Place {
  let place: Place = { role: "document", field: "" };
  for (const key of keys) {
    if (!key.startsWith("$")) place = { role: "field", field: join(place.field, key) };
    else if (key === "$expr" || place.role === "expression") place = { role: "expression", field: "" };
    else if (key in LOGICAL_OPERATORS) place = { role: "document", field: place.field };
    else if (key === "$elemMatch") place = { role: "element", field: place.field };
    else if (key === "$not") place = { role: "field", field: place.field };
    else place = { role: "plain", field: place.field };
  }
  return place;
}

function isOffered({ part, situation }: Writing): boolean {
  const { at, token } = situation;
  if (at === "root") return false;
  // After a colon of a filter most people write a value of their own.
  return at === "key" || token.text !== "" || token.quote !== null || part !== "filter";
}

function keys(writing: Writing): Candidate[] {
  const { part, situation, fields } = writing;
  if (part === "collation")
    return situation.keys.length > 0 ? [] : Object.keys(COLLATION).map((name) => key(writing, name, "value"));
  const { role, field } = placeOf(situation.keys);
  const inside = fieldsIn(fields, field).map(({ path, kinds }) => key(writing, path, "field", kinds));
  const operators = (known: Operators) =>
    Object.entries(known).map(([name, value]) => key(writing, name, "operator", [], value));
  const all = (): Candidate[] => {
    switch (role) {
      case "document":
        return part === "filter"
          ? [...inside, ...operators(field ? LOGICAL_OPERATORS : TOP_OPERATORS)]
          : inside;
      case "element":
        return [...inside, ...operators({ ...FIELD_OPERATORS, ...LOGICAL_OPERATORS })];
      case "expression":
        return operators(EXPRESSION_OPERATORS);
      case "plain":
        return inside;
      case "field": {
        if (part === "projection") return [...inside, ...operators(PROJECTION_OPERATORS)];
        if (part !== "filter") return operators(SORT_OPERATORS);
        const wrappers = usesQuotes(situation) ? operators(TYPE_WRAPPERS) : [];
        return [...operators(FIELD_OPERATORS), ...inside, ...wrappers];
      }
    }
  };
  return all().filter(({ label }) => !situation.used.includes(label));
}

function values(writing: Writing): Candidate[] {
  const { part, situation, fields } = writing;
  const last = situation.keys.at(-1) ?? "";
  const texts = (list: readonly string[]) => list.map((text) => value(writing, text));
  if (part === "collation") return texts(COLLATION[last] ?? []);
  if (last === "$type") return texts(TYPE_NAMES.map((name) => `"${name}"`));
  // A string of somebody's own.
  if (situation.token.quote !== null) return [];
  if (part === "projection" && !last.startsWith("$")) return texts(["1", "0"]);
  if (part !== "filter") return last.startsWith("$") ? [] : texts(["1", "-1"]);
  if (last === "$exists") return texts(["true", "false"]);
  const { role, field } = placeOf(situation.keys);
  if (role === "document" || role === "element" || last === "$not") return [];
  const found = fields.find(({ path }) => path === field)?.kinds ?? [];
  const json = usesQuotes(situation);
  return VALUES.toSorted(
    (one, other) => Number(found.includes(other.kind)) - Number(found.includes(one.kind)),
  ).map(({ word, shell, json: asJson }) => {
    const template = json ? asJson : shell;
    return {
      ...placed(template),
      word,
      label: template.replace("|", "").replace('""', '"…"'),
      is: "value",
      kinds: [],
    };
  });
}

function key(
  { situation, hasColon }: Writing,
  name: string,
  is: Suggestion["is"],
  kinds: readonly Kind[] = [],
  behind = "|",
): Candidate {
  const { token, at } = situation;
  const quote = token.quote ?? (usesQuotes(situation) || !isPlainName(name) ? '"' : "");
  const written = quote === "" ? name : quote + escaped(name, quote) + quote;
  const template = hasColon ? `${written}|` : `${written}: ${behind}`;
  return { ...placed(at === "root" ? `{ ${template} }` : template), word: name, label: name, is, kinds };
}

function value({ situation }: Writing, text: string): Candidate {
  const quote = situation.token.quote;
  const insert = quote === null ? text : text.replaceAll('"', quote);
  // In quotes that are open only a text can follow.
  const word = quote === null ? text : text.startsWith('"') ? text.slice(1, -1) : "\0";
  return { insert, caret: insert.length, word, label: text, is: "value", kinds: [] };
}

function placed(template: string): { insert: string; caret: number } {
  const caret = template.indexOf("|");
  return { insert: template.replace("|", ""), caret };
}

/** The names that lead on from a field, each as it is written there. */
function fieldsIn(fields: readonly KnownField[], parent: string): KnownField[] {
  if (parent === "") return [...fields];
  const start = `${parent}.`;
  return fields
    .filter(({ path }) => path.startsWith(start))
    .map(({ path, kinds }) => ({ path: path.slice(start.length), kinds }));
}

function matching(candidates: readonly Candidate[], typed: string): Suggestion[] {
  const ranked = candidates.map((candidate) => ({ candidate, rank: rankOf(candidate.word, typed) }));
  return ranked
    .filter(({ rank }) => rank < NO_MATCH)
    .toSorted((one, other) => one.rank - other.rank)
    .slice(0, MOST)
    .map(({ candidate: { label, is, kinds, insert, caret } }) => ({ label, is, kinds, insert, caret }));
}

const NO_MATCH = 3;

/** How well a word begins as what was typed: at its start, at one of its parts, or anywhere. */
function rankOf(word: string, typed: string): number {
  const [name, start] = [word.toLowerCase(), typed.toLowerCase()];
  if (name.startsWith(start)) return 0;
  if (name.split(/[$._"]/).some((part) => part.startsWith(start))) return 1;
  // One letter is in almost everything.
  return start.length > 1 && name.includes(start) ? 2 : NO_MATCH;
}

function usesQuotes({ quoted, token }: Situation): boolean {
  return quoted ?? token.quote !== null;
}

/** Whether a key needs no quotes in mongosh. */
function isPlainName(name: string): boolean {
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name);
}

function escaped(name: string, quote: string): string {
  const inDouble = JSON.stringify(name).slice(1, -1);
  return quote === '"' ? inDouble : inDouble.replaceAll('\\"', '"').replaceAll("'", "\\'");
}

function join(parent: string, name: string): string {
  return parent === "" ? name : `${parent}.${name}`;
}
