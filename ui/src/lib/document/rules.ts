/** Where the rules that a document fails stand in it. */
import type { FailedRule, Node } from "$lib/backend";
import { childPath, type Path, pathKey } from "./path";
import { sameNode } from "./samenode";

/** A failed rule, at the field that it is about. */
export interface PlacedRule {
  rule: FailedRule;
  /** The field, or the nearest around it that is there; empty for the document. */
  path: Path;
  /** The names that lead from there to a field that is not there. */
  missing: readonly string[];
  /** The field; null where it is missing, or the whole document is meant. */
  node: Node | null;
}

/** What a line of the inspector has to say of failed rules. */
export interface LineFailure {
  own: PlacedRule[];
  /** How many rules fail inside. */
  inside: number;
}

/** Failures by the keys of the lines that they are on. */
export type Failures = ReadonlyMap<string, LineFailure>;

/** Finds the field of a rule; of a name that repeats, the first. */
export function placeRule(fields: readonly Node[], rule: FailedRule): PlacedRule {
  let siblings = fields;
  let path: Path = [];
  let node: Node | null = null;
  for (const [at, name] of rule.path.entries()) {
    const index = siblings.findIndex((each) => each.name === name);
    const next = siblings[index];
    if (!next) return { rule, path, missing: rule.path.slice(at), node: null };
    path = childPath(path, index, name);
    node = next;
    siblings = next.children;
  }
  return { rule, path, missing: [], node };
}

/** What each line has to say of rules that were placed. */
export function failuresOf(placed: readonly PlacedRule[]): Failures {
  const failures = new Map<string, LineFailure>();
  const at = (path: Path) => {
    const key = pathKey(path);
    const known = failures.get(key) ?? { own: [], inside: 0 };
    failures.set(key, known);
    return known;
  };
  for (const each of placed) {
    at(each.path).own.push(each);
    for (let length = 1; length < each.path.length; length += 1) at(each.path.slice(0, length)).inside += 1;
  }
  return failures;
}

/** The rules of which it is not known whether an edit has mended them: those whose field is as it was. */
export function stillFailing(
  rules: readonly FailedRule[],
  before: readonly Node[],
  after: readonly Node[],
): FailedRule[] {
  return rules.filter((rule) => {
    if (rule.path.length === 0) return false;
    const [was, is] = [placeRule(before, rule), placeRule(after, rule)];
    return was.missing.length === is.missing.length && sameNode(was.node, is.node);
  });
}

/** The value that a rule compares with, as the server repeats it; null where that is not one value. */
export function askedOf({ rule, asks }: FailedRule): string | null {
  if (asks === null) return null;
  const [begin, end] = rule.startsWith("$") ? [`{ ${rule}: `, " } }"] : [`{ ${rule}: `, " }"];
  const at = rule.startsWith("$") ? asks.indexOf(begin) : asks.startsWith(begin) ? 0 : -1;
  return at >= 0 && asks.endsWith(end) ? asks.slice(at + begin.length, -end.length) : null;
}

/**
 * Whether a rule failed because it does not hold. One inside of a negation fails because it does, and what it asks for
 * must not be told then.
 */
export function failsStraight({ reason }: FailedRule): boolean {
  return reason === null || /\b(failed|not|duplicate)\b/.test(reason);
}
