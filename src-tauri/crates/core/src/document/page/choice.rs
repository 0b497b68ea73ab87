//! Which way pages of a query are read.

use super::{
    explained::Plan,
    order::{Asked, Direction, Order},
    plan::Question,
    reading::Page,
};
use crate::{
    Result,
    connection::{Permitted, Session, bounded},
    namespace::Namespace,
};

/// How pages are read.
pub(super) enum Way {
    /// By keys.
    Keys(Order),
    /// By a cursor; in the order in which the server gives documents where none was asked for.
    Cursor {
        natural: bool,
        /// An `_id` may come more than once.
        repeats: bool,
    },
}

impl Page<'_> {
    /// Chooses, and tells the plan where it had to be asked for.
    pub(super) async fn choose(&self) -> Result<(Way, Option<Plan>)> {
        let query = &self.query;
        let unsorted = query.sort.is_none();
        let cursor = |natural| Way::Cursor { natural, repeats: false };
        if has_no_index_on_ids(&query.namespace) {
            return Ok((cursor(unsorted), None));
        }
        if repeats_ids(self.session, &query.namespace).await {
            return Ok((Way::Cursor { natural: unsorted, repeats: true }, None));
        }
        if query.is_of_one_piece() {
            return Ok((cursor(unsorted && query.comes_in_its_own_order()), None));
        }
        let cursor = cursor(false);
        match &query.asked {
            Asked::Nothing if query.keeps(None)? => Ok(self.by_id(Direction::Ascending)),
            Asked::Id(direction) if query.keeps(None)? => Ok(self.by_id(*direction)),
            Asked::Field { path, direction, id } if query.keeps(Some(path))? => {
                let Some(question) = Question::about(query, query.sort.as_deref()) else {
                    return Ok((cursor, None));
                };
                let plan = self.browsing.plans.ask(self.session, &question).await;
                let index = plan.as_ref().and_then(|plan| plan.index.as_ref()).filter(|index| {
                    index.path == *path && index.direction == *direction && id.is_none_or(|id| id == index.id)
                });
                let order = index.map(|index| Order::Field {
                    path: path.clone(),
                    direction: *direction,
                    id: index.id,
                });
                Ok((order.map_or(cursor, Way::Keys), plan))
            }
            _ => Ok((cursor, None)),
        }
    }

    /// A collection that is stored by `_id` takes no bounds from an expression: there a cursor is quicker.
    fn by_id(&self, direction: Direction) -> (Way, Option<Plan>) {
        let order = Order::Id(direction);
        let question = Question::about(&self.query, Some(&order.sort(false)));
        let known = question.and_then(|question| self.browsing.plans.known(&question));
        if known.as_ref().is_some_and(|plan| plan.as_stored) {
            return (Way::Cursor { natural: false, repeats: false }, known);
        }
        (Way::Keys(order), known)
    }
}

/// The oplog and its like, and what the profiler writes: sorting by `_id` would read everything, and in the latter there
/// is none.
pub(super) fn has_no_index_on_ids(namespace: &Namespace) -> bool {
    namespace.database() == "local" || namespace.collection() == "system.profile"
}

/// A view or a time series may show one `_id` more than once; a collection cannot. Who may not ask is shown
/// what a collection would show. The answer is remembered for a while: the question costs as much as a page.
async fn repeats_ids(session: &Session, namespace: &Namespace) -> bool {
    if let Some(known) = session.kinds.get(namespace) {
        return known;
    }
    let filter = bson::rawdoc! { "name": namespace.collection() };
    let command = bson::rawdoc! { "listCollections": 1, "nameOnly": true, "filter": filter, "authorizedCollections": true };
    let Ok(Permitted { database, command }) = session.permit(namespace.database(), command) else {
        return false;
    };
    let (criteria, _) = session.read_from();
    let listing = async {
        let mut cursor = database.run_raw_cursor_command(command).selection_criteria(criteria).await?;
        if !cursor.advance().await? {
            return Ok(None);
        }
        Ok(Some(cursor.current().get_str("type").is_ok_and(|kind| kind != "collection")))
    };
    let Ok(Some(repeats)) = bounded(listing).await else { return false };
    session.kinds.put(namespace, repeats);
    repeats
}
