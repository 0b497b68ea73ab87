//! How many documents there are.

use std::sync::Arc;

use bson::{Bson, Document};

use super::{
    Count, CountMode, CountRequest,
    operators::{BY_DISTANCE, WHERE, uses},
    page::{Hint, TimeLimit},
    text::parse_query,
    wire::Writer,
};
use crate::{
    Error, Result, TextPart,
    connection::{Lane, Permitted, Session, bounded_by},
    number::SafeInt,
};

/// Counts, or takes the collection's own estimate (`count` without a query reads the metadata).
pub(crate) async fn count(session: &Arc<Session>, request: CountRequest, now_ms: i64) -> Result<Count> {
    let counting = Counting {
        filter: parse_query(TextPart::Filter, request.filter.as_deref(), now_ms)?,
        collation: parse_query(TextPart::Collation, request.collation.as_deref(), now_ms)?,
        hint: Hint::parse(request.hint.as_deref(), now_ms)?,
        time: TimeLimit::parse(request.max_time_ms)?,
    };
    let lane = session.lane().await?;
    let running = session.begin(&lane, request.query.clone());
    running.wait_for(counting.count(session, &lane, &request)).await
}

/// The texts of a request, parsed.
struct Counting {
    filter: Option<Vec<u8>>,
    collation: Option<Vec<u8>>,
    hint: Option<Hint>,
    time: TimeLimit,
}

impl Counting {
    async fn count(&self, session: &Session, lane: &Lane, request: &CountRequest) -> Result<Count> {
        match request.mode {
            CountMode::Estimated if self.filter.is_some() => {
                Err(Error::invalid("An estimate has no filter.")
                    .with_hint("Ask for an exact count with a limit."))
            }
            CountMode::Estimated => {
                let command = Writer::new().text("count", request.namespace.collection());
                let reply = self.run(session, lane, request, command).await?;
                Ok(Count { count: number(reply.get("n")), exact: false, limited: false })
            }
            CountMode::Exact => self.exactly(session, lane, request).await,
        }
    }

    /// By aggregation: `count` counts orphans on a sharded cluster. What no aggregation takes is left to `count`.
    async fn exactly(&self, session: &Session, lane: &Lane, request: &CountRequest) -> Result<Count> {
        let limit = request.limit.map(SafeInt::get);
        if limit == Some(0) {
            return Err(Error::invalid("A count with the limit 0 counts nothing."));
        }
        let limit = limit.map(|limit| i64::try_from(limit).unwrap_or(i64::MAX));
        let nothing = Writer::new().finish();
        let filter = self.filter.as_deref().unwrap_or(&nothing);
        let aggregates = !(uses(filter, &BY_DISTANCE)? || uses(filter, &[WHERE])?);
        let mut command =
            if aggregates { aggregation(request, filter, limit) } else { counting(request, filter, limit) };
        if let Some(collation) = &self.collation {
            command = command.document("collation", collation);
        }
        if let Some(hint) = &self.hint {
            command = hint.write(command);
        }
        let reply = self.run(session, lane, request, command).await?;
        let count = number(if aggregates { aggregated(&reply) } else { reply.get("n") });
        Ok(Count { count, exact: true, limited: request.limit.is_some_and(|limit| count >= limit) })
    }

    async fn run(
        &self,
        session: &Session,
        lane: &Lane,
        request: &CountRequest,
        command: Writer,
    ) -> Result<Document> {
        let command = command.long("maxTimeMS", self.time.milliseconds()).command()?;
        let (criteria, _) = session.read_preferring(request.read_preference);
        let Permitted { database, command } = session.permit(request.namespace.database(), command)?;
        let mut lane = lane.session().await;
        let running = database.run_raw_command(command).selection_criteria(criteria).session(&mut *lane);
        bounded_by(self.time.patience(), running.into_future()).await
    }
}

fn aggregation(request: &CountRequest, filter: &[u8], limit: Option<i64>) -> Writer {
    let mut stages = vec![Writer::new().document("$match", filter).finish()];
    stages.extend(limit.map(|limit| Writer::new().long("$limit", limit).finish()));
    stages.push(Writer::new().text("$count", "n").finish());
    let stages: Vec<&[u8]> = stages.iter().map(Vec::as_slice).collect();
    Writer::new()
        .text("aggregate", request.namespace.collection())
        .documents("pipeline", &stages)
        .document("cursor", &Writer::new().finish())
}

/// What an aggregation has counted; it answers nothing where there is nothing.
fn aggregated(reply: &Document) -> Option<&Bson> {
    let first = reply.get_document("cursor").ok()?.get_array("firstBatch").ok()?.first()?;
    first.as_document()?.get("n")
}

fn counting(request: &CountRequest, filter: &[u8], limit: Option<i64>) -> Writer {
    let command = Writer::new().text("count", request.namespace.collection()).document("query", filter);
    match limit {
        Some(limit) => command.long("limit", limit),
        None => command,
    }
}

/// A count as servers write it.
pub(super) fn number(value: Option<&Bson>) -> SafeInt {
    let number = match value {
        Some(Bson::Int32(number)) => u64::try_from(*number).unwrap_or_default(),
        Some(Bson::Int64(number)) => u64::try_from(*number).unwrap_or_default(),
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count as some servers write it"
        )]
        Some(Bson::Double(number)) => *number as u64,
        _ => 0,
    };
    SafeInt::new(number)
}
