//! What is kept on disk: nothing where it is switched off, and never more than may be.

use std::fs;

use bson::{doc, rawdoc};
use trivet_core::{
    ErrorCode,
    connection::{ConnectRequest, ConnectTarget},
    storage::{Settings, UndoSettings},
    value::typed::Kind,
};
use trivet_tests::{Bench, edit, id_of, shared_set, to};

use super::entry_of;

#[tokio::test]
async fn switched_off_nothing_is_kept_and_that_is_remembered() {
    let uri = shared_set().await;
    let bench = Bench::asking(ConnectRequest { undo: Some(false), ..to(uri) }, uri).await;
    assert!(!bench.connection.undo);
    let written = bench.insert(r#"{"_id": 1, "a": 1}"#).await.expect("inserted");
    let id = id_of(&written.document);
    assert!(written.entry.is_none());
    let edits = vec![edit(&written.document, &["a"], Kind::Int, "2")];
    assert!(bench.update(&id, edits).await.expect("saved").entry.is_none());
    assert!(bench.insert_many(r#"[{"_id": 2}]"#).await.expect("inserted").entry.is_none());
    assert!(bench.delete(&id).await.expect("deleted").entry.is_none());
    let history = bench.history().await;
    assert!(!history.undo && history.entries.is_empty());
    assert!(!bench.data_dir().join("journal").exists());

    // However the same connection is opened again, until somebody switches it on.
    let recent = bench.engine.recent_connections().await.expect("listed").remove(0);
    assert!(!recent.undo);
    let target = ConnectTarget::Recent { id: recent.id, password: None };
    for request in [ConnectRequest { target, ..to("") }, to(uri)] {
        assert!(!bench.engine.connect(request).await.expect("connected").undo);
    }
    let on = ConnectRequest { undo: Some(true), ..to(uri) };
    assert!(bench.engine.connect(on).await.expect("connected").undo);
    assert!(bench.engine.connect(to(uri)).await.expect("connected").undo);
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_can_read_what_is_kept() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::on(shared_set().await).await;
    bench.insert(r#"{"_id": 1}"#).await.expect("inserted");
    let folder = bench.data_dir().join("journal");
    let mode = |path: &std::path::Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let files: Vec<_> = fs::read_dir(&folder).expect("read").map(|file| file.expect("read").path()).collect();
    assert_eq!(files.len(), 3, "{files:?}");
    assert!(files.iter().all(|file| mode(file) == 0o600), "{files:?}");
}

#[tokio::test]
async fn a_write_that_could_never_be_undone_is_refused_before_anything_is_sent() {
    let bench = Bench::on(shared_set().await).await;
    let small = Settings { undo: UndoSettings { limit_megabytes: 1 }, ..Settings::default() };
    bench.engine.save_settings(small).await.expect("saved");
    let filler = "x".repeat(2 << 20);
    let refused = bench.insert(&format!(r#"{{"_id": 1, "big": "{filler}"}}"#)).await.expect_err("refused");
    assert_eq!(refused.code(), ErrorCode::TooLarge);
    let hint = refused.body().hint.clone().expect("a hint");
    assert!(hint.contains("limit") && hint.contains("switched off"), "{hint}");
    assert!(bench.all_bytes().await.is_empty());

    bench.raw.insert_one(rawdoc! { "_id": 1, "a": 1, "big": filler }).await.expect("inserted");
    let view = bench.page(bench.find()).await.expect("found").documents.remove(0);
    let before = bench.only_bytes().await;
    let edits = vec![edit(&view, &["a"], Kind::Int, "2")];
    let refused = bench.update(&id_of(&view), edits).await.expect_err("refused");
    assert_eq!(refused.code(), ErrorCode::TooLarge);
    assert_eq!(bench.delete(&id_of(&view)).await.expect_err("refused").code(), ErrorCode::TooLarge);
    assert_eq!(bench.only_bytes().await, before);
    assert!(bench.history().await.entries.is_empty());

    let none = Settings { undo: UndoSettings { limit_megabytes: 0 }, ..Settings::default() };
    let refused = bench.engine.save_settings(none).await.expect_err("refused");
    assert_eq!(refused.code(), ErrorCode::InvalidInput);
}

#[tokio::test]
async fn the_oldest_writes_make_room_for_new_ones() {
    let bench = Bench::on(shared_set().await).await;
    let small = Settings { undo: UndoSettings { limit_megabytes: 1 }, ..Settings::default() };
    bench.engine.save_settings(small).await.expect("saved");
    let filler = "x".repeat(200_000);
    let mut entries = Vec::new();
    for n in 0..12 {
        let inserted =
            bench.insert(&format!(r#"{{"_id": {n}, "big": "{filler}"}}"#)).await.expect("inserted");
        entries.push(entry_of(&inserted));
    }
    let history = bench.history().await;
    assert!(history.used_bytes <= history.limit_bytes && history.limit_bytes.get() == 1 << 20);
    let left: Vec<_> = history.entries.iter().rev().map(|entry| entry.id.clone()).collect();
    assert_eq!(left, entries[entries.len() - left.len()..]);
    assert!((3..=5).contains(&left.len()), "{left:?}");
    assert_eq!(bench.undo(&entries[0]).await.expect_err("dropped").code(), ErrorCode::NotFound);
    assert_eq!(bench.undo(&entries[11]).await.expect("undone").restored.get(), 1);
}

#[tokio::test]
async fn a_damaged_journal_stops_writes_in_words_and_is_kept() {
    let bench = Bench::on(shared_set().await).await;
    let folder = bench.data_dir().join("journal");
    fs::create_dir(&folder).expect("made");
    let recent = bench.engine.recent_connections().await.expect("listed").remove(0);
    let file = folder.join(format!("{}.sqlite", recent.id));
    let damaged = "no database, though it is long enough to be one. ".repeat(40);
    fs::write(&file, &damaged).expect("written");
    let refused = bench.insert(r#"{"_id": 1}"#).await.expect_err("refused");
    assert_eq!(refused.code(), ErrorCode::Storage);
    assert!(refused.body().message.contains("Nothing was written"), "{refused}");
    assert_eq!(bench.raw.count_documents(doc! {}).await.expect("counted"), 0);
    assert_eq!(fs::read_to_string(&file).expect("kept"), damaged);
}
