//! Queries that bring an order of their own, where nobody asked for one: nothing is added to it.

use bson::doc;
use trivet_core::{
    ErrorCode,
    document::{CountMode, CountRequest, FindRequest, PageFrom, Paging},
    namespace::Namespace,
};
use trivet_tests::{Bench, shared_set};

use super::{fill, ids, index, run};

#[tokio::test]
async fn what_is_searched_by_distance_comes_the_nearest_first() {
    let bench = Bench::on(shared_set().await).await;
    fill(&bench, 30, |number| doc! { "place": [f64::from(40 - number), 0.0] }).await;
    index(&bench, doc! { "place": "2dsphere" }, doc! {}).await;
    let nearest = r"{ $and: [{ place: { $nearSphere: [0, 0] } }] }";
    let request = FindRequest { filter: Some(nearest.into()), page_size: Some(7), ..bench.find() };
    let pages = bench.pages(request.clone()).await;
    assert_eq!(ids(&pages), (0..30).rev().map(|number| format!("int {number}")).collect::<Vec<_>>());
    assert!(pages.iter().all(|page| page.end.paging == Paging::Cursor && !page.end.shifted));
    let last = bench.page(FindRequest { from: PageFrom::Last, ..request }).await.expect_err("refused");
    assert_eq!(last.code(), ErrorCode::Unsupported);
}

#[tokio::test]
async fn a_collation_alone_takes_no_index_away_and_sorts_nothing() {
    let bench = Bench::on(shared_set().await).await;
    fill(&bench, 30, |number| doc! { "name": if number % 2 == 0 { "ANNA" } else { "anna" } }).await;
    index(&bench, doc! { "name": 1 }, doc! { "collation": { "locale": "en", "strength": 2 } }).await;
    let request = FindRequest {
        filter: Some(r"{ name: 'Anna' }".into()),
        collation: Some(r"{ locale: 'en', strength: 2 }".into()),
        page_size: Some(7),
        ..bench.find()
    };
    let pages = bench.pages(request).await;
    let mut found = ids(&pages);
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 30);
    let plan = pages[0].end.plan.expect("explained in time");
    assert_eq!((plan.scans_collection, plan.sorts), (false, false));
}

#[tokio::test]
async fn what_the_profiler_writes_is_read_as_it_was_written_from_both_ends() {
    let bench = Bench::on(shared_set().await).await;
    run(&bench, doc! { "profile": 2 }).await;
    fill(&bench, 1, |_| doc! {}).await;
    for number in 0..9 {
        run(&bench, doc! { "find": "items", "filter": { "n": number } }).await;
    }
    run(&bench, doc! { "profile": 0 }).await;
    let namespace = Namespace::parse(bench.namespace.database(), "system.profile").expect("a name");
    let request = FindRequest { namespace, page_size: Some(4), ..bench.find() };
    let times = async |from| {
        let pages = bench.pages(FindRequest { from, ..request.clone() }).await;
        let views = pages.into_iter().flat_map(|page| page.documents);
        let times = views.map(|view| view.fields.iter().find(|field| field.name == "ts").cloned());
        times.map(|ts| ts.expect("a time").text).collect::<Vec<_>>()
    };
    let written = times(PageFrom::First).await;
    assert!(written.len() >= 10 && written.is_sorted(), "{written:?}");
    let mut backward = times(PageFrom::Last).await;
    backward.reverse();
    assert_eq!(backward, written);
}

#[tokio::test]
async fn an_exact_count_takes_what_no_aggregation_takes() {
    let bench = Bench::on(shared_set().await).await;
    fill(&bench, 30, |number| doc! { "place": [f64::from(number), 0.0], "n": number }).await;
    index(&bench, doc! { "place": "2dsphere" }, doc! {}).await;
    for (filter, limit, count) in [
        (r"{ $where: 'this.n < 12' }", None, 12),
        (r"{ $where: 'this.n < 12' }", Some(5), 5),
        (
            r"{ place: { $near: { $geometry: { type: 'Point', coordinates: [0, 0] } } }, n: { $lt: 3 } }",
            None,
            3,
        ),
        (r"{ n: { $lt: 4 } }", None, 4),
    ] {
        let request = CountRequest {
            connection: bench.connection.id.clone(),
            namespace: bench.namespace.clone(),
            filter: Some(filter.into()),
            mode: CountMode::Exact,
            limit: limit.map(trivet_core::number::SafeInt::new),
            hint: None,
            collation: None,
            max_time_ms: None,
            read_preference: None,
            query: None,
        };
        let counted = bench.engine.count(request).await.expect(filter);
        assert_eq!((counted.count.get(), counted.limited), (count, limit.is_some()), "{filter}");
    }
}
