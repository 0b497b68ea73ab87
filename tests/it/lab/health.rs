//! What Health says of a fault, and how soon: the faults are a lab's, and what is said is of the engine.

use std::time::Duration;

use bson::doc;
use tempfile::TempDir;
use tokio::{sync::watch, time::Instant};
use trivet_core::{
    Engine,
    replica::{
        AlertLevel, AlertSignal, MemberState, ReplicaRequest, ReplicaSnapshot, SightKind, VerdictLevel,
    },
};
use trivet_lab::{Lab, LabFault, LabLink, Labs, LinkPolicy};
use trivet_tests::{client, engine, to};

use super::config_in;
use super::labs::{members, plan, start};

/// Heartbeats of the labs here: every 0.5 s, given up after 2 s.
const ELECTION_TIMEOUT_MS: u32 = 2_000;
/// A kill is told within this time.
const KILL: Duration = Duration::from_secs(2);
/// A member that is there and does not answer, and a link that is cut: within a heartbeat timeout and two seconds.
pub(super) const SILENCE: Duration = Duration::from_secs(4);
/// A machine on which other tests run is given so many times as long.
pub(super) const LOADED: u32 = 3;
/// All is well again within this time.
const RECOVERY: Duration = Duration::from_secs(40);

/// An alert: what it is about, how bad, and of which member.
type Expected = (AlertSignal, AlertLevel, Option<String>);

/// One more loss stops elections, and majority writes.
const NO_MARGIN: [Expected; 2] = [
    (AlertSignal::ElectionMargin, AlertLevel::Warning, None),
    (AlertSignal::WriteMargin, AlertLevel::Warning, None),
];
/// The members see each other differently.
const SIGHT: Expected = (AlertSignal::Sight, AlertLevel::Warning, None);
const NO_PRIMARY: Expected = (AlertSignal::NoPrimary, AlertLevel::Critical, None);

/// A lab, and somebody who looks at its Health.
pub(super) struct Scene {
    pub(super) lab: Lab,
    count: u32,
    pub(super) seen: watch::Receiver<Option<ReplicaSnapshot>>,
    told: Vec<String>,
    /// The alerts that the faults have raised since all was well.
    raised: Vec<(AlertSignal, Option<String>)>,
    _engine: Engine,
    _folders: (TempDir, TempDir),
    _labs: Labs,
}

impl Scene {
    pub(super) async fn of(count: u32) -> Self {
        let folders = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let labs = Labs::new(config_in(folders.0.path()));
        let mut plan = plan("health", members(count as usize));
        plan.links = true;
        plan.faults = true;
        plan.election_timeout_ms = ELECTION_TIMEOUT_MS;
        let status = start(&labs, plan).await;
        let engine = engine(folders.1.path());
        let uri = status.uri.expect("it runs");
        let connection = engine.connect(to(&uri)).await.expect("connected").id;
        let (sender, seen) = watch::channel(None);
        let (watching, request) = (engine.clone(), ReplicaRequest { connection });
        tokio::spawn(async move {
            let tell =
                |changed: trivet_core::event::ReplicaChanged| sender.send(Some(changed.snapshot)).is_ok();
            watching.watch_replica(request, tell).await
        });
        let lab = labs.lab("health").expect("a name");
        let mut scene = Self {
            lab,
            count,
            seen,
            told: Vec::new(),
            raised: Vec::new(),
            _engine: engine,
            _folders: folders,
            _labs: labs,
        };
        scene.recovers().await;
        scene
    }

    /// Waits until Health says something, at most `within`. How long that took since `began`.
    async fn says(
        &mut self,
        what: &str,
        (began, within): (Instant, Duration),
        is: impl Fn(&ReplicaSnapshot) -> bool,
    ) -> ReplicaSnapshot {
        let deadline = began + within * LOADED;
        let mut last = None;
        loop {
            if let Some(snapshot) = self.seen.borrow_and_update().clone() {
                if is(&snapshot) {
                    let took = began.elapsed().as_secs_f64();
                    self.told.push(format!(
                        "| {} | {what} | {took:.1} s | {} |",
                        self.count, snapshot.verdict.summary
                    ));
                    return snapshot;
                }
                last = Some(snapshot);
            }
            let changed = tokio::time::timeout_at(deadline, self.seen.changed()).await;
            assert!(
                changed.is_ok(),
                "not told within {:?}: {what}; {:?} {:?} {:?}",
                within * LOADED,
                last.as_ref().map(|snapshot| &snapshot.verdict),
                last.as_ref().map(|snapshot| &snapshot.sight),
                last.as_ref().map(|snapshot| &snapshot.alerts),
            );
        }
    }

