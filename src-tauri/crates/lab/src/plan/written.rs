//! A plan as a person writes it: what is left out is as usual. What is told of a plan is always whole, so the types
//! themselves have no defaults.

use serde::{Deserialize, Deserializer};

use super::{LabMemberPlan, LabPlan, LabTag};

#[derive(Deserialize)]
#[serde(remote = "LabPlan", rename_all = "camelCase", default)]
#[expect(clippy::struct_excessive_bools, reason = "as the plan itself")]
struct WrittenPlan {
    name: String,
    members: Vec<LabMemberPlan>,
    initiated: bool,
    authentication: bool,
    tls: bool,
    links: bool,
    faults: bool,
    election_timeout_ms: u32,
    heartbeat_interval_ms: u32,
    heartbeat_timeout_seconds: Option<u32>,
    chaining: bool,
    temporary: bool,
}

#[derive(Deserialize)]
#[serde(remote = "LabMemberPlan", rename_all = "camelCase", default)]
struct WrittenMember {
    priority: f64,
    votes: u32,
    hidden: bool,
    delay_seconds: u32,
    arbiter: bool,
    tags: Vec<LabTag>,
    spare: bool,
}

impl Default for WrittenPlan {
    fn default() -> Self {
        let LabPlan {
            name,
            members,
            initiated,
            authentication,
            tls,
            links,
            faults,
            election_timeout_ms,
            heartbeat_interval_ms,
            heartbeat_timeout_seconds,
            chaining,
            temporary,
        } = LabPlan::default();
        Self {
            name,
            members,
            initiated,
            authentication,
            tls,
            links,
            faults,
            election_timeout_ms,
            heartbeat_interval_ms,
            heartbeat_timeout_seconds,
            chaining,
            temporary,
        }
    }
}

impl Default for WrittenMember {
    fn default() -> Self {
        let LabMemberPlan { priority, votes, hidden, delay_seconds, arbiter, tags, spare } =
            LabMemberPlan::default();
        Self { priority, votes, hidden, delay_seconds, arbiter, tags, spare }
    }
}

impl<'de> Deserialize<'de> for LabPlan {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        WrittenPlan::deserialize(deserializer)
    }
}

impl<'de> Deserialize<'de> for LabMemberPlan {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        WrittenMember::deserialize(deserializer)
    }
}
