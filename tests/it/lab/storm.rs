//! Faults at random on a lab of five, with a ledger of acknowledged writes beside them: nothing acknowledged is lost, nothing
//! is called healthy while no majority acknowledges, and looking on takes no more memory in the end.

use std::{
    fs,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime},
};

use bson::{Document, doc};
use futures_util::TryStreamExt;
use mongodb::options::{Acknowledgment, ReadConcern, WriteConcern};
use tokio::time::{Instant, sleep, timeout};
use trivet_core::replica::{ReplicaSnapshot, VerdictLevel};
use trivet_lab::LabFault;
use trivet_tests::client;

use super::health::{LOADED, SILENCE, Scene, between, link};

/// Between two writes of the ledger.
const PAUSE: Duration = Duration::from_millis(50);
/// A write that is not acknowledged by then is not counted.
const PATIENCE: Duration = Duration::from_secs(3);
/// What looking on may take more in the end than after the first minute.
const GROWTH_BYTES: u64 = 24 * 1024 * 1024;

/// The writes that were acknowledged, and when the last one was.
struct Ledger {
    acknowledged: Mutex<Vec<i64>>,
    last: Mutex<Instant>,
    ends: AtomicBool,
}

/// Writes on and on with majority write concern.
async fn keep(ledger: Arc<Ledger>, uri: String) {
    let client = client(&uri).await;
    let entries = client.database("storm").collection::<Document>("ledger");
    let majority = WriteConcern::builder().w(Acknowledgment::Majority).build();
    let mut next = 0_i64;
    while !ledger.ends.load(Ordering::Relaxed) {
        next += 1;
        let write = entries.insert_one(doc! { "_id": next }).write_concern(majority.clone());
        if let Ok(Ok(_)) = timeout(PATIENCE, write.into_future()).await {
            ledger.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).push(next);
            *ledger.last.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        }
        sleep(PAUSE).await;
    }
}

/// Every snapshot that calls the set healthy although nothing was acknowledged for longer than it takes to notice.
async fn doubt(
    ledger: Arc<Ledger>,
    mut seen: tokio::sync::watch::Receiver<Option<ReplicaSnapshot>>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    while !ledger.ends.load(Ordering::Relaxed) && seen.changed().await.is_ok() {
        let Some(snapshot) = seen.borrow_and_update().clone() else { continue };
        let silent = ledger.last.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
        if snapshot.verdict.level == VerdictLevel::Healthy && silent > (SILENCE + PATIENCE) * LOADED {
            wrong.push(format!("{silent:?} without a majority: {}", snapshot.verdict.summary));
        }
    }
    wrong
}

/// Numbers that look random, the same for the same seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u32) -> u32 {
        // xorshift64*, Vigna 2016.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        u32::try_from((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % u64::from(limit))
            .unwrap_or_default()
    }
}

/// One blow. Those that a member refuses in its present state are passed over.
async fn strike(scene: &Scene, chance: &mut Chance) -> String {
    let (one, other) = (chance.below(5), chance.below(5));
    let others: Vec<u32> = (0..5).filter(|id| *id != one).collect();
    let (small, large): (Vec<u32>, Vec<u32>) = (0..5).partition(|id| *id == one || *id == other);
    match chance.below(7) {
        0 => hit(scene, one, LabFault::Kill).await,
        1 => hit(scene, one, LabFault::Freeze).await,
        2 => hit(scene, one, LabFault::HoldBack).await,
        3 => {
            // A clean stop refuses where it is stopped already.
            let _ = scene.lab.stop_member(one).await;
            format!("stop {one}")
        }
        4 => {
            scene.cut(between(&[one], &others)).await;
            format!("cut {one} off")
        }
        5 => {
            scene.cut(between(&small, &large)).await;
            format!("split {small:?} {large:?}")
        }
        _ if one == other => hit(scene, one, LabFault::Kill).await,
        _ => {
            scene.cut(vec![link(one, other)]).await;
            format!("cut {one} -> {other}")
        }
    }
}

async fn hit(scene: &Scene, id: u32, fault: LabFault) -> String {
    let outcome = scene.lab.fault(id, fault).await;
    format!("{fault:?} {id}{}", if outcome.is_ok() { "" } else { ", refused" })
}

fn resident_bytes() -> u64 {
    let statm = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u64 = statm.split_whitespace().nth(1).and_then(|word| word.parse().ok()).unwrap_or_default();
    pages * 4096
}

async fn storm(length: Duration) {
    let seed = SystemTime::UNIX_EPOCH.elapsed().map_or(1, |since| u64::from(since.subsec_nanos())) | 1;
    let mut chance = Chance(seed);
    let mut scene = Scene::of(5).await;
    let uri = scene.lab.status().uri.expect("it runs");
    let ledger = Arc::new(Ledger {
        acknowledged: Mutex::default(),
        last: Mutex::new(Instant::now()),
        ends: AtomicBool::new(false),
    });
    let writer = tokio::spawn(keep(Arc::clone(&ledger), uri.clone()));
    let doubter = tokio::spawn(doubt(Arc::clone(&ledger), scene.seen.clone()));
    let began = Instant::now();
    let mut memory = None;
    let mut blows = Vec::new();
    while began.elapsed() < length {
        for _ in 0..=chance.below(2) {
            blows.push(strike(&scene, &mut chance).await);
            sleep(Duration::from_millis(u64::from(500 + chance.below(4_000)))).await;
        }
        scene.recovers().await;
        // Once everything has been asked for.
        if memory.is_none() && began.elapsed() > Duration::from_mins(1) {
            memory = Some(resident_bytes());
        }
    }
    ledger.ends.store(true, Ordering::Relaxed);
    writer.await.expect("it wrote");
    let wrong = doubter.await.expect("it doubted");
    println!("seed {seed}, {} blows: {}", blows.len(), blows.join("; "));
    assert!(wrong.is_empty(), "{wrong:?}");

    let entries = client(&uri).await.database("storm").collection::<Document>("ledger");
    let stored = entries.find(doc! {}).read_concern(ReadConcern::majority()).await.expect("found");
    let stored: Vec<Document> = stored.try_collect().await.expect("read");
    let stored: std::collections::HashSet<i64> =
        stored.iter().filter_map(|entry| entry.get_i64("_id").ok()).collect();
    let acknowledged = ledger.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let lost: Vec<_> = acknowledged.iter().filter(|id| !stored.contains(id)).collect();
    println!("{} acknowledged, {} stored", acknowledged.len(), stored.len());
    assert!(acknowledged.len() > 20, "hardly anything was acknowledged");
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    if let Some(before) = memory {
        let after = resident_bytes();
        println!("memory: {} MiB after the first minute, {} MiB in the end", before >> 20, after >> 20);
        assert!(after < before + GROWTH_BYTES, "it grew from {before} to {after} bytes");
    }
    scene.ends().await;
}

#[tokio::test]
async fn a_short_storm_loses_nothing_and_fools_nobody_own_set() {
    storm(Duration::from_secs(40)).await;
}

#[tokio::test]
#[ignore = "half an hour"]
async fn half_an_hour_of_faults_loses_nothing_and_fools_nobody_own_set() {
    storm(Duration::from_mins(30)).await;
}
