//! The errors that writes met, by kind.

use crate::replica::{
    SeenError,
    failover::{
        failure::{Failure, Meaning},
        samples::{Outcome, Sample},
    },
};

/// Each kind of failure with its count, that which was met first first.
pub(super) fn errors(known: &[Sample], kinds: &[Failure]) -> Vec<SeenError> {
    let mut seen: Vec<Option<SeenError>> = vec![None; kinds.len()];
    for sample in known {
        let Outcome::Failed(number) = sample.outcome else { continue };
        let met = sample.heard() / 1_000;
        let (Some(place), Some(kind)) = (seen.get_mut(number), kinds.get(number)) else { continue };
        let error = place.get_or_insert_with(|| SeenError {
            code: kind.code,
            name: kind.name.clone(),
            message: kind.message.clone(),
            count: 0,
            retryable: kind.meaning == Meaning::Retryable,
            first_ms: met,
            last_ms: met,
        });
        error.count += 1;
        error.first_ms = error.first_ms.min(met);
        error.last_ms = error.last_ms.max(met);
    }
    let mut seen: Vec<_> = seen.into_iter().flatten().collect();
    seen.sort_by_key(|error| error.first_ms);
    seen
}
