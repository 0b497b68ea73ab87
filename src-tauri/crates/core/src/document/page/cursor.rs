//! Reads a page by a cursor that the server holds open, and opens it again where it stood when it was lost.

use std::{
    collections::VecDeque,
    sync::{Arc, Weak},
};

use super::{
    held::Close,
    query::Part,
    read::{Batches, Broken, Reader, Rows},
    token::{Place, trace},
};
use crate::{
    Error, Result,
    connection::{Lane, ServedFrom, Session},
};

/// How often in one page the cursor may be opened again.
const AGAIN: u32 = 2;

/// A cursor that a server holds open.
pub(super) struct OpenCursor {
    batches: Batches,
    /// The session that it was opened in, and has to be read in.
    pub(super) lane: Arc<Lane>,
    /// Documents that came with those of a page and belong to the next.
    rest: VecDeque<Vec<u8>>,
    /// The server has nothing more.
    ended: bool,
    /// What the connection had lost when it was opened.
    pub(super) losses: u64,
    session: Weak<Session>,
}

impl Close for OpenCursor {
    fn close(self) {
        if !self.ended
            && let Some(session) = self.session.upgrade()
        {
            self.batches.close(&session, &self.lane);
        }
    }
}

/// What was read.
pub(super) struct Drawn {
    /// Where the cursor stands now.
    pub(super) place: Place,
    /// The cursor, where it has more.
    pub(super) more: Option<OpenCursor>,
    /// What was given before has changed.
    pub(super) shifted: bool,
    pub(super) served_from: ServedFrom,
}

/// A page while it is read.
struct Drawing<'a> {
    rows: &'a mut dyn Rows,
    sort: Option<&'a [u8]>,
    /// No more than this page is read.
    only_this: bool,
    count: u32,
    place: Place,
    /// The first document is to be the last one that was given, as it was opened again behind it.
    check: bool,
    shifted: bool,
}

impl Reader<'_> {
    /// Reads a page from a place on, by the cursor that stands there, or by another one.
    pub(super) async fn read_cursor(
        &self,
        lane: &Arc<Lane>,
        open: Option<OpenCursor>,
        sort: Option<&[u8]>,
        place: Place,
        only_this: bool,
        rows: &mut dyn Rows,
    ) -> Result<Drawn> {
        if place.repeats {
            rows.repeat_ids(place.given);
        }
        let mut kept = open.is_some();
        let mut open = open;
        let mut drawing = Drawing { rows, sort, only_this, count: 0, place, check: false, shifted: false };
        let mut left = AGAIN;
        let (cursor, more) = loop {
            let broken = match self.draw(lane, open.take(), &mut drawing).await {
                Ok(drawn) => break drawn,
                Err(broken) => broken,
            };
            let lost = broken.is_loss_of_cursor() || (kept && broken.is_end_of_time());
            if left == 0 || !(lost || broken.may_pass()) {
                return Err(broken.into());
            }
            left -= 1;
            kept = false;
        };
        Ok(Drawn {
            place: drawing.place,
            // Where nothing came, the last document that was given is not there any more.
            shifted: drawing.shifted || drawing.check,
            served_from: cursor.batches.served_from,
            more: more.then_some(cursor),
        })
    }

    /// Reads until the page is full or there is no more, and tells which.
    async fn draw(
        &self,
        lane: &Arc<Lane>,
        open: Option<OpenCursor>,
        drawing: &mut Drawing<'_>,
    ) -> Result<(OpenCursor, bool), Broken> {
        let mut session = lane.session().await;
        let mut cursor = if let Some(open) = open {
            open
        } else {
            drawing.check = drawing.place.can_be_checked();
            let batches = self.open(&mut session, &self.part(drawing)).await?;
            OpenCursor {
                batches,
                lane: Arc::clone(lane),
                rest: VecDeque::new(),
                ended: false,
                losses: self.session.pulse.losses(),
                session: Arc::downgrade(self.session),
            }
        };
        while let Some(document) = cursor.rest.pop_front() {
            if !self.take(&document, drawing)? {
                cursor.rest.push_front(document);
                break;
            }
        }
        while cursor.rest.is_empty() && !cursor.ended {
            if !drawing.rows.hand_on() {
                return Err(Broken::unwanted());
            }
            let Some(batch) = self.next(&mut session, &mut cursor.batches).await? else { break };
            cursor.ended = batch.is_last();
            for document in batch.documents()? {
                let document = document?;
                if !cursor.rest.is_empty() || !self.take(document, drawing)? {
                    cursor.rest.push_back(document.to_vec());
                }
            }
        }
        if !drawing.rows.hand_on() {
            return Err(Broken::unwanted());
        }
        let more = !cursor.rest.is_empty() && !self.is_at_limit(&drawing.place);
        Ok((cursor, more))
    }

    /// What is left of the query behind a place; the last document that was given comes first, to be looked at.
    fn part<'q>(&'q self, drawing: &'q Drawing<'_>) -> Part<'q> {
        let given = drawing.place.given;
        let checked = u64::from(drawing.place.can_be_checked());
        let page = u64::from(self.query.page_size - drawing.count) + 1 + checked;
        let left = self.query.limit.map(|limit| limit.saturating_sub(given) + checked);
        let wanted = drawing.only_this.then_some(page);
        Part {
            filter: &self.query.filter,
            sort: drawing.sort,
            skip: self.query.skip.saturating_add(given).saturating_sub(checked),
            limit: left.into_iter().chain(wanted).min(),
            batch: page,
        }
    }

    /// A cursor that was opened again has one document more than is left, to be checked; it may not be the one that was
    /// given.
    fn is_at_limit(&self, place: &Place) -> bool {
        self.query.limit.is_some_and(|limit| place.given >= limit)
    }

    /// Hands a document on, unless the page is full.
    fn take(&self, document: &[u8], drawing: &mut Drawing<'_>) -> Result<bool, Error> {
        let place = &mut drawing.place;
        if std::mem::take(&mut drawing.check) {
            if trace(document, place.repeats) == place.last {
                return Ok(true);
            }
            drawing.shifted = true;
        }
        let full = drawing.count == self.query.page_size || self.is_at_limit(place);
        if full || !drawing.rows.take(document)? {
            return Ok(false);
        }
        drawing.count += 1;
        place.given += 1;
        place.last = trace(document, place.repeats);
        Ok(true)
    }
}
