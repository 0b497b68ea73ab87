//! Undo on a server without transactions.

use bson::{doc, rawdoc};
use trivet_core::{
    connection::ConnectRequest,
    document::{PatchForm, UndoOutcome},
    value::typed::Kind,
};
use trivet_tests::{Bench, Mongod, edit, id_of, to};

use super::{ONE_RESTORED, entry_of, numbers};
use crate::awkward::{document, insert, int};

#[tokio::test]
async fn every_kind_of_change_of_a_standalone_is_undone_to_the_byte() {
    let mongod = Mongod::standalone(&[]).await;
    let bench = Bench::on(&mongod.uri()).await;
    let text = r#"{"_id": 1, "a": 1, "b": {"$numberLong": "1"}, "$c": 2, "d.e": [1, {"f": null}]}"#;
    let inserted = bench.insert(text).await.expect("inserted");
    let id = id_of(&inserted.document);
    let before = bench.only_bytes().await;
    let written = [
        bench.update(&id, vec![edit(&inserted.document, &["a"], Kind::Int, "2")]).await,
        bench.patch(&id, PatchForm::Merge, r#"{"b": null}"#).await,
        bench.patch(&id, PatchForm::Update, r#"{"$inc": {"a": 5}}"#).await,
        bench.replace(&id, r#"{"x": 1}"#).await,
        bench.delete(&id).await,
    ];
    for written in written.iter().rev() {
        let written = written.as_ref().expect("written");
        let report = bench.undo(&entry_of(written)).await.expect("undone");
        assert_eq!(numbers(&report), ONE_RESTORED, "{report:?}");
    }
    assert_eq!(bench.only_bytes().await, before);
    // There and back again.
    let latest = bench.latest().await;
    assert_eq!(bench.undo(&latest.id).await.expect("undone").restored.get(), 1);
    assert_ne!(bench.only_bytes().await, before);
    let latest = bench.latest().await;
    assert_eq!(bench.undo(&latest.id).await.expect("undone").restored.get(), 1);
    assert_eq!(bench.only_bytes().await, before);
    assert_eq!(numbers(&bench.undo(&entry_of(&inserted)).await.expect("undone")), ONE_RESTORED);
    assert!(bench.all_bytes().await.is_empty());
}

#[tokio::test]
async fn an_answer_of_operators_is_known_from_what_was_read_afterwards() {
    let mongod = Mongod::standalone(&[]).await;
    let bench = Bench::on(&mongod.uri()).await;
    let view = bench.insert(r#"{"_id": 1, "a": 1}"#).await.expect("inserted").document;
    let patched =
        bench.patch(&id_of(&view), PatchForm::Update, r#"{"$inc": {"a": 5}}"#).await.expect("patched");
    assert_eq!(patched.document.fields[1].text, "6");
    let images = bench.images(&entry_of(&patched)).await;
    assert!(images[0].after_known && images[0].after.as_ref().expect("an after-image").fields[1].text == "6");
}

#[tokio::test]
async fn what_somebody_changed_on_a_standalone_is_left() {
    let mongod = Mongod::standalone(&[]).await;
    let bench = Bench::on(&mongod.uri()).await;
    let view = bench.insert(r#"{"_id": 1, "a": 1}"#).await.expect("inserted").document;
    let saved = bench.update(&id_of(&view), vec![edit(&view, &["a"], Kind::Int, "2")]).await.expect("saved");
    bench.raw.update_one(doc! {}, doc! { "$set": { "a": 2.0 } }).await.expect("changed");
    let report = bench.undo(&entry_of(&saved)).await.expect("asked");
    assert_eq!(numbers(&report), [0, 0, 1, 0, 0, 0]);
    assert_eq!(bench.only_bytes().await, rawdoc! { "_id": 1, "a": 2.0 }.as_bytes());
}

#[tokio::test]
async fn an_empty_timestamp_comes_back_empty_on_a_standalone() {
    let mongod = Mongod::standalone(&[]).await;
    let bench = Bench::on(&mongod.uri()).await;
    bench.raw.insert_one(rawdoc! { "_id": 1 }).await.expect("inserted");
    let stamp = doc! { "_id": 1, "at": bson::Timestamp { time: 0, increment: 0 }, "a": 1 };
    bench
        .raw
        .update_one(doc! {}, vec![doc! { "$replaceWith": { "$literal": stamp } }])
        .await
        .expect("stored");
    let before = bench.only_bytes().await;
    let view = bench.page(bench.find()).await.expect("found").documents.remove(0);
    let deleted = bench.delete(&id_of(&view)).await.expect("deleted");
    let report = bench.undo(&entry_of(&deleted)).await.expect("undone");
    assert_eq!(numbers(&report), ONE_RESTORED, "{report:?}");
    assert_eq!(bench.only_bytes().await, before);
    // An insert whose timestamp the server filled in is undone too.
    let inserted =
        bench.insert(r#"{"_id": 2, "at": {"$timestamp": {"t": 0, "i": 0}}}"#).await.expect("inserted");
    assert_eq!(numbers(&bench.undo(&entry_of(&inserted)).await.expect("undone")), ONE_RESTORED);
}

#[tokio::test]
async fn a_document_that_cannot_be_guarded_is_refused() {
    let mongod = Mongod::standalone(&[]).await;
    let bench = Bench::on(&mongod.uri()).await;
    let inserted = bench.insert(r#"{"_id": 1, "a": 1, "a": 2}"#).await.expect("inserted");
    let report = bench.undo(&entry_of(&inserted)).await.expect("asked");
    assert_eq!(numbers(&report), [0, 0, 0, 1, 0, 0], "{report:?}");
    assert_eq!(report.documents[0].outcome, UndoOutcome::Failed);
    assert_eq!(
        bench.only_bytes().await,
        document(&[&int(b"_id", 1), &int(b"a", 1), &int(b"a", 2)]).as_bytes()
    );
}

#[tokio::test]
async fn switched_off_a_standalone_is_written_without_a_journal() {
    let mongod = Mongod::standalone(&[]).await;
    let uri = mongod.uri();
    let bench = Bench::asking(ConnectRequest { undo: Some(false), ..to(&uri) }, &uri).await;
    insert(&bench, &document(&[&int(b"_id", 1), &int(b"a", 1)])).await;
    let view = bench.page(bench.find()).await.expect("found").documents.remove(0);
    let saved = bench.update(&id_of(&view), vec![edit(&view, &["a"], Kind::Int, "2")]).await.expect("saved");
    assert!(saved.entry.is_none() && !bench.data_dir().join("journal").exists());
}
