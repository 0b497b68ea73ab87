//! Measures what it costs to look at a set of seven members, and how soon a change of primary is told.
//!
//! `monitor-bench --rounds N` makes a lab of seven, looks at it, and prints for each round the lines `cpu PERCENT` (of one
//! core), `traffic KILOBYTES_A_SECOND` (both ways) and `told MILLISECONDS` (from the driver's word to the snapshot).

mod usage;

use std::{
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use bson::doc;
use mongodb::{
    Client, ServerType,
    event::{EventHandler, sdam::SdamEvent},
    options::ClientOptions,
};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use trivet_core::{
    Engine, EngineConfig, Startup, USUAL_PORT,
    connection::{ConnectRequest, ConnectTarget},
    event::ReplicaChanged,
    replica::ReplicaRequest,
};
use trivet_lab::{LabConfig, LabMemberPlan, LabPlan, LabStartRequest, Labs};
use trivet_tests::{Failure, run_rounds};

use crate::usage::Usage;

type Result<T = ()> = std::result::Result<T, Failure>;

const MEMBERS: usize = 7;
/// What is asked only now and then has been asked by then.
const WARM_UP: Duration = Duration::from_secs(35);
const ROUND: Duration = Duration::from_secs(30);
const ELECTION: Duration = Duration::from_secs(30);

/// Who is primary, and since when that is known; by the driver, and by the snapshot.
type Known = Arc<Mutex<Option<(String, Instant)>>>;

fn main() -> ExitCode {
    run_rounds("monitor-bench", bench)
}

async fn bench(rounds: u32) -> Result {
    let folder = std::env::temp_dir().join(format!("trivet-monitor-bench-{}", std::process::id()));
    let labs = Labs::new(LabConfig { seed: false, temporary: true, ..LabConfig::new(folder.join("lab"))? });
    let members = vec![LabMemberPlan::default(); MEMBERS];
    let plan = LabPlan { name: "seven".to_owned(), members, temporary: true, ..LabPlan::default() };
    let started = labs.start(LabStartRequest { lab: String::new(), plan: Some(plan) }, |_| {}).await?;
    let uri = started.uri.ok_or("the lab has no connection string")?;

    let by_driver = Known::default();
    let client = client_that_tells(&uri, &by_driver).await?;
    let by_snapshot = Known::default();
    let (looking, _engine) = look(&uri, &folder, &by_snapshot).await?;
    sleep(WARM_UP).await;
    for _ in 0..rounds {
        let before = Usage::now()?;
        sleep(ROUND).await;
        let used = Usage::now()?.since(&before);
        println!("cpu {:.3}", used.processor_percent);
        println!("traffic {:.3}", used.kilobytes_a_second);
        println!("told {:.3}", step_down(&client, &by_driver, &by_snapshot).await?);
    }
    drop(looking);
    labs.stop_all().await?;
    // The guard removes what is the lab's; the rest is the engine's.
    let _ = std::fs::remove_dir_all(folder);
    Ok(())
}

/// A client beside the engine, that notes when its driver knows of a primary.
async fn client_that_tells(uri: &str, known: &Known) -> Result<Client> {
    let mut options = ClientOptions::parse(uri).await?;
    let known = Arc::clone(known);
    options.sdam_event_handler = Some(EventHandler::callback(move |event| {
        if let SdamEvent::TopologyDescriptionChanged(change) = event {
            let servers = change.new_description.servers();
            let primary = servers.iter().find(|(_, server)| server.server_type() == ServerType::RsPrimary);
            if let Some((address, _)) = primary {
                note(&known, &address.to_string());
            }
        }
    }));
    Ok(Client::with_options(options)?)
}

/// An engine that looks at the set until the first of what is returned is dropped.
async fn look(uri: &str, folder: &std::path::Path, known: &Known) -> Result<(watch::Receiver<()>, Engine)> {
    let engine = Engine::new(EngineConfig {
        data_dir: folder.join("engine"),
        clock: Arc::new(SystemTime::now),
        startup: Startup::Nothing,
        local_port: USUAL_PORT,
        read_only: true,
    });
    let target = ConnectTarget::Uri { uri: uri.to_owned() };
    let request = ConnectRequest { target, name: None, environment: None, read_only: None, undo: None };
    let connection = engine.connect(request).await?.id;
    let (sender, receiver) = watch::channel(());
    let (watching, known) = (engine.clone(), Arc::clone(known));
    tokio::spawn(async move {
        let tell = |changed: ReplicaChanged| {
            if let Some(primary) = &changed.snapshot.primary {
                note(&known, primary);
            }
            !sender.is_closed()
        };
        watching.watch_replica(ReplicaRequest { connection }, tell).await
    });
    Ok((receiver, engine))
}

/// Milliseconds from the driver's word to the snapshot's, after the primary was asked to step down.
async fn step_down(client: &Client, by_driver: &Known, by_snapshot: &Known) -> Result<f64> {
    let old = primary(by_driver).ok_or("the driver knows no primary")?.0;
    let command = doc! { "replSetStepDown": 30, "secondaryCatchUpPeriodSecs": 10 };
    client.database("admin").run_command(command).await?;
    let both = async {
        loop {
            let told = primary(by_driver).zip(primary(by_snapshot));
            match told {
                Some((driver, snapshot)) if driver.0 != old && driver.0 == snapshot.0 => {
                    return snapshot.1.saturating_duration_since(driver.1);
                }
                _ => sleep(Duration::from_millis(5)).await,
            }
        }
    };
    Ok(timeout(ELECTION, both).await?.as_secs_f64() * 1_000.0)
}

fn note(known: &Known, primary: &str) {
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    if known.as_ref().is_none_or(|(before, _)| before != primary) {
        *known = Some((primary.to_owned(), Instant::now()));
    }
}

fn primary(known: &Known) -> Option<(String, Instant)> {
    known.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
