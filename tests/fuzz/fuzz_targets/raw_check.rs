//! Any bytes: what passes for BSON is made of its elements and of nothing else.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trivet_core::value::raw;

fuzz_target!(|input: &[u8]| {
    for bytes in [input.to_vec(), trivet_fuzz::document(input)] {
        let _ = raw::get(&bytes, "_id");
        if raw::check(&bytes).is_ok() {
            assert!(trivet_fuzz::reassembles(&bytes));
        }
    }
});
