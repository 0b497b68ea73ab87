//! Random documents, edited at random: what the server stores is what the draft showed, and undone it is what it was.

use std::cell::Cell;

use bson::RawDocumentBuf;
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use trivet_core::{
    ErrorCode,
    document::{DocumentEdit, DocumentView, NewValue, TextSyntax},
    value::{etag::etag, node::Node, path::Path, path::PathStep, typed::Kind},
};
use trivet_tests::{Bench, id_of, shared_set};

use crate::{
    awkward::{Members, insert},
    random::{any_document, any_value, text},
};

/// An edit whose place is chosen among those that the document has by then.
#[derive(Clone, Debug)]
enum Step {
    Set(usize, String),
    Add(usize, u32, String, String),
    Remove(usize),
    Rename(usize, String),
    Move(usize, u32),
    Duplicate(usize, String),
    Text(RawDocumentBuf),
    TakeBack(u32),
}

fn step() -> impl Strategy<Value = Step> {
    let names = ["a", "new", "0", "7", "", "a.b", "$x", "$set", "_id", "é"];
    let name = || prop::sample::select(names.map(str::to_owned).to_vec());
    prop_oneof![
        4 => (any::<usize>(), any_value()).prop_map(|(at, value)| Step::Set(at, value)),
        4 => (any::<usize>(), 0..6_u32, name(), any_value())
            .prop_map(|(at, index, name, value)| Step::Add(at, index, name, value)),
        3 => any::<usize>().prop_map(Step::Remove),
        3 => (any::<usize>(), name()).prop_map(|(at, name)| Step::Rename(at, name)),
        2 => (any::<usize>(), 0..6_u32).prop_map(|(at, index)| Step::Move(at, index)),
        2 => (any::<usize>(), name()).prop_map(|(at, name)| Step::Duplicate(at, name)),
        1 => any_document().prop_map(Step::Text),
        1 => (0..4_u32).prop_map(Step::TakeBack),
    ]
}

impl Step {
    /// The edit of this document; none where it has no place for it.
    fn on(&self, shown: &DocumentView) -> Option<DocumentEdit> {
        let (mut values, mut parents) = (Vec::new(), vec![Path::new()]);
        paths(&shown.fields, &Path::new(), &mut values, &mut parents);
        // The _id is the first, and never changed.
        values.remove(0);
        let one = |paths: &[Path], at: usize| Some(paths[at.checked_rem(paths.len())?].clone());
        let value = |text: &String| NewValue::Text { text: text.clone() };
        Some(match self {
            Self::Set(at, text) => DocumentEdit::Set { path: one(&values, *at)?, value: value(text) },
            Self::Add(at, index, name, text) => {
                let (parent, name) = (one(&parents, *at)?, name.clone());
                DocumentEdit::Add { parent, index: *index, name, value: value(text) }
            }
            Self::Remove(at) => DocumentEdit::Remove { path: one(&values, *at)? },
            Self::Rename(at, name) => DocumentEdit::Rename { path: one(&values, *at)?, name: name.clone() },
            Self::Move(at, index) => DocumentEdit::Move { path: one(&values, *at)?, index: *index },
            Self::Duplicate(at, name) => {
                DocumentEdit::Duplicate { path: one(&values, *at)?, name: name.clone() }
            }
            Self::Text(document) => {
                DocumentEdit::Text { text: text(document.as_bytes()), syntax: TextSyntax::Canonical }
            }
            Self::TakeBack(change) => DocumentEdit::TakeBack { change: *change },
        })
    }
}

/// Where values stand, and where they can be added.
fn paths(siblings: &[Node], parent: &Path, values: &mut Vec<Path>, parents: &mut Vec<Path>) {
    for (index, node) in siblings.iter().enumerate() {
        let step = PathStep { index: u32::try_from(index).expect("few"), name: node.name.clone() };
        let path: Path = parent.iter().cloned().chain([step]).collect();
        values.push(path.clone());
        if matches!(node.kind, Kind::Object | Kind::Array) {
            parents.push(path.clone());
        }
        paths(&node.children, &path, values, parents);
    }
}

