//! The route of every operation, described from the list of operations.

use trivet_core::{
    ErrorBody,
    catalog::{
        Collection, CollectionNamed, CollectionsRequest, CreateCollectionRequest, Database, DatabasesRequest,
        DropCollectionRequest, DropDatabaseRequest, DropPreview, DropPreviewRequest, Dropped,
        LocateCollectionsRequest, LocatedCollection, RenameCollectionRequest, SampleFieldsRequest,
        SampledFields,
    },
    connection::{CancelRequest, Cancelled, Connection, Ready, ReadyRequest},
    document::{
        BulkReport, BulkRequest, CheckWriteRequest, Checked, CheckedWrite, Comparison, ConvertValueRequest,
        Count, CountRequest, DeleteRequest, DocumentText, DocumentView, Draft, DraftRequest, DraftsRequest,
        EditRequest, ExpandRequest, Expanded, FilterByValueRequest, FilterText, FindRequest, FindTextRequest,
        ForgetHistoryRequest, ForgottenHistory, GetRequest, GetTextRequest, History, HistoryImages,
        HistoryImagesRequest, HistoryRequest, InsertManyRequest, InsertRequest, Inserted, ManyMeasure,
        ManyPreview, ManyProgress, ManyReport, ManyRequest, MeasureManyRequest, MergeRequest, PageEnd,
        PatchRequest, PreviewManyRequest, ReplaceRequest, RowBatch, SaveDraftRequest, TextPage,
        UndoAsDraftRequest, UndoProgress, UndoReport, UndoRequest, Unsaved, UpdateRequest, Written,
    },
    event::ReplicaChanged,
    operation::{Effect, operation},
    program::AppInfo,
    replica::{
        ExportIncidentRequest, ExportMeasurementRequest, FailoverMeasurement, FailoverProgress,
        ForgetMeasurementRequest, HealthSettings, HealthSettingsRequest, Incident, MeasureFailoverRequest,
        MeasurementRequest, MeasurementText, MeasurementsRequest, OperationPlan, OperationProgress,
        OperationReport, PlanOperationRequest, ReadIncidentRequest, ReplicaHistory, ReplicaHistoryRequest,
        ReplicaRequest, ReplicaSnapshot, ReplicaTimeline, RunOperationRequest, SetHealthSettingsRequest,
        TimelineRequest,
    },
    value::typed::Converted,
};
use trivet_lab::{
    LabFaultRequest, LabLinkRequest, LabMemberRequest, LabRequest, LabScenarioRequest, LabStartRequest,
    LabStatus, LabStep, RehearsalReport, RehearsalStep, RehearseOperationRequest, ScenarioReport,
    ScenarioStep,
};
use utoipa::{
    IntoParams as _, IntoResponses as _, ToSchema,
    openapi::{
        self, Content, HttpMethod, OneOf, PathItem, Ref, RefOr, Required, Response, ResponseBuilder,
        ResponsesBuilder,
        extensions::ExtensionsBuilder,
        path::OperationBuilder,
        request_body::RequestBodyBuilder,
        schema::{ArrayItems, Object, Schema, Type},
    },
};

use super::{
    problems::{Asks, Changes, Guarded, Lab, Locked, Problems, Takes},
    shapes::AtConnection,
};

/// The path of every operation, less its name.
const OPERATIONS: &str = "/api/v1/connections/{connection}/operations/";

