//! The marks of a page: its first and last document, and about where they stand.

use super::{
    key::Key,
    keyset::Given,
    order::Order,
    reading::Page,
    token::{Mark, Token},
};
use crate::{document::QueryPlan, number::Share};

/// Makes the marks of a page.
pub(super) struct Marks<'a> {
    pub(super) page: &'a Page<'a>,
    pub(super) order: &'a Order,
    pub(super) plan: Option<QueryPlan>,
    pub(super) backward: bool,
    /// About how many documents come before the first one that was read; none with a filter.
    pub(super) rank: Option<u64>,
}

impl Marks<'_> {
    /// About how many documents come before the one that was read after so many others of the page.
    fn rank(&self, read: u64) -> Option<u64> {
        let step =
            |rank: u64| if self.backward { rank.saturating_sub(read) } else { rank.saturating_add(read) };
        self.rank.map(step)
    }

    /// The mark of the document that was read after so many others of the page.
    pub(super) fn token(&self, key: &Key, read: u64) -> String {
        let id = match self.order {
            Order::Id(direction) | Order::Field { id: direction, .. } => *direction,
        };
        let mark = Mark { key: key.clone(), id, rank: self.rank(read), plan: self.plan };
        self.page.encode(&Token::Mark(mark))
    }

    /// About which share of all documents comes before the page.
    #[expect(clippy::cast_precision_loss, reason = "a share, about")]
    pub(super) fn share(&self, at_edge: bool, given: &Given) -> Option<Share> {
        let query = &self.page.query;
        if !query.is_unfiltered() {
            return None;
        }
        if at_edge && !self.backward {
            return Some(Share::NOTHING);
        }
        let read = u64::from(given.count).saturating_sub(1);
        let first = self.rank(if self.backward { read } else { 0 });
        let count = self.page.browsing.bounds.count(query, self.order).filter(|count| *count > 0);
        match first.zip(count) {
            Some((first, count)) => Some(Share::new(first as f64 / count as f64)),
            // The end is the end, whatever the number.
            None => at_edge.then_some(Share::WHOLE),
        }
    }
}
