//! Random documents and random edits: the server's bytes are the ones from before, once all is undone.

use bson::RawDocumentBuf;
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use trivet_core::{
    document::{FieldEdit, PatchForm},
    value::{
        path::PathStep,
        typed::{Kind, TypedValue},
    },
};
use trivet_tests::{Bench, id_of, shared_set};

use super::{entry_of, numbers};
use crate::awkward::{document, insert, int, on_every_member, text};

/// An element's bytes: types that servers and clients treat with care, under names that repeat and mean other things.
fn element() -> impl Strategy<Value = Vec<u8>> {
    let names: Vec<&[u8]> = vec![b"a", b"b", b"0", b"1", b"", b"a.b", b"$x", b"$set", b"\xC3\xA9", b"k\xC0"];
    let name = prop::sample::select(names);
    let value = prop_oneof![
        any::<i32>().prop_map(|value| (0x10, value.to_le_bytes().to_vec())),
        any::<i64>().prop_map(|value| (0x12, value.to_le_bytes().to_vec())),
        any::<u64>().prop_map(|bits| (0x01, bits.to_le_bytes().to_vec())),
        prop::sample::select(vec![0_u64, 1, u64::MAX]).prop_map(|stamp| (0x11, stamp.to_le_bytes().to_vec())),
        Just((0x0A, Vec::new())),
        any::<bool>().prop_map(|value| (0x08, vec![u8::from(value)])),
        any::<[u8; 12]>().prop_map(|id| (0x07, id.to_vec())),
        any::<u128>().prop_map(|bits| (0x13, bits.to_le_bytes().to_vec())),
        prop::collection::vec(any::<u8>(), 0..8).prop_map(|bytes| {
            let element = text(b"", &bytes);
            (0x02, element[2..].to_vec())
        }),
        prop::collection::vec(any::<i32>(), 0..3).prop_map(|values| {
            let elements: Vec<_> =
                values.iter().enumerate().map(|(at, value)| int(at.to_string().as_bytes(), *value)).collect();
            let elements: Vec<&[u8]> = elements.iter().map(Vec::as_slice).collect();
            (0x04, document(&elements).into_bytes())
        }),
        prop::collection::vec(any::<i32>(), 0..3).prop_map(|values| {
            // Always the same name.
            let elements: Vec<_> = values.iter().map(|value| int(b"r", *value)).collect();
            let elements: Vec<&[u8]> = elements.iter().map(Vec::as_slice).collect();
            (0x03, document(&elements).into_bytes())
        }),
    ];
    (name, value).prop_map(|(name, (kind, value))| [&[kind], name, &[0], value.as_slice()].concat())
}

fn any_document() -> impl Strategy<Value = RawDocumentBuf> {
    prop::collection::vec(element(), 0..8).prop_map(|elements| {
        let id = int(b"_id", 1);
        let elements: Vec<&[u8]> =
            [id.as_slice()].into_iter().chain(elements.iter().map(Vec::as_slice)).collect();
        document(&elements)
    })
}

#[derive(Clone, Debug)]
enum Step {
    /// Of the field at this place, of those that can be edited.
    Edit(usize, i32),
    Merge(i32),
    Operators(i32),
    Replace(i32),
    Delete,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (any::<usize>(), any::<i32>()).prop_map(|(at, value)| Step::Edit(at, value)),
        1 => any::<i32>().prop_map(Step::Merge),
        1 => any::<i32>().prop_map(Step::Operators),
        1 => any::<i32>().prop_map(Step::Replace),
        1 => Just(Step::Delete),
    ]
}

#[test]
fn random_writes_undone_leave_the_bytes_of_before() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut runner = TestRunner::new(Config { cases: 40, failure_persistence: None, ..Config::default() });
    let uri = runtime.block_on(shared_set());
    let bench = runtime.block_on(Bench::on(uri));
    let strategy = (any_document(), prop::collection::vec(step(), 1..5));
    runner
        .run(&strategy, |(before, steps)| {
            runtime.block_on(there_and_back(&bench, &before, &steps));
            Ok(())
        })
        .expect("the bytes of before");
}

async fn there_and_back(bench: &Bench, before: &RawDocumentBuf, steps: &[Step]) {
    bench.raw.delete_many(bson::doc! {}).await.expect("emptied");
    insert(bench, before).await;
    // The server may have filled in a timestamp.
    let before = bench.only_bytes().await;
    let mut written = Vec::new();
    for step in steps {
        let Some(stands) = bench.all_bytes().await.pop() else { break };
        if let Some(entry) = take(bench, step).await {
            written.push((entry, stands));
        } else {
            assert_eq!(bench.only_bytes().await, stands, "refused, or nothing to do");
        }
    }
    for (entry, stands) in written.into_iter().rev() {
        let now = bench.all_bytes().await;
        let report = bench.undo(&entry).await.expect("asked");
        if report.failed.get() == 1 {
            // No update is sure to give it: then nothing is written, and that is told.
            assert!(
                report.documents[0].reason.contains("Nothing was written")
                    || report.documents[0].reason.contains("nothing was written"),
                "{report:?}"
            );
            assert_eq!(bench.all_bytes().await, now);
            return;
        }
        assert_eq!(numbers(&report), [1, 0, 0, 0, 0, 0], "{report:?}");
        assert_eq!(bench.only_bytes().await, stands);
    }
    on_every_member(bench, &before).await;
}

/// The entry of a write; none where it is refused or changes nothing.
async fn take(bench: &Bench, step: &Step) -> Option<trivet_core::document::EntryId> {
    let view = bench.page(bench.find()).await.expect("found").documents.remove(0);
    let id = id_of(&view);
    let written = match step {
        Step::Edit(at, value) => {
            let editable = |kind: Kind| {
                matches!(kind, Kind::Int | Kind::Long | Kind::Bool | Kind::Null | Kind::ObjectId)
            };
            let fields: Vec<_> = view
                .fields
                .iter()
                .enumerate()
                .skip(1)
                .filter(|(_, node)| editable(node.kind) && !node.damaged)
                .collect();
            let (index, node) = fields.get(at.checked_rem(fields.len())?)?;
            let path = vec![PathStep { index: u32::try_from(*index).expect("few"), name: node.name.clone() }];
            let before = TypedValue { kind: node.kind, text: node.text.clone() };
            let after = TypedValue { kind: Kind::Int, text: value.to_string() };
            bench.update(&id, vec![FieldEdit { path, before, after }]).await
        }
        Step::Merge(value) => {
            bench.patch(&id, PatchForm::Merge, &format!(r#"{{"a": null, "m": {value}}}"#)).await
        }
        Step::Operators(value) => {
            bench
                .patch(
                    &id,
                    PatchForm::Update,
                    &format!(r#"{{"$set": {{"b": {value}}}, "$unset": {{"a": 1}}}}"#),
                )
                .await
        }
        Step::Replace(value) => bench.replace(&id, &format!(r#"{{"$y": {value}, "z.z": 1}}"#)).await,
        Step::Delete => bench.delete(&id).await,
    };
    written.ok().and_then(|written| written.changed.then(|| entry_of(&written)))
}
