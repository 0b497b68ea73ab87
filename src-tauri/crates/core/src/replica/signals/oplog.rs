//! How long the oplog reaches back, and how long a member has before it falls out of it.

use crate::replica::reply::{Figures, OplogEnds, OplogRoom};

/// Of its room, the share from which on the oplog counts as full: the server removes whole pieces, about a hundred of them.
const FULL: f64 = 0.9;

/// The time between both ends of the oplog, hours.
pub(crate) fn window_hours(ends: OplogEnds) -> f64 {
    f64::from(ends.last.saturating_sub(ends.first)) / 3_600.0
}

/// Whether it has been full once: it is nearly so now, or entries were removed since the process started. A window that
/// still grows says nothing about what the oplog can hold. None where neither is known.
pub(crate) fn is_full(figures: &Figures, room: Option<OplogRoom>) -> Option<bool> {
    let truncated = figures.truncations.map(|count| count > 0);
    let filled = room.filter(|room| room.limit > 0.0).map(|room| room.size / room.limit >= FULL);
    match (truncated, filled) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (None | Some(false), None) => None,
        (_, Some(false)) => Some(false),
    }
}

/// Hours that a member may still fall behind: its sync source's window minus its own lag; at most a minimum that the
/// source keeps (`oplogMinRetentionHours`) is added to what the window says.
pub(crate) fn headroom_hours(source_window: f64, retention: Option<f64>, lag_seconds: f64) -> f64 {
    source_window.max(retention.unwrap_or(0.0)) - lag_seconds / 3_600.0
}

/// Hours until the headroom is used up, at `growth` seconds of lag a second; none while the lag does not grow.
pub(crate) fn stale_in_hours(headroom_hours: f64, growth: f64) -> Option<f64> {
    (growth > 0.0).then(|| (headroom_hours / growth).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(left: f64, right: f64) -> bool {
        (left - right).abs() < 1e-9
    }

    #[test]
    fn the_window_is_the_time_between_both_ends() {
        assert!(near(window_hours(OplogEnds { first: 1_000, last: 1_000 + 2 * 3_600 }), 2.0));
        assert!(
            near(window_hours(OplogEnds { first: 9, last: 8 }), 0.0),
            "clocks that went back are no window"
        );
    }

    #[test]
    fn an_oplog_that_has_never_been_full_is_not_judged_by_its_window() {
        let room = |size| Some(OplogRoom { size, limit: 100.0 });
        let figures = |truncations| Figures { truncations, ..Figures::default() };
        assert_eq!(is_full(&figures(Some(0)), room(50.0)), Some(false));
        assert_eq!(is_full(&figures(Some(0)), room(95.0)), Some(true));
        assert_eq!(is_full(&figures(Some(3)), room(50.0)), Some(true), "it was, and grew since");
        assert_eq!(
            is_full(&figures(Some(0)), None),
            None,
            "a count since the start of the process is no proof"
        );
        assert_eq!(is_full(&figures(None), None), None);
    }

    #[test]
    fn headroom_is_the_sources_window_less_the_lag() {
        assert!(near(headroom_hours(10.0, None, 7_200.0), 8.0));
        assert!(near(headroom_hours(10.0, Some(24.0), 0.0), 24.0), "what the source must keep counts");
        assert!(headroom_hours(1.0, None, 7_200.0) < 0.0);
    }

    #[test]
    fn time_to_stale_is_there_only_while_the_lag_grows() {
        assert!(near(stale_in_hours(10.0, 0.5).expect("it grows"), 20.0));
        assert!(near(stale_in_hours(-1.0, 0.5).expect("it grows"), 0.0));
        assert_eq!(stale_in_hours(10.0, 0.0), None);
        assert_eq!(stale_in_hours(10.0, -0.1), None);
    }
}
