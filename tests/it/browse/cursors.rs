//! A cursor that was lost is opened again where it stood.

use bson::{Bson, Document, doc};
use mongodb::Client;
use trivet_core::{
    connection::ReadPreferenceMode,
    document::{FindRequest, FindTextRequest, PageFrom, Paging, TextFormat},
};
use trivet_tests::{Bench, DEADLINE, client, eventually, replica_set, shared_set};

use super::{fill, ids, run};

/// The cursors that are open on the collection, on the primary.
async fn open_cursors(bench: &Bench) -> Vec<Bson> {
    open_cursors_on(bench.raw.client(), bench).await
}

async fn open_cursors_on(member: &Client, bench: &Bench) -> Vec<Bson> {
    let admin = member.database("admin");
    let ns = format!("{}.{}", bench.namespace.database(), bench.namespace.collection());
    let stages = [
        doc! { "$currentOp": { "allUsers": true, "idleCursors": true } },
        doc! { "$match": { "type": "idleCursor", "ns": ns } },
    ];
    let mut found = admin.aggregate(stages).await.expect("listed");
    let mut cursors = Vec::new();
    while found.advance().await.expect("read") {
        let cursor = found.current().get_document("cursor").expect("a cursor");
        cursors.push(Bson::Int64(cursor.get_i64("cursorId").expect("a number")));
    }
    cursors
}

/// A client of each secondary.
async fn secondaries(bench: &Bench) -> Vec<Client> {
    let hello = run(bench, doc! { "hello": 1 }).await;
    let hosts = hello.get_array("hosts").expect("members").iter().filter_map(Bson::as_str);
    let mut members = Vec::new();
    for host in hosts.filter(|host| hello.get_str("primary").ok() != Some(host)) {
        members.push(client(&format!("mongodb://{host}/?directConnection=true")).await);
    }
    members
}

/// How many cursors are open on the collection, on these members together.
async fn open_on(members: &[Client], bench: &Bench) -> usize {
    let mut open = 0;
    for member in members {
        open += open_cursors_on(member, bench).await.len();
    }
    open
}

fn text_request(bench: &Bench, sort: &str) -> FindTextRequest {
    FindTextRequest {
        connection: bench.connection.id.clone(),
        namespace: bench.namespace.clone(),
        filter: None,
        sort: Some(sort.into()),
        projection: None,
        collation: None,
        hint: None,
        limit: None,
        after: None,
        skip: None,
        max_time_ms: None,
        read_preference: None,
        format: TextFormat::Relaxed,
        query: None,
    }
}

async fn idle_cursors(bench: &Bench) -> usize {
    open_cursors(bench).await.len()
}

/// Kills all of them.
async fn kill_cursors(bench: &Bench) -> usize {
    let cursors = open_cursors(bench).await;
    let count = cursors.len();
    if count > 0 {
        run(bench, doc! { "killCursors": bench.namespace.collection(), "cursors": cursors }).await;
    }
    count
}

/// In an order without an index: nothing but a cursor knows where it stands.
const ORDER: &str = r#"{"a": 1}"#;

