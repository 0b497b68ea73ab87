//! The description is whole, and the committed one is that of the routes.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use serde_json::Value;

use crate::openapi_json;

const SNAPSHOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/openapi.json");

fn described() -> Value {
    serde_json::from_str(&openapi_json()).expect("the description is JSON")
}

/// Method and path of every operation of the description, with what is said of it.
fn operations(described: &Value) -> Vec<(String, &Value)> {
    let paths = described["paths"].as_object().expect("paths");
    paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().expect("methods of a path");
            methods.iter().map(move |(method, operation)| (format!("{method} {path}"), operation))
        })
        .collect()
}

/// Every object in it, at any depth.
fn objects<'a>(value: &'a Value, found: &mut Vec<&'a serde_json::Map<String, Value>>) {
    match value {
        Value::Object(fields) => {
            found.push(fields);
            fields.values().for_each(|value| objects(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| objects(value, found)),
        _ => {}
    }
}

#[test]
fn the_committed_description_is_that_of_the_routes() {
    let fresh = openapi_json() + "\n";
    if std::env::var_os("BLESS").is_some() {
        fs::write(SNAPSHOT, &fresh).expect("written");
    }
    let committed = fs::read_to_string(SNAPSHOT).unwrap_or_default();
    assert!(
        fresh == committed,
        "docs/openapi.json is stale: BLESS=1 cargo test -p trivet-server openapi writes it anew"
    );
}

#[test]
fn every_reference_leads_somewhere() {
    let described = described();
    let mut found = Vec::new();
    objects(&described, &mut found);
    let references: BTreeSet<_> = found.iter().filter_map(|object| object.get("$ref")?.as_str()).collect();
    assert!(references.len() > 50, "{references:?}");
    for reference in references {
        let there = reference.strip_prefix('#').and_then(|pointer| described.pointer(pointer));
        assert!(there.is_some(), "{reference} leads nowhere");
    }
}

#[test]
fn no_component_is_described_for_nobody() {
    let described = described();
    let text = described.to_string();
    for kind in ["schemas", "responses"] {
        for name in described["components"][kind].as_object().expect("components").keys() {
            assert!(
                text.contains(&format!("\"#/components/{kind}/{name}\"")),
                "nothing refers to {kind} {name}"
            );
        }
    }
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let described = described();
    let mut names = BTreeMap::new();
    for (place, operation) in operations(&described) {
        let name = operation["operationId"].as_str().expect("a name");
        assert_eq!(names.insert(name.to_owned(), place), None, "{name}");
    }
}

/// OpenAPI 3.1 asks for a description of every response.
#[test]
fn every_operation_parameter_and_response_says_what_it_is() {
    let described = described();
    let says = |value: &Value, what| value[what].as_str().is_some_and(|text| !text.is_empty());
    for (place, operation) in operations(&described) {
        assert!(says(operation, "summary"), "{place}");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(says(parameter, "description"), "{place}: {parameter}");
        }
        for (status, response) in operation["responses"].as_object().expect("responses") {
            assert!(says(response, "description") || says(response, "$ref"), "{place}: {status}");
        }
    }
    for (name, response) in described["components"]["responses"].as_object().expect("responses") {
        assert!(says(response, "description"), "{name}");
    }
}

#[test]
fn the_placeholders_of_a_path_are_its_parameters() {
    let described = described();
    for (place, operation) in operations(&described) {
        let placeholders: BTreeSet<_> =
            place.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0.to_owned())).collect();
        let of_path = |parameter: &&Value| parameter["in"] == "path" && parameter["required"] == true;
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let named = parameters.filter(of_path).filter_map(|parameter| parameter["name"].as_str());
        assert_eq!(named.map(str::to_owned).collect::<BTreeSet<_>>(), placeholders, "{place}");
    }
}

#[test]
fn only_what_needs_no_token_says_so() {
    let described = described();
    let open: Vec<_> = operations(&described)
        .into_iter()
        .filter(|(_, operation)| operation["responses"]["401"].is_null())
        .collect();
    let [(place, healthz)] = open.as_slice() else { panic!("{open:?}") };
    assert_eq!((place.as_str(), &healthz["security"]), ("get /healthz", &serde_json::json!([{}])));
}

#[test]
fn an_operation_without_an_outcome_answers_null() {
    let described = described();
    let path = "/api/v1/connections/{connection}/operations/watch_replica";
    let answer = &described["paths"][path]["post"]["responses"]["200"];
    let line = &answer["content"]["application/x-ndjson"]["schema"]["oneOf"];
    assert_eq!(line[1]["properties"]["outcome"], serde_json::json!({ "type": "null" }), "{line}");
}
