//! Pages of documents: exact, in order, each once.

use std::{
    collections::HashSet,
    sync::Arc,
    time::{Duration, SystemTime},
};

use bson::{Bson, DateTime, RawDocumentBuf, Regex, doc};
use trivet_core::{
    Engine, EngineConfig, ErrorCode, Startup, TextPart, TextPlace,
    document::{CountMode, CountRequest, DeleteRequest, FindRequest, GetRequest, PageFrom, Paging, RowBatch},
    namespace::Namespace,
    number::SafeInt,
};
use trivet_tests::{Bench, Page, free_port, shared_set, to};

/// The `_id`s as opaque texts, in the order of the pages.
fn ids(pages: &[Page]) -> Vec<String> {
    let documents = pages.iter().flat_map(|page| &page.documents);
    documents.map(|view| format!("{:?}", view.id)).collect()
}

#[tokio::test]
async fn what_others_insert_and_delete_moves_no_page() {
    let bench = Bench::on(shared_set().await).await;
    for n in 0..20 {
        bench.insert(&format!(r#"{{"_id": {}}}"#, n * 10)).await.expect("inserted");
    }
    let request = FindRequest { page_size: Some(5), ..bench.find() };
    let first = bench.page(request.clone()).await.expect("a page");
    bench.insert(r#"{"_id": 1}"#).await.expect("inserted before the page's end");
    bench.raw.delete_one(doc! { "_id": 0 }).await.expect("deleted");
    let from = first.after().expect("there is more");
    let second = bench.page(FindRequest { from, ..request }).await.expect("a page");
    assert_eq!(second.documents[0].fields[0].text, "50");
}

#[tokio::test]
async fn a_filter_a_sort_and_a_projection_hold_over_pages() {
    let bench = Bench::on(shared_set().await).await;
    for n in 0..30 {
        bench
            .insert(&format!(r#"{{"_id": {n}, "group": {}, "other": true}}"#, n % 3))
            .await
            .expect("inserted");
    }
    let request = FindRequest {
        filter: Some(r#"{"group": {"$in": [0, 1]}}"#.into()),
        sort: Some(r#"{"group": -1}"#.into()),
        projection: Some(r#"{"group": 1}"#.into()),
        page_size: Some(6),
        ..bench.find()
    };
    let pages = bench.pages(request).await;
    let documents: Vec<_> = pages.iter().flat_map(|page| &page.documents).collect();
    assert_eq!(documents.len(), 20);
    let groups: Vec<_> = documents.iter().map(|view| view.fields[1].text.as_str()).collect();
    assert!(groups.is_sorted_by(|a, b| a >= b), "{groups:?}");
    assert!(documents.iter().all(|view| view.fields.len() == 2), "only _id and group");
    assert_eq!(pages[0].end.paging, Paging::Cursor);
    let mut unique = ids(&pages);
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), 20);
}

#[tokio::test]
async fn an_id_that_the_projection_made_names_no_document() {
    let bench = Bench::on(shared_set().await).await;
    for n in 0..6 {
        bench.insert(&format!(r#"{{"_id": {n}, "x": {}}}"#, 9 - n)).await.expect("inserted");
    }
    let request =
        FindRequest { projection: Some(r#"{"_id": "$x"}"#.into()), page_size: Some(4), ..bench.find() };
    let pages = bench.pages(request).await;
    let shown: Vec<_> = pages.iter().flat_map(|page| &page.documents).collect();
    assert_eq!(
        shown.iter().map(|view| view.fields[0].text.as_str()).collect::<Vec<_>>(),
        ["9", "8", "7", "6", "5", "4"]
    );
    assert!(shown.iter().all(|view| view.id.is_none()));
}

#[tokio::test]
async fn a_view_that_shows_an_id_more_than_once_loses_none() {
    let bench = Bench::on(shared_set().await).await;
    for n in 0..3 {
        bench.insert(&format!(r#"{{"_id": {n}, "tags": [1, 2, 3]}}"#)).await.expect("inserted");
    }
    let database = bench.raw.client().database(bench.namespace.database());
    let unwind = doc! { "create": "each", "viewOn": "items", "pipeline": [{ "$unwind": "$tags" }] };
    database.run_command(unwind).await.expect("created");
    let namespace = Namespace::parse(bench.namespace.database(), "each").expect("a name");
    let pages = bench.pages(FindRequest { namespace, page_size: Some(2), ..bench.find() }).await;
    assert_eq!(pages.iter().map(|page| page.documents.len()).sum::<usize>(), 9);
}

#[tokio::test]
async fn documents_of_a_view_that_have_the_same_id_are_told_from_each_other() {
    let bench = Bench::on(shared_set().await).await;
    bench.insert(r#"{"_id": 1, "tags": ["a", "b", "b"]}"#).await.expect("inserted");
    let database = bench.raw.client().database(bench.namespace.database());
    let unwind = doc! { "create": "each", "viewOn": "items", "pipeline": [{ "$unwind": "$tags" }] };
    database.run_command(unwind).await.expect("created");
    let namespace = Namespace::parse(bench.namespace.database(), "each").expect("a name");
    let request = FindRequest { namespace: namespace.clone(), page_size: Some(2), ..bench.find() };

    let pages = bench.pages(request.clone()).await;
    let rows: Vec<_> = pages.iter().flat_map(|page| &page.documents).collect();
    let named: HashSet<_> = rows.iter().filter_map(|row| row.id.as_ref()).collect();
    assert_eq!(named.len(), 3, "no two have the same name, though two are alike");
    for row in &rows {
        let id = row.id.clone().expect("named");
        let get = GetRequest {
            connection: bench.connection.id.clone(),
            namespace: namespace.clone(),
            id: id.clone(),
        };
        let read = bench.engine.get_document(get).await.expect("read");
        assert_eq!((read.id, &read.etag), (Some(id), &row.etag));
    }
    let first = rows[0].id.clone().expect("named");
    let get = GetRequest {
        connection: bench.connection.id.clone(),
        namespace: namespace.clone(),
        id: first.clone(),
    };
    let set = |tags: bson::Bson| doc! { "update": "items", "updates": [{ "q": {}, "u": { "$set": { "tags": tags } } }] };
    database.run_command(set(vec!["c", "d"].into())).await.expect("changed");
    let error = bench.engine.get_document(get.clone()).await.expect_err("nothing tells which it is now");
    assert_eq!(error.code(), ErrorCode::Conflict);
    database.run_command(set(vec!["e"].into())).await.expect("changed");
    let read = bench.engine.get_document(get).await.expect("the only one that is left");
    assert_eq!(read.id.as_ref(), Some(&first));
    database.run_command(set(vec!["a", "b", "b"].into())).await.expect("as before");
    let delete = DeleteRequest {
        connection: bench.connection.id.clone(),
        namespace: namespace.clone(),
        id: rows[0].id.clone().expect("named"),
        etag: None,
    };
    assert_eq!(
        bench.engine.delete_document(delete).await.expect_err("a view").code(),
        ErrorCode::Unsupported
    );

    let projected = FindRequest { projection: Some("{ tags: 1 }".into()), ..request };
    let page = bench.page(projected).await.expect("a page");
    let id = page.documents[0].id.clone().expect("named");
    let get = GetRequest { connection: bench.connection.id.clone(), namespace, id };
    let error = bench.engine.get_document(get).await.expect_err("nothing tells which it is");
    assert_eq!(error.code(), ErrorCode::Unsupported);
}

#[tokio::test]
async fn a_query_is_read_as_people_write_it() {
    let bench = Bench::on(shared_set().await).await;
    for text in [
        r#"{"_id": {"$oid": "55cba2476c522cafdb053add"}, "name": "it's", "n": {"$numberLong": "1"}}"#,
        r#"{"_id": {"$uuid": "00112233-4455-6677-8899-aabbccddeeff"}, "name": "b", "n": 2, "at": {"$date": 0}}"#,
        r#"{"_id": "c", "name": "C", "n": 3}"#,
    ] {
        bench.insert(text).await.expect("inserted");
    }
    for (filter, names) in [
        ("55cba2476c522cafdb053add", ["it's"].as_slice()),
        ("ObjectId('55cba2476c522cafdb053add')", &["it's"]),
        ("{ _id: { $oid: '55cba2476c522cafdb053add' } }", &["it's"]),
        ("00112233-4455-6677-8899-aabbccddeeff", &["b"]),
        ("'c'", &["C"]),
        ("{ name: \"it's\", n: NumberLong('1') }", &["it's"]),
        ("{ name: /^[bc]/i, /* both */ }", &["b", "C"]),
        ("{ at: { $lt: new Date(Date.now() - 7 * 24 * 3600 * 1000) } }", &["b"]),
        ("{ n: { $gt: 1 } }", &["b", "C"]),
    ] {
        let request = FindRequest {
            filter: Some(filter.into()),
            sort: Some("{ n: 1, }".into()),
            projection: Some("{ 'name': 1, _id: 0 }".into()),
            ..bench.find()
        };
        let page = bench.page(request).await.expect(filter);
        let found: Vec<_> = page.documents.iter().map(|view| view.fields[0].text.as_str()).collect();
        assert_eq!(found, names, "{filter}");
    }
}

#[tokio::test]
async fn the_present_in_a_query_is_that_of_the_clock_which_was_handed_in() {
    let bench = Bench::on(shared_set().await).await;
    for text in [r#"{"_id": 1, "at": {"$date": 999}}"#, r#"{"_id": 2, "at": {"$date": 1001}}"#] {
        bench.insert(text).await.expect("inserted");
    }
    let data_dir = tempfile::tempdir().expect("a temporary folder");
    let engine = Engine::new(EngineConfig {
        data_dir: data_dir.path().to_owned(),
        clock: Arc::new(|| SystemTime::UNIX_EPOCH + Duration::from_secs(1)),
        startup: Startup::Nothing,
        local_port: free_port(),
        read_only: true,
    });
    let connection = engine.connect(to(shared_set().await)).await.expect("connected").id;
    let namespace = bench.namespace.clone();
    let filter = Some("{ at: { $gt: ISODate() } }".to_owned());
    let request = FindRequest {
        connection: connection.clone(),
        namespace: namespace.clone(),
        filter: filter.clone(),
        ..bench.find()
    };
    let mut found = Vec::new();
    let tell = |batch: RowBatch| {
        found.extend(batch.documents);
        true
    };
    engine.find(request, tell).await.expect("a page");
    assert_eq!(found.iter().map(|view| view.fields[0].text.as_str()).collect::<Vec<_>>(), ["2"]);
    let counted = engine
        .count(CountRequest {
            connection,
            namespace,
            filter,
            mode: CountMode::Exact,
            limit: None,
            hint: None,
            collation: None,
            max_time_ms: None,
            read_preference: None,
            query: None,
        })
        .await
        .expect("counted");
    assert_eq!(counted.count.get(), 1);
}

#[tokio::test]
async fn a_bad_query_says_where_and_what() {
    let bench = Bench::on(shared_set().await).await;
    for (filter, word) in [
        (r#"{"a": }"#, "line 1"),
        ("{\n \"a\": 1,,\n}", "line 2"),
        ("[1]", "filter"),
        (r#"{"a": {"$nosuch": 1}}"#, "$nosuch"),
    ] {
        let request = FindRequest { filter: Some(filter.into()), ..bench.find() };
        let error = bench.page(request).await.expect_err(filter);
        assert_eq!(error.code(), ErrorCode::InvalidInput, "{error:?}");
        assert!(error.body().message.contains(word), "{filter}: {error}");
    }
    let mistaken = FindRequest { sort: Some("{\"a\":\n x}".into()), ..bench.find() };
    let error = bench.page(mistaken).await.expect_err("a bad sort order");
    assert_eq!(error.body().at, Some(TextPlace { part: TextPart::Sort, line: 2, column: 2 }));
    for request in [
        FindRequest { page_size: Some(0), ..bench.find() },
        FindRequest { page_size: Some(1_001), ..bench.find() },
        FindRequest { from: PageFrom::After { cursor: "nonsense".into() }, ..bench.find() },
    ] {
        assert_eq!(bench.page(request).await.expect_err("refused").code(), ErrorCode::InvalidInput);
    }
}

#[tokio::test]
async fn a_collection_that_is_not_there_is_empty() {
    let bench = Bench::on(shared_set().await).await;
    let page = bench.page(bench.find()).await.expect("a page");
    assert!(page.documents.is_empty() && page.after().is_none());
}

#[tokio::test]
async fn counts_are_estimated_exact_or_limited_and_say_which() {
    let bench = Bench::on(shared_set().await).await;
    for n in 0..12 {
        bench.insert(&format!(r#"{{"_id": {n}, "even": {}}}"#, n % 2 == 0)).await.expect("inserted");
    }
    let ask = |mode, filter: Option<&str>, limit: Option<u64>| CountRequest {
        connection: bench.connection.id.clone(),
        namespace: bench.namespace.clone(),
        filter: filter.map(str::to_owned),
        mode,
        limit: limit.map(SafeInt::new),
        hint: None,
        collation: None,
        max_time_ms: None,
        read_preference: None,
        query: None,
    };
    let even = Some(r#"{"even": true}"#);
    for (request, expected) in [
        (ask(CountMode::Estimated, None, None), (12, false, false)),
        (ask(CountMode::Exact, None, None), (12, true, false)),
        (ask(CountMode::Exact, even, None), (6, true, false)),
        (ask(CountMode::Exact, even, Some(4)), (4, true, true)),
        (ask(CountMode::Exact, Some(r#"{"even": 1}"#), None), (0, true, false)),
    ] {
        let count = bench.engine.count(request).await.expect("counted");
        assert_eq!((count.count.get(), count.exact, count.limited), expected);
    }
    // A text that differs by case alone is another one, unless the collation says otherwise.
    for name in ["lamp", "Lamp"] {
        bench.insert(&format!(r#"{{"name": "{name}"}}"#)).await.expect("inserted");
    }
    for (collation, expected) in [(None, 1), (Some(r#"{"locale": "en", "strength": 2}"#), 2)] {
        let request = ask(CountMode::Exact, Some(r#"{"name": "lamp"}"#), None);
        let request = CountRequest { collation: collation.map(str::to_owned), ..request };
        assert_eq!(
            bench.engine.count(request).await.expect("counted").count.get(),
            expected,
            "{collation:?}"
        );
    }
    let refused = bench.engine.count(ask(CountMode::Estimated, even, None)).await.expect_err("refused");
    assert_eq!(refused.code(), ErrorCode::InvalidInput);
}

#[tokio::test]
async fn the_oplog_which_has_no_ids_can_be_read() {
    let bench = Bench::on(shared_set().await).await;
    bench.insert(r#"{"_id": 1}"#).await.expect("inserted");
    let namespace = Namespace::parse("local", "oplog.rs").expect("a name");
    let request = FindRequest { namespace, page_size: Some(3), ..bench.find() };
    let page = bench.page(request.clone()).await.expect("a page");
    assert_eq!(page.documents.len(), 3);
    assert!(page.documents.iter().all(|view| view.id.is_none()));
    assert_eq!(page.end.paging, Paging::Cursor);
    let from = page.after().expect("there is more");
    bench.page(FindRequest { from, ..request }).await.expect("the next page");
}

#[tokio::test]
async fn a_regular_expression_and_a_date_in_a_filter_are_what_they_say() {
    let bench = Bench::on(shared_set().await).await;
    let regex = Bson::RegularExpression(Regex {
        pattern: "^x".try_into().expect("a pattern"),
        options: "i".try_into().expect("options"),
    });
    let document = doc! { "_id": 1, "name": "Xavier", "at": DateTime::from_millis(1_000), "pattern": regex };
    bench.raw.insert_one(RawDocumentBuf::try_from(document).expect("BSON")).await.expect("inserted");
    for filter in [
        r#"{"name": {"$regularExpression": {"pattern": "^x", "options": "i"}}}"#,
        r#"{"name": {"$regex": "^x", "$options": "i"}}"#,
        r#"{"at": {"$date": "1970-01-01T00:00:01Z"}}"#,
        r#"{"_id": {"$numberLong": "1"}}"#,
    ] {
        let request = FindRequest { filter: Some(filter.into()), ..bench.find() };
        assert_eq!(bench.page(request).await.expect("a page").documents.len(), 1, "{filter}");
    }
}
