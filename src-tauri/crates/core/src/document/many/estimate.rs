//! About how many documents a filter finds, at once.

use std::{future::IntoFuture as _, time::Duration};

use bson::{Bson, Document};

use super::work::Filter;
use crate::{
    connection::{Permitted, Session, bounded_by},
    document::{Count, count::number, wire::Writer},
    namespace::Namespace,
    number::SafeInt,
};

/// What an estimate may cost.
const WITHIN_MS: i64 = 1_500;
const WITHIN: Duration = Duration::from_secs(2);
/// Documents that are drawn at random; of collections that are not larger, all are looked at.
const DRAWN: u64 = 1_000;

/// The share of a random sample, of as many as the collection's own account tells. None where that tells nothing, or would
/// take too long.
pub(super) async fn estimate(session: &Session, namespace: &Namespace, filter: &Filter) -> Option<Count> {
    let count = Writer::new().text("count", namespace.collection());
    let all = number(ask(session, namespace, count).await?.get("n")).get();
    if filter.is_empty() {
        return Some(Count { count: SafeInt::new(all), exact: false, limited: false });
    }
    if !filter.goes_by_id {
        return None;
    }
    let exact = all <= DRAWN;
    let draw = Writer::new().long("size", i64::try_from(DRAWN).unwrap_or(i64::MAX)).finish();
    let draw = Writer::new().document("$sample", &draw).finish();
    let fit = Writer::new().document("$match", &filter.bytes).finish();
    let count = Writer::new().text("$count", "n").finish();
    let stages: &[&[u8]] = if exact { &[&fit, &count] } else { &[&draw, &fit, &count] };
    let command = Writer::new()
        .text("aggregate", namespace.collection())
        .documents("pipeline", stages)
        .document("cursor", &Writer::new().finish());
    let reply = ask(session, namespace, command).await?;
    let drawn = reply.get_document("cursor").ok()?.get_array("firstBatch").ok()?.first();
    let drawn = number(drawn.and_then(Bson::as_document).and_then(|first| first.get("n"))).get();
    match (exact, drawn) {
        (true, drawn) => Some(Count { count: SafeInt::new(drawn), exact: true, limited: false }),
        // It is rarer than a sample tells.
        (false, 0) => None,
        (false, drawn) => {
            let count = u128::from(all) * u128::from(drawn) / u128::from(DRAWN);
            let count = SafeInt::new(u64::try_from(count).unwrap_or(u64::MAX));
            Some(Count { count, exact: false, limited: false })
        }
    }
}

async fn ask(session: &Session, namespace: &Namespace, command: Writer) -> Option<Document> {
    let command = command.long("maxTimeMS", WITHIN_MS).command().ok()?;
    let Permitted { database, command } = session.permit(namespace.database(), command).ok()?;
    let (criteria, _) = session.read_from();
    bounded_by(WITHIN, database.run_raw_command(command).selection_criteria(criteria).into_future())
        .await
        .ok()
}
