use proptest::prelude::*;

use super::{Difference, diff};
use crate::value::{
    ejson::{Form, Layout, parse_document, write},
    path::Path,
    samples,
};

fn document(text: &str) -> Vec<u8> {
    parse_document(text).expect(text)
}

fn names(path: &Path) -> String {
    path.iter().map(|step| format!("{}:{}", step.index, step.name)).collect::<Vec<_>>().join(" ")
}

/// Every difference as `what before-path after-path`.
fn told(before: &str, after: &str) -> Vec<String> {
    let (before, after) = (document(before), document(after));
    let told = diff(&before, &after).expect("valid").into_iter();
    told.map(|one| format!("{:?} {} -> {}", one.what, names(&one.before_path), names(&one.after_path)))
        .collect()
}

#[test]
fn each_kind_of_difference_is_told_where_it_is() {
    for (before, after, expected) in [
        (r#"{"a":1,"b":2}"#, r#"{"a":1,"b":3}"#, vec!["Changed 1:b -> 1:b"]),
        (r#"{"a":1}"#, r#"{"a":{"$numberLong":"1"}}"#, vec!["Changed 0:a -> 0:a"]),
        (r#"{"a":1,"b":2}"#, r#"{"b":2}"#, vec!["Removed 0:a -> 0:a"]),
        (r#"{"a":1,"b":2}"#, r#"{"a":1}"#, vec!["Removed 1:b -> 1:b"]),
        (r#"{"a":1}"#, r#"{"a":1,"b":2}"#, vec!["Added 1:b -> 1:b"]),
        (r#"{"a":1,"b":2}"#, r#"{"a":1,"c":2}"#, vec!["Renamed 1:b -> 1:c"]),
        (r#"{"a":1,"x":5,"b":2}"#, r#"{"a":1,"c":2}"#, vec!["Removed 1:x -> 1:x", "Renamed 2:b -> 1:c"]),
        (r#"{"a":1,"b":2}"#, r#"{"a":1,"c":3}"#, vec!["Added 1:c -> 1:c", "Removed 1:b -> 2:b"]),
        (r#"{"a":1,"b":2,"c":3}"#, r#"{"c":3,"a":1,"b":2}"#, vec!["Moved 2:c -> 0:c"]),
        (
            r#"{"o":{"x":[1,{"y":2}]}}"#,
            r#"{"o":{"x":[1,{"y":3}]}}"#,
            vec!["Changed 0:o 0:x 1:1 0:y -> 0:o 0:x 1:1 0:y"],
        ),
        (r#"{"a":[1,2,3]}"#, r#"{"a":[1,3]}"#, vec!["Removed 0:a 1:1 -> 0:a 1:1"]),
        (r#"{"a":[1,3]}"#, r#"{"a":[1,2,3]}"#, vec!["Added 0:a 1:1 -> 0:a 1:1"]),
        (r#"{"a":[1,2]}"#, r#"{"a":[5,2]}"#, vec!["Changed 0:a 0:0 -> 0:a 0:0"]),
        (r#"{"a":1,"a":2}"#, r#"{"a":1,"a":3}"#, vec!["Changed 1:a -> 1:a"]),
        (r#"{"a":[]}"#, r#"{"a":{}}"#, vec!["Changed 0:a -> 0:a"]),
        (r#"{"a":1}"#, r#"{"a":1}"#, vec![]),
    ] {
        assert_eq!(told(before, after), expected, "{before} {after}");
    }
}

proptest! {
    #[test]
    fn there_is_a_difference_exactly_where_bytes_differ(one in samples::document(), other in samples::document()) {
        prop_assert_eq!(diff(&one, &other).expect("valid").is_empty(), one == other);
        prop_assert!(diff(&one, &one).expect("valid").is_empty());
    }

    #[test]
    fn what_is_told_stands_there(one in samples::document(), other in samples::document()) {
        for found in diff(&one, &other).expect("valid") {
            let same = found.before.zip(found.after).is_some_and(|(before, after)| {
                before.kind == after.kind && before.value == after.value
            });
            let expected = match found.what {
                Difference::Added => found.before.is_none() && found.after.is_some(),
                Difference::Removed => found.before.is_some() && found.after.is_none(),
                Difference::Changed => found.before.is_some() && found.after.is_some() && !same,
                Difference::Renamed => same && found.before.map(|element| element.name) != found.after.map(|element| element.name),
                Difference::Moved => found.before.map(|element| element.name) == found.after.map(|element| element.name),
            };
            prop_assert!(expected, "{:?} in {}", found, write(&one, Form::Canonical, Layout::Compact).expect("valid").text);
        }
    }
}
