//! A ledger of writes through the API while the set loses its primary in every way: what was acknowledged is there,
//! what was refused is not, and nothing is there twice.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use bson::doc;
use reqwest::{Client, StatusCode, header::RETRY_AFTER};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use trivet_tests::{Server, TestSet, client, eventually, replica_set};

/// At least so many are posted; the clients go on beyond them until the last fault is over.
const ITEMS: u32 = 10_000;
const CLIENTS: u32 = 8;
/// Between two posts of one client: there are always some under way, and a fast machine does not post a hundred
/// thousand of them while a set elects.
const PAUSE: Duration = Duration::from_millis(1);
/// No request may take longer: the core gives up on a write before, and always says what it knows.
const DEADLINE: Duration = Duration::from_secs(30);
/// How long a set may need to take writes again.
const RECOVERY: Duration = Duration::from_mins(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Acknowledged,
    /// Certainly not applied.
    Refused,
    /// Applied or not.
    Unknown,
}

/// What the clients were told, by the number in each item.
struct Ledger {
    entries: Mutex<HashMap<u32, Outcome>>,
    next: AtomicU32,
    /// Whether the last fault is over.
    over: AtomicBool,
    slowest_ms: AtomicU32,
}

impl Ledger {
    fn note(&self, number: u32, outcome: Outcome) {
        assert_eq!(self.entries.lock().expect("no test panicked").insert(number, outcome), None);
    }

    fn count(&self, outcome: Outcome) -> usize {
        self.entries.lock().expect("no test panicked").values().filter(|found| **found == outcome).count()
    }

    /// One client: posts numbers that nobody else posts, each once, until all is over.
    async fn post_all(self: Arc<Self>, client: Client, url: String) {
        loop {
            tokio::time::sleep(PAUSE).await;
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= ITEMS && self.over.load(Ordering::Relaxed) {
                return;
            }
            let started = Instant::now();
            let answer =
                client.post(&url).json(&json!({ "number": number })).send().await.expect("an answer");
            let took = started.elapsed();
            assert!(took < DEADLINE, "{number} took {took:?}");
            self.slowest_ms.fetch_max(u32::try_from(took.as_millis()).unwrap_or(u32::MAX), Ordering::Relaxed);
            let outcome = outcome(answer).await;
            self.note(number, outcome);
        }
    }
}

/// What an answer says. Refusals are obeyed: the next item waits as long as the answer asks for.
async fn outcome(answer: reqwest::Response) -> Outcome {
    let status = answer.status();
    if status == StatusCode::CREATED {
        return Outcome::Acknowledged;
    }
    let wait =
        answer.headers().get(RETRY_AFTER).map(|wait| wait.to_str().expect("text").parse().expect("seconds"));
    let problem: Value = answer.json().await.expect("a problem body");
    if problem["code"] == "OutcomeUnknown" {
        assert_eq!(
            (status, wait, &problem["retryable"]),
            (StatusCode::SERVICE_UNAVAILABLE, None, &json!(false))
        );
        return Outcome::Unknown;
    }
    assert!(
        status == StatusCode::SERVICE_UNAVAILABLE && wait.is_some() || status == StatusCode::GATEWAY_TIMEOUT,
        "{status}: {problem}"
    );
    assert_eq!(problem["retryable"], true, "{problem}");
    tokio::time::sleep(Duration::from_secs(wait.unwrap_or_default())).await;
    Outcome::Refused
}

fn signal(set: &TestSet, member: u32, signal: Signal) {
    let pid = set.lab.status().members[member as usize].pid.expect("it runs");
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).expect("a process id");
    kill_process(pid, signal).expect("signalled");
}

/// Waits until more are acknowledged: the API goes on by itself.
async fn acknowledged(ledger: &Ledger) {
    let goal = ledger.count(Outcome::Acknowledged) + 200;
    eventually("writes go on", RECOVERY, async || ledger.count(Outcome::Acknowledged) >= goal).await;
}

#[tokio::test]
async fn own_set_nothing_acknowledged_is_lost_while_primaries_die_and_freeze() {
    let set = replica_set().await;
    let server = Server::start(set.uri()).await;
    let ledger = Arc::new(Ledger {
        entries: Mutex::default(),
        next: AtomicU32::new(0),
        over: AtomicBool::new(false),
        slowest_ms: AtomicU32::new(0),
    });
    let url = format!("{}/items", server.url());
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| tokio::spawn(Arc::clone(&ledger).post_all(server.client(), url.clone())))
        .collect();

    acknowledged(&ledger).await;
    let killed = set.primary().await;
    signal(&set, killed, Signal::KILL);
    acknowledged(&ledger).await;
    set.start(killed).await;

    acknowledged(&ledger).await;
    let frozen = set.primary().await;
    signal(&set, frozen, Signal::STOP);
    acknowledged(&ledger).await;
    signal(&set, frozen, Signal::CONT);

    // Killed and frozen at once: the last one alone is no majority, so nothing can be acknowledged, and the API says
    // so instead of waiting.
    acknowledged(&ledger).await;
    let primary = set.primary().await;
    let other = (primary + 1) % 3;
    signal(&set, other, Signal::STOP);
    signal(&set, primary, Signal::KILL);
    let refused = ledger.count(Outcome::Refused);
    eventually("writes are refused", RECOVERY, async || ledger.count(Outcome::Refused) > refused).await;
    signal(&set, other, Signal::CONT);
    acknowledged(&ledger).await;
    set.start(primary).await;

    acknowledged(&ledger).await;
    set.stop(set.primary().await).await;
    acknowledged(&ledger).await;

    ledger.over.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.expect("no client failed");
    }
    let stored = stored(&set).await;
    let entries = ledger.entries.lock().expect("no test panicked");
    assert!(entries.len() >= ITEMS as usize, "{} were posted", entries.len());
    println!(
        "{} acknowledged, {} refused, {} unknown; the slowest answer took {} ms",
        ledger_count(&entries, Outcome::Acknowledged),
        ledger_count(&entries, Outcome::Refused),
        ledger_count(&entries, Outcome::Unknown),
        ledger.slowest_ms.load(Ordering::Relaxed),
    );
    assert!(ledger_count(&entries, Outcome::Refused) > 0, "the faults were felt");
    for (number, outcome) in entries.iter() {
        let there = stored.get(number).copied().unwrap_or_default();
        let right = match outcome {
            Outcome::Acknowledged => there == 1,
            Outcome::Refused => there == 0,
            Outcome::Unknown => there <= 1,
        };
        assert!(right, "{number} was {outcome:?} and is there {there} times");
    }
}

fn ledger_count(entries: &HashMap<u32, Outcome>, outcome: Outcome) -> usize {
    entries.values().filter(|found| **found == outcome).count()
}

/// How often each number is there, as a majority has it.
async fn stored(set: &TestSet) -> HashMap<u32, u32> {
    set.primary().await;
    let items = client(set.uri()).await.database("mydatabase").collection::<bson::Document>("items");
    let mut cursor =
        items.find(doc! {}).read_concern(mongodb::options::ReadConcern::majority()).await.expect("found");
    let mut stored = HashMap::new();
    while cursor.advance().await.expect("read") {
        let item = cursor.deserialize_current().expect("an item");
        let number = u32::try_from(item.get_i32("number").expect("a number")).expect("from 0");
        *stored.entry(number).or_default() += 1;
    }
    stored
}
