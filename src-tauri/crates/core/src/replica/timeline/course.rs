//! From a member's log lines to what happened: a candidacy and a step-down take several lines.

use super::{
    ElectionVote, TimelineKind, TimelineSource,
    news::{ElectionPart, Loss, News, Note, Told},
};
use crate::{
    replica::{AlertLevel, MemberState, reply::LogLine},
    time::iso_of_millis,
};

/// A step-down that has not happened after this time has failed: it waits at most for `secondaryCatchUpPeriodSecs`, which is 10
/// by itself, and the log does not tell it.
const LEAVES_WITHIN_MS: i64 = 60_000;
/// Catching up that took no longer is not worth a word, seconds.
const CATCH_UP_SAID: f64 = 0.1;
/// The words of a step-down that somebody asked for.
const ASKED: &str = "replSetStepDown was run";

/// Reads the log of one member, line by line.
#[derive(Debug, Default)]
pub(super) struct Course {
    /// It stands for election.
    candidacy: Option<Candidacy>,
    /// The election that it has won last, until it takes writes.
    won: Option<ElectionPart>,
    /// Since when it catches up with the others before it takes writes, and whether it has given up.
    catching: Option<(i64, bool)>,
    /// Why it is about to leave office, and since when.
    leaving: Option<(i64, &'static str)>,
    /// How many operations it has ended in order to leave, and when.
    killed: Option<(i64, f64)>,
}

#[derive(Debug, Clone)]
struct Candidacy {
    started_ms: i64,
    reason: String,
    votes: Vec<ElectionVote>,
}

impl Course {
    /// What the next line of `host` tells.
    pub(super) fn read(&mut self, host: &str, line: &LogLine) -> Vec<News> {
        let at_ms = line.at_ms;
        let note = |kind, message: String| Note::logged(kind, host, at_ms, message);
        match line.id {
            4_615_652 | 4_615_660..=4_615_663 => {
                let votes = Vec::new();
                self.candidacy = Some(Candidacy { started_ms: at_ms, reason: reason(line), votes });
            }
            51_799 if line.get("dryRun") == Some("false") => return self.vote(host, line),
            21_450 => return self.wins(host, line).into_iter().collect(),
            21_359 => self.catching = Some((at_ms, false)),
            // It gave up.
            21_361 => self.catching = self.catching.map(|(since, _)| (since, true)),
            // Nobody had anything newer.
            21_364 => self.catching = None,
            21_363 => return self.caught_up(at_ms).into_iter().collect(),
            21_331 => {
                if let Some(won) = self.won.take() {
                    return vec![News::Election(ElectionPart { writable_ms: Some(at_ms), ..won })];
                }
            }
            21_579 => self.leaving = Some((at_ms, ASKED)),
            // It may have heard of a newer term first, and of no majority for that reason.
            21_809 | 21_475 if self.leaving(at_ms).is_none_or(|why| why == ASKED) => {
                self.leaving = Some((at_ms, "it saw no majority of the set any more"));
            }
            21_402 => self.leaving = Some((at_ms, "it heard of a newer term")),
            21_340 if line.get("lastStateTransition") == Some("stepDown") => {
                self.killed = line.number("userOpsKilled").map(|killed| (at_ms, killed));
            }
            21_347 => {
                if let Some(target) = line.get("target") {
                    let left = note(TimelineKind::SteppedDown, left_office(host, None));
                    return vec![News::Note(left.with(format!("It handed over to {target}.")))];
                }
            }
            21_358 => return self.state(host, line),
            4_615_655 | 4_615_656 => {
                let why = line.get("reason").map_or_else(|| "it is not electable".to_owned(), not_standing);
                let message = format!("{host} did not call the election that was due: {why}.");
                return vec![News::Note(note(TimelineKind::NotStanding, message))];
            }
            4_615_601 => {
                // The killOperations of older servers has the same number, and no time.
                let Some(when) = line.get("when") else { return Vec::new() };
                let message =
                    format!("{host} has a higher priority than the primary and means to take over.");
                let when =
                    bson::DateTime::parse_rfc3339_str(when).map(|at| iso_of_millis(at.timestamp_millis()));
                let takeover = note(TimelineKind::Takeover, message);
                return vec![News::Note(match when {
                    Ok(when) => takeover.with(format!("It means to stand at {when}.")),
                    Err(_) => takeover,
                })];
            }
            21_216 => return heard_down(host, line),
            21_126 => {
                let message =
                    format!("{host} is too stale: no member has the entries any more that it needs.");
                return vec![News::Note(
                    note(TimelineKind::TooStale, message).at_level(AlertLevel::Critical),
                )];
            }
            21_612 => return vec![News::Note(rolled_back(host, line))],
            _ => {}
        }
        Vec::new()
    }

