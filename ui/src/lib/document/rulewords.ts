/** A failed rule in words. */
import { t } from "$lib/messages";
import { lineOf } from "./display";
import { askedOf, failsStraight, type PlacedRule } from "./rules";

/** What the rule asks for, what the document has, and what the person who made the rule wrote of the field. */
export function ruleWords({ rule, node }: PlacedRule): string {
  const words = t.rules;
  const alone = words.alone[rule.rule];
  const has = node && alone === undefined ? words.has(lineOf(node).text, t.document.kinds[node.kind]) : null;
  const said = [alone ?? asked(rule), has].filter((part) => part !== null).join("; ");
  return rule.description === null ? said : `${said} — ${rule.description}`;
}

function asked(rule: PlacedRule["rule"]): string {
  const value = failsStraight(rule) ? askedOf(rule) : null;
  const phrase = t.rules.asks[rule.rule];
  return phrase && value !== null ? phrase(value) : t.rules.other(rule.rule, rule.asks, rule.reason);
}

/** The field that a rule is about, as the database writes its path. */
export function ruleField({ rule }: PlacedRule): string {
  return rule.path.length > 0 ? rule.path.join(".") : t.rules.document;
}
