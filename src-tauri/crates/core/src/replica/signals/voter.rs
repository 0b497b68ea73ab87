//! What counts of a member when votes are counted: one form for the set as it is, and for the set as it would be.

use crate::replica::{Member, MemberHealth, MemberState};

/// A member, as far as it elects and acknowledges.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Voter<'m> {
    pub(crate) id: Option<u32>,
    pub(crate) host: &'m str,
    pub(crate) votes: Option<u32>,
    pub(crate) priority: Option<f64>,
    pub(crate) arbiter: bool,
    pub(crate) health: MemberHealth,
    pub(crate) state: MemberState,
    /// It is RECOVERING and copies on, as in maintenance.
    pub(crate) copies_on: bool,
}

impl<'m> Voter<'m> {
    /// The members of a snapshot.
    pub(crate) fn all(members: &'m [Member]) -> Vec<Self> {
        members.iter().map(Self::from).collect()
    }

    /// Up, and in a state in which it votes.
    pub(crate) fn can_vote(&self) -> bool {
        use MemberState::{Arbiter, Primary, Recovering, Rollback, Secondary, Startup2};
        self.health == MemberHealth::Up
            && matches!(self.state, Primary | Secondary | Arbiter | Recovering | Startup2 | Rollback)
    }

    /// Up, with data and a priority above 0.
    pub(crate) fn is_electable(&self) -> bool {
        let can_stand = matches!(self.state, MemberState::Primary | MemberState::Secondary);
        self.health == MemberHealth::Up
            && can_stand
            && !self.arbiter
            && self.priority.is_some_and(|priority| priority > 0.0)
    }

    /// Up, and takes part in acknowledging writes where it votes.
    pub(crate) fn advances(&self) -> bool {
        self.health == MemberHealth::Up && (self.state.advances() || self.copies_on)
    }
}

impl<'m> From<&'m Member> for Voter<'m> {
    fn from(member: &'m Member) -> Self {
        Self {
            id: member.id,
            host: &member.host,
            votes: member.votes,
            priority: member.priority,
            arbiter: member.arbiter,
            health: member.health,
            state: member.state,
            copies_on: member.copies_on(),
        }
    }
}
