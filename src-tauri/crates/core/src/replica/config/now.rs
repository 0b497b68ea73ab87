//! What is known of the set when it is planned.

use std::collections::{BTreeMap, BTreeSet};

use crate::replica::{MemberHealth, MemberState, ReplicaSnapshot};

/// What is known of the set now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SetNow {
    /// The primary's `host:port`, as the configuration names it.
    pub primary: Option<String>,
    /// Of each member whether it answers, and its state. One that is missing was not asked.
    pub members: BTreeMap<String, (MemberHealth, MemberState)>,
    /// Those who are RECOVERING and copy on, as in maintenance: they acknowledge writes.
    pub copies_on: BTreeSet<String>,
    /// Where the default write concern comes from.
    pub default_write_concern: DefaultWriteConcern,
}

/// Where the write concern comes from that is in force where a write does not say (`defaultWriteConcernSource`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DefaultWriteConcern {
    /// It was set (`global`): a change of the configuration does not touch it.
    Set,
    /// It follows from the configuration (`implicit`): a change that would change it is refused by the server.
    Implicit,
    /// It was not asked, or may not be.
    #[default]
    Unknown,
}

impl SetNow {
    /// As a snapshot has it.
    #[must_use]
    pub fn of(snapshot: &ReplicaSnapshot, default_write_concern: DefaultWriteConcern) -> Self {
        let seen = snapshot.members.iter();
        Self {
            primary: snapshot.primary.clone(),
            members: seen
                .clone()
                .map(|member| (member.host.clone(), (member.health, member.state)))
                .collect(),
            copies_on: seen.filter(|member| member.copies_on()).map(|member| member.host.clone()).collect(),
            default_write_concern,
        }
    }

    /// How a member is; one that was not asked is not known.
    pub(crate) fn member(&self, host: &str) -> (MemberHealth, MemberState) {
        self.members.get(host).copied().unwrap_or((MemberHealth::Unknown, MemberState::Unknown))
    }

    /// It does not answer.
    pub(crate) fn is_down(&self, host: &str) -> bool {
        self.member(host).0 == MemberHealth::Down
    }
}
