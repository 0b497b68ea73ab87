//! Writes on a real set: only what was changed changes, and nobody else's change is overwritten.

use bson::{Document, RawDocumentBuf, doc, rawdoc};
use trivet_core::{
    ErrorCode,
    document::{DeleteRequest, GetTextRequest, ReplaceRequest, TextLayout, TextSyntax},
    value::{
        path::{Path, PathStep},
        typed::Kind,
    },
};
use trivet_tests::{Bench, edit, field, id_of, shared_set};

const ITEM: &str = r#"{
    "_id": {"$oid": "65a000000000000000000001"}, "name": "gear-1", "price": 98.87, "stock": 19,
    "sku": {"$numberLong": "9007199254740993"}, "cost": {"$numberDecimal": "1.10"},
    "created": {"$date": "2024-02-04T07:16:09Z"}, "active": true, "note": null,
    "tags": ["gear", "pump", "lamp"], "dims": {"w": 1, "h": {"value": 2}}, "stamp": {"$timestamp": {"t": 5, "i": 1}}
}"#;

#[tokio::test]
async fn every_editable_type_is_saved_as_the_type_it_is() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(ITEM).await.expect("inserted").document;
    let edits = vec![
        edit(&view, &["name"], Kind::String, "gear \"1\"\nnew"),
        edit(&view, &["price"], Kind::Double, "94.5"),
        edit(&view, &["stock"], Kind::Int, "20"),
        edit(&view, &["sku"], Kind::Long, "9007199254740995"),
        edit(&view, &["cost"], Kind::Decimal, "1.100"),
        edit(&view, &["created"], Kind::Date, "2024-02-05T00:00:00.001Z"),
        edit(&view, &["active"], Kind::Bool, "false"),
        edit(&view, &["note"], Kind::String, "set"),
        edit(&view, &["tags", "2"], Kind::String, "spare"),
        edit(&view, &["dims", "h", "value"], Kind::Int, "3"),
    ];
    let written = bench.update(&id_of(&view), edits).await.expect("saved");
    assert!(written.changed);
    let expected = RawDocumentBuf::try_from(doc! {
        "_id": bson::oid::ObjectId::parse_str("65a000000000000000000001").expect("an id"),
        "name": "gear \"1\"\nnew", "price": 94.5, "stock": 20_i32, "sku": 9_007_199_254_740_995_i64,
        "cost": "1.100".parse::<bson::Decimal128>().expect("a decimal"),
        "created": bson::DateTime::from_millis(1_707_091_200_001), "active": false, "note": "set",
        "tags": ["gear", "pump", "spare"], "dims": { "w": 1, "h": { "value": 3 } },
        "stamp": bson::Timestamp { time: 5, increment: 1 },
    })
    .expect("BSON");
    assert_eq!(bench.only_bytes().await, expected.as_bytes());
}

#[tokio::test]
async fn a_long_stays_a_long_when_its_neighbour_is_saved() {
    let bench = Bench::on(shared_set().await).await;
    let document = rawdoc! { "_id": 1, "long": 1_i64, "double": 1.0, "int": 1_i32, "name": "a" };
    bench.raw.insert_one(&document).await.expect("inserted");
    let view = bench.page(bench.find()).await.expect("found").documents.remove(0);
    bench.update(&id_of(&view), vec![edit(&view, &["name"], Kind::String, "b")]).await.expect("saved");
    let expected = rawdoc! { "_id": 1, "long": 1_i64, "double": 1.0, "int": 1_i32, "name": "b" };
    assert_eq!(bench.only_bytes().await, expected.as_bytes());
}

#[tokio::test]
async fn a_change_of_type_alone_is_saved() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(r#"{"_id": 1, "n": 1}"#).await.expect("inserted").document;
    bench.update(&id_of(&view), vec![edit(&view, &["n"], Kind::Long, "1")]).await.expect("saved");
    assert_eq!(bench.only_bytes().await, rawdoc! { "_id": 1, "n": 1_i64 }.as_bytes());
}

#[tokio::test]
async fn a_save_that_changes_nothing_sends_nothing() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(ITEM).await.expect("inserted").document;
    let namespace = format!("{}.items", bench.namespace.database());
    let oplog = bench.raw.client().database("local").collection::<Document>("oplog.rs");
    // A transaction's operations stand inside its applyOps.
    let written = async || {
        let ours = doc! { "$or": [{ "ns": &namespace }, { "o.applyOps.ns": &namespace }] };
        oplog.count_documents(ours).await.expect("counted")
    };
    let before = written().await;
    assert!(before > 0, "the insert is there");
    let saved =
        bench.update(&id_of(&view), vec![edit(&view, &["stock"], Kind::Int, "19")]).await.expect("saved");
    assert!(!saved.changed);
    assert_eq!(saved.document.etag, view.etag);
    assert_eq!(written().await, before);
}

