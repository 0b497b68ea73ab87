//! Documents for tests: arbitrary ones of every type, and real ones.

use std::{fs, path::Path};

use proptest::prelude::*;

use super::ejson::parse_document;

/// One element's type byte and value.
type Value = (u8, Vec<u8>);

/// A document of these elements.
pub(super) fn assemble(elements: &[(Vec<u8>, Value)]) -> Vec<u8> {
    let mut bytes = vec![0; 4];
    for (name, (kind, value)) in elements {
        bytes.push(*kind);
        bytes.extend_from_slice(name);
        bytes.push(0);
        bytes.extend_from_slice(value);
    }
    bytes.push(0);
    let len = i32::try_from(bytes.len()).expect("a small document");
    bytes[..4].copy_from_slice(&len.to_le_bytes());
    bytes
}

fn string(text: &str) -> Vec<u8> {
    let len = i32::try_from(text.len() + 1).expect("a short text");
    [&len.to_le_bytes(), text.as_bytes(), &[0]].concat()
}

/// Numbers that random bits hardly ever hit.
fn odd_number() -> impl Strategy<Value = Value> {
    let doubles = prop_oneof![
        // NaNs of every payload and sign.
        any::<u64>().prop_map(|bits| bits | 0x7FF0_0000_0000_0001),
        prop::sample::select(vec![
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            -0.0,
            0.0,
            f64::MAX,
            f64::MIN_POSITIVE,
            5e-324,
            9_007_199_254_740_993.0,
        ])
        .prop_map(f64::to_bits),
    ];
    let decimals = (any::<u128>(), prop::sample::select(vec![0_u128, 0x60, 0x78, 0x7C, 0x7E, 0xF8, 0xFC]))
        .prop_map(|(bits, top)| bits >> 8 | top << 120);
    let small_decimals = (any::<u32>(), 0..12_288_u128, any::<bool>())
        .prop_map(|(digits, exponent, sign)| u128::from(sign) << 127 | exponent << 113 | u128::from(digits));
    // The ends of 64 bits, and those of years 1 to 9999.
    let dates = prop::sample::select(vec![
        i64::MIN,
        i64::MAX,
        -1,
        -62_135_596_800_001,
        -62_135_596_800_000,
        253_402_300_799_999,
        253_402_300_800_000,
    ]);
    prop_oneof![
        doubles.prop_map(|bits| (0x01, bits.to_le_bytes().to_vec())),
        decimals.prop_map(|bits| (0x13, bits.to_le_bytes().to_vec())),
        small_decimals.prop_map(|bits| (0x13, bits.to_le_bytes().to_vec())),
        dates.prop_map(|millis| (0x09, millis.to_le_bytes().to_vec())),
    ]
}

/// Any value but an object, an array and JavaScript with a scope.
pub(super) fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        odd_number(),
        odd_number(),
        any::<u64>().prop_map(|bits| (0x01, bits.to_le_bytes().to_vec())),
        (-9_i32..9).prop_map(|double| (0x01, f64::from(double).to_le_bytes().to_vec())),
        ".*".prop_map(|text| (0x02, string(&text))),
        (any::<Vec<u8>>(), any::<u8>()).prop_map(|(data, subtype)| {
            let inner = i32::try_from(data.len()).expect("short").to_le_bytes();
            let data = if subtype == 2 { [&inner, data.as_slice()].concat() } else { data };
            let len = i32::try_from(data.len()).expect("short");
            (0x05, [&len.to_le_bytes(), [subtype].as_slice(), &data].concat())
        }),
        prop::sample::select(vec![0x06, 0x0A, 0x7F, 0xFF]).prop_map(|kind| (kind, Vec::new())),
        any::<[u8; 12]>().prop_map(|id| (0x07, id.to_vec())),
        any::<bool>().prop_map(|value| (0x08, vec![u8::from(value)])),
        any::<i64>().prop_map(|millis| (0x09, millis.to_le_bytes().to_vec())),
        (0..9_999_999_999_999_i64).prop_map(|millis| (0x09, millis.to_le_bytes().to_vec())),
        ("[^\0]*", "[a-z]{0,3}").prop_map(|(pattern, options)| {
            (0x0B, [pattern.as_bytes(), &[0], options.as_bytes(), &[0]].concat())
        }),
        (".*", any::<[u8; 12]>()).prop_map(|(name, id)| (0x0C, [string(&name), id.to_vec()].concat())),
        ".*".prop_map(|text| (0x0D, string(&text))),
        ".*".prop_map(|text| (0x0E, string(&text))),
        any::<i32>().prop_map(|int| (0x10, int.to_le_bytes().to_vec())),
        any::<u64>().prop_map(|stamp| (0x11, stamp.to_le_bytes().to_vec())),
        any::<i64>().prop_map(|long| (0x12, long.to_le_bytes().to_vec())),
        (-9_i64..9).prop_map(|long| (0x12, long.to_le_bytes().to_vec())),
        any::<u128>().prop_map(|bits| (0x13, bits.to_le_bytes().to_vec())),
    ]
}

