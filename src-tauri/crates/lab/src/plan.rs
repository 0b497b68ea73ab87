//! What a lab is made of, as a person asks for it.

mod check;
mod written;

pub(crate) use check::check_name;

use bson::{Bson, Document, doc};
use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

/// The lab that is meant where none is named.
pub const USUAL_LAB: &str = "lab";
/// How many members a lab may have: all of them may vote.
pub(crate) const MOST_MEMBERS: u32 = 7;

/// A primary that is lost without a word is replaced after about this time. Builds that load a small machine
/// ten times over held up no heartbeat for so long; with 1,000 ms they bring elections about.
const ELECTION_TIMEOUT_MS: u32 = 5000;
const HEARTBEAT_INTERVAL_MS: i32 = 500;

/// What a lab is made of. Whatever is left out is as in the lab that starts without a plan: three equal members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a wish of its own, on a form with a box for each")]
pub struct LabPlan {
    /// The lab's name, and that of its replica set: small letters, digits and hyphens, 1 to 32 of them.
    pub name: String,
    /// The members, 1 to 7. A member's id is its place here, from 0.
    pub members: Vec<LabMemberPlan>,
    /// Members know each other by a key file, and clients log in as `root`.
    pub authentication: bool,
    /// Everybody connects by TLS, with certificates that the lab makes.
    pub tls: bool,
    /// Each member is reached through a link that can be cut (`replSetInitiate` gets the links' addresses).
    pub links: bool,
    /// Members can be held back or left behind: `enableTestCommands=1` and an oplog as small as it gets.
    pub faults: bool,
    /// Milliseconds after which a lost primary is replaced (`settings.electionTimeoutMillis`), 1,000 to 60,000.
    pub election_timeout_ms: u32,
    /// Its data is removed when it stops, in whatever way.
    pub temporary: bool,
}

/// One member of a [`LabPlan`]; as in `rs.conf().members`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LabMemberPlan {
    /// 0 to 1,000; who has 0 is never elected. An arbiter's is always 0, whatever stands here.
    pub priority: u32,
    /// 0 or 1.
    pub votes: u32,
    /// Not told to clients; needs priority 0.
    pub hidden: bool,
    /// Seconds that it is held back (`secondaryDelaySecs`); needs priority 0.
    pub delay_seconds: u32,
    /// Votes without data.
    pub arbiter: bool,
    /// Tags by name, for read preferences and write concerns.
    pub tags: Vec<LabTag>,
}

/// A name and a value that a member is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LabTag {
    /// Such as `region`.
    pub name: String,
    /// Such as `east`.
    pub value: String,
}

impl Default for LabPlan {
    fn default() -> Self {
        Self {
            name: USUAL_LAB.to_owned(),
            members: vec![LabMemberPlan::default(); 3],
            authentication: false,
            tls: false,
            links: false,
            faults: false,
            election_timeout_ms: ELECTION_TIMEOUT_MS,
            temporary: false,
        }
    }
}

impl Default for LabMemberPlan {
    fn default() -> Self {
        Self { priority: 1, votes: 1, hidden: false, delay_seconds: 0, arbiter: false, tags: Vec::new() }
    }
}

impl LabMemberPlan {
    /// May become primary.
    #[must_use]
    pub fn is_electable(&self) -> bool {
        !self.arbiter && self.votes > 0 && self.priority > 0
    }

    /// Its entry in the set's configuration. What is as usual is left out, as a person would.
    fn config(&self, id: u32, host: &str) -> Document {
        let mut member = doc! { "_id": i64::from(id), "host": host };
        if self.arbiter {
            member.insert("arbiterOnly", true);
            return member;
        }
        if self.priority != 1 {
            member.insert("priority", i64::from(self.priority));
        }
        if self.votes != 1 {
            member.insert("votes", i64::from(self.votes));
        }
        if self.hidden {
            member.insert("hidden", true);
        }
        if self.delay_seconds > 0 {
            member.insert("secondaryDelaySecs", i64::from(self.delay_seconds));
        }
        if !self.tags.is_empty() {
            let tags = self.tags.iter().map(|LabTag { name, value }| (name.clone(), Bson::from(value)));
            member.insert("tags", tags.collect::<Document>());
        }
        member
    }
}

impl LabPlan {
    /// The ids of the members.
    pub(crate) fn ids(&self) -> std::ops::Range<u32> {
        // A checked plan has at most seven.
        0..u32::try_from(self.members.len()).unwrap_or(MOST_MEMBERS)
    }

    /// How many votes elect.
    pub(crate) fn majority(&self) -> u32 {
        self.members.iter().map(|member| member.votes).sum::<u32>() / 2 + 1
    }

    /// What `replSetInitiate` is given, with a host for each member.
    ///
    /// Members hear of a loss as soon as they may elect: with the usual 10 s of heartbeats they would elect first.
    pub(crate) fn config(&self, hosts: &[String]) -> Document {
        let members = (0..).zip(&self.members).zip(hosts);
        doc! {
            "_id": &self.name,
            "members": members.map(|((id, member), host)| member.config(id, host)).collect::<Vec<_>>(),
            "settings": {
                "electionTimeoutMillis": i64::from(self.election_timeout_ms),
                "heartbeatIntervalMillis": HEARTBEAT_INTERVAL_MS,
                "heartbeatTimeoutSecs": i64::from(self.election_timeout_ms.div_ceil(1000)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_of_nothing_is_the_usual_lab() {
        let plan: LabPlan = serde_json::from_str("{}").expect("a plan");
        assert_eq!(plan, LabPlan::default());
        let plan: LabPlan = serde_json::from_str(r#"{"members": [{}, {"arbiter": true}]}"#).expect("a plan");
        assert_eq!(plan.members[0], LabMemberPlan::default());
        assert!(plan.members[1].arbiter && !plan.members[1].is_electable());
    }

    #[test]
    fn the_configuration_says_only_what_is_not_as_usual() {
        let arbiter = LabMemberPlan { arbiter: true, ..LabMemberPlan::default() };
        let late = LabMemberPlan {
            priority: 0,
            votes: 0,
            hidden: true,
            delay_seconds: 60,
            tags: vec![LabTag { name: "dc".to_owned(), value: "west".to_owned() }],
            ..LabMemberPlan::default()
        };
        let plan = LabPlan { members: vec![LabMemberPlan::default(), late, arbiter], ..LabPlan::default() };
        let hosts = ["a:1", "b:2", "c:3"].map(str::to_owned);
        let config = plan.config(&hosts);
        let members = config.get_array("members").expect("members");
        let expected = [
            doc! { "_id": 0_i64, "host": "a:1" },
            doc! {
                "_id": 1_i64, "host": "b:2", "priority": 0_i64, "votes": 0_i64, "hidden": true,
                "secondaryDelaySecs": 60_i64, "tags": { "dc": "west" },
            },
            doc! { "_id": 2_i64, "host": "c:3", "arbiterOnly": true },
        ];
        assert!(members.iter().filter_map(Bson::as_document).eq(&expected), "{members:?}");
        assert_eq!(plan.majority(), 2);
    }
}
