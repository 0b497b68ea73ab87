//! Documents that other clients damage come back as they were, byte for byte, on all members.

use bson::{RawDocumentBuf, doc, rawdoc};
use trivet_core::document::{PatchForm, UndoOutcome};
use trivet_tests::{Bench, id_of, shared_set};

use super::{ONE_RESTORED, entry_of, numbers};
use crate::awkward::{document, insert, int, on_every_member, text};

/// `levels` below the document.
fn nested(levels: usize) -> RawDocumentBuf {
    let mut inner = document(&[&int(b"d", 1)]);
    for _ in 1..levels {
        inner = document(&[&[&[0x03], &b"d\0"[..], inner.as_bytes()].concat()]);
    }
    let deep = [&[0x03], &b"deep\0"[..], inner.as_bytes()].concat();
    document(&[&int(b"_id", 1), &int(b"n", 1), &deep])
}

fn timestamp(name: &[u8]) -> Vec<u8> {
    [&[0x11], name, &[0], &[0; 8][..]].concat()
}

fn documents() -> Vec<(&'static str, RawDocumentBuf)> {
    let id = int(b"_id", 1);
    let repeated_inside = document(&[&int(b"a", 1), &int(b"a", 2)]);
    let repeated_inside = [&[0x03], &b"in\0"[..], repeated_inside.as_bytes()].concat();
    vec![
        ("repeated names", document(&[&id, &int(b"a", 1), &int(b"a", 2), &repeated_inside])),
        ("dots", document(&[&id, &int(b"a.b", 1), &int(b"", 2), &int(b"1", 3), &int(b"0", 4)])),
        ("dollars", document(&[&id, &int(b"$x", 1), &int(b"a", 2)])),
        ("bad UTF-8", document(&[&id, &text(b"bad", b"a\xFFb"), &int(b"k\xC0", 5)])),
        ("180 levels", nested(179)),
        (
            "numbers",
            RawDocumentBuf::try_from(doc! { "_id": 1, "a": -0.0, "b": f64::NAN, "c": 5_i64, "d": 1.0 })
                .expect("BSON"),
        ),
    ]
}

/// Deletes it, brings it back, puts another in its place, and brings it back again.
async fn there_and_back(bench: &Bench, before: &[u8], about: &str) {
    on_every_member(bench, before).await;
    let view = bench.page(bench.find()).await.expect("found").documents.remove(0);
    let id = id_of(&view);
    let deleted = bench.delete(&id).await.expect("deleted");
    let report = bench.undo(&entry_of(&deleted)).await.expect("undone");
    assert_eq!(numbers(&report), ONE_RESTORED, "{about}: {report:?}");
    on_every_member(bench, before).await;
    let undo = report.entry.expect("an entry");
    assert_eq!(numbers(&bench.undo(&undo).await.expect("undone")), ONE_RESTORED, "{about}");
    assert!(bench.all_bytes().await.is_empty(), "{about}");
    let redo = bench.latest().await.id;
    assert_eq!(numbers(&bench.undo(&redo).await.expect("undone")), ONE_RESTORED, "{about}");
    on_every_member(bench, before).await;
}

#[tokio::test]
async fn a_deleted_document_comes_back_as_it_was_whatever_is_in_it() {
    for (about, before) in documents() {
        let bench = Bench::on(shared_set().await).await;
        insert(&bench, &before).await;
        there_and_back(&bench, before.as_bytes(), about).await;
    }
}

#[tokio::test]
async fn an_edit_beside_what_is_awkward_is_undone_to_the_byte() {
    for (about, before) in documents() {
        let bench = Bench::on(shared_set().await).await;
        insert(&bench, &before).await;
        let view = bench.page(bench.find()).await.expect("found").documents.remove(0);
        let Some((at, node)) = view
            .fields
            .iter()
            .enumerate()
            .skip(1)
            .find(|(_, node)| node.kind == trivet_core::value::typed::Kind::Int && !node.damaged)
        else {
            continue;
        };
        let path = vec![trivet_core::value::path::PathStep {
            index: u32::try_from(at).expect("few"),
            name: node.name.clone(),
        }];
        let value =
            |text: &str| trivet_core::value::typed::TypedValue { kind: node.kind, text: text.to_owned() };
        let edit = trivet_core::document::FieldEdit { path, before: value(&node.text), after: value("77") };
        let saved = bench.update(&id_of(&view), vec![edit]).await.expect(about);
        assert_ne!(bench.only_bytes().await, before.as_bytes(), "{about}");
        let report = bench.undo(&entry_of(&saved)).await.expect("undone");
        assert_eq!(numbers(&report), ONE_RESTORED, "{about}: {report:?}");
        on_every_member(&bench, before.as_bytes()).await;
    }
}

