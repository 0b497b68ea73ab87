//! Which validation rules a document failed, and where: the server's `errInfo.details` (error 121, since MongoDB 5.0) as a list.

use bson::{Bson, Document};
use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use crate::value::{ejson::Layout, shell};

/// Rules that are told; a document may fail one for every element of an array.
const MOST_RULES: usize = 50;
/// Levels of rules inside rules that are looked into.
const MOST_LEVELS: usize = 50;

/// One validation rule that a document failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FailedRule {
    /// The names that lead to the field, array positions as digits; empty for the document itself.
    pub path: Vec<String>,
    /// The server's name of the rule, such as `minimum`, `required` or `$lt`.
    pub rule: String,
    /// What the rule asks for, in mongosh syntax; none where the server does not repeat it.
    pub asks: Option<String>,
    /// What the server says of it, such as `comparison failed`.
    pub reason: Option<String>,
    /// What the person who made the rule wrote about the field.
    pub description: Option<String>,
}

/// The rules in `errInfo`, in the server's order.
pub(crate) fn failed_rules(info: &Document) -> Vec<FailedRule> {
    let mut rules = Rules::default();
    if let Ok(details) = info.get_document("details") {
        rules.look_into(details, 0);
    }
    rules.found
}

#[derive(Default)]
struct Rules {
    found: Vec<FailedRule>,
    path: Vec<String>,
    description: Option<String>,
}

impl Rules {
    fn look_into(&mut self, details: &Document, level: usize) {
        if level > MOST_LEVELS {
            return;
        }
        let known = self.found.len();
        for (name, value) in details {
            match (name.as_str(), value) {
                (
                    "propertiesNotSatisfied"
                    | "schemaRulesNotSatisfied"
                    | "clausesNotSatisfied"
                    | "details"
                    | "schemasNotSatisfied",
                    Bson::Array(parts),
                ) => {
                    for part in parts.iter().filter_map(Bson::as_document) {
                        self.part(part, level);
                    }
                }
                ("details", Bson::Document(inside)) => self.look_into(inside, level + 1),
                ("missingProperties", Bson::Array(names)) => self.named(names, "required"),
                ("additionalProperties", Bson::Array(names)) => self.named(names, "additionalProperties"),
                _ => {}
            }
        }
        if self.found.len() == known {
            self.leaf(details);
        }
    }

    /// One property, element or clause of a rule.
    fn part(&mut self, part: &Document, level: usize) {
        let step = match (part.get_str("propertyName"), part.get("itemIndex")) {
            (Ok(name), _) => Some(name.to_owned()),
            (_, Some(Bson::Int32(index))) => Some(index.to_string()),
            (_, Some(Bson::Int64(index))) => Some(index.to_string()),
            _ => None,
        };
        let steps = self.path.len();
        self.path.extend(step);
        let outer = self.description.clone();
        if let Ok(description) = part.get_str("description") {
            self.description = Some(description.to_owned());
        }
        self.look_into(part, level + 1);
        self.description = outer;
        self.path.truncate(steps);
    }

    fn named(&mut self, names: &[Bson], rule: &str) {
        for name in names.iter().filter_map(Bson::as_str) {
            self.path.push(name.to_owned());
            self.add(rule.to_owned(), None, None);
            self.path.pop();
        }
    }

    fn leaf(&mut self, details: &Document) {
        let Ok(rule) = details.get_str("operatorName") else { return };
        let asked = details.get_document("specifiedAs").ok();
        let steps = self.path.len();
        // A query operator names its field in what it asks for; a keyword of a schema stands where its property does.
        if rule.starts_with('$')
            && let Some(field) =
                asked.and_then(|asked| asked.keys().next()).filter(|field| !field.starts_with('$'))
        {
            self.path.extend(field.split('.').map(str::to_owned));
        }
        let asks = asked.and_then(|asked| {
            let bytes = bson::serialize_to_vec(asked).ok()?;
            shell::write(&bytes, Layout::Compact).ok().map(|written| written.text)
        });
        let reason = details.get_str("reason").ok().map(str::to_owned);
        self.add(rule.to_owned(), asks, reason);
        self.path.truncate(steps);
    }

    fn add(&mut self, rule: String, asks: Option<String>, reason: Option<String>) {
        if self.found.len() < MOST_RULES {
            let (path, description) = (self.path.clone(), self.description.clone());
            self.found.push(FailedRule { path, rule, asks, reason, description });
        }
    }
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    fn told(details: Document) -> Vec<String> {
        failed_rules(&doc! { "failingDocumentId": 1, "details": details })
            .into_iter()
            .map(|rule| {
                let asks = rule.asks.unwrap_or_default();
                format!("{}: {} {asks} {}", rule.path.join("."), rule.rule, rule.reason.unwrap_or_default())
            })
            .collect()
    }

    // As mongod 6.0.5 answers.
    #[test]
    fn each_rule_of_a_schema_is_told_at_its_field() {
        let details = doc! {
            "operatorName": "$jsonSchema",
            "schemaRulesNotSatisfied": [
                {
                    "operatorName": "properties",
                    "propertiesNotSatisfied": [
                        {
                            "propertyName": "year",
                            "description": "a year of this century",
                            "details": [
                                {
                                    "operatorName": "minimum", "specifiedAs": { "minimum": 2000 },
                                    "reason": "comparison failed", "consideredValue": 1,
                                },
                            ],
                        },
                        {
                            "propertyName": "dims",
                            "details": [{
                                "operatorName": "properties",
                                "propertiesNotSatisfied": [{
                                    "propertyName": "w",
                                    "details": [{
                                        "operatorName": "bsonType", "specifiedAs": { "bsonType": "int" },
                                        "reason": "type did not match", "consideredValue": "x",
                                        "consideredType": "string",
                                    }],
                                }],
                            }],
                        },
                    ],
                },
                {
                    "operatorName": "required", "specifiedAs": { "required": ["name"] },
                    "missingProperties": ["name"],
                },
            ],
        };
        assert_eq!(
            told(details.clone()),
            [
                "year: minimum { minimum: 2000 } comparison failed",
                "dims.w: bsonType { bsonType: \"int\" } type did not match",
                "name: required  ",
            ]
        );
        let first = failed_rules(&doc! { "details": details }).remove(0);
        assert_eq!(first.description.as_deref(), Some("a year of this century"));
    }

    #[test]
    fn a_query_operator_is_told_at_the_field_that_it_names() {
        let one = doc! {
            "operatorName": "$lt", "specifiedAs": { "dims.w": { "$lt": 5 } }, "reason": "comparison failed",
            "consideredValue": 9,
        };
        assert_eq!(told(one.clone()), ["dims.w: $lt { \"dims.w\": { $lt: 5 } } comparison failed"]);
        let both = doc! { "operatorName": "$and", "clausesNotSatisfied": [{ "index": 0, "details": one }] };
        assert_eq!(told(both).len(), 1);
    }

    #[test]
    fn what_is_not_understood_is_still_told_as_a_rule_of_the_document() {
        assert_eq!(
            told(doc! { "operatorName": "$expr", "specifiedAs": { "$expr": true } }),
            [": $expr { $expr: true } "]
        );
        assert!(failed_rules(&doc! {}).is_empty());
    }
}