    /// Waits until these alerts are raised, of whatever others, at most `within`.
    async fn raises(&mut self, what: &str, within: (Instant, Duration), expected: &[Expected]) {
        let told: Vec<_> = expected.iter().map(|(signal, _, _)| format!("{signal:?}")).collect();
        self.raised.extend(expected.iter().map(|(signal, _, host)| (*signal, host.clone())));
        self.says(&format!("{what}: alert {}", told.join(", ")), within, |snapshot| {
            expected.iter().all(|(signal, level, host)| {
                snapshot
                    .alerts
                    .iter()
                    .any(|alert| (alert.signal, alert.level, &alert.host) == (*signal, *level, host))
            })
        })
        .await;
    }

    /// What is raised when one more member fails: with three, the next one would stop writes.
    fn one_less(&self, host: &str) -> Vec<Expected> {
        let down = (AlertSignal::MemberState, AlertLevel::Warning, Some(host.to_owned()));
        let margins = NO_MARGIN.into_iter().filter(|_| self.count == 3);
        std::iter::once(down).chain(margins).collect()
    }

    /// Ends every fault, and waits until Health says that all is well, and that every alert that was raised is over.
    pub(super) async fn recovers(&mut self) {
        let began = Instant::now();
        self.lab.heal().await.expect("it heals");
        for member in self.lab.status().members {
            if !member.running {
                self.lab.start_member(member.id).await.expect("it starts");
            }
        }
        let raised = std::mem::take(&mut self.raised);
        self.says("all is well again", (began, RECOVERY), |snapshot| {
            snapshot.verdict.level == VerdictLevel::Healthy
                && snapshot.sight.as_ref().is_some_and(|sight| sight.kind == SightKind::Clear)
                && !snapshot.alerts.iter().any(|alert| raised.contains(&(alert.signal, alert.host.clone())))
        })
        .await;
    }

    /// The id of the primary, as Health has it.
    fn primary(&self) -> u32 {
        let snapshot = self.seen.borrow().clone().expect("seen");
        self.id(&snapshot.primary.expect("a primary"))
    }

    fn id(&self, host: &str) -> u32 {
        self.lab.status().members.iter().find(|member| member.host == host).expect("of the lab").id
    }

    fn host(&self, id: u32) -> String {
        self.lab.status().members[id as usize].host.clone()
    }

    /// The next member after `id`, going round.
    fn after(&self, id: u32, steps: u32) -> u32 {
        (id + steps) % self.count
    }

    pub(super) async fn cut(&self, links: Vec<LabLink>) -> Instant {
        let began = Instant::now();
        self.lab.set_links(links).await.expect("they are cut");
        began
    }

    async fn fault(&self, id: u32, fault: LabFault) -> Instant {
        let began = Instant::now();
        self.lab.fault(id, fault).await.expect("it is done");
        began
    }

    pub(super) async fn ends(self) {
        println!("{}", self.told.join("\n"));
        self.lab.stop().await.expect("it stops");
    }
}

pub(super) fn link(from: u32, to: u32) -> LabLink {
    LabLink { from: Some(from), to, policy: LinkPolicy::Refuse }
}

/// Every link between two groups, both ways.
pub(super) fn between(one: &[u32], other: &[u32]) -> Vec<LabLink> {
    one.iter().flat_map(|a| other.iter().flat_map(|b| [link(*a, *b), link(*b, *a)])).collect()
}

fn sight_is(snapshot: &ReplicaSnapshot, kind: SightKind) -> bool {
    snapshot.sight.as_ref().is_some_and(|sight| sight.kind == kind)
}

fn state_of(snapshot: &ReplicaSnapshot, host: &str) -> MemberState {
    snapshot.members.iter().find(|member| member.host == host).expect("listed").state
}

