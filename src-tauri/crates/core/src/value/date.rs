//! Milliseconds since 1970 as ISO 8601, and back.
//!
//! Own arithmetic, because a BSON date is any 64-bit number of milliseconds and knows no leap seconds:
//! the proleptic Gregorian calendar in eras of 400 years, as in Howard Hinnant's "chrono-Compatible
//! Low-Level Date Algorithms".

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH_DAYS: i64 = 719_468;
/// Days in 400 years.
const ERA_DAYS: i64 = 146_097;

/// ISO 8601 in UTC with milliseconds, such as `2026-11-23T19:24:00.000Z`; none outside years 1 to 9999.
pub(super) fn to_iso(millis: i64) -> Option<[u8; 24]> {
    let (year, month, day) = civil(millis.div_euclid(DAY_MS))?;
    let in_day = millis.rem_euclid(DAY_MS);
    let mut text = *b"0000-00-00T00:00:00.000Z";
    put_digits(&mut text[..4], year);
    put_digits(&mut text[5..7], month);
    put_digits(&mut text[8..10], day);
    put_digits(&mut text[11..13], in_day / 3_600_000);
    put_digits(&mut text[14..16], in_day / 60_000 % 60);
    put_digits(&mut text[17..19], in_day / 1000 % 60);
    put_digits(&mut text[20..23], in_day % 1000);
    Some(text)
}

/// Writes a number that fits, with zeros before it.
fn put_digits(place: &mut [u8], mut number: i64) {
    for digit in place.iter_mut().rev() {
        // Below 10: the conversion cannot fail.
        *digit = b'0' + u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
    }
}

/// Milliseconds since 1970 of an ISO 8601 date in years 1 to 9999: `YYYY-MM-DD`, or with
/// `Thh:mm[:ss[.fraction]]` and `Z` or an offset such as `+02:00`. A plain date is midnight in UTC.
///
/// None where the text is anything else, or has a fraction finer than a millisecond.
pub(super) fn from_iso(text: &str) -> Option<i64> {
    let mut reader = Reader { rest: text.as_bytes() };
    let year = reader.digits(4)?;
    reader.byte(b"-")?;
    let month = reader.digits(2)?;
    reader.byte(b"-")?;
    let day = reader.digits(2)?;
    if year == 0 || !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
        return None;
    }
    let midnight = days(year, month, day) * DAY_MS;
    if reader.rest.is_empty() {
        return Some(midnight);
    }
    reader.byte(b"Tt ")?;
    let in_day = reader.time_of_day()?;
    let offset = reader.offset()?;
    if !reader.rest.is_empty() {
        return None;
    }
    Some(midnight + in_day - offset)
}

/// Reads the parts of a date from the front of the text.
struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn digits(&mut self, count: usize) -> Option<i64> {
        let (digits, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        digits
            .iter()
            .try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0')))
    }

    fn byte(&mut self, allowed: &[u8]) -> Option<u8> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        allowed.contains(&byte).then_some(byte)
    }

    fn skip(&mut self, byte: u8) -> bool {
        let found = self.rest.first() == Some(&byte);
        if found {
            self.rest = &self.rest[1..];
        }
        found
    }

    fn time_of_day(&mut self) -> Option<i64> {
        let hour = self.digits(2).filter(|&hour| hour < 24)?;
        self.byte(b":")?;
        let minute = self.digits(2).filter(|&minute| minute < 60)?;
        let mut millis = (hour * 60 + minute) * 60_000;
        if self.skip(b':') {
            millis += self.digits(2).filter(|&second| second < 60)? * 1000;
            if self.skip(b'.') {
                millis += self.fraction()?;
            }
        }
        Some(millis)
    }

    fn fraction(&mut self) -> Option<i64> {
        let len = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.rest.split_at(len);
        self.rest = rest;
        let (millis, finer) = digits.split_at(len.min(3));
        if len == 0 || finer.iter().any(|&digit| digit != b'0') {
            return None;
        }
        let padded = millis.iter().chain(b"00").take(3);
        Some(padded.fold(0, |number, digit| number * 10 + i64::from(digit - b'0')))
    }

    fn offset(&mut self) -> Option<i64> {
        let sign = match self.byte(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Some(0),
        };
        let hour = self.digits(2).filter(|&hour| hour < 24)?;
        self.skip(b':');
        let minute = if self.rest.is_empty() { 0 } else { self.digits(2).filter(|&minute| minute < 60)? };
        Some(sign * (hour * 60 + minute) * 60_000)
    }
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970 of a day of the calendar.
pub(super) fn days(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March here, so that the leap day is the last one.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * ERA_DAYS + day_of_era - EPOCH_DAYS
}

