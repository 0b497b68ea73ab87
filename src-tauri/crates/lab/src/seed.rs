//! The sample data: `mydatabase.items`.

use bson::oid::ObjectId;
use bson::raw::cstr;
use bson::spec::BinarySubtype;
use bson::{Binary, Bson, DateTime, Decimal128, Document, Regex, Timestamp, doc};
use mongodb::Client;
use mongodb::error::ErrorKind;
use mongodb::options::{Acknowledgment, WriteConcern};

use crate::PATIENCE;
use crate::member::Refusal;

/// Where the sample lies.
pub(crate) const DATABASE: &str = "mydatabase";
/// Its collection.
pub(crate) const COLLECTION: &str = "items";
/// How many items there are.
pub(crate) const ITEMS: u32 = 2_000;

/// `DuplicateKey`.
const DUPLICATE_KEY: i32 = 11_000;

/// 2026-01-05T08:00:00Z, at which the shop took stock of the first item, in seconds.
const FIRST_DAY_SECONDS: u32 = 1_767_600_000;
/// Above the largest integer that a double holds exactly, 2^53.
const LARGE_SKU: i64 = 9_007_199_254_740_993;

const MATERIALS: [&str; 8] = ["Oak", "Walnut", "Steel", "Copper", "Linen", "Wool", "Glass", "Café-crème"];
const THINGS: [&str; 12] = [
    "chair", "table", "lamp", "shelf", "kettle", "blanket", "vase", "mirror", "stool", "clock", "tray",
    "basket",
];
const TAGS: [&str; 7] = ["home", "kitchen", "handmade", "sale", "new", "fragile", "größe-l"];
const NOTES: [&str; 4] = [
    "Back in stock at the end of the month.",
    "Second choice: a scratch on the left side.",
    "Ships in two parcels.",
    "日本語のラベル付き。",
];

/// Writes the items in one command, acknowledged by a majority. Does nothing where the collection exists, unless it is tried
/// `again` after the primary went away in the middle of it: then what is missing is added.
pub(crate) async fn fill(client: &Client, again: bool) -> Result<(), Refusal> {
    let database = client.database(DATABASE);
    let write = async {
        let is_there = database.list_collection_names().await?.iter().any(|name| name == COLLECTION);
        if is_there && !again {
            return Ok(());
        }
        let majority = WriteConcern::builder().w(Acknowledgment::Majority).build();
        let items = database.collection::<Document>(COLLECTION);
        let write = items.insert_many((0..ITEMS).map(item)).ordered(!again).write_concern(majority);
        match write.await {
            Err(error) if again && are_there(&error) => Ok(()),
            done => done.map(|_| ()),
        }
    };
    match tokio::time::timeout(PATIENCE, write).await {
        Ok(done) => done.map_err(|error| Refusal::from(&error)),
        Err(_) => Err(Refusal { code: None, reason: "the write was not acknowledged".to_owned() }),
    }
}

/// Nothing was refused but what is there already.
fn are_there(error: &mongodb::error::Error) -> bool {
    let ErrorKind::InsertMany(refused) = error.kind.as_ref() else { return false };
    let duplicates = refused.write_errors.iter().flatten().all(|error| error.code == DUPLICATE_KEY);
    duplicates && refused.write_concern_error.is_none()
}

/// All items as raw BSON, one behind the other: what a new lab holds, without a lab.
#[must_use]
pub fn sample_items() -> Vec<u8> {
    // The documents are our own: encoding them cannot fail.
    (0..ITEMS).flat_map(|number| item(number).to_vec().unwrap_or_default()).collect()
}

