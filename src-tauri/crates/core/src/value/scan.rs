//! Looks through bytes eight at a time.
//!
//! A test takes eight bytes as one little-endian number and answers with a number in which the high bit of
//! every byte that was looked for is set. Above the first such byte it may set bits that mean nothing: a
//! subtraction borrows from there. So only the first one counts.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// Bytes that are zero.
pub(super) const fn zero(word: u64) -> u64 {
    below(word, 1)
}

/// Bytes that stand in a JSON string only as an escape, and those that end it.
pub(super) const fn not_in_json_string(word: u64) -> u64 {
    below(word, 0x20) | equal(word, b'"') | equal(word, b'\\')
}

/// Those, and every byte of a character that is not ASCII.
pub(super) const fn not_plain_in_json_string(word: u64) -> u64 {
    not_in_json_string(word) | (word & HIGH_BITS)
}

/// Bytes below a bound of up to 128.
const fn below(word: u64, bound: u8) -> u64 {
    word.wrapping_sub(ONES * bound as u64) & !word & HIGH_BITS
}

const fn equal(word: u64, byte: u8) -> u64 {
    zero(word ^ (ONES * byte as u64))
}

/// Where the first byte from `from` on stands for which the test answers.
#[inline]
pub(super) fn find(bytes: &[u8], from: usize, test: impl Fn(u64) -> u64) -> Option<usize> {
    let (words, rest) = bytes[from..].as_chunks();
    for (index, word) in words.iter().enumerate() {
        let found = test(u64::from_le_bytes(*word));
        if found != 0 {
            return Some(from + index * 8 + first_byte(found));
        }
    }
    let at = first_byte(test(rest_word(bytes, rest)));
    (at < rest.len()).then(|| bytes.len() - rest.len() + at)
}

/// Less than eight bytes at the end of others, filled up with zeros.
#[inline]
fn rest_word(bytes: &[u8], rest: &[u8]) -> u64 {
    match bytes.last_chunk() {
        Some(_) if rest.is_empty() => 0,
        Some(last) => u64::from_le_bytes(*last) >> (8 * (8 - rest.len())),
        None => rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}

/// Appends the bytes where the test answers for none of them; otherwise nothing. It must not answer for `a`.
///
/// Whole words are appended and what was too much is taken back: texts are mostly short, and a copy of a length that
/// is not known costs more than all the rest.
#[inline]
pub(super) fn append_if_none(out: &mut Vec<u8>, bytes: &[u8], test: impl Fn(u64) -> u64) -> bool {
    let begun = out.len();
    let mut found = 0;
    let mut append = |out: &mut Vec<u8>, word: u64| {
        found |= test(word);
        out.extend_from_slice(&word.to_le_bytes());
    };
    if let Some(last) = bytes.last_chunk() {
        let (words, rest) = bytes.as_chunks();
        for word in words {
            append(out, u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            // The last word overlaps the one before it.
            out.truncate(begun + bytes.len() - 8);
            append(out, u64::from_le_bytes(*last));
        }
    } else {
        append(out, short_word(bytes));
    }
    out.truncate(if found == 0 { begun + bytes.len() } else { begun });
    found == 0
}

/// Less than eight bytes, filled up with `a`.
fn short_word(bytes: &[u8]) -> u64 {
    let len = bytes.len();
    let filled = (ONES * u64::from(b'a')) << (8 * len);
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        // Where the two overlap they are the same.
        let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
        return filled | u64::from(first) | u64::from(last) << (8 * (len - 4));
    }
    match *bytes {
        [] => filled,
        [first, .., last] => {
            let middle = u64::from(bytes[len / 2]) << (8 * (len / 2));
            filled | u64::from(first) | middle | u64::from(last) << (8 * (len - 1))
        }
        [only] => filled | u64::from(only),
    }
}

/// Appends what stands from `from` on before the first byte for which the test answers, and gives its place;
/// nothing where there is no such byte.
#[inline]
pub(super) fn append_until(
    out: &mut Vec<u8>,
    bytes: &[u8],
    from: usize,
    test: impl Fn(u64) -> u64,
) -> Option<usize> {
    let begun = out.len();
    let (words, rest) = bytes[from..].as_chunks();
    for (index, word) in words.iter().enumerate() {
        out.extend_from_slice(word);
        let found = test(u64::from_le_bytes(*word));
        if found != 0 {
            let len = index * 8 + first_byte(found);
            out.truncate(begun + len);
            return Some(from + len);
        }
    }
    let word = rest_word(bytes, rest);
    let at = first_byte(test(word));
    if at >= rest.len() {
        out.truncate(begun);
        return None;
    }
    out.extend_from_slice(&word.to_le_bytes());
    out.truncate(begun + words.len() * 8 + at);
    Some(bytes.len() - rest.len() + at)
}

/// The number of the first byte that was found; 8 where none was.
fn first_byte(found: u64) -> usize {
    // At most 64: the conversion cannot fail.
    usize::try_from(found.trailing_zeros() / 8).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{append_if_none, append_until, find, not_in_json_string, not_plain_in_json_string, zero};

    proptest! {
        #[test]
        fn the_first_of_them_is_found_wherever_it_stands(
            before in prop::collection::vec(0x23..0x5B_u8, 0..20),
            rest in any::<Vec<u8>>(),
            from in 0..10_usize,
        ) {
            let bytes = [before, rest].concat();
            let from = from.min(bytes.len());
            let slow = |is_meant: fn(u8) -> bool| {
                bytes[from..].iter().position(|&byte| is_meant(byte)).map(|at| from + at)
            };
            let escaped = slow(|byte| byte < 0x20 || byte == b'"' || byte == b'\\');
            prop_assert_eq!(find(&bytes, from, zero), slow(|byte| byte == 0));
            prop_assert_eq!(find(&bytes, from, not_in_json_string), escaped);
            let special = slow(|byte| byte < 0x20 || byte == b'"' || byte == b'\\' || byte >= 0x80);
            prop_assert_eq!(find(&bytes, from, not_plain_in_json_string), special);
            let mut out = b"before".to_vec();
            prop_assert_eq!(append_until(&mut out, &bytes, from, not_in_json_string), escaped);
            prop_assert_eq!(&out[6..], &bytes[from..escaped.unwrap_or(from)]);
        }

        #[test]
        fn all_or_nothing_is_appended(bytes in prop::collection::vec(0x1F..0x7F_u8, 0..30)) {
            let mut out = b"before".to_vec();
            let appended = append_if_none(&mut out, &bytes, not_plain_in_json_string);
            prop_assert_eq!(appended, find(&bytes, 0, not_plain_in_json_string).is_none());
            prop_assert_eq!(&out[6..], if appended { bytes.as_slice() } else { b"" });
        }
    }
}