/// Year, month and day of a day since 1970; none outside years 1 to 9999.
fn civil(days_since_epoch: i64) -> Option<(i64, i64, i64)> {
    if !(days(1, 1, 1)..=days(9999, 12, 31)).contains(&days_since_epoch) {
        return None;
    }
    let shifted = days_since_epoch + EPOCH_DAYS;
    let era = shifted.div_euclid(ERA_DAYS);
    let day_of_era = shifted.rem_euclid(ERA_DAYS);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    Some((year, month, day))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::from_iso;

    fn to_iso(millis: i64) -> Option<String> {
        super::to_iso(millis).map(|text| text.into_iter().map(char::from).collect())
    }

    #[test]
    fn a_date_is_written_in_utc_with_milliseconds() {
        assert_eq!(to_iso(0).as_deref(), Some("1970-01-01T00:00:00.000Z"));
        assert_eq!(to_iso(-1).as_deref(), Some("1969-12-31T23:59:59.999Z"));
        assert_eq!(to_iso(951_827_696_789).as_deref(), Some("2000-02-29T12:34:56.789Z"));
        assert_eq!(to_iso(-62_135_596_800_000).as_deref(), Some("0001-01-01T00:00:00.000Z"));
        assert_eq!(to_iso(253_402_300_799_999).as_deref(), Some("9999-12-31T23:59:59.999Z"));
    }

    #[test]
    fn a_date_outside_years_1_to_9999_has_no_iso_form() {
        for millis in [-62_135_596_800_001, 253_402_300_800_000, i64::MIN, i64::MAX] {
            assert_eq!(to_iso(millis), None);
        }
    }

    #[test]
    fn offsets_and_missing_parts_are_understood() {
        let noon = Some(1_792_238_400_000);
        for text in [
            "2026-10-17T12:00:00.000Z",
            "2026-10-17T12:00Z",
            "2026-10-17 12:00:00Z",
            "2026-10-17T14:00:00+02:00",
            "2026-10-17T14:00+0200",
            "2026-10-17T07:00:00.0-05",
            "2026-10-17T12:00:00.000000Z",
        ] {
            assert_eq!(from_iso(text), noon, "{text}");
        }
        assert_eq!(from_iso("2026-10-17"), Some(1_792_195_200_000));
        assert_eq!(from_iso("2026-10-17T12:00:00.5Z"), Some(1_792_238_400_500));
    }

    #[test]
    fn a_date_that_does_not_exist_is_refused() {
        for text in [
            "2026-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-01-00",
            "0000-01-01",
            "2026-1-1",
            "2026-10-17T12:00:00",
            "2026-10-17T24:00Z",
            "2026-10-17T12:60Z",
            "2026-10-17T12:00:60Z",
            "2026-10-17T12:00:00.Z",
            "2026-10-17T12:00:00.0001Z",
            "2026-10-17T12:00Zx",
            "2026-10-17T",
            "",
            "é",
        ] {
            assert_eq!(from_iso(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_date_reads_back(millis in -62_135_596_800_000_i64..=253_402_300_799_999) {
            let text = to_iso(millis).expect("inside years 1 to 9999");
            prop_assert_eq!(from_iso(&text), Some(millis));
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            let _ = from_iso(&text);
        }
    }
}
