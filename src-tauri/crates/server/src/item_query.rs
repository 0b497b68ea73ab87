//! The parameters of `/items`: scalars that fields have to be equal to.

use std::collections::HashSet;

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use serde_json::{Map, Value, json};
use trivet_core::{Error, document::DocumentId};

use crate::{page, problem::Problem};

/// Which items, and how many.
#[derive(Debug)]
pub(crate) struct ItemQuery {
    /// As Extended JSON; none for all.
    pub(crate) filter: Option<String>,
    pub(crate) limit: u32,
    pub(crate) after: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for ItemQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_err(|error| Error::invalid(format!("A parameter cannot be read: {}.", error.body_text())))?;
        Ok(Self::of(pairs)?)
    }
}

impl ItemQuery {
    fn of(pairs: Vec<(String, String)>) -> Result<Self, Error> {
        let mut query = Self { filter: None, limit: page::LIMIT, after: None };
        let (mut filter, mut read) = (Map::new(), HashSet::new());
        for (name, value) in pairs {
            match name.as_str() {
                "limit" | "after" if !read.insert(name.clone()) => return Err(doubled(&name)),
                "limit" => {
                    query.limit = value
                        .parse()
                        .map_err(|_| Error::invalid("limit has to be a number from 1 to 1000."))?;
                }
                "after" => query.after = Some(value),
                "" => return Err(Error::invalid("A parameter has no name.")),
                operator if operator.starts_with('$') => {
                    return Err(Error::invalid(format!("{operator} is not the name of a field.")).with_hint(
                        "Here fields are compared with scalars. Operators are for the documents of /api/v1.",
                    ));
                }
                _ => {
                    let value = if name == "_id" { id(value) } else { scalar(value) };
                    if filter.insert(name.clone(), json!({ "$eq": value })).is_some() {
                        return Err(doubled(&name));
                    }
                }
            }
        }
        query.filter = (!filter.is_empty()).then(|| Value::Object(filter).to_string());
        Ok(query)
    }
}

fn doubled(name: &str) -> Error {
    Error::invalid(format!("{name} is given more than once."))
}

/// An `_id` as an address has it: 24 hex digits are an ObjectId. In quotes they are a string.
fn id(text: String) -> Value {
    match DocumentId::parse(&text, None) {
        Ok(_) => json!({ "$oid": text }),
        Err(_) => scalar(text),
    }
}

/// A number, a truth value, null or a string in quotes as JSON has it; anything else is a string as it stands.
fn scalar(text: String) -> Value {
    match serde_json::from_str(&text) {
        Ok(Value::Object(_) | Value::Array(_)) | Err(_) => Value::String(text),
        Ok(scalar) => scalar,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(pairs: &[(&str, &str)]) -> Result<Option<String>, Error> {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        ItemQuery::of(pairs.collect()).map(|query| query.filter)
    }

    #[test]
    fn a_parameter_is_a_field_and_the_scalar_that_it_equals() {
        for (value, expected) in [
            ("5", r#"{"a":{"$eq":5}}"#),
            ("\"5\"", r#"{"a":{"$eq":"5"}}"#),
            ("true", r#"{"a":{"$eq":true}}"#),
            ("gear-1", r#"{"a":{"$eq":"gear-1"}}"#),
            (r#"{"$ne":1}"#, r#"{"a":{"$eq":"{\"$ne\":1}"}}"#),
        ] {
            assert_eq!(filter(&[("a", value)]).expect("read").as_deref(), Some(expected));
        }
        let id = "65f0a1b2c3d4e5f60718293a";
        let expected = format!(r#"{{"_id":{{"$eq":{{"$oid":"{id}"}}}}}}"#);
        assert_eq!(filter(&[("_id", id)]).expect("read"), Some(expected));
        let expected = format!(r#"{{"_id":{{"$eq":"{id}"}}}}"#);
        assert_eq!(filter(&[("_id", &format!("\"{id}\""))]).expect("read"), Some(expected));
        assert_eq!(filter(&[("limit", "5"), ("after", "x")]).expect("read"), None);
    }

    #[test]
    fn an_operator_is_not_a_field() {
        for refused in [
            &[("$where", "1")][..],
            &[("$or", "[]")],
            &[("a", "1"), ("a", "2")],
            &[("limit", "x")],
            &[("limit", "1"), ("limit", "1")],
            &[("after", "x"), ("after", "x")],
        ] {
            assert!(filter(refused).is_err(), "{refused:?}");
        }
    }
}
