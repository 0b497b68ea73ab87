//! Lock 7: what is read-only sends what is known to read and nothing else, for the window and over HTTP alike.

use reqwest::{
    Method, RequestBuilder, StatusCode,
    header::{IF_MATCH, IF_NONE_MATCH},
};
use serde_json::{Value, json};
use trivet_core::{
    Engine, EngineConfig, Error, ErrorCode, Startup,
    catalog::{
        CollectionsRequest, CreateCollectionRequest, DatabasesRequest, DropCollectionRequest,
        DropDatabaseRequest, DropPreviewRequest, LocateCollectionsRequest, RenameCollectionRequest,
        SampleFieldsRequest,
    },
    connection::{CancelRequest, ConnectRequest, ConnectTarget, Connection, DisconnectRequest, ReadyRequest},
    document::{
        BulkRequest, CheckWriteRequest, ConvertValueRequest, CountRequest, DeleteRequest, DraftRequest,
        DraftsRequest, EditRequest, ExpandRequest, FilterByValueRequest, FindTextRequest,
        ForgetHistoryRequest, GetRequest, GetTextRequest, HistoryImagesRequest, HistoryRequest,
        InsertManyRequest, InsertRequest, MeasureManyRequest, MergeRequest, PatchRequest, PreviewManyRequest,
        ReplaceRequest, SaveDraftRequest, UndoAsDraftRequest, UpdateRequest,
    },
    operation::{Effect, Kind, OPERATIONS, operation},
    replica::{
        ExportIncidentRequest, ExportMeasurementRequest, ForgetMeasurementRequest, HealthSettingsRequest,
        MeasurementRequest, MeasurementsRequest, PlanOperationRequest, ReadIncidentRequest,
        ReplicaHistoryRequest, ReplicaRequest, SetHealthSettingsRequest, TimelineRequest,
    },
};
use trivet_tests::{Mongod, ServerBuilder, engine, set_of_one, to};

use super::{
    bench::{JSON, RestBench, UPDATE, problem, status},
    requests::{ID, OF_A_WRITE, Subject, operate},
    witness::Witness,
};

/// What a driver says on its own to know its server, and the witness's own question.
const UNASKED: &[&str] = &["hello", "isMaster", "serverStatus"];
/// What reading comes to, with the end of sessions and cursors that the driver tells by itself.
const READING: &[&str] = &[
    "aggregate",
    "buildInfo",
    "count",
    "dbStats",
    "endSessions",
    "explain",
    "find",
    "getLog",
    "getLog",
    "getMore",
    "hello",
    "isMaster",
    "killCursors",
    "listCollections",
    "listDatabases",
    "ping",
    "replSetGetConfig",
    "getParameter",
    "replSetGetStatus",
    "serverStatus",
];

/// A server that is written to without transactions, and one with them.
async fn servers() -> [(Mongod, String); 2] {
    let standalone = Mongod::standalone(&[]).await;
    let uri = standalone.uri();
    [(standalone, uri), set_of_one(&[]).await]
}

/// A read-only server beside a document that the driver stored.
async fn read_only(uri: &str) -> (RestBench, Subject) {
    let bench = RestBench::of(ServerBuilder::on(uri).with(&["--read-only"]), uri).await;
    let subject = Subject::stored(&bench).await;
    (bench, subject)
}

async fn refused(request: RequestBuilder, about: &str) {
    let told = problem(request, 403).await;
    assert_eq!((&told["code"], &told["retryable"]), (&"ReadOnly".into(), &false.into()), "{about}: {told}");
    assert!(told["detail"].as_str().is_some_and(|text| text.contains("nothing was sent")), "{about}: {told}");
}

