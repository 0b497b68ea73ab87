//! Several writes in one request.

use bson::{doc, rawdoc};
use trivet_core::{
    ErrorCode,
    document::{
        BulkOperation, BulkOutcome, BulkReport, BulkRequest, DocumentId, EntryKind, IdType, PatchForm,
    },
    value::etag::etag,
};
use trivet_tests::{Bench, shared_set};

use crate::awkward::all_on_every_member;

async fn bulk(
    bench: &Bench,
    operations: Vec<BulkOperation>,
    unordered: bool,
) -> trivet_core::Result<BulkReport> {
    let (connection, namespace) = (bench.connection.id.clone(), bench.namespace.clone());
    bench.engine.bulk(BulkRequest { connection, namespace, operations, unordered }).await
}

fn id(number: i32) -> DocumentId {
    DocumentId::parse(&number.to_string(), Some(IdType::Int)).expect("an id")
}

fn insert(text: &str) -> BulkOperation {
    BulkOperation::Insert { text: text.to_owned() }
}

fn increment(number: i32, etag: Option<String>) -> BulkOperation {
    BulkOperation::Patch {
        id: id(number),
        etag,
        form: PatchForm::Update,
        text: r#"{"$inc": {"n": 1}}"#.to_owned(),
    }
}

fn told(report: &BulkReport) -> Vec<String> {
    let word = |outcome: &BulkOutcome| match outcome {
        BulkOutcome::Applied { write } => format!("applied {}", write.changed),
        BulkOutcome::Failed { error } => format!("{:?}", error.code),
        BulkOutcome::Unknown { .. } => "unknown".to_owned(),
        BulkOutcome::Left => "left".to_owned(),
    };
    report.outcomes.iter().map(word).collect()
}

#[tokio::test]
async fn each_write_has_an_outcome_and_all_are_undone_as_one() {
    let bench = Bench::on(shared_set().await).await;
    for n in 1..=3 {
        bench.raw.insert_one(rawdoc! { "_id": n, "n": n }).await.expect("stored");
    }
    let before = bench.all_bytes().await;
    let stale = etag(rawdoc! { "_id": 2, "n": 1 }.as_bytes());
    let fresh = etag(rawdoc! { "_id": 1, "n": 2 }.as_bytes());
    let operations = || {
        vec![
            insert(r#"{"_id": 4}"#),
            increment(1, None),
            // The state that the write before it has left.
            increment(1, Some(fresh.clone())),
            increment(2, Some(stale.clone())),
            BulkOperation::Replace { id: id(2), etag: None, text: r#"{"b": 2}"#.to_owned() },
            BulkOperation::Delete { id: id(3), etag: None },
            BulkOperation::Delete { id: id(3), etag: None },
            BulkOperation::Replace { id: id(2), etag: None, text: r#"{"_id": 2, "b": 2}"#.to_owned() },
        ]
    };
    let report = bulk(&bench, operations(), true).await.expect("a report");
    let expected = [
        "applied true",
        "applied true",
        "applied true",
        "Conflict",
        "applied true",
        "applied true",
        "NotFound",
        "applied false",
    ];
    assert_eq!(told(&report), expected);
    assert!(!report.is_complete());
    let BulkOutcome::Applied { write } = &report.outcomes[2] else { panic!("{report:?}") };
    assert_eq!(write.etag, Some(etag(rawdoc! { "_id": 1, "n": 3 }.as_bytes())));
    let after = [rawdoc! { "_id": 1, "n": 3 }, rawdoc! { "_id": 2, "b": 2 }, rawdoc! { "_id": 4 }];
    all_on_every_member(&bench, &after.map(bson::RawDocumentBuf::into_bytes)).await;

    let entry = bench.latest().await;
    assert_eq!(
        (entry.kind, entry.about.as_str(), entry.documents.applied.get()),
        (EntryKind::Bulk, "8 writes", 5)
    );
    assert_eq!(report.entry.as_ref(), Some(&entry.id));
    // A document that was written twice goes back two steps.
    let undone = bench.undo(&entry.id).await.expect("undone");
    assert_eq!((undone.restored.get(), undone.conflicts.get()), (5, 0), "{undone:?}");
    all_on_every_member(&bench, &before).await;

    let report = bulk(&bench, operations(), false).await.expect("a report");
    assert_eq!(told(&report)[3..], ["Conflict", "left", "left", "left", "left"]);
    assert_eq!(bench.raw.count_documents(doc! {}).await.expect("counted"), 4);
}

#[tokio::test]
async fn one_that_cannot_be_read_refuses_all_before_anything_is_sent() {
    let bench = Bench::on(shared_set().await).await;
    for (second, words) in [
        (insert("{"), "Write 2"),
        (
            BulkOperation::Patch {
                id: id(1),
                etag: None,
                form: PatchForm::Update,
                text: r#"{"a": 1}"#.to_owned(),
            },
            "operator",
        ),
    ] {
        let error = bulk(&bench, vec![insert("{}"), second], true).await.expect_err("refused");
        assert_eq!(error.code(), ErrorCode::InvalidInput);
        assert!(
            error.to_string().contains(words) && error.to_string().contains("Nothing was sent"),
            "{error}"
        );
    }
    let none = bulk(&bench, Vec::new(), false).await.expect_err("refused");
    assert!(none.to_string().contains("1 to 1000"), "{none}");
    assert!(bench.all_bytes().await.is_empty());
}
