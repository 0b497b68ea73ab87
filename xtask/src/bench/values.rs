//! Extended JSON out of raw BSON and back, beside the bson crate.

use std::{
    fs,
    num::NonZeroU32,
    path::{Path, PathBuf},
};

use super::{
    LOOK_ABOVE, build_for_release,
    median::median,
    report::{Goal, Report},
};
use crate::{
    command::{answer, command, command_line, quietly, root, stream, target_dir},
    failure::{Failure, Result},
    step::step,
};

/// Our program.
pub(super) const OURS: &str = "values-bench";
/// The peer, which is outside of the workspace: see its Cargo.toml.
pub(super) const PEER: &str = "bson-crate";

/// Names the folder with the real data.
const REAL_DATA: &str = "TRIVET_TEST_DATA";

/// Canonical text, times the bson crate: on average, and at the least.
const TIMES_CANONICAL: f64 = 8.0;
const TIMES_CANONICAL_EACH: f64 = 5.0;
/// BSON from a text, times the bson crate.
const TIMES_READ: f64 = 5.0;

/// One kind of work on one file of data, in all rounds.
struct Work {
    data: String,
    what: String,
    bson_bytes: u64,
    ours: Vec<f64>,
    peers: Vec<f64>,
}

impl Work {
    fn ours(&self) -> f64 {
        median(self.ours.iter().copied())
    }

    fn peers(&self) -> f64 {
        median(self.peers.iter().copied())
    }

    fn times(&self) -> f64 {
        self.ours() / self.peers()
    }
}

/// Builds both programs into one folder.
pub(super) fn build() -> Result<PathBuf> {
    let folder = build_for_release(&[OURS])?;
    step("build the bson crate's side", "the first time about a minute", || {
        let manifest = root().join("tests/bench/peers").join(PEER).join("Cargo.toml");
        let mut build = command_line(&["cargo", "build", "--release", "--locked", "--manifest-path"]);
        build.arg(manifest).arg("--target-dir").arg(target_dir());
        stream(&mut build, LOOK_ABOVE)
    })?;
    Ok(folder)
}

/// Runs both in turn.
pub(super) fn measure(programs: &Path, rounds: NonZeroU32) -> Result<Report> {
    let folder = target_dir().join("bench/values");
    fs::create_dir_all(&folder).map_err(|error| Failure::file("create", &folder, &error))?;
    let mut files = vec![folder.join("items.bson")];
    quietly(command(programs.join(OURS)).arg("items").arg(&files[0]), "")?;
    let real_data = std::env::var_os(REAL_DATA).map(PathBuf::from);
    if let Some(folder) = &real_data {
        files.extend(["restaurants.json", "zips.bson"].map(|name| folder.join(name)));
    }

    let mut works = Vec::new();
    for round in 1..=rounds.get() {
        let ours = run(command(programs.join(OURS)).arg("measure").args(&files))?;
        let peers = run(command(programs.join(PEER)).args(&files))?;
        add(&mut works, &ours, &peers)?;
        println!("  round {round} of {rounds}");
    }
    let mut report = report(&works);
    if real_data.is_none() {
        report.note(format!("restaurants and zips were left out: {REAL_DATA} does not name their folder"));
    }
    Ok(report)
}

/// A line of an answer: data, work, bytes of BSON, MB/s.
type Line = (String, String, u64, f64);

fn run(program: &mut std::process::Command) -> Result<Vec<Line>> {
    let text = answer(program).ok_or_else(|| Failure::new(format!("{program:?} failed: run it by hand.")))?;
    let lines = text.lines().map(read_line).collect::<Option<_>>();
    lines.ok_or_else(|| Failure::new(format!("{program:?} answered what is not understood:\n{text}")))
}

fn read_line(line: &str) -> Option<Line> {
    let words: Vec<&str> = line.split(' ').collect();
    let [data, what, bytes, rate] = words.as_slice() else { return None };
    Some(((*data).to_owned(), (*what).to_owned(), bytes.parse().ok()?, rate.parse().ok()?))
}

/// Puts the figures of one round behind those of the rounds before.
fn add(works: &mut Vec<Work>, ours: &[Line], peers: &[Line]) -> Result {
    if works.is_empty() {
        works.extend(ours.iter().map(|(data, what, bson_bytes, _)| Work {
            data: data.clone(),
            what: what.clone(),
            bson_bytes: *bson_bytes,
            ours: Vec::new(),
            peers: Vec::new(),
        }));
    }
    let same =
        |work: &Work, line: &Line| (&work.data, &work.what, work.bson_bytes) == (&line.0, &line.1, line.2);
    for ((work, ours), peers) in works.iter_mut().zip(ours).zip(peers) {
        if !same(work, ours) || !same(work, peers) {
            return Err(Failure::new("The two programs did not do the same work."));
        }
        work.ours.push(ours.3);
        work.peers.push(peers.3);
    }
    Ok(())
}

fn report(works: &[Work]) -> Report {
    let head = ["", "Trivet, MB/s", "bson crate, MB/s", "times"];
    let mut report = Report::new("values", "Extended JSON beside the bson crate", &head);
    for work in works {
        let what = format!("{}, {}", work.data, work.what.replace('-', " "));
        let cells = [work.ours(), work.peers(), work.times()];
        report.row(&[
            what,
            format!("{:.0}", cells[0]),
            format!("{:.0}", cells[1]),
            format!("{:.1}", cells[2]),
        ]);
    }
    report.note("megabytes of BSON a second, on one core; medians of all rounds");
    let times = |wanted: &[&str]| -> Vec<f64> {
        works.iter().filter(|work| wanted.contains(&work.what.as_str())).map(Work::times).collect()
    };
    let canonical = times(&["to-canonical"]);
    let read = times(&["from-canonical", "from-relaxed"]);
    let mean = geometric_mean(&canonical);
    report.goal(Goal::at_least("to canonical text, geometric mean", mean, TIMES_CANONICAL));
    report.goal(Goal::at_least("to canonical text, the least", least(&canonical), TIMES_CANONICAL_EACH));
    report.goal(Goal::at_least("from text, the least", least(&read), TIMES_READ));
    report
}

fn geometric_mean(values: &[f64]) -> f64 {
    let logarithms = values.iter().map(|value| value.ln());
    let count = values.iter().map(|_| 1.0).sum::<f64>();
    (logarithms.sum::<f64>() / count).exp()
}

fn least(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(data: &str, rate: f64) -> Line {
        (data.to_owned(), "to-canonical".to_owned(), 100, rate)
    }

    #[test]
    fn a_ratio_is_that_of_the_medians() {
        let mut works = Vec::new();
        for (ours, peer) in [(80.0, 10.0), (10.0, 9.0), (90.0, 11.0)] {
            add(&mut works, &[line("items", ours)], &[line("items", peer)]).expect("the same work");
        }
        assert!((works[0].times() - 8.0).abs() < 1e-9);
        assert!((geometric_mean(&[4.0, 9.0]) - 6.0).abs() < 1e-9);
        assert!((least(&[4.0, 9.0]) - 4.0).abs() < 1e-9);
    }

    #[test]
    fn different_data_are_not_compared() {
        assert!(add(&mut Vec::new(), &[line("items", 1.0)], &[line("zips", 1.0)]).is_err());
    }

    #[test]
    fn what_a_program_says_is_understood_or_refused() {
        assert_eq!(read_line("items to-canonical 100 1.5"), Some(line("items", 1.5)));
        assert_eq!(read_line("items to-canonical 100"), None);
    }
}