/// The routes of the description whose operation changes something: method, path, and the types of their body.
async fn writing_routes(bench: &RestBench) -> Vec<(Method, String, Vec<String>)> {
    let answer = bench.get(format!("{}/openapi.json", bench.server.url())).await;
    let description: Value = answer.json().await.expect("the description");
    let mut routes = Vec::new();
    for (path, methods) in description["paths"].as_object().expect("paths") {
        for (method, about) in methods.as_object().expect("methods") {
            let operations = &about["x-operation"];
            let mut names =
                operations.as_array().map_or_else(|| vec![operations], |several| several.iter().collect());
            names.retain(|name| {
                let found = name.as_str().map(|name| operation(name).expect("an operation of the core"));
                found.is_some_and(|operation| operation.effect == Effect::Changes)
            });
            if names.is_empty() || path.contains("/operations/") {
                continue;
            }
            let path = path
                .replace("{connection}", "default")
                .replace("{database}", &bench.database)
                .replace("{collection}", "items")
                .replace("{id}", ID)
                .replace("{operation}", "step-down");
            let types = about["requestBody"]["content"].as_object();
            let types = types.map(|types| types.keys().cloned().collect()).unwrap_or_default();
            routes.push((method.to_uppercase().parse().expect("a method"), path, types));
        }
    }
    routes
}