/// Kills and freezes, of a secondary and of the primary.
async fn members_that_fail(scene: &mut Scene) {
    for (fault, within, word) in [(LabFault::Kill, KILL, "killed"), (LabFault::Freeze, SILENCE, "frozen")] {
        let secondary = scene.after(scene.primary(), 1);
        let host = scene.host(secondary);
        let began = scene.fault(secondary, fault).await;
        let snapshot = scene
            .says(&format!("a secondary is {word}"), (began, within), |snapshot| {
                state_of(snapshot, &host) == MemberState::Down && snapshot.verdict.summary.contains(&host)
            })
            .await;
        assert_eq!(snapshot.verdict.level, VerdictLevel::Degraded, "{:?}", snapshot.verdict);
        let less = scene.one_less(&host);
        scene.raises(&format!("a secondary is {word}"), (began, within), &less).await;
        scene
            .says(&format!("a secondary is {word}: all who answer agree"), (began, SILENCE), |snapshot| {
                sight_is(snapshot, SightKind::MemberDown)
            })
            .await;
        scene.recovers().await;

        let old = scene.host(scene.primary());
        let began = scene.fault(scene.primary(), fault).await;
        // Where it is frozen, another one may be elected in the time in which its silence is noticed.
        scene
            .says(&format!("the primary is {word}"), (began, within), |snapshot| {
                let gone = state_of(snapshot, &old) == MemberState::Down;
                let waits = snapshot.verdict.level == VerdictLevel::Critical && snapshot.primary.is_none();
                gone && (waits || fault == LabFault::Freeze)
            })
            .await;
        let mut less = scene.one_less(&old);
        less.extend((fault == LabFault::Kill).then_some(NO_PRIMARY));
        scene.raises(&format!("the primary is {word}"), (began, within), &less).await;
        scene
            .says(&format!("the primary is {word}: another one leads"), (began, RECOVERY), |snapshot| {
                snapshot.primary.as_ref().is_some_and(|primary| *primary != old)
            })
            .await;
        scene.recovers().await;
    }
}

/// One link, both ways and one way, and a member that no link reaches.
async fn links_that_break(scene: &mut Scene) {
    let primary = scene.primary();
    let (one, other) = (scene.after(primary, 1), scene.after(primary, 2));
    let began = scene.cut(between(&[one], &[other])).await;
    scene
        .says("the link between two secondaries is cut", (began, SILENCE), |snapshot| {
            sight_is(snapshot, SightKind::LinkDown)
        })
        .await;
    scene.raises("the link between two secondaries is cut", (began, SILENCE), &[SIGHT]).await;
    scene.recovers().await;

    let began = scene.cut(vec![link(one, other)]).await;
    let (from, to) = (scene.host(one), scene.host(other));
    scene
        .says("the link is cut one way", (began, SILENCE), |snapshot| {
            let words = format!("{from} does not reach {to}, while {to} reaches {from}");
            sight_is(snapshot, SightKind::OneWayLink)
                && snapshot.sight.as_ref().is_some_and(|sight| sight.summary.starts_with(&words))
        })
        .await;
    scene.raises("the link is cut one way", (began, SILENCE), &[SIGHT]).await;
    scene.recovers().await;

    let primary = scene.primary();
    let alone = scene.host(primary);
    let others: Vec<u32> = (0..scene.count).filter(|id| *id != primary).collect();
    let began = scene.cut(between(&[primary], &others)).await;
    scene
        .says("the primary is cut off: another one leads", (began, RECOVERY), |snapshot| {
            sight_is(snapshot, SightKind::CutOff)
                && snapshot.primary.as_ref().is_some_and(|primary| *primary != alone)
        })
        .await;
    let margins = NO_MARGIN.into_iter().filter(|_| scene.count == 3);
    let cut_off: Vec<_> = std::iter::once(SIGHT).chain(margins).collect();
    scene.raises("the primary is cut off", (began, RECOVERY), &cut_off).await;
    scene.recovers().await;
}

/// All secondaries stop applying: every member looks well, and no majority acknowledges.
async fn majority_writes_that_wait(scene: &mut Scene, uri: &str) {
    let primary = scene.primary();
    let others = (0..scene.count).filter(|id| *id != primary);
    for id in others {
        scene.lab.fault(id, LabFault::HoldBack).await.expect("it is held back");
    }
    let items = client(uri).await.database("mydatabase").collection::<bson::Document>("items");
    let concern =
        mongodb::options::WriteConcern::builder().w(mongodb::options::Acknowledgment::Nodes(1)).build();
    let began = Instant::now();
    items.insert_one(doc! { "held": true }).write_concern(concern).await.expect("written on the primary");
    scene
        .says("no majority acknowledges", (began, Duration::from_secs(6)), |snapshot| {
            snapshot.verdict.summary.contains("Majority writes have waited")
        })
        .await;
    // An idle primary writes every ten seconds, and is that much ahead then.
    scene
        .says("no majority acknowledges: alert CommitLag", (began, Duration::from_secs(20)), |snapshot| {
            snapshot.alerts.iter().any(|alert| alert.signal == AlertSignal::CommitLag)
        })
        .await;
    scene.raised.push((AlertSignal::CommitLag, None));
    scene.recovers().await;
}

