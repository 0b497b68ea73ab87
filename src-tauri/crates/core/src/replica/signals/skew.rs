//! How far a member's clock is off.

/// Seconds that it is ahead of ours: `localTime` minus the middle of the request, all in milliseconds since 1970. Known to half
/// the round trip.
pub(crate) fn seconds(local_ms: i64, sent_ms: i64, answered_ms: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a difference of clocks in milliseconds")]
    let ahead = (local_ms - sent_ms.midpoint(answered_ms)) as f64;
    ahead / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn a_clock_is_compared_with_the_middle_of_the_request() {
        for (local, expected) in [(10_200, 0.0), (12_700, 2.5), (9_200, -1.0)] {
            let told = seconds(local, 10_000, 10_400);
            assert!((told - expected).abs() < 1e-9, "{told}");
        }
    }
}
