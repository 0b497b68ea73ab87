//! The time since watching began, and the time of day.

use std::time::{Duration, Instant, SystemTime};

use crate::Clock;

/// Started when watching begins: orders what is heard, whatever the clocks do.
#[derive(Clone)]
pub(crate) struct WatchClock {
    began: Instant,
    pub(crate) clock: Clock,
}

impl WatchClock {
    pub(crate) fn start(clock: Clock) -> Self {
        Self { began: Instant::now(), clock }
    }

    /// Since the start.
    pub(crate) fn now(&self) -> Duration {
        self.began.elapsed()
    }

    pub(crate) fn time_of_day(&self) -> SystemTime {
        (self.clock)()
    }
}
