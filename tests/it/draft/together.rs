//! Two people and one document: what each combination of their changes comes to, on a set and on a standalone.

use bson::doc;
use trivet_core::{
    ErrorCode,
    document::DocumentEdit,
    value::ejson::{Form, Layout, parse_document, write},
};
use trivet_tests::{Bench, Mongod, add, remove, rename, set, shared_set};

const BASE: &str = r#"{"_id":1,"a":1,"b":{"x":1,"y":1},"l":[1,2,3],"s":"old"}"#;

/// What the other one does, as an update; nothing for a delete.
struct Combination {
    mine: Vec<DocumentEdit>,
    theirs: Option<bson::Document>,
    /// What stands there afterwards, or the code of the refusal.
    comes_to: Result<&'static str, ErrorCode>,
}

fn combinations() -> Vec<Combination> {
    let same_field = Err(ErrorCode::Conflict);
    [
        (
            vec![set("1:a", "2")],
            Some(doc! { "$set": { "s": "new" } }),
            Ok(r#"{"_id":1,"a":2,"b":{"x":1,"y":1},"l":[1,2,3],"s":"new"}"#),
        ),
        (vec![set("1:a", "2")], Some(doc! { "$set": { "a": 3 } }), same_field),
        (
            vec![set("1:a", "2")],
            Some(doc! { "$set": { "a": 2 } }),
            Ok(r#"{"_id":1,"a":2,"b":{"x":1,"y":1},"l":[1,2,3],"s":"old"}"#),
        ),
        (vec![set("1:a", "2")], Some(doc! { "$set": { "a": 1_i64 } }), same_field),
        (
            vec![set("1:a", "NumberLong(1)")],
            Some(doc! { "$set": { "s": "new" } }),
            Ok(r#"{"_id":1,"a":{"$numberLong":"1"},"b":{"x":1,"y":1},"l":[1,2,3],"s":"new"}"#),
        ),
        (
            vec![set("2:b 0:x", "2")],
            Some(doc! { "$set": { "b.y": 2 } }),
            Ok(r#"{"_id":1,"a":1,"b":{"x":2,"y":2},"l":[1,2,3],"s":"old"}"#),
        ),
        (vec![set("2:b 0:x", "2")], Some(doc! { "$set": { "b": 5 } }), same_field),
        (
            vec![set("3:l 0:0", "9")],
            Some(doc! { "$set": { "l.2": 8 } }),
            Ok(r#"{"_id":1,"a":1,"b":{"x":1,"y":1},"l":[9,2,8],"s":"old"}"#),
        ),
        (vec![set("3:l 0:0", "9")], Some(doc! { "$set": { "l.0": 8 } }), same_field),
        (
            vec![set("3:l 0:0", "9")],
            Some(doc! { "$push": { "l": 4 } }),
            Ok(r#"{"_id":1,"a":1,"b":{"x":1,"y":1},"l":[9,2,3,4],"s":"old"}"#),
        ),
        (vec![set("3:l 0:0", "9")], Some(doc! { "$pop": { "l": -1 } }), same_field),
        (
            vec![remove("1:a")],
            Some(doc! { "$set": { "b.x": 2 } }),
            Ok(r#"{"_id":1,"b":{"x":2,"y":1},"l":[1,2,3],"s":"old"}"#),
        ),
        (vec![remove("1:a")], Some(doc! { "$set": { "a": 2 } }), same_field),
        (
            vec![remove("1:a")],
            Some(doc! { "$unset": { "a": "" } }),
            Ok(r#"{"_id":1,"b":{"x":1,"y":1},"l":[1,2,3],"s":"old"}"#),
        ),
        (vec![set("1:a", "2")], Some(doc! { "$unset": { "a": "" } }), same_field),
        (vec![set("1:a", "2")], Some(doc! { "$rename": { "a": "z" } }), same_field),
        (
            vec![set("4:s", "1")],
            Some(doc! { "$rename": { "a": "z" } }),
            Ok(r#"{"_id":1,"b":{"x":1,"y":1},"l":[1,2,3],"s":1,"z":1}"#),
        ),
        (
            vec![rename("1:a", "z")],
            Some(doc! { "$set": { "s": "new" } }),
            Ok(r#"{"_id":1,"z":1,"b":{"x":1,"y":1},"l":[1,2,3],"s":"new"}"#),
        ),
        (vec![rename("1:a", "z")], Some(doc! { "$set": { "a": 5 } }), same_field),
        (
            vec![add("", 9, "n", "1")],
            Some(doc! { "$set": { "m": 1 } }),
            Ok(r#"{"_id":1,"a":1,"b":{"x":1,"y":1},"l":[1,2,3],"s":"old","n":1,"m":1}"#),
        ),
        (vec![add("", 9, "n", "1")], Some(doc! { "$set": { "n": 2 } }), same_field),
        (vec![set("1:a", "2")], Some(doc! { "a": 7 }), same_field),
        (vec![set("1:a", "2")], None, Err(ErrorCode::NotFound)),
    ]
    .into_iter()
    .map(|(mine, theirs, comes_to)| Combination { mine, theirs, comes_to })
    .collect()
}

#[tokio::test]
async fn on_a_set_every_combination_keeps_both_changes_or_says_so() {
    every_combination(&Bench::on(shared_set().await).await).await;
}

#[tokio::test]
async fn on_a_standalone_too() {
    let mongod = Mongod::standalone(&[]).await;
    every_combination(&Bench::on(&mongod.uri()).await).await;
}

async fn every_combination(bench: &Bench) {
    for Combination { mine, theirs, comes_to } in combinations() {
        let view = bench.insert(BASE).await.expect("inserted").document;
        let draft = bench.edit(&view, mine.clone()).await.expect("edited").expect("a change");
        match &theirs {
            Some(replacement) if !replacement.keys().any(|key| key.starts_with('$')) => {
                let raw = bson::RawDocumentBuf::try_from(replacement).expect("a document");
                bench.raw.replace_one(doc! {}, raw).await.map(drop)
            }
            Some(update) => bench.raw.update_one(doc! {}, update.clone()).await.map(drop),
            None => bench.raw.delete_one(doc! {}).await.map(drop),
        }
        .expect("the other one saved");
        let before = bench.raw.find_one(doc! {}).await.expect("read");
        let saved = bench.save(&draft).await;
        let after = bench.raw.find_one(doc! {}).await.expect("read");
        let about = format!("{mine:?} beside {theirs:?}");
        match comes_to {
            Ok(expected) => {
                saved.unwrap_or_else(|error| panic!("{about}: {error}"));
                let after = after.expect("there");
                let text = write(after.as_bytes(), Form::Relaxed, Layout::Compact).expect("valid").text;
                assert_eq!(after.as_bytes(), parse_document(expected).expect(expected), "{about}: {text}");
            }
            Err(code) => {
                assert_eq!(saved.expect_err(&about).code(), code, "{about}");
                assert_eq!(after, before, "{about}: nothing was written");
                assert!(
                    bench.engine.draft(bench.draft_of(&draft.id)).await.expect("asked").draft.is_some(),
                    "kept"
                );
                bench.engine.discard_draft(bench.draft_of(&draft.id)).await.expect("discarded");
            }
        }
        bench.raw.delete_many(doc! {}).await.expect("cleared");
    }
}
