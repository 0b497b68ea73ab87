//! What an operation would do: checks, steps, consequences.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use crate::replica::{ConfigAge, MemberLoss};

/// What an operation would do, as things are now. Nothing has been sent that changes anything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OperationPlan {
    /// What is done, in a few words.
    pub title: String,
    /// It may be run: no check refuses.
    pub allowed: bool,
    /// What was looked at beforehand: what refuses first, then what warns.
    pub checks: Vec<OperationCheck>,
    /// What is sent, one after the other; none where a check refuses or there is nothing to do.
    pub steps: Vec<PlannedStep>,
    /// What happens then, each in a sentence.
    pub consequences: Vec<String>,
    /// What has to be typed before it is run; null where nothing need be.
    pub confirm: Option<String>,
    /// The configuration that it was made of; null before a set is initiated.
    pub basis: Option<ConfigAge>,
    /// The whole configuration as it would be in the end, in mongosh syntax; null where it is not changed.
    pub wished: Option<String>,
    /// How a person does at the machine what is not done from here: commands, one after the other.
    pub by_hand: Vec<String>,
}

/// Something that was looked at before an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OperationCheck {
    /// What came of it.
    pub verdict: CheckVerdict,
    /// What was found, and where it refuses or warns what to do, in a sentence or two.
    pub text: String,
    /// The name of the rule, such as `keepsPrimary`; null where it is no rule of the configuration.
    pub rule: Option<ConfigRule>,
    /// The rule is this program's: the server would accept it. The text says why it is refused all the same.
    pub ours: bool,
}

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum CheckVerdict {
    /// The operation is not run.
    Refused,
    /// It can be run, and something is worth knowing.
    Warning,
    /// It is as it should be.
    Fine,
}

/// A rule that a configuration, or a change of one, has to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ConfigRule {
    /// The text is no configuration: something is missing, or has a type that it cannot have.
    Readable,
    /// The set keeps its name (`_id`), its `protocolVersion`, its `configsvr` and its `replicaSetId`.
    SameSet,
    /// 1 to 50 members.
    MemberCount,
    /// 1 to 7 voters.
    VoterCount,
    /// At least one member can be elected.
    OneElectable,
    /// Every `_id` once, 0 to 255.
    UniqueId,
    /// Every host once.
    UniqueHost,
    /// Every host is `name:port`, and all of them on this machine (`localhost`) or none.
    Hosts,
    /// Votes are 0 or 1.
    Votes,
    /// Priorities are 0 to 1,000.
    Priority,
    /// Hidden, delayed and non-voting members have priority 0.
    NeverElected,
    /// An arbiter votes, has priority 0, and holds no data: no tags, no delay, not hidden.
    Arbiter,
    /// `arbiterOnly` and `buildIndexes` of a member never change.
    Fixed,
    /// The primary stays, and can be elected.
    KeepsPrimary,
    /// Another mongod is a new member with a new `_id`.
    NewServerNewId,
    /// Before an arbiter is added, the default write concern is set where it would change by itself.
    DefaultWriteConcern,
    /// Settings have values that they can have.
    Settings,
    /// A new member answers, and is empty.
    NewMemberReady,
    /// A majority holds the present configuration.
    Committed,
    /// A text was made of the present configuration: its `version`, where it has one, is the present one.
    PresentVersion,
    /// A primary is there that takes the change.
    HasPrimary,
}

/// One step: one command, and what is waited for after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlannedStep {
    /// What is done, in a few words.
    pub title: String,
    /// Who is asked.
    pub host: String,
    /// The same as a person would type it in mongosh.
    pub command: String,
    /// What is waited for after it, in words; null where the answer is all there is.
    pub waits_for: Option<String>,
    /// What it changes in the configuration.
    pub changes: Vec<ConfigChange>,
    /// What may be lost before it; null where the configuration is not changed.
    pub before: Option<StepMargins>,
    /// What may be lost after it.
    pub after: Option<StepMargins>,
    /// Which single loss would stop writes after it.
    pub losses: Vec<MemberLoss>,
    /// Whether it brings about an election.
    pub election: ElectionChance,
    /// Why, in a sentence; null where it is unlikely.
    pub election_reason: Option<String>,
    /// For how long the set may lose less than before and after, in words; null where it never may.
    pub less_safe: Option<String>,
}

/// One difference between two configurations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfigChange {
    /// Where, such as `members[host:port].priority` or `settings.chainingAllowed`.
    pub path: String,
    /// What stood there, in mongosh syntax; null where nothing did.
    pub before: Option<String>,
    /// What is to stand there; null where nothing is.
    pub after: Option<String>,
}

/// How many members may be lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StepMargins {
    /// Members that vote.
    pub voters: u32,
    /// Votes that elect a primary.
    pub needed: u32,
    /// So many voters may be lost, as they answer now, and a primary can still be elected; below 0 none can.
    pub election_margin: i32,
    /// Members with data that acknowledge a majority write.
    pub write_majority: u32,
    /// So many of these may be lost, as they answer now, and majority writes go on; below 0 none is acknowledged.
    pub write_margin: i32,
}

/// Whether a step brings about an election.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ElectionChance {
    /// Nothing of it gives a reason for one.
    Unlikely,
    /// A member may take over: it has a higher priority than the primary, or the primary hands over.
    Likely,
    /// The primary leaves its office, or there is none until one is elected.
    Certain,
}
