//! Where a page ended, as an opaque text.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{
    key::{Key, Value},
    order::Direction,
};
use crate::{
    Error, Result,
    document::{QueryPlan, id::is_one_value, wire::Writer},
    value::raw,
};

/// Tells a query from any other, so that no page goes on in one that it does not belong to.
pub(super) type Fingerprint = [u8; 8];
/// Tells a document from the others that a query gives.
pub(super) type Trace = [u8; 16];

/// By its `_id`; where it has none, or where others may have the same, by all of it.
pub(super) fn trace(document: &[u8], repeats: bool) -> Trace {
    let mut hasher = blake3::Hasher::new();
    match raw::get(document, "_id") {
        Ok(Some(id)) if !repeats => hasher.update(&[id.kind.byte()]).update(id.value),
        _ => hasher.update(document),
    };
    let mut trace = Trace::default();
    hasher.finalize_xof().fill(&mut trace);
    trace
}

/// Where a page ended, or began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// At a document, by its place in the order.
    Mark(Mark),
    /// At a place of a cursor.
    Place(Place),
}

/// A document's place in an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) key: Key,
    /// The direction of `_id` where the order has another field before it.
    pub(super) id: Direction,
    /// About how many documents come before it.
    pub(super) rank: Option<u64>,
    pub(super) plan: Option<QueryPlan>,
}

/// A place of a cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The cursor, if it is still open; 0 for none.
    pub(super) name: u64,
    /// From the end of the order.
    pub(super) backward: bool,
    /// In the order in which the server gives documents, without a sort.
    pub(super) natural: bool,
    /// An `_id` may come more than once.
    pub(super) repeats: bool,
    /// How many documents it has given, or passed over.
    pub(super) given: u64,
    /// The last that it has given; zeros where it has given none.
    pub(super) last: Trace,
    pub(super) plan: Option<QueryPlan>,
}

impl Place {
    /// Before everything, or behind what is passed over.
    pub(super) fn start(backward: bool, natural: bool, passed: u64) -> Self {
        Self { name: 0, backward, natural, repeats: false, given: passed, last: Trace::default(), plan: None }
    }

    /// Something was given that has to be there still.
    pub(super) fn can_be_checked(&self) -> bool {
        self.last != Trace::default()
    }
}

// The first byte.
const MARK: u8 = b'k';
const PLACE: u8 = b'c';
// Bits of the second byte.
const PLANNED: u8 = 1;
const SCANS: u8 = 2;
const SORTS: u8 = 4;
/// Of a place, that it is from the end; of a mark, that `_id` descends.
const REVERSED: u8 = 8;
/// Of a place, that nothing is sorted.
const NATURAL: u8 = 16;
/// Of a place, that an `_id` may come more than once.
const REPEATS: u8 = 32;
const NO_RANK: u64 = u64::MAX;

