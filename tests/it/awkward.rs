//! Documents that other clients damage: each is shown faithfully, edited beside its oddity, or refused in words.

mod saves;

use std::fmt::Write as _;

use bson::{RawDocumentBuf, doc, rawdoc};
use mongodb::{
    Collection,
    options::{CollectionOptions, ReadPreference, SelectionCriteria},
};
use trivet_core::{
    ErrorCode,
    document::{DocumentId, DocumentText, GetTextRequest, ReplaceRequest, TextLayout, TextSyntax, Written},
    value::{ejson::parse_document, path::Path, typed::Kind},
};
use trivet_tests::{Bench, DEADLINE, edit, eventually, field, id_of, shared_set};

/// Bytes of a document from its elements' bytes.
pub(crate) fn document(elements: &[&[u8]]) -> RawDocumentBuf {
    let body = elements.concat();
    let length = i32::try_from(body.len() + 5).expect("small");
    let bytes = [&length.to_le_bytes()[..], &body, &[0]].concat();
    RawDocumentBuf::from_bytes(bytes).expect("a document")
}

pub(crate) fn int(name: &[u8], value: i32) -> Vec<u8> {
    [&[0x10], name, &[0], &value.to_le_bytes()[..]].concat()
}

pub(crate) fn text(name: &[u8], value: &[u8]) -> Vec<u8> {
    let length = i32::try_from(value.len() + 1).expect("short");
    [&[0x02], name, &[0], &length.to_le_bytes()[..], value, &[0]].concat()
}

pub(crate) async fn insert(bench: &Bench, document: &RawDocumentBuf) {
    // The typed helpers check UTF-8 and move fields; a command takes the bytes as they are.
    let mut command = RawDocumentBuf::new();
    command.append(bson::raw::cstr!("insert"), "items");
    let mut array = bson::RawArrayBuf::new();
    array.push(document.clone());
    command.append(bson::raw::cstr!("documents"), array);
    let database = bench.raw.client().database(bench.namespace.database());
    let reply = database.run_raw_command(command).await.expect("inserted");
    assert_eq!(reply.get_i32("n").ok(), Some(1), "{reply:?}");
}

/// The collection as each member of the set has it.
pub(crate) struct Members(Vec<(String, Collection<RawDocumentBuf>)>);

impl Members {
    pub(crate) async fn of(bench: &Bench) -> Self {
        let admin = bench.raw.client().database("admin");
        let hello = admin.run_command(doc! { "hello": 1 }).await.expect("asked");
        let nearest = SelectionCriteria::ReadPreference(ReadPreference::Nearest { options: None });
        let options = CollectionOptions::builder().selection_criteria(nearest).build();
        let mut members = Vec::new();
        for host in hello.get_array("hosts").expect("members") {
            let host = host.as_str().expect("a name");
            let client = trivet_tests::client(&format!("mongodb://{host}/?directConnection=true")).await;
            let database = client.database(bench.namespace.database());
            members.push((host.to_owned(), database.collection_with_options("items", options.clone())));
        }
        Self(members)
    }

    /// Waits until each has these documents in the order of `_id`, byte for byte, and no other.
    pub(crate) async fn all_hold(&self, expected: &[impl AsRef<[u8]>]) {
        for (host, items) in &self.0 {
            eventually(&format!("{host} has the same bytes"), DEADLINE, async || {
                let mut cursor = items.find(doc! {}).sort(doc! { "_id": 1 }).await.expect("found");
                for expected in expected {
                    let found = cursor.advance().await.expect("read");
                    if !found || cursor.current().as_bytes() != expected.as_ref() {
                        return false;
                    }
                }
                !cursor.advance().await.expect("read")
            })
            .await;
        }
    }
}

/// The only document's bytes on every member, which must be the same everywhere.
pub(crate) async fn on_every_member(bench: &Bench, expected: &[u8]) {
    Members::of(bench).await.all_hold(&[expected]).await;
}

/// The bytes of all documents in the order of `_id` on every member, which must be the same everywhere.
pub(crate) async fn all_on_every_member(bench: &Bench, expected: &[Vec<u8>]) {
    Members::of(bench).await.all_hold(expected).await;
}

