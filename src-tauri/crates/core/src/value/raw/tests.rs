use bson::doc;
use proptest::prelude::*;

use super::{Elements, Kind, MAX_DEPTH, check, get};

/// A document with so many levels below it.
fn nested(levels: usize) -> Vec<u8> {
    let mut bytes = vec![5, 0, 0, 0, 0];
    for _ in 0..levels {
        let len = i32::try_from(bytes.len() + 8).expect("fits");
        bytes = [&len.to_le_bytes(), [3, b'a', 0].as_slice(), &bytes, &[0]].concat();
    }
    bytes
}

#[test]
fn elements_come_in_order_with_their_places() {
    let bytes = doc! { "a": 1, "b": { "c": "x" }, "1": true }.to_vec().expect("encodes");
    let elements: Vec<_> = Elements::new(&bytes).expect("a document").map(|e| e.expect("valid")).collect();
    let names: Vec<_> = elements.iter().map(|element| element.name).collect();
    assert_eq!(names, [b"a", b"b", b"1"]);
    assert_eq!(elements[0].range(), 4..11);
    assert_eq!(elements[0].value_range(), 7..11);
    for element in &elements {
        assert_eq!(&bytes[element.value_range()], element.value);
        assert_eq!(bytes[element.start], element.kind.byte());
    }
    assert_eq!(get(&bytes, "b").expect("valid").map(|element| element.kind), Some(Kind::Object));
    assert_eq!(get(&bytes, "c").expect("valid"), None);
}

#[test]
fn the_first_of_repeated_names_is_found() {
    let bytes = b"\x13\0\0\0\x10a\0\x01\0\0\0\x10a\0\x02\0\0\0\0";
    let first = get(bytes, "a").expect("valid").expect("there");
    assert_eq!(first.value, [1, 0, 0, 0]);
}

#[test]
fn depth_is_bounded_and_needs_no_stack() {
    let on_small_stack = std::thread::Builder::new().stack_size(64 * 1024).spawn(|| {
        assert_eq!(check(&nested(180)), Ok(()));
        assert_eq!(check(&nested(MAX_DEPTH)), Ok(()));
        check(&nested(MAX_DEPTH + 1)).expect_err("too deep").what
    });
    let what = on_small_stack.expect("a thread").join().expect("no panic");
    assert_eq!(what, "nested deeper than 200 levels");
}

#[test]
fn every_lie_about_a_length_is_found() {
    for (bytes, what) in [
        (&b""[..], "a length is missing"),
        (b"\x05\0\0\0", "a document longer than what holds it"),
        (b"\x04\0\0\0\0", "a length that is not possible"),
        (b"\xff\xff\xff\xff\0", "a length that is not possible"),
        (b"\x05\0\0\0\x01", "a document without its closing zero"),
        (b"\x05\0\0\0\0\0", "bytes follow the end of the document"),
        (b"\x06\0\0\0\x20\0", "a type that BSON does not have"),
        (b"\x07\0\0\0\x10a\0", "a field name without an end"),
        (b"\x08\0\0\0\x10a\0\0", "a value longer than what holds it"),
        (b"\x0c\0\0\0\x02a\0\0\0\0\0\0", "a length that is not possible"),
        (b"\x0e\0\0\0\x02a\0\x02\0\0\0ab\0", "a string without its closing zero"),
        (b"\x0d\0\0\0\x02a\0\x09\0\0\0\0\0", "a string longer than what holds it"),
        (b"\x0d\0\0\0\x05a\0\x09\0\0\0\0\0", "a value longer than what holds it"),
        (
            b"\x17\0\0\0\x0fa\0\x10\0\0\0\x02\0\0\0f\0\x05\0\0\0\0\0",
            "a length that is not that of the code and its scope",
        ),
        (b"\x0a\0\0\0\x0Ba\0aa\0", "a text without its closing zero"),
    ] {
        assert_eq!(check(bytes).expect_err("malformed").what, what, "{bytes:x?}");
    }
}

#[test]
fn damage_inside_is_placed_in_the_whole_document() {
    // {a: {b: <a type that does not exist>}}
    let bytes = b"\x11\0\0\0\x03a\0\x09\0\0\0\x20b\0\0\0\0";
    assert_eq!(check(bytes).expect_err("malformed").offset, 11);
}

#[test]
fn names_and_strings_need_not_be_utf8() {
    assert_eq!(check(b"\x0f\0\0\0\x02\xff\0\x03\0\0\0\xfe\xfd\0\0"), Ok(()));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        let _ = check(&bytes);
    }

    #[test]
    fn no_change_to_a_document_makes_it_panic(at in 0..90_usize, byte: u8) {
        let mut bytes = doc! {
            "s": "text",
            "d": { "a": [1, 2.5, { "x": null }] },
            "b": bson::oid::ObjectId::new(),
            "t": bson::Timestamp { time: 1, increment: 2 },
        }
        .to_vec()
        .expect("encodes");
        let place = at % bytes.len();
        bytes[place] = byte;
        let _ = check(&bytes);
    }
}
