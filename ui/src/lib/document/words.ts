/** The words of the query language that completion offers. In what is inserted, `|` is where the cursor goes. */
import type { Kind } from "$lib/backend";

/** Operators, and what stands behind each. */
export type Operators = Readonly<Record<string, string>>;

const COMPARISON = { $eq: "|", $ne: "|", $gt: "|", $gte: "|", $lt: "|", $lte: "|", $in: "[|]", $nin: "[|]" };

/** Operators on a field of a filter. */
export const FIELD_OPERATORS: Operators = {
  ...COMPARISON,
  $exists: "true|",
  $type: '"|"',
  $regex: '"|"',
  $options: '"i|"',
  $not: "{ | }",
  $elemMatch: "{ | }",
  $all: "[|]",
  $size: "|",
  $mod: "[|]",
  $bitsAllSet: "|",
  $bitsAnySet: "|",
  $bitsAllClear: "|",
  $bitsAnyClear: "|",
  $geoWithin: "{ | }",
  $geoIntersects: "{ | }",
  $near: "{ | }",
  $nearSphere: "{ | }",
};

/** Operators in the place of fields that join filters. */
export const LOGICAL_OPERATORS: Operators = { $and: "[{ | }]", $or: "[{ | }]", $nor: "[{ | }]" };

/** Operators that stand beside the fields at the top of a filter. */
export const TOP_OPERATORS: Operators = {
  ...LOGICAL_OPERATORS,
  $expr: "{ | }",
  $text: "{ | }",
  $jsonSchema: "{ | }",
  $comment: '"|"',
};

/** Operators inside `$expr`. */
export const EXPRESSION_OPERATORS: Operators = {
  $eq: "[|]",
  $ne: "[|]",
  $gt: "[|]",
  $gte: "[|]",
  $lt: "[|]",
  $lte: "[|]",
  $and: "[|]",
  $or: "[|]",
  $not: "[|]",
  $in: "[|]",
  $add: "[|]",
  $subtract: "[|]",
  $multiply: "[|]",
  $divide: "[|]",
  $size: "|",
  $strLenCP: "|",
  $type: "|",
  $year: "|",
  $month: "|",
};

/** Operators on a field of a projection. */
export const PROJECTION_OPERATORS: Operators = { $slice: "|", $elemMatch: "{ | }", $meta: '"textScore|"' };

/** Operators on a field of a sort order. */
export const SORT_OPERATORS: Operators = { $meta: '"textScore|"' };

/** Objects of Extended JSON that stand for a value. */
export const TYPE_WRAPPERS: Operators = {
  $oid: '"|"',
  $date: '"|"',
  $numberLong: '"|"',
  $numberInt: '"|"',
  $numberDecimal: '"|"',
  $numberDouble: '"|"',
  $uuid: '"|"',
};

/** What a collation takes. */
export const COLLATION: Readonly<Record<string, readonly string[]>> = {
  locale: ['"en"', '"de"', '"es"', '"fr"', '"it"', '"ja"', '"pt"', '"sv"', '"zh"', '"simple"'],
  strength: ["1", "2", "3", "4", "5"],
  numericOrdering: ["true", "false"],
  caseLevel: ["true", "false"],
  caseFirst: ['"upper"', '"lower"', '"off"'],
  alternate: ['"non-ignorable"', '"shifted"'],
  maxVariable: ['"punct"', '"space"'],
  backwards: ["true", "false"],
  normalization: ["true", "false"],
};

/** A value that can be written, in both ways of writing. */
export interface ValueWord {
  word: string;
  kind: Kind;
  shell: string;
  json: string;
}

function constructor(word: string, kind: Kind, key: string): ValueWord {
  return { word, kind, shell: `${word}("|")`, json: `{ "${key}": "|" }` };
}

/** The values of a filter. */
export const VALUES: readonly ValueWord[] = [
  constructor("ObjectId", "objectId", "$oid"),
  constructor("ISODate", "date", "$date"),
  { word: "true", kind: "bool", shell: "true|", json: "true|" },
  { word: "false", kind: "bool", shell: "false|", json: "false|" },
  { word: "null", kind: "null", shell: "null|", json: "null|" },
  constructor("NumberLong", "long", "$numberLong"),
  constructor("NumberDecimal", "decimal", "$numberDecimal"),
  constructor("NumberInt", "int", "$numberInt"),
  constructor("UUID", "binData", "$uuid"),
  {
    word: "Timestamp",
    kind: "timestamp",
    shell: "Timestamp({ t: |, i: 1 })",
    json: '{ "$timestamp": { "t": |, "i": 1 } }',
  },
  { word: "MinKey", kind: "minKey", shell: "MinKey()|", json: '{ "$minKey": 1 }|' },
  { word: "MaxKey", kind: "maxKey", shell: "MaxKey()|", json: '{ "$maxKey": 1 }|' },
];

/** The names that `$type` takes. */
export const TYPE_NAMES: readonly Kind[] = [
  "double",
  "string",
  "object",
  "array",
  "binData",
  "objectId",
  "bool",
  "date",
  "null",
  "regex",
  "int",
  "timestamp",
  "long",
  "decimal",
  "minKey",
  "maxKey",
];
