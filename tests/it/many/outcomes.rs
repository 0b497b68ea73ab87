//! What becomes of each document, and that the report says it.

use bson::{doc, rawdoc};
use tokio::runtime::Handle;
use trivet_core::{
    ErrorCode,
    connection::{CancelRequest, ConnectRequest, Environment, QueryId},
    document::{EntryKind, ManyAction, ManyRequest, PatchForm},
    storage::{Settings, UndoSettings},
};
use trivet_tests::{Bench, change, counts, deletion, insertion, shared_set, to};

use super::stored;
use crate::awkward::{all_on_every_member, document, insert, int, text};

#[tokio::test]
async fn documents_are_changed_and_undo_gives_back_every_byte_on_every_member() {
    let bench = Bench::on(shared_set().await).await;
    stored(&bench, 1_200).await;
    let before = bench.all_bytes().await;
    let mut told = Vec::new();
    let request =
        bench.many(change("{ status: 'even' }", "{ $set: { status: 'done' }, $inc: { n: NumberLong(1) } }"));
    let report = bench
        .write_many_as(request, |far| {
            told.push((far.matched.get(), far.counted, far.done.get()));
            true
        })
        .await
        .expect("changed");
    assert_eq!((report.matched.get(), counts(&report)), (600, [600, 0, 0, 0, 0, 0]));
    assert!(report.is_complete() && report.stopped.is_none() && !report.cancelled);
    assert_eq!(told[told.len() - 3..], [(600, true, 0), (600, true, 500), (600, true, 600)]);
    assert_eq!(bench.raw.count_documents(doc! { "status": "done" }).await.expect("counted"), 600);
    assert_eq!(bench.raw.count_documents(doc! { "n": { "$type": "long" } }).await.expect("counted"), 600);
    all_on_every_member(&bench, &bench.all_bytes().await).await;

    let entry = bench.latest().await;
    assert_eq!((entry.kind, entry.documents.applied.get()), (EntryKind::ChangeMany, 600));
    assert!(entry.about.starts_with("{ status: 'even' } → { $set:"), "{}", entry.about);
    let undone = bench.undo(&report.entry.expect("an entry")).await.expect("undone");
    assert_eq!(undone.restored.get(), 600);
    all_on_every_member(&bench, &before).await;
}

#[tokio::test]
async fn documents_are_deleted_and_come_back() {
    let bench = Bench::on(shared_set().await).await;
    stored(&bench, 700).await;
    let before = bench.all_bytes().await;
    let report = bench.write_many(deletion("{ n: { $gte: 100 } }")).await.expect("deleted");
    assert_eq!(counts(&report), [600, 0, 0, 0, 0, 0]);
    assert_eq!(bench.all_bytes().await.len(), 100);
    let undone = bench.undo(&report.entry.expect("an entry")).await.expect("undone");
    assert_eq!(undone.restored.get(), 600);
    all_on_every_member(&bench, &before).await;
}

