//! The description of the API, made from the routes and from the list of operations.

mod operations;
pub(crate) mod problems;
pub(crate) mod shapes;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use utoipa::{
    OpenApi,
    openapi::{
        self, RefOr, Schema,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};

use crate::problem;

/// Besides requests, what may leave fields out: a body that a route reads itself, problems, and what is wished in a request.
const MAY_LEAVE_OUT: [&str; 4] = ["CountBody", "Problem", "WishedMember", "WishedSettings"];

/// What is said of the API as a whole.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Trivet",
        description = "MongoDB over HTTP, on this machine: the same operations as Trivet's window.\n\n\
            Every answer but a problem is JSON; documents are Extended JSON v2. Where GET is taken, HEAD is too. \
            `x-operation` names the operations of the core behind a route. This description is at `/openapi.json`, and \
            `/docs` shows it."
    ),
    security(("token" = [])),
    components(schemas(problem::Schema)),
    tags(
        (name = "Items", description = "One collection as a plain resource: `mydatabase.items` unless configured."),
        (name = "Documents", description = "The documents of any collection."),
        (name = "Catalog", description = "Connections, databases and collections."),
        (name = "Replica set", description = "The members of the set and their health."),
        (name = "Operations", description = "Every operation of the core, with the same JSON as the window's commands."),
        (name = "Probes", description = "Whether the process is up, and whether its database can be used."),
    )
)]
struct Whole;

/// The description that the routes add themselves to; it has every operation of the core already.
pub(crate) fn whole() -> openapi::OpenApi {
    let mut whole = Whole::openapi();
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    whole.components.get_or_insert_default().security_schemes.insert("token".to_owned(), bearer.into());
    problems::add(&mut whole);
    operations::add(&mut whole);
    whole
}

/// Adds what can be told once all of it is described.
pub(crate) fn finish(whole: &mut openapi::OpenApi) {
    operations::name_what_lists_hold(whole);
    nothing_is_left_out(&mut whole.components.get_or_insert_default().schemas);
}

/// Answers say `null` and leave no field out; requests may.
fn nothing_is_left_out(schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    for (name, schema) in schemas {
        let RefOr::T(Schema::Object(fields)) = schema else { continue };
        if !name.ends_with("Request") && !MAY_LEAVE_OUT.contains(&name.as_str()) {
            fields.required = fields.properties.keys().cloned().collect();
        }
    }
}
