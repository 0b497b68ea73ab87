//! Saves while the set loses its primary or its majority: applied, not applied, or unknown, and always one of them.

use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use trivet_core::{ErrorCode, value::typed::Kind};
use trivet_tests::{Bench, edit, field, id_of, replica_set};

/// How many elections are tried: on a busy machine one may take as long as a save waits.
const ELECTIONS: u32 = 3;
/// The bound of a write, and a little.
const BOUND: Duration = Duration::from_secs(25);

fn signal(pid: u32, signal: Signal) {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).expect("a process id");
    kill_process(pid, signal).expect("signalled");
}

#[tokio::test]
async fn own_set_a_save_begun_without_a_primary_is_applied_by_the_next_one() {
    for _ in 0..ELECTIONS {
        if save_without_a_primary().await {
            return;
        }
    }
    panic!("not applied in any of {ELECTIONS} elections");
}

/// Whether the save was applied; false where the election took as long as a save waits, and that was said.
async fn save_without_a_primary() -> bool {
    let set = replica_set().await;
    let bench = Bench::on(set.uri()).await;
    let view = bench.insert(r#"{"_id": 1, "n": 1}"#).await.expect("inserted").document;
    let primary = set.primary().await;
    let pid = set.lab.status().members[primary as usize].pid.expect("it runs");
    signal(pid, Signal::KILL);
    let started = Instant::now();
    let saved = bench.update(&id_of(&view), vec![edit(&view, &["n"], Kind::Int, "2")]).await;
    assert!(started.elapsed() < BOUND, "took {:?}", started.elapsed());
    if let Err(error) = saved {
        assert_eq!(error.code(), ErrorCode::OutcomeUnknown, "{error:?}");
        return false;
    }
    assert_eq!(field(&bench.get(&id_of(&view)).await.expect("read"), "n").text, "2");
    bench.page(bench.find()).await.expect("reads go on with two members");
    true
}

#[tokio::test]
async fn own_set_a_save_without_a_majority_is_unknown_or_not_applied_and_reads_go_on() {
    let set = replica_set().await;
    let bench = Bench::on(set.uri()).await;
    let view = bench.insert(r#"{"_id": 1, "n": 1}"#).await.expect("inserted").document;
    let primary = set.primary().await;
    let others: Vec<_> = set.lab.status().members.into_iter().filter(|member| member.id != primary).collect();
    let signal_all = |kind| others.iter().for_each(|member| signal(member.pid.expect("it runs"), kind));
    signal_all(Signal::STOP);
    let started = Instant::now();
    let id = id_of(&view);
    let (updated, inserted) = tokio::join!(
        bench.update(&id, vec![edit(&view, &["n"], Kind::Int, "2")]),
        bench.insert(r#"{"a": "new"}"#),
    );
    let error = updated.expect_err("no majority can confirm it");
    assert!(started.elapsed() < BOUND, "took {:?}", started.elapsed());
    assert_eq!(error.code(), ErrorCode::OutcomeUnknown, "{error:?}");
    assert!(!error.body().retryable && error.body().hint.is_some());
    let inserted = inserted.expect_err("nor this");
    assert_eq!(inserted.code(), ErrorCode::OutcomeUnknown, "{inserted:?}");
    let looked_for = inserted.body().document.clone().expect("the new document's id, to look for it");
    signal_all(Signal::CONT);

    // Whichever it was, the id tells.
    if let Err(error) = bench.get(&looked_for).await {
        assert_eq!(error.code(), ErrorCode::NotFound);
    }

    // Unknown is settled by reading: it shows the old value or the new one, and can be saved again.
    set.primary().await;
    let now = bench.get(&id_of(&view)).await.expect("read");
    assert!(["1", "2"].contains(&field(&now, "n").text.as_str()));
    bench.update(&id_of(&now), vec![edit(&now, &["n"], Kind::Int, "3")]).await.expect("saved");
}
