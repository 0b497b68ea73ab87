//! What a lab is made of, as a person asks for it.

mod beyond;
mod check;
mod compare;
mod like;
mod uncopied;
mod written;

pub(crate) use beyond::Beyond;
pub(crate) use check::check_name;
pub(crate) use compare::{changed, members};
pub(crate) use like::Likeness;
#[cfg(test)]
pub(crate) use like::tests::set as original;
pub(crate) use uncopied::Uncopied;

use bson::{Bson, Document, doc};
use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

/// The lab that is meant where none is named.
pub const USUAL_LAB: &str = "lab";
/// How many mongods a lab may have. So many idle ones take a gigabyte; on a small machine they answer heartbeats in time.
pub(crate) const MOST_MEMBERS: u32 = 12;
/// How many of a set's members may vote: the server's own rule.
pub(crate) const MOST_VOTERS: u32 = 7;

/// A primary that is lost without a word is replaced after about this time. Builds that load a small machine
/// ten times over held up no heartbeat for so long; with 1,000 ms they bring elections about.
const ELECTION_TIMEOUT_MS: u32 = 5000;
const HEARTBEAT_INTERVAL_MS: u32 = 500;

/// What a lab is made of. Whatever is left out is as in the lab that starts without a plan: three equal members.
#[derive(Clone, Debug, PartialEq, Serialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a wish of its own, on a form with a box for each")]
pub struct LabPlan {
    /// The lab's name, and that of its replica set: small letters, digits and hyphens, 1 to 32 of them.
    pub name: String,
    /// The members, 1 to 12, of which at most 7 vote. A member's id is its place here, from 0.
    pub members: Vec<LabMemberPlan>,
    /// The lab makes them a set. Without it they are mongods that each wait to be initiated or added, spares all of them.
    pub initiated: bool,
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
    /// Milliseconds between two heartbeats (`settings.heartbeatIntervalMillis`), 100 to 60,000.
    pub heartbeat_interval_ms: u32,
    /// Seconds after which a heartbeat is given up (`settings.heartbeatTimeoutSecs`), 1 to 60. Null for about as long as the
    /// election timeout: with the server's usual 10 s a set elects before it hears of a loss.
    pub heartbeat_timeout_seconds: Option<u32>,
    /// Secondaries may copy from secondaries (`settings.chainingAllowed`).
    pub chaining: bool,
    /// Its data is removed when it stops, in whatever way.
    pub temporary: bool,
}

/// One member of a [`LabPlan`]; as in `rs.conf().members`.
#[derive(Clone, Debug, PartialEq, Serialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LabMemberPlan {
    /// 0 to 1,000; who has 0 is never elected. An arbiter's is always 0, whatever stands here.
    // A number in TypeScript: as f64 it would be one that may be NaN, which JSON has not.
    #[specta(type = u32)]
    pub priority: f64,
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
    /// It is started like the others and not made a member of the set: a mongod to be added, or to take another's place. All
    /// else of it is as usual.
    pub spare: bool,
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
            initiated: true,
            authentication: false,
            tls: false,
            links: false,
            faults: false,
            election_timeout_ms: ELECTION_TIMEOUT_MS,
            heartbeat_interval_ms: HEARTBEAT_INTERVAL_MS,
            heartbeat_timeout_seconds: None,
            chaining: true,
            temporary: false,
        }
    }
}

impl Default for LabMemberPlan {
    fn default() -> Self {
        Self {
            priority: 1.0,
            votes: 1,
            hidden: false,
            delay_seconds: 0,
            arbiter: false,
            tags: Vec::new(),
            spare: false,
        }
    }
}

impl LabMemberPlan {
    /// A mongod that is in no set.
    #[must_use]
    pub fn spare() -> Self {
        Self { spare: true, ..Self::default() }
    }

    /// May become primary.
    #[must_use]
    pub fn is_electable(&self) -> bool {
        !self.spare && !self.arbiter && self.votes > 0 && self.priority > 0.0
    }

    /// Its entry in the set's configuration. What is as usual is left out, as a person would.
    fn config(&self, id: u32, host: &str) -> Document {
        let mut member = doc! { "_id": i64::from(id), "host": host };
        if self.arbiter {
            member.insert("arbiterOnly", true);
            return member;
        }
        if (self.priority - 1.0).abs() > f64::EPSILON {
            member.insert("priority", self.priority);
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
        // A checked plan has at most twelve.
        0..u32::try_from(self.members.len()).unwrap_or(MOST_MEMBERS)
    }

    /// Those that the lab makes a set, with their ids.
    pub(crate) fn in_set(&self) -> impl Iterator<Item = (u32, &LabMemberPlan)> {
        (0..).zip(&self.members).filter(|(_, member)| self.initiated && !member.spare)
    }

    /// What `replSetInitiate` is given, with a host for each member.
    pub(crate) fn config(&self, hosts: &[String]) -> Document {
        let members =
            self.in_set().filter_map(|(id, member)| Some(member.config(id, hosts.get(id as usize)?)));
        let usual_timeout = self.election_timeout_ms.div_ceil(1000);
        let mut settings = doc! {
            "electionTimeoutMillis": i64::from(self.election_timeout_ms),
            "heartbeatIntervalMillis": i64::from(self.heartbeat_interval_ms),
            "heartbeatTimeoutSecs": i64::from(self.heartbeat_timeout_seconds.unwrap_or(usual_timeout)),
        };
        if !self.chaining {
            settings.insert("chainingAllowed", false);
        }
        doc! { "_id": &self.name, "members": members.collect::<Vec<_>>(), "settings": settings }
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
            priority: 0.0,
            votes: 0,
            hidden: true,
            delay_seconds: 60,
            tags: vec![LabTag { name: "dc".to_owned(), value: "west".to_owned() }],
            ..LabMemberPlan::default()
        };
        let members = vec![LabMemberPlan::default(), late, arbiter, LabMemberPlan::spare()];
        let plan = LabPlan { members, chaining: false, ..LabPlan::default() };
        let hosts = ["a:1", "b:2", "c:3", "d:4"].map(str::to_owned);
        let config = plan.config(&hosts);
        let members = config.get_array("members").expect("members");
        let expected = [
            doc! { "_id": 0_i64, "host": "a:1" },
            doc! {
                "_id": 1_i64, "host": "b:2", "priority": 0.0, "votes": 0_i64, "hidden": true,
                "secondaryDelaySecs": 60_i64, "tags": { "dc": "west" },
            },
            doc! { "_id": 2_i64, "host": "c:3", "arbiterOnly": true },
        ];
        assert!(members.iter().filter_map(Bson::as_document).eq(&expected), "{members:?}");
        let settings = config.get_document("settings").expect("settings");
        assert_eq!(settings.get_i64("heartbeatTimeoutSecs").ok(), Some(5), "as the election timeout");
        assert_eq!(settings.get_bool("chainingAllowed").ok(), Some(false));
    }
}
