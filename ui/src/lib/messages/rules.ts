import { count } from "./count";

/** What rules of a schema, and operators of a query, ask of a value. */
const asks: Readonly<Record<string, (value: string) => string>> = {
  bsonType: (type) => `has to be of type ${type}`,
  type: (type) => `has to be of type ${type}`,
  $type: (type) => `has to be of type ${type}`,
  enum: (values) => `has to be one of ${values}`,
  $in: (values) => `has to be one of ${values}`,
  $nin: (values) => `must not be one of ${values}`,
  minimum: (value) => `has to be at least ${value}`,
  $gte: (value) => `has to be at least ${value}`,
  maximum: (value) => `has to be at most ${value}`,
  $lte: (value) => `has to be at most ${value}`,
  $gt: (value) => `has to be more than ${value}`,
  $lt: (value) => `has to be less than ${value}`,
  $eq: (value) => `has to be ${value}`,
  $ne: (value) => `must not be ${value}`,
  multipleOf: (value) => `has to be a multiple of ${value}`,
  minLength: (number) => `has to have at least ${number} characters`,
  maxLength: (number) => `has to have at most ${number} characters`,
  minItems: (number) => `has to have at least ${number} elements`,
  maxItems: (number) => `has to have at most ${number} elements`,
  $size: (number) => `has to have ${number} elements`,
  minProperties: (number) => `has to have at least ${number} fields`,
  maxProperties: (number) => `has to have at most ${number} fields`,
  pattern: (pattern) => `has to match ${pattern}`,
  $regex: (pattern) => `has to match ${pattern}`,
};

/** What is asked without a value. */
const alone: Readonly<Record<string, string>> = {
  required: "has to be there",
  additionalProperties: "must not be here: the rules name no such field",
  uniqueItems: "no element may come twice",
};

/** Rules of a collection that a document fails. */
export const rules = {
  asks,
  alone,
  /** A rule for which there are no words. */
  other: (rule: string, asked: string | null, reason: string | null) =>
    [rule, asked].filter(Boolean).join(" ") + (reason === null ? "" : `: ${reason}`),
  has: (value: string, kind: string) => `it is ${value} (${kind})`,
  inside: (number: number) => `${count(number, "rule fails", "rules fail")} inside`,
  document: "the document",
  list: "Rules that the document fails",
};
