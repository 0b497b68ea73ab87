//! Times fail-overs twice: by the stopwatch, and by a ledger that another client writes.
//!
//! `failover-bench --rounds N` makes a lab of three that elects after a second, and takes its primary away in each way N times. It
//! prints for each time the lines `WAY.away`, `WAY.ledger`, `WAY.difference`, `WAY.log` and `WAY.majority`, each with milliseconds, and
//! `WAY.error.CODE` with how often.

use std::process::ExitCode;

use tokio::time::{Duration, sleep};
use trivet_core::replica::SeenError;
use trivet_lab::{LabConfig, LabMemberPlan, LabPlan, LabStartRequest, Labs};
use trivet_tests::{Blow, Failure, Timed, all_follow, engine, run_rounds, time, to};

type Result<T = ()> = std::result::Result<T, Failure>;

/// A member that came back has time to be one like the others.
const REST: Duration = Duration::from_secs(3);

fn main() -> ExitCode {
    run_rounds("failover-bench", bench)
}

async fn bench(rounds: u32) -> Result {
    let folder = std::env::temp_dir().join(format!("trivet-failover-bench-{}", std::process::id()));
    let labs = Labs::new(LabConfig { seed: false, temporary: true, ..LabConfig::new(folder.join("lab"))? });
    let plan = LabPlan {
        name: "timed".to_owned(),
        members: vec![LabMemberPlan::default(); 3],
        election_timeout_ms: 1_000,
        temporary: true,
        ..LabPlan::default()
    };
    let started = labs.start(LabStartRequest { lab: String::new(), plan: Some(plan) }, |_| {}).await?;
    all_follow(&started).await;
    let uri = started.uri.ok_or("the lab has no connection string")?;
    let engine = engine(&folder.join("engine"));
    let connection = engine.connect(to(&uri)).await?.id;
    let lab = labs.lab("timed")?;
    for _ in 0..rounds {
        for blow in Blow::ALL {
            sleep(REST).await;
            tell(blow, &time(&engine, &connection, &lab, blow).await);
        }
    }
    labs.stop_all().await?;
    // The guard removes what is the lab's; the rest is the engine's.
    let _ = std::fs::remove_dir_all(folder);
    Ok(())
}

fn tell(blow: Blow, timed: &Timed) {
    let way = blow.name().replace(' ', "-");
    println!("{way}.away {:.0}", timed.away_ms());
    println!("{way}.ledger {:.0}", timed.ledger_ms);
    println!("{way}.difference {:.0}", timed.difference_ms());
    let outages = &timed.measured.outages;
    let worst = outages
        .iter()
        .max_by(|one, other| one.away_ms.unwrap_or(0.0).total_cmp(&other.away_ms.unwrap_or(0.0)));
    if let Some(log) = worst.and_then(|outage| outage.log_away_ms) {
        println!("{way}.log {log:.0}");
    }
    if let Some(majority) = worst.and_then(|outage| outage.log_majority_away_ms) {
        println!("{way}.majority {majority:.0}");
    }
    for SeenError { code, name, count, .. } in &timed.measured.errors {
        let code = code.map(|code| format!("{code}_")).unwrap_or_default();
        println!("{way}.error.{code}{} {count}", name.replace(' ', "_"));
    }
}
