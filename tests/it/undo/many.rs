//! Many documents of one write.

use bson::{doc, rawdoc};
use trivet_core::{
    ErrorCode,
    connection::{CancelRequest, QueryId},
    document::{UndoOutcome, UndoRequest},
};
use trivet_tests::{Bench, shared_set};

use super::numbers;

fn documents(count: u32, size: usize) -> String {
    let filler = "x".repeat(size);
    let each: Vec<_> =
        (0..count).map(|n| format!(r#"{{"_id": {n}, "n": {n}, "filler": "{filler}"}}"#)).collect();
    format!("[{}]", each.join(","))
}

#[tokio::test]
async fn documents_inserted_together_go_together_and_come_back() {
    let bench = Bench::on(shared_set().await).await;
    let inserted = bench.insert_many(&documents(1_000, 10)).await.expect("inserted").entry.expect("an entry");
    let before = bench.all_bytes().await;
    let mut told = Vec::new();
    let request = UndoRequest {
        connection: bench.connection.id.clone(),
        entry: inserted.clone(),
        positions: None,
        query: None,
    };
    let report = bench.engine.undo(request, |far| {
        told.push((far.done.get(), far.total.get()));
        true
    });
    let report = report.await.expect("undone");
    assert_eq!(numbers(&report), [1_000, 0, 0, 0, 0, 0], "{report:?}");
    assert_eq!(told, [(500, 1_000), (1_000, 1_000)]);
    assert!(bench.all_bytes().await.is_empty());
    let counts =
        bench.history().await.entries.into_iter().find(|entry| entry.id == inserted).expect("listed");
    assert_eq!((counts.documents.undone.get(), counts.undoable), (1_000, false));

    let report = bench.undo(&report.entry.expect("an entry")).await.expect("undone");
    assert_eq!(numbers(&report), [1_000, 0, 0, 0, 0, 0], "{report:?}");
    assert!(bench.all_bytes().await == before);
}

#[tokio::test]
async fn those_that_somebody_changed_are_left_and_the_others_are_restored() {
    let bench = Bench::on(shared_set().await).await;
    let inserted = bench.insert_many(&documents(40, 10)).await.expect("inserted").entry.expect("an entry");
    bench.raw.update_one(doc! { "_id": 7 }, doc! { "$set": { "n": -1 } }).await.expect("changed");
    bench.raw.delete_one(doc! { "_id": 9 }).await.expect("deleted");
    let report = bench.undo(&inserted).await.expect("asked");
    assert_eq!(numbers(&report), [38, 1, 1, 0, 0, 0], "{report:?}");
    let [told] = report.documents.as_slice() else { panic!("one: {report:?}") };
    assert_eq!((told.position, told.outcome), (7, UndoOutcome::Conflict));
    assert_eq!(bench.all_bytes().await.len(), 1);
    // Only what was restored counts as undone.
    let images = bench.images(&inserted).await;
    let undone = images.iter().filter(|image| image.undone_by.is_some()).count();
    assert_eq!((images.len(), undone), (40, 38));
}

#[tokio::test]
async fn one_document_that_cannot_be_restored_does_not_keep_the_others_back() {
    let bench = Bench::on(shared_set().await).await;
    let inserted = bench.insert_many(&documents(10, 10)).await.expect("inserted").entry.expect("an entry");
    let before = bench.all_bytes().await;
    let undo = bench.undo(&inserted).await.expect("undone").entry.expect("an entry");
    // It takes the place of number 4 in a unique index.
    bench.raw.insert_one(rawdoc! { "_id": 100, "n": 4 }).await.expect("inserted");
    let index = mongodb::IndexModel::builder().keys(doc! { "n": 1 });
    let unique = mongodb::options::IndexOptions::builder().unique(true).build();
    bench.raw.create_index(index.options(unique).build()).await.expect("an index");
    let report = bench.undo(&undo).await.expect("asked");
    assert_eq!(numbers(&report), [9, 0, 0, 1, 0, 0], "{report:?}");
    bench.raw.delete_one(doc! { "_id": 100 }).await.expect("deleted");
    let report = bench.undo(&undo).await.expect("asked");
    assert_eq!(numbers(&report), [1, 9, 0, 0, 0, 0], "{report:?}");
    assert!(bench.all_bytes().await == before);
}

#[tokio::test]
async fn documents_can_be_chosen_and_chosen_ones_are_not_undone_twice() {
    let bench = Bench::on(shared_set().await).await;
    let inserted = bench.insert_many(&documents(5, 10)).await.expect("inserted").entry.expect("an entry");
    let report = bench.undo_these(&inserted, Some(vec![3, 1, 1])).await.expect("undone");
    assert_eq!(numbers(&report), [2, 0, 0, 0, 0, 0]);
    assert_eq!(bench.all_bytes().await.len(), 3);
    let twice = bench.undo_these(&inserted, Some(vec![1])).await.expect_err("already undone");
    assert_eq!(twice.code(), ErrorCode::Conflict);
    let none = bench.undo_these(&inserted, Some(vec![5])).await.expect_err("no such document");
    assert_eq!(none.code(), ErrorCode::InvalidInput);
    let rest = bench.undo(&inserted).await.expect("undone");
    assert_eq!(numbers(&rest), [3, 2, 0, 0, 0, 0]);
}

#[tokio::test]
async fn large_documents_go_in_batches_of_bounded_size() {
    let bench = Bench::on(shared_set().await).await;
    let inserted =
        bench.insert_many(&documents(24, 1 << 20)).await.expect("inserted").entry.expect("an entry");
    let before = bench.all_bytes().await;
    let undo = bench.undo(&inserted).await.expect("undone");
    assert_eq!(undo.restored.get(), 24);
    let report = bench.undo(&undo.entry.expect("an entry")).await.expect("undone");
    assert_eq!(numbers(&report), [24, 0, 0, 0, 0, 0], "{report:?}");
    assert!(bench.all_bytes().await == before);
}

#[tokio::test]
async fn an_undo_is_cancelled_between_two_batches_and_tells_what_it_did() {
    let bench = Bench::on(shared_set().await).await;
    let inserted = bench.insert_many(&documents(1_000, 10)).await.expect("inserted").entry.expect("an entry");
    let query = QueryId("an undo".to_owned());
    let request = |query| UndoRequest {
        connection: bench.connection.id.clone(),
        entry: inserted.clone(),
        positions: None,
        query: Some(query),
    };
    let cancel = CancelRequest { connection: bench.connection.id.clone(), query: query.clone() };
    let (report, cancelled) = tokio::join!(bench.engine.undo(request(query.clone()), |_| true), async {
        // Until the undo has given its name.
        loop {
            let cancelled = bench.engine.cancel_query(cancel.clone()).await.expect("asked");
            if cancelled.found {
                return cancelled;
            }
            tokio::task::yield_now().await;
        }
    });
    let report = report.expect("a report");
    assert!(cancelled.found && report.cancelled, "{report:?}");
    assert_eq!(numbers(&report), [500, 0, 0, 0, 0, 500], "{report:?}");
    assert_eq!(bench.all_bytes().await.len(), 500);
    // Nobody listens any more: the same.
    let report = bench.engine.undo(request(query), |_| false).await.expect("a report");
    assert!(report.cancelled);
    assert_eq!(numbers(&report), [0, 500, 0, 0, 0, 500], "{report:?}");
}
