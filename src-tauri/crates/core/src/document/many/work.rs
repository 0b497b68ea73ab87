//! What is to happen to many documents, parsed.

use std::ops::Range;

use super::{ids::Ids, pasted::parse_pasted};
use crate::{
    Error, Result, TextPart,
    document::{
        EntryKind, ManyAction,
        operators::{self, BY_DISTANCE},
        own_id::{id_of, with_id_first},
        patch::Patch,
        text::{parse_query, parse_update},
        wire::Writer,
        write::check_size,
    },
};

/// `$text` and the distance operators find by an index of their own.
const BY_OWN_INDEX: [&str; 3] = [BY_DISTANCE[0], BY_DISTANCE[1], "$text"];

/// What is to happen to many documents.
pub(super) enum Work {
    Change { filter: Filter, patch: Patch },
    Delete { filter: Filter },
    Insert { documents: Vec<Vec<u8>> },
}

/// A filter, and what is known of it.
pub(super) struct Filter {
    pub(super) bytes: Vec<u8>,
    /// It can be asked of documents that are found by their `_id`s.
    pub(super) goes_by_id: bool,
}

impl Filter {
    fn parse(text: Option<&str>, now_ms: i64) -> Result<Self> {
        let bytes = parse_query(TextPart::Filter, text, now_ms)?.unwrap_or_else(|| Writer::new().finish());
        let goes_by_id = !operators::uses(&bytes, &BY_OWN_INDEX)?;
        Ok(Self { bytes, goes_by_id })
    }

    /// It finds every document.
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.len() <= 5
    }
}

impl Work {
    /// Parses what is asked for, and checks all that can be checked without a server.
    pub(super) fn parse(action: &ManyAction, now_ms: i64) -> Result<Self> {
        match action {
            ManyAction::Change { filter, form, update } => {
                let filter = Filter::parse(filter.as_deref(), now_ms)?;
                let patch = Patch::new(*form, parse_update(update, now_ms)?, None)?;
                Ok(Self::Change { filter, patch })
            }
            ManyAction::Delete { filter } => {
                Ok(Self::Delete { filter: Filter::parse(filter.as_deref(), now_ms)? })
            }
            ManyAction::Insert { text } => {
                let mut documents = parse_pasted(text, now_ms)?;
                if documents.is_empty() {
                    return Err(Error::invalid("The text holds no document."));
                }
                for document in &mut documents {
                    *document = with_id_first(document)?;
                    check_size(document)?;
                }
                Ok(Self::Insert { documents })
            }
        }
    }

    pub(super) fn filter(&self) -> Option<&Filter> {
        match self {
            Self::Change { filter, .. } | Self::Delete { filter } => Some(filter),
            Self::Insert { .. } => None,
        }
    }

    pub(super) fn entry_kind(&self) -> EntryKind {
        match self {
            Self::Change { .. } => EntryKind::ChangeMany,
            Self::Delete { .. } => EntryKind::DeleteMany,
            Self::Insert { .. } => EntryKind::InsertMany,
        }
    }

    /// What Undo has to keep of documents that take so much now, about: of a change, both what was and what is to be.
    pub(super) fn kept_bytes(&self, size_bytes: u64) -> u64 {
        match self {
            Self::Change { .. } => size_bytes.saturating_mul(2),
            Self::Delete { .. } | Self::Insert { .. } => size_bytes,
        }
    }
}

/// One line for the history.
pub(super) fn about(action: &ManyAction) -> String {
    let filter = |filter: &Option<String>| filter.clone().filter(|text| !text.trim().is_empty());
    match action {
        ManyAction::Change { filter: wanted, update, .. } => {
            format!("{} → {update}", filter(wanted).unwrap_or_else(|| "{}".to_owned()))
        }
        ManyAction::Delete { filter: wanted } => filter(wanted).unwrap_or_else(|| "{}".to_owned()),
        ManyAction::Insert { .. } => String::new(),
    }
}

/// The documents that are to be written, in their order.
pub(super) enum Items {
    /// Those that a filter found.
    Found(Ids),
    /// Those of a text.
    Given(Vec<Vec<u8>>),
}

/// What one transaction writes: bounded, so that it ends soon and does not press the server's cache.
const BATCH_DOCUMENTS: usize = 500;
const BATCH_BYTES: usize = 8 << 20;

impl Items {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Found(ids) => ids.len(),
            Self::Given(documents) => documents.len(),
        }
    }

    /// The positions of the batch that begins at one.
    pub(super) fn batch(&self, from: usize) -> Range<usize> {
        self.bounded(from, BATCH_DOCUMENTS, BATCH_BYTES)
    }

    fn bounded(&self, from: usize, most: usize, most_bytes: usize) -> Range<usize> {
        let size = |at: usize| match self {
            Self::Found(ids) => ids.size_bytes(at) as usize,
            Self::Given(documents) => documents[at].len(),
        };
        let (mut to, mut bytes) = (from, 0);
        while to < self.len() && to - from < most && (to == from || bytes + size(to) <= most_bytes) {
            bytes += size(to);
            to += 1;
        }
        from..to
    }

    /// How many of the first ones to show: so many, or fewer where they are large.
    pub(super) fn sample(&self, most: usize, most_bytes: usize) -> usize {
        self.bounded(0, most, most_bytes).end
    }

    /// The `_id`s at these positions.
    pub(super) fn ids(&self, range: Range<usize>) -> Result<Vec<(u8, Vec<u8>)>> {
        match self {
            Self::Found(ids) => {
                Ok(ids.at(range).into_iter().map(|(kind, value)| (kind, value.to_vec())).collect())
            }
            Self::Given(documents) => documents[range].iter().map(|document| id_of(document)).collect(),
        }
    }

    /// The document of a text at a position.
    pub(super) fn document(&self, at: usize) -> Option<&[u8]> {
        match self {
            Self::Found(_) => None,
            Self::Given(documents) => Some(&documents[at]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_bounded_by_documents_and_by_bytes_and_is_never_empty() {
        let found = |sizes: &[u32]| {
            let mut ids = Ids::default();
            for size in sizes {
                ids.push((2, b"id"), *size);
            }
            Items::Found(ids)
        };
        assert_eq!(found(&[10; 1_200]).batch(0), 0..500);
        assert_eq!(found(&[10; 1_200]).batch(1_000), 1_000..1_200);
        let large = found(&[16 << 20, 3 << 20, 3 << 20, 3 << 20]);
        assert_eq!([large.batch(0), large.batch(1), large.batch(3)], [0..1, 1..3, 3..4]);
        assert_eq!(large.batch(4), 4..4);
    }
}
