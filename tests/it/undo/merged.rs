//! Somebody changed the document since: the write is taken back field by field, as unsaved changes.

use bson::{doc, rawdoc};
use trivet_core::{
    ErrorCode, Result,
    document::{Draft, EntryId, MergeSide, Settled, UndoAsDraftRequest},
    value::typed::Kind,
};
use trivet_tests::{Bench, edit, id_of, set, shared_set};

use super::{ONE_RESTORED, entry_of, numbers};

async fn as_draft(bench: &Bench, entry: &EntryId) -> Result<Option<Draft>> {
    let (connection, entry) = (bench.connection.id.clone(), entry.clone());
    let request = UndoAsDraftRequest { connection, entry, position: 0 };
    Ok(bench.engine.undo_as_draft(request).await?.draft)
}

#[tokio::test]
async fn a_write_is_taken_back_beside_what_others_changed_since_and_that_can_be_undone_too() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(r#"{"_id": 1, "a": 1, "b": 1, "c": 1}"#).await.expect("inserted").document;
    let id = id_of(&view);
    let edits = vec![edit(&view, &["a"], Kind::Int, "2"), edit(&view, &["b"], Kind::Int, "2")];
    let saved = bench.update(&id, edits).await.expect("saved");
    bench.raw.update_one(doc! {}, doc! { "$set": { "b": 9, "c": 9 } }).await.expect("somebody else saved");
    assert_eq!(bench.undo(&entry_of(&saved)).await.expect("asked").conflicts.get(), 1);

    let draft = as_draft(&bench, &entry_of(&saved)).await.expect("made").expect("a draft");
    let found = bench.compare(&draft.id).await.expect("compared");
    let now = found.now.expect("it is there");
    let rows: Vec<_> = found
        .rows
        .iter()
        .map(|row| {
            let text = |node: &Option<_>| {
                node.as_ref().map(|node: &trivet_core::value::node::Node| node.text.clone())
            };
            (
                row.path[0].name.clone(),
                [text(&row.read), text(&row.now), text(&row.mine)],
                row.conflict,
                row.taken,
            )
        })
        .collect();
    let texts = |texts: [&str; 3]| texts.map(|text| Some(text.to_owned()));
    assert_eq!(
        rows,
        [
            ("a".to_owned(), texts(["2", "2", "1"]), false, MergeSide::Mine),
            ("b".to_owned(), texts(["2", "9", "1"]), true, MergeSide::Now),
            ("c".to_owned(), texts(["1", "9", "1"]), false, MergeSide::Now),
        ]
    );

    let choices = vec![MergeSide::Mine, MergeSide::Mine, MergeSide::Now];
    let merged = bench.merge(&draft.id, &now.etag, choices).await.expect("merged").expect("a draft");
    let taken_back = bench.save(&merged).await.expect("saved");
    assert_eq!(bench.only_bytes().await, rawdoc! { "_id": 1, "a": 1, "b": 1, "c": 9 }.as_bytes());
    assert_eq!(numbers(&bench.undo(&entry_of(&taken_back)).await.expect("undone")), ONE_RESTORED);
    assert_eq!(bench.only_bytes().await, rawdoc! { "_id": 1, "a": 2, "b": 9, "c": 9 }.as_bytes());
}

#[tokio::test]
async fn a_document_that_was_deleted_since_comes_back_as_it_was_before_the_write() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(r#"{"_id": 1, "a": 1}"#).await.expect("inserted").document;
    let saved = bench.update(&id_of(&view), vec![edit(&view, &["a"], Kind::Int, "2")]).await.expect("saved");
    bench.raw.delete_one(doc! {}).await.expect("deleted");
    let draft = as_draft(&bench, &entry_of(&saved)).await.expect("made").expect("a draft");
    assert!(bench.compare(&draft.id).await.expect("compared").now.is_none());
    let mut request = bench.saving(&draft);
    request.insert_again = true;
    bench.engine.save_draft(request).await.expect("inserted");
    assert_eq!(bench.only_bytes().await, rawdoc! { "_id": 1, "a": 1 }.as_bytes());
}

#[tokio::test]
async fn unsaved_changes_are_never_replaced_and_only_what_changed_a_document_is_taken_back_so() {
    let bench = Bench::on(shared_set().await).await;
    let inserted = bench.insert(r#"{"_id": 1, "a": 1}"#).await.expect("inserted");
    let (view, id) = (&inserted.document, id_of(&inserted.document));
    let saved = bench.update(&id, vec![edit(view, &["a"], Kind::Int, "2")]).await.expect("saved");
    let code = |made: Result<Option<Draft>>| made.expect_err("refused").code();

    let mine = bench.edit(&saved.document, vec![set("1:a", "3")]).await.expect("edited").expect("a draft");
    assert_eq!(code(as_draft(&bench, &entry_of(&saved)).await), ErrorCode::Conflict);
    assert_eq!(bench.check_draft(&id).await.expect("checked").settled, Settled::NotApplied);
    let kept = bench.engine.draft(bench.draft_of(&id)).await.expect("read").draft.expect("a draft");
    assert_eq!(kept.document.etag, mine.document.etag);
    bench.engine.discard_draft(bench.draft_of(&id)).await.expect("discarded");

    // Asked for twice, it is the same one.
    let first = as_draft(&bench, &entry_of(&saved)).await.expect("made").expect("a draft");
    let second = as_draft(&bench, &entry_of(&saved)).await.expect("made").expect("a draft");
    assert_eq!((first.base_etag, first.document.etag), (second.base_etag, second.document.etag));
    bench.engine.discard_draft(bench.draft_of(&id)).await.expect("discarded");

    assert_eq!(code(as_draft(&bench, &entry_of(&inserted)).await), ErrorCode::Unsupported);
    let deleted = bench.delete(&id).await.expect("deleted");
    assert_eq!(code(as_draft(&bench, &entry_of(&deleted)).await), ErrorCode::Unsupported);
    let (connection, entry) = (bench.connection.id.clone(), entry_of(&saved));
    let beyond = UndoAsDraftRequest { connection, entry, position: 1 };
    assert_eq!(bench.engine.undo_as_draft(beyond).await.expect_err("none").code(), ErrorCode::InvalidInput);
}
