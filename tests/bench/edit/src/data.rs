//! The documents that are saved.

use bson::{RawDocumentBuf, rawdoc};

/// What is measured, and how many bytes a document of it has: an item of the lab, and one of MongoDB's restaurants with its
/// grades.
pub(crate) const SIZES: [(&str, usize); 2] = [("small", 208), ("large", 1_024)];

/// Where the field that is saved stands in each document.
pub(crate) const FIELD: (u32, &str) = (2, "stock");

/// A document of exactly so many bytes.
pub(crate) fn document(id: i32, bytes: usize) -> RawDocumentBuf {
    let with = |note: String| {
        rawdoc! {
            "_id": id,
            "name": "Oak table",
            "stock": 0,
            "tags": ["new", "small", "blue"],
            "dims": { "width": 120, "height": 75, "unit": "cm" },
            "note": note,
        }
    };
    let rest = bytes.saturating_sub(with(String::new()).as_bytes().len());
    with("n".repeat(rest))
}