/// Both secondaries of three are killed.
async fn a_majority_that_is_lost(scene: &mut Scene) {
    let primary = scene.primary();
    let began = Instant::now();
    let mut lost = vec![
        (AlertSignal::ElectionMargin, AlertLevel::Critical, None),
        (AlertSignal::WriteMargin, AlertLevel::Critical, None),
    ];
    for steps in [1, 2] {
        let id = scene.after(primary, steps);
        scene.fault(id, LabFault::Kill).await;
        lost.push((AlertSignal::MemberState, AlertLevel::Warning, Some(scene.host(id))));
    }
    let verdict = scene
        .says("two of three are killed", (began, KILL), |snapshot| {
            snapshot.verdict.level == VerdictLevel::Critical
        })
        .await
        .verdict;
    assert!(verdict.summary.contains("of 3 voters"), "{verdict:?}");
    scene.raises("two of three are killed", (began, KILL), &lost).await;
    scene
        .says("two of three are killed: the primary has stepped down", (began, RECOVERY), |snapshot| {
            snapshot.primary.is_none() && sight_is(snapshot, SightKind::MemberDown)
        })
        .await;
    scene
        .raises("two of three are killed: the primary has stepped down", (began, RECOVERY), &[NO_PRIMARY])
        .await;
    scene.recovers().await;
}

/// A secondary is stopped until nobody has what it would need next.
async fn a_member_that_is_too_stale(scene: &mut Scene) {
    let id = scene.after(scene.primary(), 1);
    let host = scene.host(id);
    scene.fault(id, LabFault::LeaveBehind).await;
    let came_back = Instant::now();
    scene
        .says("a member comes back too stale", (came_back, RECOVERY), |snapshot| {
            snapshot.verdict.level == VerdictLevel::Degraded
                && snapshot.verdict.summary.contains(&format!("{host} is too stale"))
        })
        .await;
    let stale = (AlertSignal::TooStale, AlertLevel::Critical, Some(host));
    scene.raises("a member comes back too stale", (came_back, RECOVERY), &[stale]).await;
    scene.recovers().await;
}

#[tokio::test]
async fn health_tells_each_fault_of_three_members_in_time_own_set() {
    let mut scene = Scene::of(3).await;
    let uri = scene.lab.status().uri.expect("it runs");
    members_that_fail(&mut scene).await;
    links_that_break(&mut scene).await;
    majority_writes_that_wait(&mut scene, &uri).await;
    scene.ends().await;
}

#[tokio::test]
async fn health_tells_a_lost_majority_and_a_member_that_is_too_stale_own_set() {
    let mut scene = Scene::of(3).await;
    a_majority_that_is_lost(&mut scene).await;
    a_member_that_is_too_stale(&mut scene).await;
    scene.ends().await;
}

#[tokio::test]
async fn health_tells_each_fault_of_five_members_in_time_own_set() {
    let mut scene = Scene::of(5).await;
    members_that_fail(&mut scene).await;
    links_that_break(&mut scene).await;

    let primary = scene.primary();
    let small = [primary, scene.after(primary, 1)];
    let large: Vec<u32> = (2..5).map(|steps| scene.after(primary, steps)).collect();
    let old = scene.host(primary);
    let began = scene.cut(between(&small, &large)).await;
    let snapshot = scene
        .says("the set is split, the primary on the small side", (began, RECOVERY), |snapshot| {
            sight_is(snapshot, SightKind::Partition)
                && snapshot.primary.as_ref().is_some_and(|primary| *primary != old)
        })
        .await;
    let sides = &snapshot.sight.as_ref().expect("a set").sides;
    assert_eq!((sides.len(), sides[0].votes, sides[0].majority, sides[1].majority), (2, 3, true, false));
    assert_eq!(snapshot.majority.as_ref().map(|majority| majority.healthy_voters), Some(3));
    let expected: Vec<_> = std::iter::once(SIGHT).chain(NO_MARGIN).collect();
    scene.raises("the set is split, the primary on the small side", (began, RECOVERY), &expected).await;
    scene.recovers().await;
    scene.ends().await;
}
