//! Any document: its text gives the same bytes again, or says that it does not.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trivet_core::value::{
    ejson::{Form, Layout, parse_document, write},
    raw,
};

fuzz_target!(|input: &[u8]| {
    let bytes = trivet_fuzz::document(input);
    let valid = raw::check(&bytes).is_ok();
    for form in [Form::Canonical, Form::Relaxed] {
        for layout in [Layout::Compact, Layout::Indented] {
            let written = write(&bytes, form, layout);
            assert_eq!(written.is_ok(), valid, "{written:?}");
            if let Ok(written) = written
                && !written.damaged
            {
                assert_eq!(parse_document(&written.text).as_ref(), Ok(&bytes), "{}", written.text);
            }
        }
    }
});
