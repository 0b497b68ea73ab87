//! What a program says that measures: lines `name value`, one for each figure of each round.

use std::collections::BTreeMap;

use super::median::median;
use crate::failure::{Failure, Result};

/// Figures of all rounds, by their names.
pub(super) struct Figures(BTreeMap<String, Vec<f64>>);

impl Figures {
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

    /// The middle of all rounds.
    pub(super) fn median(&self, name: &str) -> Result<f64> {
        Ok(median(self.rounds(name)?.iter().copied()))
    }
}
