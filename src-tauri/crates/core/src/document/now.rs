//! What stands there now, beyond doubt.

use std::collections::HashMap;

use futures_util::StreamExt;
use mongodb::{
    error::Error as DriverError,
    options::{ReadPreference, SelectionCriteria},
};
use tokio::time::timeout;

use crate::{
    Error, ErrorCode, Result,
    connection::{Permitted, Session},
    document::{guard::WRITE_WITHIN, view::top_level_id, wire::Writer},
    error,
    namespace::Namespace,
    value::typed::Kind,
};

/// Documents by the type and the bytes of their `_id`.
pub(super) type ById = HashMap<(u8, Vec<u8>), Vec<u8>>;

/// A filter that finds the documents with these `_id`s.
pub(super) fn within(ids: &[(u8, &[u8])]) -> Vec<u8> {
    let within = Writer::new().array("$in", ids).finish();
    Writer::new().document("_id", &within).finish()
}

/// `find` of the documents that a filter finds.
pub(super) fn find(namespace: &Namespace, filter: &[u8]) -> Writer {
    Writer::new()
        .text("find", namespace.collection())
        .document("filter", filter)
        .long("maxTimeMS", i64::try_from(WRITE_WITHIN.as_millis()).unwrap_or(i64::MAX))
}

pub(super) fn by_id(documents: Vec<Vec<u8>>) -> Result<ById> {
    let mut found = ById::with_capacity(documents.len());
    for document in documents {
        let id = top_level_id(&document)?.ok_or_else(|| Error::internal("A document without an _id."))?;
        found.insert(id, document);
    }
    Ok(found)
}

/// Reads the documents with these `_id`s from the primary, with read concern `linearizable`: what it shows is what a
/// majority has, and nothing that was written before is missing. `majority` alone would still show the old document where
/// the new one is on the primary and the others are about to take it.
pub(super) async fn read(session: &Session, namespace: &Namespace, ids: &[(u8, &[u8])]) -> Result<ById> {
    let mut find = find(namespace, &within(ids));
    if session.has_transactions() {
        let level = Writer::new().text("level", "linearizable").finish();
        find = find.raw("readConcern", Kind::Object.byte(), &level);
    }
    let Permitted { database, command } = session.permit(namespace.database(), find.command()?)?;
    let read = async {
        let primary = SelectionCriteria::from(ReadPreference::Primary);
        let mut batches =
            database.run_raw_cursor_command(command).selection_criteria(primary).batch().await?;
        let mut documents = Vec::new();
        while let Some(batch) = batches.next().await {
            for document in batch?.doc_slices()? {
                documents.extend(document?.as_document().map(|document| document.as_bytes().to_vec()));
            }
        }
        Ok::<_, DriverError>(documents)
    };
    match timeout(WRITE_WITHIN, read).await {
        Ok(documents) => by_id(documents.map_err(|error| error::from_driver(&error))?),
        Err(_) => Err(Error::new(ErrorCode::Timeout, "No majority confirmed in time what stands there.")
            .with_hint("Check again once a majority of the members is up.")),
    }
}
