//! The fields of a collection, as completion offers them.

use std::time::{Duration, Instant};

use bson::{Document, doc};
use trivet_core::{
    catalog::{SampleFieldsRequest, SampledFields},
    namespace::Namespace,
    value::typed::Kind,
};
use trivet_tests::{Bench, shared_set};

async fn sampled(bench: &Bench, collection: &str) -> SampledFields {
    let namespace = Namespace::parse(bench.namespace.database(), collection).expect("a name");
    let request = SampleFieldsRequest { connection: bench.connection.id.clone(), namespace };
    bench.engine.sample_fields(request).await.expect("sampled")
}

#[tokio::test]
async fn a_sample_tells_paths_and_types_the_most_frequent_first() {
    let bench = Bench::on(shared_set().await).await;
    for n in 0..4 {
        let more = if n == 0 { r#", "note": null"# } else { "" };
        let text = format!(r#"{{"_id": {n}, "in": {{"w": 1.5}}, "lines": [{{"sku": "a"}}]{more}}}"#);
        bench.insert(&text).await.expect("inserted");
    }
    let found = sampled(&bench, "items").await;
    assert_eq!(found.sampled, 4);
    let field = |path: &str| found.fields.iter().find(|field| field.path == path).expect(path);
    assert_eq!(field("in.w").kinds, [Kind::Double]);
    assert_eq!(field("lines").kinds, [Kind::Array]);
    assert_eq!(field("lines.sku").kinds, [Kind::String]);
    assert_eq!((field("in").documents, field("note").documents), (4, 1));
    // What few documents have comes after what all have.
    assert_eq!(found.fields.last().map(|field| field.path.as_str()), Some("note"));
}

#[tokio::test]
async fn a_collection_that_is_not_there_has_no_fields() {
    let bench = Bench::on(shared_set().await).await;
    let found = sampled(&bench, "absent").await;
    assert_eq!((found.sampled, found.fields.len()), (0, 0));
}

#[tokio::test]
async fn at_most_two_hundred_documents_are_looked_at_and_fewer_heavy_ones() {
    let bench = Bench::on(shared_set().await).await;
    let database = bench.raw.client().database(bench.namespace.database());
    let many: Vec<Document> = (0..1_000).map(|n| doc! { "_id": n, "a": 1 }).collect();
    database.collection("many").insert_many(many).await.expect("inserted");
    assert_eq!(sampled(&bench, "many").await.sampled, 200);

    let heavy = "x".repeat(3 * 1024 * 1024);
    for n in 0..20 {
        database.collection("heavy").insert_one(doc! { "_id": n, "a": &heavy }).await.expect("inserted");
    }
    let started = Instant::now();
    let found = sampled(&bench, "heavy").await;
    assert!(found.sampled < 20, "{}", found.sampled);
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
}
