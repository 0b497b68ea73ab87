//! The primary dies, freezes or is cut off in the middle of it: the report says what the database has, and Undo gives back every
//! byte.

use std::time::Duration;

use bson::doc;
use rustix::process::{Pid, Signal, kill_process};
use tokio::time::sleep;
use trivet_core::document::ManyReport;
use trivet_tests::{Bench, Cable, DEADLINE, TestSet, all_follow, change, counts, eventually, replica_set};

use super::stored;

/// Documents of a round in every run, and in a slow one.
const SOME: i32 = 6_000;
const MANY: i32 = 50_000;

/// What happens to the way between us and the primary.
#[derive(Clone, Copy, Debug)]
enum Blow {
    Killed,
    Frozen,
    /// Cut for so long.
    Cut(Duration),
}

fn signal(set: &TestSet, member: u32, signal: Signal) {
    let pid = set.lab.status().members[member as usize].pid.expect("it runs");
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).expect("a process id");
    kill_process(pid, signal).expect("signalled");
}

/// Changes all documents, strikes once so many are done, and compares what is told with what there is.
async fn round(set: &TestSet, bench: &Bench, cable: Option<&Cable>, (blow, at): (Blow, u64)) {
    let before = bench.all_bytes().await;
    let total = before.len() as u64;
    let (tell, mut hear) = tokio::sync::mpsc::unbounded_channel();
    let request = bench.many(change("{ n: { $gte: 0 } }", "{ $set: { mark: 1 }, $inc: { n: 1 } }"));
    let writing = bench.write_many_as(request, move |far| {
        let _ = tell.send(far.done.get());
        true
    });
    let striking = async {
        while hear.recv().await.is_some_and(|done| done < at) {}
        let primary = set.primary().await;
        match blow {
            Blow::Killed => signal(set, primary, Signal::KILL),
            Blow::Frozen => signal(set, primary, Signal::STOP),
            Blow::Cut(_) => cable.expect("a cable").cut(),
        }
        if let Blow::Cut(lasting) = blow {
            sleep(lasting).await;
            cable.expect("a cable").mend();
        }
        primary
    };
    let (report, struck) = tokio::join!(writing, striking);
    let report = report.expect("a report");
    match blow {
        Blow::Killed => drop(set.start(struck).await),
        Blow::Frozen => signal(set, struck, Signal::CONT),
        Blow::Cut(_) => {}
    }
    set.primary().await;
    all_follow(&set.lab.status()).await;
    println!("{blow:?} at {at}: {:?} of {total}, stopped: {:?}", counts(&report), report.stopped);

    let marked = compare(bench, &report).await;
    let undone = bench.undo(&report.entry.clone().expect("an entry")).await.expect("undone");
    assert_eq!(undone.restored.get(), marked, "{undone:?}");
    assert!(bench.all_bytes().await == before, "every byte is back after {blow:?}");
}

/// The report equals the database; how many are changed there.
async fn compare(bench: &Bench, report: &ManyReport) -> u64 {
    let [changed, unchanged, gone, failed, unknown, left] = counts(report);
    assert_eq!(changed + unchanged + gone + failed + unknown + left, report.matched.get());
    assert_eq!((unchanged, gone, failed), (0, 0, 0), "{report:?}");
    let marked = bench.raw.count_documents(doc! { "mark": 1 }).await.expect("counted");
    if unknown == 0 {
        assert_eq!(marked, changed, "{report:?}");
        return marked;
    }
    let entry = report.entry.clone().expect("an entry");
    eventually("what is unknown can be checked", DEADLINE, async || bench.check(&entry).await.is_ok()).await;
    let checked = bench.check(&entry).await.expect("checked");
    assert_eq!(checked.different.get(), 0, "{checked:?}");
    assert_eq!(checked.applied.get(), marked, "{checked:?}");
    assert_eq!(checked.applied.get() + checked.not_applied.get(), changed + unknown);
    marked
}

async fn on_a_cable(set: &TestSet) -> (Cable, Bench) {
    let cable = Cable::to(&set.host(set.primary().await)).await;
    let bench = Bench::on(&cable.uri()).await;
    (cable, bench)
}

#[tokio::test]
async fn own_set_a_change_outlives_a_primary_that_dies() {
    let set = replica_set().await;
    let bench = Bench::on(set.uri()).await;
    stored(&bench, SOME).await;
    round(&set, &bench, None, (Blow::Killed, 1_000)).await;
}

#[tokio::test]
async fn own_set_a_change_outlives_a_primary_that_freezes() {
    let set = replica_set().await;
    let bench = Bench::on(set.uri()).await;
    stored(&bench, SOME).await;
    round(&set, &bench, None, (Blow::Frozen, 1_000)).await;
}

#[tokio::test]
async fn own_set_a_change_outlives_a_network_that_is_cut() {
    let set = replica_set().await;
    let (cable, bench) = on_a_cable(&set).await;
    stored(&bench, SOME).await;
    round(&set, &bench, Some(&cable), (Blow::Cut(Duration::from_secs(2)), 1_000)).await;
}

#[tokio::test]
#[ignore = "slow: half a million documents and ten blows"]
async fn own_set_ten_blows_to_changes_of_fifty_thousand_documents_lose_nothing() {
    let set = replica_set().await;
    let bench = Bench::on(set.uri()).await;
    stored(&bench, MANY).await;
    let blows = [
        (Blow::Killed, 500),
        (Blow::Frozen, 10_000),
        (Blow::Killed, 25_000),
        (Blow::Frozen, 40_000),
        (Blow::Killed, 40_000),
        (Blow::Frozen, 500),
        (Blow::Killed, 49_000),
    ];
    for blow in blows {
        round(&set, &bench, None, blow).await;
    }
    let (cable, bench) = on_a_cable(&set).await;
    stored(&bench, MANY).await;
    // The last one for longer than a commit is waited for.
    for (seconds, at) in [(1, 5_000), (5, 20_000), (30, 35_000)] {
        round(&set, &bench, Some(&cable), (Blow::Cut(Duration::from_secs(seconds)), at)).await;
    }
}
