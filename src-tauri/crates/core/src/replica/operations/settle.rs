//! What an operation brings about, and how it is seen that it has.

use std::collections::BTreeSet;

use crate::replica::{Member, MemberHealth, MemberState, ReplicaSnapshot};

/// The server's reason for an election to which the old primary has asked its successor, or somebody by `replSetStepUp`:
/// `stepUpRequest`, `stepUpRequestSkipDryRun`.
const HANDED_OVER: &str = "stepUpRequest";

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
    /// The set has a primary, and a configuration of these members that is later than this version.
    Installed { above: u32, hosts: BTreeSet<String> },
}

impl Settles {
    /// For so long it is waited for, seconds.
    pub(super) fn within_seconds(&self) -> u32 {
        match self {
            Self::AtOnce => 0,
            Self::State { .. } => 10,
            Self::SyncSource { .. } => 20,
            Self::NewPrimary { .. } | Self::Primary | Self::Installed { .. } => 60,
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
            Self::Installed { above, hosts } => {
                now.primary.is_some()
                    && now
                        .configuration
                        .as_ref()
                        .is_some_and(|configuration| configuration.age.version > *above)
                    && now.members.iter().map(|member| &member.host).collect::<BTreeSet<_>>()
                        == hosts.iter().collect()
            }
        }
    }

    /// What holds now, and did not before, cannot have come about without the command.
    pub(super) fn proves(&self, before: &ReplicaSnapshot, now: &ReplicaSnapshot) -> bool {
        match self {
            Self::AtOnce => false,
            // Where the old primary was lost, another one is elected as well: only who hands over asks its successor to stand.
            Self::NewPrimary { old, .. } => {
                let is_up = |member: &Member| member.host == *old && member.health == MemberHealth::Up;
                now.primary.as_ref().is_some_and(|primary| primary != old)
                    && now.election.as_ref().is_some_and(|election| election.reason.starts_with(HANDED_OVER))
                    && now.members.iter().any(is_up)
            }
            Self::State { .. } | Self::SyncSource { .. } | Self::Primary | Self::Installed { .. } => {
                !self.holds(before)
            }
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
            Self::State { state: MemberState::Secondary, .. } => {
                " Maintenance ends when it was switched off as often as it was switched on."
            }
            Self::State { .. } => " Health shows in which state it is.",
            Self::AtOnce | Self::NewPrimary { .. } | Self::Primary | Self::Installed { .. } => {
                " Health shows what stands against it."
            }
        }
    }

    /// The same in words; none where the answer is all there is.
    pub(super) fn words(&self) -> Option<String> {
        Some(match self {
            Self::AtOnce => return None,
            Self::NewPrimary { .. } => "a primary of a new term is there".to_owned(),
            Self::State { host, state } => format!("{host} says that it is {}", state.name()),
            Self::SyncSource { host, source } => format!("{host} says that it copies from {source}"),
            Self::Primary => "the set has a primary".to_owned(),
            Self::Installed { .. } => "the set has a primary with this configuration".to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replica::{
        Election,
        tests::world::{three, world},
    };

    fn elected(primary: &str, reason: &str) -> ReplicaSnapshot {
        let election =
            Election { reason: reason.to_owned(), term: 8, elected_at: None, majority_writes_at: None };
        ReplicaSnapshot { primary: Some(primary.to_owned()), election: Some(election), ..three().snapshot() }
    }

    #[test]
    fn another_primary_alone_does_not_tell_that_the_old_one_was_asked_to_go() {
        let (before, settles) =
            (three().snapshot(), Settles::NewPrimary { old: "a:1".to_owned(), term: None });
        assert!(settles.proves(&before, &elected("b:1", "stepUpRequestSkipDryRun")));
        assert!(!settles.proves(&before, &elected("b:1", "electionTimeout")), "it may have been lost");
        assert!(!settles.proves(&before, &elected("a:1", "electionTimeout")), "it is primary once more");
        let mut gone = three();
        gone.peer("a:1").dies();
        let gone = ReplicaSnapshot { members: gone.snapshot().members, ..elected("b:1", "stepUpRequest") };
        assert!(!settles.proves(&before, &gone));
    }

    #[test]
    fn what_was_so_before_tells_nothing() {
        let now = three().snapshot();
        let state = |state| Settles::State { host: "b:1".to_owned(), state };
        assert!(!state(MemberState::Secondary).proves(&now, &now));
        assert!(state(MemberState::Recovering).proves(&now, &now), "asked only where it holds");
        assert!(!Settles::AtOnce.proves(&now, &now));
    }

    #[test]
    fn a_configuration_by_force_is_there_when_a_primary_has_these_members_and_a_later_version() {
        let now = three().snapshot();
        let version = now.configuration.as_ref().expect("known").age.version;
        let installed = |above, hosts: &[&str]| Settles::Installed {
            above,
            hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
        };
        assert!(installed(version - 1, &["c:1", "a:1", "b:1"]).holds(&now));
        assert!(!installed(version, &["a:1", "b:1", "c:1"]).holds(&now));
        assert!(!installed(version - 1, &["a:1"]).holds(&now));
        let mut nobody = world(&["a:1", "b:1", "c:1"], &[]);
        nobody.peer("a:1").dies();
        assert!(!installed(version - 1, &["a:1", "b:1", "c:1"]).holds(&nobody.snapshot()));
    }
}
