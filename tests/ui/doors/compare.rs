//! Whether two answers are the same.

use serde_json::{Value, json};

use super::{ask::Answer, rows::Row};

/// How the answers to a row differ, or fail to be what the row expects; none where all is well.
pub(super) fn difference(row: &Row, in_window: Answer, over_http: Answer) -> Option<String> {
    let name = row.operation;
    let about = || format!("{name} {}", row.request);
    let (window, http) = (read(row, in_window), read(row, over_http));
    if window != http {
        return Some(format!("{}\n  in the window: {window:?}\n  over HTTP:     {http:?}", about()));
    }
    match (&window, row.refused) {
        (Ok(_), None) => None,
        (Err(error), Some(code)) if error["code"] == code => None,
        (answer, expected) => Some(format!("{}\n  expected {expected:?}, answered {answer:?}", about())),
    }
}

fn read(row: &Row, answer: Answer) -> Answer {
    let mut outcome = as_javascript_has_it(answer.map_err(as_javascript_has_it)?);
    for path in row.varies {
        let steps: Vec<&str> = path.split('.').collect();
        assert!(take_out(&mut outcome, &steps) > 0, "{} has no {path}: {outcome}", row.operation);
    }
    Ok(outcome)
}

/// JavaScript has one kind of number: what came through it shows 1.0 as 1.
fn as_javascript_has_it(value: Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(values) => values.into_iter().map(as_javascript_has_it).collect(),
        Value::Object(fields) => Value::Object(
            fields.into_iter().map(|(name, value)| (name, as_javascript_has_it(value))).collect(),
        ),
        other => other,
    }
}

/// Puts the kind of a value in its place, and a list into an order of its own: that is compared still. `*` stands for
/// each element of an array, `**` for whatever there is.
fn take_out(value: &mut Value, steps: &[&str]) -> usize {
    match (steps, value) {
        (["**"], value) => {
            *value = "whatever".into();
            1
        }
        ([], value) => {
            let kind = match value {
                Value::Number(_) => "a number",
                Value::String(_) => "a text",
                Value::Array(values) => {
                    values.sort_by_key(Value::to_string);
                    return 1;
                }
                _ => return 1,
            };
            *value = kind.into();
            1
        }
        (["*", rest @ ..], Value::Array(values)) => {
            values.iter_mut().map(|value| take_out(value, rest)).sum()
        }
        ([name, rest @ ..], Value::Object(fields)) => {
            fields.get_mut(*name).map_or(0, |value| take_out(value, rest))
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_varies_is_compared_by_its_kind_and_all_else_exactly() {
        let row = Row { varies: &["list.*.size"], ..Row::new("find", Value::Null) };
        let answer =
            |size: Value, name: &str| Ok(json!({ "list": [{ "size": size, "name": name }], "all": 1 }));
        assert_eq!(difference(&row, answer(json!(1), "a"), answer(json!(2.5), "a")), None);
        for other in
            [answer(json!(null), "a"), answer(json!("2"), "a"), answer(json!(1), "b"), Err(json!({}))]
        {
            assert!(difference(&row, answer(json!(1), "a"), other).is_some());
        }
    }
}
