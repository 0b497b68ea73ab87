//! What an operation brings about, and how it is seen that it has.

use crate::replica::{MemberHealth, MemberState, ReplicaSnapshot};

/// What is waited for after a command was taken: an `ok` of the server is not yet the thing itself.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Settles {
    /// The answer is all there is.
    AtOnce,
    /// Somebody else is primary.
    NewPrimary { old: String },
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
            Self::State { .. } | Self::SyncSource { .. } => 20,
            Self::NewPrimary { .. } | Self::Primary => 60,
        }
    }

    pub(super) fn holds(&self, now: &ReplicaSnapshot) -> bool {
        let member = |host: &str| now.members.iter().find(|member| member.host == host);
        match self {
            Self::AtOnce => true,
            Self::NewPrimary { old } => now.primary.as_ref().is_some_and(|primary| primary != old),
            Self::State { host, state } => {
                member(host).is_some_and(|member| member.health == MemberHealth::Up && member.state == *state)
            }
            Self::SyncSource { host, source } => {
                member(host).is_some_and(|member| member.sync_source.as_ref() == Some(source))
            }
            Self::Primary => now.primary.is_some(),
        }
    }

    /// The same in words.
    pub(super) fn words(&self) -> String {
        match self {
            Self::AtOnce => "nothing: the answer is all there is".to_owned(),
            Self::NewPrimary { .. } => "another member is primary and takes writes".to_owned(),
            Self::State { host, state } => format!("{host} says that it is {}", state.name()),
            Self::SyncSource { host, source } => format!("{host} says that it copies from {source}"),
            Self::Primary => "the set has a primary".to_owned(),
        }
    }
}
