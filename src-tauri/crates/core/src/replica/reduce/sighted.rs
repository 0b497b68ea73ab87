//! For how long the members' views have said the same.

use std::time::SystemTime;

use super::seconds_between;
use crate::replica::{
    Member, Sight, SightKind, Viewpoint,
    reply::Timing,
    signals::sight::{self, Reading},
};

/// What the views said last, and since when.
#[derive(Debug, Default)]
pub(crate) struct Sighted(Option<(Reading, SystemTime)>);

impl Sighted {
    /// Where members are cut off from each other, now and for however long: the side with the most votes.
    pub(crate) fn largest_side(&self) -> Option<&[String]> {
        let (reading, _) = self.0.as_ref()?;
        let apart = matches!(reading.kind, SightKind::CutOff | SightKind::Partition);
        reading.sides.first().filter(|_| apart).map(|side| side.hosts.as_slice())
    }

    /// What the views say now. What they say for a moment after a change only is not taken at its word.
    pub(crate) fn see(
        &mut self,
        members: &[Member],
        views: &[Viewpoint],
        needed: u32,
        timing: Timing,
        now: SystemTime,
    ) -> Sight {
        let read = sight::read(members, views, needed);
        let since = match &self.0 {
            Some((known, since)) if known.kind == read.kind && known.sides == read.sides => *since,
            _ => now,
        };
        self.0 = Some((read.clone(), since));
        let seconds = seconds_between(since, now);
        let lasts = match read.kind {
            SightKind::HiddenFromHere => timing.noticed_after().as_secs_f64(),
            SightKind::CutOff | SightKind::LinkDown | SightKind::OneWayLink | SightKind::Partition => {
                timing.two_heartbeats().as_secs_f64()
            }
            _ => 0.0,
        };
        if seconds < lasts {
            let summary = "The members' views differ, as they do for a moment after every change.".to_owned();
            return Sight { kind: SightKind::Settling, summary, seconds: whole(seconds), sides: Vec::new() };
        }
        Sight { kind: read.kind, summary: read.summary, seconds: whole(seconds), sides: read.sides }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds since watching began")]
fn whole(seconds: f64) -> u32 {
    seconds as u32
}