macro_rules! operations {
    (
        engine { $($(#[doc = $about:literal])* [$effect:ident] $call:ident($($argument:ident: $request:ty)?) -> $outcome:ty;)* }
        lab { $($(#[doc = $lab_about:literal])* [$lab_effect:ident] $lab:ident($($lab_argument:ident: $lab_request:ty)?) -> $lab_outcome:ty = $method:ident;)* }
        streams { $($(#[doc = $stream_about:literal])* [$stream_effect:ident] $stream:ident($($stream_argument:ident: $stream_request:ty)?) -> $stream_outcome:ty => $item:ty;)* }
        desktop $desktop:tt
    ) => {
        /// Describes every operation that goes over HTTP.
        pub(super) fn add(whole: &mut openapi::OpenApi) {
            $({
                let request = Request::of([$(request_of::<$request>(whole))?]);
                let answer = outcome(schema_of::<$outcome>(whole));
                let problems = request.problems_of_engine(stringify!($call));
                describe(whole, stringify!($call), concat!($($about),*), request, answer, problems);
            })*
            $({
                let request = Request::of([$(request_of::<$lab_request>(whole))?]);
                let answer = outcome(schema_of::<$lab_outcome>(whole));
                let problems = request.problems_of_lab();
                describe(whole, stringify!($lab), concat!($($lab_about),*), request, answer, problems);
            })*
            $({
                let request = Request::of([$(request_of::<$stream_request>(whole))?]);
                let (item, outcome) = (schema_of::<$item>(whole), schema_of::<$stream_outcome>(whole));
                let answer = stream(whole, item, outcome);
                let problems = problems_of_stream(stringify!($stream));
                describe(whole, stringify!($stream), concat!($($stream_about),*), request, answer, problems);
            })*
        }
    };
}

include!("../../../core/src/operation/list.rs");

/// The schema of a type by reference, with all that it is made of; of a list, the list itself.
fn schema_of<T: ToSchema>(whole: &mut openapi::OpenApi) -> RefOr<Schema> {
    let mut parts = Vec::new();
    T::schemas(&mut parts);
    let (name, schema) = (T::name(), T::schema());
    let schemas = &mut whole.components.get_or_insert_default().schemas;
    schemas.extend(parts);
    match name.as_ref() {
        "Vec" => return schema,
        "TupleUnit" => return Object::with_type(Type::Null).into(),
        _ => schemas.insert(name.to_string(), schema),
    };
    Ref::from_schema_name(name).into()
}

/// The schema of a request by reference, and whether it is about one document that has to be there. The connection
/// may be left out of it: the address names it.
fn request_of<T: ToSchema>(whole: &mut openapi::OpenApi) -> (RefOr<Schema>, bool) {
    let schema = schema_of::<T>(whole);
    let schemas = &mut whole.components.get_or_insert_default().schemas;
    let Some(RefOr::T(Schema::Object(fields))) = schemas.get_mut(T::name().as_ref()) else {
        return (schema, false);
    };
    fields.required.retain(|field| field != "connection");
    // A measurement has an `id` too, in no namespace.
    (schema, ["namespace", "id"].iter().all(|name| fields.required.iter().any(|field| field == name)))
}

/// What an operation is asked with.
struct Request {
    schema: RefOr<Schema>,
    /// It asks for nothing.
    empty: bool,
    /// It is about one document that has to be there.
    of_one: bool,
}

impl Request {
    fn of<const N: usize>(request: [(RefOr<Schema>, bool); N]) -> Self {
        match request.into_iter().next() {
            Some((schema, of_one)) => Self { schema, empty: false, of_one },
            None => Self { schema: Object::new().into(), empty: true, of_one: false },
        }
    }

    fn problems_of_engine(&self, name: &str) -> Problems {
        match operation(name).map(|operation| operation.effect) {
            _ if self.empty => Locked::responses(),
            // One that is about a document may find another state of it, and an insert under a given `_id` finds one there.
            Some(Effect::Changes) if self.of_one || name == "insert" => {
                Changes::responses().into_iter().chain(Guarded::responses()).collect()
            }
            Some(Effect::Changes) => Changes::responses(),
            Some(Effect::Reads) | None => Asks::responses(),
        }
    }

    fn problems_of_lab(&self) -> Problems {
        if self.empty { Locked::responses() } else { Lab::responses() }
    }
}

/// A page waits for its first document, many writes and an undo for their first batch, a measuring for its first write, and a
/// rehearsal for the first step of its lab. Any other stream has begun to answer when it
/// asks: the last line tells why it ended.
fn problems_of_stream(name: &str) -> Problems {
    match name {
        "find" => Asks::responses(),
        "measure_failover" | "write_many" => Changes::responses(),
        "rehearse_operation" | "run_operation" | "undo" => {
            Changes::responses().into_iter().chain(Guarded::responses()).collect()
        }
        _ => Locked::responses(),
    }
}

fn outcome(schema: RefOr<Schema>) -> Response {
    let content = Content::new(Some(schema));
    ResponseBuilder::new().description("The outcome.").content("application/json", content).build()
}

/// Lines of JSON: items, and at last the outcome or why there is none.
fn stream(whole: &mut openapi::OpenApi, item: RefOr<Schema>, outcome: RefOr<Schema>) -> Response {
    let error = schema_of::<ErrorBody>(whole);
    let kinds = [("item", item), ("outcome", outcome), ("error", error)];
    let line = kinds.into_iter().fold(OneOf::builder(), |line, (name, schema)| {
        line.item(Object::builder().property(name, schema).required(name))
    });
    let content = Content::new(Some(RefOr::from(line)));
    ResponseBuilder::new()
        .description("Lines of this schema as they come. The last one holds the outcome or the error.")
        .content("application/x-ndjson", content)
        .build()
}

fn describe(
    whole: &mut openapi::OpenApi,
    name: &str,
    about: &str,
    request: Request,
    answer: Response,
    problems: Problems,
) {
    let body = RequestBodyBuilder::new()
        .content("application/json", Content::new(Some(request.schema)))
        .required(Some(Required::True));
    let responses = ResponsesBuilder::new()
        .response("200", answer)
        .responses_from_iter(problems)
        .responses_from_into_responses::<Takes>();
    let operation = OperationBuilder::new()
        .tag("Operations")
        .summary(Some(about.trim()))
        .operation_id(Some(format!("operation_{name}")))
        .extensions(Some(ExtensionsBuilder::new().add("x-operation", name).build()))
        .parameters(Some(AtConnection::into_params(|| None)))
        .request_body(Some(body.build()))
        .responses(responses);
    let item = PathItem::new(HttpMethod::Post, operation);
    whole.paths.paths.insert(format!("{OPERATIONS}{name}"), item);
}

/// Puts a reference where an outcome is a list of what has a name: a list's type does not tell that name.
pub(super) fn name_what_lists_hold(whole: &mut openapi::OpenApi) {
    let openapi::OpenApi { paths, components, .. } = whole;
    let schemas = &components.get_or_insert_default().schemas;
    let operations = paths.paths.iter_mut().filter(|(path, _)| path.starts_with(OPERATIONS));
    for operation in operations.filter_map(|(_, item)| item.post.as_mut()) {
        let Some(RefOr::T(answer)) = operation.responses.responses.get_mut("200") else { continue };
        for content in answer.content.values_mut() {
            let RefOr::T(Content { schema: Some(RefOr::T(Schema::Array(list))), .. }) = content else {
                continue;
            };
            let ArrayItems::RefOrSchema(item) = &mut list.items else { continue };
            if let Some((name, _)) = schemas.iter().find(|(_, schema)| *schema == item.as_ref()) {
                **item = Ref::from_schema_name(name).into();
            }
        }
    }
}
