//! The writes for a chart.

use crate::replica::failover::samples::Sample;

/// So many writes are kept whole; of more, some of the acknowledged ones are left out.
pub(super) const MOST: usize = 6_000;
/// However many have failed, so many acknowledged ones are there.
const FEWEST_ACKNOWLEDGED: usize = 1_000;

/// When each was sent and how long it took, milliseconds. Every failure is there; of the acknowledged ones in a row, where there are too
/// many, the slowest.
pub(super) fn chart(known: &[Sample]) -> (Vec<u32>, Vec<Option<u32>>) {
    let acknowledged = known.iter().filter(|sample| sample.is_acknowledged()).count();
    let room = MOST.saturating_sub(known.len() - acknowledged).max(FEWEST_ACKNOWLEDGED);
    let row = acknowledged.div_ceil(room).max(1);
    let mut places: Vec<usize> = Vec::new();
    let (mut in_row, mut slowest): (usize, Option<usize>) = (0, None);
    for (place, sample) in known.iter().enumerate() {
        if !sample.is_acknowledged() {
            places.push(place);
            continue;
        }
        if slowest.is_none_or(|slowest| known[slowest].took < sample.took) {
            slowest = Some(place);
        }
        in_row += 1;
        if in_row == row {
            places.extend(slowest.take());
            in_row = 0;
        }
    }
    places.extend(slowest);
    places.sort_unstable();
    let kept = || places.iter().map(|place| &known[*place]);
    let sent = kept().map(|sample| sample.sent / 1_000).collect();
    let took = kept().map(|sample| sample.is_acknowledged().then(|| rounded(sample.took))).collect();
    (sent, took)
}

/// To the next millisecond.
fn rounded(micros: u32) -> u32 {
    micros.saturating_add(500) / 1_000
}
