//! What a door says of itself, read into one form: types are written as TypeScript writes them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The path of an operation, less its name.
const OPERATIONS: &str = "/api/v1/connections/{connection}/operations/";
/// Types of the description that TypeScript has no name for.
const NUMBERS: [&str; 2] = ["SafeInt", "Share"];

/// Operations and types as one door has them.
pub(super) struct Door {
    pub(super) operations: BTreeMap<String, Signature>,
    pub(super) types: BTreeMap<String, Shape>,
    /// Routes beside the one of operations, with the operations that they name.
    pub(super) facades: Vec<(String, String)>,
}

/// What an operation is asked with and what it answers.
#[derive(Debug)]
pub(super) struct Signature {
    pub(super) request: Option<String>,
    pub(super) outcome: String,
    /// What comes before the outcome. In the window some of it comes as events, of which a command does not tell.
    pub(super) item: Option<String>,
}

impl Signature {
    /// Whether a command of the window is asked and answers so.
    pub(super) fn is_like(&self, command: &Self) -> bool {
        let same_items = command.item.is_none() || command.item == self.item;
        self.request == command.request && self.outcome == command.outcome && same_items
    }
}

/// A type that has a name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Fields(BTreeMap<String, Field>),
    /// One of several objects, told apart by their `kind`.
    Kinds(BTreeMap<String, BTreeMap<String, Field>>),
    /// One of several words, or another name for a type.
    Other(BTreeSet<String>),
}

/// A field of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) optional: bool,
    pub(super) kind: String,
}

impl Door {
    /// Reads the description of the HTTP API.
    pub(super) fn of_openapi(openapi: &Value) -> Self {
        let (mut operations, mut facades) = (BTreeMap::new(), Vec::new());
        for (path, item) in openapi["paths"].as_object().expect("paths") {
            for (method, described) in item.as_object().expect("methods") {
                let operations_named = &described["x-operation"];
                let names =
                    operations_named.as_array().map_or(std::slice::from_ref(operations_named), Vec::as_slice);
                let names = names.iter().filter_map(Value::as_str);
                if let Some(name) = path.strip_prefix(OPERATIONS) {
                    operations.insert(name.to_owned(), Signature::of_openapi(described));
                }
                facades.extend(names.map(|name| (format!("{method} {path}"), name.to_owned())));
            }
        }
        let schemas = openapi["components"]["schemas"].as_object().expect("schemas");
        let types = schemas.iter().map(|(name, schema)| (name.clone(), Shape::of_openapi(schema))).collect();
        Self { operations, types, facades }
    }

    /// Reads the generated commands and types of the window.
    pub(super) fn of_bindings(bindings: &str) -> Self {
        let text = without_comments(bindings);
        let operations = text.lines().filter_map(command).collect();
        let types = text.split("export type ").skip(1).map(|rest| {
            let (name, definition) = rest.split_once('=').expect("a type is something");
            (name.trim().to_owned(), Shape::of_bindings(until_its_end(definition)))
        });
        Self { types: types.collect(), operations, facades: Vec::new() }
    }

    /// The names of all types that requests and outcomes are made of.
    pub(super) fn types_in_use(&self) -> BTreeSet<String> {
        let signatures = self.operations.values();
        let mut open: Vec<String> = signatures
            .flat_map(|Signature { request, outcome, item }| {
                request.iter().chain([outcome]).chain(item).flat_map(|kind| names(kind))
            })
            .collect();
        let mut found = BTreeSet::new();
        while let Some(name) = open.pop() {
            if !found.insert(name.clone()) {
                continue;
            }
            let fields: Vec<&Field> = match self.types.get(&name) {
                Some(Shape::Fields(fields)) => fields.values().collect(),
                Some(Shape::Kinds(kinds)) => kinds.values().flat_map(BTreeMap::values).collect(),
                _ => continue,
            };
            open.extend(fields.into_iter().flat_map(|field| names(&field.kind)));
        }
        found
    }
}

impl Signature {
    fn of_openapi(described: &Value) -> Self {
        let request = &described["requestBody"]["content"]["application/json"]["schema"];
        let content = &described["responses"]["200"]["content"];
        let lines = content["application/x-ndjson"]["schema"]["oneOf"].as_array();
        let line = |name: &str| lines.into_iter().flatten().find_map(|line| line["properties"].get(name));
        Self {
            request: request.get("$ref").map(|_| kind_of(request)),
            outcome: kind_of(line("outcome").unwrap_or(&content["application/json"]["schema"])),
            item: line("item").map(kind_of),
        }
    }
}

impl Shape {
    fn of_openapi(schema: &Value) -> Self {
        if schema["properties"].is_object() {
            return Self::Fields(fields_of_openapi(schema));
        }
        let choices = schema["oneOf"].as_array().into_iter().flatten();
        let kinds: Option<BTreeMap<_, _>> = choices
            .map(|choice| {
                let kind = choice["properties"]["kind"]["enum"][0].as_str()?;
                let mut fields = fields_of_openapi(choice);
                fields.remove("kind");
                Some((kind.to_owned(), fields))
            })
            .collect();
        if let Some(kinds) = kinds.filter(|kinds| !kinds.is_empty()) {
            return Self::Kinds(kinds);
        }
        let words = schema["enum"].as_array().into_iter().flatten().map(Value::to_string);
        let words: BTreeSet<_> = words.collect();
        Self::Other(if words.is_empty() { BTreeSet::from([kind_of(schema)]) } else { words })
    }

