//! What became of each write, in columns.

use super::failure::Failure;

/// So many kinds of failures are told apart; what comes then counts as the last of them.
const MOST_KINDS: usize = 200;
/// So many changes of the primary are remembered.
const MOST_CHANGES: usize = 1_000;
/// In the column of outcomes: no answer yet.
const WAITING: u8 = u8::MAX;
/// And: a majority has it. Anything else is the number of a kind of failure.
const ACKNOWLEDGED: u8 = u8::MAX - 1;

/// Every write of a measuring: 9 bytes each, so 650 kB an hour. Times are microseconds since the beginning, of which an hour and ten
/// minutes fit.
#[derive(Debug, Default)]
pub(crate) struct Samples {
    sent: Vec<u32>,
    took: Vec<u32>,
    outcome: Vec<u8>,
    kinds: Vec<Failure>,
    acknowledged: u32,
    failed: u32,
    /// When the last acknowledgement came.
    heard: Option<u32>,
    /// Since when they have come one after the other, and nothing that was sent since has failed.
    well_since: Option<u32>,
    last_failure: Option<u8>,
    /// When the writing client found, lost or changed its primary.
    changes: Vec<u32>,
}

/// One write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sample {
    pub(crate) sent: u32,
    pub(crate) took: u32,
    pub(crate) outcome: Outcome,
}

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A majority has it.
    Acknowledged,
    /// It failed in the way of this number.
    Failed(usize),
}

impl Sample {
    /// When it was known what became of it.
    pub(crate) fn heard(&self) -> u32 {
        self.sent.saturating_add(self.took)
    }

    pub(crate) fn is_acknowledged(&self) -> bool {
        self.outcome == Outcome::Acknowledged
    }
}

impl Samples {
    /// Notes that a write is sent; its number.
    pub(crate) fn begin(&mut self, now: u32) -> usize {
        self.sent.push(now);
        self.took.push(0);
        self.outcome.push(WAITING);
        self.sent.len() - 1
    }

    /// Notes what became of a write. `silent` is how long no acknowledgement has to come for writes to be away.
    pub(crate) fn end(&mut self, number: usize, now: u32, outcome: Result<(), Failure>, silent: u32) {
        let sent = self.sent[number];
        self.took[number] = now.saturating_sub(sent);
        match outcome {
            Ok(()) => {
                self.outcome[number] = ACKNOWLEDGED;
                self.acknowledged += 1;
                let goes_on = self.heard.is_some_and(|heard| now.saturating_sub(heard) <= silent);
                if !goes_on || self.well_since.is_none() {
                    self.well_since = Some(now);
                }
                self.heard = Some(now);
            }
            Err(failure) => {
                let kind = self.kind(failure);
                self.outcome[number] = kind;
                self.failed += 1;
                self.last_failure = Some(kind);
                if self.well_since.is_some_and(|since| since <= sent) {
                    self.well_since = None;
                }
            }
        }
    }

    /// Notes that the client that writes found, lost or changed its primary.
    pub(crate) fn change(&mut self, now: u32) {
        if self.changes.len() < MOST_CHANGES {
            self.changes.push(now);
        }
    }

    pub(crate) fn changes(&self) -> &[u32] {
        &self.changes
    }

    fn kind(&mut self, failure: Failure) -> u8 {
        let known = self.kinds.iter().position(|kind| kind.is_like(&failure));
        let kind = known.unwrap_or_else(|| {
            if self.kinds.len() < MOST_KINDS {
                self.kinds.push(failure);
            }
            self.kinds.len() - 1
        });
        u8::try_from(kind).unwrap_or(0)
    }

    /// Those of which it is known what became of them, in the order in which they were sent.
    pub(crate) fn known(&self) -> impl Iterator<Item = Sample> + '_ {
        let columns = self.sent.iter().zip(&self.took).zip(&self.outcome);
        columns.filter(|(_, outcome)| **outcome != WAITING).map(|((&sent, &took), &outcome)| {
            let outcome = match outcome {
                ACKNOWLEDGED => Outcome::Acknowledged,
                kind => Outcome::Failed(usize::from(kind)),
            };
            Sample { sent, took, outcome }
        })
    }

    pub(crate) fn kinds(&self) -> &[Failure] {
        &self.kinds
    }

    pub(crate) fn sent(&self) -> usize {
        self.sent.len()
    }

    pub(crate) fn acknowledged(&self) -> u32 {
        self.acknowledged
    }

    pub(crate) fn failed(&self) -> u32 {
        self.failed
    }

    /// Writes that still wait for an answer.
    pub(crate) fn waiting(&self) -> usize {
        self.sent.len() - (self.acknowledged + self.failed) as usize
    }

    /// For how long no acknowledgement has come.
    pub(crate) fn quiet_for(&self, now: u32) -> u32 {
        now.saturating_sub(self.heard.unwrap_or(0))
    }

    /// Since when acknowledgements have come one after the other; none while they do not.
    pub(crate) fn well_since(&self, now: u32, silent: u32) -> Option<u32> {
        self.well_since.filter(|_| self.quiet_for(now) <= silent)
    }

    pub(crate) fn last_failure(&self) -> Option<&Failure> {
        self.kinds.get(usize::from(self.last_failure?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SILENT: u32 = 300;

    #[test]
    fn writes_are_well_since_they_came_again_and_a_write_from_before_that_fails_late_takes_nothing_back() {
        let mut samples = Samples::default();
        let [first, hung, second, third, fourth] = [0, 10, 20, 1_000, 1_100].map(|at| samples.begin(at));
        samples.end(first, 5, Ok(()), SILENT);
        assert_eq!(samples.well_since(100, SILENT), Some(5));
        samples.end(second, 40, Err(Failure::no_primary()), SILENT);
        assert_eq!(samples.well_since(100, SILENT), None, "it was sent while all was well");
        samples.end(third, 1_005, Ok(()), SILENT);
        samples.end(hung, 1_010, Err(Failure::no_answer()), SILENT);
        assert_eq!(samples.well_since(1_010, SILENT), Some(1_005));
        assert_eq!(samples.well_since(1_306, SILENT), None, "nothing has come for a while");
        samples.end(fourth, 1_400, Ok(()), SILENT);
        assert_eq!(samples.well_since(1_400, SILENT), Some(1_400), "nor had it when this came");
        assert_eq!((samples.acknowledged(), samples.failed(), samples.waiting()), (3, 2, 0));
        assert_eq!(samples.last_failure(), Some(&Failure::no_answer()));
    }

    #[test]
    fn an_hour_of_writes_fits_into_a_megabyte() {
        let mut samples = Samples::default();
        for at in 0..72_000 {
            let number = samples.begin(at * 50_000);
            samples.end(number, at * 50_000 + 3_000, Ok(()), SILENT);
        }
        assert_eq!(samples.known().last().map(|last| last.sent), Some(71_999 * 50_000));
        let held = 4 * (samples.sent.capacity() + samples.took.capacity()) + samples.outcome.capacity();
        assert!(held < 1_200_000, "{held}");
    }

    #[test]
    fn however_many_kinds_of_failures_there_are_some_are_told_apart() {
        let mut samples = Samples::default();
        for code in 0..1_000 {
            let number = samples.begin(0);
            samples.end(number, 1, Err(Failure::of_server(code, "", "")), SILENT);
        }
        assert_eq!((samples.kinds().len(), samples.failed()), (MOST_KINDS, 1_000));
    }
}
