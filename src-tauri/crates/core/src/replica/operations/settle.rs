//! What an operation brings about, and how it is seen that it has.

use crate::replica::{MemberHealth, MemberState, ReplicaSnapshot};

/// What is waited for after a command was taken: an `ok` of the server is not yet the thing itself.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Settles {
    /// The answer is all there is.
    AtOnce,
    /// There is a primary of a later term than `term`: somebody else, or `old` once more because nobody else stood.
    NewPrimary { old: String, term: Option<f64> },
    /// A member is in a state.
    State { host: String, state: MemberState },
    /// A member copies from another.
    SyncSource { host: String, source: String },
    /// The set has a primary.
    Primary,
}

impl Settles {
    /// For so long it is waited for, seconds.
    pub(super) fn within_seconds(&self) -> u32 {
        match self {
            Self::AtOnce => 0,
            Self::State { .. } => 10,
            Self::SyncSource { .. } => 20,
            Self::NewPrimary { .. } | Self::Primary => 60,
        }
    }

    pub(super) fn holds(&self, now: &ReplicaSnapshot) -> bool {
        let member = |host: &str| now.members.iter().find(|member| member.host == host);
        match self {
            Self::AtOnce => true,
            Self::NewPrimary { old, term } => {
                now.primary.as_ref().is_some_and(|primary| primary != old || now.term > *term)
            }
            Self::State { host, state } => {
                member(host).is_some_and(|member| member.health == MemberHealth::Up && member.state == *state)
            }
            Self::SyncSource { host, source } => {
                member(host).is_some_and(|member| member.sync_source.as_ref() == Some(source))
            }
            Self::Primary => now.primary.is_some(),
        }
    }

    /// What more there is to tell once it holds.
    pub(super) fn seen(&self, now: &ReplicaSnapshot) -> Option<String> {
        let (Self::NewPrimary { old, .. }, Some(primary)) = (self, &now.primary) else { return None };
        Some(if primary == old {
            format!("Nobody else stood for election: {old} is primary again.")
        } else {
            format!("{primary} is primary.")
        })
    }

    /// A member gives up a source that is not ahead of it, and one that is asked for again may be by then.
    pub(super) fn may_be_given_up(&self) -> bool {
        matches!(self, Self::SyncSource { .. })
    }

    /// Why it may never hold, and what to do.
    pub(super) fn otherwise(&self) -> &'static str {
        match self {
            Self::SyncSource { .. } => {
                " A member gives the choice up where the source is not ahead of it, as in a set that takes no writes: try \
                 again while something is written."
            }
            Self::State { .. } => {
                " Maintenance ends when it was switched off as often as it was switched on."
            }
            Self::AtOnce | Self::NewPrimary { .. } | Self::Primary => " Health shows what stands against it.",
        }
    }

    /// The same in words.
    pub(super) fn words(&self) -> String {
        match self {
            Self::AtOnce => "nothing: the answer is all there is".to_owned(),
            Self::NewPrimary { .. } => "a primary of a new term is there".to_owned(),
            Self::State { host, state } => format!("{host} says that it is {}", state.name()),
            Self::SyncSource { host, source } => format!("{host} says that it copies from {source}"),
            Self::Primary => "the set has a primary".to_owned(),
        }
    }
}