/// Every request of a writing route that would be carried out, told apart by the words before it.
fn writes(
    bench: &RestBench,
    (method, path, types): &(Method, String, Vec<String>),
    etag: &str,
) -> Vec<(String, RequestBuilder)> {
    const DOCUMENT: &str = r#"{"b": 2}"#;
    let bodies = |content_type: &str| match content_type {
        UPDATE => vec![r#"{"$set": {"b": 2}}"#, r#"[{"$set": {"b": 2}}]"#],
        _ if path.ends_with("/bulk") => vec![r#"{"operations": [{"insert": {"document": {}}}]}"#],
        _ if path.ends_with("/step-down") => vec!["{}"],
        _ if path.ends_with("/documents") => vec![DOCUMENT, r#"[{"b": 2}]"#],
        _ => vec![DOCUMENT],
    };
    let read = format!("\"{etag}\"");
    let conditions = match method.as_str() {
        "POST" => vec![None],
        "PUT" if path.contains("/documents/") => {
            vec![Some((IF_MATCH, &*read)), Some((IF_MATCH, "*")), Some((IF_NONE_MATCH, "*"))]
        }
        _ => vec![Some((IF_MATCH, &*read)), Some((IF_MATCH, "*"))],
    };
    let which = if method != Method::POST && path.ends_with("/documents") {
        "?filter=%7Ba%3A1%7D&confirm=true"
    } else {
        ""
    };
    let url = format!("{}{path}{which}", bench.server.url());
    let contents: Vec<_> =
        types.iter().flat_map(|of| bodies(of).into_iter().map(move |body| Some((of, body)))).collect();
    let contents = if contents.is_empty() { vec![None] } else { contents };
    let mut writes = Vec::new();
    for content in contents {
        for condition in &conditions {
            let request = match content {
                Some((of, body)) => bench.with_body(method.clone(), &url, of, body),
                None => bench.client.request(method.clone(), &url),
            };
            let request = condition.iter().fold(request, |to, (name, value)| to.header(name, *value));
            writes.push((format!("{method} {path} {content:?} {condition:?}"), request));
        }
    }
    writes
}

#[tokio::test]
async fn whatever_writes_over_http_is_refused_and_nothing_of_it_is_sent() {
    for (_mongod, uri) in servers().await {
        let (bench, subject) = read_only(&uri).await;
        let routes = writing_routes(&bench).await;
        assert!(routes.len() >= 8, "{routes:?}");
        let witness = Witness::of(&uri).await;
        let (stored, hashes) = (bench.stored().await, witness.hashes().await);

        let before = witness.commands().await;
        let mut tried = 0;
        for operation in OPERATIONS.iter().filter(|operation| operation.effect == Effect::Changes) {
            if operation.kind == Kind::Desktop {
                problem(operate(&bench, operation.name, "{}"), 404).await;
                continue;
            }
            // Whether the request itself is a good one is not even looked at.
            for body in [&*subject.request(operation.name).to_string(), "{}", "no JSON"] {
                refused(operate(&bench, operation.name, body), operation.name).await;
                tried += 1;
            }
        }
        for route in &routes {
            for (about, request) in writes(&bench, route, &subject.etag) {
                refused(request, &about).await;
                tried += 1;
            }
        }
        assert!(tried >= 50, "{tried} requests");
        witness.only(&before, UNASKED).await;
        assert_eq!((bench.stored().await, witness.hashes().await), (stored, hashes));

        // The witness would have told: the same request where writing is allowed.
        let writing = RestBench::on(&uri).await;
        let (before, hashes) = (witness.commands().await, witness.hashes().await);
        let sent = writing.with_body(Method::POST, writing.documents(&[]), JSON, r#"{"b": 2}"#).send().await;
        assert_eq!(sent.expect("an answer").status(), StatusCode::CREATED);
        assert!(witness.came_since(&before).await.contains(&"insert".to_owned()));
        assert_ne!(witness.hashes().await, hashes);
    }
}

/// What reads and is written so that it would change something if it were carried out as it stands.
const DISGUISED: &[&str] = &[
    r#"{"$out": "stolen"}"#,
    r#"{"$merge": {"into": "stolen"}}"#,
    r#"{"$expr": {"$out": "stolen"}}"#,
    r#"{"$and": [{"$merge": {"into": "stolen"}}]}"#,
    r#"[{"$out": "stolen"}]"#,
    r#"[{"$match": {}}, {"$merge": {"into": "stolen"}}]"#,
];

#[tokio::test]
async fn whatever_reads_over_http_is_answered_and_nothing_but_reading_is_sent() {
    for (_mongod, uri) in servers().await {
        let (bench, subject) = read_only(&uri).await;
        let witness = Witness::of(&uri).await;
        let (stored, hashes) = (bench.stored().await, witness.hashes().await);

        let before = witness.commands().await;
        let ready: Value =
            bench.get(format!("{}/readyz", bench.server.url())).await.json().await.expect("JSON");
        assert_eq!(ready, json!({ "status": "ready", "writable": false }));
        let connection: Value = bench.get(bench.url("")).await.json().await.expect("JSON");
        assert_eq!(connection["readOnly"], true);
        for operation in OPERATIONS.iter().filter(|operation| operation.effect == Effect::Reads) {
            let request = subject.request(operation.name).to_string();
            let answer = operate(&bench, operation.name, &request).send().await.expect("an answer");
            let expected =
                if OF_A_WRITE.contains(&operation.name) { StatusCode::NOT_FOUND } else { StatusCode::OK };
            assert_eq!(answer.status(), expected, "{}", operation.name);
        }
        for path in ["", "/databases", &format!("/databases/{}/collections", bench.database), "/replica-set"]
        {
            bench.get(bench.url(path)).await;
        }
        bench.get(bench.documents(&[("count", "exact"), ("filter", r#"{"a": 1}"#)])).await;
        bench.get(bench.document(ID)).await;
        bench.get(format!("{}/items/{ID}", bench.server.url())).await;
        for disguised in DISGUISED {
            let namespace = json!({ "database": bench.database, "collection": "items" });
            let count = json!({ "namespace": namespace, "mode": "exact", "filter": disguised });
            let mut tried = vec![operate(&bench, "count", &count.to_string())];
            let parts = ["filter", "sort", "projection"];
            tried.extend(parts.map(|part| bench.client.get(bench.documents(&[(part, disguised)]))));
            for request in tried {
                let found = status(request).await;
                // Refused by us where it cannot be read, by the server where it can.
                assert!([400, 422].contains(&found), "{disguised}: {found}");
            }
        }
        let came = witness.only(&before, READING).await;
        for name in ["find", "explain", "aggregate", "listCollections", "listDatabases", "ping"] {
            assert!(came.iter().any(|came| came == name), "{name} was sent: {came:?}");
        }
        assert_eq!((bench.stored().await, witness.hashes().await), (stored, hashes));
    }
}

macro_rules! operations {
    (
        engine { $($(#[$about:meta])* [$effect:ident] $call:ident($($argument:ident: $request:ty)?) -> $outcome:ty;)* }
        lab $lab:tt
        streams $streams:tt
        desktop $desktop:tt
    ) => {
        /// Calls an operation of the engine by its name, as the window's command of this name does.
        async fn call(engine: &Engine, name: &str, request: &Value) -> Result<(), Error> {
            match name {
                $(stringify!($call) => {
                    engine.$call($(serde_json::from_value::<$request>(request.clone()).expect("a request"))?)
                        .await
                        .map(drop)
                })*
                "find" => {
                    let request = serde_json::from_value(request.clone()).expect("a request");
                    engine.find(request, |_| true).await.map(drop)
                }
                "run_operation" => {
                    let request = serde_json::from_value(request.clone()).expect("a request");
                    engine.run_operation(request, |_| true).await.map(drop)
                }
                "measure_failover" => {
                    let request = serde_json::from_value(request.clone()).expect("a request");
                    engine.measure_failover(request, |_| true).await.map(drop)
                }
                "undo" => {
                    let request = serde_json::from_value(request.clone()).expect("a request");
                    engine.undo(request, |_| true).await.map(drop)
                }
                "write_many" => {
                    let request = serde_json::from_value(request.clone()).expect("a request");
                    engine.write_many(request, |_| true).await.map(drop)
                }
                _ => panic!("{name} is no operation of the engine"),
            }
        }

        /// The operations of the engine itself that end by themselves.
        const OF_THE_ENGINE: &[&str] = &["find", "measure_failover", "run_operation", "undo", "write_many", $(stringify!($call),)*];
    };
}

include!("../../../src-tauri/crates/core/src/operation/list.rs");

/// Tries every operation of the engine on a read-only connection.
async fn only_reading_works(engine: &Engine, connection: &Connection, subject: &Subject, witness: &Witness) {
    assert!(connection.read_only, "{connection:?}");
    let operations = || OF_THE_ENGINE.iter().map(|name| operation(name).expect("an operation"));
    let request = |name: &str| {
        let mut request = subject.request(name);
        request["connection"] = connection.id.0.clone().into();
        request
    };
    let before = witness.commands().await;
    for operation in operations().filter(|operation| operation.effect == Effect::Changes) {
        let tried = call(engine, operation.name, &request(operation.name)).await;
        assert_eq!(tried.map_err(|error| error.code()), Err(ErrorCode::ReadOnly), "{}", operation.name);
    }
    witness.only(&before, UNASKED).await;
    for operation in operations().filter(|operation| operation.effect == Effect::Reads) {
        let tried = call(engine, operation.name, &request(operation.name)).await;
        let expected = if OF_A_WRITE.contains(&operation.name) { Err(ErrorCode::NotFound) } else { Ok(()) };
        assert_eq!(tried.map_err(|error| error.code()), expected, "{}", operation.name);
    }
    witness.only(&before, READING).await;
}

#[tokio::test]
async fn a_connection_of_the_window_that_is_read_only_takes_nothing_but_reading_and_stays_so() {
    for (_mongod, uri) in servers().await {
        let (bench, subject) = read_only(&uri).await;
        let witness = Witness::of(&uri).await;
        let (stored, hashes) = (bench.stored().await, witness.hashes().await);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let window = engine(folder.path());
        let asked = ConnectRequest { read_only: Some(true), ..to(&uri) };
        let connection = window.connect(asked).await.expect("connected");
        only_reading_works(&window, &connection, &subject, &witness).await;

        // Opened again from the list, without a word about it.
        // Health is looked after for a while after the last look, but not after the end.
        window.disconnect(DisconnectRequest { connection: connection.id }).await.expect("closed");
        let recent = window.recent_connections().await.expect("listed").remove(0);
        assert!(recent.read_only, "{recent:?}");
        let target = ConnectTarget::Recent { id: recent.id, password: None };
        let again = ConnectRequest { target, ..to("") };
        let connection = window.connect(again).await.expect("connected");
        only_reading_works(&window, &connection, &subject, &witness).await;
        window.disconnect(DisconnectRequest { connection: connection.id }).await.expect("closed");

        // Where the whole program is read-only, nobody can ask for more.
        let folder = tempfile::tempdir().expect("a temporary folder");
        let whole = Engine::new(EngineConfig {
            data_dir: folder.path().to_owned(),
            clock: std::sync::Arc::new(std::time::SystemTime::now),
            startup: Startup::Nothing,
            local_port: trivet_tests::free_port(),
            read_only: true,
        });
        let asked = ConnectRequest { read_only: Some(false), ..to(&uri) };
        let connection = whole.connect(asked).await.expect("connected");
        only_reading_works(&whole, &connection, &subject, &witness).await;
        for operation in OPERATIONS.iter().filter(|operation| operation.kind != Kind::Desktop) {
            let admitted = whole.admit(operation).map_err(|error| error.code());
            let reads = operation.effect == Effect::Reads;
            assert_eq!(admitted, if reads { Ok(()) } else { Err(ErrorCode::ReadOnly) }, "{}", operation.name);
        }
        assert_eq!((bench.stored().await, witness.hashes().await), (stored, hashes));
    }
}
