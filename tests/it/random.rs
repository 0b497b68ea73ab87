//! Random documents: those of the core's own tests, as a server stores them.

use bson::RawDocumentBuf;
use proptest::prelude::*;
use trivet_core::value::{
    ejson::{self, Form, Layout},
    raw::Elements,
};

#[path = "../../src-tauri/crates/core/src/value/samples.rs"]
#[expect(dead_code, reason = "the core's tests use more of it")]
mod samples;

/// Every type, nested, under names that repeat or mean other things, with an `_id` in front.
pub(crate) fn any_document() -> impl Strategy<Value = RawDocumentBuf> {
    samples::document().prop_map(|bytes| {
        let elements = Elements::new(&bytes).expect("a document").map(|element| element.expect("an element"));
        let others = elements.filter(|element| element.name != b"_id").map(|element| {
            let name = element.name.to_vec();
            (name, (element.kind.byte(), element.value.to_vec()))
        });
        let id = (b"_id".to_vec(), (0x10, 1_i32.to_le_bytes().to_vec()));
        let document = samples::assemble(&[id].into_iter().chain(others).collect::<Vec<_>>());
        RawDocumentBuf::from_bytes(document).expect("a document")
    })
}

/// A value of any type as a text that gives it back: alone, or with others in an object.
pub(crate) fn any_value() -> impl Strategy<Value = String> {
    let alone = samples::scalar().prop_map(|value| {
        let text = text(&samples::assemble(&[(b"v".to_vec(), value)]));
        let value = text.strip_prefix(r#"{"v":"#).and_then(|text| text.strip_suffix('}'));
        value.expect("a document of one field").to_owned()
    });
    prop_oneof![4 => alone, 1 => samples::document().prop_map(|bytes| text(&bytes))]
}

/// A document as canonical Extended JSON.
pub(crate) fn text(bytes: &[u8]) -> String {
    ejson::write(bytes, Form::Canonical, Layout::Compact).expect("a document").text
}
