//! What a save costs that overwrites nobody's change and can be undone, beside an update that does neither.

use std::{fs, io::Write as _, num::NonZeroU32, path::Path, process::Stdio};

use super::{
    figures::Figures,
    median::median,
    report::{Goal, Report},
};
use crate::{
    command::{cannot_start, command, target_dir},
    failure::{Failure, Result},
    step::step,
    test_set::TestSet,
};

/// Times a plain `update_one`, with the journal on, as it is unless its owner says otherwise.
const TIMES_PLAIN: f64 = 1.6;

/// The documents, by their names among the figures.
const DOCUMENTS: [(&str, &str); 2] = [("small", "208 bytes"), ("large", "1 KiB")];
/// The ways to save, by their names among the figures; that which all are compared with comes first.
const WAYS: [(&str, &str); 4] = [
    ("plain", "update_one of the driver"),
    ("guarded", "update, Undo switched off"),
    ("journaled", "update, which can be undone"),
    ("draft", "save_draft, which can be undone"),
];
/// Those that have a goal.
const WITH_GOAL: [&str; 2] = ["journaled", "draft"];

/// Saves one field of a document again and again, each way in turn.
pub(super) fn measure(programs: &Path, set: &TestSet, rounds: NonZeroU32) -> Result<Report> {
    let figures = step("save", "some 10 s for each round", || run(programs, set, rounds))?;
    report(&figures)
}

fn run(programs: &Path, set: &TestSet, rounds: NonZeroU32) -> Result<Figures> {
    // Where a home is: on a disk. Some systems keep temporary files in memory.
    let folder = target_dir().join("bench/edit");
    // What an earlier run has left; it may not be there.
    let _ = fs::remove_dir_all(&folder);
    let mut bench = command(programs.join("edit-bench"));
    bench.arg(folder).args(["--rounds", &rounds.to_string()]);
    bench.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = bench.spawn().map_err(|error| cannot_start(&bench, &error))?;
    // A connection string may hold a password, which everybody would see among the arguments. A program that has ended
    // already does not take it, and says why.
    let _ = child.stdin.take().map(|mut input| input.write_all(set.uri.as_bytes()));
    let output = child.wait_with_output().map_err(|error| cannot_start(&bench, &error))?;
    if !output.status.success() {
        return Err(Failure::new("The saves could not be measured. The messages above say why."));
    }
    Ok(Figures::read(&String::from_utf8_lossy(&output.stdout)))
}

fn report(figures: &Figures) -> Result<Report> {
    let head = ["", "median, ms", "times update_one"];
    let mut report = Report::new("edit", "Saves of one field, with majority write concern", &head);
    let mut goals = Vec::new();
    for (document, bytes) in DOCUMENTS {
        let of = |way: &str| figures.rounds(&format!("{document}_{way}"));
        let plain = of(WAYS[0].0)?;
        for (way, what) in WAYS {
            let rounds = of(way)?;
            let times = median(rounds.iter().zip(plain).map(|(way, plain)| way / plain));
            let took = median(rounds.iter().copied());
            report.row(&[format!("{bytes}: {what}"), format!("{took:.2}"), format!("{times:.2}")]);
            if WITH_GOAL.contains(&way) {
                let what = format!("{bytes}: {what}, times update_one");
                goals.push(Goal::at_most(what, times, TIMES_PLAIN));
            }
        }
    }
    report
        .note("one client that saves one document after the other; medians of 150 saves, then of all rounds");
    report.note("ratios are the medians of those within each round");
    for goal in goals {
        report.goal(goal);
    }
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two rounds of each, the second at half the pace.
    fn said(journaled: f64, draft: f64) -> Figures {
        use std::fmt::Write as _;
        let mut said = String::from("no figure\n");
        for (document, _) in DOCUMENTS {
            for (way, ms) in [("plain", 2.0), ("guarded", 2.4), ("journaled", journaled), ("draft", draft)] {
                let _ = writeln!(said, "{document}_{way} {ms}\n{document}_{way} {}", 2.0 * ms);
            }
        }
        Figures::read(&said)
    }

    #[test]
    fn each_round_is_compared_with_itself() {
        let report = super::report(&said(3.2, 3.0)).expect("whole");
        let text = report.text();
        let cells = |line: &str| {
            let row = text.lines().find(|row| row.starts_with(line)).expect(line);
            row.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(cells("| 1 KiB: update, which ")[2..4], ["4.80", "1.60"], "{text}");
        assert_eq!(cells("| 208 bytes: save_draft")[3], "1.50", "{text}");
        assert!(report.verdict().is_ok());
    }

    #[test]
    fn a_slow_save_misses_its_goal_and_a_missing_figure_is_named() {
        for slow in [said(3.3, 3.0), said(3.0, 3.3)] {
            assert!(super::report(&slow).expect("whole").verdict().is_err());
        }
        let failure = super::report(&Figures::read("small_plain 1\n")).err().expect("not whole");
        assert!(failure.message.expect("a message").contains("small_guarded"));
    }
}
