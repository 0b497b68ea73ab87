//! How an operation goes on, and what came of it.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use crate::{
    ErrorBody,
    replica::{ConfigAge, FailoverMeasurement},
};

/// How far an operation is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OperationProgress {
    /// Which step, from 0: a later item with the same number replaces it.
    pub step: u32,
    /// So many there are in all.
    pub steps: u32,
    /// What is done, in a few words.
    pub title: String,
    /// What became of it.
    pub state: StepState,
    /// What goes on or what came of it, in a sentence.
    pub message: String,
    /// Milliseconds since the step began.
    pub elapsed_ms: u32,
}

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum StepState {
    /// It was sent, or is about to be.
    Sending,
    /// It was taken, and what it brings about is waited for; or it is not sent before a member that gets its vote has its data.
    Waiting,
    /// It is done, and holds.
    Done,
    /// The server took it, and what was waited for did not come in time.
    NotSettled,
    /// It was not done: nothing of it was applied.
    Refused,
    /// It was sent and no answer came, and what can be read does not tell whether it was applied.
    Unknown,
    /// It was not begun.
    NotBegun,
}

/// What came of an operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OperationReport {
    /// What came of it as a whole.
    pub outcome: OperationOutcome,
    /// Where the set is now, in plain sentences.
    pub message: String,
    /// The steps, as they ended.
    pub steps: Vec<OperationProgress>,
    /// Why it ended before its end.
    pub error: Option<ErrorBody>,
    /// The configuration now; null where it is not known.
    pub config: Option<ConfigAge>,
    /// How long writes were away, where it was measured.
    pub measurement: Option<FailoverMeasurement>,
}

impl OperationReport {
    /// All of it is done and holds.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.outcome == OperationOutcome::Applied
    }
}

/// What came of an operation as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum OperationOutcome {
    /// All of it is done, and holds.
    Applied,
    /// Some steps are done, and the rest was not begun or was refused; or the server took a step, and what it was to bring about did
    /// not come in time, or somebody else changed it since.
    Partly,
    /// Nothing of it was applied.
    NotApplied,
    /// Of its last step it is not known whether it was applied.
    Unknown,
}
