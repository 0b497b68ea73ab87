//! Databases, collections, and the parts of a document that a view cuts off.

use bson::doc;
use trivet_core::{
    ErrorCode,
    catalog::{CollectionKind, CollectionsRequest, DatabasesRequest},
    document::{ExpandRequest, FindRequest},
    namespace::Namespace,
    value::path::PathStep,
};
use trivet_tests::{Bench, field, id_of, shared_set};

#[tokio::test]
async fn databases_and_what_they_hold_are_listed_by_name_and_kind() {
    let bench = Bench::on(shared_set().await).await;
    bench.insert(r#"{"_id": 1}"#).await.expect("inserted");
    let name = bench.namespace.database();
    let database = bench.raw.client().database(name);
    database
        .run_command(doc! { "create": "a view", "viewOn": "items", "pipeline": [] })
        .await
        .expect("created");
    let series = doc! { "create": "readings", "timeseries": { "timeField": "at" } };
    database.run_command(series).await.expect("created");

    let databases = bench
        .engine
        .databases(DatabasesRequest { connection: bench.connection.id.clone() })
        .await
        .expect("listed");
    assert!(databases.is_sorted_by(|a, b| a.name < b.name));
    assert!(databases.iter().any(|database| database.name == name));

    let list = |database: &str| CollectionsRequest {
        connection: bench.connection.id.clone(),
        database: database.to_owned(),
    };
    let collections = bench.engine.collections(list(name)).await.expect("listed");
    let kind =
        |name: &str| collections.iter().find(|collection| collection.name == name).map(|found| found.kind);
    assert_eq!(kind("items"), Some(CollectionKind::Collection));
    assert_eq!(kind("a view"), Some(CollectionKind::View));
    assert_eq!(kind("readings"), Some(CollectionKind::Timeseries));
    assert!(
        bench
            .engine
            .collections(list("no such database"))
            .await
            .is_err_and(|e| e.code() == ErrorCode::InvalidInput)
    );
    assert!(bench.engine.collections(list("absent")).await.expect("an empty list").is_empty());
}

#[tokio::test]
async fn a_view_of_the_server_is_paged_like_a_collection() {
    let bench = Bench::on(shared_set().await).await;
    for n in 0..5 {
        bench.insert(&format!(r#"{{"_id": {n}}}"#)).await.expect("inserted");
    }
    let database = bench.raw.client().database(bench.namespace.database());
    database.run_command(doc! { "create": "v", "viewOn": "items", "pipeline": [] }).await.expect("created");
    let namespace = Namespace::parse(bench.namespace.database(), "v").expect("a name");
    let request = FindRequest { namespace, page_size: Some(3), ..bench.find() };
    let pages = bench.pages(request).await;
    let lengths: Vec<_> = pages.iter().map(|page| page.documents.len()).collect();
    assert_eq!(lengths, [3, 2]);
}

#[tokio::test]
async fn what_a_view_of_a_document_cuts_off_is_asked_for_by_path() {
    let bench = Bench::on(shared_set().await).await;
    let numbers: Vec<_> = (0..1_200).map(|n| n.to_string()).collect();
    let text = format!(
        r#"{{"_id": 1, "in": {{"many": [{}]}}, "long": "{}"}}"#,
        numbers.join(","),
        "x".repeat(50_000)
    );
    let view = bench.insert(&text).await.expect("inserted").document;
    let many = &field(&view, "in").children[0];
    assert!(many.cut && many.size == 1_200 && many.children.len() < 1_200);
    assert!(field(&view, "long").cut);

    let expand = async |steps: &[(u32, &str)], from: u32| {
        let path =
            steps.iter().map(|(index, name)| PathStep { index: *index, name: (*name).to_owned() }).collect();
        let (connection, namespace) = (bench.connection.id.clone(), bench.namespace.clone());
        bench
            .engine
            .expand(ExpandRequest { connection, namespace, id: id_of(&view), path, from, draft: false })
            .await
    };
    let shown = u32::try_from(many.children.len()).expect("few");
    let rest = expand(&[(1, "in"), (0, "many")], shown).await.expect("expanded");
    assert_eq!(rest.node.children[0].text, shown.to_string());
    assert_eq!(rest.etag, view.etag);
    assert_eq!(expand(&[(2, "long")], 0).await.expect("expanded").node.text.len(), 50_000);
    assert_eq!(expand(&[(3, "gone")], 0).await.expect_err("not there").code(), ErrorCode::NotFound);
}
