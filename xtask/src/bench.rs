//! `cargo xtask bench`: figures beside peers that run in turn on the same machine and the same data.

mod browse;
mod edit;
mod failover;
mod figures;
mod load;
mod look;
mod median;
mod memory;
mod monitor;
mod process;
mod report;
mod rest;
mod screen;
mod servers;
mod session;
mod start;
mod values;
mod window;

use std::{num::NonZeroU32, path::PathBuf};

use report::Report;

use crate::{
    command::{command_line, root, stream, target_dir},
    failure::{Failure, Result},
    node,
    setup::{Purpose, setup},
    step::step,
    test_set::TestSet,
};

const LOOK_ABOVE: &str = "The messages above name the file and the line.";
/// How often each is measured unless told otherwise.
const ROUNDS: NonZeroU32 = NonZeroU32::new(5).expect("not zero");

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    subject: Subject,
    rounds: NonZeroU32,
    /// A folder of programs to measure as they are, such as those of another checkout.
    programs: Option<PathBuf>,
    /// How many small documents are browsed.
    documents: u64,
    /// Writes the figures to the page of the documentation.
    bless: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    Start,
    Rest,
    Values,
    Browse,
    Edit,
    Monitor,
    Failover,
}

impl Options {
    /// Reads `start|rest|values|browse|edit|monitor|failover [--rounds N] [--programs DIR] [--documents N] [--bless]`.
    pub(crate) fn parse(words: &[&str]) -> Result<Self> {
        let (subject, mut words) = match words {
            ["start", rest @ ..] => (Subject::Start, rest),
            ["rest", rest @ ..] => (Subject::Rest, rest),
            ["values", rest @ ..] => (Subject::Values, rest),
            ["browse", rest @ ..] => (Subject::Browse, rest),
            ["edit", rest @ ..] => (Subject::Edit, rest),
            ["monitor", rest @ ..] => (Subject::Monitor, rest),
            ["failover", rest @ ..] => (Subject::Failover, rest),
            _ => {
                let subjects = "`start`, `rest`, `values`, `browse`, `edit`, `monitor` or `failover`";
                return Err(Failure::usage(&format!("What is to be measured: {subjects}?")));
            }
        };
        let documents = browse::DOCUMENTS;
        let mut options = Self { subject, rounds: ROUNDS, programs: None, documents, bless: false };
        while let [word, rest @ ..] = words {
            words = match (*word, rest) {
                ("--bless", rest) => {
                    options.bless = true;
                    rest
                }
                ("--rounds", [count, rest @ ..]) => {
                    let count = count.parse();
                    options.rounds = count.map_err(|_| Failure::usage("--rounds takes a number"))?;
                    rest
                }
                ("--programs", [folder, rest @ ..]) => {
                    options.programs = Some(PathBuf::from(folder));
                    rest
                }
                ("--documents", [count, rest @ ..]) => {
                    let count = count.parse();
                    options.documents = count.map_err(|_| Failure::usage("--documents takes a number"))?;
                    rest
                }
                (word, _) => return Err(Failure::usage(&format!("Unknown: {word}"))),
            };
        }
        Ok(options)
    }
}

/// Sets up, builds for release, and measures.
pub(crate) fn bench(options: &Options) -> Result {
    let report = match options.subject {
        Subject::Values => values::measure(&programs(options)?, options.rounds)?,
        Subject::Browse => beside_a_mongod(options)?,
        Subject::Monitor | Subject::Failover => of_a_lab(options)?,
        Subject::Start | Subject::Rest | Subject::Edit => beside_a_set(options)?,
    };
    println!("\n{}", report.text());
    if options.bless {
        report.write_to(&root().join("docs/bench.md"))?;
    }
    report.verdict()
}

/// What is measured while a replica set runs.
fn beside_a_set(options: &Options) -> Result<Report> {
    if !cfg!(target_os = "linux") {
        return Err(Failure::new("This benchmark reads /proc and a virtual screen: it runs on Linux."));
    }
    setup(Purpose::Bench)?;
    let programs = programs(options)?;
    let set = step("start a replica set with the sample data", "a few seconds", TestSet::start_seeded)?;
    match options.subject {
        Subject::Start => start::measure(&programs, &set, options.rounds),
        Subject::Edit => edit::measure(&programs, &set, options.rounds),
        _ => rest::measure(&programs, &set, options.rounds),
    }
}

