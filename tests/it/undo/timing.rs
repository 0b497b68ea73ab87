//! What a guarded save costs, with and without the journal, beside a plain update.

use std::time::{Duration, Instant};

use bson::{doc, rawdoc};
use mongodb::options::{Acknowledgment, WriteConcern};
use trivet_core::{connection::ConnectRequest, value::typed::Kind};
use trivet_tests::{Bench, edit, id_of, shared_set, to};

/// Saves of each kind, in turns: what else goes on meets all alike.
const ROUNDS: i32 = 200;

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

async fn save(bench: &Bench, value: i32) -> Duration {
    let view = bench.page(bench.find()).await.expect("found").documents.remove(0);
    let edits = vec![edit(&view, &["n"], Kind::Int, &value.to_string())];
    let began = Instant::now();
    bench.update(&id_of(&view), edits).await.expect("saved");
    began.elapsed()
}

#[tokio::test]
#[ignore = "it measures: cargo xtask test --slow timing"]
async fn timing_of_a_save_with_and_without_a_journal_beside_a_plain_update() {
    let uri = shared_set().await;
    let with = Bench::on(uri).await;
    let without = Bench::asking(ConnectRequest { undo: Some(false), ..to(uri) }, uri).await;
    for bench in [&with, &without] {
        bench
            .raw
            .insert_one(rawdoc! { "_id": 1, "n": 0, "filler": "x".repeat(200) })
            .await
            .expect("inserted");
    }
    let majority = WriteConcern::builder().w(Acknowledgment::Majority).build();
    let (mut plain, mut guarded, mut journaled) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        let began = Instant::now();
        let update = doc! { "$set": { "n": -round } };
        without
            .raw
            .update_one(doc! { "_id": 1 }, update)
            .write_concern(majority.clone())
            .await
            .expect("updated");
        plain.push(began.elapsed());
        guarded.push(save(&without, round).await);
        journaled.push(save(&with, round).await);
    }
    let [plain, guarded, journaled] = [plain, guarded, journaled].map(median);
    let times = |time: Duration| time.as_secs_f64() / plain.as_secs_f64();
    println!("plain update_one, majority: {plain:?}");
    println!("guarded save, no journal:   {guarded:?}, {:.2} times", times(guarded));
    println!("guarded save with journal:  {journaled:?}, {:.2} times", times(journaled));
}
