//! Members, and what is done to them.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use super::usual_lab;

/// One member of the lab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LabMember {
    /// Its place in the plan, from 0; with it the lab has made it a member of the set (`_id`).
    pub id: u32,
    /// `127.0.0.1:port` as in the set's configuration: of its link, where the lab has links.
    pub host: String,
    /// `127.0.0.1:port` where its process listens: what is asked there passes no link.
    pub address: String,
    /// The process runs, or is frozen.
    pub running: bool,
    /// The process is frozen (`kill -STOP`): it is there and does not answer.
    pub frozen: bool,
    /// It was told to stop applying what it copies, and falls behind.
    pub held_back: bool,
    /// Its process id while it runs.
    pub pid: Option<u32>,
    /// The set's present configuration names it: not a spare, until it is added to the set, and not what was removed from it.
    /// Null where that is not known: another process runs the lab.
    pub in_set: Option<bool>,
    /// It is in the set and may become primary there. Null where that is not known.
    pub electable: Option<bool>,
}

/// Asks something of one member.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LabMemberRequest {
    /// Which lab; the usual one where none is named.
    #[serde(default = "usual_lab")]
    pub lab: String,
    /// The member's `id`.
    pub member: u32,
}

/// Something that happens to a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum LabFault {
    /// Its process is killed (`kill -KILL`).
    Kill,
    /// Its process is frozen (`kill -STOP`): its connections stay open, and nobody answers.
    Freeze,
    /// Its process goes on (`kill -CONT`).
    Thaw,
    /// It stops applying what it copies (fail point `rsSyncApplyStop`) and falls behind. Only where the plan asks for `faults`.
    HoldBack,
    /// It applies again.
    LetGo,
    /// It is stopped until the others have forgotten what it would need next, and started: too stale to go on. Only where the
    /// plan asks for `faults`.
    LeaveBehind,
    /// It is stopped, its data is removed, and it is started: an initial sync.
    Resync,
}

/// Asks for a fault of one member.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LabFaultRequest {
    /// Which lab; the usual one where none is named.
    #[serde(default = "usual_lab")]
    pub lab: String,
    /// The member's `id`.
    pub member: u32,
    /// What is to happen.
    pub fault: LabFault,
}
