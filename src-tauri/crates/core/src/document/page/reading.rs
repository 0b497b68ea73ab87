//! Reads a page on one of the two ways, and tells how it ended.

use std::{sync::Arc, time::Duration};

use tokio::{task::JoinHandle, time::timeout};

use super::{
    Beside, Browsing, Ended,
    begin::Begin,
    bounds::{Slot, Spot, key_behind, learn, learn_all},
    choice::{Way, has_no_index_on_ids},
    cursor::OpenCursor,
    explained::Plan,
    held::Close,
    keyset::Start,
    marks::Marks,
    order::{Asked, Direction, Order, reversed},
    plan::Question,
    query::Query,
    read::{Reader, Rows},
    token::{Mark, Place, Token},
};
use crate::{
    Error, ErrorCode, Result,
    connection::{Lane, Session},
    document::{Paging, QueryPlan},
    number::Share,
};

/// How much longer than for the page itself its plan is waited for. The documents have gone on their way by then.
const PLANNED_WITHIN: Duration = Duration::from_millis(100);

/// What the plan of a query is, or will be known by.
enum Planned {
    Known(Option<QueryPlan>),
    Asked(JoinHandle<Option<Plan>>),
}

impl Planned {
    /// The plan as it is shown, and whether the documents come as they are stored.
    async fn settle(self) -> (Option<QueryPlan>, bool) {
        match self {
            Self::Known(plan) => (plan, false),
            Self::Asked(asking) => {
                let plan = timeout(PLANNED_WITHIN, asking).await.ok().and_then(Result::ok).flatten();
                plan.map_or((None, false), |plan| (Some(plan.shown), plan.as_stored))
            }
        }
    }
}

/// One page while it is read.
pub(super) struct Page<'a> {
    pub(super) session: &'a Arc<Session>,
    pub(super) browsing: &'a Arc<Browsing>,
    pub(super) query: Arc<Query>,
    pub(super) lane: &'a Arc<Lane>,
    pub(super) beside: Beside,
}

