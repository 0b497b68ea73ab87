//! What it costs to look at a set of seven members, and how soon a change of primary is told.

use std::{num::NonZeroU32, path::Path, process::Stdio};

use super::{
    figures::Figures,
    median::median,
    report::{Goal, Report},
};
use crate::{
    command::{cannot_start, command},
    failure::{Failure, Result},
    step::step,
};

/// Of one core, per cent.
const CORE: f64 = 1.0;
/// Kilobytes a second, both ways.
const TRAFFIC: f64 = 50.0;
/// From the driver's word to the snapshot, milliseconds.
const TOLD: f64 = 300.0;

/// Looks at seven members that are asked once a second.
pub(super) fn measure(programs: &Path, rounds: NonZeroU32) -> Result<Report> {
    let figures = step("look", "a minute, and some 35 s for each round", || run(programs, rounds))?;
    report(&figures)
}

fn run(programs: &Path, rounds: NonZeroU32) -> Result<Figures> {
    let mut bench = command(programs.join("monitor-bench"));
    bench.args(["--rounds", &rounds.to_string()]).stdout(Stdio::piped());
    let output = bench
        .spawn()
        .and_then(std::process::Child::wait_with_output)
        .map_err(|error| cannot_start(&bench, &error))?;
    if !output.status.success() {
        return Err(Failure::new("Looking could not be measured. The messages above say why."));
    }
    Ok(Figures::read(&String::from_utf8_lossy(&output.stdout)))
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
