//! Where a page begins, parsed.

use super::{
    query::Query,
    token::{Mark, Place, Token},
};
use crate::{Error, ErrorCode, Result, document::PageFrom, number::Share};

/// Where a page begins.
pub(super) enum Begin {
    First,
    Last,
    /// Beyond a document.
    Mark {
        mark: Mark,
        backward: bool,
    },
    /// Where a cursor stands.
    Place(Place),
    /// About at this share of all documents.
    At(Share),
}

impl Begin {
    pub(super) fn of(query: &Query, from: PageFrom) -> Result<Self> {
        let (cursor, backward) = match from {
            PageFrom::First => return Ok(Self::First),
            PageFrom::Last if !query.is_counted_off() => return Ok(Self::Last),
            PageFrom::At { share } if !query.is_counted_off() => return Ok(Self::At(share)),
            PageFrom::Last | PageFrom::At { .. } => {
                let message = "With a skip or a limit, documents are read from the first one on.";
                return Err(Error::new(ErrorCode::Unsupported, message));
            }
            PageFrom::After { cursor } => (cursor, false),
            PageFrom::Before { cursor } => (cursor, true),
        };
        match Token::decode(&cursor, query.fingerprint)? {
            Token::Mark(mark) => Ok(Self::Mark { mark, backward }),
            Token::Place(place) if place.backward == backward => Ok(Self::Place(place)),
            Token::Place(_) => Err(Error::invalid("The page cursor leads the other way.")),
        }
    }
}
