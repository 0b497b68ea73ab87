//! How far a majority is behind the primary.

use crate::replica::reply::Status;

/// Seconds between the primary's last operation and the last that a majority has: `optimes.lastAppliedWallTime` -
/// `optimes.lastCommittedWallTime`, both of the primary; 0 where the optimes are equal.
pub(crate) fn lag_seconds(primary: &Status) -> Option<f64> {
    if primary.applied.is_some() && primary.applied == primary.committed {
        return Some(0.0);
    }
    #[expect(clippy::cast_precision_loss, reason = "a difference of milliseconds, far below 2^53")]
    let behind = (primary.applied_wall_ms? - primary.committed_wall_ms?) as f64 / 1_000.0;
    Some(behind.max(0.0))
}

/// The commit point as `seconds:counter:term`.
pub(crate) fn point(primary: &Status) -> Option<String> {
    let point = primary.committed?;
    Some(format!("{}:{}:{}", point.seconds, point.counter, point.term))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replica::reply::Optime;

    #[test]
    fn it_is_the_difference_of_the_primarys_own_times() {
        let optime = |seconds| Some(Optime { seconds, counter: 1, term: 1 });
        let status = |applied: i64, committed: i64| Status {
            applied_wall_ms: Some(applied * 1_000),
            committed_wall_ms: Some(committed * 1_000),
            applied: optime(20),
            committed: optime(19),
            ..Status::default()
        };
        assert_eq!(lag_seconds(&status(20, 17)), Some(3.0));
        assert_eq!(lag_seconds(&status(17, 20)), Some(0.0), "never below 0");
        assert_eq!(
            lag_seconds(&Status { committed: optime(20), ..status(20, 10) }),
            Some(0.0),
            "nothing waits"
        );
        assert_eq!(lag_seconds(&Status::default()), None);
        assert_eq!(point(&status(20, 17)).as_deref(), Some("19:1:1"));
    }
}
