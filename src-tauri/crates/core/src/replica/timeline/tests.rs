//! Timelines of recorded logs and of sets made of plain words.

use insta::assert_snapshot;

use super::{
    ElectionPart, Loss, News, Timeline, TimelineEntry, TimelineKind, TimelineSource, Told, observed,
};
use crate::replica::{
    AlertLevel, ReplicaSnapshot,
    reply::LogLine,
    tests::world::{three, watch},
};

/// Of a set of three: a:1 is told to step down and hands over to b:1, which is killed; c:1 is elected and left alone.
const STEPPED_DOWN: &str = include_str!("recorded/stepped-down.log");
const HANDED_OVER: &str = include_str!("recorded/handed-over.log");
const ELECTED: &str = include_str!("recorded/elected.log");

fn lines(log: &str) -> Vec<LogLine> {
    log.lines().filter_map(LogLine::read).collect()
}

fn recorded(folder: &tempfile::TempDir) -> Timeline {
    let mut timeline = Timeline::open(folder.path().join("timeline/set.jsonl"));
    for (host, log) in [("c:1", ELECTED), ("a:1", STEPPED_DOWN), ("b:1", HANDED_OVER)] {
        timeline.read_log(host, &lines(log));
    }
    timeline
}

fn all(timeline: &Timeline) -> Vec<TimelineEntry> {
    timeline.list(Some(1_000), None).expect("listed").entries
}

/// The oldest first: the time, the sentence, and what else is known.
fn words(timeline: &Timeline) -> String {
    let mut entries = all(timeline);
    entries.reverse();
    let told: Vec<_> = entries
        .iter()
        .map(|entry| {
            let sentence = format!("{} {}", &entry.at[11..23], entry.message);
            [vec![sentence], entry.details.clone()].concat().join("\n  ")
        })
        .collect();
    told.join("\n")
}

#[test]
fn logs_tell_why_elections_were_held_and_for_how_long_writes_were_away() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let timeline = recorded(&folder);
    assert_snapshot!(words(&timeline), @r"
    13:24:41.093 a:1 stepped down: replSetStepDown was run.
      It handed over to b:1.
    13:24:41.112 b:1 became primary in term 2: the winner was asked to stand: the old primary handed over, or replSetStepUp was run. 2 of the 2 votes heard were for it. No write was possible for 0.047 s.
    13:24:49.565 b:1 does not answer c:1 any more.
      c:1 heard: Error connecting to b:1 :: caused by :: Connection refused.
      a:1 heard: Error connecting to b:1 :: caused by :: Connection refused.
    13:24:54.447 a:1 did not call the election that was due: it is still waiting for stepdown period to end.
    13:24:54.815 c:1 became primary in term 3: no primary was heard of for 5 s. 2 of the 2 votes heard were for it. No write was possible for 5.67 s.
    13:24:57.348 a:1 does not answer c:1 any more.
      c:1 heard: Error connecting to a:1 :: caused by :: Connection refused.
    13:25:00.217 c:1 stepped down: it saw no majority of the set any more.
    13:25:05.413 c:1 did not call the election that was due: it cannot see a majority.
    ");
    let entries = all(&timeline);
    let course =
        entries.iter().find_map(|entry| entry.election.clone().filter(|course| course.winner == "c:1"));
    let course = course.expect("the second election");
    assert_eq!(course.votes.len(), 3);
    assert_eq!(course.votes[1].yes, None, "the dead one did not answer");
    assert_eq!(course.votes[1].reason.as_deref(), Some("failed to receive response"));
    assert_eq!(course.started_at.as_deref(), Some("2026-11-26T13:24:54.807Z"));
    assert_eq!(course.writable_at.as_deref(), Some("2026-11-26T13:24:54.822Z"));
    assert_eq!(course.lost_at.as_deref(), Some("2026-11-26T13:24:49.152Z"), "the first that missed it");
}

#[test]
fn lines_that_come_again_and_a_new_start_of_the_program_tell_nothing_twice() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut timeline = recorded(&folder);
    let before = all(&timeline);
    timeline.read_log("c:1", &lines(ELECTED));
    assert_eq!(all(&timeline), before);
    drop(timeline);
    let again = recorded(&folder);
    assert_eq!(all(&again), before);
    assert!(before.len() > 5, "{before:?}");
}

