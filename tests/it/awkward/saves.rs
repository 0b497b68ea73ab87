//! Awkward documents and every way to save them: all members hold the bytes that were meant, or it was refused with the
//! reason and nothing was written. Undone, the bytes of before are on all members.

use bson::{RawDocumentBuf, doc};
use trivet_core::{
    Error, ErrorCode,
    document::{
        DocumentEdit, DocumentId, DocumentView, EntryId, GetTextRequest, PatchForm, TextLayout, TextSyntax,
    },
    value::{ejson::parse_document, etag::etag, path::Path, typed::Kind},
};
use trivet_tests::{Bench, add, path, remove, rename, shared_set};

use super::{Members, document, edit, id_of, insert, int, text};

/// A way to save. All but the last three set the field `n`, which is in every document, from 1 to 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Draft,
    DraftAsText,
    Update,
    PatchMerge,
    PatchFields,
    PatchOperators,
    PatchPipeline,
    Replace,
    /// A draft that renames, moves and adds: only a whole document gives that.
    Rebuild,
    Insert,
    Delete,
}

use Way::{
    Delete, Draft, DraftAsText, Insert, PatchFields, PatchMerge, PatchOperators, PatchPipeline, Rebuild,
    Replace, Update,
};

const WAYS: [Way; 11] = [
    Draft,
    DraftAsText,
    Update,
    PatchMerge,
    PatchFields,
    PatchOperators,
    PatchPipeline,
    Replace,
    Rebuild,
    Insert,
    Delete,
];

/// Ways that are refused with Unsupported, and a part of the reason.
type Refused<'a> = (&'a [Way], &'a str);

const OPERATORS_MAY_DIFFER: Refused<'_> =
    (&[PatchOperators, PatchPipeline], "members of a set may apply an operator differently");
const NO_INSERT: Refused<'_> = (&[Insert], NO_UPDATE.1);
const NO_TEXT: Refused<'_> = (&[DraftAsText, Replace], "holds bytes that no text gives back");
const NO_UPDATE: Refused<'_> = (
    &[Draft, DraftAsText, Update, PatchMerge, PatchFields, Replace, Rebuild],
    "No single update is sure to give this document on every member",
);

/// The document that is saved: its odd elements, between an `_id` and `n`.
struct Subject(Vec<u8>);

impl Subject {
    fn with(&self, n: i32) -> Vec<u8> {
        document(&[&int(b"_id", 1), &self.0, &int(b"n", n)]).into_bytes()
    }

    /// As [`Way::Rebuild`] leaves it.
    fn rebuilt(&self) -> Vec<u8> {
        document(&[&int(b"_id", 1), &int(b"m", 1), &self.0, &int(b"last", 3)]).into_bytes()
    }

    async fn store(&self, bench: &Bench) {
        bench.raw.delete_many(doc! {}).await.expect("emptied");
        insert(bench, &RawDocumentBuf::from_bytes(self.with(1)).expect("a document")).await;
        if bench.only_bytes().await == self.with(1) {
            return;
        }
        // An insert fills in an empty timestamp.
        let stamp = bson::Timestamp { time: 0, increment: 0 };
        bench.raw.update_one(doc! {}, doc! { "$set": { "at": stamp } }).await.expect("updated");
        assert_eq!(bench.only_bytes().await, self.with(1));
    }
}

/// What a save says that it has written.
struct Saved {
    etag: String,
    entry: EntryId,
}

