//! Every formula on what real members answered: a scene a file, a member a line, as mongod 6.0.5 gave it.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use bson::{Bson, Document, doc};
use insta::assert_snapshot;

use super::world::{moment, of, words};
use crate::{
    connection::Topology,
    replica::{
        AdviceKind, InitialSync, LossStops, MemberHealth, MemberState, ReplicaSnapshot,
        observation::{Fact, Observation, Report},
        reduce::Reducer,
        reply::{Config, Figures, Hello, Status},
        signals::{commit, oplog},
    },
};

/// A primary, a secondary, an arbiter, and a hidden member that is an hour late; nobody had written for a while.
const IDLE: &str = include_str!("recorded/idle.jsonl");
/// The same set with a fifth member that was added a moment before: the primary, and the new one.
const COPYING: &str = include_str!("recorded/copying.jsonl");
/// The secondary was killed: the others.
const ONE_DOWN: &str = include_str!("recorded/one-down.jsonl");
/// The primary and the arbiter were killed: the secondary, and the late one.
const NO_PRIMARY: &str = include_str!("recorded/no-primary.jsonl");
/// After that a configuration by force, of these two and without the delay.
const FORCED: &str = include_str!("recorded/forced.jsonl");
/// A primary that was frozen until another one was elected, in the moment in which it went on; then the others.
const TWO_PRIMARIES: &str = include_str!("recorded/two-primaries.jsonl");
/// Each alone: a user who may only read, no configuration yet, taken out of it, no `--replSet`.
const NO_ROLE: &str = include_str!("recorded/no-role.jsonl");
const NOT_INITIATED: &str = include_str!("recorded/not-initiated.jsonl");
const REMOVED: &str = include_str!("recorded/removed.jsonl");
const STANDALONE: &str = include_str!("recorded/standalone.jsonl");
/// `serverStatus` of the primary of the idle set.
const FIGURES: &str = include_str!("recorded/figures.json");

fn document(json: &str) -> Document {
    let value: serde_json::Value = serde_json::from_str(json).expect("JSON");
    match Bson::try_from(value) {
        Ok(Bson::Document(document)) => document,
        other => panic!("not a document: {other:?}"),
    }
}

/// What one member answered to `hello`, `replSetGetStatus` and `replSetGetConfig`.
#[derive(Clone)]
struct Answers {
    host: String,
    hello: Document,
    status: Document,
    config: Document,
    version: &'static str,
}

fn scene(lines: &str) -> Vec<Answers> {
    let part = |line: &Document, name| line.get_document(name).expect("recorded").clone();
    let answers = |line| {
        let line = document(line);
        Answers {
            host: line.get_str("host").expect("recorded").to_owned(),
            hello: part(&line, "hello"),
            status: part(&line, "status"),
            config: part(&line, "config"),
            version: "6.0.5",
        }
    };
    lines.lines().map(answers).collect()
}

impl Answers {
    fn news(&self) -> [Observation; 2] {
        let status = match self.status.get_i32("code") {
            Ok(code) => Err(code),
            Err(_) => Ok(Status::read(&self.status)),
        };
        let config = Config::read(&self.config).map(Arc::new);
        let report = Report { ping_ms: 0.4, status, config, version: Some(self.version.to_owned()) };
        let news = |fact| Observation {
            host: self.host.clone(),
            address: self.host.clone(),
            at: Duration::from_secs(1),
            fact,
        };
        [news(Fact::Hello(Hello::read(&self.hello))), news(Fact::Report(report))]
    }

    /// How it sees another member.
    fn sees(&self, host: &str) -> &Document {
        let members = self.status.get_array("members").expect("recorded").iter();
        let mut members = members.filter_map(Bson::as_document);
        members.find(|member| member.get_str("name").is_ok_and(|name| name == host)).expect("recorded")
    }
}

/// What is told when these have answered and the others, where there are any, have not.
fn told(topology: Topology, answers: &[Answers]) -> ReplicaSnapshot {
    let mut reducer = Reducer::new(topology, None, vec![answers[0].host.clone()]);
    for news in answers.iter().flat_map(Answers::news) {
        reducer.note(news);
    }
    for host in reducer.hosts() {
        if !answers.iter().any(|answers| answers.host == host) {
            let (address, at) = (host.clone(), Duration::from_secs(1));
            let fact = Fact::Silent("connection refused".to_owned());
            reducer.note(Observation { host, address, at, fact });
        }
    }
    reducer.snapshot(moment(0))
}

fn of_a_set(lines: &str) -> ReplicaSnapshot {
    told(Topology::ReplicaSet, &scene(lines))
}

