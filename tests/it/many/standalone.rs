//! Many documents on a server without transactions: one by one, each guarded by itself.

use bson::doc;
use tokio::runtime::Handle;
use trivet_core::ErrorCode;
use trivet_tests::{Bench, Mongod, change, counts, deletion, insertion};

use super::stored;
use crate::awkward::{document, insert, int};

#[tokio::test]
async fn documents_are_changed_deleted_and_inserted_and_undo_gives_back_every_byte() {
    let mongod = Mongod::standalone(&[]).await;
    let bench = Bench::on(&mongod.uri()).await;
    stored(&bench, 120).await;
    insert(&bench, &document(&[&int(b"_id", 900), &int(b"n", 8), &int(b"n", 9)])).await;
    let before = bench.all_bytes().await;

    let changed =
        bench.write_many(change("{ n: { $gte: 8 } }", "{ $inc: { n: 1 } }")).await.expect("a report");
    assert_eq!(counts(&changed), [112, 0, 0, 1, 0, 0], "{changed:?}");
    assert_eq!(changed.documents[0].reason.code, ErrorCode::Unsupported);
    let deleted = bench.write_many(deletion("{ status: 'even' }")).await.expect("a report");
    assert_eq!(counts(&deleted), [60, 0, 0, 0, 0, 0]);
    let inserted = bench.write_many(insertion("{ _id: 1 } { _id: 500 }")).await.expect("a report");
    assert_eq!(counts(&inserted), [1, 0, 0, 1, 0, 0]);
    assert_eq!(inserted.documents[0].reason.server.as_ref().map(|server| server.code), Some(11000));
    for report in [inserted, deleted, changed] {
        let undone = bench.undo(&report.entry.expect("an entry")).await.expect("undone");
        assert_eq!(undone.restored, report.changed);
    }
    assert!(bench.all_bytes().await == before);
}

#[tokio::test]
async fn a_sample_shows_what_is_there_and_says_that_nothing_was_tried() {
    let mongod = Mongod::standalone(&[]).await;
    let bench = Bench::on(&mongod.uri()).await;
    stored(&bench, 8).await;
    let preview = bench.preview(change("{ n: { $lt: 3 } }", "{ $inc: { n: 1 } }")).await.expect("a preview");
    assert!(!preview.rehearsed && preview.samples.len() == 3);
    assert!(preview.samples.iter().all(|sample| sample.before.is_some() && sample.after.is_none()));
    let preview = bench.preview(insertion("{ a: 1 }")).await.expect("a preview");
    assert!(preview.samples[0].after.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_does_not_fit_the_filter_any_more_is_left() {
    let mongod = Mongod::standalone(&[]).await;
    let bench = Bench::on(&mongod.uri()).await;
    stored(&bench, 10).await;
    let raw = bench.raw.clone();
    let request = bench.many(change("{ status: 'even' }", "{ $set: { done: true } }"));
    let report = bench.write_many_as(request, |far| {
        // All are found, and none is written yet.
        if far.counted && far.done.get() == 0 {
            let set = doc! { "$set": { "status": "kept" } };
            let changing = async { raw.update_one(doc! { "_id": 8 }, set).await.expect("changed") };
            tokio::task::block_in_place(|| Handle::current().block_on(changing));
        }
        true
    });
    assert_eq!(counts(&report.await.expect("a report")), [4, 0, 1, 0, 0, 0]);
    assert_eq!(bench.raw.count_documents(doc! { "done": true, "status": "kept" }).await.expect("counted"), 0);
}