    /// Why it leaves office now, if it has said so a moment ago.
    fn leaving(&self, now_ms: i64) -> Option<&'static str> {
        self.leaving.filter(|(at_ms, _)| now_ms - at_ms <= LEAVES_WITHIN_MS).map(|(_, why)| why)
    }

    fn vote(&mut self, host: &str, line: &LogLine) -> Vec<News> {
        let Some(from) = line.get("from") else { return Vec::new() };
        let yes = line.get("vote").map(|vote| vote == "yes");
        let reason = line.get("failReason").or(line.get("reason")).map(str::to_owned);
        let vote = ElectionVote { host: from.to_owned(), yes, reason };
        if let Some(candidacy) = &mut self.candidacy {
            candidacy.votes.push(vote);
            return Vec::new();
        }
        // It had enough before all had answered.
        let Some(won) = self.won.as_mut().filter(|won| line.number("term") == Some(f64::from(won.term)))
        else {
            return Vec::new();
        };
        if won.votes.iter().all(|known| known.host != vote.host) {
            won.votes.push(vote);
        }
        vec![News::Election(ElectionPart { winner: host.to_owned(), ..won.clone() })]
    }

    fn wins(&mut self, host: &str, line: &LogLine) -> Option<News> {
        let term = line.get("term")?.parse().ok()?;
        let mut part = ElectionPart {
            elected_ms: Some(line.at_ms),
            source: TimelineSource::Log,
            ..ElectionPart::of(term, host, line.at_ms)
        };
        if let Some(candidacy) = self.candidacy.take() {
            part.reason = Some(candidacy.reason);
            part.started_ms = Some(candidacy.started_ms);
            part.votes = vec![ElectionVote { host: host.to_owned(), yes: Some(true), reason: None }];
            part.votes.extend(candidacy.votes);
        }
        self.won = Some(part.clone());
        Some(News::Election(part))
    }

    /// It has left catch-up mode; `won` is the election that it caught up for.
    fn caught_up(&mut self, at_ms: i64) -> Option<News> {
        let (since, gave_up) = self.catching.take()?;
        let won = self.won.clone()?;
        #[expect(clippy::cast_precision_loss, reason = "a difference of milliseconds, far below 2^53")]
        let seconds = (at_ms - since) as f64 / 1_000.0;
        let detail = if gave_up {
            format!("It gave up catching up with what others had after {seconds} s: they have to undo that.")
        } else if seconds >= CATCH_UP_SAID {
            format!("It took {seconds} s to catch up with what others had.")
        } else {
            return None;
        };
        Some(News::Election(ElectionPart { detail: Some(detail), ..won }))
    }

    fn state(&mut self, host: &str, line: &LogLine) -> Vec<News> {
        let state = |key| line.get(key).and_then(MemberState::from_name);
        match (state("oldState"), state("newState")) {
            (_, Some(MemberState::Primary)) => Vec::new(),
            (Some(MemberState::Primary), Some(_)) => {
                let why = self.leaving(line.at_ms);
                let killed = self.killed.filter(|(at_ms, _)| line.at_ms - at_ms <= LEAVES_WITHIN_MS);
                (self.leaving, self.killed) = (None, None);
                let left = Note::logged(TimelineKind::SteppedDown, host, line.at_ms, left_office(host, why));
                let left = match killed.filter(|(_, killed)| *killed > 0.0) {
                    Some((_, killed)) => {
                        left.with(format!("{killed} operations of clients were ended by it."))
                    }
                    None => left,
                };
                let loss = Loss { host: host.to_owned(), at_ms: line.at_ms, told: Told::Itself };
                vec![News::Note(left), News::Loss(loss)]
            }
            (_, Some(new)) => vec![News::Note(Note {
                state: Some(new),
                ..Note::logged(TimelineKind::StateChanged, host, line.at_ms, state_changed(host, new))
            })],
            _ => Vec::new(),
        }
    }
}