#[tokio::test]
async fn an_empty_timestamp_stays_empty() {
    let bench = Bench::on(shared_set().await).await;
    let before = document(&[&int(b"_id", 1), &timestamp(b"at"), &int(b"a", 1)]);
    // An insert would fill it in, and a whole document that takes another's place does so on secondaries.
    let (stamp, other) =
        (bson::Timestamp { time: 0, increment: 0 }, bson::Timestamp { time: 1, increment: 0 });
    bench.raw.insert_one(rawdoc! { "_id": 1, "at": other, "a": 1 }).await.expect("inserted");
    bench.raw.update_one(doc! {}, doc! { "$set": { "at": stamp } }).await.expect("stored");
    there_and_back(&bench, before.as_bytes(), "an empty timestamp").await;

    // The same by every way to put a whole document in a document's place.
    let view = bench.page(bench.find()).await.expect("found").documents.remove(0);
    let id = id_of(&view);
    let replaced = bench.replace(&id, r#"{"b": 1}"#).await.expect("replaced");
    assert_eq!(numbers(&bench.undo(&entry_of(&replaced)).await.expect("undone")), ONE_RESTORED);
    on_every_member(&bench, before.as_bytes()).await;
    for form in [PatchForm::Fields, PatchForm::Update] {
        let text = if form == PatchForm::Fields {
            r#"{"$x": 1}"#
        } else {
            r#"[{"$set": {"long": "x"}}, {"$unset": "a"}]"#
        };
        let patched = bench.patch(&id, form, text).await.expect("patched");
        on_every_member(&bench, &bench.only_bytes().await).await;
        assert_eq!(numbers(&bench.undo(&entry_of(&patched)).await.expect("undone")), ONE_RESTORED);
        on_every_member(&bench, before.as_bytes()).await;
    }
}

#[tokio::test]
async fn a_document_of_16_mib_comes_back() {
    let bench = Bench::on(shared_set().await).await;
    let filler = "x".repeat((16 << 20) - 100);
    let view = bench
        .insert(&format!(r#"{{"_id": 1, "n": 1, "big": "{filler}"}}"#))
        .await
        .expect("inserted")
        .document;
    let before = bench.only_bytes().await;
    let replaced = bench.replace(&id_of(&view), r#"{"small": true}"#).await.expect("replaced");
    let report = bench.undo(&entry_of(&replaced)).await.expect("undone");
    assert_eq!(numbers(&report), ONE_RESTORED, "{report:?}");
    there_and_back(&bench, &before, "16 MiB").await;
}

#[tokio::test]
async fn a_document_that_no_update_gives_back_is_told_and_left() {
    let bench = Bench::on(shared_set().await).await;
    // A name repeats, and a top-level name begins with $: neither a replacement nor a pipeline gives it.
    let before = document(&[&int(b"_id", 1), &int(b"a", 1), &int(b"a", 2), &int(b"$x", 3)]);
    insert(&bench, &before).await;
    let view = bench.page(bench.find()).await.expect("found").documents.remove(0);
    let replaced = bench.replace(&id_of(&view), r#"{"b": 1}"#).await.expect("replaced");
    let stands = bench.only_bytes().await;
    let report = bench.undo(&entry_of(&replaced)).await.expect("asked");
    assert_eq!(numbers(&report), [0, 0, 0, 1, 0, 0], "{report:?}");
    assert_eq!(report.documents[0].outcome, UndoOutcome::Failed);
    assert!(report.documents[0].reason.contains("a field name repeats"), "{report:?}");
    assert_eq!(bench.only_bytes().await, stands);
    // Deleted, it comes back: an insert takes the bytes as they are.
    let deleted = bench.delete(&id_of(&view)).await.expect("deleted");
    assert_eq!(numbers(&bench.undo(&entry_of(&deleted)).await.expect("undone")), ONE_RESTORED);
}
