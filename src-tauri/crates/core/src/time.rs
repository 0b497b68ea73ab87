//! Moments as BSON has them.

use std::time::SystemTime;

use crate::value::typed::{Kind, TypedValue};

/// ISO 8601 in UTC with milliseconds, as a BSON date is written: `2026-01-31T12:00:00.000Z`.
pub(crate) fn iso(moment: SystemTime) -> String {
    iso_of_millis(millis(moment))
}

/// The same of milliseconds since 1970.
pub(crate) fn iso_of_millis(millis: i64) -> String {
    TypedValue::of(Kind::Date, &millis.to_le_bytes()).value.text
}

/// Milliseconds since 1970 of a moment written in ISO 8601.
pub(crate) fn millis_of_iso(text: &str) -> Option<i64> {
    Some(bson::DateTime::parse_rfc3339_str(text).ok()?.timestamp_millis())
}

/// Milliseconds since 1970.
pub(crate) fn millis(moment: SystemTime) -> i64 {
    bson::DateTime::from_system_time(moment).timestamp_millis()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_utc_with_milliseconds() {
        let moment = SystemTime::UNIX_EPOCH + std::time::Duration::from_millis(1_700_000_000_120);
        assert_eq!(iso(moment), "2023-11-14T22:13:20.120Z");
    }
}
