//! What the lab is asked, and what it tells of itself.

mod link;
mod member;
mod rehearsal;
mod scenario;
mod step;

pub use link::{LabLink, LabLinkRequest, LinkPolicy};
pub use member::{LabFault, LabFaultRequest, LabMember, LabMemberRequest};
pub use rehearsal::{RehearsalReport, RehearsalStep, RehearseOperationRequest, StandIn};
pub use scenario::{LabScenario, LabScenarioRequest, ScenarioReport, ScenarioStep};
pub use step::{LabStep, LabStepKind};

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use crate::plan::{LabPlan, USUAL_LAB};

/// What the lab is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum LabState {
    /// No member runs.
    Stopped,
    /// Members start; the steps tell how far it is.
    Starting,
    /// There is, or was, a writable primary; in a lab that nobody has initiated, every mongod answered. Also where members were
    /// taken out of the set from outside the lab, so that those it has left cannot elect one.
    Running,
}

/// A lab and its members.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LabStatus {
    /// What the lab is doing.
    pub state: LabState,
    /// The lab's name, which is the replica set's too.
    pub set_name: String,
    /// What it is made of.
    pub plan: LabPlan,
    /// The connection string of the set, once it runs; of the first mongod alone while nobody has initiated the set. Where the plan asks for authentication it holds the root user's
    /// password, which was drawn for this lab and opens nothing else.
    pub uri: Option<String>,
    /// The mongod program in use, and its version.
    pub mongod: Option<String>,
    /// Where the members keep their data.
    pub data_dir: String,
    /// Another process on the same data folder runs the lab: it can be used, not changed, from here.
    pub attached: bool,
    /// The members, in the order of their ids; none before the lab starts.
    pub members: Vec<LabMember>,
    /// The links that do not let everything through.
    pub links: Vec<LabLink>,
    /// Links can be cut between two members. Where the system cannot tell callers apart, only for every caller of a member.
    pub links_by_caller: bool,
    /// The steps of what was asked, where this answers a change; none where the status only was asked for.
    pub steps: Vec<LabStep>,
}

/// Asks something about one lab.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LabRequest {
    /// Which lab; the usual one where none is named.
    #[serde(default = "usual_lab")]
    pub lab: String,
}

/// Asks to start a lab.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LabStartRequest {
    /// Which lab; the usual one where none is named. Not looked at where there is a plan, which has a name.
    #[serde(default = "usual_lab")]
    pub lab: String,
    /// What it is to be made of. None for a lab that was made before, and for the usual one.
    #[serde(default)]
    pub plan: Option<LabPlan>,
}

fn usual_lab() -> String {
    USUAL_LAB.to_owned()
}
