//! `hello`: what a member tells without any privilege.

use bson::{Document, oid::ObjectId};

use super::fields::{integer, millis, text, texts};
use crate::replica::MemberState;

/// What `hello` tells.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Hello {
    pub(crate) set_name: Option<String>,
    pub(crate) hosts: Vec<String>,
    pub(crate) passives: Vec<String>,
    pub(crate) arbiters: Vec<String>,
    pub(crate) me: Option<String>,
    pub(crate) writable_primary: bool,
    pub(crate) secondary: bool,
    pub(crate) arbiter_only: bool,
    /// The term that elected this primary: the last 8 bytes of `electionId`.
    pub(crate) election_term: Option<i64>,
    /// `lastWrite.lastWriteDate`, milliseconds since 1970.
    pub(crate) last_write_ms: Option<i64>,
    /// `lastWrite.majorityWriteDate`, milliseconds since 1970.
    pub(crate) majority_write_ms: Option<i64>,
    /// "Does not have a valid replica set config": removed from the set, or never in one.
    pub(crate) info: Option<String>,
    pub(crate) version: Option<ProcessVersion>,
}

/// `topologyVersion`: one process, and how often what it says of itself has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ProcessVersion {
    pub(crate) process: ObjectId,
    pub(crate) counter: i64,
}

impl ProcessVersion {
    /// Whether this is certainly older than what is known: of the same process, with a lower counter.
    pub(crate) fn precedes(self, known: Self) -> bool {
        self.process == known.process && self.counter < known.counter
    }
}

impl Hello {
    pub(crate) fn read(hello: &Document) -> Self {
        let last_write = hello.get_document("lastWrite").ok();
        Self {
            set_name: text(hello, "setName"),
            hosts: texts(hello, "hosts"),
            passives: texts(hello, "passives"),
            arbiters: texts(hello, "arbiters"),
            me: text(hello, "me"),
            // A driver's first question is the old one, and its answer has the old name.
            writable_primary: hello
                .get_bool("isWritablePrimary")
                .or_else(|_| hello.get_bool("ismaster"))
                .unwrap_or(false),
            secondary: hello.get_bool("secondary").unwrap_or(false),
            arbiter_only: hello.get_bool("arbiterOnly").unwrap_or(false),
            election_term: hello
                .get_object_id("electionId")
                .ok()
                .and_then(|id| id.bytes().last_chunk().copied().map(i64::from_be_bytes)),
            last_write_ms: last_write.and_then(|last| millis(last, "lastWriteDate")),
            majority_write_ms: last_write.and_then(|last| millis(last, "majorityWriteDate")),
            info: text(hello, "info"),
            version: hello.get_document("topologyVersion").ok().and_then(|version| {
                let process = version.get_object_id("processId").ok()?;
                Some(ProcessVersion { process, counter: integer(version, "counter")? })
            }),
        }
    }

    /// Every member that `hello` names; hidden and delayed ones are only in the configuration.
    pub(crate) fn members(&self) -> impl Iterator<Item = &String> {
        self.hosts.iter().chain(&self.passives).chain(&self.arbiters)
    }

    /// The state as far as `hello` tells it.
    pub(crate) fn state(&self) -> MemberState {
        if self.writable_primary {
            MemberState::Primary
        } else if self.arbiter_only {
            MemberState::Arbiter
        } else if self.secondary {
            MemberState::Secondary
        } else if self.info.is_some() {
            MemberState::Removed
        } else {
            MemberState::Recovering
        }
    }
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    #[test]
    fn the_answer_to_the_first_question_names_the_primary_by_its_old_word() {
        let state = |hello| Hello::read(&hello).state();
        assert_eq!(
            state(doc! { "ismaster": true, "secondary": false, "setName": "rs0" }),
            MemberState::Primary
        );
        assert_eq!(state(doc! { "isWritablePrimary": true, "secondary": false }), MemberState::Primary);
        assert_eq!(state(doc! { "ismaster": false, "secondary": true }), MemberState::Secondary);
    }
}
