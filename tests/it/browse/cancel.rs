//! A query that is cancelled, or that nobody waits for any more, is ended on the server.

use std::time::{Duration, Instant};

use bson::doc;
use trivet_core::{
    ErrorCode,
    connection::{CancelRequest, QueryId},
    document::{CountMode, CountRequest, FindRequest, FindTextRequest, PageFrom, TextFormat},
    number::{SafeInt, Share},
};
use trivet_tests::{Bench, DEADLINE, Server, eventually, shared_set, to};

use super::fill;

/// Takes the server some 10 ms for each document, and finds none.
const SLOW: &str = r#"{"$expr": {"$lt": [{"$reduce": {
    "input": {"$range": [0, 20000]}, "initialValue": 0, "in": {"$add": ["$$value", "$$this"]}}}, 0]}}"#;

async fn bench() -> Bench {
    let bench = Bench::on(shared_set().await).await;
    fill(&bench, 5_000, |number| doc! { "a": number }).await;
    bench
}

fn slow(bench: &Bench, name: &str) -> FindRequest {
    FindRequest { filter: Some(SLOW.into()), query: Some(QueryId(name.into())), ..bench.find() }
}

/// How many operations run on the collection now, on the member that serves it.
async fn running(bench: &Bench) -> usize {
    let admin = bench.raw.client().database("admin");
    let ns = format!("{}.{}", bench.namespace.database(), bench.namespace.collection());
    let stages =
        [doc! { "$currentOp": { "allUsers": true } }, doc! { "$match": { "ns": ns, "active": true } }];
    let mut found = admin.aggregate(stages).await.expect("listed");
    let mut count = 0;
    while found.advance().await.expect("read") {
        count += 1;
    }
    count
}

/// Nothing runs there any more: the server looks every few milliseconds whether an operation is to end, and none of these
/// would end by itself for a minute.
async fn gone(bench: &Bench) {
    eventually("it has ended on the server", Duration::from_secs(2), async || running(bench).await == 0)
        .await;
}

async fn cancel(bench: &Bench, name: &str) -> bool {
    let (connection, query) = (bench.connection.id.clone(), QueryId(name.into()));
    bench.engine.cancel_query(CancelRequest { connection, query }).await.expect("cancelled").found
}

