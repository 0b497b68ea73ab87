//! What a program says that measures: lines `name value`, one for each figure of each round.

use std::{
    collections::BTreeMap,
    num::NonZeroU32,
    path::Path,
    process::{Child, Stdio},
};

use super::median::median;
use crate::{
    command::{cannot_start, command},
    failure::{Failure, Result},
};

/// Figures of all rounds, by their names.
pub(super) struct Figures(BTreeMap<String, Vec<f64>>);

impl Figures {
    /// Has a program measure in so many rounds.
    pub(super) fn measured_by(program: &Path, rounds: NonZeroU32) -> Result<Self> {
        let mut bench = command(program);
        bench.args(["--rounds", &rounds.to_string()]).stdout(Stdio::piped());
        let ended = bench.spawn().and_then(Child::wait_with_output);
        let output = ended.map_err(|error| cannot_start(&bench, &error))?;
        if !output.status.success() {
            return Err(Failure::new("Nothing could be measured. The messages above say why."));
        }
        Ok(Self::read(&String::from_utf8_lossy(&output.stdout)))
    }

    /// Reads what was said; other lines are left out.
    pub(super) fn read(said: &str) -> Self {
        let mut figures = BTreeMap::<_, Vec<_>>::new();
        for (name, value) in said.lines().filter_map(|line| line.split_once(' ')) {
            if let Ok(value) = value.parse() {
                figures.entry(name.to_owned()).or_default().push(value);
            }
        }
        Self(figures)
    }

    /// What was measured in each round, at least once.
    pub(super) fn rounds(&self, name: &str) -> Result<&[f64]> {
        let rounds = self.0.get(name).ok_or_else(|| Failure::new(format!("There is no figure {name}.")))?;
        Ok(rounds)
    }

    /// What was measured under names that begin so, by the rest of the name.
    pub(super) fn named(&self, prefix: &str) -> impl Iterator<Item = (&str, &[f64])> {
        self.0.iter().filter_map(move |(name, rounds)| Some((name.strip_prefix(prefix)?, rounds.as_slice())))
    }

    /// The middle of all rounds.
    pub(super) fn median(&self, name: &str) -> Result<f64> {
        Ok(median(self.rounds(name)?.iter().copied()))
    }
}