/// One item; the same number always gives the same item.
fn item(number: u32) -> Document {
    let mut chance = Chance::new(number);
    let created_seconds = FIRST_DAY_SECONDS + number * 7_300 + chance.below(3_000);
    let cents = 490 + chance.below(24_000);
    let stock = i32::try_from(chance.below(120)).unwrap_or_default();
    let large = chance.below(5) == 0;
    let sku = if large { LARGE_SKU + 2 * i64::from(number) } else { 100_000 + i64::from(number) };

    let mut item = doc! {
        "_id": id(created_seconds, number),
        "name": name(&mut chance),
        "price": f64::from(cents) / 100.0,
        "stock": stock,
        "sku": sku,
        "cost": cost(cents),
        "created": DateTime::from_millis(i64::from(created_seconds) * 1_000 + i64::from(chance.below(1_000))),
        "tags": tags(&mut chance),
        "dims": {
            "width": i32::try_from(5 + chance.below(195)).unwrap_or_default(),
            "height": i32::try_from(5 + chance.below(195)).unwrap_or_default(),
            "weight": f64::from(chance.below(4_000)) / 100.0,
            "unit": "cm",
        },
        "active": chance.below(8) != 0,
    };
    match chance.below(4) {
        0 => drop(item.insert("note", Bson::Null)),
        1 => drop(item.insert("note", chance.pick(&NOTES))),
        // The others have no note at all: null and missing are different things.
        _ => {}
    }
    item.insert("serial", Binary { subtype: BinarySubtype::Uuid, bytes: chance.uuid().to_vec() });
    if number.is_multiple_of(97) {
        let pattern = Regex { pattern: cstr!("^LOT-\\d{4}").into(), options: cstr!("i").into() };
        item.insert("pattern", pattern);
    }
    item.insert("updated", Timestamp { time: created_seconds, increment: 1 + number % 9 });
    if number.is_multiple_of(50) {
        item.insert(
            "photo",
            Binary { subtype: BinarySubtype::Generic, bytes: chance.bytes::<24>().to_vec() },
        );
        item.insert("related", id(created_seconds, number ^ 1));
    }
    item
}

fn id(seconds: u32, number: u32) -> ObjectId {
    let mut bytes = [0x54, 0x72, 0x69, 0x76, 0x65, 0x74, 0x4c, 0x61, 0x62, 0, 0, 0];
    bytes[..4].copy_from_slice(&seconds.to_be_bytes());
    bytes[9..].copy_from_slice(&number.to_be_bytes()[1..]);
    ObjectId::from_bytes(bytes)
}

fn name(chance: &mut Chance) -> String {
    format!("{} {}", chance.pick(&MATERIALS), chance.pick(&THINGS))
}

/// Roughly half the price, to the cent and with the trailing zero that only a decimal keeps.
fn cost(price_cents: u32) -> Decimal128 {
    let cents = price_cents * 11 / 20 / 10 * 10;
    // A plain number in this form always parses.
    format!("{}.{:02}", cents / 100, cents % 100).parse().unwrap_or_else(|_| Decimal128::from_bytes([0; 16]))
}

fn tags(chance: &mut Chance) -> Vec<&'static str> {
    let count = chance.below(4) as usize;
    let first = chance.below(7) as usize;
    TAGS.iter().cycle().skip(first).step_by(3).take(count).copied().collect()
}

/// Numbers that look like chance and are the same for everybody (SplitMix64).
struct Chance(u64);

impl Chance {
    fn new(number: u32) -> Self {
        Self(u64::from(number) ^ 0x5472_6976_6574)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `end` - 1.
    fn below(&mut self, end: u32) -> u32 {
        u32::try_from(self.next() % u64::from(end)).unwrap_or_default()
    }

    fn pick(&mut self, words: &[&'static str]) -> &'static str {
        let at = usize::try_from(self.next() % words.len() as u64).unwrap_or_default();
        words[at]
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.next().to_le_bytes()[0])
    }

    /// A random UUID (version 4).
    fn uuid(&mut self) -> [u8; 16] {
        let mut bytes: [u8; 16] = self.bytes();
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn types_of(field: &str) -> std::collections::BTreeSet<String> {
        (0..ITEMS)
            .map(|number| {
                item(number).get(field).map_or("missing".to_owned(), |v| format!("{:?}", v.element_type()))
            })
            .collect()
    }

    #[test]
    fn the_same_items_come_every_time_and_each_has_an_id_of_its_own() {
        let items: Vec<Document> = (0..ITEMS).map(item).collect();
        assert_eq!(items, (0..ITEMS).map(item).collect::<Vec<_>>());
        let ids: std::collections::BTreeSet<_> =
            items.iter().filter_map(|item| item.get_object_id("_id").ok()).collect();
        assert_eq!(ids.len(), items.len());
    }

    #[test]
    fn the_items_hold_what_is_hard_to_show() {
        assert_eq!(types_of("note").len(), 3, "null, text and missing");
        assert_eq!(types_of("sku"), ["Int64".to_owned()].into());
        assert_eq!(types_of("price"), ["Double".to_owned()].into());
        assert_eq!(types_of("cost"), ["Decimal128".to_owned()].into());
        assert_eq!(types_of("pattern"), ["RegularExpression".to_owned(), "missing".to_owned()].into());
        let large =
            (0..ITEMS).filter(|number| item(*number).get_i64("sku").is_ok_and(|sku| sku > 1 << 53)).count();
        assert!((100..1_000).contains(&large), "{large} items have a sku beyond 2^53");
        assert!(item(3).get("cost").is_some_and(|cost| cost.to_string().ends_with('0')));
    }
}
