//! The primary dies while something is dropped: what is told is what the database has.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::time::sleep;
use trivet_core::ErrorCode;
use trivet_tests::{Bench, TestSet, replica_set};

use super::Catalog;

/// Collections in the database that is dropped: enough for the primary to die half-way.
const COLLECTIONS: u32 = 60;

async fn kill_primary(set: &TestSet) -> u32 {
    let primary = set.primary().await;
    let pid = set.lab.status().members[primary as usize].pid.expect("it runs");
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).expect("a process id");
    kill_process(pid, Signal::KILL).expect("killed");
    primary
}

#[tokio::test]
async fn own_set_a_drop_whose_primary_dies_is_told_as_the_database_has_it() {
    let set = replica_set().await;
    let bench = Bench::on(set.uri()).await;
    let catalog = Catalog::of(&bench);

    // One before, one after, some in the middle of it.
    for (round, pause) in [0, 2, 5, 9].into_iter().enumerate() {
        let name = format!("c{round}");
        catalog.create(&name).await.expect("made");
        let uuid = catalog.uuid(&name).await;
        let killing = async {
            sleep(Duration::from_millis(pause)).await;
            kill_primary(&set).await
        };
        let (dropped, killed) = tokio::join!(catalog.drop(&name, uuid.clone(), None), killing);
        set.primary().await;
        let there = catalog.names().await.contains(&name);
        match dropped {
            Ok(_) => assert!(!there, "{name} is told to be gone"),
            // Unknown is no lie whatever there is; what is said otherwise has to hold.
            Err(error) if error.code() == ErrorCode::OutcomeUnknown => {
                eprintln!("{name}: unknown, there: {there}");
            }
            Err(error) => assert!(there, "{name} is told to be untouched: {error:?}"),
        }
        if there {
            catalog.drop(&name, uuid, None).await.expect("dropped now");
        }
        set.start(killed).await;
        trivet_tests::all_follow(&set.lab.status()).await;
    }
}

#[tokio::test]
async fn own_set_a_database_that_is_half_gone_when_its_primary_dies_is_dropped_wholly_or_told() {
    let set = replica_set().await;
    let bench = Bench::on(set.uri()).await;
    let catalog = Catalog::of(&bench);
    for n in 0..COLLECTIONS {
        catalog.database.create_collection(format!("c{n}")).await.expect("made");
    }
    let looked = catalog.preview(None).await.expect("looked");
    let killing = async {
        sleep(Duration::from_millis(20)).await;
        kill_primary(&set).await;
    };
    let (dropped, ()) = tokio::join!(catalog.drop_database(&looked.fingerprint, None), killing);
    set.primary().await;
    let left = catalog.names().await.len();
    match dropped {
        Ok(dropped) => assert_eq!((dropped.collections.get(), left), (u64::from(COLLECTIONS), 0)),
        Err(error) if error.code() == ErrorCode::OutcomeUnknown => eprintln!("unknown, {left} left"),
        Err(error) => assert_eq!(left, COLLECTIONS as usize, "told to be untouched: {error:?}"),
    }
}
