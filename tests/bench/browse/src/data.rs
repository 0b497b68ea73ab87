//! The data: written once, and found again in later runs.

use std::time::Instant;

use bson::{RawArrayBuf, RawDocumentBuf, doc, oid::ObjectId, rawdoc};
use mongodb::Database;

use crate::Result;

/// Many documents of some 200 bytes.
pub(crate) const SMALL: &str = "small";
/// Few documents of 15 MB.
pub(crate) const HEAVY: &str = "heavy";

const BATCH: u64 = 10_000;
const HEAVY_BYTES: usize = 15_000_000;

/// Fills the collection of small documents, with an index over one field and `_id`.
pub(crate) async fn small(database: &Database, count: u64) -> Result {
    if is_there(database, SMALL, count).await? {
        return Ok(());
    }
    eprintln!("  {count} small documents are written, about a minute for each 5 million");
    let begun = Instant::now();
    database.collection::<RawDocumentBuf>(SMALL).drop().await?;
    let mut number = 0;
    while number < count {
        let end = count.min(number + BATCH);
        let mut documents = RawArrayBuf::new();
        for number in number..end {
            documents.push(small_document(number));
        }
        let insert = rawdoc! { "insert": SMALL, "documents": documents, "ordered": false };
        let reply = database.run_raw_command(insert).await?;
        if reply.contains_key("writeErrors") {
            return Err(format!("not all documents were written: {reply}").into());
        }
        if end.is_multiple_of(1_000_000) {
            eprintln!("  {end} after {:.0} s", begun.elapsed().as_secs_f64());
        }
        number = end;
    }
    let index = doc! { "key": { "price": 1, "_id": 1 }, "name": "price" };
    database.run_command(doc! { "createIndexes": SMALL, "indexes": [index] }).await?;
    eprintln!("  written and indexed in {:.0} s", begun.elapsed().as_secs_f64());
    Ok(())
}

/// As an application writes them: ids that grow, a price that many share, some text.
fn small_document(number: u64) -> RawDocumentBuf {
    let mut id = [0; 12];
    id[4..].copy_from_slice(&number.to_be_bytes());
    let spread = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let price = i32::try_from(spread % 100_000).unwrap_or_default();
    rawdoc! {
        "_id": ObjectId::from_bytes(id),
        "name": format!("Item {number}"),
        "price": price,
        "stock": i32::try_from(spread >> 40 & 0x3FF).unwrap_or_default(),
        "tags": ["new", "small", "blue"],
        "maker": { "name": "Trivet", "town": "Reutlingen", "country": "DE" },
        "note": format!("{spread:016x}{:016x}", spread.rotate_left(17)),
    }
}

/// Fills the collection of large documents, whose text cannot be made smaller.
pub(crate) async fn heavy(database: &Database, count: u64) -> Result {
    if is_there(database, HEAVY, count).await? {
        return Ok(());
    }
    eprintln!("  {count} documents of 15 MB are written");
    let collection = database.collection::<RawDocumentBuf>(HEAVY);
    collection.drop().await?;
    for number in 0..count {
        let id = i64::try_from(number)?;
        let document = rawdoc! { "_id": id, "name": format!("Document {number}"), "text": text(number) };
        collection.insert_one(&document).await?;
    }
    Ok(())
}

/// Letters and digits at random (xorshift), the same in every run.
fn text(seed: u64) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut text = String::with_capacity(HEAVY_BYTES + 10);
    while text.len() < HEAVY_BYTES {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        text.extend((0..10).map(|letter| char::from(LETTERS[(state >> (6 * letter) & 63) as usize])));
    }
    text
}

async fn is_there(database: &Database, collection: &str, count: u64) -> Result<bool> {
    let found = database.collection::<RawDocumentBuf>(collection).estimated_document_count().await?;
    Ok(found == count)
}
