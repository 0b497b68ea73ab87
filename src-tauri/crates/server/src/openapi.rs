//! The description of the API, made from the routes and from the list of operations.

use trivet_core::{
    ErrorBody,
    catalog::{Collection, CollectionsRequest, Database, DatabasesRequest},
    connection::{Connection, Ready, ReadyRequest},
    document::{
        Count, CountRequest, DeleteRequest, DocumentText, DocumentView, ExpandRequest, Expanded, FindRequest,
        FindTextRequest, GetRequest, GetTextRequest, InsertManyRequest, InsertRequest, Inserted, Page,
        PatchRequest, ReplaceRequest, TextPage, UpdateRequest, Written,
    },
    event::ReplicaChanged,
    program::AppInfo,
    replica::{ReplicaRequest, ReplicaSnapshot},
};
use trivet_lab::{LabMemberRequest, LabStatus, LabStep};
use utoipa::{
    OpenApi, ToSchema,
    openapi::{
        self, Content, HttpMethod, PathItem, Ref, RefOr, Required, Response, ResponseBuilder,
        extensions::ExtensionsBuilder,
        path::{Operation, OperationBuilder, ParameterBuilder, ParameterIn},
        request_body::RequestBodyBuilder,
        schema::{Object, Schema, Type},
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};

use crate::problem;

const PROBLEM: &str = "application/problem+json";
/// The path of every operation, less its name.
const OPERATIONS: &str = "/api/v1/connections/{connection}/operations";

/// What any request but those that need no token can come to besides its own answers (rest.md has the causes).
const PROBLEMS: [(&str, &str); 12] = [
    ("400", "The request cannot be read: a filter, an id, a name, a value."),
    ("401", "The token is missing or wrong."),
    ("403", "Not from here, not with these rights, or the connection is read-only."),
    ("404", "No such document, collection, connection or operation."),
    ("406", "No form of answer that the Accept header names."),
    ("409", "A key that is there already, or a write that meets another."),
    ("413", "The body or the document is too large."),
    ("415", "The body is not JSON."),
    ("422", "The collection's rules, or the server, refuse it."),
    ("502", "The database refuses the credentials of this program."),
    ("503", "No primary, no server, or an outcome that is not known (code OutcomeUnknown)."),
    ("504", "It took too long, and nothing was applied."),
];

/// What is said of the API as a whole.
#[derive(OpenApi)]
#[openapi(
    info(title = "Trivet", description = "MongoDB over HTTP, on this machine: the same operations as Trivet's window."),
    security(("token" = [])),
    components(schemas(problem::Schema))
)]
struct Whole;

/// The description that the routes add themselves to; it has every operation of the core already.
pub(crate) fn whole() -> openapi::OpenApi {
    let mut whole = Whole::openapi();
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    whole.components.get_or_insert_default().security_schemes.insert("token".to_owned(), bearer.into());
    operations(&mut whole);
    whole
}

/// Adds what any request can come to, where a route does not say it of itself.
pub(crate) fn add_problems(whole: &mut openapi::OpenApi) {
    for (path, item) in &mut whole.paths.paths {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten().filter(|_| path != "/healthz") {
            for (status, description) in PROBLEMS {
                let responses = &mut operation.responses.responses;
                responses.entry(status.to_owned()).or_insert_with(|| problem(description).into());
            }
        }
    }
}

fn problem(description: &str) -> Response {
    let schema = Ref::from_schema_name("Problem");
    ResponseBuilder::new().description(description).content(PROBLEM, Content::new(Some(schema))).build()
}

macro_rules! operations {
    (
        engine { $($(#[doc = $about:literal])* [$effect:ident] $call:ident($($argument:ident: $request:ty)?) -> $outcome:ty;)* }
        lab { $($(#[doc = $lab_about:literal])* [$lab_effect:ident] $lab:ident($($lab_argument:ident: $lab_request:ty)?) -> $lab_outcome:ty = $method:ident;)* }
        streams { $($(#[doc = $stream_about:literal])* [$stream_effect:ident] $stream:ident($($stream_argument:ident: $stream_request:ty)?) -> $stream_outcome:ty => $item:ty;)* }
        desktop $desktop:tt
    ) => {
        /// Describes every operation that goes over HTTP.
        fn operations(whole: &mut openapi::OpenApi) {
            $({
                let request = [$(schema_of::<$request>(whole))?].into_iter().next();
                let answer = schema_of::<$outcome>(whole);
                add(whole, stringify!($call), concat!($($about),*), request, ("application/json", answer));
            })*
            $({
                let request = [$(schema_of::<$lab_request>(whole))?].into_iter().next();
                let answer = schema_of::<$lab_outcome>(whole);
                add(whole, stringify!($lab), concat!($($lab_about),*), request, ("application/json", answer));
            })*
            $({
                let request = [$(schema_of::<$stream_request>(whole))?].into_iter().next();
                let (item, outcome) = (schema_of::<$item>(whole), schema_of::<$stream_outcome>(whole));
                let answer = line_of(whole, item, outcome);
                add(whole, stringify!($stream), concat!($($stream_about),*), request, ("application/x-ndjson", answer));
            })*
        }
    };
}

include!("../../core/src/operation/list.rs");

/// The schema of a type by reference, with all that it is made of; of a list, the list itself.
fn schema_of<T: ToSchema>(whole: &mut openapi::OpenApi) -> RefOr<Schema> {
    let mut parts = Vec::new();
    T::schemas(&mut parts);
    let (name, schema) = (T::name(), T::schema());
    let schemas = &mut whole.components.get_or_insert_default().schemas;
    schemas.extend(parts);
    if !name.starts_with(char::is_alphabetic) || name == "Vec" {
        return schema;
    }
    schemas.insert(name.to_string(), schema);
    Ref::from_schema_name(name).into()
}

/// One line of a stream: an item, the outcome, or why there is none.
fn line_of(whole: &mut openapi::OpenApi, item: RefOr<Schema>, outcome: RefOr<Schema>) -> RefOr<Schema> {
    let error = schema_of::<ErrorBody>(whole);
    let line = Object::builder().property("item", item).property("outcome", outcome).property("error", error);
    RefOr::T(Schema::Object(line.build()))
}

fn add(
    whole: &mut openapi::OpenApi,
    name: &str,
    about: &str,
    request: Option<RefOr<Schema>>,
    (media_type, answer): (&str, RefOr<Schema>),
) {
    let connection = ParameterBuilder::new()
        .name("connection")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .schema(Some(Object::with_type(Type::String)));
    let request = request.unwrap_or_else(|| RefOr::T(Schema::Object(Object::new())));
    let body = RequestBodyBuilder::new()
        .content("application/json", Content::new(Some(request)))
        .required(Some(Required::True));
    let answer =
        ResponseBuilder::new().description("Its outcome.").content(media_type, Content::new(Some(answer)));
    let operation: Operation = OperationBuilder::new()
        .tag("Operations")
        .summary(Some(about.trim()))
        .operation_id(Some(format!("operation_{name}")))
        .extensions(Some(ExtensionsBuilder::new().add("x-operation", name).build()))
        .parameter(connection)
        .request_body(Some(body.build()))
        .response("200", answer)
        .response("412", problem("The document is not any more what was read."))
        .build();
    let item = PathItem::new(HttpMethod::Post, operation);
    whole.paths.paths.insert(format!("{OPERATIONS}/{name}"), item);
}
