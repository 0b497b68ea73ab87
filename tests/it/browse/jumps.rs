//! A jump to a share of all documents lands about there, and is exact in both directions from there on.

use bson::doc;
use trivet_core::{
    ErrorCode,
    document::{DocumentView, FindRequest, PageFrom},
    number::Share,
};
use trivet_tests::{Bench, shared_set};

use super::{fill, ids, index};

fn number(view: &DocumentView) -> f64 {
    view.fields[0].text.parse().expect("a number")
}

async fn jump(bench: &Bench, sort: &str, share: f64) -> trivet_tests::Page {
    let request = FindRequest { from: PageFrom::At { share: Share::new(share) }, ..bench.sorted(sort, 10) };
    bench.page(request).await.expect("a page")
}

/// 30,000 are so many that a part of them is drawn at random: 100 for the jump that is first, 1,000 behind it. In so small a tree
/// WiredTiger draws some leaves more often than others.
#[tokio::test]
async fn a_jump_lands_about_there_and_goes_on_exactly() {
    for (count, tolerance) in [(20_000, 0.002), (30_000, 0.3)] {
        let bench = Bench::on(shared_set().await).await;
        fill(&bench, count, |number| doc! { "a": number / 7 }).await;
        index(&bench, doc! { "a": 1, "_id": 1 }, doc! {}).await;
        let count = f64::from(count);
        for (sort, forward) in [(r#"{"_id": 1}"#, true), (r#"{"_id": -1}"#, false), (r#"{"a": 1}"#, true)] {
            for share in [0.0, 0.1, 0.5, 0.9, 1.0] {
                let page = jump(&bench, sort, share).await;
                let first = number(&page.documents[0]);
                let place = if forward { first / count } else { 1.0 - first / count };
                assert!((place - share).abs() < tolerance, "{sort} {share}: landed at {place}");
                let told = page.end.share.expect("a share").get();
                assert!((told - share).abs() < 0.001, "{sort} {share}: told {told}");
                let step = if forward { 1.0 } else { -1.0 };
                let request = FindRequest { from: PageFrom::First, ..bench.sorted(sort, 10) };
                if let Some(from) = page.after() {
                    let next = bench.page(FindRequest { from, ..request.clone() }).await.expect("a page");
                    let last = number(page.documents.last().expect("a document"));
                    assert!((number(&next.documents[0]) - last - step).abs() < 0.1, "the very next");
                    assert!(next.end.share.expect("a share").get() >= told);
                }
                if let Some(from) = page.before() {
                    let before = bench.page(FindRequest { from, ..request }).await.expect("a page");
                    assert!((number(&before.documents[0]) - first + step).abs() < 0.1, "the one before");
                    assert!(before.end.share.expect("a share").get() <= told);
                }
            }
        }
    }
}

#[tokio::test]
async fn shares_are_told_from_end_to_end() {
    let bench = Bench::on(shared_set().await).await;
    fill(&bench, 100, |_| doc! {}).await;
    let request = FindRequest { page_size: Some(10), ..bench.find() };
    let shares = |pages: &[trivet_tests::Page]| -> Vec<_> {
        pages.iter().map(|page| page.end.share.map(|share| (share.get() * 100.0).round())).collect()
    };
    // Only a jump asks how many there are.
    jump(&bench, r#"{"_id": 1}"#, 0.5).await;
    let expected: Vec<_> = (0..10).map(|page| Some(f64::from(page) * 10.0)).collect();
    assert_eq!(shares(&bench.pages(request.clone()).await), expected);
    let from_end = FindRequest { from: PageFrom::Last, ..request.clone() };
    let mut pages = bench.pages(from_end).await;
    pages.reverse();
    assert_eq!(shares(&pages), expected);
    let filtered = FindRequest { filter: Some(r#"{"_id": {"$gt": 5}}"#.into()), ..request };
    assert!(bench.pages(filtered).await.iter().all(|page| page.end.share.is_none()));
}

#[tokio::test]
async fn the_first_page_makes_the_first_jump_ready() {
    let bench = Bench::on(shared_set().await).await;
    fill(&bench, 25_000, |_| doc! {}).await;
    super::run(&bench, doc! { "profile": 2 }).await;
    bench.page(bench.find()).await.expect("a page");
    let database = bench.raw.client().database(bench.namespace.database());
    let profile = database.collection::<bson::Document>("system.profile");
    let draws = async || {
        let of = doc! { "appName": "Trivet", "command.pipeline.$sample": { "$exists": true } };
        profile.count_documents(of).await.expect("counted")
    };
    // A few for a jump that may be waiting, then those that all others use.
    trivet_tests::eventually("a part is drawn", trivet_tests::DEADLINE, async || draws().await == 2).await;
    for share in [0.2, 0.7] {
        jump(&bench, r#"{"_id": 1}"#, share).await;
    }
    assert_eq!(draws().await, 2, "once for all jumps");
    super::run(&bench, doc! { "profile": 0 }).await;
}

#[tokio::test]
async fn the_first_jump_draws_few_and_more_behind_it() {
    let bench = Bench::on(shared_set().await).await;
    fill(&bench, 25_000, |_| doc! {}).await;
    super::run(&bench, doc! { "profile": 2 }).await;
    jump(&bench, r#"{"_id": 1}"#, 0.5).await;
    let database = bench.raw.client().database(bench.namespace.database());
    let profile = database.collection::<bson::Document>("system.profile");
    let drawn = async |size: i64| {
        let of = doc! { "appName": "Trivet", "command.pipeline.$sample.size": size };
        profile.count_documents(of).await.expect("counted")
    };
    assert_eq!(drawn(100).await, 1);
    trivet_tests::eventually("more are drawn behind it", trivet_tests::DEADLINE, async || {
        drawn(1_000).await == 1
    })
    .await;
    super::run(&bench, doc! { "profile": 0 }).await;
}

#[tokio::test]
async fn there_are_no_jumps_with_a_filter_or_without_a_key() {
    let bench = Bench::on(shared_set().await).await;
    fill(&bench, 30, |number| doc! { "a": number }).await;
    let from = PageFrom::At { share: Share::new(0.5) };
    for request in [
        FindRequest { filter: Some(r#"{"a": {"$gt": 5}}"#.into()), from: from.clone(), ..bench.find() },
        FindRequest { from, ..bench.sorted(r#"{"a": 1}"#, 5) },
    ] {
        assert_eq!(bench.page(request).await.expect_err("refused").code(), ErrorCode::Unsupported);
    }
}

#[tokio::test]
async fn a_jump_into_an_empty_or_a_tiny_collection_is_its_beginning() {
    let bench = Bench::on(shared_set().await).await;
    assert!(jump(&bench, r#"{"_id": 1}"#, 0.7).await.documents.is_empty());
    let other = Bench::on(shared_set().await).await;
    fill(&other, 3, |_| doc! {}).await;
    assert_eq!(ids(&[jump(&other, r#"{"_id": 1}"#, 0.9).await]), ["int 2"]);
}
