//! For how long writes are away when a primary goes, by the stopwatch and by a ledger that another client writes.

use std::{num::NonZeroU32, path::Path};

use super::{
    figures::Figures,
    report::{Goal, Report},
};
use crate::{failure::Result, step::step};

/// By how much both may differ, milliseconds.
const AGREE: f64 = 100.0;
const WAYS: [(&str, &str); 4] = [
    ("step-down", "step-down"),
    ("clean-stop", "clean stop of the process"),
    ("kill", "kill"),
    ("freeze", "freeze"),
];

/// Takes a primary away in each way.
pub(super) fn measure(programs: &Path, rounds: NonZeroU32) -> Result<Report> {
    let figures = step("fail over", "a minute and a half for each round", || {
        Figures::measured_by(&programs.join("failover-bench"), rounds)
    })?;
    report(&figures, rounds)
}

fn report(figures: &Figures, rounds: NonZeroU32) -> Result<Report> {
    let mut report = Report::new(
        "failover",
        "Writes away when a primary goes, ms",
        &[
            "",
            "stopwatch, median",
            "worst",
            "ledger, median",
            "worst",
            "largest difference",
            "log, any write, median",
            "log, majority, median",
            "errors in all rounds",
        ],
    );
    let mut largest: f64 = 0.0;
    for (way, what) in WAYS {
        let middle = |name: &str| figures.median(&format!("{way}.{name}"));
        let worst = |name: &str| -> Result<f64> {
            Ok(figures.rounds(&format!("{way}.{name}"))?.iter().copied().fold(0.0, f64::max))
        };
        let difference = worst("difference")?;
        largest = largest.max(difference);
        let whole = |value: f64| format!("{value:.0}");
        // The log may tell nothing of a round, or of all.
        let told = |name: &str| middle(name).map_or_else(|_| "not told".to_owned(), whole);
        report.row(&[
            what.to_owned(),
            whole(middle("away")?),
            whole(worst("away")?),
            whole(middle("ledger")?),
            whole(worst("ledger")?),
            whole(difference),
            told("log"),
            told("majority"),
            errors(figures, way),
        ]);
    }
    report.note(format!(
        "a lab of three on this machine, election timeout 1,000 ms, heartbeats every 500 ms; each way {rounds} times"
    ));
    report.note("an error is followed by how often it was met, of 20 writes a second");
    report.goal(Goal::at_most("largest difference of stopwatch and ledger, ms", largest, AGREE));
    Ok(report)
}

/// Each error with its count.
fn errors(figures: &Figures, way: &str) -> String {
    let prefix = format!("{way}.error.");
    let told: Vec<String> = figures
        .named(&prefix)
        .map(|(name, counts)| format!("{} × {:.0}", name.replace('_', " "), counts.iter().sum::<f64>()))
        .collect();
    if told.is_empty() { "none".to_owned() } else { told.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_above_the_goal_is_missed_and_what_no_log_tells_is_said() {
        let said = |difference: u32| {
            let lines = WAYS.iter().map(|(way, _)| {
                format!(
                    "{way}.away 520\n{way}.ledger 500\n{way}.difference {difference}\n{way}.error.91_Down 2\n"
                )
            });
            Figures::read(&lines.collect::<String>())
        };
        let rounds = NonZeroU32::MIN;
        let fine = report(&said(100), rounds).expect("figures");
        assert!(fine.verdict().is_ok());
        assert!(fine.text().contains("not told") && fine.text().contains("91 Down × 2"), "{}", fine.text());
        assert!(report(&said(101), rounds).expect("figures").verdict().is_err());
    }
}
