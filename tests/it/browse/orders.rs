//! Orders that have no key: by a cursor that the server holds open, exact all the same. And `_id` from both ends.

use bson::{Bson, RawDocumentBuf, doc};
use trivet_core::{
    ErrorCode,
    document::{FindRequest, PageFrom, Paging},
    namespace::Namespace,
    number::Share,
};
use trivet_tests::{Bench, shared_set};

use super::{fill, ids, index, reversed, run, values, whole};

#[tokio::test]
async fn ids_of_every_type_come_once_and_in_order_from_both_ends() {
    let bench = Bench::on(shared_set().await).await;
    let documents: Vec<_> = values::mixed()
        .into_iter()
        .map(|id| RawDocumentBuf::try_from(doc! { "_id": id }).expect("BSON"))
        .collect();
    bench.raw.insert_many(&documents).await.expect("inserted");
    let expected = whole(&bench, bench.find()).await;
    assert_eq!(expected.len(), documents.len());
    for (sort, expected) in
        [(r#"{"_id": 1}"#, expected.clone()), (r#"{"_id": -1}"#, reversed(expected.clone()))]
    {
        for size in [1, 4, 13] {
            let pages = bench.pages(bench.sorted(sort, size)).await;
            assert_eq!(ids(&pages), expected, "{sort} in pages of {size}");
            assert!(pages.iter().all(|page| page.end.paging == Paging::Keyset));
            let last = FindRequest { from: PageFrom::Last, ..bench.sorted(sort, size) };
            let pages = bench.pages(last).await;
            assert_eq!(ids(&pages), reversed(expected.clone()), "{sort} from the end");
            assert!(pages[0].end.after.is_none() && pages[1].end.after.is_some());
        }
    }
}

#[tokio::test]
async fn an_index_in_which_a_document_has_no_place_or_several_goes_by_a_cursor_and_is_exact() {
    let bench = Bench::on(shared_set().await).await;
    fill(&bench, 60, |number| match number % 4 {
        0 => doc! {},
        1 => doc! { "a": [number, 1_000 - number] },
        2 => doc! { "a": Bson::Null },
        _ => doc! { "a": 60 - number },
    })
    .await;
    let one_place = doc! { "partialFilterExpression": { "a": { "$gt": 10 } } };
    for (key, options, sort) in [
        (doc! { "a": 1, "_id": 1 }, doc! {}, r#"{"a": 1, "_id": 1}"#),
        (doc! { "a": 1, "_id": 1 }, doc! { "sparse": true }, r#"{"a": -1, "_id": -1}"#),
        (doc! { "a": 1, "_id": 1 }, one_place, r#"{"a": 1, "_id": 1}"#),
        (doc! { "b": 1 }, doc! {}, r#"{"a": -1, "_id": 1}"#),
    ] {
        index(&bench, key.clone(), options.clone()).await;
        let expected = whole(&bench, bench.sorted(sort, 1)).await;
        assert_eq!(expected.len(), 60, "{key} {options}");
        for size in [1, 7] {
            let pages = bench.pages(bench.sorted(sort, size)).await;
            assert_eq!(ids(&pages), expected, "{key} {options} in pages of {size}");
            assert!(pages.iter().all(|page| page.end.paging == Paging::Cursor && !page.end.shifted));
            // From the end an array counts by another of its elements: it is the order of the reversed sort.
            let end = bench.page(FindRequest { from: PageFrom::Last, ..bench.sorted(sort, 1_000) }).await;
            let expected = ids(&[end.expect("a page")]);
            let last = FindRequest { from: PageFrom::Last, ..bench.sorted(sort, size) };
            assert_eq!(ids(&bench.pages(last).await), expected, "{key} {options} from the end");
        }
        run(&bench, doc! { "dropIndexes": "items", "index": "own" }).await;
    }
}

#[tokio::test]
async fn a_page_says_when_the_server_scans_or_sorts_for_it() {
    let bench = Bench::on(shared_set().await).await;
    fill(&bench, 200, |number| doc! { "a": number, "b": number }).await;
    index(&bench, doc! { "b": 1 }, doc! {}).await;
    for (filter, sort, scans, sorts) in [
        (None, None, false, false),
        (Some(r#"{"a": {"$gt": 5}}"#), None, true, false),
        (Some(r#"{"_id": {"$gt": 5}}"#), None, false, false),
        (None, Some(r#"{"b": 1}"#), false, false),
        (None, Some(r#"{"a": 1}"#), true, true),
        (Some(r#"{"b": {"$gt": 5}}"#), Some(r#"{"a": 1}"#), false, true),
        (Some(r#"{"a": 5}"#), Some(r#"{"$natural": 1}"#), true, false),
    ] {
        let request = FindRequest {
            filter: filter.map(str::to_owned),
            sort: sort.map(str::to_owned),
            page_size: Some(1),
            ..bench.find()
        };
        let page = bench.page(request.clone()).await.expect("a page");
        let plan = page.end.plan.expect("explained in time");
        assert_eq!((plan.scans_collection, plan.sorts), (scans, sorts), "{filter:?} {sort:?}");
        if let Some(from) = page.after() {
            let next = bench.page(FindRequest { from, ..request }).await.expect("a page");
            assert_eq!(next.end.plan, Some(plan), "the next page says the same");
        }
    }
}

#[tokio::test]
async fn natural_order_goes_by_a_cursor_and_from_the_end_where_documents_are_stored_in_it() {
    let bench = Bench::on(shared_set().await).await;
    let database = bench.raw.client().database(bench.namespace.database());
    let namespace = |name: &str| Namespace::parse(bench.namespace.database(), name).expect("a name");
    fill(&bench, 25, |_| doc! {}).await;
    let view = doc! { "create": "each", "viewOn": "items", "pipeline": [{ "$match": {} }] };
    database.run_command(view).await.expect("created");
    let series = doc! { "create": "series", "timeseries": { "timeField": "at" } };
    database.run_command(series).await.expect("created");
    let moments = (0..25).map(|n| doc! { "_id": n, "at": bson::DateTime::from_millis(n * 1_000) });
    database.collection("series").insert_many(moments).await.expect("inserted");
    for name in ["each", "series"] {
        let request = FindRequest { namespace: namespace(name), page_size: Some(4), ..bench.find() };
        let pages = bench.pages(request.clone()).await;
        let expected = ids(&pages);
        assert_eq!(expected.len(), 25, "{name}");
        assert!(pages.iter().all(|page| page.end.paging == Paging::Cursor));
        let last = FindRequest { from: PageFrom::Last, ..request.clone() };
        assert_eq!(bench.page(last).await.expect_err("refused").code(), ErrorCode::Unsupported, "{name}");
        let sorted = FindRequest { sort: Some(r#"{"_id": 1}"#.into()), from: PageFrom::Last, ..request };
        assert_eq!(ids(&bench.pages(sorted).await), reversed(expected), "{name} from the end");
    }
    let oplog = Namespace::parse("local", "oplog.rs").expect("a name");
    let last = FindRequest { namespace: oplog, from: PageFrom::Last, page_size: Some(2), ..bench.find() };
    let page = bench.page(last).await.expect("the end of the oplog");
    assert_eq!((page.documents.len(), page.end.paging), (2, Paging::Cursor));
}

#[tokio::test]
async fn a_collection_that_is_stored_by_id_goes_by_a_cursor() {
    let bench = Bench::on(shared_set().await).await;
    let create = doc! { "create": "items", "clusteredIndex": { "key": { "_id": 1 }, "unique": true } };
    run(&bench, create).await;
    fill(&bench, 30, |_| doc! {}).await;
    let pages = bench.pages(FindRequest { page_size: Some(7), ..bench.find() }).await;
    assert_eq!(ids(&pages), (0..30).map(|number| format!("int {number}")).collect::<Vec<_>>());
    assert_eq!(pages[1].end.paging, Paging::Cursor);
}

#[tokio::test]
async fn a_collation_and_an_index_that_is_asked_for_hold_over_pages() {
    let bench = Bench::on(shared_set().await).await;
    let names = ["b", "A", "C", "a", "B", "c"];
    fill(
        &bench,
        60,
        |number| doc! { "name": names[usize::try_from(number % 6).expect("small")], "n": number },
    )
    .await;
    index(&bench, doc! { "n": -1 }, doc! {}).await;
    let collated = FindRequest {
        collation: Some(r#"{"locale": "en", "strength": 2}"#.into()),
        ..bench.sorted(r#"{"name": 1, "_id": 1}"#, 7)
    };
    let pages = bench.pages(collated.clone()).await;
    let shown = pages.iter().flat_map(|page| &page.documents);
    let shown: Vec<_> = shown.map(|view| view.fields[1].text.to_lowercase()).collect();
    assert!(shown.len() == 60 && shown.is_sorted(), "{shown:?}");

    for hint in ["own", r#"{"n": -1}"#] {
        let hinted = FindRequest { hint: Some(hint.into()), page_size: Some(7), ..bench.find() };
        let expected: Vec<_> = (0..60).rev().map(|number| format!("int {number}")).collect();
        assert_eq!(ids(&bench.pages(hinted.clone()).await), expected, "in the order of the index");
        let last = bench.page(FindRequest { from: PageFrom::Last, ..hinted }).await.expect_err("refused");
        assert_eq!(last.code(), ErrorCode::Unsupported);
    }
    let missing = FindRequest { hint: Some("no_such_index".into()), ..bench.find() };
    assert_eq!(bench.page(missing).await.expect_err("refused").code(), ErrorCode::InvalidInput);
}

#[tokio::test]
async fn a_skip_and_a_limit_of_the_query_hold_over_pages() {
    let bench = Bench::on(shared_set().await).await;
    fill(&bench, 100, |_| doc! {}).await;
    let request = FindRequest { skip: Some(10), limit: Some(25), page_size: Some(7), ..bench.find() };
    let pages = bench.pages(request.clone()).await;
    assert_eq!(ids(&pages), (10..35).map(|number| format!("int {number}")).collect::<Vec<_>>());
    assert_eq!(pages.len(), 4);
    for from in [PageFrom::Last, PageFrom::At { share: Share::new(0.5) }] {
        let refused = bench.page(FindRequest { from, ..request.clone() }).await.expect_err("refused");
        assert_eq!(refused.code(), ErrorCode::Unsupported);
    }
}

#[tokio::test]
async fn an_order_by_score_is_read_from_its_beginning_only() {
    let bench = Bench::on(shared_set().await).await;
    fill(
        &bench,
        30,
        |number| doc! { "text": "word ".repeat(usize::try_from(1 + number % 5).expect("small")) },
    )
    .await;
    index(&bench, doc! { "text": "text" }, doc! {}).await;
    let request = FindRequest {
        filter: Some(r#"{"$text": {"$search": "word"}}"#.into()),
        ..bench.sorted(r#"{"score": {"$meta": "textScore"}}"#, 7)
    };
    let mut found = ids(&bench.pages(request.clone()).await);
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 30);
    let refused = bench.page(FindRequest { from: PageFrom::Last, ..request }).await.expect_err("refused");
    assert_eq!(refused.code(), ErrorCode::Unsupported, "{refused}");
}

#[tokio::test]
async fn a_cursor_of_another_query_or_direction_is_refused() {
    let bench = Bench::on(shared_set().await).await;
    fill(&bench, 30, |number| doc! { "a": number }).await;
    let by_id = bench.page(FindRequest { page_size: Some(5), ..bench.find() }).await.expect("a page");
    let by_a = bench.page(bench.sorted(r#"{"a": 1}"#, 5)).await.expect("a page");
    let (marked, placed) = (by_id.after().expect("more"), by_a.after().expect("more"));
    let PageFrom::After { cursor } = placed.clone() else { panic!("{placed:?}") };
    let elsewhere = Namespace::parse(bench.namespace.database(), "elsewhere").expect("a name");
    for request in [
        FindRequest { namespace: elsewhere.clone(), from: marked.clone(), ..bench.find() },
        FindRequest { namespace: elsewhere, from: placed.clone(), ..bench.sorted(r#"{"a": 1}"#, 5) },
        FindRequest { from: marked.clone(), ..bench.sorted(r#"{"a": 1}"#, 5) },
        FindRequest { from: marked, filter: Some(r#"{"a": 1}"#.into()), ..bench.find() },
        FindRequest { from: placed, ..bench.sorted(r#"{"a": -1}"#, 5) },
        FindRequest { from: PageFrom::Before { cursor }, ..bench.sorted(r#"{"a": 1}"#, 5) },
    ] {
        let refused = bench.page(request.clone()).await.expect_err("refused");
        assert_eq!(refused.code(), ErrorCode::InvalidInput, "{request:?}");
    }
}
