//! Somebody changed the document since: nothing is written to it.

use bson::doc;
use trivet_core::{document::UndoOutcome, value::typed::Kind};
use trivet_tests::{Bench, edit, field, id_of, shared_set};

use super::{entry_of, numbers};

const CONFLICT: [u64; 6] = [0, 0, 1, 0, 0, 0];

#[tokio::test]
async fn a_document_that_somebody_changed_since_is_left_and_shown() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(r#"{"_id": 1, "a": 1, "b": 1}"#).await.expect("inserted").document;
    let saved = bench.update(&id_of(&view), vec![edit(&view, &["a"], Kind::Int, "2")]).await.expect("saved");
    // Another field, the type of a value alone, and back again.
    for theirs in [doc! { "$set": { "b": 7 } }, doc! { "$set": { "b": 1_i64 } }] {
        bench.raw.update_one(doc! {}, theirs).await.expect("somebody else saved");
        let stands = bench.only_bytes().await;
        let report = bench.undo(&entry_of(&saved)).await.expect("asked");
        assert_eq!(numbers(&report), CONFLICT, "{report:?}");
        assert!(report.entry.is_none(), "nothing was written");
        let told = &report.documents[0];
        assert_eq!((told.position, told.outcome), (0, UndoOutcome::Conflict));
        let now = told.now.as_ref().expect("what stands there");
        assert_eq!(field(now, "a").text, "2");
        assert_eq!(bench.only_bytes().await, stands);
    }
    bench.raw.update_one(doc! {}, doc! { "$set": { "b": 1 } }).await.expect("as it was");
    assert_eq!(bench.undo(&entry_of(&saved)).await.expect("undone").restored.get(), 1);
    // Somebody has done it by hand: nothing is left to do.
    let again = bench.update(&id_of(&view), vec![edit(&view, &["b"], Kind::Int, "5")]).await.expect("saved");
    bench.raw.update_one(doc! {}, doc! { "$set": { "b": 1 } }).await.expect("by hand");
    assert_eq!(numbers(&bench.undo(&entry_of(&again)).await.expect("asked")), [0, 1, 0, 0, 0, 0]);
}

#[tokio::test]
async fn a_document_that_somebody_deleted_is_not_made_again() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(r#"{"_id": 1, "a": 1}"#).await.expect("inserted").document;
    let saved = bench.update(&id_of(&view), vec![edit(&view, &["a"], Kind::Int, "2")]).await.expect("saved");
    bench.raw.delete_one(doc! {}).await.expect("deleted");
    let report = bench.undo(&entry_of(&saved)).await.expect("asked");
    assert_eq!(numbers(&report), CONFLICT);
    assert!(report.documents[0].now.is_none() && report.documents[0].reason.contains("deleted"));
    assert!(bench.all_bytes().await.is_empty());
}

#[tokio::test]
async fn a_deleted_document_is_not_put_over_one_that_has_its_id_now() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(r#"{"_id": 1, "a": 1}"#).await.expect("inserted").document;
    let deleted = bench.delete(&id_of(&view)).await.expect("deleted");
    bench.raw.insert_one(bson::rawdoc! { "_id": 1, "theirs": true }).await.expect("inserted");
    let report = bench.undo(&entry_of(&deleted)).await.expect("asked");
    assert_eq!(numbers(&report), CONFLICT);
    // An _id that equals it and is of another type: the server refuses a second one.
    bench.raw.delete_one(doc! {}).await.expect("deleted");
    bench.raw.insert_one(bson::rawdoc! { "_id": 1.0 }).await.expect("inserted");
    let report = bench.undo(&entry_of(&deleted)).await.expect("asked");
    assert_eq!(numbers(&report), [0, 0, 0, 1, 0, 0], "{report:?}");
    assert_eq!(bench.only_bytes().await, bson::rawdoc! { "_id": 1.0 }.as_bytes());
}

#[tokio::test]
async fn an_inserted_document_is_deleted_only_while_it_is_as_it_was_inserted() {
    let bench = Bench::on(shared_set().await).await;
    let inserted = bench.insert(r#"{"_id": 1, "a": 1}"#).await.expect("inserted");
    bench.raw.update_one(doc! {}, doc! { "$set": { "a": 1.0 } }).await.expect("somebody else saved");
    assert_eq!(numbers(&bench.undo(&entry_of(&inserted)).await.expect("asked")), CONFLICT);
    bench.raw.update_one(doc! {}, doc! { "$set": { "a": 1 } }).await.expect("as it was");
    assert_eq!(bench.undo(&entry_of(&inserted)).await.expect("undone").restored.get(), 1);
    assert!(bench.all_bytes().await.is_empty());
}

#[tokio::test]
async fn the_rules_of_the_collection_are_told_where_they_refuse_the_document_of_before() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(r#"{"_id": 1, "price": -1}"#).await.expect("inserted").document;
    let saved =
        bench.update(&id_of(&view), vec![edit(&view, &["price"], Kind::Int, "1")]).await.expect("saved");
    let database = bench.raw.client().database(bench.namespace.database());
    let rule = doc! { "collMod": "items", "validator": { "price": { "$gte": 0 } } };
    database.run_command(rule).await.expect("ruled");
    let report = bench.undo(&entry_of(&saved)).await.expect("asked");
    assert_eq!(numbers(&report), [0, 0, 0, 1, 0, 0]);
    assert!(report.documents[0].reason.contains("rules"), "{report:?}");
    assert_eq!(field(&bench.get(&id_of(&view)).await.expect("read"), "price").text, "1");
}