#[tokio::test]
async fn documents_of_a_text_are_inserted_to_the_byte_and_those_that_are_there_are_told() {
    let bench = Bench::on(shared_set().await).await;
    bench.raw.insert_one(rawdoc! { "_id": 3, "mine": true }).await.expect("stored");
    let text = r#"
        { "_id": 1, "at": { "$timestamp": { "t": 0, "i": 0 } }, "big": { "$numberLong": "9007199254740993" } }
        { _id: 2, $x: 1, 'a.b': [ /x{/i ], "": null };
        { _id: 3 }
        [{ "z": 1, "_id": 4, "a": 1.0 }]"#;
    let report = bench.write_many(insertion(text)).await.expect("inserted");
    assert_eq!((report.matched.get(), counts(&report)), (4, [3, 0, 0, 1, 0, 0]));
    assert_eq!(report.documents[0].reason.code, ErrorCode::Conflict);
    let expected = [
        rawdoc! { "_id": 1, "at": bson::Timestamp { time: 0, increment: 0 }, "big": 9_007_199_254_740_993_i64 },
        rawdoc! { "_id": 2, "$x": 1, "a.b": [bson::Regex { pattern: "x{".try_into().expect("text"), options: "i".try_into().expect("text") }], "": null },
        rawdoc! { "_id": 3, "mine": true },
        rawdoc! { "_id": 4, "z": 1, "a": 1.0 },
    ];
    all_on_every_member(&bench, &expected.map(bson::RawDocumentBuf::into_bytes)).await;
    let entry = bench.latest().await;
    assert_eq!((entry.kind, entry.about.as_str()), (EntryKind::InsertMany, "4 documents"));
    assert_eq!(bench.undo(&entry.id).await.expect("undone").restored.get(), 3);
    assert_eq!(bench.only_bytes().await, rawdoc! { "_id": 3, "mine": true }.as_bytes());
}

#[tokio::test]
async fn one_that_cannot_be_written_keeps_no_other_back_and_is_told_with_its_reason() {
    let bench = Bench::on(shared_set().await).await;
    stored(&bench, 600).await;
    bench
        .raw
        .update_many(doc! { "_id": { "$in": [7, 300, 301] } }, doc! { "$set": { "n": "text" } })
        .await
        .expect("set");
    let report = bench.write_many(change("{}", "{ $inc: { n: 1 } }")).await;
    assert_eq!(report.expect_err("all of it").code(), ErrorCode::InvalidInput);
    let request = ManyRequest { whole_collection: true, ..bench.many(change("{}", "{ $inc: { n: 1 } }")) };
    let report = bench.write_many_as(request, |_| true).await.expect("a report");
    assert_eq!((report.matched.get(), counts(&report)), (600, [597, 0, 0, 3, 0, 0]));
    let messages: Vec<_> = report.documents.iter().map(|failed| failed.reason.message.clone()).collect();
    assert!(messages.iter().all(|message| message.contains("non-numeric")), "{messages:?}");
    assert!(!report.is_complete());
    let sum = bench.raw.count_documents(doc! { "$expr": { "$eq": ["$n", { "$add": ["$_id", 1] }] } }).await;
    assert_eq!(sum.expect("counted"), 597);
}

#[tokio::test]
async fn where_all_fail_it_ends_soon_and_says_so() {
    let bench = Bench::on(shared_set().await).await;
    stored(&bench, 1_500).await;
    let report =
        bench.write_many(change("{ n: { $gte: 0 } }", "{ $inc: { status: 1 } }")).await.expect("a report");
    let [changed, _, _, failed, _, left] = counts(&report);
    assert_eq!((changed, failed + left), (0, 1_500));
    assert!((100..=500).contains(&failed), "{failed}");
    let stopped = report.stopped.expect("why it ended");
    assert!(stopped.message.contains("rest was left") && report.entry.is_none(), "{}", stopped.message);
    assert!(bench.history().await.entries.is_empty());
}

#[tokio::test]
async fn operators_never_reach_a_document_in_which_a_name_repeats() {
    let bench = Bench::on(shared_set().await).await;
    stored(&bench, 3).await;
    insert(&bench, &document(&[&int(b"_id", 9), &int(b"n", 1), &int(b"n", 2), &text(b"status", b"even")]))
        .await;
    let report =
        bench.write_many(change("{ status: 'even' }", "{ $set: { n: 5 } }")).await.expect("a report");
    assert_eq!(counts(&report), [2, 0, 0, 1, 0, 0]);
    assert_eq!(report.documents[0].reason.code, ErrorCode::Unsupported);
    all_on_every_member(&bench, &bench.all_bytes().await).await;
    // Deleting it is safe, and so is having it back.
    let before = bench.all_bytes().await;
    let report = bench.write_many(deletion("{ _id: 9 }")).await.expect("deleted");
    bench.undo(&report.entry.expect("an entry")).await.expect("undone");
    all_on_every_member(&bench, &before).await;
}

#[tokio::test]
async fn a_pipeline_leaves_the_same_on_every_member_also_where_a_timestamp_is_empty() {
    let bench = Bench::on(shared_set().await).await;
    let empty = bson::Timestamp { time: 0, increment: 0 };
    for n in 0..20 {
        // The server fills in an empty timestamp on insert: it is put there by an update.
        bench.raw.insert_one(rawdoc! { "_id": n, "n": n }).await.expect("stored");
    }
    bench.raw.update_many(doc! {}, doc! { "$set": { "at": empty } }).await.expect("set");
    let before = bench.all_bytes().await;
    let pipeline = "[{ $set: { sum: { $add: ['$n', 1] } } }]";
    let replace = "[{ $replaceWith: { _id: '$_id', at: '$at', twice: { $multiply: ['$n', 2] } } }]";
    for update in [pipeline, replace] {
        let report = bench.write_many(change("{ n: { $gte: 0 } }", update)).await.expect("changed");
        assert_eq!(counts(&report), [20, 0, 0, 0, 0, 0], "{update}");
        all_on_every_member(&bench, &bench.all_bytes().await).await;
        bench.undo(&report.entry.expect("an entry")).await.expect("undone");
        all_on_every_member(&bench, &before).await;
    }
}

#[tokio::test]
async fn the_positional_operator_means_the_element_that_the_filter_found() {
    let bench = Bench::on(shared_set().await).await;
    for n in 0..3 {
        bench
            .raw
            .insert_one(rawdoc! { "_id": n, "lines": [{ "sku": "a", "q": 1 }, { "sku": "b", "q": 1 }] })
            .await
            .expect("stored");
    }
    let report = bench
        .write_many(change("{ 'lines.sku': 'b' }", "{ $set: { 'lines.$.q': 9 } }"))
        .await
        .expect("changed");
    assert_eq!(counts(&report), [3, 0, 0, 0, 0, 0]);
    let changed = bench.raw.count_documents(doc! { "lines.1.q": 9, "lines.0.q": 1 }).await.expect("counted");
    assert_eq!(changed, 3);
}

#[tokio::test]
async fn what_stands_as_it_is_to_be_is_unchanged_and_leaves_no_trace() {
    let bench = Bench::on(shared_set().await).await;
    stored(&bench, 10).await;
    let report = bench
        .write_many(change("{ status: 'even' }", "{ $set: { status: 'even' } }"))
        .await
        .expect("a report");
    assert_eq!(counts(&report), [0, 5, 0, 0, 0, 0]);
    assert!(report.entry.is_none() && bench.history().await.entries.is_empty());
    let merge = ManyAction::Change {
        filter: Some("{ status: 'odd' }".to_owned()),
        form: PatchForm::Merge,
        update: r#"{"filler": null, "n": 0}"#.to_owned(),
    };
    assert_eq!(counts(&bench.write_many(merge).await.expect("merged")), [5, 0, 0, 0, 0, 0]);
    let merged = bench.raw.count_documents(doc! { "filler": { "$exists": false }, "n": 0 }).await;
    assert_eq!(merged.expect("counted"), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_deleted_or_changed_meanwhile_is_left_alone() {
    let bench = Bench::on(shared_set().await).await;
    stored(&bench, 1_000).await;
    let raw = bench.raw.clone();
    let mut once = false;
    let report = bench
        .write_many_as(bench.many(change("{ status: 'even' }", "{ $set: { done: true } }")), |far| {
            // All are found, and none is written yet.
            if far.counted && !std::mem::replace(&mut once, true) {
                tokio::task::block_in_place(|| {
                    Handle::current().block_on(async {
                        raw.delete_many(doc! { "_id": { "$in": [0, 2] } }).await.expect("deleted");
                        let set = doc! { "$set": { "status": "kept" } };
                        raw.update_one(doc! { "_id": 4 }, set).await.expect("changed");
                    });
                });
            }
            true
        })
        .await
        .expect("a report");
    assert_eq!(counts(&report), [497, 0, 3, 0, 0, 0]);
    assert!(report.is_complete());
    assert_eq!(bench.raw.count_documents(doc! { "done": true, "status": "kept" }).await.expect("counted"), 0);
}

#[tokio::test]
async fn it_is_cancelled_between_two_batches_and_tells_what_it_did() {
    let bench = Bench::on(shared_set().await).await;
    stored(&bench, 2_000).await;
    let before = bench.all_bytes().await;
    let query = QueryId("a change".to_owned());
    let request = ManyRequest {
        query: Some(query.clone()),
        ..bench.many(change("{ n: { $gte: 0 } }", "{ $set: { done: true } }"))
    };
    let (begun, mut hears) = tokio::sync::mpsc::unbounded_channel();
    let writing = bench.write_many_as(request, move |far| {
        let _ = begun.send(far.done.get());
        true
    });
    let (report, ()) = tokio::join!(writing, async {
        while hears.recv().await.is_some_and(|done| done == 0) {}
        let cancel = CancelRequest { connection: bench.connection.id.clone(), query };
        assert!(bench.engine.cancel_query(cancel).await.expect("asked").found);
    });
    let report = report.expect("a report");
    let [changed, .., left] = counts(&report);
    assert!(report.cancelled && changed >= 500 && left >= 500 && changed + left == 2_000, "{report:?}");
    assert_eq!(bench.raw.count_documents(doc! { "done": true }).await.expect("counted"), changed);
    let undone = bench.undo(&report.entry.expect("an entry")).await.expect("undone");
    assert_eq!(undone.restored.get(), changed);
    assert!(bench.all_bytes().await == before);
    // Nobody listens any more: the same.
    let request = bench.many(deletion("{ n: { $gte: 0 } }"));
    let report = bench.write_many_as(request, |far| far.done.get() < 1_000).await.expect("a report");
    assert!(report.cancelled);
    assert_eq!(counts(&report), [1_000, 0, 0, 0, 0, 1_000]);
}

#[tokio::test]
async fn a_production_connection_wants_its_collection_typed_and_nobody_deletes_all_by_accident() {
    let uri = shared_set().await;
    let production = ConnectRequest { environment: Some(Environment::Production), ..to(uri) };
    let bench = Bench::asking(production, uri).await;
    stored(&bench, 4).await;
    let name = format!("{}.items", bench.namespace.database());
    assert_eq!(
        bench.preview(deletion("{ n: 1 }")).await.expect("a preview").confirm.as_deref(),
        Some(name.as_str())
    );
    assert!(bench.preview(insertion("{}")).await.expect("a preview").confirm.is_none());
    for typed in [None, Some("items".to_owned()), Some("true".to_owned())] {
        let request = ManyRequest { confirm: typed, ..bench.many(deletion("{ n: 1 }")) };
        let refused = bench.write_many_as(request, |_| true).await.expect_err("refused");
        assert!(
            refused.code() == ErrorCode::InvalidInput && refused.to_string().contains(&name),
            "{refused}"
        );
    }
    for empty in ["", "{}", " { } "] {
        let request = ManyRequest { confirm: Some(name.clone()), ..bench.many(deletion(empty)) };
        let refused = bench.write_many_as(request, |_| true).await.expect_err("refused");
        assert!(refused.to_string().contains("every document"), "{refused}");
    }
    assert_eq!(bench.all_bytes().await.len(), 4);
    let request = ManyRequest { confirm: Some(name), whole_collection: true, ..bench.many(deletion("{}")) };
    assert_eq!(counts(&bench.write_many_as(request, |_| true).await.expect("deleted")), [4, 0, 0, 0, 0, 0]);
    // An insert takes nothing away.
    assert_eq!(counts(&bench.write_many(insertion("{ a: 1 }")).await.expect("inserted")), [1, 0, 0, 0, 0, 0]);
}

#[tokio::test]
async fn what_undo_could_not_keep_is_refused_before_anything_is_sent_unless_it_is_not_wanted() {
    let uri = shared_set().await;
    let bench = Bench::on(uri).await;
    let settings = Settings { undo: UndoSettings { limit_megabytes: 1 }, ..Settings::default() };
    bench.engine.save_settings(settings).await.expect("saved");
    let big = "x".repeat(20_000);
    let documents: Vec<_> = (0..60).map(|n| rawdoc! { "_id": n, "big": big.as_str() }).collect();
    bench.raw.insert_many(&documents).await.expect("stored");
    let update = || change("{ _id: { $gte: 0 } }", "{ $set: { a: 1 } }");
    let before = bench.all_bytes().await;
    let refused = bench.write_many(update()).await.expect_err("too large");
    assert_eq!(refused.code(), ErrorCode::TooLarge);
    assert!(bench.all_bytes().await == before);
    let request = ManyRequest { without_undo: true, ..bench.many(update()) };
    let report = bench.write_many_as(request, |_| true).await.expect("changed");
    assert_eq!(counts(&report), [60, 0, 0, 0, 0, 0]);
    assert!(report.entry.is_none() && bench.history().await.entries.is_empty());
    // By what there is it fits; what it would grow to does not, and then nothing of it is written.
    let request = bench
        .many(change("{ _id: { $lt: 20 } }", &format!("{{ $set: {{ more: '{}' }} }}", "y".repeat(60_000))));
    let before = bench.all_bytes().await;
    let error = bench.write_many_as(request, |_| true).await.expect_err("no room");
    assert_eq!(error.code(), ErrorCode::TooLarge);
    assert!(bench.all_bytes().await == before);
}

#[tokio::test]
async fn what_cannot_be_read_is_told_with_its_place() {
    let bench = Bench::on(shared_set().await).await;
    for (action, part, column) in [
        (change("{ a: }", "{}"), "filter", 6),
        (change("{ a: 1 }", "{ $set: { a: oops } }"), "update", 14),
        (insertion("{ a: 1 } { b: oops }"), "text", 15),
    ] {
        let error = bench.write_many(action).await.expect_err(part);
        let at = error.body().at.expect("a place");
        assert_eq!((error.code(), at.line, at.column), (ErrorCode::InvalidInput, 1, column), "{error}");
        assert!(error.to_string().contains(part), "{error}");
    }
    for (update, words) in
        [("{ a: 1 }", "operator"), ("{}", "no operator"), ("5", "operators, or a pipeline")]
    {
        let error = bench.write_many(change("{ a: 1 }", update)).await.expect_err(update);
        assert!(error.code() == ErrorCode::InvalidInput && error.to_string().contains(words), "{error}");
    }
    let error = bench.write_many(insertion("// nothing")).await.expect_err("nothing");
    assert!(error.to_string().contains("no document"), "{error}");
}

#[tokio::test]
async fn what_is_stored_by_its_id_or_compared_by_a_collation_of_its_own_is_written_too() {
    let bench = Bench::on(shared_set().await).await;
    let database = bench.raw.client().database(bench.namespace.database());
    let collated = doc! { "create": "items", "collation": { "locale": "en", "strength": 1 } };
    let clustered = doc! { "create": "items", "clusteredIndex": { "key": { "_id": 1 }, "unique": true } };
    for create in [collated, clustered] {
        database.run_command(create.clone()).await.expect("made");
        for id in ["a", "b", "c"] {
            bench.raw.insert_one(rawdoc! { "_id": id, "word": "Word" }).await.expect("stored");
        }
        let before = bench.all_bytes().await;
        let report =
            bench.write_many(change("{ word: 'Word' }", "{ $set: { seen: 1 } }")).await.expect("changed");
        assert_eq!(counts(&report), [3, 0, 0, 0, 0, 0], "{create}");
        let deleted = bench.write_many(deletion("{ seen: 1 }")).await.expect("deleted");
        assert_eq!(counts(&deleted), [3, 0, 0, 0, 0, 0], "{create}");
        for report in [deleted, report] {
            bench.undo(&report.entry.expect("an entry")).await.expect("undone");
        }
        assert!(bench.all_bytes().await == before, "{create}");
        bench.raw.drop().await.expect("dropped");
    }
}
