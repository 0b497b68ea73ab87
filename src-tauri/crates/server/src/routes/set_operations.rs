//! What may be done to the replica set of a connection: an address for each operation, planned first where that is wished.

use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value};
use trivet_core::{
    Error,
    connection::ConnectionId,
    replica::{
        ConfigAge, OperationPlan, OperationReport, PlanOperationRequest, RunOperationRequest, SetOperation,
    },
};
use utoipa::IntoParams;

use super::{Reply, json, text_of};
use crate::{
    api::Api,
    body::Text,
    openapi::{
        problems::{Changes, Guarded, Takes},
        shapes::AtSetOperation,
    },
    params::{At, OperationName, Parameters},
};

/// Whether, and on what grounds.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub(crate) struct How {
    /// Only the plan is answered with: nothing is sent that changes anything.
    #[serde(default)]
    #[param(required = false)]
    dry_run: bool,
    /// The version of the configuration that was planned for (`basis.version` of the plan): where it is another one now, nothing
    /// is sent.
    basis: Option<u32>,
    /// What the plan asks to be typed (`confirm`): the set's name.
    confirm: Option<String>,
    /// Small writes measure meanwhile how long writes are away.
    #[serde(default)]
    #[param(required = false)]
    measure: bool,
}

/// Carries out an operation on the connection's replica set, or tells what it would do.
///
/// The body is that of `SetOperation`; its `kind` follows from the address and may be left out. Who goes away meanwhile lets no
/// further step begin.
#[utoipa::path(post, path = "/api/v1/connections/{connection}/replica-set/{operation}", operation_id = "replica_set_operate",
    tag = "Replica set", extensions(("x-operation" = json!(["plan_operation", "run_operation"]))), params(AtSetOperation, How),
    request_body = SetOperation,
    responses(
        (status = 200, description = "All of it is done and holds; with `dryRun`, the plan.", body = inline(PlanOrReport)),
        (status = 207, description = "Some of it is not done, or that is not known.", body = OperationReport),
        Changes, Takes, Guarded))]
pub(crate) async fn operate(
    State(api): State<Api>,
    At(connection): At,
    OperationName(name): OperationName,
    Parameters(how): Parameters<How>,
    body: Text,
) -> Reply {
    let operation = read(&name, &body.json()?)?;
    if how.dry_run {
        let plan = api.engine.plan_operation(PlanOperationRequest { connection, operation }).await?;
        return Ok(json(StatusCode::OK, text_of(&plan)?));
    }
    let report = api.engine.run_operation(request(connection, operation, how), |_| true).await?;
    let status = if report.is_complete() { StatusCode::OK } else { StatusCode::MULTI_STATUS };
    Ok(json(status, text_of(&report)?))
}

/// What comes of it.
#[derive(utoipa::ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "described, never made")]
enum PlanOrReport {
    /// With `dryRun`.
    Plan(OperationPlan),
    /// Without.
    Report(Box<OperationReport>),
}

fn request(connection: ConnectionId, operation: SetOperation, how: How) -> RunOperationRequest {
    RunOperationRequest {
        connection,
        operation,
        basis: how.basis.map(|version| ConfigAge { version, term: None }),
        confirm: how.confirm,
        measure: how.measure,
        query: None,
    }
}

/// The operation that an address and a body name together.
fn read(name: &str, body: &str) -> Result<SetOperation, Error> {
    let unreadable = |error| Error::invalid(format!("The operation cannot be read: {error}."));
    let mut fields: Map<String, Value> = serde_json::from_str(body).map_err(unreadable)?;
    let kind = Value::String(camel(name));
    if *fields.entry("kind").or_insert_with(|| kind.clone()) != kind {
        return Err(Error::invalid("The body names another operation than the address."));
    }
    serde_json::from_value(Value::Object(fields)).map_err(unreadable)
}

/// `step-down` as `stepDown`.
fn camel(name: &str) -> String {
    let mut parts = name.split('-');
    let mut camel = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    camel
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_names_the_operation_and_the_body_its_wishes() {
        let step_down = SetOperation::StepDown { seconds: 60, catch_up_seconds: 10, force: false };
        assert_eq!(read("step-down", "{}").ok(), Some(step_down.clone()));
        assert_eq!(read("step-down", r#"{ "kind": "stepDown" }"#).ok(), Some(step_down));
        let freeze = SetOperation::Freeze { host: "a:1".to_owned(), seconds: 5 };
        assert_eq!(read("freeze", r#"{ "host": "a:1", "seconds": 5 }"#).ok(), Some(freeze));
        let force = read("force-reconfigure", r#"{ "host": "a:1", "edits": [] }"#);
        assert!(matches!(force, Ok(SetOperation::ForceReconfigure { .. })), "{force:?}");
    }

    #[test]
    fn what_is_no_operation_is_told() {
        for (name, body) in [
            ("step-down", r#"{ "kind": "freeze" }"#),
            ("step-up", "{}"),
            ("freeze", "{}"),
            ("freeze", "[]"),
            ("stepDown-", ""),
        ] {
            let error = read(name, body).expect_err(name);
            assert_eq!(error.code(), trivet_core::ErrorCode::InvalidInput, "{error}");
        }
    }
}
