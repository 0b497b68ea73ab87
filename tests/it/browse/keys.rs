//! The order of an index over one field and `_id`: exact over every type, in every direction, and by that index.

use bson::{Bson, Document, RawDocumentBuf, doc};
use trivet_core::document::{FindRequest, PageFrom, Paging};
use trivet_tests::{Bench, shared_set};

use super::{fill, id, ids, index, reversed, stages, values};

/// Twice each value, so that equal ones stand on both sides of a page's end.
async fn fill_with_every_value(bench: &Bench, path: &[&str]) {
    let mut documents = Vec::new();
    for (number, value) in values::of_fields().into_iter().chain(values::of_fields()).enumerate() {
        let mut document = doc! { "_id": i32::try_from(number).expect("few") };
        if let Some(value) = value {
            let (name, outer) = path.split_last().expect("a name");
            let inner = outer.iter().rev().fold(doc! { *name: value }, |inner, name| doc! { *name: inner });
            document.extend(inner);
        }
        documents.push(RawDocumentBuf::try_from(document).expect("BSON"));
    }
    bench.raw.insert_many(&documents).await.expect("inserted");
}

/// What the server itself gives for this order.
async fn in_order(bench: &Bench, sort: Document) -> Vec<String> {
    let mut found = bench.raw.find(doc! {}).sort(sort).await.expect("found");
    let mut ids = Vec::new();
    while found.advance().await.expect("read") {
        ids.push(format!("int {}", found.current().get_i32("_id").expect("a number")));
    }
    ids
}

