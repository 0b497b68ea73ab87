//! Any text in either syntax: what is read from it is BSON, and what our own writer makes of that gives the same BSON again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trivet_core::value::{
    ejson::Layout,
    raw,
    shell::{parse_document, parse_filter, parse_value, write},
};

/// The present, in milliseconds since 1970, for texts that speak of it.
const NOW_MS: i64 = 1_800_000_000_000;

fuzz_target!(|text: &str| {
    let _ = parse_value(text, NOW_MS);
    let _ = parse_filter(text, NOW_MS);
    let Ok(bytes) = parse_document(text, NOW_MS) else { return };
    raw::check(&bytes).expect("what was read is BSON");
    for layout in [Layout::Compact, Layout::Indented] {
        let written = write(&bytes, layout).expect("BSON");
        assert!(!written.damaged, "{}", written.text);
        assert_eq!(parse_document(&written.text, NOW_MS).as_ref(), Ok(&bytes), "{}", written.text);
    }
});
