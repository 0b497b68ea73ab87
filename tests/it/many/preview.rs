//! What is told before many documents are written.

use bson::doc;
use trivet_core::{
    ErrorCode,
    connection::ConnectRequest,
    document::{ManyAction, PatchForm, UndoReach},
};
use trivet_tests::{Bench, change, deletion, insertion, shared_set, to};

use super::stored;

#[tokio::test]
async fn the_server_works_out_a_sample_and_nothing_of_it_is_kept() {
    let bench = Bench::on(shared_set().await).await;
    stored(&bench, 400).await;
    let before = bench.all_bytes().await;
    let update = "[{ $set: { sum: { $add: ['$n', 1000] } } }, { $unset: 'filler' }]";
    let preview = bench.preview(change("{ status: 'odd' }", update)).await.expect("a preview");
    assert!(preview.rehearsed && preview.confirm.is_none());
    let estimate = preview.estimate.expect("a count");
    assert!(estimate.exact && estimate.count.get() == 200, "{estimate:?}");
    assert_eq!(preview.samples.len(), 5);
    for sample in &preview.samples {
        let paths: Vec<_> = sample.changes.iter().map(|change| format!("{:?}", change.what)).collect();
        assert_eq!(paths, ["Added", "Removed"]);
        let (before, after) =
            (sample.before.as_ref().expect("before"), sample.after.as_ref().expect("after"));
        assert_eq!((before.fields.len(), after.fields.len()), (4, 4));
        let n: i64 = before.fields[1].text.parse().expect("a number");
        assert_eq!(after.fields[3].text, (n + 1000).to_string());
    }
    assert!(bench.all_bytes().await == before);
    assert!(bench.history().await.entries.is_empty());
}

#[tokio::test]
async fn a_sample_shows_what_goes_what_comes_and_what_cannot_be_written() {
    let bench = Bench::on(shared_set().await).await;
    stored(&bench, 4).await;
    let gone = bench.preview(deletion("{ n: { $lt: 2 } }")).await.expect("a preview").samples;
    assert!(gone.iter().all(|sample| sample.before.is_some() && sample.after.is_none()) && gone.len() == 2);
    let comes = bench.preview(insertion("{ _id: 1 } { _id: 9, a: 1 }")).await.expect("a preview").samples;
    assert_eq!(comes[0].failed.as_ref().expect("it is there").code, ErrorCode::Conflict);
    assert!(comes[1].failed.is_none() && comes[1].after.is_some() && comes[1].before.is_none());
    // One of them keeps no other back.
    bench.raw.update_one(doc! { "_id": 1 }, doc! { "$set": { "n": "text" } }).await.expect("set");
    let tried =
        bench.preview(change("{ _id: { $lte: 2 } }", "{ $inc: { n: 1 } }")).await.expect("a preview").samples;
    let failed: Vec<_> = tried.iter().map(|sample| sample.failed.is_some()).collect();
    assert_eq!(failed, [false, true, false]);
    assert!(tried[1].before.is_some());
    assert_eq!(bench.all_bytes().await.len(), 4);
}

#[tokio::test]
async fn an_update_that_the_server_refuses_is_told_before_it_is_sent() {
    let bench = Bench::on(shared_set().await).await;
    stored(&bench, 3).await;
    let samples = bench.preview(change("{ n: 1 }", "{ $nope: { n: 1 } }")).await.expect("a preview").samples;
    let reason = samples[0].failed.as_ref().expect("refused");
    assert!(reason.message.contains("$nope"), "{}", reason.message);
    let error =
        bench.preview(change("{ n: { $nope: 1 } }", "{ $set: { n: 1 } }")).await.expect_err("refused");
    assert_eq!(error.code(), ErrorCode::InvalidInput);
}

#[tokio::test]
async fn it_is_counted_exactly_and_told_whether_undo_reaches() {
    let uri = shared_set().await;
    let bench = Bench::on(uri).await;
    stored(&bench, 3_000).await;
    let filter = "{ status: 'odd' }";
    let size = |report: &[Vec<u8>]| report.iter().map(|bytes| bytes.len() as u64).sum::<u64>();
    let half = size(&bench.all_bytes().await) / 2;
    let measured = bench.measure(deletion(filter)).await.expect("measured");
    assert_eq!(measured.documents.get(), 1_500);
    assert!(measured.size_bytes.get().abs_diff(half) < 2_000, "{measured:?} {half}");
    let UndoReach::All { needed_bytes: deleting, drops_older: false } = measured.undo else {
        panic!("{measured:?}")
    };
    let changed = bench.measure(change(filter, "{ $set: { a: 1 } }")).await.expect("measured");
    let UndoReach::All { needed_bytes: changing, .. } = changed.undo else { panic!("{changed:?}") };
    assert!(changing > deleting);
    // About: the share of a thousand drawn at random.
    let estimate = bench.preview(deletion(filter)).await.expect("a preview").estimate.expect("an estimate");
    assert!(!estimate.exact && (1_200..1_800).contains(&estimate.count.get()), "{estimate:?}");
    let all = bench.preview(ManyAction::Delete { filter: None }).await.expect("a preview").estimate;
    assert_eq!(all.expect("an estimate").count.get(), 3_000);
    assert!(bench.preview(deletion("{ n: 5 }")).await.is_ok());

    let off = Bench::asking(ConnectRequest { undo: Some(false), ..to(uri) }, uri).await;
    let measured = off.measure(insertion("{ a: 1 }")).await.expect("measured");
    assert_eq!((measured.documents.get(), measured.undo), (1, UndoReach::Off));
    let nothing = off.measure(change("{ a: 1 }", "{ $set: { a: 1 } }")).await.expect("measured");
    assert_eq!(nothing.documents.get(), 0);
}

#[tokio::test]
async fn a_merge_patch_is_shown_as_it_will_be() {
    let bench = Bench::on(shared_set().await).await;
    stored(&bench, 1).await;
    let merge = ManyAction::Change {
        filter: Some("{ n: 0 }".to_owned()),
        form: PatchForm::Merge,
        update: r#"{"filler": null, "n": {"deep": 1}}"#.to_owned(),
    };
    let samples = bench.preview(merge).await.expect("a preview").samples;
    assert_eq!(samples[0].changes.len(), 2, "{samples:?}");
}
