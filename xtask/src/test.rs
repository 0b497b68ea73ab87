//! `cargo xtask test`: every check and every test there is.

use crate::{
    command::{command_line, hand_over, stream, target_dir},
    failure::{Failure, Result},
    node, python,
    setup::{Purpose, setup},
    step::step,
    test_set::TestSet,
};

/// What to build and what to test. One selection for both: with another, features of shared dependencies
/// differ, and with them the driver and half of the tree are built twice.
const EVERYTHING: [&str; 3] = ["--workspace", "--features", "trivet-tests/window"];

const LOOK_ABOVE: &str = "The messages above name the file and the line.";

/// What was asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// The ignored tests too.
    slow: bool,
    /// Only the Rust tests whose names contain it, and no other check.
    filter: Option<String>,
}

impl Options {
    /// Reads `[--slow] [FILTER]`.
    pub(crate) fn parse(words: &[&str]) -> Result<Self> {
        let mut options = Self::default();
        for word in words {
            match *word {
                "--slow" => options.slow = true,
                flag if flag.starts_with('-') => return Err(Failure::usage(&format!("Unknown: {flag}"))),
                filter if options.filter.is_none() => options.filter = Some(filter.to_owned()),
                extra => return Err(Failure::usage(&format!("Only one filter, please: {extra}"))),
            }
        }
        Ok(options)
    }
}

/// Sets up, then runs all checks and tests; the first failure ends it.
pub(crate) fn test(options: &Options) -> Result {
    setup(Purpose::Test)?;
    if options.filter.is_none() {
        check_sources()?;
    }
    node::build_interface()?;
    if options.filter.is_none() {
        step("check the size of the script before first paint", "", || node::script("size", ""))?;
        step("lint Rust", "the first time about 5 minutes on two cores", || {
            let clippy = ["cargo", "clippy", "--workspace", "--all-targets", "--all-features"];
            stream(command_line(&clippy).args(["--", "--deny", "warnings"]), LOOK_ABOVE)
        })?;
    }
    step("build Trivet and its tests", "the first time about 8 minutes on two cores", || {
        let build = ["cargo", "build", "--lib", "--bins", "--tests"];
        stream(command_line(&build).args(EVERYTHING), LOOK_ABOVE)
    })?;
    let set = step("start a replica set for the tests", "a few seconds", TestSet::start)?;
    run_rust_tests(options, &set)?;
    if options.filter.is_none() {
        run_browser_tests(&set)?;
    }
    Ok(())
}

fn check_sources() -> Result {
    step("check the format of Rust", "", || {
        stream(&mut command_line(&["cargo", "fmt", "--all", "--check"]), "Mend it with: cargo fmt --all")
    })?;
    step("lint the interface", "about 20 seconds", || node::script("check", LOOK_ABOVE))?;
    step("check the types of the tests in a browser", "", || {
        node::BROWSER_TESTS.script("check", LOOK_ABOVE)
    })?;
    step("test the interface", "about 10 seconds", || node::script("test", LOOK_ABOVE))
}

fn run_rust_tests(options: &Options, set: &TestSet) -> Result {
    println!("→ run the Rust tests, those of the window among them");
    let mut nextest = command_line(&["cargo", "nextest", "run"]);
    nextest.args(EVERYTHING);
    nextest.env("TRIVET_TEST_SET", &set.uri).env("TRIVET_APP", target_dir().join("debug/trivet"));
    nextest.env("TRIVET_PYTHON", python::REST_TESTS.program("python")?);
    if options.slow {
        nextest.args(["--run-ignored", "all"]);
    }
    nextest.args(&options.filter);
    hand_over(&mut nextest)
}

/// The interface in a browser, served by the program that has no window.
fn run_browser_tests(set: &TestSet) -> Result {
    println!("→ run the tests in a browser");
    let mut playwright = node::BROWSER_TESTS.program("@playwright/test/cli.js");
    playwright.arg("test");
    playwright
        .env("TRIVET_TEST_SET", &set.uri)
        .env("TRIVET_SERVER", target_dir().join("debug/trivet-server"));
    hand_over(&mut playwright)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_and_slow_come_in_any_order() {
        let both = Options { slow: true, filter: Some("stale".to_owned()) };
        assert_eq!(Options::parse(&["stale", "--slow"]).expect("accepted"), both);
        assert_eq!(Options::parse(&["--slow", "stale"]).expect("accepted"), both);
        assert_eq!(Options::parse(&[]).expect("accepted"), Options::default());
    }

    #[test]
    fn an_unknown_flag_is_not_taken_for_a_filter() {
        assert!(Options::parse(&["--fast"]).is_err());
        assert!(Options::parse(&["one", "two"]).is_err());
    }
}
