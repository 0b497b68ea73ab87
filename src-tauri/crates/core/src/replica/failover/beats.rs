//! The task that writes, beat after beat.

use std::{
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::{Duration, Instant},
};

use tokio::{
    sync::oneshot,
    task::JoinSet,
    time::{MissedTickBehavior, interval, timeout},
};

use super::{
    failure::Failure,
    place::Place,
    reckon::{BEAT, SILENT},
    samples::Samples,
};
use crate::connection::Beside;

/// A write is given up after so long, whatever it waits for: the driver has no time limit for its socket, and a server that is
/// frozen keeps none of its own. Longer than finding a primary and the server's own limits take together.
const GIVE_UP: Duration = Duration::from_millis(6_500);
/// So many writes may be under way: more than the beats in which one is given up.
pub(super) const MOST_UNDER_WAY: u32 = 150;
/// Longer than this nobody measures.
pub(super) const LONGEST: Duration = Duration::from_hours(1);
/// At the end, writes that are under way are waited for so long: as long as finding a primary takes.
const LAST_ANSWERS: Duration = Duration::from_millis(2_200);

/// The writes of a measuring, for who writes and for who looks on.
#[derive(Default)]
pub(super) struct Beats {
    /// When it began, and the time of day then, milliseconds since 1970; nothing while all is made ready.
    began: OnceLock<(Instant, i64)>,
    samples: Mutex<Samples>,
}

/// How it ended.
#[derive(Debug, Default)]
pub(super) struct Ended {
    /// When the last write was due, microseconds since the beginning.
    pub(super) at: u32,
    /// What could not be measured or cleaned up, in sentences.
    pub(super) remarks: Vec<String>,
}

impl Beats {
    /// From now on time counts.
    pub(super) fn begin(&self, now_ms: i64) {
        self.began.get_or_init(|| (Instant::now(), now_ms));
    }

    /// Microseconds since the beginning.
    pub(super) fn now(&self) -> u32 {
        let elapsed = self.began.get().map(|(began, _)| began.elapsed()).unwrap_or_default();
        u32::try_from(elapsed.as_micros()).unwrap_or(u32::MAX)
    }

    /// The time of day at the beginning, milliseconds since 1970.
    pub(super) fn began_ms(&self) -> i64 {
        self.began.get().map_or(0, |(_, began_ms)| *began_ms)
    }

    /// The client that writes found, lost or changed its primary.
    pub(super) fn primary_changed(&self) {
        if self.began.get().is_some() {
            self.look(|samples| samples.change(self.now()));
        }
    }

    /// The time of day, by the clock of the beginning: one that is set meanwhile moves nothing.
    fn now_ms(&self) -> i64 {
        self.began_ms() + i64::from(self.now() / 1_000)
    }

    pub(super) fn look<T>(&self, look: impl FnOnce(&mut Samples) -> T) -> T {
        look(&mut self.samples.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn write(self: Arc<Self>, place: Arc<Place>, number: usize) {
        let at_ms = self.now_ms();
        let written = timeout(GIVE_UP, place.write(number, at_ms)).await;
        let outcome = written.unwrap_or_else(|_| Err(Failure::no_answer()));
        self.look(|samples| samples.end(number, self.now(), outcome, SILENT));
    }
}

/// Writes each beat until it is told to stop or nobody can tell it any more; then removes the collection. No write waits for
/// another one.
pub(super) async fn beat(
    beats: Arc<Beats>,
    place: Arc<Place>,
    beside: Arc<Beside>,
    mut stop: oneshot::Receiver<()>,
) -> Ended {
    let mut ended = Ended::default();
    let mut tick = interval(Duration::from_micros(BEAT.into()));
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut under_way = JoinSet::new();
    let mut held_back = 0_u32;
    loop {
        tokio::select! {
            biased;
            _ = &mut stop => break,
            _ = tick.tick() => {}
            Some(_) = under_way.join_next() => continue,
        }
        if Duration::from_micros(beats.now().into()) >= LONGEST {
            ended.remarks.push("It was ended after an hour.".to_owned());
            break;
        }
        if under_way.len() >= MOST_UNDER_WAY as usize {
            held_back += 1;
            continue;
        }
        let number = beats.look(|samples| samples.begin(beats.now()));
        under_way.spawn(Arc::clone(&beats).write(Arc::clone(&place), number));
    }
    ended.at = beats.now();
    // What has no answer then is no longer waited for; its command ends with its connection.
    let _ = timeout(LAST_ANSWERS, async { while under_way.join_next().await.is_some() {} }).await;
    under_way.shutdown().await;
    ended.remarks.extend(not_written(&beats, ended.at, held_back));
    if let Err(error) = place.remove().await {
        let name = place.full_name();
        ended.remarks.push(format!(
            "The collection {name} could not be removed: {error} The next measuring removes it when it is more than an hour old."
        ));
    }
    beside.close().await;
    ended
}

/// What is missing, in sentences.
fn not_written(beats: &Beats, end: u32, held_back: u32) -> Vec<String> {
    let (sent, waiting) = beats.look(|samples| (samples.sent(), samples.waiting()));
    let due = (end / BEAT) as usize + 1;
    let late = due.saturating_sub(sent + held_back as usize);
    [
        (held_back > 0).then(|| {
            format!("{held_back} writes were not sent: {MOST_UNDER_WAY} others were still waiting for their answer.")
        }),
        // A beat or two are lost on any machine.
        (late > due / 50 + 2)
            .then(|| format!("{late} writes were not sent when they were due: this program was held up.")),
        (waiting > 0)
            .then(|| format!("{waiting} writes were still waiting at the end. They are not counted.")),
    ]
    .into_iter()
    .flatten()
    .collect()
}