#[tokio::test]
async fn a_killed_cursor_is_opened_again_where_it_stood() {
    let bench = Bench::on(shared_set().await).await;
    fill(&bench, 60, |number| doc! { "a": 100 - number }).await;
    for from in [PageFrom::First, PageFrom::Last] {
        let request = FindRequest { from, ..bench.sorted(ORDER, 7) };
        let mut page = bench.page(request.clone()).await.expect("a page");
        let mut found = ids(&[page.clone()]);
        let mut killed = 0;
        while let Some(from) = page.after().or_else(|| page.before()) {
            killed += kill_cursors(&bench).await;
            page = bench.page(FindRequest { from, ..request.clone() }).await.expect("a page");
            assert!(!page.end.shifted);
            found.extend(ids(&[page.clone()]));
        }
        assert!(killed >= 7, "{killed} cursors were killed");
        let mut expected: Vec<_> = (0..60).rev().map(|number| format!("int {number}")).collect();
        if request.from == PageFrom::Last {
            expected.reverse();
        }
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn a_cursor_is_used_from_page_to_page_and_closed_at_the_end() {
    let bench = Bench::on(shared_set().await).await;
    fill(&bench, 30, |number| doc! { "a": number }).await;
    run(&bench, doc! { "profile": 2 }).await;
    let pages = bench.pages(bench.sorted(ORDER, 7)).await;
    run(&bench, doc! { "profile": 0 }).await;
    assert_eq!(ids(&pages).len(), 30);
    let profile =
        bench.raw.client().database(bench.namespace.database()).collection::<Document>("system.profile");
    let of = async |filter| profile.count_documents(filter).await.expect("counted");
    assert_eq!(of(doc! { "appName": "Trivet", "op": "query", "command.find": "items" }).await, 1);
    assert_eq!(of(doc! { "appName": "Trivet", "op": "getmore" }).await, 4);
    assert_eq!(kill_cursors(&bench).await, 0);
}

#[tokio::test]
async fn what_was_given_before_and_has_changed_is_told() {
    let bench = Bench::on(shared_set().await).await;
    fill(&bench, 30, |number| doc! { "a": number }).await;
    let request = bench.sorted(ORDER, 10);
    let first = bench.page(request.clone()).await.expect("a page");
    kill_cursors(&bench).await;
    bench.raw.delete_one(doc! { "_id": 3 }).await.expect("deleted");
    let from = first.after().expect("there is more");
    let second = bench.page(FindRequest { from, ..request }).await.expect("a page");
    assert!(second.end.shifted);
    // One moved up by the deletion: it is not lost.
    assert_eq!(ids(&[second])[0], "int 10");
}

#[tokio::test]
async fn a_limit_holds_where_the_last_document_that_was_given_is_gone() {
    let bench = Bench::on(shared_set().await).await;
    fill(&bench, 30, |number| doc! { "a": number }).await;
    let request = FindRequest { limit: Some(12), ..bench.sorted(ORDER, 10) };
    let first = bench.page(request.clone()).await.expect("a page");
    kill_cursors(&bench).await;
    bench.raw.delete_one(doc! { "_id": 9 }).await.expect("deleted");
    let from = first.after().expect("there is more");
    let second = bench.page(FindRequest { from, ..request }).await.expect("a page");
    assert_eq!((second.documents.len(), second.end.after.is_some()), (2, false));
}

#[tokio::test]
async fn two_pages_from_the_same_place_are_the_same() {
    let bench = Bench::on(shared_set().await).await;
    fill(&bench, 30, |number| doc! { "a": number }).await;
    let first = bench.page(bench.sorted(ORDER, 7)).await.expect("a page");
    let from = first.after().expect("there is more");
    let request = FindRequest { from, ..bench.sorted(ORDER, 7) };
    let (one, other) = tokio::join!(bench.page(request.clone()), bench.page(request.clone()));
    let again = bench.page(request).await.expect("a page");
    let expected: Vec<_> = (7..14).map(|number| format!("int {number}")).collect();
    for page in [one.expect("a page"), other.expect("a page"), again] {
        assert_eq!(ids(&[page]), expected);
    }
}

#[tokio::test]
async fn twenty_queries_are_paged_at_once_though_sixteen_cursors_are_kept() {
    let bench = Bench::on(shared_set().await).await;
    fill(&bench, 40, |number| doc! { "a": number }).await;
    let filter = |least: i32| Some(format!(r#"{{"a": {{"$gte": {least}}}}}"#));
    let mut open = Vec::new();
    for least in 0..20 {
        let request = FindRequest { filter: filter(least), ..bench.sorted(ORDER, 5) };
        let page = bench.page(request.clone()).await.expect("a page");
        open.push((least, FindRequest { from: page.after().expect("there is more"), ..request }));
    }
    eventually("only sixteen are open", DEADLINE, async || idle_cursors(&bench).await == 16).await;
    for (least, request) in open {
        let page = bench.page(request).await.expect("a page");
        assert_eq!(ids(&[page])[0], format!("int {}", least + 5));
    }
}

#[tokio::test]
async fn a_cursor_on_a_secondary_is_closed_there_too() {
    let bench = Bench::on(shared_set().await).await;
    fill(&bench, 40, |number| doc! { "a": number }).await;
    let secondaries = secondaries(&bench).await;
    let request =
        FindRequest { read_preference: Some(ReadPreferenceMode::Secondary), ..bench.sorted(ORDER, 5) };
    for _ in 0..18 {
        // Until a secondary has all of them.
        let whole = async || bench.page(request.clone()).await.expect("a page").end.after.is_some();
        eventually("there is more", DEADLINE, whole).await;
    }
    eventually("only sixteen are open", DEADLINE, async || open_on(&secondaries, &bench).await == 16).await;
}

#[tokio::test]
async fn a_page_that_ends_early_leaves_no_cursor_on_a_secondary() {
    let bench = Bench::on(shared_set().await).await;
    let heavy = "x".repeat(400_000);
    fill(&bench, 60, |number| doc! { "a": number, "heavy": &heavy }).await;
    let secondaries = secondaries(&bench).await;
    for sort in [r#"{"_id": 1}"#, ORDER] {
        let request = FindTextRequest {
            read_preference: Some(ReadPreferenceMode::Secondary),
            limit: Some(50),
            ..text_request(&bench, sort)
        };
        for _ in 0..4 {
            let more = async || bench.engine.find_text(request.clone()).await.expect("a page").next.is_some();
            eventually("there is more", DEADLINE, more).await;
        }
        eventually(sort, DEADLINE, async || open_on(&secondaries, &bench).await == 0).await;
    }
}

#[tokio::test]
async fn pages_as_text_go_on_in_any_order_and_leave_no_cursor_behind_the_first() {
    let bench = Bench::on(shared_set().await).await;
    fill(&bench, 30, |number| doc! { "a": 100 - number }).await;
    let mut request = FindTextRequest {
        projection: Some(r#"{"a": 1}"#.into()),
        limit: Some(7),
        skip: Some(2),
        ..text_request(&bench, ORDER)
    };
    let mut found = Vec::new();
    let mut first = true;
    loop {
        let page = bench.engine.find_text(request.clone()).await.expect("a page");
        assert_eq!(page.paging, Paging::Cursor);
        let open = usize::from(!first && page.next.is_some());
        eventually("one is open at most", DEADLINE, async || idle_cursors(&bench).await == open).await;
        first = false;
        let documents: serde_json::Value = serde_json::from_str(&page.documents).expect("JSON");
        found.extend(documents.as_array().expect("a list").iter().map(|one| one["_id"].as_i64()));
        (request.after, request.skip) = (page.next, None);
        if request.after.is_none() {
            break;
        }
    }
    assert_eq!(found, (0..28).rev().map(Some).collect::<Vec<_>>());
}

#[tokio::test]
async fn own_set_a_cursor_goes_on_when_its_member_is_gone() {
    let set = replica_set().await;
    let bench = Bench::on(set.uri()).await;
    fill(&bench, 60, |number| doc! { "a": number }).await;
    let first = bench.page(bench.sorted(ORDER, 7)).await.expect("a page");
    let from = first.after().expect("there is more");
    set.stop(set.primary().await).await;
    set.primary().await;
    let started = std::time::Instant::now();
    let request = FindRequest { from, ..bench.sorted(ORDER, 100) };
    let rest = bench.page(request).await.expect("a page");
    assert!(started.elapsed() < DEADLINE / 2, "the dead member is not waited for");
    assert_eq!(ids(&[rest]), (7..60).map(|number| format!("int {number}")).collect::<Vec<_>>());
}