/// Names that repeat, look like integers or operators, or are empty. None of them reads as a type.
fn name() -> impl Strategy<Value = Vec<u8>> {
    let awkward =
        vec!["a", "b", "0", "1", "10", "", "a.b", "$x", "$set", "$regex", "$scope", "_id", "é", "\""];
    prop_oneof![
        3 => prop::sample::select(awkward).prop_map(|name| name.as_bytes().to_vec()),
        1 => "[^\0$][^\0]{0,6}".prop_map(String::into_bytes),
    ]
}

fn array(values: Vec<Value>) -> Value {
    let elements: Vec<_> =
        values.into_iter().enumerate().map(|(at, value)| (at.to_string().into_bytes(), value)).collect();
    (0x04, assemble(&elements))
}

fn fields(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Vec<(Vec<u8>, Value)>> {
    prop::collection::vec((name(), value), 0..6)
}

/// Any document: every type, nested, with repeated and awkward names.
pub(super) fn document() -> impl Strategy<Value = Vec<u8>> {
    let value = scalar().prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            fields(inner.clone()).prop_map(|elements| (0x03, assemble(&elements))),
            prop::collection::vec(inner.clone(), 0..6).prop_map(array),
            (".*", fields(inner)).prop_map(|(code, scope)| {
                let (code, scope) = (string(&code), assemble(&scope));
                let len = i32::try_from(4 + code.len() + scope.len()).expect("small");
                (0x0F, [&len.to_le_bytes(), code.as_slice(), &scope].concat())
            }),
        ]
    });
    fields(value).prop_map(|elements| assemble(&elements))
}

/// The documents in the folder that `TRIVET_TEST_DATA` names: `restaurants.json`, a document a line, and
/// `zips.bson`. Says so and gives none when the variable is not set.
pub(super) fn real_documents() -> Option<Vec<Vec<u8>>> {
    let Some(folder) = std::env::var_os("TRIVET_TEST_DATA") else {
        println!("skipped: TRIVET_TEST_DATA does not name a folder with restaurants.json and zips.bson");
        return None;
    };
    let text = fs::read_to_string(Path::new(&folder).join("restaurants.json")).expect("restaurants.json");
    let mut documents: Vec<_> = text.lines().map(|line| parse_document(line).expect(line)).collect();
    let dump = fs::read(Path::new(&folder).join("zips.bson")).expect("zips.bson");
    let mut rest = dump.as_slice();
    while let Some(len) = rest.first_chunk().map(|len| u32::from_le_bytes(*len)) {
        let (document, after) = rest.split_at(usize::try_from(len).expect("a length"));
        documents.push(document.to_vec());
        rest = after;
    }
    assert!(!documents.is_empty());
    Some(documents)
}
