//! What would go with a drop.

use std::{future::IntoFuture as _, time::Duration};

use bson::{Bson, Document, RawDocumentBuf, rawdoc};

use super::{
    DropFigures, DropPreview, DropPreviewRequest,
    fingerprint::fingerprint,
    locate::{Wanted, located_by},
    names,
};
use crate::{
    Error, ErrorCode, Result,
    catalog::CollectionKind,
    connection::{Environment, Permitted, Session, bounded_by},
    namespace::Namespace,
    number::SafeInt,
};

/// What the figures may cost, in milliseconds: a database of ten thousand collections needs a third of a second.
const FIGURES_MS: i32 = 4_000;
/// The same with the network.
const FIGURES_WITHIN: Duration = Duration::from_secs(5);

/// Tells what would go with a collection or a database.
pub(crate) async fn drop_preview(session: &Session, request: DropPreviewRequest) -> Result<DropPreview> {
    let DropPreviewRequest { database, collection, .. } = request;
    let namespace = collection.map(|name| Namespace::parse(&database, &name)).transpose()?;
    match &namespace {
        Some(namespace) => names::check(namespace)?,
        None => names::check_database(&database)?,
    }
    let chosen: Vec<_> = namespace.as_ref().map(Namespace::collection).into_iter().collect();
    let wanted = if chosen.is_empty() { Wanted::All } else { Wanted::Either(&chosen, None) };
    let (criteria, _) = session.read_from();
    let mut collections = located_by(session, &database, &wanted, criteria).await?;
    let fingerprint = fingerprint(&collections);
    collections.retain(|one| !names::is_system(&one.name));
    let Some(first) = collections.first() else {
        let what = namespace.as_ref().map_or_else(
            || format!("There is no database '{database}'."),
            |namespace| format!("There is no collection '{}'.", names::full(namespace)),
        );
        return Err(Error::new(ErrorCode::NotFound, what));
    };
    let figures = match &namespace {
        None => of_database(session, &database).await,
        Some(_) if first.kind == CollectionKind::View => None,
        Some(namespace) => of_collection(session, namespace).await,
    };
    let name = namespace.as_ref().map_or_else(|| database.clone(), names::full);
    let confirm = (session.info.environment == Environment::Production).then_some(name);
    Ok(DropPreview { collections, figures, fingerprint, confirm })
}

/// By `$collStats`, which a shard answers each.
async fn of_collection(session: &Session, namespace: &Namespace) -> Option<DropFigures> {
    let command = rawdoc! {
        "aggregate": namespace.collection(),
        "pipeline": [{ "$collStats": { "storageStats": {} } }],
        "cursor": {},
        "maxTimeMS": FIGURES_MS,
    };
    let reply = ask(session, namespace.database(), command).await?;
    let shards = reply.get_document("cursor").ok()?.get_array("firstBatch").ok()?;
    let shards: Vec<_> =
        shards.iter().filter_map(|shard| shard.as_document()?.get_document("storageStats").ok()).collect();
    let sum = |field: &str| shards.iter().map(|stats| whole(stats.get(field))).sum::<u64>();
    let documents = shards.iter().any(|stats| stats.contains_key("count")).then(|| sum("count"));
    let indexes = shards.iter().map(|stats| whole(stats.get("nindexes"))).max()?;
    Some(DropFigures {
        documents: documents.map(SafeInt::new),
        indexes: SafeInt::new(indexes),
        size_bytes: SafeInt::new(sum("storageSize") + sum("totalIndexSize")),
    })
}

async fn of_database(session: &Session, database: &str) -> Option<DropFigures> {
    let reply = ask(session, database, rawdoc! { "dbStats": 1, "maxTimeMS": FIGURES_MS }).await?;
    let whole = |field: &str| whole(reply.get(field));
    Some(DropFigures {
        documents: Some(SafeInt::new(whole("objects"))),
        indexes: SafeInt::new(whole("indexes")),
        size_bytes: SafeInt::new(whole("storageSize") + whole("indexSize")),
    })
}

/// None where the user may not know, or it takes too long: the drop is asked for all the same.
async fn ask(session: &Session, database: &str, command: RawDocumentBuf) -> Option<Document> {
    let (criteria, _) = session.read_from();
    let Permitted { database, command } = session.permit(database, command).ok()?;
    let asked = database.run_raw_command(command).selection_criteria(criteria).into_future();
    bounded_by(FIGURES_WITHIN, asked).await.ok()
}

/// A figure as servers write it: an integer, or a double without a fraction.
fn whole(value: Option<&Bson>) -> u64 {
    match value {
        Some(Bson::Int32(number)) => u64::try_from(*number).unwrap_or_default(),
        Some(Bson::Int64(number)) => u64::try_from(*number).unwrap_or_default(),
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a size or a count; a cast of a double saturates"
        )]
        Some(Bson::Double(number)) => *number as u64,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_as_servers_write_them() {
        for (value, expected) in [
            (Some(Bson::Int32(7)), 7),
            (Some(Bson::Int64(1 << 40)), 1 << 40),
            (Some(Bson::Double(12288.0)), 12288),
            (Some(Bson::Double(-1.0)), 0),
            (Some(Bson::Int32(-1)), 0),
            (Some(Bson::Null), 0),
            (None, 0),
        ] {
            assert_eq!(whole(value.as_ref()), expected, "{value:?}");
        }
    }
}
