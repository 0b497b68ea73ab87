//! What is kept of a set's health: beyond the moment, and beyond the end of the program.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::sync::watch;

use super::{
    HealthSettings, Incident, IncidentLog, ReplicaHistory, ReplicaSnapshot, ReplicaTimeline,
    SeenConfiguration, TimelineKind,
    alerts::{Alerts, Turn},
    bundle,
    history::History,
    reply::LogLine,
    timeline::{News, Note, Timeline, observed},
};
use crate::{
    Error, ErrorCode, Result,
    storage::atomic,
    time::{iso_of_millis, millis_of_iso},
};

/// So many states, and so many configurations, are kept for an incident.
const MOST_STATES: usize = 50;
/// And so many lines of each member's log.
const MOST_LINES: usize = 500;
/// And so many entries of the timeline.
const MOST_ENTRIES: u32 = 1_000;

/// The records of all connections: one for each identity, however often it is connected to.
pub(crate) struct Records {
    folder: PathBuf,
    open: Mutex<HashMap<String, Weak<Record>>>,
}

impl Records {
    /// Keeps files in `folder`, which is made when something is first written.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, open: Mutex::default() }
    }

    /// The record of a connection's identity.
    pub(crate) fn of(&self, identity: &str) -> Arc<Record> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, record| record.strong_count() > 0);
        open.get(identity).and_then(Weak::upgrade).unwrap_or_else(|| {
            let record = Arc::new(Record::new(self.folder.join(identity)));
            open.insert(identity.to_owned(), Arc::downgrade(&record));
            record
        })
    }
}

/// What is kept of one connection's set.
pub(crate) struct Record {
    folder: PathBuf,
    settings: watch::Sender<HealthSettings>,
    /// How many connections watch the set at present.
    watching: AtomicUsize,
    /// Members that do not stand for election because they were frozen or stepped down with this program: no member tells.
    frozen: Mutex<BTreeMap<String, Frozen>>,
    /// The timeline is read when it is first needed.
    held: Mutex<Option<Held>>,
}

/// From when on and until when a member does not stand, milliseconds since 1970.
#[derive(Clone, Copy)]
struct Frozen {
    since_ms: i64,
    until_ms: i64,
}

/// A process's age is told in whole seconds, by an answer that is a moment old.
const AGE_OLD_MS: i64 = 3_000;

/// Somebody watches a connection's set.
pub(crate) struct Watched(Arc<Record>);

impl Drop for Watched {
    fn drop(&mut self) {
        self.0.watching.fetch_sub(1, Ordering::Relaxed);
    }
}

struct Held {
    timeline: Timeline,
    alerts: Alerts,
    history: History,
    /// The states at changes of the verdict or of the primary, the newest last.
    states: VecDeque<ReplicaSnapshot>,
    /// The configurations, the newest last.
    configurations: VecDeque<SeenConfiguration>,
    /// Of each member's log, the last lines.
    logs: BTreeMap<String, VecDeque<LogLine>>,
}

/// What has come of a snapshot.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// Something has happened of which the members' logs may know more.
    pub(crate) happened: bool,
    /// The alerts that were raised by it, or are over.
    pub(crate) turns: Vec<Turn>,
}

impl Record {
    fn new(folder: PathBuf) -> Self {
        let settings = watch::Sender::new(HealthSettings::default());
        let record = Self {
            folder,
            settings,
            watching: AtomicUsize::new(0),
            frozen: Mutex::default(),
            held: Mutex::default(),
        };
        // Settings that cannot be read are told where they are asked for.
        if let Ok(settings) = record.settings() {
            record.settings.send_replace(settings);
        }
        record
    }

    /// Takes a snapshot that is about to be published, after the one before it, and puts the alerts into it.
    pub(crate) fn take(&self, before: Option<&ReplicaSnapshot>, now: &mut ReplicaSnapshot) -> Taken {
        let thresholds = self.settings.borrow().thresholds;
        self.forget_restarted(now);
        self.with(|held| {
            let (alerts, turns) = held.alerts.judge(now, &thresholds);
            now.alerts = alerts;
            held.history.take(now);
            held.keep_state(now);
            let news = observed(before, now);
            let happened = !news.is_empty();
            held.timeline.take(news);
            let at_ms = millis_of_iso(&now.taken_at).unwrap_or_default();
            held.timeline.take(turns.iter().map(|turn| told(turn, at_ms)).collect());
            Taken { happened, turns }
        })
    }

    /// Begins to watch, until what is returned is dropped. Where nobody has watched until now, no alert of before goes on. The
    /// first time, the timeline is read from the disk.
    pub(crate) fn watch(self: Arc<Self>) -> Watched {
        if self.watching.fetch_add(1, Ordering::Relaxed) == 0 {
            self.with(|held| held.alerts.interrupt());
        }
        Watched(self)
    }

