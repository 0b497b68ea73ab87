//! Every kind of write, undone.

use trivet_core::{
    ErrorCode,
    document::{EntryKind, HistoryRequest, ImageState, PatchForm},
    value::typed::Kind,
};
use trivet_tests::{Bench, edit, field, id_of, shared_set};

use super::{ONE_RESTORED, entry_of, numbers};
use crate::awkward::on_every_member;

const ITEM: &str = r#"{
    "_id": {"$oid": "65a000000000000000000001"}, "name": "gear-1", "price": 98.87, "stock": 19,
    "sku": {"$numberLong": "9007199254740993"}, "dims": {"w": 1, "h": {"value": 2}}, "tags": ["a", "b"]
}"#;

#[tokio::test]
async fn every_kind_of_change_is_undone_to_the_byte_on_every_member() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(ITEM).await.expect("inserted").document;
    let id = id_of(&view);
    let before = bench.only_bytes().await;
    let edits = vec![edit(&view, &["stock"], Kind::Long, "20"), edit(&view, &["dims", "w"], Kind::Int, "2")];
    let written = [
        bench.update(&id, edits).await,
        bench.patch(&id, PatchForm::Merge, r#"{"price": null, "new": {"a": [1]}}"#).await,
        bench.patch(&id, PatchForm::Fields, r#"{"name": "other"}"#).await,
        bench.patch(&id, PatchForm::Update, r#"{"$inc": {"stock": 5}, "$unset": {"tags": 1}}"#).await,
        bench.patch(&id, PatchForm::Update, r#"[{"$set": {"twice": {"$multiply": ["$stock", 2]}}}]"#).await,
        bench.replace(&id, r#"{"nothing": "of it"}"#).await,
        bench.delete(&id).await,
    ];
    let kinds = ["update", "update", "update", "update", "update", "replace", "delete"];
    let history = bench.history().await;
    let listed: Vec<_> = history.entries.iter().rev().skip(1).map(|entry| entry.kind).collect();
    assert_eq!(serde_json::to_value(&listed).expect("JSON"), serde_json::json!(kinds));
    assert!(history.entries.iter().all(|entry| entry.about.contains("65a000000000000000000001")));
    assert!(history.entries.iter().all(|entry| entry.documents.applied.get() == 1 && entry.undoable));

    for written in written.iter().rev() {
        let written = written.as_ref().expect("written");
        assert!(written.changed);
        let report = bench.undo(&entry_of(written)).await.expect("undone");
        assert_eq!(numbers(&report), ONE_RESTORED, "{report:?}");
        assert!(report.documents.is_empty() && !report.cancelled);
        // What this write had found stands there again.
        assert_eq!(
            bench.images(&entry_of(written)).await[0].before,
            Some(bench.get(&id).await.expect("read"))
        );
    }
    on_every_member(&bench, &before).await;
}

#[tokio::test]
async fn a_deleted_document_comes_back_with_its_id_and_an_inserted_one_goes() {
    let bench = Bench::on(shared_set().await).await;
    let inserted = bench.insert(r#"{"_id": {"a": 1, "b": 2}, "stamp": {"$timestamp": {"t": 0, "i": 0}}}"#);
    let inserted = inserted.await.expect("inserted");
    let id = id_of(&inserted.document);
    let before = bench.only_bytes().await;
    let deleted = bench.delete(&id).await.expect("deleted");
    assert!(bench.all_bytes().await.is_empty());
    let report = bench.undo(&entry_of(&deleted)).await.expect("undone");
    assert_eq!(numbers(&report), ONE_RESTORED, "{report:?}");
    on_every_member(&bench, &before).await;
    let report = bench.undo(&entry_of(&inserted)).await.expect("undone");
    assert_eq!(numbers(&report), ONE_RESTORED, "{report:?}");
    assert!(bench.all_bytes().await.is_empty());
}

#[tokio::test]
async fn an_undo_can_be_undone_and_what_is_undone_is_not_undone_twice() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(ITEM).await.expect("inserted").document;
    let before = bench.only_bytes().await;
    let saved =
        bench.update(&id_of(&view), vec![edit(&view, &["stock"], Kind::Int, "20")]).await.expect("saved");
    let after = bench.only_bytes().await;
    let saved = entry_of(&saved);

    let undo = bench.undo(&saved).await.expect("undone").entry.expect("an entry");
    assert_eq!(bench.only_bytes().await, before);
    let latest = bench.latest().await;
    assert_eq!((latest.kind, latest.undoes.as_ref(), &latest.id), (EntryKind::Undo, Some(&saved), &undo));
    assert_eq!(bench.images(&saved).await[0].undone_by, Some(undo.clone()));
    let twice = bench.undo(&saved).await.expect_err("already undone");
    assert_eq!(twice.code(), ErrorCode::Conflict);
    assert!(twice.body().message.contains("already undone"), "{twice}");

    let redo = bench.undo(&undo).await.expect("undone").entry.expect("an entry");
    assert_eq!(bench.only_bytes().await, after);
    assert_eq!(bench.images(&saved).await[0].undone_by, None);
    // The first write is in force again, and can be undone again.
    bench.undo(&saved).await.expect("undone");
    assert_eq!(bench.only_bytes().await, before);
    // What the redo would bring back stands there already.
    let redone = bench.undo(&redo).await.expect("asked");
    assert_eq!(numbers(&redone), [0, 1, 0, 0, 0, 0], "{redone:?}");
}

#[tokio::test]
async fn what_changes_nothing_or_is_refused_leaves_nothing_in_the_history() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(ITEM).await.expect("inserted").document;
    let id = id_of(&view);
    let same = bench.update(&id, vec![edit(&view, &["stock"], Kind::Int, "19")]).await.expect("the same");
    assert!(same.entry.is_none());
    let same = bench.patch(&id, PatchForm::Update, r#"{"$set": {"stock": 19}}"#).await.expect("the same");
    assert!(!same.changed && same.entry.is_none());
    bench.insert(ITEM).await.expect_err("a duplicate");
    bench.patch(&id, PatchForm::Update, r#"{"$push": {"name": 1}}"#).await.expect_err("no array");
    bench.insert_many(r#"[{"_id": 1}, {"_id": 1}]"#).await.expect_err("a duplicate");
    let history = bench.history().await;
    assert_eq!(history.entries.len(), 1, "{history:?}");
    assert_eq!(history.entries[0].kind, EntryKind::Insert);
}

#[tokio::test]
async fn the_history_shows_before_and_after_and_is_found_by_collection_kind_and_text() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(ITEM).await.expect("inserted").document;
    let saved =
        bench.update(&id_of(&view), vec![edit(&view, &["stock"], Kind::Int, "20")]).await.expect("saved");
    let images = bench.images(&entry_of(&saved)).await;
    let [image] = images.as_slice() else { panic!("one document: {images:?}") };
    let shown = |view: &Option<_>| field(view.as_ref().expect("a document"), "stock").text.clone();
    assert_eq!((shown(&image.before), shown(&image.after)), ("19".to_owned(), "20".to_owned()));
    assert_eq!((image.state, image.after_known, &image.id), (ImageState::Applied, true, &id_of(&view)));

    let found =
        async |request: HistoryRequest| bench.engine.history(request).await.expect("found").entries.len();
    let asks = || bench.asks_for_history();
    assert_eq!(found(asks()).await, 2);
    assert_eq!(found(HistoryRequest { kind: Some(EntryKind::Insert), ..asks() }).await, 1);
    assert_eq!(found(HistoryRequest { text: Some("65A0".into()), ..asks() }).await, 2);
    assert_eq!(found(HistoryRequest { text: Some("nothing".into()), ..asks() }).await, 0);
    assert_eq!(found(HistoryRequest { namespace: Some(bench.namespace.clone()), ..asks() }).await, 2);
    let first = bench.engine.history(HistoryRequest { limit: Some(1), ..asks() }).await.expect("found");
    assert!(first.more && first.undo && first.used_bytes.get() > 500 && first.limit_bytes.get() == 512 << 20);
    let before = Some(first.entries[0].id.clone());
    let second = bench.engine.history(HistoryRequest { before, ..asks() }).await.expect("found");
    assert!(!second.more && second.entries[0].kind == EntryKind::Insert);

    let forgotten = bench.forget(Some(&first.entries[0].id)).await.expect("forgotten");
    assert_eq!(forgotten.entries.get(), 1);
    assert_eq!(bench.undo(&first.entries[0].id).await.expect_err("gone").code(), ErrorCode::NotFound);
    assert_eq!(bench.forget(None).await.expect("forgotten").used_bytes.get(), 0);
    assert_eq!(found(asks()).await, 0);
}
