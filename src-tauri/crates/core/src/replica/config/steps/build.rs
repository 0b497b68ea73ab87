//! The configurations on the way.

use bson::{Bson, Document};

use super::moves::{Change, Move};
use crate::replica::config::{WholeConfig, whole::integer};

/// Makes the configuration that holds when some of the moves are done.
pub(super) struct Builder<'c> {
    pub(super) current: &'c WholeConfig,
    pub(super) wished: &'c WholeConfig,
    pub(super) moves: &'c [Move],
    /// What concerns no vote is changed with the last step, else with the first.
    pub(super) late: bool,
}

impl Builder<'_> {
    /// After the moves of `mask`. `joined`: the new members that wait for their vote are there. `low`: this member, which just
    /// got its vote, has priority 0 as yet.
    pub(super) fn config(&self, mask: u32, joined: bool, last: bool, low: Option<usize>) -> WholeConfig {
        let rest = last || !self.late;
        let mut members = Vec::new();
        let (first, second) = if rest { (self.wished, self.current) } else { (self.current, self.wished) };
        for (place, source) in [first, second].into_iter().enumerate() {
            for document in source.member_documents() {
                let id = integer(document.get("_id"));
                let is_there = |document: &&Document| integer(document.get("_id")) == id;
                if place > 0 && first.member_documents().any(|other| is_there(&other)) {
                    continue;
                }
                let old = self.current.member_documents().find(is_there);
                let new = self.wished.member_documents().find(is_there);
                members.extend(self.member(old, new, (mask, joined, rest, low)).map(Bson::Document));
            }
        }
        let mut document = if rest { self.wished } else { self.current }.document().clone();
        document.insert("members", members);
        WholeConfig::of(document)
    }

    /// A member, where it is there.
    fn member(
        &self,
        old: Option<&Document>,
        new: Option<&Document>,
        (mask, joined, rest, low): (u32, bool, bool, Option<usize>),
    ) -> Option<Document> {
        let id = integer(old.or(new)?.get("_id"));
        let place = self.moves.iter().position(|one| Some(i64::from(one.id)) == id);
        let Some(place) = place else {
            return match (old, new) {
                (Some(old), Some(new)) => Some(if rest { new } else { old }.clone()),
                // Without a vote: gone with the first step, or there with it.
                (Some(_), None) => None,
                (None, new) => new.cloned(),
            };
        };
        let done = mask & (1 << place) != 0;
        match (self.moves[place].change, done) {
            (Change::Remove, true) | (Change::AddArbiter, false) => None,
            (_, true) => {
                let mut document = new?.clone();
                if low == Some(place) {
                    document.insert("priority", 0.0);
                }
                Some(document)
            }
            (Change::PromoteNew, false) if !joined => None,
            (Change::PromoteNew, false) => Some(without_vote(new?)),
            (Change::Promote, false) if rest => Some(without_vote(new?)),
            (Change::Demote, false) if rest => {
                let mut document = new?.clone();
                for name in ["votes", "priority", "hidden", "secondaryDelaySecs", "slaveDelay"] {
                    if let Some(value) = old?.get(name) {
                        document.insert(name, value.clone());
                    }
                }
                Some(document)
            }
            (_, false) => old.cloned(),
        }
    }
}

fn without_vote(member: &Document) -> Document {
    let mut member = member.clone();
    member.insert("votes", 0);
    member.insert("priority", 0.0);
    member
}
