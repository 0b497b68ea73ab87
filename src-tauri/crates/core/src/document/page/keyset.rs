//! Reads a page by the keys of documents: exact and equally quick anywhere, whatever others write meanwhile.

use super::{
    key::{Found, Key, beyond},
    order::Order,
    query::Part,
    read::{Broken, Reader, Rows},
    token::{Trace, trace},
};
use crate::{Result, connection::ServedFrom};

/// Where a page begins.
#[derive(Clone, Debug)]
pub(super) enum Start {
    /// At the end that the page is read from.
    Edge,
    /// Beyond this key.
    Beyond(Key),
    /// At this key, or beyond it.
    At(Key),
}

/// What was read.
pub(super) struct Given {
    pub(super) count: u32,
    /// There are documents beyond.
    pub(super) more: bool,
    /// The keys of the first and of the last.
    pub(super) first: Option<Key>,
    pub(super) last: Option<Key>,
    /// Of the last.
    pub(super) trace: Trace,
    /// One of them has more than one place in the order, or none: where it ends cannot be told by its key.
    pub(super) unplaced: bool,
    pub(super) served_from: ServedFrom,
}

impl Reader<'_> {
    /// Reads a page, from its last document backward where that is asked for.
    pub(super) async fn read_keyset(
        &self,
        order: &Order,
        start: Start,
        backward: bool,
        rows: &mut dyn Rows,
    ) -> Result<Given> {
        let mut given = Given {
            count: 0,
            more: false,
            first: None,
            last: None,
            trace: Trace::default(),
            unplaced: false,
            served_from: self.session.read_preferring(self.query.preference).1,
        };
        let broken = match self.walk(order, &start, backward, rows, &mut given).await {
            Ok(()) => return Ok(given),
            Err(broken) => broken,
        };
        // What was given is not given again.
        let go_on = match given.last.clone() {
            Some(last) => Start::Beyond(last),
            None => start,
        };
        if !broken.may_pass() || given.unplaced {
            return Err(broken.into());
        }
        self.walk(order, &go_on, backward, rows, &mut given).await?;
        Ok(given)
    }

    async fn walk(
        &self,
        order: &Order,
        start: &Start,
        backward: bool,
        rows: &mut dyn Rows,
        given: &mut Given,
    ) -> Result<(), Broken> {
        let conditions = match start {
            Start::Edge => None,
            Start::Beyond(key) => Some(beyond(order, key, backward, false)),
            Start::At(key) => Some(beyond(order, key, backward, true)),
        };
        let filters = match conditions {
            None => vec![self.query.filter.clone()],
            Some(conditions) => conditions.into_iter().map(|one| self.query.narrowed(one)).collect(),
        };
        let sort = order.sort(backward);
        let mut lane = self.lane.session().await;
        for filter in &filters {
            // One document more than the page holds tells whether there is more.
            let wanted = u64::from(self.query.page_size - given.count) + 1;
            let skip = if matches!(start, Start::Edge) { self.query.first_skip } else { 0 };
            let part = Part { filter, sort: Some(&sort), skip, limit: Some(wanted), batch: wanted };
            let mut batches = self.open(&mut lane, &part).await?;
            given.served_from = batches.served_from;
            while let Some(batch) = self.next(&mut lane, &mut batches).await? {
                self.pour(batch.documents()?, order, rows, given)?;
                if !rows.hand_on() {
                    return Err(Broken::unwanted());
                }
                if given.more {
                    if !batch.is_last() {
                        batches.close(self.session, self.lane);
                    }
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Hands documents on until the page is full.
    fn pour<'b>(
        &self,
        documents: impl Iterator<Item = Result<&'b [u8], Broken>>,
        order: &Order,
        rows: &mut dyn Rows,
        given: &mut Given,
    ) -> Result<(), Broken> {
        let mut last = None;
        for document in documents {
            let document = document?;
            if given.count == self.query.page_size || !rows.take(document)? {
                given.more = true;
                break;
            }
            given.count += 1;
            if given.first.is_none() {
                given.first = given.place(document, order)?;
            }
            last = Some(document);
        }
        if let Some(document) = last {
            given.last = given.place(document, order)?;
            given.trace = trace(document, false);
        }
        Ok(())
    }
}

impl Given {
    fn place(&mut self, document: &[u8], order: &Order) -> Result<Option<Key>> {
        match Key::of(document, order)? {
            Found::Key(key) => Ok(Some(key)),
            Found::Array | Found::Nothing => {
                self.unplaced = true;
                Ok(None)
            }
        }
    }
}
