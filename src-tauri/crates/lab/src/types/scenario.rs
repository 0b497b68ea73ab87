//! Scenarios: faults that the application causes itself, and checks what Health says of them.

use serde::{Deserialize, Serialize};
use specta::Type;
use trivet_core::connection::ConnectionId;
use trivet_core::replica::ReplicaRequest;
use utoipa::ToSchema;

use super::usual_lab;

/// Something that happens to replica sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum LabScenario {
    /// The primary's process is killed.
    PrimaryDies,
    /// A secondary stops applying. Needs a plan with `faults`.
    MemberFallsBehind,
    /// The network splits with the primary on the small side. Needs a plan with `links`.
    PrimaryCutOff,
    /// A secondary does not reach another member that reaches it. Needs a plan with `links`.
    OneWayLink,
    /// So many members are killed that no majority is left.
    MajorityLost,
    /// A secondary comes back when nobody has any more what it needs. Needs a plan with `faults`.
    TooStale,
    /// A secondary loses its data and copies everything anew.
    InitialSync,
}

/// Asks to run a scenario.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LabScenarioRequest {
    /// Which lab; the usual one where none is named.
    #[serde(default = "usual_lab")]
    pub lab: String,
    /// The connection to this lab whose Health is to notice.
    pub connection: ConnectionId,
    /// What is to happen.
    pub scenario: LabScenario,
}

impl LabScenarioRequest {
    /// Whose Health is to notice.
    #[must_use]
    pub fn replica(&self) -> ReplicaRequest {
        ReplicaRequest { connection: self.connection.clone() }
    }
}

/// One step of a scenario: something that is done, and what Health has to say of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScenarioStep {
    /// Position among the steps, from 0: a later item with the same number replaces it.
    pub index: u32,
    /// What is done, in words.
    pub what: String,
    /// The same as commands that a person would type; none where it is only waited, and before they have run.
    pub commands: Vec<String>,
    /// What Health has to say, in words.
    pub expected: String,
    /// Milliseconds after the last command of this step within which Health has to say it.
    pub within_ms: u32,
    /// What Health says: its verdict. Null while it is waited for.
    pub seen: Option<String>,
    /// Milliseconds from the first command of this step until Health said what is expected; until it was given up, where it
    /// did not. Null while it is waited for.
    pub after_ms: Option<u32>,
    /// Health said what is expected.
    pub ok: bool,
}

/// What came of a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScenarioReport {
    /// Which.
    pub scenario: LabScenario,
    /// Health said everything that is expected.
    pub ok: bool,
    /// The steps. After one that failed only the healing is left.
    pub steps: Vec<ScenarioStep>,
}