    /// Takes the lines of a member's log.
    pub(crate) fn read_log(&self, host: &str, lines: &[LogLine]) {
        self.with(|held| {
            held.timeline.read_log(host, lines);
            let kept = held.logs.entry(host.to_owned()).or_default();
            let until = kept.back().map_or(i64::MIN, |line| line.at_ms);
            kept.extend(lines.iter().filter(|line| line.at_ms > until).cloned());
            shorten(kept, MOST_LINES);
        });
    }

    /// Notes something that was done with this program.
    pub(crate) fn done(&self, at_ms: i64, message: String) {
        self.with(|held| held.timeline.take(vec![News::Note(Note::done(at_ms, message))]));
    }

    /// Remembers that a member does not stand for election for so many seconds; 0 for one that may stand again.
    pub(crate) fn froze(&self, host: &str, seconds: u32, now_ms: i64) {
        let until_ms = now_ms.saturating_add(i64::from(seconds) * 1_000);
        self.all_frozen().insert(host.to_owned(), Frozen { since_ms: now_ms, until_ms });
    }

    /// A member that has been started since then stands again: it does not remember.
    fn forget_restarted(&self, now: &ReplicaSnapshot) {
        let Some(taken_ms) = millis_of_iso(&now.taken_at) else { return };
        self.all_frozen().retain(|host, frozen| {
            let member = now.members.iter().find(|member| member.host == *host);
            let Some(age) = member.and_then(|member| member.uptime_seconds) else { return true };
            #[expect(clippy::cast_possible_truncation, reason = "an age in milliseconds, to be compared")]
            let started_ms = taken_ms - (age * 1_000.0) as i64;
            started_ms <= frozen.since_ms + AGE_OLD_MS
        });
    }

    fn all_frozen(&self) -> MutexGuard<'_, BTreeMap<String, Frozen>> {
        self.frozen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The members that still do not stand, and for how many more seconds.
    pub(crate) fn frozen(&self, now_ms: i64) -> BTreeMap<String, u32> {
        let mut frozen = self.all_frozen();
        frozen.retain(|_, frozen| frozen.until_ms > now_ms);
        let left =
            |frozen: &Frozen| u32::try_from((frozen.until_ms - now_ms + 999) / 1_000).unwrap_or(u32::MAX);
        frozen.iter().map(|(host, frozen)| (host.clone(), left(frozen))).collect()
    }

    pub(crate) fn timeline(&self, limit: Option<u32>, before: Option<&str>) -> Result<ReplicaTimeline> {
        self.with(|held| held.timeline.list(limit, before))
    }

    pub(crate) fn history(&self, seconds: u32, now_ms: i64) -> Result<ReplicaHistory> {
        self.with(|held| held.history.columns(seconds, now_ms))
    }

    /// What happened in the last `seconds`, not yet redacted; `present` is the state now.
    pub(crate) fn incident(
        &self,
        seconds: u32,
        present: Option<ReplicaSnapshot>,
        now_ms: i64,
    ) -> Result<Incident> {
        self.with(|held| {
            let history = held.history.columns(seconds, now_ms)?;
            let since = iso_of_millis(now_ms - i64::from(seconds) * 1_000);
            let states = held.states.iter().filter(|state| state.taken_at >= since).cloned();
            let entries = held.timeline.list(Some(MOST_ENTRIES), None)?.entries.into_iter();
            let lines = held
                .logs
                .iter()
                .flat_map(|(host, lines)| lines.iter().map(|line| IncidentLog::of(host, line)));
            let mut logs: Vec<_> = lines.filter(|line| line.at >= since).collect();
            logs.sort_by(|one, other| one.at.cmp(&other.at));
            let snapshots: Vec<_> = states.chain(present).collect();
            let made_at = iso_of_millis(now_ms);
            let set = snapshots.iter().rev().find_map(|snapshot| snapshot.set_name.as_deref());
            Ok(Incident {
                name: bundle::name_of(set, &made_at),
                history,
                snapshots,
                timeline: entries.take_while(|entry| entry.at >= since).collect(),
                configurations: held.configurations.iter().cloned().collect(),
                logs,
                ..Incident::empty(made_at)
            })
        })
    }

    /// The settings as they are kept.
    pub(crate) fn settings(&self) -> Result<HealthSettings> {
        let file = self.settings_file();
        let Some(kept) = atomic::read_json(&file)? else { return Ok(HealthSettings::default()) };
        HealthSettings::over_the_usual(kept).map_err(|error| {
            Error::new(ErrorCode::Storage, format!("{} cannot be understood: {error}.", file.display()))
                .with_hint("Mend the file or move it away; it is not overwritten.")
        })
    }

    /// Keeps settings; who watches follows them from now on.
    pub(crate) fn set_settings(&self, settings: HealthSettings, at_ms: i64) -> Result<HealthSettings> {
        settings.check()?;
        let before = self.settings()?;
        if before != settings {
            atomic::write_json(&self.settings_file(), &settings)?;
            self.settings.send_replace(settings.clone());
            self.done(at_ms, changed(&before, &settings));
        }
        Ok(settings)
    }

