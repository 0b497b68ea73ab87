//! The program ends, or the answer is lost, between the intent and the outcome.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use bson::{doc, rawdoc};
use rustix::process::{Pid, Signal, kill_process};
use tokio::runtime::Runtime;
use trivet_core::{
    ErrorCode,
    document::{DocumentId, FieldEdit, ImageState, UpdateRequest, WriteFound},
    namespace::Namespace,
    value::typed::Kind,
};
use trivet_tests::{
    Bench, DEADLINE, edit, engine, eventually, field, id_of, replica_set, shared_set, to, wait_for,
};

use super::numbers;

/// A program of its own on the same files, which ends while it saves.
struct Dying(Runtime);

impl Dying {
    fn that_saves(
        data_dir: &Path,
        uri: &str,
        namespace: &Namespace,
        id: &DocumentId,
        edits: Vec<FieldEdit>,
    ) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let (data_dir, uri) = (data_dir.to_owned(), uri.to_owned());
        let (namespace, id) = (namespace.clone(), id.clone());
        runtime.spawn(async move {
            let engine = engine(&data_dir);
            let connection = engine.connect(to(&uri)).await.expect("connected").id;
            engine.update(UpdateRequest { connection, namespace, id, edits }).await
        });
        Self(runtime)
    }

    fn dies(self) {
        self.0.shutdown_background();
    }
}

#[tokio::test]
async fn a_program_that_ends_before_the_commit_leaves_a_write_that_is_found_not_applied() {
    let uri = shared_set().await;
    let bench = Bench::on(uri).await;
    let view = bench.insert(r#"{"_id": 1, "a": 1}"#).await.expect("inserted").document;
    bench.forget(None).await.expect("forgotten");
    // Another writer holds the document, so that the save is tried again and again.
    let client = bench.raw.client();
    let mut other = client.start_session().await.expect("a session");
    other.start_transaction().await.expect("begun");
    bench.raw.update_one(doc! {}, doc! { "$set": { "b": 1 } }).session(&mut other).await.expect("held");
    let edits = vec![edit(&view, &["a"], Kind::Int, "2")];
    let dying = Dying::that_saves(bench.data_dir(), uri, &bench.namespace, &id_of(&view), edits);
    let entry =
        wait_for("the intent is on disk", DEADLINE, async || bench.history().await.entries.pop()).await;
    dying.dies();
    other.abort_transaction().await.expect("let go");
    assert_eq!(entry.documents.pending.get(), 1);

    let checked = bench.check(&entry.id).await.expect("checked");
    assert_eq!((checked.applied.get(), checked.not_applied.get()), (0, 1), "{checked:?}");
    assert_eq!(checked.documents[0].found, WriteFound::NotApplied);
    assert_eq!(bench.images(&entry.id).await[0].state, ImageState::NotApplied);
    assert!(!bench.latest().await.undoable);
    assert_eq!(field(&bench.get(&id_of(&view)).await.expect("read"), "a").text, "1");
}

#[tokio::test]
async fn what_somebody_changed_since_cannot_be_told_any_more_and_is_left_unknown() {
    let uri = shared_set().await;
    let bench = Bench::on(uri).await;
    let view = bench.insert(r#"{"_id": 1, "a": 1}"#).await.expect("inserted").document;
    bench.forget(None).await.expect("forgotten");
    let mut other = bench.raw.client().start_session().await.expect("a session");
    other.start_transaction().await.expect("begun");
    bench.raw.update_one(doc! {}, doc! { "$set": { "b": 1 } }).session(&mut other).await.expect("held");
    let edits = vec![edit(&view, &["a"], Kind::Int, "2")];
    let dying = Dying::that_saves(bench.data_dir(), uri, &bench.namespace, &id_of(&view), edits);
    let entry =
        wait_for("the intent is on disk", DEADLINE, async || bench.history().await.entries.pop()).await;
    dying.dies();
    other.commit_transaction().await.expect("theirs");
    let checked = bench.check(&entry.id).await.expect("checked");
    assert_eq!(checked.different.get(), 1, "{checked:?}");
    assert_eq!(checked.documents[0].found, WriteFound::Different);
    assert_eq!(bench.images(&entry.id).await[0].state, ImageState::Unknown);
    let report = bench.undo(&entry.id).await.expect("asked");
    assert_eq!(numbers(&report), [0, 0, 1, 0, 0, 0], "{report:?}");
    assert_eq!(bench.only_bytes().await, rawdoc! { "_id": 1, "a": 1, "b": 1 }.as_bytes());
}

fn signal(pid: u32, signal: Signal) {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).expect("a process id");
    kill_process(pid, signal).expect("signalled");
}

#[tokio::test]
async fn own_set_a_write_and_an_undo_without_a_majority_are_unknown_and_then_checked() {
    let set = replica_set().await;
    let bench = Bench::on(set.uri()).await;
    let view = bench.insert(r#"{"_id": 1, "n": 1}"#).await.expect("inserted").document;
    let saved = bench.update(&id_of(&view), vec![edit(&view, &["n"], Kind::Int, "2")]).await.expect("saved");
    let saved = saved.entry.expect("an entry");
    let primary = set.primary().await;
    let others: Vec<_> = set.lab.status().members.into_iter().filter(|member| member.id != primary).collect();
    let signal_all = |kind| others.iter().for_each(|member| signal(member.pid.expect("it runs"), kind));

    signal_all(Signal::STOP);
    let began = Instant::now();
    let (inserted, undone) = tokio::join!(bench.insert(r#"{"_id": 2, "n": 1}"#), bench.undo(&saved));
    let error = inserted.expect_err("no majority confirms it");
    assert_eq!(error.code(), ErrorCode::OutcomeUnknown, "{error:?}");
    let inserted = error.body().entry.clone().expect("the entry to check");
    // What reading back could not settle either is never told as a success or a failure.
    let report = undone.expect("a report");
    assert_eq!(numbers(&report), [0, 0, 0, 0, 1, 0], "{report:?}");
    assert!(began.elapsed() < Duration::from_mins(1), "took {:?}", began.elapsed());
    let undo = report.entry.expect("the entry of the undo");
    for entry in [&inserted, &undo] {
        assert_eq!(bench.images(entry).await[0].state, ImageState::Unknown);
    }
    signal_all(Signal::CONT);

    set.primary().await;
    for entry in [&inserted, &undo] {
        eventually("a majority tells", Duration::from_mins(1), async || bench.check(entry).await.is_ok())
            .await;
        let checked = bench.check(entry).await.expect("checked");
        assert_eq!(checked.applied.get() + checked.not_applied.get(), 1, "{checked:?}");
    }
    // The history says of the undone write what the documents say.
    let now = bench.get(&id_of(&view)).await.expect("read");
    let undone_by = bench.images(&saved).await[0].undone_by.clone();
    match field(&now, "n").text.as_str() {
        "1" => assert_eq!(undone_by, Some(undo)),
        _ => assert_eq!(undone_by, None),
    }
}
