use proptest::prelude::*;

use super::{Change, EditError, Update, apply, check_before, plan, replacement, resolve};
use crate::value::{
    ejson::{Form, Layout, parse_document, write},
    path::{Path, PathStep},
    raw::{Elements, check},
    samples,
    typed::{Kind, TypedValue},
};

fn document(text: &str) -> Vec<u8> {
    parse_document(text).expect(text)
}

fn text(bytes: &[u8]) -> String {
    write(bytes, Form::Relaxed, Layout::Compact).expect("valid").text
}

fn typed(kind: Kind, text: &str) -> TypedValue {
    TypedValue { kind, text: text.to_owned() }
}

/// A path of positions and names, as in `0:a 1:b`.
fn path(steps: &str) -> Path {
    let step = |step: &str| {
        let (index, name) = step.split_once(':').expect("index:name");
        PathStep { index: index.parse().expect("an index"), name: name.to_owned() }
    };
    steps.split(' ').map(step).collect()
}

type Edit = (Path, TypedValue, TypedValue);

fn edit(steps: &str, before: (Kind, &str), after: (Kind, &str)) -> Edit {
    (path(steps), typed(before.0, before.1), typed(after.0, after.1))
}

fn changes(edits: &[Edit]) -> Vec<Change<'_>> {
    edits.iter().map(|(path, before, after)| Change { path, before, after }).collect()
}

fn applied(bytes: &[u8], edits: &[Edit]) -> Result<Vec<u8>, EditError> {
    apply(bytes, &changes(edits))
}

fn planned(bytes: &[u8], edits: &[Edit]) -> Update {
    let after = applied(bytes, edits).expect("possible");
    plan(bytes, &after, &changes(edits)).expect("valid")
}