#[test]
fn a_line_that_was_written_half_costs_only_itself() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let before = all(&recorded(&folder));
    let file = folder.path().join("timeline/set.jsonl");
    let text = std::fs::read_to_string(&file).expect("a file");
    std::fs::write(&file, format!("{text}{{\"id\":\"12\",\"at\":")).expect("written");
    let mut timeline = Timeline::open(file.clone());
    assert_eq!(all(&timeline), before);
    timeline.take(vec![super::News::Note(super::Note::done(0, "after it".to_owned()))]);
    drop(timeline);
    let again = all(&Timeline::open(file.clone()));
    assert_eq!(again.len(), before.len() + 1, "the next line begins on a line of its own");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a temporary folder");
        recorded(&folder);
        let mode =
            std::fs::metadata(folder.path().join("timeline/set.jsonl")).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "only its owner can read it");
    }
}

#[test]
fn what_was_seen_from_here_is_completed_by_the_log() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut timeline = Timeline::open(folder.path().join("set.jsonl"));
    // The primary was missed here 12 ms before the others missed it.
    let mut set = three();
    set.peer("b:1").state = 1;
    set.peer("a:1").state = 2;
    let mut seen = watch().sees(&set, 0);
    seen.taken_at = "2026-11-26T13:24:48.000Z".to_owned();
    let mut lost = ReplicaSnapshot { primary: None, ..seen.clone() };
    lost.taken_at = "2026-11-26T13:24:49.140Z".to_owned();
    timeline.take(observed(Some(&seen), &lost));
    let mut elected = ReplicaSnapshot { primary: Some("c:1".to_owned()), term: Some(4.0), ..seen.clone() };
    elected.taken_at = "2026-11-26T13:24:54.900Z".to_owned();
    elected.term = Some(3.0);
    lost.term = Some(2.0);
    timeline.take(observed(Some(&lost), &elected));
    let id = all(&timeline)[0].id.clone();
    assert_eq!(all(&timeline)[0].message, "c:1 became primary in term 3.");
    timeline.read_log("c:1", &lines(ELECTED));
    let course = all(&timeline).into_iter().find(|entry| entry.id == id).expect("the same entry");
    assert_eq!(course.source, TimelineSource::Log);
    assert_snapshot!(course.message, @"c:1 became primary in term 3: no primary was heard of for 5 s. 2 of the 2 votes heard were for it. No write was possible for 5.682 s.");
}

#[test]
fn a_primary_that_is_seen_again_in_the_same_term_was_never_away() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut timeline = Timeline::open(folder.path().join("set.jsonl"));
    let seen = three().snapshot();
    let lost =
        ReplicaSnapshot { primary: None, taken_at: "2023-11-14T22:13:25.000Z".to_owned(), ..seen.clone() };
    timeline.take(observed(Some(&seen), &lost));
    assert_eq!(timeline.losses.len(), 1);
    timeline.take(observed(Some(&lost), &seen));
    assert!(timeline.losses.is_empty());
}

#[test]
fn what_changes_between_two_snapshots_is_told() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut timeline = Timeline::open(folder.path().join("set.jsonl"));
    let (mut set, mut watch) = (three(), watch());
    let mut before = watch.sees(&set, 0);
    assert!(observed(None, &before).is_empty(), "at first sight nothing has changed");
    let mut look = |set: &_, seconds| {
        let now = watch.sees(set, seconds);
        timeline.take(observed(Some(&before), &now));
        before = now;
    };
    set.peer("c:1").dies();
    look(&set, 10);
    look(&set, 11);
    set = three();
    set.peer("c:1").state = 3;
    look(&set, 60);
    set.peer("c:1").state = 2;
    look(&set, 90);
    set.version = 2;
    set.peer("b:1").config.insert("priority", 2.0);
    look(&set, 120);
    set.cut("a:1", "b:1");
    look(&set, 130);
    look(&set, 140);
    set.cuts.clear();
    look(&set, 150);
    set.peer("c:1").dies();
    look(&set, 160);
    assert_snapshot!(words(&timeline), @r"
    22:13:30.000 c:1 is down: connection refused.
    22:14:20.000 c:1 answers again: it is RECOVERING.
    22:14:50.000 c:1 is SECONDARY now.
    22:15:20.000 The configuration was changed: version 1 to 2.
    22:15:40.000 a:1 and b:1 do not see each other, although both answer here: the link between them is down.
    22:15:50.000 All members see each other again.
    22:16:00.000 c:1 is down: connection refused.
    ");
}