fn lags(snapshot: &ReplicaSnapshot) -> BTreeMap<&str, Option<f64>> {
    let lag = |lag: f64| (lag * 1_000.0).round() / 1_000.0;
    snapshot
        .members
        .iter()
        .map(|member| (member.host.rsplit_once(':').expect("a port").1, member.lag_seconds.map(lag)))
        .collect()
}

#[test]
fn an_idle_set_is_not_behind_although_the_primary_saw_its_heartbeats_ten_seconds_behind() {
    let answers = scene(IDLE);
    let date = |host| answers[0].sees(host).get_datetime("optimeDate").expect("recorded").timestamp_millis();
    assert_eq!(date("127.0.0.1:47101") - date("127.0.0.1:47102"), 10_000, "as other clients show it");
    let snapshot = of_a_set(IDLE);
    assert_eq!(lags(&snapshot)["47102"], Some(0.0));
    assert_snapshot!(words(&snapshot), @r"
    Healthy
    Healthy. But the loss of one data-bearing member stops majority writes.
    -
    ");
}

#[test]
fn an_arbiter_whose_own_figures_follow_the_set_has_no_lag() {
    let answers = scene(IDLE);
    let own = Status::read(&answers[2].status);
    assert!(own.applied_wall_ms.is_some(), "it tells one all the same");
    let snapshot = of_a_set(IDLE);
    let arbiter = of(&snapshot, "127.0.0.1:47103");
    assert_eq!((arbiter.state, arbiter.arbiter, arbiter.lag_seconds), (MemberState::Arbiter, true, None));
    let loss = |host: &str| {
        let host = format!("127.0.0.1:{host}");
        snapshot.losses.iter().find(|loss| loss.host == host).expect("up").stops
    };
    assert_eq!(
        ["47101", "47102", "47103", "47104"].map(loss),
        [LossStops::MajorityWrites, LossStops::MajorityWrites, LossStops::Nothing, LossStops::Nothing]
    );
}

#[test]
fn a_member_that_is_an_hour_late_on_purpose_is_not_behind_and_its_window_counts_from_there() {
    let snapshot = of_a_set(IDLE);
    let late = of(&snapshot, "127.0.0.1:47104");
    assert_eq!((late.delay_seconds, late.lag_seconds), (Some(3_600.0), Some(0.0)));
    assert_eq!((late.hidden, late.votes, late.priority), (Some(true), Some(0), Some(0.0)));
    assert_eq!(late.sync_source.as_deref(), Some("127.0.0.1:47101"));
}

#[test]
fn a_member_that_has_nothing_yet_answers_with_1970_and_has_no_lag() {
    let answers = scene(COPYING);
    let wall =
        answers[1].status.get_document("optimes").and_then(|of| of.get_datetime("lastAppliedWallTime"));
    assert_eq!(wall.expect("recorded").timestamp_millis(), 0);
    let own = Status::read(&answers[1].status);
    assert_eq!((own.applied, own.applied_wall_ms, own.committed), (None, None, None));
    assert_eq!((commit::point(&own), commit::lag_seconds(&own)), (None, None));
    let snapshot = told(Topology::ReplicaSet, &answers);
    let copying = of(&snapshot, "127.0.0.1:47105");
    assert_eq!((copying.state, copying.lag_seconds), (MemberState::Startup2, None));
    assert_eq!(
        copying.initial_sync,
        Some(InitialSync {
            copied_bytes: None,
            total_bytes: None,
            failed_attempts: 0,
            most_attempts: Some(10),
            elapsed_seconds: Some(0.419),
            remaining_seconds: None,
            source: None,
        })
    );
}

#[test]
fn a_dead_member_has_no_lag_although_the_others_keep_its_last_time() {
    let answers = scene(ONE_DOWN);
    let dead = answers[0].sees("127.0.0.1:47102");
    assert_eq!(dead.get_datetime("optimeDate").map(|date| date.timestamp_millis()).ok(), Some(0));
    assert!(dead.get_datetime("lastAppliedWallTime").expect("recorded").timestamp_millis() > 0);
    let snapshot = told(Topology::ReplicaSet, &answers);
    let member = of(&snapshot, "127.0.0.1:47102");
    assert_eq!((member.health, member.lag_seconds), (MemberHealth::Down, None));
    assert_snapshot!(words(&snapshot), @r"
    Critical
    Majority writes have stopped: 1 of the 2 data-bearing voters needed follows.
    127.0.0.1:47102 is down (connection refused, 0 s).
    ");
}

#[test]
fn without_a_primary_the_votes_are_counted_and_lag_is_against_the_newest() {
    let snapshot = of_a_set(NO_PRIMARY);
    assert_eq!((snapshot.primary.as_deref(), snapshot.commit_lag_seconds), (None, None));
    assert_eq!(
        lags(&snapshot),
        BTreeMap::from([("47101", None), ("47102", Some(0.0)), ("47103", None), ("47104", Some(0.0))]),
        "the late one has an hour"
    );
    assert_snapshot!(words(&snapshot), @r"
    Critical
    No primary for 0 s: 1 of 3 voters reachable, 2 needed. Writes wait until another member is back.
    127.0.0.1:47101 is down (connection refused, 0 s). 127.0.0.1:47103 is down (connection refused, 0 s).
    ");
    assert_eq!(lags(&of_a_set(FORCED)), BTreeMap::from([("47102", Some(0.0)), ("47104", Some(37.167))]));
}

#[test]
fn a_configuration_by_force_has_no_term_and_a_version_far_above() {
    let answers = scene(FORCED);
    assert_eq!(answers[0].sees("127.0.0.1:47102").get_i32("configTerm").ok(), Some(-1));
    let snapshot = told(Topology::ReplicaSet, &answers);
    let age = snapshot.configuration.as_ref().expect("read").age;
    assert_eq!((age.version.to_string().as_str(), age.term), ("70849", None));
    assert_eq!(snapshot.members.len(), 2);
    assert_eq!(of(&snapshot, "127.0.0.1:47102").config, Some(age));
}

#[test]
fn the_first_entry_of_a_set_has_term_minus_1_and_is_an_optime_like_others() {
    let answers = scene(TWO_PRIMARIES);
    let own = Status::read(&answers[1].status).applied.expect("it has applied something");
    assert_eq!((own.term, own.seconds), (-1, 1_795_709_797));
    assert_eq!(Status::read(&doc! { "myState": 0, "term": -1_i64 }).term, None, "none was heard of");
}

#[test]
fn of_two_primaries_the_one_of_the_lower_term_does_not_know_yet() {
    let answers = scene(TWO_PRIMARIES);
    let claims = |answers: &Answers| {
        (answers.status.get_i32("myState").expect("recorded"), Hello::read(&answers.hello).election_term)
    };
    assert_eq!(answers.iter().map(claims).collect::<Vec<_>>(), [(1, Some(2)), (2, None), (1, Some(3))]);
    let backwards: Vec<_> = answers.iter().rev().cloned().collect();
    let orders = [answers, backwards].map(|answers| told(Topology::ReplicaSet, &answers));
    for snapshot in &orders {
        assert_eq!(snapshot.primary.as_deref(), Some("127.0.0.1:47113"));
        assert_eq!(snapshot.term.map(|term| term.to_string()).as_deref(), Some("3"));
        assert_eq!(of(snapshot, "127.0.0.1:47112").state, MemberState::Unknown);
        assert_eq!(lags(snapshot)["47111"], Some(8.652));
    }
    assert_eq!(words(&orders[0]), words(&orders[1]), "whoever answers first");
    assert_snapshot!(words(&orders[0]), @r"
    Degraded
    Degraded: 127.0.0.1:47112 still calls itself primary, although another was elected since. Writes go on; one more loss stops them.
    Another member heard: Couldn't get a connection within the time limit.
    ");
}

#[test]
fn members_of_two_versions_are_named_with_what_that_is_for() {
    let mut answers = scene(IDLE);
    answers[1].version = "7.0.14";
    let snapshot = told(Topology::ReplicaSet, &answers);
    assert_eq!(snapshot.servers.versions, ["6.0.5", "7.0.14"]);
    let advice = snapshot.advice.iter().find(|advice| advice.kind == AdviceKind::MixedVersions);
    assert_snapshot!(advice.expect("given").text, @"The members run 6.0.5 and 7.0.14. That is meant for the time of an upgrade only.");
    let alike = of_a_set(IDLE);
    assert!(alike.advice.iter().all(|advice| advice.kind != AdviceKind::MixedVersions));
}

#[test]
fn the_figures_of_a_server_are_read_as_it_names_them() {
    let figures = Figures::read(&document(FIGURES));
    assert_eq!((figures.connections, figures.flow_lagged), (Some((10, 15_990)), Some(false)));
    assert_eq!((figures.write_concern.as_deref(), figures.elections_called), (Some("1"), Some(1)));
    assert_eq!((figures.truncations, figures.retention_hours), (Some(0), None));
    assert_eq!(
        figures.operations.map(|operations| (operations.insert, operations.getmore)),
        Some((102.0, 84.0))
    );
    let window = figures.oplog.map(oplog::window_hours).expect("both ends");
    assert!((window * 3_600.0 - 33.0).abs() < 1e-6, "{window}");
    assert_eq!(oplog::is_full(&figures, None), None, "a young one is not judged");
    assert!(figures.cache_dirty < figures.cache_used && figures.cache_used < Some(1.0), "{figures:?}");
}

/// What cannot be seen, and why.
fn limits(snapshot: &ReplicaSnapshot) -> String {
    let limits: Vec<_> =
        snapshot.limits.iter().map(|limit| format!("{}: {}", limit.what, limit.why)).collect();
    limits.join("\n")
}

#[test]
fn a_user_without_the_role_is_told_which_one_shows_more() {
    let snapshot = of_a_set(NO_ROLE);
    assert_eq!((snapshot.primary.as_deref(), snapshot.majority.as_ref()), (Some("127.0.0.1:47121"), None));
    assert_snapshot!(limits(&snapshot), @"Votes, priorities, terms and how the members see each other: The user may not run replSetGetStatus (13 Unauthorized). The role clusterMonitor allows it.");
}

#[test]
fn atlas_refuses_by_a_number_of_its_own() {
    let mut answers = scene(NO_ROLE);
    answers[0].status = doc! {
        "ok": 0, "errmsg": "CMD_NOT_ALLOWED: replSetGetStatus", "code": 8000, "codeName": "AtlasError",
    };
    let snapshot = told(Topology::ReplicaSet, &answers);
    assert_eq!(snapshot.primary.as_deref(), Some("127.0.0.1:47121"));
    assert_snapshot!(limits(&snapshot), @"Votes, priorities, terms and how the members see each other: Atlas refuses replSetGetStatus on a free or flex cluster (8000 AtlasError). On a dedicated one the role clusterMonitor allows it.");
}

#[test]
fn a_refusal_of_any_other_number_is_told_with_it() {
    let mut answers = scene(NO_ROLE);
    answers[0].status.insert("code", 323);
    assert_snapshot!(limits(&told(Topology::ReplicaSet, &answers)), @"Votes, priorities, terms and how the members see each other: The server refuses replSetGetStatus (error 323). It needs the role clusterMonitor.");
}

#[test]
fn a_server_without_a_configuration_is_not_initiated_yet() {
    let snapshot = of_a_set(NOT_INITIATED);
    assert_eq!(snapshot.members[0].state, MemberState::Startup);
    assert_snapshot!(format!("{}\n{}", snapshot.verdict.summary, limits(&snapshot)), @r"
    No member has a configuration: the set is still starting, or was never initiated (rs.initiate()).
    The state of the set: The replica set is not initiated yet (94 NotYetInitialized).
    ");
}

#[test]
fn a_member_that_was_taken_out_is_known_by_its_error_and_without_the_role_by_its_hello() {
    for code in [93, 13] {
        let mut answers = scene(IDLE);
        let removed = Answers { host: answers[1].host.clone(), ..scene(REMOVED).remove(0) };
        answers[1] = removed;
        answers[1].status.insert("code", code);
        let snapshot = told(Topology::ReplicaSet, &answers);
        let member = of(&snapshot, "127.0.0.1:47102");
        assert_eq!((member.state, member.lag_seconds), (MemberState::Removed, None), "{code}");
        assert_eq!(snapshot.limits.len(), usize::from(code == 13));
    }
}

#[test]
fn a_standalone_has_a_verdict_of_its_own_and_no_limits() {
    let snapshot = told(Topology::Standalone, &scene(STANDALONE));
    assert_eq!((snapshot.primary.as_ref(), snapshot.limits.len()), (None, 0));
    assert_snapshot!(snapshot.verdict.summary, @"A standalone server: it answers. It is no replica set, so nothing takes over when it stops.");
}

#[test]
fn a_member_that_runs_without_the_set_is_no_primary_although_it_takes_writes() {
    let alone = scene(STANDALONE).remove(0);
    assert!(Hello::read(&alone.hello).writable_primary);
    let mut said = Vec::new();
    for code in [76, 13] {
        let mut answers = scene(NO_PRIMARY);
        answers[0] = Answers { host: answers[0].host.clone(), ..alone.clone() };
        answers[0].status.insert("code", code);
        let snapshot = told(Topology::ReplicaSet, &answers);
        assert_eq!(snapshot.primary, None, "{code}");
        said.push(words(&snapshot));
    }
    assert_snapshot!(said.remove(0), @r"
    Critical
    No primary for 0 s: 0 of 3 voters reachable, 2 needed. Writes wait until 2 more members are back.
    127.0.0.1:47101 is down (connection refused, 0 s). 127.0.0.1:47102 is down (it runs without --replSet, 0 s). 127.0.0.1:47103 is down (connection refused, 0 s).
    ");
}
