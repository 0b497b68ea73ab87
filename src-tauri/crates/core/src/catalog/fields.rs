//! The fields that documents of a collection have, by looking at some of them.

use std::time::{Duration, Instant};

use bson::rawdoc;
use futures_util::StreamExt as _;

use super::{SampledFields, shape::Shape};
use crate::{
    Result,
    connection::{Permitted, Session},
    error,
    namespace::Namespace,
};

/// Documents looked at.
const SAMPLE: i32 = 200;
/// Documents asked for at a time: few enough that a batch of heavy ones comes soon.
const BATCH: i32 = 25;
/// Looking ends early after this much of BSON.
const SAMPLE_BYTES: usize = 4 * 1024 * 1024;
/// What the server may spend on it, in milliseconds.
const MAX_TIME_MS: i32 = 1_000;
/// Looking ends here, network included, with what has come until then.
const WITHIN: Duration = Duration::from_millis(1_500);

/// Takes a sample (`$sample`) and tells the paths that occur in it, the most frequent first.
pub(crate) async fn sample_fields(session: &Session, namespace: &Namespace) -> Result<SampledFields> {
    let command = rawdoc! {
        "aggregate": namespace.collection(),
        "pipeline": [{ "$sample": { "size": SAMPLE } }],
        "cursor": { "batchSize": BATCH },
        "maxTimeMS": MAX_TIME_MS,
    };
    let Permitted { database, command } = session.permit(namespace.database(), command)?;
    let (criteria, _) = session.read_from();
    let mut shape = Shape::default();
    let started = Instant::now();
    let reading = async {
        let mut batches =
            database.run_raw_cursor_command(command).selection_criteria(criteria).batch().await?;
        let mut bytes = 0;
        while let Some(batch) = batches.next().await {
            for document in batch?.doc_slices()? {
                let Some(document) = document?.as_document() else { continue };
                bytes += document.as_bytes().len();
                shape.add(document.as_bytes());
                if started.elapsed() > WITHIN {
                    return Ok(());
                }
            }
            if bytes > SAMPLE_BYTES {
                break;
            }
        }
        Ok(())
    };
    let ended: Result<_, mongodb::error::Error> =
        tokio::time::timeout(WITHIN, reading).await.unwrap_or(Ok(()));
    // Part of a sample is a smaller sample.
    match ended {
        Err(failure) if shape.is_empty() => Err(error::from_driver(&failure)),
        _ => Ok(shape.finish()),
    }
}
