//! What it costs to look at a set of seven members, and how soon a change of primary is told.

use std::{num::NonZeroU32, path::Path};

use super::{
    figures::Figures,
    median::median,
    report::{Goal, Report},
};
use crate::{failure::Result, step::step};

/// Of one core, per cent.
const CORE: f64 = 1.0;
/// Kilobytes a second, both ways.
const TRAFFIC: f64 = 50.0;
/// From the driver's word to the snapshot, milliseconds.
const TOLD: f64 = 300.0;

/// Looks at seven members that are asked once a second.
pub(super) fn measure(programs: &Path, rounds: NonZeroU32) -> Result<Report> {
    let figures = step("look", "a minute, and some 35 s for each round", || {
        Figures::measured_by(&programs.join("monitor-bench"), rounds)
    })?;
    report(&figures)
}

fn report(figures: &Figures) -> Result<Report> {
    let mut report =
        Report::new("monitor", "Looking at seven members, once a second", &["", "median", "worst"]);
    let mut goals = Vec::new();
    for (name, what, unit, limit) in [
        ("cpu", "processor time, of one core", "%", CORE),
        ("traffic", "network, both ways", "kB/s", TRAFFIC),
        ("told", "a change of primary, from the driver's word to the snapshot", "ms", TOLD),
    ] {
        let rounds = figures.rounds(name)?;
        let middle = median(rounds.iter().copied());
        let worst = rounds.iter().copied().fold(0.0, f64::max);
        report.row(&[format!("{what}, {unit}"), format!("{middle:.2}"), format!("{worst:.2}")]);
        goals.push(Goal::at_most(format!("{what}, {unit}"), middle, limit));
    }
    report.note("a lab of seven voting members on this machine; rounds of 30 s, then a step-down");
    report.note("traffic is that of the program's own sockets (`ss`), compressed as it is by the driver");
    for goal in goals {
        report.goal(goal);
    }
    Ok(report)
}