impl Token {
    pub(super) fn encode(&self, fingerprint: Fingerprint) -> String {
        let mut bytes = Vec::new();
        match self {
            Self::Mark(Mark { key, id, rank, plan }) => {
                let reversed = *id == Direction::Descending;
                bytes.extend_from_slice(&[MARK, bits(*plan, reversed)]);
                bytes.extend_from_slice(&fingerprint);
                bytes.extend_from_slice(&rank.unwrap_or(NO_RANK).to_le_bytes());
                let mut values = Writer::new().raw("i", key.id.kind, &key.id.bytes);
                if let Some(field) = &key.field {
                    values = values.raw("f", field.kind, &field.bytes);
                }
                bytes.extend_from_slice(&values.finish());
            }
            Self::Place(Place { name, backward, natural, repeats, given, last, plan }) => {
                let more = bit(*natural, NATURAL) | bit(*repeats, REPEATS);
                bytes.extend_from_slice(&[PLACE, bits(*plan, *backward) | more]);
                bytes.extend_from_slice(&fingerprint);
                bytes.extend_from_slice(&name.to_le_bytes());
                bytes.extend_from_slice(&given.to_le_bytes());
                bytes.extend_from_slice(last);
            }
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    pub(super) fn decode(text: &str, fingerprint: Fingerprint) -> Result<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        let read = bytes.as_deref().and_then(Self::read);
        let (token, own) = read.ok_or_else(|| {
            Error::invalid("The page cursor cannot be read: use one that came with a page.")
        })?;
        if own != fingerprint {
            return Err(Error::invalid("The page cursor belongs to another query.")
                .with_hint("Use it with the filter, sort order and options of the page that it came with."));
        }
        Ok(token)
    }

    fn read(bytes: &[u8]) -> Option<(Self, Fingerprint)> {
        let (&[kind, bits], rest) = bytes.split_first_chunk()?;
        let (&fingerprint, rest) = rest.split_first_chunk()?;
        let (&first, rest) = rest.split_first_chunk()?;
        let first = u64::from_le_bytes(first);
        let planned = bits & PLANNED != 0;
        let plan =
            planned.then_some(QueryPlan { scans_collection: bits & SCANS != 0, sorts: bits & SORTS != 0 });
        let reversed = bits & REVERSED != 0;
        let token = match kind {
            MARK => {
                let id = if reversed { Direction::Descending } else { Direction::Ascending };
                let rank = Some(first).filter(|rank| *rank != NO_RANK);
                Self::Mark(Mark { key: read_key(rest)?, id, rank, plan })
            }
            PLACE => {
                let (&given, rest) = rest.split_first_chunk()?;
                let last = rest.try_into().ok()?;
                Self::Place(Place {
                    name: first,
                    backward: reversed,
                    natural: bits & NATURAL != 0,
                    repeats: bits & REPEATS != 0,
                    given: u64::from_le_bytes(given),
                    last,
                    plan,
                })
            }
            _ => return None,
        };
        Some((token, fingerprint))
    }
}

fn bit(set: bool, bit: u8) -> u8 {
    if set { bit } else { 0 }
}

fn bits(plan: Option<QueryPlan>, reversed: bool) -> u8 {
    let QueryPlan { scans_collection, sorts } = plan.unwrap_or_default();
    bit(plan.is_some(), PLANNED) | bit(scans_collection, SCANS) | bit(sorts, SORTS) | bit(reversed, REVERSED)
}

/// The values come from outside and are put into commands as they are.
fn read_key(bytes: &[u8]) -> Option<Key> {
    let value = |name: &str| {
        let element = raw::get(bytes, name).ok()?;
        Some(element.map(|element| Value { kind: element.kind.byte(), bytes: element.value.to_vec() }))
    };
    let (id, field) = (value("i")??, value("f")?);
    let whole = field.iter().chain([&id]).all(|value| is_one_value(value.kind, &value.bytes));
    whole.then_some(Key { field, id })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::typed::Kind;

    const OURS: Fingerprint = [7; 8];

    fn tokens() -> Vec<Token> {
        let id = Value { kind: Kind::ObjectId.byte(), bytes: vec![1; 12] };
        let field = Value { kind: Kind::MaxKey.byte(), bytes: vec![] };
        let plan = Some(QueryPlan { scans_collection: false, sorts: true });
        vec![
            Token::Mark(Mark {
                key: Key { field: None, id: id.clone() },
                id: Direction::Ascending,
                rank: None,
                plan: None,
            }),
            Token::Mark(Mark {
                key: Key { field: Some(field), id },
                id: Direction::Descending,
                rank: Some(0),
                plan,
            }),
            Token::Place(Place {
                name: 3,
                backward: true,
                natural: false,
                repeats: true,
                given: 1 << 40,
                last: [9; 16],
                plan,
            }),
            Token::Place(Place::start(false, true, 0)),
        ]
    }

    #[test]
    fn a_token_is_read_back_as_it_was_written() {
        for token in tokens() {
            assert_eq!(Token::decode(&token.encode(OURS), OURS).expect("ours"), token);
        }
    }

    #[test]
    fn a_token_of_another_query_is_refused() {
        for token in tokens() {
            let error = Token::decode(&token.encode(OURS), [8; 8]).expect_err("another's");
            assert!(error.body().message.contains("another query"), "{error}");
        }
    }

    #[test]
    fn a_text_that_is_no_token_is_refused() {
        for text in ["", "!", "aaaa", "cw", "c3Rvcmll"] {
            assert!(Token::decode(text, OURS).is_err(), "{text}");
        }
        for token in tokens() {
            let bytes = URL_SAFE_NO_PAD.decode(token.encode(OURS)).expect("base64");
            for end in 0..bytes.len() {
                let cut = URL_SAFE_NO_PAD.encode(&bytes[..end]);
                assert!(Token::decode(&cut, OURS).is_err(), "{token:?} cut at {end}");
            }
        }
    }
}
