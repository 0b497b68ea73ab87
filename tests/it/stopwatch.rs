//! The fail-over stopwatch on real sets: beside a ledger that another client writes, and what it leaves behind.

mod kept;

use tempfile::TempDir;
use trivet_core::{Engine, connection::ConnectionId, replica::FailoverMeasurement};
use trivet_lab::{GuardProgram, Lab, LabConfig, LabMemberPlan, LabPlan, LabStartRequest, Labs, MongodSearch};
use trivet_tests::{Blow, Timed, all_follow, engine, lab_host, time, to};

/// Both may differ by so much: a beat of the stopwatch, and what two clients on one machine keep from each other.
const AGREE_MS: f64 = 100.0;
/// How often it is tried: on a machine that others share, either client may be held up for longer than that.
const TRIES: u32 = 3;

/// A set that elects after a second, and an engine that is connected to it.
struct Scene {
    lab: Lab,
    engine: Engine,
    connection: ConnectionId,
    _labs: Labs,
    _folders: (TempDir, TempDir),
}

impl Scene {
    async fn new() -> Self {
        let folders = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let labs = Labs::new(LabConfig {
            data_dir: folders.0.path().to_owned(),
            mongod: MongodSearch::from_environment(),
            guard: GuardProgram::at(lab_host()),
            seed: false,
            temporary: true,
        });
        let plan = LabPlan {
            name: "timed".to_owned(),
            members: vec![LabMemberPlan::default(); 3],
            election_timeout_ms: 1_000,
            temporary: true,
            ..LabPlan::default()
        };
        let request = LabStartRequest { lab: String::new(), plan: Some(plan) };
        let status = labs.start(request, |_| {}).await.expect("it starts");
        all_follow(&status).await;
        let uri = status.uri.expect("it runs");
        let engine = engine(folders.1.path());
        let connection = engine.connect(to(&uri)).await.expect("connected").id;
        let lab = labs.lab("timed").expect("a name");
        Self { lab, engine, connection, _labs: labs, _folders: folders }
    }

    /// Times a blow until both agree. Every time is told.
    async fn times(&self, blow: Blow) -> Timed {
        let mut all = Vec::new();
        for _ in 0..TRIES {
            let timed = time(&self.engine, &self.connection, &self.lab, blow).await;
            let FailoverMeasurement { outages, errors, elections, remarks, retryable, .. } = &timed.measured;
            println!(
                "{}: away {:.0} ms, ledger {:.0} ms; {outages:?} {errors:?} {retryable:?} {elections:?} {remarks:?}",
                blow.name(),
                timed.away_ms(),
                timed.ledger_ms
            );
            if timed.difference_ms() <= AGREE_MS {
                return timed;
            }
            all.push((timed.away_ms(), timed.ledger_ms));
        }
        panic!("{}: the stopwatch and the ledger never agree: {all:?}", blow.name());
    }
}

#[tokio::test]
async fn own_set_a_step_down_is_short_and_its_election_is_told_by_the_log() {
    let scene = Scene::new().await;
    let timed = scene.times(Blow::StepDown).await;
    assert!(timed.away_ms() < 5_000.0, "{:?}", timed.measured.outages);
    let FailoverMeasurement { acknowledged, elections, usual_ms, interval_ms, sent_ms, took_ms, .. } =
        timed.measured;
    assert!(acknowledged >= 80 && interval_ms == 50 && usual_ms.is_some_and(|usual| usual < 1_000.0));
    assert_eq!(elections.len(), 1, "{elections:?}");
    assert!(elections[0].writable_at.is_some() && elections[0].lost_at.is_some(), "{elections:?}");
    assert_eq!(sent_ms.len(), took_ms.len());
}

#[tokio::test]
async fn own_set_a_clean_stop_is_timed_as_a_ledger_has_it() {
    let scene = Scene::new().await;
    let timed = scene.times(Blow::Stop).await;
    assert_eq!(timed.measured.elections.len(), 1, "{:?}", timed.measured.elections);
}

#[tokio::test]
async fn own_set_a_kill_is_an_outage_with_its_errors_and_a_client_that_retries_hears_of_none() {
    let scene = Scene::new().await;
    let FailoverMeasurement { outages, errors, retryable, failed, elections, .. } =
        scene.times(Blow::Kill).await.measured;
    let worst = outages.iter().filter_map(|outage| outage.away_ms).fold(0.0, f64::max);
    assert!((500.0..30_000.0).contains(&worst), "{outages:?}");
    assert_eq!(errors.iter().map(|error| error.count).sum::<u32>(), failed);
    assert_eq!((retryable.hidden + retryable.errors, retryable.errors), (failed, 0), "{errors:?}");
    assert!(retryable.slowest_ms.is_some_and(|slowest| f64::from(slowest) > worst / 2.0), "{retryable:?}");
    assert_eq!(elections.len(), 1, "{elections:?}");
    let log = outages.iter().filter_map(|outage| outage.log_away_ms).fold(0.0, f64::max);
    assert!((log - worst).abs() < 3_000.0, "the log says {log} ms, the writes {worst} ms");
}

#[tokio::test]
async fn own_set_a_frozen_primary_holds_up_what_was_sent_to_it_and_nothing_else() {
    let scene = Scene::new().await;
    let FailoverMeasurement { outages, errors, .. } = scene.times(Blow::Freeze).await.measured;
    let worst = outages.iter().filter_map(|outage| outage.away_ms).fold(0.0, f64::max);
    assert!((500.0..30_000.0).contains(&worst), "{outages:?}");
    let hung = errors.iter().find(|error| error.name == "no answer").expect("writes that hung");
    assert!(hung.code.is_none() && hung.retryable, "{hung:?}");
    // Given up long after the others had found the new primary.
    let came_back = outages.iter().all(|outage| outage.to.is_some());
    assert!(came_back && f64::from(hung.last_ms) > worst, "{hung:?}");
}
