//! The doors do not drift apart: the list of operations, the description of the HTTP API and the window's commands name
//! the same operations with the same requests and outcomes.
//!
//! What is compared is committed: `docs/openapi.json` and `ui/src/lib/backend/bindings.ts`. Tests of their own crates
//! fail where one of the two is stale.

mod doors;

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Value, json};
use trivet_core::operation::{Effect, Kind, OPERATIONS, Operation};

use doors::{Door, Shape};

/// May be left out of a request over HTTP: the address names it.
const CONNECTION: &str = "connection";

/// What the three are made of.
#[derive(Clone)]
struct Sources {
    list: Vec<Operation>,
    openapi: Value,
    bindings: String,
}

impl Sources {
    fn committed() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let read = |file| fs::read_to_string(root.join(file)).expect("committed");
        Self {
            list: OPERATIONS.to_vec(),
            openapi: serde_json::from_str(&read("docs/openapi.json")).expect("JSON"),
            bindings: read("ui/src/lib/backend/bindings.ts"),
        }
    }

    /// How they differ, a sentence each.
    fn differences(&self) -> Vec<String> {
        let (http, window) = (Door::of_openapi(&self.openapi), Door::of_bindings(&self.bindings));
        let mut found = self.names_that_differ(&http, &window);
        for (name, over_http) in &http.operations {
            let Some(in_window) = window.operations.get(name) else { continue };
            if !over_http.is_like(in_window) {
                found.push(format!("{name} is {over_http:?} over HTTP and {in_window:?} in the window"));
            }
        }
        for name in http.types_in_use() {
            match (http.types.get(&name), window.types.get(&name)) {
                (Some(over_http), Some(in_window)) => {
                    found.extend(fields_that_differ(&name, over_http, in_window));
                }
                (Some(_), None) => found.push(format!("the window has no type {name}")),
                (None, _) => found.push(format!("the description has no type {name}")),
            }
        }
        found
    }

    fn names_that_differ(&self, http: &Door, window: &Door) -> Vec<String> {
        let listed = |with_desktop: bool| -> BTreeSet<&str> {
            let wanted = self.list.iter().filter(|one| with_desktop || one.kind != Kind::Desktop);
            wanted.map(|operation| operation.name).collect()
        };
        let all_of = |door: &Door| door.operations.keys().cloned().collect::<BTreeSet<_>>();
        let mut found = Vec::new();
        for (door, listed, named) in
            [("over HTTP", listed(false), all_of(http)), ("in the window", listed(true), all_of(window))]
        {
            let named: BTreeSet<&str> = named.iter().map(String::as_str).collect();
            found.extend(
                listed.difference(&named).map(|name| format!("{name} is in the list and not {door}")),
            );
            found.extend(
                named.difference(&listed).map(|name| format!("{name} is {door} and not in the list")),
            );
        }
        for (route, name) in &http.facades {
            if !listed(false).contains(name.as_str()) {
                found.push(format!("{route} names {name}, which is no operation over HTTP"));
            }
        }
        found
    }
}

fn fields_that_differ(name: &str, over_http: &Shape, in_window: &Shape) -> Vec<String> {
    let (Shape::Fields(over_http), Shape::Fields(in_window)) = (over_http, in_window) else {
        let same = over_http == in_window;
        return if same { vec![] } else { vec![format!("{name}: {over_http:?} and {in_window:?}")] };
    };
    let fields: BTreeSet<_> = over_http.keys().chain(in_window.keys()).collect();
    fields
        .into_iter()
        .filter_map(|field| {
            let (mut one, other) = (over_http.get(field).cloned(), in_window.get(field));
            if let Some(one) = one.as_mut().filter(|_| field == CONNECTION && name.ends_with("Request")) {
                one.optional = false;
            }
            (one.as_ref() != other).then(|| format!("{name}.{field}: {one:?} and {other:?}"))
        })
        .collect()
}

/// Changes something and tells how the three differ then.
fn after(change: impl FnOnce(&mut Sources)) -> String {
    let mut sources = Sources::committed();
    let before = sources.clone();
    change(&mut sources);
    let same = sources.list == before.list
        && sources.openapi == before.openapi
        && sources.bindings == before.bindings;
    assert!(!same, "nothing was changed");
    sources.differences().join("\n")
}

fn path_of(operation: &str) -> String {
    format!("/api/v1/connections/{{connection}}/operations/{operation}")
}

#[test]
fn list_http_and_window_have_the_same_operations_with_the_same_types() {
    let sources = Sources::committed();
    let http = Door::of_openapi(&sources.openapi);
    // What was not understood cannot differ.
    assert!(http.operations.len() > 20 && http.types_in_use().len() > 40 && http.facades.len() > 15);
    assert_eq!(sources.differences(), Vec::<String>::new());
}

