//! Guarded writes on a server without transactions.

use bson::doc;
use trivet_core::{
    ErrorCode,
    connection::Topology,
    document::DeleteRequest,
    replica::{ReplicaRequest, VerdictLevel},
    value::typed::Kind,
};
use trivet_tests::{Bench, Mongod, edit, field, id_of};

#[tokio::test]
async fn a_standalone_is_written_guarded_too() {
    let mongod = Mongod::standalone(&[]).await;
    let bench = Bench::on(&mongod.uri()).await;
    assert_eq!(bench.connection.topology, Topology::Standalone);
    let view = bench
        .insert(r#"{"_id": 1, "a": 1, "b": {"$numberLong": "1"}, "$c": 2}"#)
        .await
        .expect("inserted")
        .document;
    let id = id_of(&view);

    bench.raw.update_one(doc! {}, doc! { "$set": { "b": 5_i64 } }).await.expect("somebody else saved");
    let saved = bench.update(&id, vec![edit(&view, &["a"], Kind::Int, "2")]).await.expect("another field");
    assert_eq!(
        (field(&saved.document, "a").text.as_str(), field(&saved.document, "b").text.as_str()),
        ("2", "5")
    );
    assert_eq!(field(&saved.document, "b").kind, Kind::Long);

    let stale =
        bench.update(&id, vec![edit(&view, &["a"], Kind::Int, "3")]).await.expect_err("the same field");
    assert_eq!(stale.code(), ErrorCode::Conflict);

    bench
        .raw
        .update_one(doc! {}, doc! { "$set": { "a": 2.0 } })
        .await
        .expect("somebody else changed the type");
    let retyped = bench
        .update(&id, vec![edit(&saved.document, &["a"], Kind::Int, "3")])
        .await
        .expect_err("another type");
    assert_eq!(retyped.code(), ErrorCode::Conflict);

    let delete = async |etag: &str| {
        let (connection, namespace) = (bench.connection.id.clone(), bench.namespace.clone());
        bench
            .engine
            .delete_document(DeleteRequest {
                connection,
                namespace,
                id: id.clone(),
                etag: Some(etag.to_owned()),
            })
            .await
    };
    assert_eq!(delete(&saved.document.etag).await.expect_err("stale").code(), ErrorCode::Conflict);
    let now = bench.get(&id).await.expect("read");
    delete(&now.etag).await.expect("deleted");
    assert_eq!(bench.get(&id).await.expect_err("gone").code(), ErrorCode::NotFound);
}

#[tokio::test]
async fn a_repeated_name_on_a_standalone_is_refused_rather_than_risked() {
    let mongod = Mongod::standalone(&[]).await;
    let bench = Bench::on(&mongod.uri()).await;
    let view = bench.insert(r#"{"_id": 1, "a": 1, "a": 2}"#).await.expect("inserted").document;
    let refused =
        bench.update(&id_of(&view), vec![edit(&view, &["a"], Kind::Int, "3")]).await.expect_err("refused");
    assert_eq!(refused.code(), ErrorCode::Unsupported);
}

#[tokio::test]
async fn a_standalone_has_a_verdict_of_its_own() {
    let mongod = Mongod::standalone(&[]).await;
    let bench = Bench::on(&mongod.uri()).await;
    let request = ReplicaRequest { connection: bench.connection.id.clone() };
    let snapshot = bench.engine.replica_snapshot(request).await.expect("asked");
    assert_eq!(snapshot.topology, Topology::Standalone);
    assert_eq!(snapshot.verdict.level, VerdictLevel::Healthy);
    assert!(snapshot.majority.is_none() && snapshot.primary.is_none() && snapshot.set_name.is_none());
}
