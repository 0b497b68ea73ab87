//! Any text as a value of any type: what is read from it is written as a text that gives the same bytes again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trivet_core::value::typed::TypedValue;

fuzz_target!(|input: (u8, &str)| {
    let (kind, text) = (trivet_fuzz::kind(input.0), input.1.to_owned());
    let Ok((byte, value)) = (TypedValue { kind, text }).encode() else { return };
    assert_eq!(byte, kind.byte());
    let typed = TypedValue::of(kind, &value);
    assert!(!typed.damaged);
    assert_eq!(typed.value.encode(), Ok((byte, value)));
});
