//! How far a member is behind.

use crate::replica::{
    MemberState,
    reply::{Hello, Optime, Status},
};

/// Where a member stands in the oplog, from its own answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Progress {
    pub(crate) wall_ms: i64,
    optime: Option<Optime>,
}

/// A member's own progress; none for an arbiter, whose figures follow the set, and for one without data.
pub(crate) fn progress(
    status: Option<&Status>,
    hello: Option<&Hello>,
    state: MemberState,
) -> Option<Progress> {
    if matches!(state, MemberState::Arbiter | MemberState::Removed | MemberState::Startup) {
        return None;
    }
    match status {
        Some(Status { applied_wall_ms: Some(wall_ms), applied, .. }) => {
            Some(Progress { wall_ms: *wall_ms, optime: *applied })
        }
        _ => hello?.last_write_ms.map(|wall_ms| Progress { wall_ms, optime: None }),
    }
}

/// Seconds that `member` is behind `reference`: the reference's `optimes.lastAppliedWallTime` minus the
/// member's own, each asked directly; never below 0; 0 where the optimes are equal; less the delay that
/// the configuration asks for.
pub(crate) fn lag_seconds(reference: Progress, member: Progress, delay_seconds: f64) -> f64 {
    if reference.optime.is_some() && reference.optime == member.optime {
        return 0.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "a difference of milliseconds, far below 2^53")]
    let behind = (reference.wall_ms - member.wall_ms) as f64 / 1000.0;
    (behind - delay_seconds).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn optime(seconds: u32, counter: u32, term: i64) -> Optime {
        Optime { seconds, counter, term }
    }

    fn at(wall_ms: i64, optime: Option<Optime>) -> Progress {
        Progress { wall_ms, optime }
    }

    #[test]
    fn a_member_with_the_same_optime_is_not_behind_whatever_the_clocks_say() {
        let optime = Some(optime(7, 1, 3));
        assert!(lag_seconds(at(20_000, optime), at(10_000, optime), 0.0).abs() < f64::EPSILON);
    }

    #[test]
    fn lag_is_the_difference_of_wall_times_and_never_negative() {
        assert!(
            (lag_seconds(at(20_000, Some(optime(2, 1, 1))), at(12_500, Some(optime(1, 1, 1))), 0.0) - 7.5)
                .abs()
                < 1e-9
        );
        assert!(lag_seconds(at(10_000, None), at(12_000, None), 0.0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_delay_that_was_asked_for_is_no_lag() {
        assert!((lag_seconds(at(70_000, None), at(0, None), 60.0) - 10.0).abs() < 1e-9);
    }
}