#[test]
fn the_list_comes_in_pages_and_is_bounded() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("set.jsonl");
    let mut timeline = Timeline::open(file.clone());
    for number in 0..5_000_i64 {
        let done = super::Note::done(number * 1_000, format!("{number}"));
        timeline.take(vec![super::News::Note(done)]);
    }
    let messages = |page: &super::ReplicaTimeline| -> Vec<String> {
        page.entries.iter().map(|entry| entry.message.clone()).collect()
    };
    let page = timeline.list(Some(2), None).expect("listed");
    assert_eq!((messages(&page), page.more), (vec!["4999".to_owned(), "4998".to_owned()], true));
    let page = timeline.list(Some(1_000), Some(&page.entries[1].id)).expect("listed");
    assert_eq!(page.entries[0].message, "4997");
    let page = timeline.list(Some(1_000), Some(&page.entries[999].id)).expect("listed");
    assert_eq!((page.entries.last().map(|entry| entry.message.as_str()), page.more), (Some("3000"), false));
    assert!(timeline.list(Some(0), None).is_err() && timeline.list(Some(1_001), None).is_err());
    assert!(timeline.list(None, Some("nowhere")).is_err());
    drop(timeline);
    let lines = std::fs::read_to_string(&file).expect("a file").lines().count();
    assert!((2_000..=4_000).contains(&lines), "{lines}");
    assert_eq!(all(&Timeline::open(file)).len(), 1_000, "as many as one answer may hold");
}

#[test]
fn a_log_that_is_read_for_weeks_leaves_no_file_that_grows_for_ever() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("set.jsonl");
    let mut timeline = Timeline::open(file.clone());
    for number in 0..5_000_i64 {
        timeline.read_log("a:1", &[line(21_438, number * 30_000, &[])]);
    }
    drop(timeline);
    let lines = std::fs::read_to_string(&file).expect("a file").lines().count();
    assert!(lines <= 4_001, "{lines}");
}

fn line(id: u32, at_ms: i64, attributes: &[(&str, &str)]) -> LogLine {
    let text = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    LogLine { at_ms, id, message: String::new(), attributes: attributes.iter().map(text).collect() }
}

#[test]
fn a_step_down_that_failed_is_no_reason_of_a_later_loss() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let left = [("oldState", "PRIMARY"), ("newState", "SECONDARY")];
    let killed = [("lastStateTransition", "stepDown"), ("userOpsKilled", "7")];
    let told = |lines: &[LogLine]| {
        let mut timeline = Timeline::open(folder.path().join("none.jsonl"));
        timeline.store = None;
        timeline.read_log("a:1", lines);
        let entry = all(&timeline).remove(0);
        [vec![entry.message], entry.details].concat().join(" ")
    };
    let day = 24 * 3_600_000;
    assert_eq!(
        told(&[line(21_579, 0, &[]), line(21_340, 10, &killed), line(21_358, day, &left)]),
        "a:1 stepped down."
    );
    assert_eq!(
        told(&[line(21_579, 0, &[]), line(21_809, 20_000, &[]), line(21_358, 20_010, &left)]),
        "a:1 stepped down: it saw no majority of the set any more."
    );
    assert_eq!(
        told(&[line(21_579, 0, &[]), line(21_340, 9_000, &killed), line(21_358, 9_001, &left)]),
        "a:1 stepped down: replSetStepDown was run. 7 operations of clients were ended by it."
    );
}

#[test]
fn an_election_older_than_a_full_timeline_replaces_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut timeline = Timeline::open(folder.path().join("set.jsonl"));
    timeline.store = None;
    let done = |number: i64| super::News::Note(super::Note::done(number * 1_000, format!("{number}")));
    timeline.take((1_000_000..1_002_000).map(done).collect());
    let before = all(&timeline);
    let oldest = timeline.entries[0].entry.clone();
    let logged =
        super::ElectionPart { source: TimelineSource::Log, ..super::ElectionPart::of(1, "a:1", 1_000) };
    timeline.take(vec![super::News::Election(logged)]);
    assert_eq!(timeline.entries[0].entry, oldest);
    assert_eq!((all(&timeline), timeline.entries.len()), (before, 2_000));
}

