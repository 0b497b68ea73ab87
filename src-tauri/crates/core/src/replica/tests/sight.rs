//! What can be seen: without privileges, before a set is initiated, with a link cut, with an old configuration.

use std::time::Duration;

use insta::assert_snapshot;

use super::world::{Access, moment, of, peer, three, watch, words, world};
use crate::{
    connection::Topology,
    replica::{
        MemberHealth, MemberState, VerdictLevel,
        observation::{Fact, Observation, Report},
        reduce::Reducer,
        reply::Hello,
    },
};

#[test]
fn a_user_without_clustermonitor_sees_primary_and_lag_and_is_told_what_is_missing() {
    let mut set = three();
    set.everybody(|peer| peer.access = Access::Forbids(13));
    set.peer("b:1").wall = 996;
    let snapshot = set.snapshot();
    assert_eq!(snapshot.primary.as_deref(), Some("a:1"));
    assert_eq!(of(&snapshot, "b:1").lag_seconds, Some(4.0));
    assert_eq!((of(&snapshot, "b:1").votes, of(&snapshot, "b:1").uptime_seconds), (None, None));
    assert_eq!((snapshot.majority.clone(), snapshot.term), (None, Some(3.0)));
    assert_eq!(snapshot.limits.len(), 1, "once, not for each member");
    assert!(snapshot.limits[0].why.contains("clusterMonitor"));
    assert_snapshot!(words(&snapshot), @r"
    Healthy
    There is a primary. How many members may fail cannot be told: see what could not be asked.
    -
    ");
    set.peer("c:1").dies();
    assert_snapshot!(set.snapshot().verdict.summary, @"Degraded: c:1 is down (connection refused, 0 s). How many members may fail cannot be told: see what could not be asked.");
}

#[test]
fn a_member_that_only_hello_named_stays_listed_when_nobody_answers() {
    let (mut set, mut watch) = (three(), watch());
    set.everybody(|peer| peer.access = Access::Forbids(13));
    watch.sees(&set, 0);
    set.everybody(|peer| peer.access = Access::Silent("connection refused"));
    assert_eq!(watch.sees(&set, 1).members.len(), 3);
}

#[test]
fn a_set_that_was_never_initiated_is_not_called_removed() {
    let mut set = world(&["a:1"], &[]);
    set.everybody(|peer| peer.access = Access::Forbids(94));
    let snapshot = set.snapshot();
    assert_eq!(of(&snapshot, "a:1").state, MemberState::Startup);
    assert!(snapshot.limits[0].why.contains("not initiated"));
    assert_snapshot!(words(&snapshot), @r"
    Critical
    No member has a configuration: the set is still starting, or was never initiated (rs.initiate()).
    -
    ");
}

#[test]
fn a_standalone_is_no_set_without_a_primary() {
    assert_snapshot!(alone(Topology::Standalone, true), @"Healthy: A standalone server: it answers. It is no replica set, so nothing takes over when it stops.");
    assert_snapshot!(alone(Topology::Sharded, true), @"Healthy: A sharded cluster, seen through mongos: it answers. The replica sets behind it are not shown.");
    assert_snapshot!(alone(Topology::Standalone, false), @"Critical: one:1 does not answer: connection refused.");
}

fn alone(topology: Topology, answers: bool) -> String {
    let mut reducer = Reducer::new(topology, None, vec!["one:1".to_owned()]);
    let hello = Hello::read(&bson::doc! { "isWritablePrimary": true });
    let (host, at) = ("one:1".to_owned(), Duration::ZERO);
    let news = |fact| Observation { host: host.clone(), address: host.clone(), at, fact };
    if answers {
        reducer.note(news(Fact::Hello(hello)));
        reducer.note(news(Fact::Report(Report {
            ping_ms: 1.0,
            status: Err(76),
            config: None,
            version: None,
        })));
    } else {
        reducer.note(news(Fact::Silent("connection refused".to_owned())));
    }
    let snapshot = reducer.snapshot(moment(0));
    assert_eq!((&snapshot.primary, &snapshot.majority), (&None, &None));
    assert_eq!((snapshot.no_primary_seconds, snapshot.limits.len()), (None, 0));
    assert_eq!(snapshot.members[0].lag_seconds, None);
    format!("{:?}: {}", snapshot.verdict.level, snapshot.verdict.summary)
}

#[test]
fn a_member_that_only_we_cannot_reach_is_down_at_first_and_vouched_for_when_the_others_would_know() {
    let (mut set, mut watch) = (three(), watch());
    set.peer("c:1").access = Access::Silent("no answer in time");
    watch.sees(&set, 0);
    let early = watch.sees(&set, 13);
    assert_eq!((of(&early, "c:1").health, of(&early, "c:1").state), (MemberHealth::Down, MemberState::Down));
    assert_snapshot!(early.verdict.summary, @"Degraded: c:1 is down (no answer in time, 13 s). Writes go on; one more loss stops them.");
    let late = watch.sees(&set, 14);
    let cut = of(&late, "c:1");
    assert_eq!((cut.health, cut.state), (MemberHealth::Up, MemberState::Secondary));
    assert_eq!((cut.down_seconds, cut.lag_seconds), (None, None));
    assert_snapshot!(late.verdict.summary, @"Degraded: c:1 does not answer us (no answer in time), while other members still see it. Writes go on, and would with one more loss.");
}

#[test]
fn a_primary_that_only_we_cannot_reach_is_primary_again_when_the_others_would_know() {
    let (mut set, mut watch) = (three(), watch());
    set.peer("a:1").access = Access::Silent("no answer in time");
    assert_eq!(watch.sees(&set, 0).primary, None);
    assert_eq!(watch.sees(&set, 13).primary, None);
    let late = watch.sees(&set, 14);
    assert_eq!((late.primary.as_deref(), late.verdict.level), (Some("a:1"), VerdictLevel::Degraded));
    assert_eq!(of(&late, "b:1").lag_seconds, None, "against what is not known");
}

#[test]
fn the_newest_configuration_wins_by_term_and_version_and_a_forced_one_by_version() {
    let shrunk = |age: (i64, i64)| {
        let mut news = three().observe("b:1", Duration::from_secs(1));
        let Some(Observation { fact: Fact::Report(report), .. }) = news.last_mut() else {
            panic!("it answers")
        };
        let mut config = report.config.as_deref().expect("read").clone();
        config.age = age;
        config.members.pop();
        report.config = Some(std::sync::Arc::new(config));
        news
    };
    // The set of three has term 3, version 1.
    for (age, members) in
        [((3, 2), 2), ((4, 1), 2), ((2, 9), 3), ((3, 1), 3), ((-1, 50_000), 2), ((-1, 1), 3), ((-1, 0), 3)]
    {
        let mut watch = watch();
        watch.sees(&three(), 0);
        watch.hears(shrunk(age));
        assert_eq!(watch.reducer.hosts().len(), members, "{age:?}");
    }
    let mut watch = watch();
    watch.hears(shrunk((-1, 50_000)));
    watch.sees(&three(), 0);
    assert_eq!(watch.reducer.hosts().len(), 2, "an old one with a term does not win against a forced one");
}

#[test]
fn the_members_are_asked_in_the_order_of_the_configuration() {
    let mut set = world(&["z:1", "m:1", "b:1"], &["m:1"]);
    let mut hidden = peer(3, "a:1", false);
    hidden.config.insert("priority", 0.0);
    hidden.config.insert("hidden", true);
    set.peers.push(hidden);
    let mut watch = watch();
    assert_eq!(watch.reducer.hosts(), ["a:1"], "the seeds, while nobody has answered");
    set.peer("z:1").access = Access::Forbids(13);
    watch.hears(set.observe("z:1", Duration::ZERO));
    assert_eq!(watch.reducer.hosts(), ["z:1", "b:1", "m:1"], "hello names no hidden member, arbiters last");
    watch.hears(set.observe("b:1", Duration::ZERO));
    assert_eq!(watch.reducer.hosts(), ["z:1", "m:1", "b:1", "a:1"]);
    let order: Vec<_> = watch.sees(&set, 0).members.into_iter().map(|member| member.host).collect();
    assert_eq!(order, ["z:1", "m:1", "b:1", "a:1"]);
}

#[test]
fn a_snapshot_is_complete_when_every_member_was_asked_whatever_it_said() {
    let (mut set, mut watch) = (three(), watch());
    set.peer("c:1").dies();
    assert!(!watch.reducer.complete());
    for (host, complete) in [("a:1", false), ("b:1", false), ("c:1", true)] {
        watch.hears(set.observe(host, Duration::ZERO));
        assert_eq!(watch.reducer.complete(), complete, "{host}");
    }
}

#[test]
fn a_member_that_left_the_configuration_is_gone() {
    let (mut set, mut watch) = (three(), watch());
    watch.sees(&set, 0);
    set.peers.pop();
    set.version = 2;
    let hosts: Vec<_> = watch.sees(&set, 1).members.into_iter().map(|member| member.host).collect();
    assert_eq!(hosts, ["a:1", "b:1"]);
}
