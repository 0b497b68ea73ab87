//! What a client with retryable writes would have seen.
//!
//! Such a client (`retryWrites=true`, the default of every driver) waits up to 30 s for a primary (`serverSelectionTimeoutMS`), sends the
//! write, and where it meets an error on which it may be sent again does both once more: it hears of the second error. It is not
//! simulated but reckoned from what the canary's own writes met at the same moments, which wait 2 s and are sent once:
//! - **no primary was found**: it would have waited on. It is acknowledged when the next of ours is, if that is within 30 s.
//! - **an error on which it is sent again**: the second attempt meets what the first of our writes met that was sent after the error.
//!   Where that one found no primary, the client waits for one, as above, for 30 s from the error.
//! - **any other error** is heard of.
//!
//! A write whose answer never came counts as one of the second kind, when the canary gave it up: a client without a time limit for
//! its socket may hang for longer. So does one that met the canary's own limits (`maxTimeMS`, `wtimeout`): a client that has set
//! none waits on, and is told when the primary steps down. What was still going on at the end counts as an error.

use crate::replica::{
    RetryableView,
    failover::{
        failure::{Failure, Meaning},
        samples::{Outcome, Sample},
    },
};

/// For so many microseconds a driver waits for a primary where it is told nothing else.
const SELECTION: u32 = 30_000_000;

/// `heard` are the acknowledgements in order.
pub(super) fn retryable(known: &[Sample], kinds: &[Failure], heard: &[u32]) -> RetryableView {
    let mut view = RetryableView::default();
    let mut slowest: Option<u32> = None;
    for sample in known {
        let took = match sample.outcome {
            Outcome::Acknowledged => Some(sample.took),
            Outcome::Failed(kind) => {
                let acknowledged = acknowledged(sample, meaning(kinds, kind), known, kinds, heard);
                match acknowledged {
                    Some(_) => view.hidden += 1,
                    None => view.errors += 1,
                }
                acknowledged.map(|at| at.saturating_sub(sample.sent))
            }
        };
        slowest = slowest.max(took);
    }
    view.slowest_ms = slowest.map(|slowest| slowest / 1_000);
    view
}

/// When a write that failed for us would have been acknowledged.
fn acknowledged(
    failed: &Sample,
    meaning: Meaning,
    known: &[Sample],
    kinds: &[Failure],
    heard: &[u32],
) -> Option<u32> {
    let waiting = |since: u32, failed_at: u32| {
        let next = heard[heard.partition_point(|at| *at < failed_at)..].first().copied();
        next.filter(|next| *next <= since.saturating_add(SELECTION))
    };
    match meaning {
        Meaning::Final => None,
        Meaning::NoPrimary => waiting(failed.sent, failed.heard()),
        Meaning::Retryable | Meaning::OwnLimit => {
            let again = known.get(known.partition_point(|sample| sample.sent < failed.heard()))?;
            match again.outcome {
                Outcome::Acknowledged => Some(again.heard()),
                Outcome::Failed(kind) => match self::meaning(kinds, kind) {
                    Meaning::NoPrimary => waiting(failed.heard(), again.heard()),
                    Meaning::Retryable | Meaning::OwnLimit | Meaning::Final => None,
                },
            }
        }
    }
}

fn meaning(kinds: &[Failure], kind: usize) -> Meaning {
    kinds.get(kind).map_or(Meaning::Final, |kind| kind.meaning)
}