    fn of_bindings(definition: &str) -> Self {
        let fields = definition.trim().strip_prefix('{').and_then(|inside| inside.strip_suffix('}'));
        if let Some(fields) = fields.filter(|fields| !fields.contains('{')) {
            return Self::Fields(fields_of_bindings(fields, ",\n"));
        }
        // Each of several objects ends before the next begins, and has its fields apart by semicolons.
        let objects =
            definition.split('{').skip(1).map(|object| object.split('}').next().unwrap_or_default());
        let kinds: Option<BTreeMap<_, _>> = objects
            .map(|object| {
                let mut fields = fields_of_bindings(object, ";");
                let kind = fields.remove("kind")?.kind;
                Some((kind.trim_matches('"').to_owned(), fields))
            })
            .collect();
        match kinds.filter(|kinds| !kinds.is_empty()) {
            Some(kinds) => Self::Kinds(kinds),
            None => Self::Other(definition.split('|').map(|word| word.trim().to_owned()).collect()),
        }
    }
}

fn fields_of_openapi(schema: &Value) -> BTreeMap<String, Field> {
    let required = schema["required"].as_array();
    let is_required =
        |name: &str| required.is_some_and(|required| required.iter().any(|field| field == name));
    let properties = schema["properties"].as_object().into_iter().flatten();
    let fields = properties
        .map(|(name, schema)| (name.clone(), Field { optional: !is_required(name), kind: kind_of(schema) }));
    fields.collect()
}

fn fields_of_bindings(fields: &str, apart: &str) -> BTreeMap<String, Field> {
    let fields = fields.split(apart).map(str::trim).filter(|field| !field.is_empty()).map(|field| {
        let (name, kind) = field.split_once(':').expect("a field has a type");
        let (name, optional) = name.strip_suffix('?').map_or((name, false), |name| (name, true));
        (name.to_owned(), Field { optional, kind: kind.trim().to_owned() })
    });
    fields.collect()
}

/// A schema as TypeScript writes it.
fn kind_of(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return if NUMBERS.contains(&name) { "number".to_owned() } else { name.to_owned() };
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        return choices.iter().map(kind_of).collect::<Vec<_>>().join(" | ");
    }
    let kinds = &schema["type"];
    let kinds = kinds.as_array().map_or(std::slice::from_ref(kinds), Vec::as_slice);
    let words = kinds.iter().map(|kind| match kind.as_str() {
        Some("integer" | "number") => "number".to_owned(),
        Some("array") => match kind_of(&schema["items"]) {
            either if either.contains(" | ") => format!("({either})[]"),
            kind => format!("{kind}[]"),
        },
        Some(other) => other.to_owned(),
        None => format!("not understood: {schema}"),
    });
    words.collect::<Vec<_>>().join(" | ")
}

/// A line such as `count: (request: CountRequest) => typedError<Count, ErrorBody>(__TAURI_INVOKE("count", …))`; what
/// comes before the outcome has a parameter `rows: Channel<…>`.
fn command(line: &str) -> Option<(String, Signature)> {
    let (_, invoked) = line.split_once("__TAURI_INVOKE(\"")?;
    let (name, _) = invoked.split_once('"')?;
    let (_, outcome) = line.split_once("typedError<")?;
    let (outcome, _) = outcome.split_once(", ErrorBody>")?;
    let (parameters, _) = line.split_once(") =>")?;
    let request = parameters.split_once("(request: ").map(|(_, request)| request);
    let request = request.and_then(|request| request.split(',').next()).map(str::to_owned);
    let item = parameters.split_once("Channel<").and_then(|(_, rest)| rest.split_once('>'));
    let item = item.map(|(item, _)| item.to_owned());
    Some((name.to_owned(), Signature { request, outcome: outcome.to_owned(), item }))
}

/// The names of types in a type: they begin with a capital.
fn names(kind: &str) -> Vec<String> {
    let words = kind.split(|character: char| !character.is_alphanumeric());
    words.filter(|word| word.starts_with(char::is_uppercase)).map(str::to_owned).collect()
}

fn without_comments(text: &str) -> String {
    let mut pieces = text.split("/*");
    let first = pieces.next().unwrap_or_default();
    let rest = pieces.filter_map(|piece| Some(piece.split_once("*/")?.1));
    std::iter::once(first).chain(rest).collect()
}

/// A definition up to the semicolon that ends it.
fn until_its_end(definition: &str) -> &str {
    let mut depth = 0;
    let end = definition.find(|character| {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        character == ';' && depth == 0
    });
    definition[..end.unwrap_or(definition.len())].trim()
}
