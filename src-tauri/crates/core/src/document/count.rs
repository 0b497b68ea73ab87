//! How many documents there are.

use std::future::IntoFuture as _;

use bson::{Bson, Document};

use super::{Count, CountMode, CountRequest, page_query::max_time, text::parse_query, wire::Writer};
use crate::{
    Error, Result, TextPart,
    connection::{Permitted, Session, bounded},
    number::SafeInt,
};

/// Counts, or takes the collection's own estimate (`count` without a query reads the metadata).
pub(crate) async fn count(session: &Session, request: CountRequest, now_ms: i64) -> Result<Count> {
    let filter = parse_query(TextPart::Filter, request.filter.as_deref(), now_ms)?;
    match request.mode {
        CountMode::Estimated if filter.is_some() => {
            Err(Error::invalid("An estimate has no filter.")
                .with_hint("Ask for an exact count with a limit."))
        }
        CountMode::Estimated => {
            let command = Writer::new().text("count", request.namespace.collection());
            let reply = run(session, &request, command).await?;
            Ok(Count { count: number(reply.get("n")), exact: false, limited: false })
        }
        CountMode::Exact => {
            let collation = parse_query(TextPart::Collation, request.collation.as_deref(), now_ms)?;
            exact(session, &request, filter, collation).await
        }
    }
}

/// By aggregation: `count` counts orphans on a sharded cluster and trusts metadata after a crash.
async fn exact(
    session: &Session,
    request: &CountRequest,
    filter: Option<Vec<u8>>,
    collation: Option<Vec<u8>>,
) -> Result<Count> {
    let filter = filter.unwrap_or_else(|| Writer::new().finish());
    let mut stages = vec![Writer::new().document("$match", &filter).finish()];
    if let Some(limit) = request.limit {
        if limit.get() == 0 {
            return Err(Error::invalid("A count with the limit 0 counts nothing."));
        }
        stages.push(Writer::new().long("$limit", i64::try_from(limit.get()).unwrap_or(i64::MAX)).finish());
    }
    stages.push(Writer::new().text("$count", "n").finish());
    let stages: Vec<&[u8]> = stages.iter().map(Vec::as_slice).collect();
    let mut command = Writer::new()
        .text("aggregate", request.namespace.collection())
        .documents("pipeline", &stages)
        .document("cursor", &Writer::new().finish());
    if let Some(collation) = &collation {
        command = command.document("collation", collation);
    }
    let reply = run(session, request, command).await?;
    let first = reply.get_document("cursor").ok().and_then(|cursor| cursor.get_array("firstBatch").ok());
    let counted = first.and_then(|batch| batch.first()?.as_document()?.get("n"));
    let count = number(counted);
    Ok(Count { count, exact: true, limited: request.limit.is_some_and(|limit| count >= limit) })
}

async fn run(session: &Session, request: &CountRequest, command: Writer) -> Result<Document> {
    let max_time_ms = i64::try_from(max_time(request.max_time_ms)?.as_millis()).unwrap_or(i64::MAX);
    let command = command.long("maxTimeMS", max_time_ms).command()?;
    let (criteria, _) = session.read_preferring(request.read_preference);
    let Permitted { database, command } = session.permit(request.namespace.database(), command)?;
    bounded(database.run_raw_command(command).selection_criteria(criteria).into_future()).await
}

fn number(value: Option<&Bson>) -> SafeInt {
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