async fn save(bench: &Bench, way: Way, shown: &DocumentView) -> Result<Saved, Error> {
    let id = id_of(shown);
    let n = u32::try_from(shown.fields.len() - 1).expect("few");
    let at = format!("{n}:n");
    let written = match way {
        Draft => save_draft(bench, shown, vec![trivet_tests::set(&at, "2")]).await?,
        DraftAsText => {
            let text = with_two(&text_of(bench, &id).await);
            save_draft(bench, shown, vec![DocumentEdit::Text { text, syntax: TextSyntax::Canonical }]).await?
        }
        Update => bench.update(&id, vec![edit(shown, &["n"], Kind::Int, "2")]).await?,
        PatchMerge => bench.patch(&id, PatchForm::Merge, r#"{"n": 2}"#).await?,
        PatchFields => bench.patch(&id, PatchForm::Fields, r#"{"n": 2}"#).await?,
        PatchOperators => bench.patch(&id, PatchForm::Update, r#"{"$set": {"n": 2}}"#).await?,
        PatchPipeline => bench.patch(&id, PatchForm::Update, r#"[{"$set": {"n": 2}}]"#).await?,
        Replace => bench.replace(&id, &with_two(&text_of(bench, &id).await)).await?,
        Rebuild => {
            let edits = vec![
                rename(&at, "m"),
                DocumentEdit::Move { path: path(&format!("{n}:m")), index: 1 },
                add("", u32::MAX, "gone", "1"),
                add("", u32::MAX, "last", "3"),
                remove(&format!("{}:gone", n + 1)),
            ];
            save_draft(bench, shown, edits).await?
        }
        Insert => {
            let text = text_of(bench, &id).await;
            bench.raw.delete_many(doc! {}).await.expect("emptied");
            bench.insert(&text).await?
        }
        Delete => bench.delete(&id).await?,
    };
    assert!(written.changed, "{way:?}");
    Ok(Saved { etag: written.document.etag, entry: written.entry.expect("an entry") })
}

/// Saves what Review shows, and sees that it is what is said to be stored.
async fn save_draft(
    bench: &Bench,
    shown: &DocumentView,
    edits: Vec<DocumentEdit>,
) -> Result<trivet_core::document::Written, Error> {
    let draft = bench.edit(shown, edits).await?.expect("a change");
    let saved = bench.save(&draft).await;
    match &saved {
        Ok(written) => assert_eq!(written.document.etag, draft.document.etag, "what was shown"),
        Err(_) => bench.engine.discard_draft(bench.draft_of(&draft.id)).await.expect("it was kept"),
    }
    saved
}

async fn text_of(bench: &Bench, id: &DocumentId) -> String {
    let request = GetTextRequest {
        connection: bench.connection.id.clone(),
        namespace: bench.namespace.clone(),
        id: id.clone(),
        path: Path::new(),
        format: TextSyntax::Canonical,
        layout: TextLayout::Compact,
        draft: false,
    };
    bench.engine.get_text(request).await.expect("read").text
}

/// The last field of a text, `n`, is 2 instead of 1.
fn with_two(text: &str) -> String {
    let (before, after) = text.rsplit_once('1').expect("the value of n");
    format!("{before}2{after}")
}

/// Saves the document in every way.
async fn every_way(odd: &[&[u8]], refused: &[Refused<'_>]) {
    these_ways(&WAYS, odd, refused).await;
}

async fn these_ways(ways: &[Way], odd: &[&[u8]], refused: &[Refused<'_>]) {
    let bench = Bench::on(shared_set().await).await;
    let members = Members::of(&bench).await;
    let subject = Subject(odd.concat());
    for &way in ways {
        subject.store(&bench).await;
        let shown = bench.page(bench.find()).await.expect("found").documents.remove(0);
        let shown = bench.get(&id_of(&shown)).await.expect("read");
        let text = text_of(&bench, &id_of(&shown)).await;
        let why = refused.iter().find(|(ways, _)| ways.contains(&way)).map(|(_, why)| *why);
        let saved = match (save(&bench, way, &shown).await, why) {
            (Ok(saved), None) => saved,
            (Err(error), Some(why)) => {
                assert_eq!(error.code(), ErrorCode::Unsupported, "{way:?}: {error}");
                assert!(error.body().message.contains(why), "{way:?}: {error}");
                if way == Insert {
                    assert!(bench.all_bytes().await.is_empty(), "{way:?}: nothing was written");
                } else {
                    members.all_hold(&[subject.with(1)]).await;
                }
                continue;
            }
            (Ok(_), Some(_)) => panic!("{way:?} is not refused any more"),
            (Err(error), None) => panic!("{way:?}: {error}"),
        };
        let after = match way {
            Delete => None,
            // Where a text does not give all of the bytes back, those that it gives.
            Insert => Some(parse_document(&text).expect("a document")),
            Rebuild => Some(subject.rebuilt()),
            _ => Some(subject.with(2)),
        };
        match &after {
            Some(after) => {
                assert_eq!(saved.etag, etag(after), "{way:?}: what is said to be stored");
                members.all_hold(&[after]).await;
            }
            None => assert!(bench.all_bytes().await.is_empty(), "{way:?}"),
        }
        let report = bench.undo(&saved.entry).await.expect("asked");
        if way == Delete && refused.contains(&NO_INSERT) {
            // What cannot be inserted does not come back either.
            assert!(report.documents[0].reason.contains("nothing was written"), "{report:?}");
            assert!(bench.all_bytes().await.is_empty(), "{way:?}");
            continue;
        }
        assert_eq!(report.restored.get(), 1, "{way:?}: {report:?}");
        if way == Insert {
            assert!(bench.all_bytes().await.is_empty(), "{way:?}");
        } else {
            members.all_hold(&[subject.with(1)]).await;
        }
    }
}

/// An object, or an array.
fn inside(kind: u8, name: &[u8], elements: &[&[u8]]) -> Vec<u8> {
    [&[kind], name, &[0], document(elements).as_bytes()].concat()
}

fn empty_timestamp(name: &[u8]) -> Vec<u8> {
    [&[0x11], name, &[0], &[0; 8][..]].concat()
}

#[tokio::test]
async fn an_ordinary_document_is_saved_in_every_way() {
    every_way(&[&int(b"a", 1), &inside(0x04, b"list", &[&int(b"0", 1), &int(b"1", 2)])], &[]).await;
}

#[tokio::test]
async fn names_that_repeat() {
    let nested = inside(0x03, b"in", &[&int(b"a", 1), &int(b"a", 2)]);
    every_way(&[&int(b"a", 1), &nested, &int(b"a", 2)], &[OPERATORS_MAY_DIFFER]).await;
}

#[tokio::test]
async fn names_that_mean_something_else_to_an_update() {
    let odd = [&b"a.b"[..], b"", b"0", b"10", b"a.", b".", b"a.$[]"].map(|name| int(name, 1));
    every_way(&odd.each_ref().map(Vec::as_slice), &[]).await;
}

#[tokio::test]
async fn names_that_begin_with_a_dollar() {
    let nested = inside(0x03, b"in", &[&int(b"$y", 1), &int(b"$set", 1)]);
    every_way(&[&int(b"$x", 1), &nested, &int(b"$set", 1)], &[]).await;
}

#[tokio::test]
async fn bad_utf8_in_a_text() {
    every_way(&[&text(b"bad", b"a\xFFb")], &[NO_TEXT]).await;
}

#[tokio::test]
async fn bad_utf8_in_a_name() {
    every_way(&[&int(b"k\xC0", 5)], &[NO_TEXT]).await;
}

#[tokio::test]
async fn levels_as_deep_as_the_server_stores() {
    let mut deep = int(b"d", 1);
    for _ in 0..179 {
        deep = inside(0x03, b"d", &[&deep]);
    }
    every_way(&[&deep], &[]).await;
}

fn sixteen_mib() -> Vec<u8> {
    text(b"big", "x".repeat((16 << 20) - 100).as_bytes())
}

#[tokio::test]
async fn a_document_of_16_mib() {
    these_ways(&[Draft, PatchOperators, Rebuild], &[&sixteen_mib()], &[]).await;
}

#[tokio::test]
#[ignore = "takes a minute: cargo xtask test --slow 16_mib"]
async fn a_document_of_16_mib_in_every_way() {
    every_way(&[&sixteen_mib()], &[]).await;
}

#[tokio::test]
async fn an_empty_timestamp_at_the_top() {
    every_way(&[&empty_timestamp(b"at"), &int(b"a", 1)], &[]).await;
}

#[tokio::test]
async fn an_empty_timestamp_inside() {
    let array = inside(0x04, b"list", &[&empty_timestamp(b"0")]);
    every_way(&[&inside(0x03, b"in", &[&empty_timestamp(b"at")]), &array], &[]).await;
}

#[tokio::test]
async fn a_name_that_repeats_beside_one_that_begins_with_a_dollar() {
    every_way(&[&int(b"a", 1), &int(b"a", 2), &int(b"$x", 3)], &[OPERATORS_MAY_DIFFER, NO_UPDATE]).await;
}

#[tokio::test]
async fn a_name_that_repeats_beside_an_empty_timestamp() {
    every_way(
        &[&int(b"a", 1), &empty_timestamp(b"at"), &int(b"a", 2)],
        &[OPERATORS_MAY_DIFFER, NO_UPDATE, NO_INSERT],
    )
    .await;
}

#[tokio::test]
async fn no_pipeline_goes_where_a_name_repeats_or_would() {
    let bench = Bench::on(shared_set().await).await;
    let members = Members::of(&bench).await;
    // Of one of two fields of a name a new value, and without the other: then a member that is sent a pipeline ends, and
    // the next one too, since what was not answered is tried again.
    let pad = text(b"pad", "x".repeat(300).as_bytes());
    let subject = Subject(inside(0x03, b"in", &[&pad, &int(b"a", 1), &int(b"a", 2)]));
    subject.store(&bench).await;
    let shown = bench.page(bench.find()).await.expect("found").documents.remove(0);
    let shown = bench.get(&id_of(&shown)).await.expect("read");
    let edits = vec![remove("1:in 2:a"), trivet_tests::set("1:in 1:a", "5"), add("", u32::MAX, "$x", "1")];
    let error = save_draft(&bench, &shown, edits).await.expect_err("refused");
    assert_eq!(error.code(), ErrorCode::Unsupported, "{error}");
    members.all_hold(&[subject.with(1)]).await;

    let plain = Subject(pad);
    plain.store(&bench).await;
    let pipeline = r#"[{"$set": {"in": {"$literal": {"a": 1, "a": 2}}}}]"#;
    let error = bench.patch(&id_of(&shown), PatchForm::Update, pipeline).await.expect_err("refused");
    assert_eq!(error.code(), ErrorCode::InvalidInput, "{error}");
    members.all_hold(&[plain.with(1)]).await;
}

#[test]
fn the_last_one_is_the_value_of_n() {
    let text = r#"{"_id":{"$numberInt":"1"},"n":{"$numberInt":"1"}}"#;
    assert_eq!(parse_document(&with_two(text)).expect("a document"), Subject(Vec::new()).with(2));
}