#[test]
fn an_operation_that_is_left_out_of_any_of_the_three_is_noticed() {
    for operation in OPERATIONS {
        let name = operation.name;
        let not_listed = after(|sources| sources.list.retain(|listed| listed.name != name));
        assert!(not_listed.contains(&format!("{name} is in the window and not in the list")), "{not_listed}");

        let line = format!("__TAURI_INVOKE(\"{name}\"");
        let no_command = after(|sources| {
            let lines = sources.bindings.lines().filter(|text| !text.contains(&line));
            sources.bindings = lines.collect::<Vec<_>>().join("\n");
        });
        assert!(no_command.contains(&format!("{name} is in the list and not in the window")), "{no_command}");

        if operation.kind != Kind::Desktop {
            let no_route = after(|sources| {
                sources.openapi["paths"].as_object_mut().expect("paths").remove(&path_of(name));
            });
            assert!(no_route.contains(&format!("{name} is in the list and not over HTTP")), "{no_route}");
        }
    }
}

#[test]
fn an_operation_that_is_called_otherwise_in_any_of_the_three_is_noticed() {
    let in_list = after(|sources| {
        let find = sources.list.iter_mut().find(|operation| operation.name == "find");
        find.expect("listed").name = "seek";
    });
    assert!(in_list.contains("seek is in the list and not over HTTP"), "{in_list}");
    let in_window = after(|sources| sources.bindings = sources.bindings.replace("(\"find\"", "(\"seek\""));
    assert!(in_window.contains("seek is in the window and not in the list"), "{in_window}");
    let over_http = after(|sources| {
        let paths = sources.openapi["paths"].as_object_mut().expect("paths");
        let find = paths.remove(&path_of("find")).expect("described");
        paths.insert(path_of("seek"), find);
    });
    assert!(over_http.contains("seek is over HTTP and not in the list"), "{over_http}");
}

#[test]
fn what_belongs_to_the_desktop_is_noticed_over_http() {
    let found = after(|sources| {
        let paths = sources.openapi["paths"].as_object_mut().expect("paths");
        let find = paths[&path_of("find")].clone();
        paths.insert(path_of("connect"), find);
    });
    assert!(found.contains("connect is over HTTP and not in the list"), "{found}");
    let found = after(|sources| {
        sources.list.push(Operation { name: "open_file", effect: Effect::Reads, kind: Kind::Desktop });
    });
    assert_eq!(found, "open_file is in the list and not in the window");
}

#[test]
fn a_route_that_names_no_operation_is_noticed() {
    for name in [json!("find_txt"), json!(["insert", "connect"])] {
        let found = after(|sources| sources.openapi["paths"]["/items"]["get"]["x-operation"] = name);
        assert!(found.contains("get /items names "), "{found}");
    }
}

#[test]
fn another_request_or_outcome_is_noticed() {
    let found = after(|sources| {
        sources.bindings =
            sources.bindings.replace("count: (request: CountRequest)", "count: (request: FindRequest)");
    });
    assert!(found.starts_with("count is "), "{found}");
    let found = after(|sources| {
        sources.bindings =
            sources.bindings.replace("typedError<Count, ErrorBody>", "typedError<PageEnd, ErrorBody>");
    });
    assert!(found.starts_with("count is "), "{found}");
    let found = after(|sources| {
        sources.bindings = sources.bindings.replace("Channel<RowBatch>", "Channel<LabStep>");
    });
    assert!(found.starts_with("find is "), "{found}");
    let found = after(|sources| {
        let answer = &mut sources.openapi["paths"][&path_of("databases")]["post"]["responses"]["200"];
        answer["content"]["application/json"]["schema"]["items"]["$ref"] =
            json!("#/components/schemas/Collection");
    });
    assert!(found.starts_with("databases is "), "{found}");
}

#[test]
fn a_field_that_is_left_out_renamed_retyped_or_not_optional_is_noticed() {
    for (from, to) in [
        ("\n\tcount: number,", "\n"),
        ("\n\tcount: number,", "\n\tnumber: number,"),
        ("\n\tcount: number,", "\n\tcount: string,"),
        ("\n\tlimit?: number | null,", "\n\tlimit: number | null,"),
        ("\n\tmode: CountMode,", "\n\tmode: PatchForm,"),
        ("\"estimated\" | ", ""),
    ] {
        let found = after(|sources| sources.bindings = sources.bindings.replace(from, to));
        assert!(found.contains("Count") || found.contains("Find"), "{from} to {to}: {found}");
    }
    let field = |name: &str, change: fn(&mut Value)| {
        after(|sources| change(&mut sources.openapi["components"]["schemas"][name]))
    };
    for found in [
        field("TextPage", |page| drop(page["properties"].as_object_mut().expect("fields").remove("damaged"))),
        field("TextPage", |page| page["properties"]["damaged"]["type"] = json!("string")),
        field("TextPage", |page| drop(page["required"].as_array_mut().expect("a list").pop())),
        field("TextPage", |page| page["properties"]["more"] = json!({ "type": "boolean" })),
    ] {
        assert!(found.starts_with("TextPage."), "{found}");
    }
    // One of several objects, told apart by their kind.
    for (from, to) in [("kind: \"last\"", "kind: \"end\""), ("share: number", "share: string")] {
        let found = after(|sources| sources.bindings = sources.bindings.replace(from, to));
        assert!(found.contains("PageFrom: "), "{from} to {to}: {found}");
    }
    let found = field("PageFrom", |from| drop(from["oneOf"].as_array_mut().expect("kinds").pop()));
    assert!(found.starts_with("PageFrom: "), "{found}");
}
