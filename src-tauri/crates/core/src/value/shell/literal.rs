//! Literals: from what is written to the value.

use super::lexeme::{is_line_end, is_word};
use crate::value::{ejson::Fault, number::Number};

/// Flags of a regular expression that MongoDB has, and that JavaScript can write.
const FLAGS: &str = "imsu";

/// Whether this is a number by JavaScript's grammar, without its older forms such as `017`.
pub(super) fn is_number(text: &str) -> bool {
    let whole = text.strip_suffix('n').unwrap_or(text);
    if let Some((radix, digits)) = prefixed(whole) {
        return digits.split('_').all(|part| !part.is_empty() && part.chars().all(|c| c.is_digit(radix)));
    }
    if whole.len() < text.len() {
        return is_whole(whole);
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.strip_prefix(['+', '-']).unwrap_or(exponent)),
        None => (text, "0"),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let whole_fits =
        is_whole(whole) || (whole.is_empty() && fraction.is_some_and(|digits| !digits.is_empty()));
    whole_fits && fraction.is_none_or(|digits| digits.is_empty() || is_digits(digits)) && is_digits(exponent)
}

fn is_digits(text: &str) -> bool {
    text.split('_').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_whole(text: &str) -> bool {
    is_digits(text) && (text == "0" || !text.starts_with('0'))
}

fn prefixed(text: &str) -> Option<(u32, &str)> {
    Some(match text.get(..2)? {
        "0x" | "0X" => (16, &text[2..]),
        "0o" | "0O" => (8, &text[2..]),
        "0b" | "0B" => (2, &text[2..]),
        _ => return None,
    })
}

/// The number of a literal, given with its sign; `double` is what JavaScript reads it as.
pub(super) fn number(negative: bool, written: &str, double: f64) -> Result<Number, String> {
    let digits = written.replace('_', "");
    let sign = if negative { "-" } else { "" };
    let Some((radix, digits)) = prefixed(&digits) else {
        return Number::from_text(&format!("{sign}{digits}")).map_err(|error| error.to_string());
    };
    Ok(match i64::from_str_radix(&format!("{sign}{digits}"), radix) {
        Ok(0) if negative => Number::Double(-0.0),
        Ok(whole) => Number::Whole(whole),
        Err(_) => Number::Double(if negative { -double } else { double }),
    })
}

/// The 64-bit integer of a literal such as `5n`, given with its sign.
pub(super) fn big_integer(negative: bool, written: &str) -> Option<i64> {
    let digits = written.strip_suffix('n')?.replace('_', "");
    let (radix, digits) = prefixed(&digits).unwrap_or((10, &digits));
    let sign = if negative { "-" } else { "" };
    i64::from_str_radix(&format!("{sign}{digits}"), radix).ok()
}

/// The bytes of the regular expression at the front, with its flags.
pub(super) fn regex_len(text: &str) -> Result<usize, Fault> {
    let unclosed = || Fault::new(0, "this regular expression has no closing '/' on its line");
    let mut in_class = false;
    let mut chars = text.char_indices().skip(1);
    let end = loop {
        let (at, c) = chars.next().ok_or_else(unclosed)?;
        match c {
            c if is_line_end(c) => return Err(unclosed()),
            '\\' if chars.next().is_none_or(|(_, escaped)| is_line_end(escaped)) => return Err(unclosed()),
            '[' => in_class = true,
            ']' => in_class = false,
            '/' if !in_class => break at + 1,
            _ => {}
        }
    };
    let rest = &text[end..];
    let flags = &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())];
    for (at, flag) in flags.char_indices() {
        if let Some(wrong) = wrong_flag(&flags[..at], flag) {
            return Err(Fault::new(end + at, wrong));
        }
    }
    Ok(end + flags.len())
}

fn wrong_flag(before: &str, flag: char) -> Option<String> {
    Some(match flag {
        'g' | 'y' | 'd' | 'v' => {
            format!("MongoDB has no flag '{flag}' for regular expressions; leave it out")
        }
        'x' | 'l' => format!("JavaScript has no flag '{flag}'; write BSONRegExp(\"...\", \"{flag}\")"),
        flag if before.contains(flag) => format!("the flag '{flag}' is there twice"),
        flag if !FLAGS.contains(flag) => {
            format!("'{flag}' is no flag of a regular expression; i, m and s are")
        }
        _ => return None,
    })
}

/// The options as BSON has them: in the order of the alphabet. Text is always Unicode for MongoDB, so that `u` says
/// nothing.
pub(super) fn options(flags: &str) -> String {
    let mut flags: Vec<char> = flags.chars().filter(|&flag| flag != 'u').collect();
    flags.sort_unstable();
    flags.into_iter().collect()
}

/// Whether a literal of this pattern and these options is read as just them.
pub(super) fn is_regex(pattern: &str, options: &str) -> bool {
    let written = format!("/{pattern}/{options}");
    // Two slashes, or one and a star, begin a comment.
    !pattern.is_empty()
        && !pattern.starts_with('*')
        && regex_len(&written).is_ok_and(|len| len == written.len())
        && self::options(options) == options
}