#[tokio::test]
async fn a_stale_save_of_the_same_field_never_overwrites() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(ITEM).await.expect("inserted").document;
    bench.raw.update_one(doc! {}, doc! { "$set": { "price": 50.0 } }).await.expect("somebody else saved");
    let other = bench.only_bytes().await;
    let error = bench
        .update(&id_of(&view), vec![edit(&view, &["price"], Kind::Double, "1")])
        .await
        .expect_err("a conflict");
    assert_eq!(error.code(), ErrorCode::Conflict, "{error:?}");
    assert_eq!(bench.only_bytes().await, other);
}

#[tokio::test]
async fn another_field_that_somebody_else_saved_is_kept() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(ITEM).await.expect("inserted").document;
    let theirs = doc! { "$set": { "stock": 77, "dims.w": 5 }, "$unset": { "name": "" } };
    bench.raw.update_one(doc! {}, theirs).await.expect("somebody else saved");
    let saved = bench
        .update(&id_of(&view), vec![edit(&view, &["dims", "h", "value"], Kind::Int, "3")])
        .await
        .expect("saved");
    assert_eq!(field(&saved.document, "stock").text, "77");
    assert_eq!(field(&saved.document, "dims").children[0].text, "5");
    assert_eq!(field(&saved.document, "dims").children[1].children[0].text, "3");
    assert!(saved.document.fields.iter().all(|node| node.name != "name"));
}

#[tokio::test]
async fn a_type_that_somebody_else_changed_is_a_conflict_though_the_number_is_equal() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(r#"{"_id": 1, "n": 1}"#).await.expect("inserted").document;
    bench.raw.update_one(doc! {}, doc! { "$set": { "n": 1.0 } }).await.expect("somebody else saved");
    let error =
        bench.update(&id_of(&view), vec![edit(&view, &["n"], Kind::Int, "2")]).await.expect_err("a conflict");
    assert_eq!(error.code(), ErrorCode::Conflict);
}

#[tokio::test]
async fn a_document_that_somebody_deleted_is_not_found_and_not_made_again() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(ITEM).await.expect("inserted").document;
    bench.raw.delete_one(doc! {}).await.expect("deleted");
    let error = bench
        .update(&id_of(&view), vec![edit(&view, &["stock"], Kind::Int, "1")])
        .await
        .expect_err("it is gone");
    assert_eq!(error.code(), ErrorCode::NotFound);
    assert_eq!(bench.raw.count_documents(doc! {}).await.expect("counted"), 0);
}

#[tokio::test]
async fn two_writers_on_one_document_both_win_or_one_is_told() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(r#"{"_id": 1, "a": 0, "b": 0}"#).await.expect("inserted").document;
    let id = id_of(&view);
    let (a, b) = tokio::join!(
        bench.update(&id, vec![edit(&view, &["a"], Kind::Int, "1")]),
        bench.update(&id, vec![edit(&view, &["b"], Kind::Int, "1")]),
    );
    a.expect("the first is saved");
    b.expect("the second is saved, after a write conflict that was retried");
    assert_eq!(bench.only_bytes().await, rawdoc! { "_id": 1, "a": 1, "b": 1 }.as_bytes());
}

#[tokio::test]
async fn an_insert_is_stored_byte_for_byte_with_its_id_first() {
    let bench = Bench::on(shared_set().await).await;
    let text = r#"{"10": 1, "2": "x", "stamp": {"$timestamp": {"t": 0, "i": 0}}, "_id": "last", "a": {"$numberLong": "5"}}"#;
    let written = bench.insert(text).await.expect("inserted");
    let names: Vec<_> = written.document.fields.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, ["_id", "10", "2", "stamp", "a"]);
    let stored = bench.only_bytes().await;
    let expected = rawdoc! {
        "_id": "last", "10": 1, "2": "x", "stamp": bson::Timestamp { time: 0, increment: 0 }, "a": 5_i64,
    };
    assert_eq!(stored, expected.as_bytes());
}