/// What became of all cases.
#[derive(Debug, Default)]
struct Tally {
    edits: Cell<u32>,
    refused_edits: Cell<u32>,
    saved: Cell<u32>,
    refused: Cell<u32>,
    undone: Cell<u32>,
    not_undone: Cell<u32>,
}

fn count(counter: &Cell<u32>) {
    counter.set(counter.get() + 1);
}

#[test]
fn random_edits_are_stored_as_they_were_shown_and_undone_to_the_byte() {
    random_edits(150);
}

#[test]
#[ignore = "the same for a minute or more: cargo xtask test --slow random_edits"]
fn many_more_random_edits_are_stored_as_they_were_shown_and_undone_to_the_byte() {
    random_edits(4_000);
}

fn random_edits(cases: u32) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let (bench, members) = runtime.block_on(async {
        let bench = Bench::on(shared_set().await).await;
        let members = Members::of(&bench).await;
        (bench, members)
    });
    let tally = Tally::default();
    let strategy = (any_document(), prop::collection::vec(step(), 1..6));
    let ran = TestRunner::new(config).run(&strategy, |(document, steps)| {
        runtime.block_on(there_and_back((&bench, &members), &document, &steps, &tally));
        Ok(())
    });
    println!("{tally:?}");
    ran.expect("the same bytes everywhere");
    // What is refused proves little.
    assert!(tally.refused_edits.get() < tally.edits.get() / 2, "{tally:?}");
    assert!(tally.saved.get() > cases / 3 && tally.undone.get() > cases / 3, "{tally:?}");
}

async fn there_and_back(
    (bench, members): (&Bench, &Members),
    document: &RawDocumentBuf,
    steps: &[Step],
    tally: &Tally,
) {
    bench.raw.delete_many(bson::doc! {}).await.expect("emptied");
    insert(bench, document).await;
    // The server may have filled in a timestamp.
    let before = bench.only_bytes().await;

    let mut shown = bench.page(bench.find()).await.expect("found").documents.remove(0);
    let id = id_of(&shown);
    shown = bench.get(&id).await.expect("read");
    let mut draft = None;
    for step in steps {
        let Some(edit) = step.on(&shown) else { continue };
        count(&tally.edits);
        match bench.edit(&shown, vec![edit]).await {
            Ok(edited) => {
                draft = edited;
                shown = match &draft {
                    Some(draft) => draft.document.clone(),
                    None => bench.get(&id).await.expect("read"),
                };
            }
            // A name that is taken, a name in an array, an element that was not changed.
            Err(error) => {
                assert!(
                    matches!(error.code(), ErrorCode::InvalidInput | ErrorCode::Conflict),
                    "{step:?}: {error}"
                );
                count(&tally.refused_edits);
            }
        }
    }
    assert_eq!(bench.only_bytes().await, before, "edits alone send nothing");
    let Some(draft) = draft else { return };

    let written = match bench.save(&draft).await {
        Ok(written) => written,
        Err(error) => {
            assert_eq!(error.code(), ErrorCode::Unsupported, "{error}");
            count(&tally.refused);
            members.all_hold(&[&before]).await;
            bench.engine.discard_draft(bench.draft_of(&id)).await.expect("discarded");
            return;
        }
    };
    count(&tally.saved);
    let after = bench.only_bytes().await;
    assert_eq!(etag(&after), draft.document.etag, "what is stored is what was shown");
    assert_eq!(written.document.etag, draft.document.etag);
    members.all_hold(&[&after]).await;

    let report = bench.undo(&written.entry.expect("an entry")).await.expect("asked");
    if report.restored.get() == 1 {
        count(&tally.undone);
        members.all_hold(&[&before]).await;
    } else {
        // No update is sure to give it: that is told.
        let reason = report.documents[0].reason.to_lowercase();
        assert!(reason.contains("nothing was written"), "{report:?}");
        count(&tally.not_undone);
        members.all_hold(&[&after]).await;
    }
}
