//! The server's numbers for member states.

use super::MemberState;

impl MemberState {
    /// From the server's number (`replSetGetStatus.members[].state`); a number that is not known is UNKNOWN.
    #[must_use]
    pub fn from_code(code: u32) -> Self {
        match code {
            0 => Self::Startup,
            1 => Self::Primary,
            2 => Self::Secondary,
            3 => Self::Recovering,
            5 => Self::Startup2,
            7 => Self::Arbiter,
            8 => Self::Down,
            9 => Self::Rollback,
            10 => Self::Removed,
            _ => Self::Unknown,
        }
    }

    /// The server's number for it.
    #[must_use]
    pub fn code(self) -> u32 {
        match self {
            Self::Startup => 0,
            Self::Primary => 1,
            Self::Secondary => 2,
            Self::Recovering => 3,
            Self::Startup2 => 5,
            Self::Unknown => 6,
            Self::Arbiter => 7,
            Self::Down => 8,
            Self::Rollback => 9,
            Self::Removed => 10,
        }
    }

    /// The server's name for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Startup => "STARTUP",
            Self::Primary => "PRIMARY",
            Self::Secondary => "SECONDARY",
            Self::Recovering => "RECOVERING",
            Self::Startup2 => "STARTUP2",
            Self::Unknown => "UNKNOWN",
            Self::Arbiter => "ARBITER",
            Self::Down => "DOWN",
            Self::Rollback => "ROLLBACK",
            Self::Removed => "REMOVED",
        }
    }

    /// From the server's name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        (0..=10).map(Self::from_code).find(|state| state.name() == name)
    }

    /// Takes part in acknowledging writes: data-bearing and following. Who is RECOVERING may too: `Member::copies_on`.
    pub(crate) fn advances(self) -> bool {
        matches!(self, Self::Primary | Self::Secondary)
    }

    /// The word for it in a sentence, where it is not as it should be.
    pub(crate) fn trouble(self) -> Option<&'static str> {
        match self {
            Self::Startup => Some("is starting"),
            Self::Recovering => Some("is recovering: it serves no reads"),
            Self::Startup2 => Some("copies all data (initial sync)"),
            Self::Rollback => Some("undoes writes that the majority never had (rollback)"),
            Self::Removed => Some("says that it was removed from the set"),
            _ => None,
        }
    }
}