#[tokio::test]
async fn pages_are_the_servers_own_order_over_every_type_in_every_direction() {
    let bench = Bench::on(shared_set().await).await;
    fill_with_every_value(&bench, &["a"]).await;
    for (key, sorts) in [
        (doc! { "a": 1, "_id": 1 }, [(r#"{"a": 1}"#, (1, 1)), (r#"{"a": -1, "_id": -1}"#, (-1, -1))]),
        (doc! { "a": 1, "_id": -1 }, [(r#"{"a": 1, "_id": -1}"#, (1, -1)), (r#"{"a": -1}"#, (-1, 1))]),
    ] {
        index(&bench, key, doc! {}).await;
        for (sort, (a, id)) in sorts {
            let expected = in_order(&bench, doc! { "a": a, "_id": id }).await;
            assert!(expected.len() > 70);
            for size in [1, 7] {
                let pages = bench.pages(bench.sorted(sort, size)).await;
                assert!(pages.iter().all(|page| page.end.paging == Paging::Keyset), "{sort}");
                assert_eq!(ids(&pages), expected, "{sort} in pages of {size}");
                let last = FindRequest { from: PageFrom::Last, ..bench.sorted(sort, size) };
                assert_eq!(ids(&bench.pages(last).await), reversed(expected.clone()), "{sort} from the end");
            }
        }
        super::run(&bench, doc! { "dropIndexes": "items", "index": "own" }).await;
    }
}

#[tokio::test]
async fn a_field_inside_another_is_an_order_too() {
    let bench = Bench::on(shared_set().await).await;
    fill_with_every_value(&bench, &["a", "b"]).await;
    for (number, a) in [(900, Bson::Null), (901, Bson::Int32(5)), (902, Bson::Document(doc! { "c": 1 }))] {
        let document = RawDocumentBuf::try_from(doc! { "_id": number, "a": a }).expect("BSON");
        bench.raw.insert_one(&document).await.expect("inserted");
    }
    index(&bench, doc! { "a.b": 1, "_id": 1 }, doc! {}).await;
    for (sort, direction) in [(r#"{"a.b": 1}"#, 1), (r#"{"a.b": -1}"#, -1)] {
        let expected = in_order(&bench, doc! { "a.b": direction, "_id": direction }).await;
        let pages = bench.pages(bench.sorted(sort, 3)).await;
        assert!(pages.iter().all(|page| page.end.paging == Paging::Keyset));
        assert_eq!(ids(&pages), expected, "{sort}");
    }
}

#[tokio::test]
async fn before_a_page_is_what_comes_before_it_from_anywhere() {
    let bench = Bench::on(shared_set().await).await;
    fill_with_every_value(&bench, &["a"]).await;
    index(&bench, doc! { "a": 1, "_id": 1 }, doc! {}).await;
    let expected = in_order(&bench, doc! { "a": 1, "_id": 1 }).await;
    let mut at = 0;
    for page in bench.pages(bench.sorted(r#"{"a": 1}"#, 5)).await {
        let Some(from) = page.before() else {
            assert_eq!(at, 0, "only before the first page there is nothing");
            at += page.documents.len();
            continue;
        };
        let before =
            bench.page(FindRequest { from, ..bench.sorted(r#"{"a": 1}"#, 3) }).await.expect("a page");
        let rows = before.documents.iter().map(id).collect();
        assert_eq!(reversed(rows), expected[at - 3..at], "before {at}");
        // And back again.
        let from = before.after().expect("something follows");
        let again = bench.page(FindRequest { from, ..bench.sorted(r#"{"a": 1}"#, 5) }).await.expect("a page");
        assert_eq!(ids(&[again]), ids(std::slice::from_ref(&page)), "after what is before {at}");
        at += page.documents.len();
    }
    assert_eq!(at, expected.len());
}

#[tokio::test]
async fn a_page_after_another_reads_the_index_and_only_what_it_gives() {
    let bench = Bench::on(shared_set().await).await;
    fill(&bench, 2_000, |number| doc! { "a": number / 3, "group": number % 2 }).await;
    index(&bench, doc! { "a": 1, "_id": 1 }, doc! {}).await;
    super::run(&bench, doc! { "profile": 2 }).await;
    let request = FindRequest { filter: Some(r#"{"group": 1}"#.into()), ..bench.sorted(r#"{"a": 1}"#, 20) };
    let first = bench.page(request.clone()).await.expect("a page");
    let from = first.after().expect("there is more");
    let second = bench.page(FindRequest { from, ..request }).await.expect("a page");
    super::run(&bench, doc! { "profile": 0 }).await;
    assert_eq!((second.documents.len(), second.end.paging), (20, Paging::Keyset));
    let profile = bench.raw.client().database(bench.namespace.database());
    let mut seen = profile
        .collection::<Document>("system.profile")
        .find(doc! { "command.find": "items", "appName": "Trivet", "command.explain": { "$exists": false } })
        .await
        .expect("found");
    let mut reads = Vec::new();
    while seen.advance().await.expect("read") {
        let read: Document = bson::deserialize_from_slice(seen.current().as_bytes()).expect("BSON");
        reads.push(read);
    }
    // The first page, the rest of an equal value, and what is beyond.
    assert_eq!(reads.len(), 3, "{reads:?}");
    for read in &reads {
        assert_eq!(read.get_str("planSummary").ok(), Some("IXSCAN { a: 1, _id: 1 }"), "{read}");
        assert!(!read.contains_key("hasSortStage"), "{read}");
        let examined = read.get_i32("keysExamined").expect("a number");
        assert!(examined <= 60, "{examined} keys for a page of 20 of every second document");
    }
}

#[tokio::test]
async fn a_filter_with_an_index_of_its_own_keeps_it() {
    let bench = Bench::on(shared_set().await).await;
    fill(&bench, 5_000, |number| doc! { "a": number % 1_000, "rare": number % 100 }).await;
    index(&bench, doc! { "a": 1, "_id": 1 }, doc! {}).await;
    index(&bench, doc! { "rare": 1, "a": 1 }, doc! { "name": "rare" }).await;
    let filter = doc! { "rare": 7 };
    let asked = doc! { "find": "items", "filter": filter, "sort": { "a": 1 } };
    assert!(stages(&bench, asked).await.contains(&"rare".to_owned()));

    super::run(&bench, doc! { "profile": 2 }).await;
    let request = FindRequest { filter: Some(r#"{"rare": 7}"#.into()), ..bench.sorted(r#"{"a": 1}"#, 10) };
    let pages = bench.pages(request).await;
    super::run(&bench, doc! { "profile": 0 }).await;
    assert_eq!(ids(&pages).len(), 50);
    assert!(pages.iter().all(|page| page.end.paging == Paging::Cursor));
    let plan = pages[0].end.plan.expect("explained");
    assert!(!plan.scans_collection && !plan.sorts);
    let profile = bench.raw.client().database(bench.namespace.database());
    let mut seen = profile
        .collection::<Document>("system.profile")
        .find(doc! { "appName": "Trivet", "planSummary": { "$exists": true } })
        .await
        .expect("found");
    let mut reads = 0;
    while seen.advance().await.expect("read") {
        let summary = seen.current().get_str("planSummary").expect("a text").to_owned();
        assert_eq!(summary, "IXSCAN { rare: 1, a: 1 }");
        reads += 1;
    }
    assert!(reads >= 5, "{reads}");
}

#[tokio::test]
async fn a_projection_that_hides_the_key_goes_by_a_cursor_and_is_whole() {
    let bench = Bench::on(shared_set().await).await;
    fill(&bench, 30, |number| doc! { "a": 100 - number, "b": 1 }).await;
    index(&bench, doc! { "a": 1, "_id": 1 }, doc! {}).await;
    for (projection, paging) in [
        (r#"{"a": 1}"#, Paging::Keyset),
        (r#"{"b": 0}"#, Paging::Keyset),
        (r#"{"b": 1}"#, Paging::Cursor),
        (r#"{"a": "$b"}"#, Paging::Cursor),
    ] {
        let request = FindRequest { projection: Some(projection.into()), ..bench.sorted(r#"{"a": 1}"#, 7) };
        let pages = bench.pages(request).await;
        assert!(pages.iter().all(|page| page.end.paging == paging), "{projection}");
        let expected: Vec<_> = (0..30).rev().map(|number| format!("int {number}")).collect();
        assert_eq!(ids(&pages), expected, "{projection}");
    }
}
