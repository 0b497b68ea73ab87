//! `cargo xtask`: sets a machine up, then runs, tests, audits and packages Trivet.

mod audit;
mod bench;
mod cargo_tools;
mod command;
mod dev;
mod failure;
mod files;
mod fuzz;
mod mongod;
mod node;
mod other_systems;
mod package;
mod python;
mod run;
mod setup;
mod step;
mod system;
mod test;
mod test_set;

use std::process::ExitCode;

use crate::{
    failure::{Failure, Result},
    setup::Purpose,
};

const HELP: &str = "\
Usage: cargo xtask COMMAND

  setup                    install what building and testing need: system packages, npm and
                           Python packages, a mongod, cargo-nextest, tauri-driver
  run [-- ARGUMENTS]       set up, build, and open the window on a local replica set
  dev [-- ARGUMENTS]       the same with a debug build, and the interface reloads as its sources change
  test [--slow] [FILTER]   set up, then every check and every test; with FILTER only the Rust tests
                           whose names contain it; --slow adds the ignored ones
  bench start              set up, build for release, and measure the start and the memory of the window
                           beside an empty one
  bench rest               set up, build for release, and measure the REST API beside a bare server and
                           the original in Python
  bench values             build for release, and measure Extended JSON, written and read, beside the bson crate
  bench browse             set up, build for release, and measure pages of ten million documents, and of
                           few very large ones beside the driver alone
  bench edit               set up, build for release, and measure guarded saves beside a plain update
  bench monitor            set up, build for release, and measure what looking at seven members costs
  bench failover           set up, build for release, and measure for how long writes are away, by the
                           stopwatch and by a ledger
  fuzz [TARGET] [--seconds N]
                           random input for everything that reads documents, ten minutes for each target
  audit                    licences, advisories, duplicates and sources of all dependencies
  package                  build the release program and check its size
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print();
            ExitCode::from(failure.code)
        }
    }
}

fn dispatch(arguments: &[String]) -> Result {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["help" | "-h" | "--help"] => {
            print!("{HELP}");
            Ok(())
        }
        ["setup"] => setup::setup(Purpose::Test),
        ["run", rest @ ..] => run::run(after_dashes(rest)?),
        ["dev", rest @ ..] => dev::dev(after_dashes(rest)?),
        ["test", rest @ ..] => test::test(&test::Options::parse(rest)?),
        ["bench", rest @ ..] => bench::bench(&bench::Options::parse(rest)?),
        ["fuzz", rest @ ..] => fuzz::fuzz(&fuzz::Options::parse(rest)?),
        ["audit"] => audit::audit(),
        ["package"] => package::package(),
        _ => Err(Failure::usage(&format!("Unknown: {}\n\n{HELP}", words.join(" ")))),
    }
}

/// The arguments for Trivet itself, which follow `--`.
fn after_dashes<'a>(words: &'a [&'a str]) -> Result<&'a [&'a str]> {
    match words {
        [] => Ok(&[]),
        ["--", rest @ ..] => Ok(rest),
        [word, ..] => Err(Failure::usage(&format!(
            "Unexpected: {word}\nArguments for Trivet itself follow `--`: cargo xtask run -- {word}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_for_trivet_follow_two_dashes() {
        assert_eq!(after_dashes(&["--", "--data-dir", "x"]).expect("accepted"), ["--data-dir", "x"]);
        assert!(after_dashes(&["--data-dir", "x"]).is_err());
    }

    #[test]
    fn an_unknown_command_is_refused_with_the_list() {
        let failure = dispatch(&["tset".to_owned()]).expect_err("refused");
        assert_eq!(failure.code, 2);
        assert!(failure.message.expect("a message").contains("Usage"));
    }
}