#[tokio::test]
async fn an_insert_without_an_id_gets_an_object_id_and_a_second_one_with_its_id_is_refused() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(r#"{"a": 1}"#).await.expect("inserted").document;
    assert_eq!(view.fields[0].kind, Kind::ObjectId);
    let id = &view.fields[0].text;
    let error = bench.insert(&format!(r#"{{"_id": {{"$oid": "{id}"}}}}"#)).await.expect_err("a duplicate");
    assert_eq!((error.code(), error.server_code()), (ErrorCode::Conflict, Some(11000)));
}

#[tokio::test]
async fn a_replacement_needs_the_document_that_was_read() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(ITEM).await.expect("inserted").document;
    let replace = async |etag: &str, text: &str| {
        let request = ReplaceRequest {
            connection: bench.connection.id.clone(),
            namespace: bench.namespace.clone(),
            id: id_of(&view),
            etag: Some(etag.to_owned()),
            text: text.to_owned(),
        };
        bench.engine.replace(request).await
    };
    let replaced = replace(&view.etag, r#"{"b": 2, "a": 1}"#).await.expect("replaced").document;
    let names: Vec<_> = replaced.fields.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, ["_id", "b", "a"]);
    let stale = replace(&view.etag, r#"{"c": 3}"#).await.expect_err("stale");
    assert_eq!(stale.code(), ErrorCode::Conflict);
    let other_id = replace(&replaced.etag, r#"{"_id": 7}"#).await.expect_err("another _id");
    assert_eq!(other_id.code(), ErrorCode::InvalidInput);
    let same = replace(&replaced.etag, r#"{"b": 2, "a": 1}"#).await.expect("the same");
    assert!(!same.changed);
}

#[tokio::test]
async fn the_text_of_a_document_saved_back_changes_nothing() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(ITEM).await.expect("inserted").document;
    for format in [TextSyntax::Relaxed, TextSyntax::Canonical] {
        let (connection, namespace) = (bench.connection.id.clone(), bench.namespace.clone());
        let request = GetTextRequest {
            connection: connection.clone(),
            namespace: namespace.clone(),
            id: id_of(&view),
            path: Path::new(),
            format,
            layout: TextLayout::Indented,
            draft: false,
        };
        let read = bench.engine.get_text(request).await.expect("read");
        assert!(!read.damaged);
        let request = ReplaceRequest {
            connection,
            namespace,
            id: id_of(&view),
            etag: Some(read.etag),
            text: read.text,
        };
        assert!(!bench.engine.replace(request).await.expect("saved").changed);
    }
}

#[tokio::test]
async fn a_value_alone_is_told_in_the_syntax_that_is_asked_for() {
    let bench = Bench::on(shared_set().await).await;
    let view =
        bench.insert(r#"{"a": {"n": {"$numberLong": "5"}, "n": 2}}"#).await.expect("inserted").document;
    let text = async |path: Path, format| {
        let request = GetTextRequest {
            connection: bench.connection.id.clone(),
            namespace: bench.namespace.clone(),
            id: id_of(&view),
            path,
            format,
            layout: TextLayout::Compact,
            draft: false,
        };
        bench.engine.get_text(request).await.map(|read| read.text)
    };
    let step = |index, name: &str| PathStep { index, name: name.to_owned() };
    let first = || vec![step(1, "a"), step(0, "n")];
    assert_eq!(text(first(), TextSyntax::Shell).await.expect("read"), r#"NumberLong("5")"#);
    assert_eq!(text(first(), TextSyntax::Canonical).await.expect("read"), r#"{"$numberLong":"5"}"#);
    let whole = text(vec![step(1, "a")], TextSyntax::Shell).await.expect("read");
    assert_eq!(whole, r#"{ n: NumberLong("5"), n: 2 }"#);
    let gone = text(vec![step(1, "a"), step(2, "m")], TextSyntax::Shell).await.expect_err("nothing there");
    assert_eq!(gone.code(), ErrorCode::NotFound);
}

#[tokio::test]
async fn a_delete_needs_the_document_that_was_read() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(ITEM).await.expect("inserted").document;
    let delete = async |etag: &str| {
        let (connection, namespace) = (bench.connection.id.clone(), bench.namespace.clone());
        bench
            .engine
            .delete_document(DeleteRequest {
                connection,
                namespace,
                id: id_of(&view),
                etag: Some(etag.to_owned()),
            })
            .await
    };
    bench.raw.update_one(doc! {}, doc! { "$set": { "stock": 1 } }).await.expect("somebody else saved");
    assert_eq!(delete(&view.etag).await.expect_err("stale").code(), ErrorCode::Conflict);
    assert_eq!(bench.raw.count_documents(doc! {}).await.expect("counted"), 1);
    let now = bench.get(&id_of(&view)).await.expect("read");
    delete(&now.etag).await.expect("deleted");
    assert_eq!(bench.raw.count_documents(doc! {}).await.expect("counted"), 0);
    assert_eq!(delete(&now.etag).await.expect_err("gone").code(), ErrorCode::NotFound);
}

#[tokio::test]
async fn a_validation_rule_of_the_server_is_told_as_one() {
    let bench = Bench::on(shared_set().await).await;
    let database = bench.raw.client().database(bench.namespace.database());
    let rule = doc! { "price": { "$gte": 0 } };
    database.create_collection("items").validator(rule).await.expect("created");
    let view = bench.insert(ITEM).await.expect("it fits the rule").document;
    let error = bench
        .update(&id_of(&view), vec![edit(&view, &["price"], Kind::Double, "-1")])
        .await
        .expect_err("refused");
    assert_eq!((error.code(), error.server_code()), (ErrorCode::ValidationFailed, Some(121)));
    let [rule] = error.body().rules.as_slice() else { panic!("one rule: {error:?}") };
    assert_eq!((rule.path.join("."), rule.rule.as_str()), ("price".to_owned(), "$gte"));
    assert_eq!(field(&bench.get(&id_of(&view)).await.expect("read"), "price").text, "98.87");
}

#[tokio::test]
async fn the_id_cannot_be_edited() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(r#"{"_id": 1}"#).await.expect("inserted").document;
    let error =
        bench.update(&id_of(&view), vec![edit(&view, &["_id"], Kind::Int, "2")]).await.expect_err("refused");
    assert_eq!(error.code(), ErrorCode::InvalidInput);
}