    /// The settings as they change.
    pub(crate) fn follow_settings(&self) -> watch::Receiver<HealthSettings> {
        self.settings.subscribe()
    }

    fn settings_file(&self) -> PathBuf {
        self.folder.join("settings.json")
    }

    fn with<T>(&self, work: impl FnOnce(&mut Held) -> T) -> T {
        let mut held: MutexGuard<'_, _> = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        work(held.get_or_insert_with(|| Held {
            timeline: Timeline::open(self.folder.join("timeline.jsonl")),
            alerts: Alerts::default(),
            history: History::default(),
            states: VecDeque::new(),
            configurations: VecDeque::new(),
            logs: BTreeMap::new(),
        }))
    }
}

impl Held {
    fn keep_state(&mut self, now: &ReplicaSnapshot) {
        let kept = self.states.back();
        let same =
            kept.is_some_and(|kept| kept.verdict.level == now.verdict.level && kept.primary == now.primary);
        if !same {
            self.states.push_back(now.clone());
            shorten(&mut self.states, MOST_STATES);
        }
        if let Some(seen) = SeenConfiguration::of(now) {
            let same = |known: &SeenConfiguration| {
                // An election alone raises the term.
                let (seen_at, age) = (known.seen_at.clone(), known.age);
                *known == SeenConfiguration { seen_at, age, ..seen.clone() }
                    && age.version == seen.age.version
            };
            if !self.configurations.back().is_some_and(same) {
                self.configurations.push_back(seen);
                shorten(&mut self.configurations, MOST_STATES);
            }
        }
    }
}

fn shorten<T>(kept: &mut VecDeque<T>, most: usize) {
    let surplus = kept.len().saturating_sub(most);
    kept.drain(..surplus);
}

fn told(turn: &Turn, at_ms: i64) -> News {
    let (kind, alert, level) = match turn {
        Turn::Raised(alert) => (TimelineKind::AlertRaised, alert, Some(alert.level)),
        Turn::Over(alert) => (TimelineKind::AlertOver, alert, None),
    };
    let message = match kind {
        TimelineKind::AlertOver => format!("Over: {}", alert.message),
        _ => alert.message.clone(),
    };
    let note = Note::observed(kind, alert.host.as_deref(), at_ms, message);
    News::Note(Note { level, signal: Some(alert.signal), ..note })
}

fn changed(before: &HealthSettings, now: &HealthSettings) -> String {
    let switched = |name: &str, was: bool, is: bool| {
        (was != is)
            .then(|| format!("{name} {} switched {}.", if name == "Alerts" { "were" } else { "was" }, on(is)))
    };
    let all: Vec<_> = switched("Alerts", before.alerts, now.alerts)
        .into_iter()
        .chain(switched("Recording", before.record, now.record))
        .chain((before.thresholds != now.thresholds).then(|| "Thresholds of alerts were changed.".to_owned()))
        .chain((before.addresses != now.addresses).then(|| "Addresses of members were changed.".to_owned()))
        .collect();
    all.join(" ")
}

fn on(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        replica::tests::world::{moment, three},
        time::iso,
    };

    #[test]
    fn who_was_frozen_stands_again_after_its_time_or_a_restart() {
        let folder = tempfile::tempdir().expect("a folder");
        let record = Records::new(folder.path().to_owned()).of("one");
        let at_ms = |second| crate::time::millis(moment(second));
        record.froze("b:1", 600, at_ms(100));
        let seen = |second, age: f64| {
            let mut now = ReplicaSnapshot { taken_at: iso(moment(second)), ..three().snapshot() };
            let member = now.members.iter_mut().find(|member| member.host == "b:1").expect("it");
            member.uptime_seconds = Some(age);
            record.take(None, &mut now);
            record.frozen(at_ms(second)).get("b:1").copied()
        };
        assert_eq!(seen(101, 50.0), Some(599), "it has been up all the time");
        assert_eq!(seen(104, 50.0), Some(596), "an age that was read some seconds ago");
        assert_eq!(seen(200, 60.0), None, "it was started 40 s after");
        record.froze("b:1", 600, at_ms(300));
        assert_eq!(record.frozen(at_ms(900)).len(), 0, "the time is over");
    }

    #[test]
    fn a_second_connection_to_a_set_that_is_watched_forgets_none_of_its_alerts() {
        let folder = tempfile::tempdir().expect("a folder");
        let records = Records::new(folder.path().to_owned());
        let record = records.of("one");
        let watched = Arc::clone(&record).watch();
        let turns = |second| {
            let mut now = ReplicaSnapshot { taken_at: iso(moment(second)), ..three().snapshot() };
            now.members[1].too_stale = true;
            record.take(None, &mut now).turns.len()
        };
        assert_eq!(turns(1), 1, "one is too stale");
        let other = records.of("one").watch();
        assert_eq!(turns(2), 0, "it is raised already");
        drop(other);
        assert_eq!(turns(3), 0);
        drop(watched);
        let _again = records.of("one").watch();
        assert_eq!(turns(4), 1, "nobody has watched meanwhile");
    }
}
