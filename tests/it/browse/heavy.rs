//! Documents of any weight come one after the other, and none of them weighs much in the window.

use std::time::Instant;

use bson::{RawDocumentBuf, rawdoc};
use trivet_core::document::{FindRequest, RowBatch};
use trivet_tests::{Bench, DEADLINE, eventually, field, shared_set};

/// What a page may be on its way to the window.
const PAGE_BYTES: usize = 2 * 1024 * 1024;

fn json_len(batch: &RowBatch) -> usize {
    serde_json::to_string(batch).expect("JSON").len()
}

#[tokio::test]
#[ignore = "slow: 750 MB"]
async fn a_page_of_fifty_documents_of_15_mb_comes_batch_by_batch_within_2_mib() {
    let bench = Bench::on(shared_set().await).await;
    let text = "x".repeat(15_000_000);
    for id in 0..50 {
        let document = rawdoc! { "_id": id, "n": id, "text": text.as_str() };
        // The members of a lab have little memory, and need a moment to write such documents to the disk.
        eventually("inserted", DEADLINE, async || bench.raw.insert_one(&document).await.is_ok()).await;
    }
    for request in [bench.find(), FindRequest { sort: Some(r#"{"$natural": 1}"#.into()), ..bench.find() }] {
        let started = Instant::now();
        let (mut first, mut batches, mut bytes, mut rows) = (None, 0, 0, 0);
        let end = bench.engine.find(request, |batch| {
            first.get_or_insert_with(|| started.elapsed());
            batches += 1;
            bytes += json_len(&batch);
            for view in &batch.documents {
                let shown = field(view, "text");
                assert!(shown.cut && shown.size == 15_000_000 && shown.text.len() <= 200);
            }
            rows += batch.documents.len();
            true
        });
        let end = end.await.expect("a page");
        assert_eq!((rows, end.after), (50, None));
        assert!(batches >= 50, "{batches} batches");
        assert!(bytes < PAGE_BYTES, "{bytes} bytes");
        let first = first.expect("a first row");
        assert!(first * 5 < started.elapsed(), "first after {first:?} of {:?}", started.elapsed());
    }
    bench.raw.drop().await.expect("dropped");
}

#[tokio::test]
async fn a_page_that_is_full_before_it_has_all_its_documents_ends_there_and_the_next_goes_on() {
    let bench = Bench::on(shared_set().await).await;
    let documents: Vec<RawDocumentBuf> = (0..400)
        .map(|id| {
            let mut document = rawdoc! { "_id": id };
            for number in 0..90 {
                document.append(
                    bson::raw::CString::try_from(format!("field_{number}_of_a_wide_document"))
                        .expect("a name"),
                    "\u{1}".repeat(20),
                );
            }
            document
        })
        .collect();
    bench.raw.insert_many(&documents).await.expect("inserted");
    for sort in [r#"{"_id": 1}"#, r#"{"a": 1}"#] {
        let pages = bench.pages(bench.sorted(sort, 1_000)).await;
        assert!(pages.len() > 1, "{} pages", pages.len());
        for page in &pages {
            let bytes = json_len(&RowBatch { documents: page.documents.clone() });
            assert!(bytes <= PAGE_BYTES, "{bytes} bytes of {} documents", page.documents.len());
        }
        assert_eq!(super::ids(&pages).len(), 400, "{sort}");
        let mut unique = super::ids(&pages);
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), 400, "{sort}");
    }
}

#[tokio::test]
async fn a_document_comes_as_soon_as_the_server_gives_it() {
    let bench = Bench::on(shared_set().await).await;
    let text = "x".repeat(9_000_000);
    for id in 0..4 {
        bench.raw.insert_one(&rawdoc! { "_id": id, "text": text.as_str() }).await.expect("inserted");
    }
    let page = bench.page(bench.find()).await.expect("a page");
    assert_eq!(page.batches, [1, 1, 1, 1], "two are more than a server sends together");
    bench.raw.drop().await.expect("dropped");
}
