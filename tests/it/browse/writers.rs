//! While others insert and delete, nothing that stands all the time is lost or comes twice.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use bson::{Bson, Document, doc};
use tokio::task::JoinHandle;
use trivet_core::document::{FindRequest, PageFrom, Paging};
use trivet_tests::{Bench, shared_set};

use super::{fill, ids, index, run};

/// Documents with odd numbers come and go beside those with even ones, until it is dropped.
struct Traffic {
    written: Arc<AtomicU32>,
    writer: JoinHandle<()>,
}

impl Traffic {
    fn on(bench: &Bench) -> Self {
        let written = Arc::new(AtomicU32::new(0));
        let (count, raw) = (Arc::clone(&written), bench.raw.clone());
        let writer = tokio::spawn(async move {
            for number in (1..).step_by(2) {
                // All over the order, and again and again at the same places.
                let id = ((number * 37) % 2_000) | 1;
                let document = doc! { "_id": id, "a": id / 10, "tags": [id, 2_000 - id] };
                let document = bson::RawDocumentBuf::try_from(document).expect("BSON");
                if raw.insert_one(&document).await.is_err() {
                    raw.delete_one(doc! { "_id": id }).await.expect("deleted");
                }
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
        Self { written, writer }
    }

    fn written(&self) -> u32 {
        self.written.load(Ordering::Relaxed)
    }
}

impl Drop for Traffic {
    fn drop(&mut self) {
        self.writer.abort();
    }
}

#[tokio::test]
async fn nothing_that_stands_all_the_time_is_lost_or_comes_twice() {
    let bench = Bench::on(shared_set().await).await;
    let standing: Vec<i32> = (0..2_000).step_by(2).collect();
    let documents = standing.iter().map(|id| {
        let a = if id % 50 == 0 { Bson::Null } else { Bson::Int32(id / 10) };
        let document = doc! { "_id": id, "a": a, "tags": [*id, 2_000 - *id] };
        bson::RawDocumentBuf::try_from(document).expect("BSON")
    });
    bench.raw.insert_many(documents.collect::<Vec<_>>()).await.expect("inserted");
    index(&bench, doc! { "a": 1, "_id": 1 }, doc! {}).await;
    index(&bench, doc! { "tags": 1 }, doc! { "name": "tags" }).await;
    let traffic = Traffic::on(&bench);
    for sort in [r#"{"_id": 1}"#, r#"{"_id": -1}"#, r#"{"a": 1}"#, r#"{"a": -1}"#, r#"{"tags": 1}"#] {
        for from in [PageFrom::First, PageFrom::Last] {
            let before = traffic.written();
            // Again until others have written enough meanwhile.
            while traffic.written() < before + 50 {
                let request = FindRequest { from: from.clone(), ..bench.sorted(sort, 37) };
                let mut times: HashMap<String, u32> = HashMap::new();
                for id in ids(&bench.pages(request).await) {
                    *times.entry(id).or_default() += 1;
                }
                for id in &standing {
                    let found = times.get(&format!("int {id}"));
                    assert_eq!(found, Some(&1), "{id} by {sort} from {from:?}");
                }
            }
        }
    }
}

#[tokio::test]
async fn an_array_that_comes_into_an_order_of_single_values_comes_on_one_page_at_most() {
    for (path, documents, array) in [
        ("a", (|number| doc! { "a": number }) as fn(i32) -> Document, doc! { "a": [-1, 500] }),
        // Also above the field: each element of it would be a place.
        ("a.b", |number| doc! { "a": { "b": number } }, doc! { "a": [{ "b": -1 }, { "b": 500 }] }),
    ] {
        let bench = Bench::on(shared_set().await).await;
        fill(&bench, 40, documents).await;
        index(&bench, doc! { path: 1, "_id": 1 }, doc! {}).await;
        let request = bench.sorted(&format!("{{ '{path}': 1 }}"), 10);
        let first = bench.page(request.clone()).await.expect("a page");
        assert_eq!(first.end.paging, Paging::Keyset);
        let mut inserted = doc! { "_id": 900 };
        inserted.extend(array);
        run(&bench, doc! { "insert": "items", "documents": [inserted] }).await;
        let from = first.after().expect("there is more");
        let mut found = ids(&[first]);
        found.extend(ids(&bench.pages(FindRequest { from, ..request.clone() }).await));
        assert_eq!(found, (0..40).map(|number| format!("int {number}")).collect::<Vec<_>>(), "{path}");

        // A new question finds the array at its first page, and goes on from there.
        let found = ids(&bench.pages(request).await);
        assert_eq!(found.len(), 41, "{path}");
        assert_eq!(found[0], "int 900", "{path}");
    }
}