/// What is measured on a set that the program makes itself.
fn of_a_lab(options: &Options) -> Result<Report> {
    if !cfg!(target_os = "linux") {
        return Err(Failure::new("This benchmark reads /proc and runs `ss`: it runs on Linux."));
    }
    setup(Purpose::Bench)?;
    let programs = programs(options)?;
    match options.subject {
        Subject::Failover => failover::measure(&programs, options.rounds),
        _ => monitor::measure(&programs, options.rounds),
    }
}

/// What is measured while one mongod runs.
fn beside_a_mongod(options: &Options) -> Result<Report> {
    if !cfg!(target_os = "linux") {
        return Err(Failure::new("This benchmark reads /proc: it runs on Linux."));
    }
    setup(Purpose::Bench)?;
    browse::measure(&programs(options)?, options.documents, options.rounds)
}

/// The folder with the programs to measure.
fn programs(options: &Options) -> Result<PathBuf> {
    let wanted: &[&str] = match options.subject {
        Subject::Start => &["trivet", "empty-window"],
        Subject::Rest => &["trivet-server", "bare-axum"],
        Subject::Values => &[values::OURS, values::PEER],
        Subject::Browse => &["browse-bench"],
        Subject::Edit => &["edit-bench"],
        Subject::Monitor => &["monitor-bench"],
        Subject::Failover => &["failover-bench"],
    };
    let programs = match (&options.programs, options.subject) {
        (Some(folder), _) => folder.clone(),
        (None, Subject::Values) => values::build()?,
        (None, Subject::Browse | Subject::Monitor | Subject::Failover) => build_for_release(wanted)?,
        (None, Subject::Edit) => {
            build_host()?;
            build_for_release(wanted)?
        }
        (None, Subject::Start | Subject::Rest) => {
            node::build_interface()?;
            build_host()?;
            build_for_release(wanted)?
        }
    };
    match wanted.iter().find(|program| !programs.join(program).is_file()) {
        Some(missing) => Err(Failure::new(format!("There is no {missing} in {}.", programs.display()))),
        None => Ok(programs),
    }
}

/// The host of the replica set is a program of the tests.
fn build_host() -> Result {
    step("build the host of the replica set", "", || {
        let build = ["cargo", "build", "--package", "trivet-tests", "--bin", "lab-host"];
        stream(&mut command_line(&build), LOOK_ABOVE)
    })
}

/// Tells the folder in which the programs are then.
fn build_for_release(packages: &[&str]) -> Result<PathBuf> {
    let what = format!("build {} for release", packages.join(" and "));
    step(&what, "the first time 15 to 35 minutes on two cores", || {
        let mut build = command_line(&["cargo", "build", "--release"]);
        for package in packages {
            build.args(["--package", package]);
        }
        stream(&mut build, LOOK_ABOVE)
    })?;
    Ok(target_dir().join("release"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_measure_comes_first_and_the_rest_in_any_order() {
        let options = Options::parse(&["start", "--programs", "/p", "--rounds", "7"]).expect("accepted");
        assert_eq!((options.subject, options.rounds.get()), (Subject::Start, 7));
        assert_eq!(options.programs, Some(PathBuf::from("/p")));
        assert_eq!(Options::parse(&["rest"]).expect("accepted").rounds, ROUNDS);
        let options = Options::parse(&["browse", "--documents", "200000"]).expect("accepted");
        assert_eq!((options.subject, options.documents), (Subject::Browse, 200_000));
    }

    #[test]
    fn a_bench_without_a_subject_or_without_rounds_is_refused() {
        for words in [
            &[][..],
            &["all"],
            &["start", "--rounds"],
            &["rest", "--rounds", "0"],
            &["browse", "--documents", "many"],
        ] {
            assert!(Options::parse(words).is_err(), "{words:?}");
        }
    }
}
