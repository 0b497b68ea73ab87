//! Steps: what the lab does, as commands that a person would type.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

/// One step of what the lab does, as the command that a person would type for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LabStep {
    /// Position among the steps of what was asked, from 0: a later event with the same number replaces it.
    pub index: u32,
    /// What is done.
    pub kind: LabStepKind,
    /// The command, as a person would type it; for a link, which has none, words.
    pub command: String,
    /// Milliseconds it took; none while it goes on.
    pub elapsed_ms: Option<u32>,
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum LabStepKind {
    /// Looks for the mongod program.
    FindMongod,
    /// Makes the key file.
    MakeKey,
    /// Makes a certificate.
    MakeCertificates,
    /// Opens the link before a member.
    OpenLink,
    /// Starts a member and waits until it answers.
    StartMember,
    /// Makes the members a set.
    Initiate,
    /// Asks a member to stand for election.
    StepUp,
    /// Waits until a member takes writes.
    WaitForPrimary,
    /// Makes the root user.
    CreateUser,
    /// Fills `mydatabase.items`.
    Seed,
    /// Asks the primary to hand over.
    StepDown,
    /// Asks a member for something else: to be frozen or in maintenance, or for a default of the set.
    Ask,
    /// Stops a member.
    StopMember,
    /// Kills, freezes or thaws a member.
    Signal,
    /// Changes what a link lets through.
    SetLink,
    /// Holds a member back, or lets it go on.
    FailPoint,
    /// Writes until an oplog has forgotten a member.
    Write,
    /// Empties a member's data folder.
    EmptyData,
    /// Waits until a member follows the set.
    WaitForMember,
}