#[test]
fn elections_of_the_same_term_are_one_only_where_the_winner_and_the_moment_fit() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut timeline = Timeline::open(folder.path().join("set.jsonl"));
    let part = |winner: &str, elected_ms| super::ElectionPart {
        elected_ms,
        ..super::ElectionPart::of(1, winner, elected_ms.unwrap_or(1_000_000))
    };
    // A set that is made anew begins with term 1 again.
    for part in [
        part("a:1", Some(1_000_000)),
        part("a:1", Some(1_000_400)),
        part("a:1", None),
        part("b:1", Some(1_000_500)),
        part("a:1", Some(1_090_000)),
    ] {
        timeline.take(vec![super::News::Election(part)]);
    }
    let winners: Vec<_> = all(&timeline).into_iter().filter_map(|entry| entry.host).collect();
    assert_eq!(winners, ["a:1", "b:1", "a:1"]);
}

#[test]
fn catching_up_and_the_time_of_a_takeover_are_told() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut timeline = Timeline::open(folder.path().join("set.jsonl"));
    timeline.read_log(
        "a:1",
        &[
            line(4_615_601, 900, &[("when", "2026-11-26T13:24:54.815+00:00")]),
            line(4_615_601, 950, &[]),
            line(21_450, 1_000, &[("term", "4")]),
            line(21_359, 1_001, &[]),
            line(21_363, 3_501, &[]),
            line(21_331, 3_510, &[]),
            line(21_450, 5_000, &[("term", "5")]),
            line(21_359, 5_001, &[]),
            line(21_361, 7_001, &[]),
            line(21_363, 7_001, &[]),
            line(21_450, 8_000, &[("term", "6")]),
            line(21_359, 8_001, &[]),
            line(21_364, 9_001, &[]),
            line(21_363, 9_001, &[]),
        ],
    );
    let mut told = all(&timeline);
    told.reverse();
    let details: Vec<_> = told.iter().map(|entry| entry.details.join(" ")).collect();
    assert_eq!(
        details,
        [
            "It means to stand at 2026-11-26T13:24:54.815Z.",
            "It took 2.5 s to catch up with what others had.",
            "It gave up catching up with what others had after 2 s: they have to undo that.",
            "",
        ],
        "killOperations of 4.4 has the number of a takeover, without a time"
    );
}

#[test]
fn what_a_rollback_has_undone_is_told_with_where_it_is_kept() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut timeline = Timeline::open(folder.path().join("set.jsonl"));
    timeline.read_log("a:1", &lines(include_str!("recorded/rolled-back.log")));
    let entry = all(&timeline).remove(0);
    assert_eq!((entry.kind, entry.level), (TimelineKind::RolledBack, Some(AlertLevel::Critical)));
    assert_eq!(entry.message, "a:1 rolled back 5 inserts in t.x that the majority never had.");
    assert!(entry.details[0].contains("/data/a/rollback/1424ad9e"), "{:?}", entry.details);
}

#[cfg(unix)]
#[test]
fn a_disk_that_does_not_answer_holds_up_nobody_who_watches() {
    use std::{process::Command, sync::mpsc::channel, thread, time::Duration};

    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("set.jsonl");
    let mut timeline = Timeline::open(file.clone());
    // It cannot be opened for writing until somebody reads.
    assert!(Command::new("mkfifo").arg(&file).status().expect("run").success());
    let (sender, told) = channel();
    let watching = thread::spawn(move || {
        timeline.take(vec![super::News::Note(super::Note::done(0, "something".to_owned()))]);
        sender.send(all(&timeline).len()).expect("heard");
    });
    assert_eq!(told.recv_timeout(Duration::from_secs(10)), Ok(1));
    let line = std::fs::read_to_string(&file).expect("read");
    assert!(line.contains("something") && line.ends_with('\n'), "{line}");
    watching.join().expect("it has ended");
}

#[test]
fn that_the_primary_before_the_last_one_was_missed_late_is_no_loss_of_the_last_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut timeline = Timeline::open(folder.path().join("timeline.jsonl"));
    let elected = |term, winner: &str, at_ms| {
        News::Election(ElectionPart {
            elected_ms: Some(at_ms),
            writable_ms: Some(at_ms + 30),
            ..ElectionPart::of(term, winner, at_ms)
        })
    };
    let missed = |host: &str, at_ms| News::Loss(Loss { host: host.to_owned(), at_ms, told: Told::Here });
    timeline.take(vec![elected(1, "a:1", 1_000), elected(2, "b:1", 20_000), missed("a:1", 20_400)]);
    timeline.take(vec![missed("b:1", 35_000), elected(3, "c:1", 36_000)]);
    let last = timeline.list(None, None).expect("told").entries.remove(0);
    let course = last.election.expect("an election");
    assert_eq!((course.winner.as_str(), course.writes_away_seconds), ("c:1", Some(1.03)));
}
