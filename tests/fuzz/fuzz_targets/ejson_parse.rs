//! Any text: what is read from it is BSON, and every text of that gives the same BSON again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trivet_core::value::{
    ejson::{Form, Layout, parse_document, parse_value, write},
    raw,
};

fuzz_target!(|text: &str| {
    let _ = parse_value(text);
    let Ok(bytes) = parse_document(text) else { return };
    raw::check(&bytes).expect("what was read is BSON");
    for form in [Form::Canonical, Form::Relaxed] {
        for layout in [Layout::Compact, Layout::Indented] {
            let written = write(&bytes, form, layout).expect("BSON");
            assert!(!written.damaged, "{}", written.text);
            assert_eq!(parse_document(&written.text).as_ref(), Ok(&bytes), "{}", written.text);
        }
    }
});
