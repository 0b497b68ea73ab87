//! `cargo xtask fuzz`: random input for everything that reads documents.

use std::num::NonZeroU32;

use crate::{
    cargo_tools,
    command::{command_line, root, stream, target_dir},
    failure::{Failure, Result},
    setup::Remedy,
    step::step,
};

/// The programs of `tests/fuzz`.
const TARGETS: [&str; 6] =
    ["ejson_parse", "ejson_write", "node_view", "raw_check", "shell_parse", "typed_text"];

/// How long each runs unless told otherwise.
const SECONDS: NonZeroU32 = NonZeroU32::new(600).expect("not zero");

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    targets: Vec<&'static str>,
    seconds: NonZeroU32,
}

impl Options {
    /// Reads `[TARGET] [--seconds N]`.
    pub(crate) fn parse(words: &[&str]) -> Result<Self> {
        let mut options = Self { targets: TARGETS.to_vec(), seconds: SECONDS };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if *word == "--seconds" {
                let seconds = words.next().and_then(|seconds| seconds.parse().ok());
                options.seconds = seconds.ok_or_else(|| Failure::usage("--seconds takes a number"))?;
            } else if let Some(target) = TARGETS.into_iter().find(|target| target == word) {
                options.targets = vec![target];
            } else {
                let known = TARGETS.join(", ");
                return Err(Failure::usage(&format!("There is no target {word}. These are there: {known}.")));
            }
        }
        Ok(options)
    }
}

/// Installs cargo-fuzz where it is missing, and runs one target after the other until one finds something.
pub(crate) fn fuzz(options: &Options) -> Result {
    for tool in cargo_tools::missing(&[cargo_tools::FUZZ]) {
        if let Remedy::Install { takes, install } = tool.remedy {
            step(&format!("install {}", tool.what), takes, install)?;
        }
    }
    for target in &options.targets {
        let what = format!("fuzz {target} for {} s", options.seconds);
        step(&what, "the first build takes about 5 minutes more", || run(target, options.seconds))?;
    }
    Ok(())
}

fn run(target: &str, seconds: NonZeroU32) -> Result {
    let folder = root().join("tests/fuzz");
    let corpus = folder.join("corpus").join(target);
    std::fs::create_dir_all(&corpus).map_err(|error| Failure::file("create", &corpus, &error))?;
    let mut fuzz = command_line(&["cargo", "fuzz", "run", "--sanitizer", "none", "--fuzz-dir"]);
    fuzz.arg(&folder).arg("--target-dir").arg(target_dir().join("fuzz")).arg(target).arg(&corpus);
    let seeds = folder.join("seeds").join(target);
    if seeds.is_dir() {
        fuzz.arg(seeds);
    }
    fuzz.arg("--").arg(format!("-max_total_time={seconds}")).arg("-print_final_stats=1");
    // The flags that cargo-fuzz gives to the compiler are those of a nightly one. There is no sanitizer to look for
    // unsound code, because there is no unsafe code.
    fuzz.env("RUSTC_BOOTSTRAP", "1");
    stream(&mut fuzz, "The input that did it lies in tests/fuzz/artifacts: make a unit test of it.")
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    use super::*;

    #[test]
    fn all_targets_run_unless_one_is_named() {
        let all = Options::parse(&["--seconds", "5"]).expect("accepted");
        assert_eq!((all.targets.len(), all.seconds.get()), (TARGETS.len(), 5));
        assert_eq!(Options::parse(&["raw_check"]).expect("accepted").targets, ["raw_check"]);
        for words in [&["other"][..], &["--seconds"], &["--seconds", "0"]] {
            assert!(Options::parse(words).is_err(), "{words:?}");
        }
    }

    #[test]
    fn no_target_is_forgotten() {
        let files = fs::read_dir(root().join("tests/fuzz/fuzz_targets")).expect("the targets");
        let names = files.map(|file| file.expect("an entry").path().file_stem().expect("a name").to_owned());
        let names: BTreeSet<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
        assert_eq!(names, TARGETS.map(str::to_owned).into());
    }
}
