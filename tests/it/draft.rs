//! Unsaved changes on real servers: kept, put together with those of others, saved as exactly the bytes that were shown.

mod killed;
mod noted;
mod property;
mod together;

use bson::{Document, doc, rawdoc};
use trivet_core::{
    ErrorCode,
    document::{ChangeKind, DocumentEdit, DocumentView, DraftsRequest, MergeSide, Settled, TextSyntax},
    value::ejson::parse_document,
};
use trivet_tests::{Bench, add, id_of, path, remove, rename, set, set_of_one, shared_set};

use crate::awkward::on_every_member;

const ITEM: &str = r#"{"_id":1,"name":"gear","dims":{"w":1,"h":2},"tags":["a","b","c"],"big":{"$numberLong":"9007199254740993"}}"#;

async fn item(bench: &Bench) -> DocumentView {
    bench.insert(ITEM).await.expect("inserted").document
}

#[tokio::test]
async fn every_kind_of_edit_is_saved_as_it_was_shown() {
    let bench = Bench::on(shared_set().await).await;
    for (edits, after) in [
        (
            vec![set("1:name", r#""new""#)],
            r#"{"_id":1,"name":"new","dims":{"w":1,"h":2},"tags":["a","b","c"],"big":{"$numberLong":"9007199254740993"}}"#,
        ),
        (
            vec![set("2:dims", "[1, ISODate('2026-01-01T00:00:00Z')]")],
            r#"{"_id":1,"name":"gear","dims":[1,{"$date":"2026-01-01T00:00:00Z"}],"tags":["a","b","c"],"big":{"$numberLong":"9007199254740993"}}"#,
        ),
        (
            vec![add("2:dims", 1, "d", "3"), remove("3:tags 1:1")],
            r#"{"_id":1,"name":"gear","dims":{"w":1,"d":3,"h":2},"tags":["a","c"],"big":{"$numberLong":"9007199254740993"}}"#,
        ),
        (
            vec![rename("1:name", "title"), remove("2:dims")],
            r#"{"_id":1,"title":"gear","tags":["a","b","c"],"big":{"$numberLong":"9007199254740993"}}"#,
        ),
        (
            vec![DocumentEdit::Move { path: path("3:tags"), index: 1 }],
            r#"{"_id":1,"tags":["a","b","c"],"name":"gear","dims":{"w":1,"h":2},"big":{"$numberLong":"9007199254740993"}}"#,
        ),
        (
            vec![DocumentEdit::Duplicate { path: path("2:dims"), name: "dims2".to_owned() }],
            r#"{"_id":1,"name":"gear","dims":{"w":1,"h":2},"dims2":{"w":1,"h":2},"tags":["a","b","c"],"big":{"$numberLong":"9007199254740993"}}"#,
        ),
        (
            vec![add("", 9, "z", "1"), add("", 9, "y", "2"), remove("1:name")],
            r#"{"_id":1,"dims":{"w":1,"h":2},"tags":["a","b","c"],"big":{"$numberLong":"9007199254740993"},"z":1,"y":2}"#,
        ),
        (
            vec![add("", 9, "$x", "1"), add("", 9, "stamp", "Timestamp(0, 0)")],
            r#"{"_id":1,"name":"gear","dims":{"w":1,"h":2},"tags":["a","b","c"],"big":{"$numberLong":"9007199254740993"},"$x":1,"stamp":{"$timestamp":{"t":0,"i":0}}}"#,
        ),
        (
            vec![DocumentEdit::Text {
                text: "{ _id: 1, only: NumberLong(1) }".to_owned(),
                syntax: TextSyntax::Shell,
            }],
            r#"{"_id":1,"only":{"$numberLong":"1"}}"#,
        ),
        (
            vec![DocumentEdit::Text {
                text: r#"{"a": {"$numberDouble": "1.0"}}"#.to_owned(),
                syntax: TextSyntax::Relaxed,
            }],
            r#"{"_id":1,"a":{"$numberDouble":"1.0"}}"#,
        ),
    ] {
        let view = item(&bench).await;
        let draft = bench.edit(&view, edits.clone()).await.expect("edited").expect("a change");
        let expected = parse_document(after).expect(after);
        assert_eq!(
            bench.only_bytes().await,
            parse_document(ITEM).expect("a document"),
            "nothing was sent yet"
        );
        let written = bench.save(&draft).await.expect("saved");
        assert_eq!(written.document.etag, draft.document.etag, "{edits:?}: what was shown is what is stored");
        on_every_member(&bench, &expected).await;
        assert!(bench.engine.draft(bench.draft_of(&id_of(&view))).await.expect("asked").draft.is_none());
        bench.raw.delete_many(doc! {}).await.expect("cleared");
    }
}

#[tokio::test]
async fn what_is_wrong_is_refused_and_the_draft_stays_as_it_was() {
    let bench = Bench::on(shared_set().await).await;
    let view = item(&bench).await;
    let draft = bench.edit(&view, vec![set("1:name", "1")]).await.expect("edited").expect("a change");
    let shown = &draft.document;
    for (edits, code) in [
        (vec![set("0:_id", "2")], ErrorCode::InvalidInput),
        (vec![set("1:name", "ObjectId('x')")], ErrorCode::InvalidInput),
        (vec![set("2:dims", "2"), set("9:gone", "2")], ErrorCode::Conflict),
        (vec![rename("1:name", "tags")], ErrorCode::InvalidInput),
        (
            vec![DocumentEdit::Text { text: "{ _id: 2 }".to_owned(), syntax: TextSyntax::Shell }],
            ErrorCode::InvalidInput,
        ),
        (vec![DocumentEdit::TakeBack { change: 1 }], ErrorCode::Conflict),
    ] {
        let error = bench.edit(shown, edits.clone()).await.expect_err("refused");
        assert_eq!(error.code(), code, "{edits:?} {error}");
    }
    assert_eq!(
        bench.edit(&view, vec![set("2:dims", "2")]).await.expect_err("shown long ago").code(),
        ErrorCode::Conflict
    );
    let kept = bench.engine.draft(bench.draft_of(&draft.id)).await.expect("asked").draft.expect("kept");
    assert_eq!(kept.document.etag, shown.etag);
}

#[tokio::test]
async fn each_change_can_be_taken_back_alone_and_the_last_one_ends_the_draft() {
    let bench = Bench::on(shared_set().await).await;
    let view = item(&bench).await;
    let edits = vec![
        DocumentEdit::Move { path: path("3:tags"), index: 1 },
        set("2:name", "5"),
        rename("3:dims 0:w", "width"),
        remove("3:dims 1:h"),
        add("", 9, "new", "true"),
    ];
    let mut draft = bench.edit(&view, edits).await.expect("edited").expect("a change");
    let kinds: Vec<_> = draft.changes.iter().map(|change| change.what).collect();
    assert_eq!(
        kinds,
        [ChangeKind::Moved, ChangeKind::Changed, ChangeKind::Renamed, ChangeKind::Removed, ChangeKind::Added]
    );
    for left in (0..kinds.len()).rev() {
        let change = u32::try_from(left / 2).expect("few");
        let next =
            bench.edit(&draft.document, vec![DocumentEdit::TakeBack { change }]).await.expect("taken back");
        match next {
            Some(next) => {
                assert_eq!(next.changes.len(), left);
                draft = next;
            }
            None => assert_eq!(left, 0, "the document is as it was read"),
        }
    }
    assert!(bench.engine.draft(bench.draft_of(&draft.id)).await.expect("asked").draft.is_none());
}

#[tokio::test]
async fn a_draft_is_there_after_the_program_died_with_its_difference_from_the_server() {
    let uri = shared_set().await;
    let bench = Bench::on(uri).await;
    let view = item(&bench).await;
    bench.edit(&view, vec![set("1:name", r#""mine""#)]).await.expect("edited");
    let bench = bench.started_again(uri).await;
    let request = DraftsRequest { connection: bench.connection.id.clone(), namespace: None };
    let drafts = bench.engine.drafts(request).await.expect("listed");
    assert_eq!(drafts.len(), 1);
    assert_eq!((drafts[0].changes.len(), &drafts[0].namespace), (1, &bench.namespace));
    bench.raw.update_one(doc! {}, doc! { "$set": { "dims.w": 7 } }).await.expect("somebody else saved");
    let rows = bench.compare(&drafts[0].id).await.expect("compared").rows;
    assert_eq!(
        rows.iter().map(|row| (row.conflict, row.taken)).collect::<Vec<_>>(),
        [(false, MergeSide::Mine), (false, MergeSide::Now)]
    );
    bench.save(&drafts[0]).await.expect("saved");
    let expected = ITEM.replace("gear", "mine").replace(r#""w":1"#, r#""w":7"#);
    assert_eq!(bench.only_bytes().await, parse_document(&expected).expect("a document"));
}

#[tokio::test]
async fn a_conflict_is_shown_in_three_columns_and_saved_as_chosen() {
    let bench = Bench::on(shared_set().await).await;
    let view = item(&bench).await;
    let draft = bench
        .edit(&view, vec![set("1:name", r#""mine""#), set("2:dims 0:w", "5"), remove("3:tags")])
        .await
        .expect("edited")
        .expect("a change");
    bench
        .raw
        .update_one(doc! {}, doc! { "$set": { "name": "theirs", "dims.w": 9, "dims.h": 9 } })
        .await
        .expect("somebody else saved");
    let theirs = bench.only_bytes().await;
    let error = bench.save(&draft).await.expect_err("a conflict");
    assert_eq!(error.code(), ErrorCode::Conflict);
    assert!(error.body().message.contains("'name'") && error.body().message.contains("'dims.w'"), "{error}");
    assert_eq!(bench.only_bytes().await, theirs, "nothing was written");

    let compared = bench.compare(&draft.id).await.expect("compared");
    let rows: Vec<_> = compared
        .rows
        .iter()
        .map(|row| {
            let names: Vec<_> = row.path.iter().map(|step| step.name.as_str()).collect();
            (names.join("."), row.conflict, row.taken)
        })
        .collect();
    let row = |name: &str, conflict, taken| (name.to_owned(), conflict, taken);
    assert_eq!(
        rows,
        [
            row("name", true, MergeSide::Now),
            row("dims.w", true, MergeSide::Now),
            row("dims.h", false, MergeSide::Now),
            row("tags", false, MergeSide::Mine),
        ]
    );
    let now = compared.now.expect("it is there");
    let choices = vec![MergeSide::Mine, MergeSide::Now, MergeSide::Now, MergeSide::Mine];
    let stale = bench.merge(&draft.id, &view.etag, choices.clone()).await.expect_err("it changed once more");
    assert_eq!(stale.code(), ErrorCode::Conflict);
    let merged = bench.merge(&draft.id, &now.etag, choices).await.expect("merged").expect("a change");
    bench.save(&merged).await.expect("saved");
    let expected =
        rawdoc! { "_id": 1, "name": "mine", "dims": { "w": 9, "h": 9 }, "big": 9_007_199_254_740_993_i64 };
    assert_eq!(bench.only_bytes().await, expected.as_bytes());
}

#[tokio::test]
async fn a_read_only_connection_takes_no_edit() {
    let uri = shared_set().await;
    let mut bench = Bench::on(uri).await;
    let view = item(&bench).await;
    let request = trivet_core::connection::ConnectRequest { read_only: Some(true), ..trivet_tests::to(uri) };
    let connection = bench.engine.connect(request).await.expect("connected");
    bench.connection = connection;
    let error = bench.edit(&view, vec![set("1:name", "1")]).await.expect_err("refused");
    assert_eq!(error.code(), ErrorCode::ReadOnly);
}

#[tokio::test]
async fn what_is_saved_is_what_was_shown() {
    let bench = Bench::on(shared_set().await).await;
    let view = item(&bench).await;
    let first = bench.edit(&view, vec![set("1:name", "1")]).await.expect("edited").expect("a change");
    bench.edit(&first.document, vec![set("1:name", "2")]).await.expect("edited elsewhere");
    let error = bench.save(&first).await.expect_err("not what was shown");
    assert_eq!(error.code(), ErrorCode::Conflict);
    assert_eq!(bench.only_bytes().await, parse_document(ITEM).expect("a document"));
}

#[tokio::test]
async fn a_save_that_was_never_confirmed_is_unknown_and_turns_out_to_be_applied() {
    // The commit is applied, and nobody confirms it.
    let unconfirmed =
        doc! { "writeConcernError": { "code": 64, "errmsg": "waiting for replication timed out" } };
    assert_eq!(settled_after(unconfirmed).await, (Settled::Applied, "mine".to_owned()));
}

#[tokio::test]
async fn a_save_whose_answer_never_came_is_unknown_and_can_be_saved_again() {
    assert_eq!(
        settled_after(doc! { "closeConnection": true }).await,
        (Settled::NotApplied, "mine".to_owned())
    );
}

#[tokio::test]
async fn a_server_that_knows_no_such_transaction_and_is_not_sure_is_asked_again() {
    let (_mongod, uri) = set_of_one(&["--setParameter", "enableTestCommands=1"]).await;
    let bench = Bench::on(&uri).await;
    let mut view = item(&bench).await;
    for (command, name) in [("commitTransaction", "1"), ("update", "2")] {
        // As in the middle of a fail-over: without the label that would say that nothing was committed.
        let data =
            doc! { "failCommands": [command], "appName": "Trivet", "errorCode": 251, "errorLabels": [] };
        let point = doc! { "configureFailPoint": "failCommand", "mode": { "times": 2 }, "data": data };
        bench.raw.client().database("admin").run_command(point).await.expect("a fail point");
        let draft = bench.edit(&view, vec![set("1:name", name)]).await.expect("edited").expect("a change");
        bench.save(&draft).await.expect("saved");
        view = bench.get(&draft.id).await.expect("read");
    }
    let stored: Document = bson::deserialize_from_slice(&bench.only_bytes().await).expect("a document");
    assert_eq!(stored.get_i32("name").ok(), Some(2));
}

/// What a save turns out to be whose commit the server answers so, and the name that is stored in the end.
async fn settled_after(answer: Document) -> (Settled, String) {
    let (_mongod, uri) = set_of_one(&["--setParameter", "enableTestCommands=1"]).await;
    let bench = Bench::on(&uri).await;
    let view = item(&bench).await;
    let draft = bench.edit(&view, vec![set("1:name", r#""mine""#)]).await.expect("edited").expect("a change");
    let admin = bench.raw.client().database("admin");
    let mut data = doc! { "failCommands": ["commitTransaction"], "appName": "Trivet" };
    data.extend(answer);
    let point = doc! { "configureFailPoint": "failCommand", "mode": "alwaysOn", "data": data };
    admin.run_command(point).await.expect("a fail point");
    let error = bench.save(&draft).await.expect_err("unknown");
    assert_eq!(error.code(), ErrorCode::OutcomeUnknown, "{error}");
    let kept = bench.engine.draft(bench.draft_of(&draft.id)).await.expect("asked").draft.expect("kept");
    assert!(kept.unsettled);
    // Saving or editing again before it is known could undo what somebody made of it.
    assert_eq!(bench.save(&kept).await.expect_err("checked first").code(), ErrorCode::OutcomeUnknown);
    let edited = bench.edit(&kept.document, vec![set("1:name", "1")]).await;
    assert_eq!(edited.expect_err("checked first").code(), ErrorCode::OutcomeUnknown);
    admin.run_command(doc! { "configureFailPoint": "failCommand", "mode": "off" }).await.expect("off");
    let checked = bench.check_draft(&draft.id).await.expect("checked");
    if let Some(draft) = &checked.draft {
        assert!(!draft.unsettled);
        bench.save(draft).await.expect("saved");
    }
    let stored: Document = bson::deserialize_from_slice(&bench.only_bytes().await).expect("a document");
    (checked.settled, stored.get_str("name").expect("a name").to_owned())
}
