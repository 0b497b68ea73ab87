//! `cargo xtask bench`: figures beside peers that run in turn on the same machine and the same data.

mod load;
mod look;
mod median;
mod memory;
mod process;
mod report;
mod rest;
mod screen;
mod servers;
mod session;
mod start;
mod window;

use std::{num::NonZeroU32, path::PathBuf};

use crate::{
    command::{command_line, root, stream, target_dir},
    failure::{Failure, Result},
    node,
    setup::{Purpose, setup},
    step::step,
    test_set::TestSet,
};

/// How often each is measured unless told otherwise.
const ROUNDS: NonZeroU32 = NonZeroU32::new(5).expect("not zero");

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    subject: Subject,
    rounds: NonZeroU32,
    /// A folder of programs to measure as they are, such as those of another checkout.
    programs: Option<PathBuf>,
    /// Writes the figures to the page of the documentation.
    bless: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    Start,
    Rest,
}

impl Options {
    /// Reads `start|rest [--rounds N] [--programs DIR] [--bless]`.
    pub(crate) fn parse(words: &[&str]) -> Result<Self> {
        let (subject, mut words) = match words {
            ["start", rest @ ..] => (Subject::Start, rest),
            ["rest", rest @ ..] => (Subject::Rest, rest),
            _ => return Err(Failure::usage("What is to be measured: `start` or `rest`?")),
        };
        let mut options = Self { subject, rounds: ROUNDS, programs: None, bless: false };
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
                (word, _) => return Err(Failure::usage(&format!("Unknown: {word}"))),
            };
        }
        Ok(options)
    }
}

/// Sets up, builds for release, and measures.
pub(crate) fn bench(options: &Options) -> Result {
    if !cfg!(target_os = "linux") {
        return Err(Failure::new("The benchmarks read /proc and a virtual screen: they run on Linux."));
    }
    setup(Purpose::Bench)?;
    let wanted: &[&str] = match options.subject {
        Subject::Start => &["trivet", "empty-window"],
        Subject::Rest => &["trivet-server", "bare-axum"],
    };
    let programs = match &options.programs {
        Some(folder) => folder.clone(),
        None => build(wanted)?,
    };
    if let Some(missing) = wanted.iter().find(|program| !programs.join(program).is_file()) {
        return Err(Failure::new(format!("There is no {missing} in {}.", programs.display())));
    }
    let set = step("start a replica set with the sample data", "a few seconds", TestSet::start_seeded)?;
    let report = match options.subject {
        Subject::Start => start::measure(&programs, &set, options.rounds)?,
        Subject::Rest => rest::measure(&programs, &set, options.rounds)?,
    };
    println!("\n{}", report.text());
    if options.bless {
        report.write_to(&root().join("docs/bench.md"))?;
    }
    report.verdict()
}

fn build(packages: &[&str]) -> Result<PathBuf> {
    node::build_interface()?;
    let what = format!("build {} for release", packages.join(" and "));
    step(&what, "the first time 15 to 35 minutes on two cores", || {
        let mut build = command_line(&["cargo", "build", "--release"]);
        for package in packages {
            build.args(["--package", package]);
        }
        stream(&mut build, "The messages above name the file and the line.")
    })?;
    // The host of the replica set is a program of the tests.
    step("build the host of the replica set", "", || {
        let build = ["cargo", "build", "--package", "trivet-tests", "--bin", "lab-host"];
        stream(&mut command_line(&build), "The messages above name the file and the line.")
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
    }

    #[test]
    fn a_bench_without_a_subject_or_without_rounds_is_refused() {
        for words in [&[][..], &["all"], &["start", "--rounds"], &["rest", "--rounds", "0"]] {
            assert!(Options::parse(words).is_err(), "{words:?}");
        }
    }
}
