//! Whatever order the news comes in, and whatever of it is lost, what is told is the last that is known.

use std::time::Duration;

use proptest::prelude::*;

use super::world::{Access, moment, three, watch};
use crate::replica::{
    ReplicaSnapshot,
    observation::{Fact, Observation},
};

/// What one member says at one moment.
#[derive(Debug, Clone)]
struct Said {
    member: usize,
    state: i32,
    optime: u32,
    silent: bool,
}

fn said() -> impl Strategy<Value = Said> {
    (0..3_usize, prop_oneof![Just(1), Just(2), Just(3)], 900..1_000_u32, prop::bool::weighted(0.2))
        .prop_map(|(member, state, optime, silent)| Said { member, state, optime, silent })
}

const HOSTS: [&str; 3] = ["a:1", "b:1", "c:1"];

/// The news of a course of events, one moment after the other.
fn news(course: &[Said]) -> Vec<Observation> {
    let mut news = Vec::new();
    for (second, said) in (1..).zip(course) {
        let mut set = three();
        let peer = set.peer(HOSTS[said.member]);
        peer.state = said.state;
        peer.optime = said.optime;
        peer.wall = said.optime.into();
        if said.silent {
            peer.access = Access::Silent("connection refused");
        }
        news.extend(set.observe(HOSTS[said.member], Duration::from_secs(second)));
    }
    news
}

fn told(news: &[Observation]) -> ReplicaSnapshot {
    let mut watch = watch();
    for host in HOSTS {
        watch.hears(three().observe(host, Duration::ZERO));
    }
    watch.hears(news.to_vec());
    watch.reducer.snapshot(moment(100))
}

/// Of each member the latest of each kind of news, in order.
fn latest(news: &[Observation]) -> Vec<Observation> {
    let kind = |one: &Observation| matches!(one.fact, Fact::Hello(_));
    let is_last = |index: usize, one: &Observation| {
        !news[index + 1..].iter().any(|later| later.host == one.host && kind(later) == kind(one))
    };
    let last = news.iter().enumerate().filter(|(index, one)| is_last(*index, one));
    last.map(|(_, one)| one.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_order_and_the_loss_of_news_change_nothing_but_what_is_known_last(
        course in prop::collection::vec(said(), 1..12),
        order in prop::collection::vec(any::<prop::sample::Index>(), 24),
        lost in prop::collection::vec(prop::bool::weighted(0.3), 24),
    ) {
        let news = news(&course);
        let kept: Vec<_> =
            news.iter().zip(&lost).filter(|(_, lost)| !**lost).map(|(one, _)| one.clone()).collect();
        let mut shuffled = kept.clone();
        for (at, with) in order.iter().enumerate().take(shuffled.len()) {
            let with = with.index(shuffled.len());
            shuffled.swap(at, with);
        }
        let (told, expected) = (told(&shuffled), told(&latest(&kept)));
        for (member, expected) in told.members.iter().zip(&expected.members) {
            prop_assert_eq!(
                (member.state, member.health, &member.unreachable_reason, &member.sync_source),
                (expected.state, expected.health, &expected.unreachable_reason, &expected.sync_source)
            );
        }
        prop_assert_eq!(told.primary, expected.primary);
        prop_assert_eq!(told.views, expected.views);
        prop_assert_eq!(told.sight, expected.sight);
    }

    #[test]
    fn figures_of_two_members_are_never_compared_across_rounds(
        course in prop::collection::vec(said(), 1..12),
    ) {
        // Each is heard in a second of its own, so that nothing but the first round has two of them.
        let snapshot = told(&news(&course));
        for member in &snapshot.members {
            prop_assert!(member.lag_seconds.is_none_or(|lag| lag == 0.0), "{:?}", member.lag_seconds);
        }
    }
}