#[tokio::test]
async fn a_document_above_16_mib_is_refused_with_its_size() {
    let bench = Bench::on(shared_set().await).await;
    let error = bench
        .insert(&format!(r#"{{"_id": 1, "big": "{}"}}"#, "x".repeat(17 << 20)))
        .await
        .expect_err("too large");
    assert_eq!(error.code(), ErrorCode::TooLarge);
    assert!(error.body().message.contains("16 MiB") && error.body().message.len() < 300, "{error}");
}

#[tokio::test]
async fn a_document_of_15_mib_is_stored_shown_within_its_budget_and_edited() {
    let bench = Bench::on(shared_set().await).await;
    let big = format!(r#"{{"_id": 1, "n": 1, "big": "{}"}}"#, "x".repeat(15 << 20));
    let view = bench.insert(&big).await.expect("inserted").document;
    let shown = field(&view, "big");
    assert!(shown.cut && shown.size as usize == 15 << 20 && shown.text.len() <= 20_000);
    let page = bench.page(bench.find()).await.expect("found");
    assert!(field(&page.documents[0], "big").text.len() <= 200);
    bench.update(&id_of(&view), vec![edit(&view, &["n"], Kind::Int, "2")]).await.expect("saved");
}

#[tokio::test]
async fn a_document_nested_100_levels_is_stored_shown_and_edited_beside_them() {
    nested(98).await;
}

#[tokio::test]
async fn a_document_nested_180_levels_is_stored_shown_and_edited_beside_them() {
    nested(178).await;
}

async fn nested(levels: usize) {
    let bench = Bench::on(shared_set().await).await;
    let mut text = String::from(r#"{"_id": 1, "n": 1, "deep": "#);
    for _ in 0..levels {
        let _ = write!(text, r#"{{"d": "#);
    }
    text.push('1');
    text.push_str(&"}".repeat(levels + 1));
    let view = bench.insert(&text).await.expect("inserted").document;
    assert_eq!(field(&view, "deep").kind, Kind::Object);
    let before = bench.only_bytes().await;
    bench.update(&id_of(&view), vec![edit(&view, &["n"], Kind::Int, "2")]).await.expect("saved");
    let after = bench.only_bytes().await;
    assert_eq!(before.len(), after.len());
    assert_eq!(before.iter().zip(&after).filter(|(a, b)| a != b).count(), 1, "one byte of the integer");
}

#[tokio::test]
async fn a_document_nested_too_deep_is_refused_in_words() {
    let bench = Bench::on(shared_set().await).await;
    let text = format!("{}1{}", r#"{"d": "#.repeat(5_000), "}".repeat(5_000));
    let error = bench.insert(&text).await.expect_err("too deep");
    assert_eq!(error.code(), ErrorCode::InvalidInput, "{error:?}");
}

#[tokio::test]
async fn an_edit_beside_a_repeated_name_is_the_same_on_every_member() {
    let bench = Bench::on(shared_set().await).await;
    let before = document(&[&int(b"_id", 1), &int(b"a", 1), &int(b"a", 2), &int(b"b", 3)]);
    insert(&bench, &before).await;
    let view = bench.page(bench.find()).await.expect("found").documents.remove(0);
    let names: Vec<_> = view.fields.iter().map(|node| (node.name.as_str(), node.text.as_str())).collect();
    assert_eq!(names, [("_id", "1"), ("a", "1"), ("a", "2"), ("b", "3")]);

    let mut second = edit(&view, &["a"], Kind::Int, "9");
    second.path[0].index = 2;
    second.before.text = "2".into();
    bench.update(&id_of(&view), vec![second]).await.expect("saved");
    let after = document(&[&int(b"_id", 1), &int(b"a", 1), &int(b"a", 9), &int(b"b", 3)]);
    on_every_member(&bench, after.as_bytes()).await;
}

#[tokio::test]
async fn integer_like_names_keep_their_order_when_one_is_edited() {
    let bench = Bench::on(shared_set().await).await;
    let before = rawdoc! { "_id": 1, "10": "x", "2": "y", "": "empty", "a.b": "dot", "$x": "dollar" };
    insert(&bench, &before).await;
    let view = bench.page(bench.find()).await.expect("found").documents.remove(0);
    let names: Vec<_> = view.fields.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, ["_id", "10", "2", "", "a.b", "$x"]);
    let edits = vec![
        edit(&view, &["2"], Kind::String, "two"),
        edit(&view, &["a.b"], Kind::String, "dotted"),
        edit(&view, &[""], Kind::String, "none"),
        edit(&view, &["$x"], Kind::String, "dollars"),
    ];
    bench.update(&id_of(&view), edits).await.expect("saved");
    let after = rawdoc! { "_id": 1, "10": "x", "2": "two", "": "none", "a.b": "dotted", "$x": "dollars" };
    on_every_member(&bench, after.as_bytes()).await;
}

#[tokio::test]
async fn bad_utf8_is_shown_marked_never_changed_and_refused_as_text() {
    let bench = Bench::on(shared_set().await).await;
    let before = document(&[&int(b"_id", 1), &text(b"bad", b"a\xFFb"), &int(b"k\xC0", 5), &int(b"n", 1)]);
    insert(&bench, &before).await;
    let view = bench.page(bench.find()).await.expect("found").documents.remove(0);
    assert!(field(&view, "bad").damaged && field(&view, "bad").text == "a\u{FFFD}b");
    assert!(view.fields[2].damaged && !field(&view, "n").damaged);

    bench.update(&id_of(&view), vec![edit(&view, &["n"], Kind::Int, "2")]).await.expect("saved beside it");
    let after = document(&[&int(b"_id", 1), &text(b"bad", b"a\xFFb"), &int(b"k\xC0", 5), &int(b"n", 2)]);
    assert_eq!(bench.only_bytes().await, after.as_bytes());

    let refused = bench
        .update(&id_of(&view), vec![edit(&view, &["bad"], Kind::String, "x")])
        .await
        .expect_err("refused");
    assert_eq!(refused.code(), ErrorCode::Unsupported);
    let read = text_of(&bench, &id_of(&view)).await;
    assert!(read.damaged && read.text.contains("a\u{FFFD}b"));
    let pasted = replace(&bench, &id_of(&view), &read).await.expect_err("refused");
    assert_eq!(pasted.code(), ErrorCode::Unsupported);
    assert_eq!(bench.only_bytes().await, after.as_bytes());
}

#[tokio::test]
async fn a_document_as_deep_as_the_server_stores_is_read_and_given_back_as_text() {
    let bench = Bench::on(shared_set().await).await;
    let text = |levels: usize| {
        format!(
            r#"{{"_id": 1, "n": 1, "d": {}{{}}{}}}"#,
            r#"{"d": "#.repeat(levels - 1),
            "}".repeat(levels - 1)
        )
    };
    let refused = bench.insert(&text(181)).await.expect_err("the server refuses it");
    assert_eq!(refused.code(), ErrorCode::TooLarge, "{refused:?}");

    let view = bench.insert(&text(180)).await.expect("inserted").document;
    let before = bench.only_bytes().await;
    assert_eq!(parse_document(&text(180)).expect("read"), before);
    let read = text_of(&bench, &id_of(&view)).await;
    assert!(!read.damaged);
    assert_eq!(parse_document(&read.text).expect("read back"), before);
    assert!(!replace(&bench, &id_of(&view), &read).await.expect("the same").changed);
    let changed = DocumentText { text: text(180).replace("\"n\": 1", "\"n\": 2"), ..read };
    assert!(replace(&bench, &id_of(&view), &changed).await.expect("saved").changed);
}

async fn text_of(bench: &Bench, id: &DocumentId) -> DocumentText {
    let request = GetTextRequest {
        connection: bench.connection.id.clone(),
        namespace: bench.namespace.clone(),
        id: id.clone(),
        path: Path::new(),
        format: TextSyntax::Canonical,
        layout: TextLayout::Indented,
        draft: false,
    };
    bench.engine.get_text(request).await.expect("read")
}

/// Pastes a text back that was read.
async fn replace(bench: &Bench, id: &DocumentId, read: &DocumentText) -> trivet_core::Result<Written> {
    let request = ReplaceRequest {
        connection: bench.connection.id.clone(),
        namespace: bench.namespace.clone(),
        id: id.clone(),
        etag: Some(read.etag.clone()),
        text: read.text.clone(),
    };
    bench.engine.replace(request).await
}
