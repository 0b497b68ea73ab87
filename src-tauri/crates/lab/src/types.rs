//! What the lab tells of itself.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

/// What the lab is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum LabState {
    /// No member runs.
    Stopped,
    /// Members start; the steps tell how far it is.
    Starting,
    /// There is, or was, a writable primary.
    Running,
}

/// The lab and its members.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LabStatus {
    /// What the lab is doing.
    pub state: LabState,
    /// The replica set's name.
    pub set_name: String,
    /// The connection string of the set, once it runs. It holds no secret.
    pub uri: Option<String>,
    /// The mongod program in use, and its version.
    pub mongod: Option<String>,
    /// Where the members keep their data.
    pub data_dir: String,
    /// Another process on the same data folder runs the lab: it can be used, not stopped, from here.
    pub attached: bool,
    /// The members, in the order of their ids.
    pub members: Vec<LabMember>,
}

/// One member of the lab.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LabMember {
    /// `_id` in the set's configuration, from 0.
    pub id: u32,
    /// `127.0.0.1:port`.
    pub host: String,
    /// The process runs.
    pub running: bool,
    /// Its process id while it runs.
    pub pid: Option<u32>,
}

/// One step of a start, as the command that a person would type for it.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LabStep {
    /// Position among the steps of this start, from 0: a later event with the same number replaces it.
    pub index: u32,
    /// What is done.
    pub kind: LabStepKind,
    /// The command, as a person would type it.
    pub command: String,
    /// Milliseconds it took; none while it goes on.
    pub elapsed_ms: Option<u32>,
}

/// What a step of a start does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum LabStepKind {
    /// Looks for the mongod program.
    FindMongod,
    /// Starts a member and waits until it answers.
    StartMember,
    /// Makes the members a set.
    Initiate,
    /// Asks a member to stand for election.
    StepUp,
    /// Waits until a member takes writes.
    WaitForPrimary,
    /// Fills `mydatabase.items`.
    Seed,
}

/// Asks something of one member.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LabMemberRequest {
    /// The member's `id`.
    pub member: u32,
}