impl Page<'_> {
    /// Reads it, by the cursor that stands where it begins if there is one.
    pub(super) async fn read(
        &self,
        begin: Begin,
        open: Option<OpenCursor>,
        rows: &mut dyn Rows,
    ) -> Result<Ended> {
        let (last, share) = match begin {
            Begin::Mark { mark, backward } => {
                let order = self.order_of(&mark)?;
                let next = |rank: u64| if backward { rank.saturating_sub(1) } else { rank.saturating_add(1) };
                let rank = mark.rank.map(next);
                let start = Start::Beyond(mark.key);
                return self.by_keys(&order, start, backward, rank, Planned::Known(mark.plan), rows).await;
            }
            Begin::Place(place) => {
                let planned = Planned::Known(place.plan);
                return self.by_cursor(open, place, planned, rows).await;
            }
            Begin::First => (false, None),
            Begin::Last => (true, None),
            Begin::At(share) => (false, Some(share)),
        };
        let (way, known) = self.choose().await?;
        match way {
            Way::Keys(order) => {
                let planned = self.planned(known, Some(&order.sort(last)));
                let (start, rank) = match share {
                    Some(share) => self.spot(&order, share).await?,
                    None if last => {
                        let count = self.browsing.bounds.count(&self.query, &order);
                        (Start::Edge, count.map(|count| count.saturating_sub(1)))
                    }
                    None => (Start::Edge, Some(self.query.first_skip)),
                };
                self.by_keys(&order, start, last, rank, planned, rows).await
            }
            Way::Cursor { .. } if share.is_some() => Err(no_share()),
            Way::Cursor { natural, repeats } => {
                let place = Place { repeats, ..Place::start(last, natural, self.query.first_skip) };
                let sort = self.sort(&place)?;
                let planned = self.planned(known, sort.as_deref());
                self.by_cursor(open, place, planned, rows).await
            }
        }
    }

    /// What is known of the plan, or the question that is under way meanwhile.
    fn planned(&self, known: Option<Plan>, sort: Option<&[u8]>) -> Planned {
        if let Some(plan) = known {
            return Planned::Known(Some(plan.shown));
        }
        let question = self.beside.explains.then(|| Question::about(&self.query, sort)).flatten();
        let Some(question) = question else { return Planned::Known(None) };
        if let Some(plan) = self.browsing.plans.known(&question) {
            return Planned::Known(Some(plan.shown));
        }
        let (session, browsing) = (Arc::clone(self.session), Arc::clone(self.browsing));
        Planned::Asked(tokio::spawn(async move { browsing.plans.ask(&session, &question).await }))
    }

    /// The order that a mark stands in.
    fn order_of(&self, mark: &Mark) -> Result<Order> {
        match (&self.query.asked, &mark.key.field) {
            (Asked::Nothing, None) => Ok(Order::Id(Direction::Ascending)),
            (Asked::Id(direction), None) => Ok(Order::Id(*direction)),
            (Asked::Field { path, direction, .. }, Some(_)) => {
                Ok(Order::Field { path: path.clone(), direction: *direction, id: mark.id })
            }
            _ => Err(Error::invalid("The page cursor belongs to another sort order.")),
        }
    }

    /// Where a share of all documents ends, and about how many those are.
    async fn spot(&self, order: &Order, share: Share) -> Result<(Start, Option<u64>)> {
        if !self.query.is_unfiltered() {
            return Err(no_share());
        }
        let slot = self.browsing.bounds.slot(&self.query, order);
        let (place, rank) = learn(&slot, self.session, &self.query, order).await?.at(share.get());
        self.learn_behind(&slot, order);
        let key = match place {
            Spot::Key(key) => Some(key.clone()),
            Spot::Behind(0) => None,
            Spot::Behind(count) => key_behind(self.session, &self.query, order, count).await?,
        };
        Ok(match key {
            Some(key) => (Start::At(key), Some(rank)),
            None => (Start::Edge, Some(0)),
        })
    }

    fn reader(&self) -> Reader<'_> {
        Reader { session: self.session, lane: self.lane, query: &self.query }
    }

    /// Reads by keys. `rank` is about how many documents come before the first one that is read.
    async fn by_keys(
        &self,
        order: &Order,
        start: Start,
        backward: bool,
        rank: Option<u64>,
        planned: Planned,
        rows: &mut dyn Rows,
    ) -> Result<Ended> {
        let rank = rank.filter(|_| self.query.is_unfiltered());
        let (at_edge, from) = match &start {
            Start::Edge => (true, None),
            Start::Beyond(key) | Start::At(key) => (false, Some(key.clone())),
        };
        let given = self.reader().read_keyset(order, start, backward, rows).await?;
        let (plan, as_stored) = planned.settle().await;
        let marks = Marks { page: self, order, plan, backward, rank };
        let count = u64::from(given.count);
        // At an edge it is known how many were given, so a cursor can go on behind them.
        let paging = if at_edge && (given.unplaced || as_stored) { Paging::Cursor } else { Paging::Keyset };
        let further = match paging {
            _ if !given.more => None,
            Paging::Cursor => Some(self.encode(&Token::Place(Place {
                last: given.trace,
                plan,
                ..Place::start(backward, false, self.query.first_skip + count)
            }))),
            Paging::Keyset => given.last.as_ref().map(|key| marks.token(key, count.saturating_sub(1))),
        };
        let back = given.first.as_ref().or(from.as_ref()).filter(|_| !at_edge);
        let back = back.map(|key| marks.token(key, 0));
        if at_edge && !backward && given.more {
            self.draw_ahead(order);
        }
        let share = marks.share(at_edge, &given);
        let (before, after) = if backward { (further, back) } else { (back, further) };
        Ok(Ended {
            before,
            after,
            paging,
            plan,
            share,
            served_from: given.served_from,
            shifted: given.unplaced && !at_edge,
            elapsed: Duration::ZERO,
        })
    }

    /// So that the first jump is as quick as any.
    fn draw_ahead(&self, order: &Order) {
        if !self.beside.draws_bounds || !self.query.is_unfiltered() {
            return;
        }
        self.learn_behind(&self.browsing.bounds.slot(&self.query, order), order);
    }

    /// Nobody waits for it: the next jump is the more exact.
    fn learn_behind(&self, slot: &Arc<Slot>, order: &Order) {
        if slot.is_whole() {
            return;
        }
        let (slot, session) = (Arc::clone(slot), Arc::clone(self.session));
        let (query, order) = (Arc::clone(&self.query), order.clone());
        tokio::spawn(async move {
            // A jump asks again, and hears why where it fails.
            drop(learn_all(&slot, &session, &query, &order).await);
        });
    }

    async fn by_cursor(
        &self,
        open: Option<OpenCursor>,
        place: Place,
        planned: Planned,
        rows: &mut dyn Rows,
    ) -> Result<Ended> {
        let sort = self.sort(&place)?;
        let only_this = !self.beside.keeps_cursor;
        let drawn =
            self.reader().read_cursor(self.lane, open, sort.as_deref(), place, only_this, rows).await?;
        let (plan, _) = planned.settle().await;
        let further = drawn.more.map(|cursor| {
            let name = if only_this {
                cursor.close();
                0
            } else {
                self.browsing.cursors.keep(cursor, drawn.place.given)
            };
            self.encode(&Token::Place(Place { name, plan, ..drawn.place.clone() }))
        });
        let (before, after) = if drawn.place.backward { (further, None) } else { (None, further) };
        Ok(Ended {
            before,
            after,
            paging: Paging::Cursor,
            plan,
            share: None,
            served_from: drawn.served_from,
            shifted: drawn.shifted,
            elapsed: Duration::ZERO,
        })
    }

    /// What a cursor sorts by.
    fn sort(&self, place: &Place) -> Result<Option<Vec<u8>>> {
        let sort = match (&self.query.sort, place.natural) {
            (Some(sort), _) => Some(sort.clone()),
            (None, true) => None,
            (None, false) => Some(Order::Id(Direction::Ascending).sort(false)),
        };
        if !place.backward {
            return Ok(sort);
        }
        // Only a collection is stored in an order: what a view makes, or keeps in buckets, comes otherwise from its end.
        let stored_in_order = has_no_index_on_ids(&self.query.namespace);
        if sort.is_none() && (self.query.comes_in_its_own_order() || !stored_in_order) {
            let message = "Without a sort order these documents cannot be read from their end.";
            return Err(Error::new(ErrorCode::Unsupported, message)
                .with_hint("Sort by a field that tells their order."));
        }
        reversed(sort.as_deref()).map(Some)
    }

    pub(super) fn encode(&self, token: &Token) -> String {
        token.encode(self.query.fingerprint)
    }
}

fn no_share() -> Error {
    let message =
        "A share of all documents can be gone to only without a filter, and in the order of an index.";
    Error::new(ErrorCode::Unsupported, message)
}
