//! That a draft was sent is on disk before anything of it is applied.

#[cfg(unix)]
use std::{fs, path::PathBuf, process::Command, thread};

use bson::doc;
use trivet_core::{
    ErrorCode,
    document::{EntryKind, SaveDraftRequest},
    value::ejson::parse_document,
};
#[cfg(unix)]
use trivet_tests::Mongod;
use trivet_tests::{Bench, set, shared_set, to};

const READ: &str = r#"{"_id":1,"name":"as read"}"#;
const MINE: &str = r#"{"_id":1,"name":"mine"}"#;

#[cfg(unix)]
#[tokio::test]
async fn what_cannot_be_noted_as_sent_is_not_applied() {
    not_noted(&Bench::on(shared_set().await).await, false).await;
}

#[cfg(unix)]
#[tokio::test]
async fn nor_is_it_inserted_again() {
    not_noted(&Bench::on(shared_set().await).await, true).await;
}

#[cfg(unix)]
#[tokio::test]
async fn nor_is_it_sent_to_a_standalone() {
    let mongod = Mongod::standalone(&[]).await;
    not_noted(&Bench::on(&mongod.uri()).await, false).await;
}

/// Saves a draft whose file gives its bytes once, and takes none.
#[cfg(unix)]
async fn not_noted(bench: &Bench, insert_again: bool) {
    let view = bench.insert(READ).await.expect("inserted").document;
    let draft = bench.edit(&view, vec![set("1:name", r#""mine""#)]).await.expect("edited").expect("a change");
    if insert_again {
        bench.raw.delete_one(doc! {}).await.expect("deleted");
    }
    let before = bench.all_bytes().await;
    let entries = bench.history().await.entries.len();

    let file = only_draft(bench);
    let bytes = fs::read(&file).expect("a draft");
    fs::remove_file(&file).expect("removed");
    assert!(Command::new("mkfifo").arg(&file).status().expect("a program").success());
    let other_end = thread::spawn({
        let (file, bytes) = (file.clone(), bytes.clone());
        move || {
            fs::write(&file, bytes).expect("the draft is read");
            // Whoever opens a pipe to write waits for one who reads, and then cannot write at a place of their own.
            fs::File::open(&file).expect("it is to be noted");
        }
    });
    let request = SaveDraftRequest { insert_again, ..bench.saving(&draft) };
    let error = bench.engine.save_draft(request.clone()).await.expect_err("refused");
    assert_eq!(error.code(), ErrorCode::Storage, "{error}");
    assert!(error.body().message.starts_with("Nothing was written"), "{error}");
    other_end.join().expect("both ends");
    assert_eq!(bench.all_bytes().await, before);
    assert_eq!(bench.history().await.entries.len(), entries);

    fs::remove_file(&file).expect("removed");
    fs::write(&file, bytes).expect("as before");
    let kept = bench.engine.draft(bench.draft_of(&draft.id)).await.expect("asked").draft.expect("kept");
    assert!(!kept.unsettled);
    bench.engine.save_draft(request).await.expect("saved");
    assert_eq!(bench.only_bytes().await, parse_document(MINE).expect("a document"));
}

#[cfg(unix)]
fn only_draft(bench: &Bench) -> PathBuf {
    let only = |folder: PathBuf| {
        let mut entries = fs::read_dir(folder).expect("a folder");
        let first = entries.next().expect("one entry").expect("read").path();
        assert!(entries.next().is_none(), "one alone");
        first
    };
    only(only(bench.data_dir().join("drafts")))
}

#[tokio::test]
async fn of_two_saves_of_one_draft_at_once_one_is_told_of_the_other() {
    let uri = shared_set().await;
    let bench = Bench::on(uri).await;
    let view = bench.insert(READ).await.expect("inserted").document;
    let draft = bench.edit(&view, vec![set("1:name", r#""mine""#)]).await.expect("edited").expect("a change");
    // In another window of the same program.
    let other = bench.engine.connect(to(uri)).await.expect("connected").id;
    let request = SaveDraftRequest { connection: other, ..bench.saving(&draft) };
    let edits = vec![set("1:name", r#""edited meanwhile""#)];
    let meanwhile = async {
        // Until both saves have begun, and none has an answer.
        tokio::task::yield_now().await;
        (bench.check_draft(&draft.id).await, bench.edit(&draft.document, edits).await)
    };
    let (first, second, (checked, edited)) =
        tokio::join!(bench.save(&draft), bench.engine.save_draft(request), meanwhile);
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    for refused in [first.and(second).map(drop), checked.map(drop)] {
        let error = refused.expect_err("refused");
        assert_eq!(error.code(), ErrorCode::OutcomeUnknown, "{error}");
        assert!(error.body().message.contains("being saved"), "{error}");
    }
    assert_eq!(edited.expect_err("refused").code(), ErrorCode::OutcomeUnknown);
    assert_eq!(bench.only_bytes().await, parse_document(MINE).expect("a document"));
    let kinds: Vec<_> = bench.history().await.entries.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [EntryKind::Update, EntryKind::Insert]);
    assert!(bench.engine.draft(bench.draft_of(&draft.id)).await.expect("asked").draft.is_none());
}