/// The sentence of a step-down.
fn left_office(host: &str, why: Option<&str>) -> String {
    match why {
        Some(why) => format!("{host} stepped down: {why}."),
        None => format!("{host} stepped down."),
    }
}

/// The sentence of a change of state.
pub(super) fn state_changed(host: &str, state: MemberState) -> String {
    match state.trouble() {
        Some(trouble) => format!("{host} {trouble}."),
        None => format!("{host} is {} now.", state.name()),
    }
}

/// Why an election is held.
fn reason(line: &LogLine) -> String {
    match line.id {
        4_615_652 => match line.number("electionTimeoutPeriodMillis") {
            Some(millis) => format!("no primary was heard of for {} s", millis / 1_000.0),
            None => "no primary was heard of".to_owned(),
        },
        4_615_660 => "the winner has a higher priority than the primary had".to_owned(),
        4_615_661 => {
            "the winner was asked to stand: the old primary handed over, or replSetStepUp was run".to_owned()
        }
        4_615_662 => "the winner had newer entries than the primary".to_owned(),
        _ => "it is the only electable member".to_owned(),
    }
}

/// Without what differs each time: "I am still waiting for stepdown period to end at 2026-...", "(mask 0x10)".
fn not_standing(reason: &str) -> String {
    let reason = reason.strip_prefix("Not standing for election because ").unwrap_or(reason);
    let reason = reason.split(" (mask").next().unwrap_or(reason);
    let reason = reason.split(" at 20").next().unwrap_or(reason);
    reason.replace("I am ", "it is ").replace("I cannot ", "it cannot ").replace("I have ", "it has ")
}

/// What a rollback has undone, and where it is kept.
fn rolled_back(host: &str, line: &LogLine) -> Note {
    let counted = |name: &str, word: &str| match line.number(name).filter(|count| *count > 0.0)? {
        1.0 => Some(format!("1 {word}")),
        count => Some(format!("{count} {word}s")),
    };
    let undone = [("insert", "insert"), ("update", "update"), ("delete", "delete")];
    let undone: Vec<_> = undone.iter().filter_map(|(name, word)| counted(name, word)).collect();
    let what = match (undone.is_empty(), line.number("totalEntriesRolledBackIncludingNoops")) {
        (false, _) => undone.join(", "),
        (true, Some(entries)) => format!("{entries} entries of its oplog"),
        (true, None) => "writes".to_owned(),
    };
    let place = line.get("affectedNamespaces").filter(|names| !names.is_empty());
    let place = place.map(|names| format!(" in {names}")).unwrap_or_default();
    let message = format!("{host} rolled back {what}{place} that the majority never had.");
    let note =
        Note::logged(TimelineKind::RolledBack, host, line.at_ms, message).at_level(AlertLevel::Critical);
    match line.get("rollbackDataFileDirectory") {
        Some(folder) => note.with(format!("What was undone is kept at its machine, in {folder}.")),
        None => note,
    }
}

/// One member misses another.
fn heard_down(viewer: &str, line: &LogLine) -> Vec<News> {
    let Some(host) = line.get("hostAndPort") else { return Vec::new() };
    let heard = line.get("heartbeatMessage").unwrap_or("nothing").trim_end_matches('.');
    let message = format!("{host} does not answer {viewer} any more.");
    let down = Note::logged(TimelineKind::MemberDown, host, line.at_ms, message);
    let down = down.at_level(AlertLevel::Warning).with(format!("{viewer} heard: {heard}."));
    let loss = Loss { host: host.to_owned(), at_ms: line.at_ms, told: Told::Other };
    vec![News::Note(down), News::Loss(loss)]
}
