//! The votes that change.

use super::StepKind;
use crate::replica::{config::WholeConfig, reply::Configured};

/// One vote that changes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Move {
    pub(super) id: u32,
    pub(super) host: String,
    pub(super) change: Change,
    /// Its priority is to be above 0.
    pub(super) electable: bool,
}

/// How.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// A member that is there gets its vote.
    Promote,
    /// An arbiter comes, and votes at once.
    AddArbiter,
    Demote,
    Remove,
    /// A new member gets its vote, once it is there and has its data.
    PromoteNew,
}

impl Move {
    pub(super) fn is_promotion(&self) -> bool {
        matches!(self.change, Change::Promote | Change::PromoteNew)
    }

    pub(super) fn kind(&self, low: bool) -> StepKind {
        let host = self.host.clone();
        match self.change {
            Change::Promote | Change::PromoteNew => StepKind::Promote { host, low },
            Change::AddArbiter => StepKind::AddArbiter { host },
            Change::Demote => StepKind::Demote { host },
            Change::Remove => StepKind::Remove { host },
        }
    }
}

/// All votes that change, in the order in which they are preferred where nothing else decides: what has to wait for data last.
pub(super) fn moves(current: &WholeConfig, wished: &WholeConfig) -> Vec<Move> {
    let (old, new) = (current.members(), wished.members());
    let mut moves = Vec::new();
    let mut add = |member: &Configured, host: &str, change| {
        let electable = member.priority > 0.0;
        moves.push(Move { id: member.id, host: host.to_owned(), change, electable });
    };
    for member in &old {
        match new.iter().find(|other| other.id == member.id) {
            None if member.votes > 0 => add(member, &member.host, Change::Remove),
            Some(wish) if member.votes > wish.votes => add(wish, &member.host, Change::Demote),
            // It may get its new name at the same time.
            Some(wish) if member.votes < wish.votes => add(wish, &member.host, Change::Promote),
            _ => {}
        }
    }
    for member in new.iter().filter(|member| member.votes > 0) {
        if !old.iter().any(|other| other.id == member.id) {
            let change = if member.arbiter { Change::AddArbiter } else { Change::PromoteNew };
            add(member, &member.host, change);
        }
    }
    moves.sort_by_key(|one| match one.change {
        Change::Promote => 0,
        Change::AddArbiter => 1,
        Change::Demote => 2,
        Change::Remove => 3,
        Change::PromoteNew => 4,
    });
    moves
}
