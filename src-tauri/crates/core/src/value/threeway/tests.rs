use proptest::prelude::*;

use super::{MergeField, Side, merge};
use crate::value::{
    ejson::{Form, Layout, parse_document, write},
    samples,
};

fn document(text: &str) -> Vec<u8> {
    parse_document(text).expect(text)
}

fn text(bytes: &[u8]) -> String {
    write(bytes, Form::Relaxed, Layout::Compact).expect("valid").text
}

/// The merged text and the paths of the conflicts.
fn merged(base: &str, now: &str, mine: &str) -> (String, Vec<String>) {
    let (base, now, mine) = (document(base), document(now), document(mine));
    let merged = merge(&base, &now, &mine, |_| None).expect("valid");
    let conflicts = merged.conflicts().map(names).collect();
    (text(&merged.bytes), conflicts)
}

fn names(field: &MergeField<'_>) -> String {
    field.path.iter().map(|step| step.name.as_str()).collect::<Vec<_>>().join(".")
}

#[test]
fn changes_of_different_fields_are_both_kept() {
    for (base, now, mine, expected) in [
        (r#"{"a":1,"b":1}"#, r#"{"a":2,"b":1}"#, r#"{"a":1,"b":2}"#, r#"{"a":2,"b":2}"#),
        (
            r#"{"o":{"a":1,"b":1}}"#,
            r#"{"o":{"a":2,"b":1}}"#,
            r#"{"o":{"a":1,"b":2}}"#,
            r#"{"o":{"a":2,"b":2}}"#,
        ),
        (r#"{"l":[1,2,3]}"#, r#"{"l":[9,2,3]}"#, r#"{"l":[1,2,8]}"#, r#"{"l":[9,2,8]}"#),
        (r#"{"l":[1,2]}"#, r#"{"l":[1,2,3]}"#, r#"{"l":[8,2]}"#, r#"{"l":[8,2,3]}"#),
        (r#"{"l":[1,2]}"#, r#"{"l":[1,9]}"#, r#"{"l":[1,2,3]}"#, r#"{"l":[1,9,3]}"#),
        (r#"{"a":1,"b":1}"#, r#"{"b":1}"#, r#"{"a":1,"b":2}"#, r#"{"b":2}"#),
        (r#"{"a":1,"b":1}"#, r#"{"a":2,"b":1}"#, r#"{"a":1}"#, r#"{"a":2}"#),
        (
            r#"{"a":1,"b":1}"#,
            r#"{"a":1,"n":5,"b":1}"#,
            r#"{"a":1,"m":6,"b":1}"#,
            r#"{"a":1,"m":6,"n":5,"b":1}"#,
        ),
        (r#"{"a":1,"b":1}"#, r#"{"a":7,"b":1}"#, r#"{"b":1,"a":1}"#, r#"{"b":1,"a":7}"#),
        (r#"{"a":1,"b":1}"#, r#"{"x":1,"b":1}"#, r#"{"a":1,"b":2}"#, r#"{"x":1,"b":2}"#),
        (r#"{"a":1}"#, r#"{"a":2}"#, r#"{"a":2}"#, r#"{"a":2}"#),
        (
            r#"{"a":1,"b":1,"b":2}"#,
            r#"{"a":1,"b":1,"b":2}"#,
            r#"{"a":1,"b":1,"b":3}"#,
            r#"{"a":1,"b":1,"b":3}"#,
        ),
    ] {
        assert_eq!(merged(base, now, mine), (expected.to_owned(), vec![]), "{base} {now} {mine}");
    }
}

#[test]
fn changes_of_the_same_field_are_a_conflict() {
    for (base, now, mine, conflict) in [
        (r#"{"a":1}"#, r#"{"a":2}"#, r#"{"a":3}"#, "a"),
        (r#"{"a":1}"#, r#"{"a":{"$numberLong":"1"}}"#, r#"{"a":2}"#, "a"),
        (r#"{"a":1}"#, "{}", r#"{"a":3}"#, "a"),
        (r#"{"a":1}"#, r#"{"a":2}"#, "{}", "a"),
        ("{}", r#"{"a":2}"#, r#"{"a":3}"#, "a"),
        (r#"{"a":1}"#, r#"{"b":1}"#, r#"{"a":3}"#, "a"),
        (r#"{"o":{"x":1}}"#, r#"{"o":5}"#, r#"{"o":{"x":2}}"#, "o"),
        (r#"{"l":[1,2]}"#, r#"{"l":[1]}"#, r#"{"l":[1,9]}"#, "l"),
        (r#"{"l":[1]}"#, r#"{"l":[1,2]}"#, r#"{"l":[1,3]}"#, "l"),
        (r#"{"l":[{"x":1}]}"#, r#"{"l":[{"x":2}]}"#, r#"{"l":[{"x":3}]}"#, "l.0.x"),
        (r#"{"o":{"b":1,"b":2}}"#, r#"{"o":{"b":5,"b":2}}"#, r#"{"o":{"b":1,"b":3}}"#, "o"),
    ] {
        let (result, conflicts) = merged(base, now, mine);
        assert_eq!(conflicts, [conflict], "{base} {now} {mine}");
        assert_eq!(result, text(&document(now)), "what stands there now is not overwritten unasked");
    }
}

#[test]
fn a_choice_is_taken_for_a_field() {
    let (base, now, mine) = (
        document(r#"{"a":1,"b":1,"c":1}"#),
        document(r#"{"a":2,"b":2,"c":1}"#),
        document(r#"{"a":3,"b":1,"c":3}"#),
    );
    let choose = |at: usize| [Some(Side::Mine), Some(Side::Mine), Some(Side::Now)][at];
    let merged = merge(&base, &now, &mine, choose).expect("valid");
    assert_eq!(text(&merged.bytes), r#"{"a":3,"b":1,"c":1}"#);
    assert_eq!(merged.fields.iter().map(names).collect::<Vec<_>>(), ["a", "b", "c"]);
}

proptest! {
    #[test]
    fn a_change_of_one_side_alone_is_that_side(base in samples::document(), other in samples::document()) {
        let mine = merge(&base, &base, &other, |_| None).expect("valid");
        prop_assert_eq!(mine.conflicts().count(), 0);
        prop_assert_eq!(&mine.bytes, &other);
        let now = merge(&base, &other, &base, |_| None).expect("valid");
        prop_assert_eq!(now.conflicts().count(), 0);
        prop_assert_eq!(&now.bytes, &other);
    }

    #[test]
    fn nothing_of_now_is_lost_without_a_choice(
        base in samples::document(),
        now in samples::document(),
        mine in samples::document(),
    ) {
        let merged = merge(&base, &now, &mine, |_| Some(Side::Now)).expect("valid");
        prop_assert_eq!(crate::value::raw::check(&merged.bytes), Ok(()));
        let merged = merge(&base, &now, &now, |_| None).expect("valid");
        prop_assert_eq!(&merged.bytes, &now);
        prop_assert_eq!(merged.conflicts().count(), 0);
    }
}
