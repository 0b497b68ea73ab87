//! Moments as text.

use std::time::SystemTime;

/// ISO 8601 in UTC with milliseconds: `2026-01-31T12:00:00.000Z`.
pub(crate) fn iso(moment: SystemTime) -> String {
    jiff::Timestamp::try_from(moment).map(|moment| format!("{moment:.3}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_utc_with_milliseconds() {
        let moment = SystemTime::UNIX_EPOCH + std::time::Duration::from_millis(1_700_000_000_123);
        assert_eq!(iso(moment), "2023-11-14T22:13:20.123Z");
    }
}
