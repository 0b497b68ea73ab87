//! What is wished of a replica set.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use crate::{
    connection::{ConnectionId, QueryId},
    replica::{ConfigAge, MemberTag},
};

/// Asks what an operation would do, and whether it may be done.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanOperationRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// What is wished.
    pub operation: SetOperation,
}

/// Asks to carry out an operation.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunOperationRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// What is wished.
    pub operation: SetOperation,
    /// The configuration that the plan was made of (`OperationPlan.basis`): where somebody has changed it since, nothing is
    /// sent. Without it the operation is planned when it is run.
    #[serde(default)]
    pub basis: Option<ConfigAge>,
    /// What was typed. `OperationPlan.confirm` says what is asked for.
    #[serde(default)]
    pub confirm: Option<String>,
    /// Small writes measure how long writes are away.
    #[serde(default)]
    pub measure: bool,
    /// Names it, so that it can be stopped under this name (`cancel_query`) between two of its steps.
    #[serde(default)]
    pub query: Option<QueryId>,
}

/// Something that is done to a replica set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum SetOperation {
    /// The primary hands over (`replSetStepDown`).
    #[serde(rename_all = "camelCase")]
    StepDown {
        /// For so many seconds it does not stand again; more than `catch_up_seconds`.
        #[serde(default = "usual_step_down")]
        seconds: u32,
        /// For so many seconds it waits for a secondary that has everything.
        #[serde(default = "usual_catch_up")]
        catch_up_seconds: u32,
        /// It goes whether or not a secondary has everything: what nobody else has may be rolled back.
        #[serde(default)]
        force: bool,
    },
    /// A secondary does not stand for election for a while (`replSetFreeze`).
    #[serde(rename_all = "camelCase")]
    Freeze {
        /// Which member.
        host: String,
        /// For so many seconds; 0 lets it stand again.
        seconds: u32,
    },
    /// A secondary takes no reads and copies on (`replSetMaintenance`), or takes them again.
    #[serde(rename_all = "camelCase")]
    Maintenance {
        /// Which member.
        host: String,
        /// On, or off.
        on: bool,
    },
    /// A member copies from another one until it chooses anew (`replSetSyncFrom`).
    #[serde(rename_all = "camelCase")]
    SyncFrom {
        /// Which member.
        host: String,
        /// From whom.
        source: String,
    },
    /// Makes mongods that belong to no set yet a replica set (`replSetInitiate`). The connection is to one of them, under whatever
    /// name.
    #[serde(rename_all = "camelCase")]
    Initiate {
        /// The set's name, with which each mongod was started (`--replSet`).
        set_name: String,
        /// The members; the first is the one that is asked.
        members: Vec<WishedMember>,
    },
    /// Changes the configuration (`replSetReconfig`), in legal steps.
    #[serde(rename_all = "camelCase")]
    Reconfigure {
        /// What is to be different, one upon the other.
        edits: Vec<ConfigEdit>,
    },
    /// Changes the configuration without asking a majority: for a set that has lost it.
    #[serde(rename_all = "camelCase")]
    ForceReconfigure {
        /// The member that is asked: one that has survived.
        host: String,
        /// What is to be different, one upon the other.
        edits: Vec<ConfigEdit>,
    },
    /// Tells how a member is given all data anew. It is done at its machine, not from here.
    #[serde(rename_all = "camelCase")]
    Resync {
        /// Which member.
        host: String,
    },
}

/// One wish for the configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum ConfigEdit {
    /// A mongod becomes a member.
    #[serde(rename_all = "camelCase")]
    Add {
        /// As it is to be in the end.
        member: WishedMember,
    },
    /// A member leaves.
    #[serde(rename_all = "camelCase")]
    Remove {
        /// Which member.
        host: String,
    },
    /// A member is to be found elsewhere.
    #[serde(rename_all = "camelCase")]
    ChangeHost {
        /// Which member.
        host: String,
        /// Where it is to be found, `host:port`.
        to: String,
        /// It is the same mongod under another name, so it keeps its `_id`. Another mongod is a new member.
        same_server: bool,
    },
    /// A member's votes.
    #[serde(rename_all = "camelCase")]
    Votes {
        /// Which member.
        host: String,
        /// 0 or 1.
        votes: u32,
    },
    /// A member's priority.
    #[serde(rename_all = "camelCase")]
    Priority {
        /// Which member.
        host: String,
        /// 0 to 1,000; who has 0 is never elected.
        // A number in TypeScript: as f64 it would be one that may be NaN, which JSON has not.
        #[specta(type = u32)]
        priority: f64,
    },
    /// Whether clients are told of a member.
    #[serde(rename_all = "camelCase")]
    Hidden {
        /// Which member.
        host: String,
        /// They are not told; needs priority 0.
        hidden: bool,
    },
    /// How far a member stays behind on purpose.
    #[serde(rename_all = "camelCase")]
    Delay {
        /// Which member.
        host: String,
        /// Seconds (`secondaryDelaySecs`); more than 0 needs priority 0.
        seconds: u32,
    },
    /// A member's tags.
    #[serde(rename_all = "camelCase")]
    Tags {
        /// Which member.
        host: String,
        /// All of them.
        tags: Vec<MemberTag>,
    },
    /// The settings of the set. What is null stays as it is.
    #[serde(rename_all = "camelCase")]
    Settings {
        /// Which.
        settings: WishedSettings,
    },
    /// The whole configuration is as this text has it.
    #[serde(rename_all = "camelCase")]
    Document {
        /// As `rs.conf()` shows it, in mongosh syntax or Extended JSON. A `version` is the one of which the text was made: where
        /// it is not the present one, nothing is planned. Without it that is not looked at; nor is `term`.
        text: String,
    },
}

/// A member as it is to be in the configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WishedMember {
    /// Where it is found, `host:port`.
    pub host: String,
    /// 0 or 1.
    #[serde(default = "one")]
    pub votes: u32,
    /// 0 to 1,000; who has 0 is never elected. An arbiter's is 0, whatever stands here.
    #[serde(default = "usual_priority")]
    #[specta(type = u32)]
    pub priority: f64,
    /// Clients are not told of it; needs priority 0.
    #[serde(default)]
    pub hidden: bool,
    /// Seconds that it stays behind on purpose; more than 0 needs priority 0.
    #[serde(default)]
    pub delay_seconds: u32,
    /// It votes without data. Cannot be changed later.
    #[serde(default)]
    pub arbiter: bool,
    /// Its tags.
    #[serde(default)]
    pub tags: Vec<MemberTag>,
}

/// The settings of a set that may be wished (`settings`). What is null stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct WishedSettings {
    /// `electionTimeoutMillis`, milliseconds.
    pub election_timeout_ms: Option<u32>,
    /// `heartbeatIntervalMillis`, milliseconds.
    pub heartbeat_interval_ms: Option<u32>,
    /// `heartbeatTimeoutSecs`, seconds.
    pub heartbeat_timeout_seconds: Option<u32>,
    /// `catchUpTimeoutMillis`, milliseconds; -1 waits without end.
    pub catch_up_timeout_ms: Option<i32>,
    /// `catchUpTakeoverDelayMillis`, milliseconds; -1 switches it off.
    pub catch_up_takeover_delay_ms: Option<i32>,
    /// `chainingAllowed`: secondaries may copy from secondaries.
    pub chaining_allowed: Option<bool>,
}

fn usual_step_down() -> u32 {
    60
}

fn usual_catch_up() -> u32 {
    10
}

fn one() -> u32 {
    1
}

fn usual_priority() -> f64 {
    1.0
}