#[tokio::test]
async fn cancelling_ends_a_query_here_and_on_the_server() {
    let bench = bench().await;
    let by_a = FindRequest { sort: Some(r#"{"a": 1}"#.into()), ..slow(&bench, "q") };
    for request in [slow(&bench, "q"), by_a] {
        let page = bench.page(request);
        let ending = async {
            eventually("it runs", DEADLINE, async || running(&bench).await > 0).await;
            let started = Instant::now();
            assert!(cancel(&bench, "q").await);
            assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
            gone(&bench).await;
        };
        let (page, ()) = tokio::join!(page, ending);
        assert_eq!(page.expect_err("cancelled").code(), ErrorCode::Cancelled);
        assert!(!cancel(&bench, "q").await, "there is nothing left to cancel");
    }
    bench.page(bench.find()).await.expect("the connection is as good as before");
}

#[tokio::test]
async fn cancelling_reaches_counts_and_pages_as_text_too() {
    let bench = bench().await;
    let (connection, namespace) = (bench.connection.id.clone(), bench.namespace.clone());
    let count = bench.engine.count(CountRequest {
        connection: connection.clone(),
        namespace: namespace.clone(),
        filter: Some(SLOW.into()),
        mode: CountMode::Exact,
        limit: Some(SafeInt::new(10)),
        hint: None,
        collation: None,
        max_time_ms: None,
        read_preference: None,
        query: Some(QueryId("q".into())),
    });
    let text = bench.engine.find_text(FindTextRequest {
        connection,
        namespace,
        filter: Some(SLOW.into()),
        sort: None,
        projection: None,
        collation: None,
        hint: None,
        limit: None,
        after: None,
        skip: None,
        max_time_ms: None,
        read_preference: None,
        format: TextFormat::Relaxed,
        query: Some(QueryId("q".into())),
    });
    let ending = async {
        eventually("both run", DEADLINE, async || running(&bench).await > 1).await;
        assert!(cancel(&bench, "q").await);
        gone(&bench).await;
    };
    let (count, text, ()) = tokio::join!(count, text, ending);
    assert_eq!(count.expect_err("cancelled").code(), ErrorCode::Cancelled);
    assert_eq!(text.expect_err("cancelled").code(), ErrorCode::Cancelled);
}

#[tokio::test]
async fn cancelling_reaches_the_server_though_every_connection_is_taken() {
    let bench = bench().await;
    // The driver opens ten at most.
    let pages = (0..14).map(|number| bench.page(slow(&bench, &format!("q{number}"))));
    let ending = async {
        eventually("ten run", DEADLINE, async || running(&bench).await >= 10).await;
        for number in 0..14 {
            assert!(cancel(&bench, &format!("q{number}")).await);
        }
        gone(&bench).await;
    };
    let (pages, ()) = tokio::join!(futures_util::future::join_all(pages), ending);
    for page in pages {
        assert_eq!(page.expect_err("cancelled").code(), ErrorCode::Cancelled);
    }
}

#[tokio::test]
async fn a_caller_who_goes_away_ends_the_query_on_the_server() {
    let bench = bench().await;
    {
        let page = bench.page(FindRequest { query: None, ..slow(&bench, "") });
        let seen = eventually("it runs", DEADLINE, async || running(&bench).await > 0);
        tokio::select! {
            page = page => panic!("it cannot end yet: {:?}", page.map(|page| page.end)),
            () = seen => {}
        }
    }
    gone(&bench).await;
}

#[tokio::test]
async fn a_caller_over_http_who_goes_away_ends_the_query_on_the_server() {
    let bench = bench().await;
    let server = Server::start(shared_set().await).await;
    let operation = |name: &str| format!("{}/api/v1/connections/default/operations/{name}", server.url());
    let namespace = serde_json::json!({
        "database": bench.namespace.database(), "collection": bench.namespace.collection(),
    });
    for (name, request) in [
        ("find", serde_json::json!({ "namespace": namespace, "filter": SLOW })),
        ("find_text", serde_json::json!({ "namespace": namespace, "filter": SLOW })),
        ("count", serde_json::json!({ "namespace": namespace, "filter": SLOW, "mode": "exact" })),
    ] {
        let client = server.client();
        {
            let asking = async {
                let answer = client.post(operation(name)).json(&request).send().await.expect("an answer");
                answer.text().await.expect("an end")
            };
            let seen = eventually("it runs", DEADLINE, async || running(&bench).await > 0);
            tokio::select! {
                text = asking => panic!("{name} cannot end yet: {text}"),
                () = seen => {}
            }
        }
        // The connection is kept for another request otherwise.
        drop(client);
        gone(&bench).await;
    }
}

#[tokio::test]
async fn a_page_that_nobody_takes_ends_the_query() {
    let bench = bench().await;
    let mut told = 0;
    let ended = bench.engine.find(FindRequest { page_size: Some(10), ..bench.find() }, |_| {
        told += 1;
        false
    });
    assert_eq!(ended.await.expect_err("ended").code(), ErrorCode::Cancelled);
    assert_eq!(told, 1);
}

#[tokio::test]
async fn a_page_of_a_cursor_that_was_cancelled_can_be_asked_for_again() {
    let bench = bench().await;
    let request = FindRequest { query: Some(QueryId("q".into())), ..bench.sorted(r#"{"a": 1}"#, 10) };
    let first = bench.page(request.clone()).await.expect("a page");
    let from = first.after().expect("there is more");
    // Whether it is cancelled in time is left open: afterwards it has to be the same page.
    let next = FindRequest { from, ..request };
    let (_, _) = tokio::join!(bench.page(next.clone()), cancel(&bench, "q"));
    let page = bench.page(next).await.expect("a page");
    assert_eq!(super::ids(&[page])[0], "int 10");
}

#[tokio::test]
async fn the_time_that_is_asked_for_is_all_that_the_server_takes() {
    let bench = bench().await;
    let started = Instant::now();
    let request = FindRequest { max_time_ms: Some(300), query: None, ..slow(&bench, "") };
    let error = bench.page(request).await.expect_err("too slow");
    assert_eq!(error.code(), ErrorCode::Timeout, "{error}");
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
    gone(&bench).await;
    for max_time_ms in [Some(0), Some(600_001)] {
        let refused = bench.page(FindRequest { max_time_ms, ..bench.find() }).await.expect_err("refused");
        assert_eq!(refused.code(), ErrorCode::InvalidInput);
    }
    bench.page(FindRequest { max_time_ms: Some(600_000), ..bench.find() }).await.expect("a page");
}

#[tokio::test]
async fn a_read_only_connection_browses_jumps_and_cancels_like_any_other() {
    let bench = bench().await;
    super::index(&bench, doc! { "a": 1, "_id": 1 }, doc! {}).await;
    let request = trivet_core::connection::ConnectRequest { read_only: Some(true), ..to(shared_set().await) };
    let connection = bench.engine.connect(request).await.expect("connected").id;
    for (sort, from) in [
        (r#"{"_id": 1}"#, PageFrom::Last),
        (r#"{"a": 1}"#, PageFrom::At { share: Share::new(0.5) }),
        (r#"{"b": 1}"#, PageFrom::First),
    ] {
        let request = FindRequest { connection: connection.clone(), from, ..bench.sorted(sort, 10) };
        let page = bench.page(request.clone()).await.expect("a page");
        assert_eq!(page.documents.len(), 10);
        assert!(page.end.plan.is_some(), "explained: {sort}");
        let from = page.after().or_else(|| page.before()).expect("there is more");
        bench.page(FindRequest { from, ..request }).await.expect("the next page");
    }
    let page = bench.page(FindRequest { connection: connection.clone(), ..slow(&bench, "q") });
    let ending = async {
        eventually("it runs", DEADLINE, async || running(&bench).await > 0).await;
        let query = QueryId("q".into());
        let cancelled = bench.engine.cancel_query(CancelRequest { connection, query }).await;
        assert!(cancelled.expect("cancelled").found);
        gone(&bench).await;
    };
    let (page, ()) = tokio::join!(page, ending);
    assert_eq!(page.expect_err("cancelled").code(), ErrorCode::Cancelled);
}
