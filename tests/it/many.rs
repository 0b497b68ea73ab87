//! Many documents changed, deleted or inserted at once, and what is told of them.

mod bulk;
mod disturbed;
mod outcomes;
mod preview;
mod standalone;

use bson::{RawDocumentBuf, rawdoc};
use trivet_tests::Bench;

/// Stores documents `{ _id, n, status, filler }`, numbered from 0, through the driver.
async fn stored(bench: &Bench, count: i32) {
    let documents: Vec<RawDocumentBuf> = (0..count)
        .map(|n| rawdoc! { "_id": n, "n": n, "status": if n % 2 == 0 { "even" } else { "odd" }, "filler": "x".repeat(40) })
        .collect();
    for part in documents.chunks(10_000) {
        bench.raw.insert_many(part).await.expect("inserted");
    }
}