#[test]
fn only_the_edited_values_change() {
    let before = document(r#"{"_id":1,"a":{"b":["x",{"c":1.5}],"1":2},"s":"old","1":null}"#);
    let edits = [
        edit("2:s", (Kind::String, "old"), (Kind::String, "much longer")),
        edit("1:a 0:b 1:1 0:c", (Kind::Double, "1.5"), (Kind::Int, "3")),
        edit("3:1", (Kind::Null, ""), (Kind::Date, "1970-01-01")),
    ];
    let after = applied(&before, &edits).expect("possible");
    assert_eq!(check(&after), Ok(()));
    assert_eq!(
        text(&after),
        r#"{"_id":1,"a":{"b":["x",{"c":3}],"1":2},"s":"much longer","1":{"$date":"1970-01-01T00:00:00Z"}}"#
    );
}

#[test]
fn a_value_of_any_type_takes_the_place_of_any_other() {
    let before = document(
        r#"{"m":{"$minKey":1},"c":{"$code":"f","$scope":{"x":1}},"r":{"$regularExpression":{"pattern":"a","options":"i"}}}"#,
    );
    let edits = [
        edit("0:m", (Kind::MinKey, "minKey"), (Kind::BinData, "BinData(128, \"YWJj\")")),
        edit("1:c", (Kind::JavascriptWithScope, r#"Code("f", {"x":1})"#), (Kind::Timestamp, "5:1")),
        edit("2:r", (Kind::Regex, "/a/i"), (Kind::JavascriptWithScope, r#"Code("g", {"y":[]})"#)),
    ];
    assert_eq!(
        text(&applied(&before, &edits).expect("possible")),
        r#"{"m":{"$binary":{"base64":"YWJj","subType":"80"}},"c":{"$timestamp":{"t":5,"i":1}},"r":{"$code":"g","$scope":{"y":[]}}}"#
    );
}

#[test]
fn a_field_that_moved_is_found_by_its_name() {
    let before = document(r#"{"_id":1,"new":0,"a":1}"#);
    let edits = [edit("1:a", (Kind::Int, "1"), (Kind::Int, "2"))];
    assert_eq!(text(&applied(&before, &edits).expect("found")), r#"{"_id":1,"new":0,"a":2}"#);
}

#[test]
fn of_repeated_names_the_one_at_the_position_is_meant() {
    let before = document(r#"{"a":1,"a":2}"#);
    let second = [edit("1:a", (Kind::Int, "2"), (Kind::Int, "9"))];
    assert_eq!(text(&applied(&before, &second).expect("found")), r#"{"a":1,"a":9}"#);
    let moved = [edit("2:a", (Kind::Int, "2"), (Kind::Int, "9"))];
    assert_eq!(applied(&before, &moved), Err(EditError::Gone { path: "a".to_owned() }));
}

#[test]
fn what_somebody_else_changed_is_not_overwritten() {
    let before = document(r#"{"a":{"b":2}}"#);
    let gone = |path: &str| EditError::Gone { path: path.to_owned() };
    let one_edit = |steps, kind, text| applied(&before, &[edit(steps, (kind, text), (Kind::Int, "9"))]);
    let now = typed(Kind::Int, "2");
    let changed = EditError::Changed { path: "a.b".to_owned(), now };
    assert_eq!(one_edit("0:a 0:b", Kind::Int, "1"), Err(changed.clone()));
    assert_eq!(one_edit("0:a 0:b", Kind::Long, "2"), Err(changed), "the type counts");
    assert_eq!(one_edit("0:a 0:c", Kind::Int, "2"), Err(gone("a.c")));
    assert_eq!(one_edit("0:a 0:b 0:c", Kind::Int, "2"), Err(gone("a.b.c")));
    let array = document(r#"{"a":[1]}"#);
    assert_eq!(applied(&array, &[edit("0:a 1:1", (Kind::Int, "1"), (Kind::Int, "2"))]), Err(gone("a.1")));
}

#[test]
fn what_cannot_be_edited_is_refused_by_name() {
    let before = document(r#"{"_id":{"x":1},"o":{},"a":[1],"n":1}"#);
    let refused = |edits: &[Edit]| applied(&before, edits).expect_err("refused");
    let int = (Kind::Int, "1");
    assert_eq!(refused(&[edit("0:_id 0:x", int, int)]), EditError::Immutable);
    let not_editable = |path: &str, kind| EditError::NotEditable { path: path.to_owned(), kind };
    assert_eq!(refused(&[edit("1:o", (Kind::Object, ""), int)]), not_editable("o", Kind::Object));
    let array = refused(&[edit("2:a", (Kind::Array, ""), int)]);
    assert_eq!(array, not_editable("a", Kind::Array));
    let object = refused(&[edit("3:n", int, (Kind::Object, ""))]).to_string();
    assert!(object.contains("object"), "{object}");
    let twice = [edit("3:n", int, (Kind::Int, "2")), edit("9:n", int, (Kind::Int, "3"))];
    assert_eq!(refused(&twice), EditError::Twice { path: "n".to_owned() });
    let wrong = refused(&[edit("3:n", int, (Kind::Int, "x"))]).to_string();
    assert!(wrong.starts_with("'n': 'x' is not a 32-bit integer"), "{wrong}");
}

#[test]
fn nothing_behind_bad_utf8_is_edited() {
    let one = (0x10, 1_i32.to_le_bytes().to_vec());
    let broken = (0x02, b"\x02\0\0\0\xff\0".to_vec());
    let before =
        samples::assemble(&[(b"\xff".to_vec(), one.clone()), (b"s".to_vec(), broken), (b"n".to_vec(), one)]);
    let name = [edit("0:\u{FFFD}", (Kind::Int, "1"), (Kind::Int, "2"))];
    assert_eq!(applied(&before, &name), Err(EditError::Damaged { path: "\u{FFFD}".to_owned() }));
    let value = [edit("1:s", (Kind::String, "\u{FFFD}"), (Kind::String, "x"))];
    assert_eq!(applied(&before, &value), Err(EditError::Damaged { path: "s".to_owned() }));
    // Beside it, everything can be edited, and the bad bytes stay.
    let after = applied(&before, &[edit("2:n", (Kind::Int, "1"), (Kind::Int, "2"))]).expect("possible");
    assert_eq!(after[..after.len() - 5], before[..before.len() - 5]);
}

#[test]
fn a_plain_path_is_set() {
    let before = document(r#"{"_id":1,"a":{"b":[0,{"c":1.0}]},"s":"x"}"#);
    let edits = [
        edit("1:a 0:b 1:1 0:c", (Kind::Double, "1.0"), (Kind::Int, "1")),
        edit("2:s", (Kind::String, "x"), (Kind::String, "x")),
    ];
    let set = vec![("a.b.1.c".to_owned(), 0x10, vec![1, 0, 0, 0])];
    assert_eq!(planned(&before, &edits), Update::Fields { set, unset: vec![] });
}

#[test]
fn an_edit_that_changes_nothing_sends_nothing() {
    let before = document(r#"{"a":1}"#);
    assert_eq!(planned(&before, &[edit("0:a", (Kind::Int, "1"), (Kind::Int, "1"))]), Update::Nothing);
    assert_eq!(planned(&before, &[]), Update::Nothing);
}

#[test]
fn a_path_that_might_reach_another_field_is_replaced() {
    for (text, steps) in [
        (r#"{"a":1,"a":2}"#, "0:a"),
        (r#"{"a":1,"b":2,"b":3}"#, "0:a"),
        (r#"{"o":{"a":1},"b":2,"b":3}"#, "0:o 0:a"),
        (r#"{"o":{"a":1,"b":2,"b":3}}"#, "0:o 0:a"),
        (r#"{"a.b":1}"#, "0:a.b"),
        (r#"{"":1}"#, "0:"),
        (r#"{"0":1}"#, "0:0"),
        (r#"{"o":{"$x":1}}"#, "0:o 0:$x"),
    ] {
        let edits = [edit(steps, (Kind::Int, "1"), (Kind::Int, "7"))];
        assert_eq!(planned(&document(text), &edits), Update::Replace, "{text}");
    }
}

#[test]
fn a_replacement_that_the_server_would_change_goes_as_a_literal() {
    for (text, update) in [
        (r#"{"a":1,"a":2}"#, Update::Replace),
        (r#"{"a":{"$x":1}}"#, Update::Replace),
        (r#"{"a":{"$timestamp":{"t":0,"i":1}}}"#, Update::Replace),
        (r#"{"a":[{"$timestamp":{"t":0,"i":0}}]}"#, Update::Replace),
        (r#"{"$x":1}"#, Update::ReplaceWith),
        (r#"{"a":{"$timestamp":{"t":0,"i":0}}}"#, Update::ReplaceWith),
        (r#"{"$x":1,"$x":1}"#, Update::Unsafe),
        (r#"{"$x":1,"a":[{"b":1,"b":1}]}"#, Update::Unsafe),
    ] {
        let document = document(text);
        assert_eq!(replacement(&document, &document), Ok(update), "{text}");
    }
}

#[test]
fn no_pipeline_is_sent_for_a_document_in_which_a_name_repeats() {
    let (plain, dollar) = (document(r#"{"a":1}"#), document(r#"{"$x":1}"#));
    let repeated = document(r#"{"in":{"a":1,"a":2}}"#);
    assert_eq!(replacement(&plain, &dollar), Ok(Update::ReplaceWith));
    assert_eq!(replacement(&repeated, &dollar), Ok(Update::Unsafe));
    assert_eq!(crate::value::edit::between(&repeated, &dollar), Ok(Update::Unsafe));
    assert_eq!(replacement(&repeated, &plain), Ok(Update::Replace));
}

/// Every scalar that can be edited, with its path.
fn editable(bytes: &[u8], above: &Path) -> Vec<(Path, TypedValue)> {
    let mut found = Vec::new();
    for (index, element) in (0..).zip(Elements::new(bytes).expect("valid")) {
        let element = element.expect("valid");
        let name = String::from_utf8(element.name.to_vec()).expect("UTF-8");
        if above.is_empty() && name == "_id" {
            continue;
        }
        let mut path = above.clone();
        path.push(PathStep { index, name });
        if matches!(element.kind, Kind::Object | Kind::Array) {
            found.extend(editable(element.value, &path));
        } else if element.kind.is_editable() {
            found.push((path, TypedValue::of(element.kind, element.value).value));
        }
    }
    found
}

proptest! {
    #[test]
    fn edits_give_the_new_values_and_keep_every_other(
        bytes in samples::document(),
        picks: Vec<prop::sample::Index>,
        new_text: String,
    ) {
        let all = editable(&bytes, &Vec::new());
        prop_assume!(!all.is_empty());
        let chosen: std::collections::BTreeSet<_> = picks.iter().map(|pick| pick.index(all.len())).collect();
        let edits: Vec<Edit> = chosen
            .iter()
            .map(|&at| (all[at].0.clone(), all[at].1.clone(), typed(Kind::String, &new_text)))
            .collect();
        let after = applied(&bytes, &edits).expect("possible");
        prop_assert_eq!(check(&after), Ok(()));

        // The new values stand where they should.
        for (path, _, new) in &edits {
            let located = resolve(&after, path).expect("there");
            prop_assert_eq!(check_before(&located, path, new), Ok(()));
        }
        // And taking them back gives the old bytes, so nothing else was touched.
        let back: Vec<Edit> = edits.into_iter().map(|(path, old, new)| (path, new, old)).collect();
        prop_assert_eq!(applied(&after, &back), Ok(bytes));
    }

    #[test]
    fn no_damage_makes_it_panic(mut bytes in samples::document(), at: usize, byte: u8) {
        let edits: Vec<Edit> = editable(&bytes, &Vec::new())
            .into_iter()
            .map(|(path, before)| (path, before, typed(Kind::Int, "1")))
            .collect();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(after) = applied(&bytes, &edits) {
            let _ = plan(&bytes, &after, &changes(&edits));
        }
        let _ = replacement(&bytes, &bytes);
    }
}
