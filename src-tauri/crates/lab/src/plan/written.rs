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
    authentication: bool,
    tls: bool,
    links: bool,
    faults: bool,
    election_timeout_ms: u32,
    temporary: bool,
}

#[derive(Deserialize)]
#[serde(remote = "LabMemberPlan", rename_all = "camelCase", default)]
struct WrittenMember {
    priority: u32,
    votes: u32,
    hidden: bool,
    delay_seconds: u32,
    arbiter: bool,
    tags: Vec<LabTag>,
}

impl Default for WrittenPlan {
    fn default() -> Self {
        let LabPlan { name, members, authentication, tls, links, faults, election_timeout_ms, temporary } =
            LabPlan::default();
        Self { name, members, authentication, tls, links, faults, election_timeout_ms, temporary }
    }
}

impl Default for WrittenMember {
    fn default() -> Self {
        let LabMemberPlan { priority, votes, hidden, delay_seconds, arbiter, tags } =
            LabMemberPlan::default();
        Self { priority, votes, hidden, delay_seconds, arbiter, tags }
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
