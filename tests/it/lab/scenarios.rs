//! Scenarios: Health notices each fault as what it is, and the lab is whole again afterwards.

use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use trivet_core::connection::{ConnectRequest, ConnectTarget};
use trivet_core::replica::ReplicaRequest;
use trivet_core::{Engine, EngineConfig, ErrorCode, Startup};
use trivet_lab::{LabPlan, LabScenario, LabState, Labs, ScenarioStep};

use super::config_in;
use super::labs::{members, plan, start};

/// Plays scenarios on one lab of three, with all that they need.
async fn play(scenarios: &[LabScenario]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let labs = Labs::new(config_in(folder.path()));
    let started = start(&labs, LabPlan { links: true, faults: true, ..plan("stage", members(3)) }).await;
    let engine = Engine::new(EngineConfig {
        data_dir: folder.path().join("app"),
        clock: Arc::new(SystemTime::now),
        startup: Startup::Nothing,
        local_port: 1,
        read_only: false,
    });
    let target = ConnectTarget::Lab { uri: started.uri.expect("it runs") };
    let request = ConnectRequest { target, name: None, environment: None, read_only: None, undo: None };
    let connection = engine.connect(request).await.expect("connected").id;
    let lab = labs.lab("stage").expect("a name");
    for scenario in scenarios {
        let states =
            engine.replica_states(ReplicaRequest { connection: connection.clone() }).expect("watched");
        let told = Mutex::new(Vec::<ScenarioStep>::new());
        let playing = lab.play(*scenario, states.clone(), |step| told.lock().expect("fine").push(step));
        let (report, another) = tokio::join!(playing, lab.play(*scenario, states, |_| {}));
        assert_eq!(another.map_err(|error| error.code()), Err(ErrorCode::Conflict), "one at a time");
        let report = report.unwrap_or_else(|error| panic!("{scenario:?}: {error}"));
        assert!(report.ok, "{scenario:?}: {:#?}", report.steps);
        assert!(report.steps.len() >= 3, "{report:#?}");
        for step in &report.steps {
            eprintln!("{scenario:?} {} -> {:?} after {:?} ms", step.what, step.seen, step.after_ms);
        }
        assert!(report.steps[1].commands.iter().all(|command| !command.is_empty()));
        let told = told.into_inner().expect("fine");
        assert_eq!(told.len(), 2 * report.steps.len(), "each step is told when it begins and when it ends");
        let healed = lab.status();
        assert!(healed.links.is_empty() && healed.members.iter().all(|member| member.running), "{healed:?}");
    }
    lab.stop().await.expect("it stops");
}

#[tokio::test]
async fn health_tells_a_dead_primary_and_a_lost_majority_own_set() {
    play(&[LabScenario::PrimaryDies, LabScenario::MajorityLost]).await;
}

#[tokio::test]
async fn health_tells_a_split_network_and_a_link_that_is_broken_one_way_own_set() {
    play(&[LabScenario::PrimaryCutOff, LabScenario::OneWayLink]).await;
}

#[tokio::test]
async fn health_tells_a_member_that_falls_behind_own_set() {
    play(&[LabScenario::MemberFallsBehind]).await;
}

#[tokio::test]
async fn health_tells_a_member_that_is_too_stale_and_one_that_copies_anew_own_set() {
    play(&[LabScenario::TooStale, LabScenario::InitialSync]).await;
}

#[tokio::test]
async fn a_scenario_that_the_lab_is_not_made_for_is_refused_own_set() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let labs = Labs::new(config_in(folder.path()));
    let lab = labs.lab("plain").expect("a name");
    let (_sender, states) = tokio::sync::watch::channel(None::<trivet_core::replica::ReplicaSnapshot>);
    let code = async |scenario| {
        lab.play(scenario, states.clone(), |_| {}).await.map_err(|error| error.code()).map(|_| ())
    };
    assert_eq!(code(LabScenario::PrimaryDies).await, Err(ErrorCode::Conflict), "it does not run");
    assert_eq!(start(&labs, plan("plain", members(1))).await.state, LabState::Running);
    assert_eq!(code(LabScenario::OneWayLink).await, Err(ErrorCode::Unsupported));
    assert_eq!(code(LabScenario::TooStale).await, Err(ErrorCode::Unsupported));
    assert_eq!(code(LabScenario::PrimaryDies).await, Err(ErrorCode::Unsupported), "it has one member");
    lab.stop().await.expect("it stops");
}
