use proptest::prelude::*;

use super::{Budget, Node, ViewError, view, view_at};
use crate::value::{
    ejson::parse_document,
    path::{Path, PathStep},
    samples,
};

fn document(text: &str) -> Vec<u8> {
    parse_document(text).expect(text)
}

fn step(index: u32, name: &str) -> PathStep {
    PathStep { index, name: name.to_owned() }
}

fn names(nodes: &[Node]) -> Vec<&str> {
    nodes.iter().map(|node| node.name.as_str()).collect()
}

fn count(nodes: &[Node]) -> usize {
    nodes.iter().map(|node| 1 + count(&node.children)).sum()
}

#[test]
fn fields_come_in_order_with_repeated_and_integer_like_names() {
    let bytes = document(r#"{"b":1,"1":{"x":[true,null]},"0":"é","b":2}"#);
    let view = view(&bytes, Budget::DOCUMENT).expect("valid");
    assert!(!view.cut);
    assert_eq!(names(&view.fields), ["b", "1", "0", "b"]);
    assert_eq!(view.fields[3].text, "2");
    assert_eq!(view.fields[2].size, 2, "bytes of the string");
    let array = &view.fields[1].children[0];
    assert_eq!((names(&array.children), array.size), (vec!["0", "1"], 2));
}

#[test]
fn a_row_stays_small_whatever_the_document() {
    let wide: Vec<_> = (0..1000).map(|at| format!("\"field{at}\":{{\"a\":[1,2,{{}}]}}")).collect();
    let texts: Vec<_> = (0..200).map(|at| format!("\"{at}\":\"{}\"", "\\u0001".repeat(500))).collect();
    let deep = format!("\"d\":{}{}", "[".repeat(179), "]".repeat(179));
    let array = format!("\"a\":[{}1]", "\"x\",".repeat(5000));
    let name = format!("\"{}\":1", "n".repeat(100_000));
    let names: Vec<_> = (0..50).map(|at| format!("\"{at}{}\":1", "n".repeat(900))).collect();
    for fields in [names.join(","), wide.join(","), texts.join(","), deep, array, name] {
        let bytes = document(&format!("{{{fields}}}"));
        let view = view(&bytes, Budget::ROW).expect("valid");
        let json = serde_json::to_string(&view.fields).expect("serializes");
        assert!(json.len() < 20_000, "{} bytes", json.len());
        assert!(!view.fields.is_empty());
    }
}

#[test]
fn a_deep_document_is_shown_on_a_small_stack() {
    let bytes = document(&format!("{{\"a\":{}{}}}", "[".repeat(180), "]".repeat(180)));
    let thread = std::thread::Builder::new().stack_size(128 * 1024);
    let joined = thread.spawn(move || {
        let mut path: Path = vec![step(0, "a")];
        path.extend((1..180).map(|_| step(0, "0")));
        let last = view_at(&bytes, &path, 0, Budget::DOCUMENT).expect("there");
        assert_eq!((last.size, last.cut), (0, false));
        view(&bytes, Budget::DOCUMENT).expect("valid")
    });
    let mut nodes = joined.expect("a thread").join().expect("no panic").fields;
    let mut depth = 0;
    while let Some(node) = nodes.pop() {
        depth += 1;
        assert_eq!(node.cut, depth == Budget::DOCUMENT.depth);
        nodes = node.children;
    }
    assert_eq!(depth, Budget::DOCUMENT.depth);
}

#[test]
fn the_budget_reaches_every_top_level_field_first() {
    let big = format!("[{}0]", "0,".repeat(600));
    let bytes = document(&format!("{{\"a\":{big},\"b\":{big},\"c\":1}}"));
    let budget = Budget { nodes: 10, ..Budget::DOCUMENT };
    let view = view(&bytes, budget).expect("valid");
    assert_eq!(names(&view.fields), ["a", "b", "c"]);
    assert_eq!(count(&view.fields), 10);
    assert_eq!((view.fields[0].children.len(), view.fields[0].size, view.fields[0].cut), (7, 601, true));
    assert_eq!((view.fields[1].children.len(), view.fields[1].size, view.fields[1].cut), (0, 601, true));
}

#[test]
fn what_was_cut_can_be_asked_for() {
    let numbers: Vec<_> = (0..1200).map(|number| number.to_string()).collect();
    let long = "é".repeat(30_000);
    let bytes = document(&format!("{{\"a\":[{}],\"s\":\"{long}\"}}", numbers.join(",")));
    let shown = view(&bytes, Budget::DOCUMENT).expect("valid").fields;
    assert_eq!((shown[0].children.len(), shown[0].cut), (500, true));
    assert_eq!((shown[1].text.len(), shown[1].size, shown[1].cut), (20_000, 60_000, true));

    let rest = view_at(&bytes, &vec![step(0, "a")], 500, Budget::VALUE).expect("there");
    assert_eq!((rest.children[0].name.as_str(), rest.children[0].text.as_str()), ("500", "500"));
    assert!(rest.cut);
    let last = view_at(&bytes, &vec![step(0, "a")], 1000, Budget::VALUE).expect("there");
    assert_eq!((last.children.len(), last.cut), (200, false));
    let text = view_at(&bytes, &vec![step(7, "s")], 0, Budget::VALUE).expect("found by its name");
    assert_eq!((text.text, text.cut), (long, false));
    assert_eq!(view_at(&bytes, &vec![step(0, "x")], 0, Budget::VALUE), Err(ViewError::Gone));
    assert_eq!(view_at(&bytes, &vec![step(1, "s"), step(0, "x")], 0, Budget::VALUE), Err(ViewError::Gone));
}

#[test]
fn what_is_not_utf8_is_shown_as_damaged_and_can_be_opened() {
    let inner = samples::assemble(&[(b"x".to_vec(), (0x02, b"\x02\0\0\0\xff\0".to_vec()))]);
    let bytes = samples::assemble(&[(b"\xff".to_vec(), (0x03, inner))]);
    let fields = view(&bytes, Budget::DOCUMENT).expect("valid").fields;
    assert_eq!((fields[0].name.as_str(), fields[0].damaged), ("\u{FFFD}", true));
    assert!(fields[0].children[0].damaged);
    let inner = view_at(&bytes, &vec![step(0, "\u{FFFD}")], 0, Budget::VALUE).expect("there");
    assert_eq!(names(&inner.children), ["x"]);
}

proptest! {
    #[test]
    fn a_view_without_bounds_has_every_value(bytes in samples::document()) {
        let all = Budget {
            nodes: usize::MAX, depth: usize::MAX, text_bytes: usize::MAX, children: usize::MAX, total_bytes: usize::MAX,
        };
        let view = view(&bytes, all).expect("valid");
        prop_assert!(!view.cut);
        let whole = view_at(&bytes, &Vec::new(), 0, all).expect("valid");
        prop_assert_eq!(whole.children, view.fields);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        let _ = view(&bytes, Budget::ROW);
    }

    #[test]
    fn no_damage_makes_it_panic(mut bytes in samples::document(), at: usize, byte: u8) {
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = view(&bytes, Budget::ROW);
    }
}
