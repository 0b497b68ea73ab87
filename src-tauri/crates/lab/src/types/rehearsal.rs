//! Rehearsals: an operation is carried out on a lab like the set that it is meant for.

use serde::{Deserialize, Serialize};
use specta::Type;
use trivet_core::connection::{ConnectionId, QueryId};
use trivet_core::replica::{OperationProgress, OperationReport, ReplicaRequest, SetOperation};
use utoipa::ToSchema;

use super::LabStep;

/// Asks to carry out an operation on a lab like a connection's set. The set itself is only asked how it is.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RehearseOperationRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// What is wished of its set.
    pub operation: SetOperation,
    /// What is measured, in a person's words; where it is left out, what is done, with the lab's hosts.
    #[serde(default)]
    pub label: Option<String>,
    /// Names it, so that it can be stopped under this name (`cancel_query`). Nothing of the lab is left then either.
    #[serde(default)]
    pub query: Option<QueryId>,
}

impl RehearseOperationRequest {
    /// Which set.
    pub(crate) fn replica(&self) -> ReplicaRequest {
        ReplicaRequest { connection: self.connection.clone() }
    }
}

/// How far a rehearsal is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum RehearsalStep {
    /// The lab is made like the set.
    Lab {
        /// A step of that; a later one with the same number replaces it.
        step: LabStep,
    },
    /// The operation is carried out on it.
    Operation {
        /// How far that is; a later one with the same number replaces it.
        step: OperationProgress,
    },
}

/// What came of a rehearsal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RehearsalReport {
    /// What came of the operation on the lab, with the lab's hosts, and how long writes were away.
    pub report: OperationReport,
    /// Who stood for whom.
    pub hosts: Vec<StandIn>,
    /// What was not as in the set, in sentences.
    pub remarks: Vec<String>,
}

/// A mongod of the lab in the place of one of the set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StandIn {
    /// The host of the set, or one that the operation names and the set has not yet.
    pub host: String,
    /// The host in the lab.
    pub stand_in: String,
}
