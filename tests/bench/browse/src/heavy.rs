//! A page of the largest documents, beside the driver alone.

use std::time::{Duration, Instant};

use bson::rawdoc;
use futures_util::StreamExt as _;
use mongodb::Client;

use crate::{DATABASE, Result, Window, data::HEAVY, memory, tell};

pub(crate) async fn measure(uri: &str, client: &Client, count: u64, rounds: u32) -> Result {
    let window = Window::on(uri, HEAVY).await?;
    // What the server has to read from the disk first is its own affair.
    drain(client, count).await?;
    for _ in 0..rounds {
        let before = memory::resident_mib()?;
        memory::forget_peak()?;
        let (first, whole) = page(&window, count).await?;
        tell("heavy_growth_mib", memory::peak_mib()? - before);
        tell("heavy_first_row_ms", milliseconds(first));
        tell("heavy_page_ms", milliseconds(whole));
        tell("heavy_drain_ms", milliseconds(drain(client, count).await?));
    }
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// Until the first row, and until the page has ended.
async fn page(window: &Window, count: u64) -> Result<(Duration, Duration)> {
    let begun = Instant::now();
    let (mut rows, mut first) = (0, None);
    let end = window.engine.find(window.request.clone(), |batch| {
        first.get_or_insert_with(|| begun.elapsed());
        rows += batch.documents.len() as u64;
        serde_json::to_string(&batch).is_ok()
    });
    end.await?;
    if rows != count.min(50) {
        return Err(format!("a page of {rows} documents").into());
    }
    Ok((first.unwrap_or_default(), begun.elapsed()))
}

/// The same command through the driver, its batches dropped as they come.
async fn drain(client: &Client, count: u64) -> Result<Duration> {
    let begun = Instant::now();
    let find =
        rawdoc! { "find": HEAVY, "filter": {}, "sort": { "_id": 1 }, "limit": 51_i64, "batchSize": 51_i64 };
    let mut batches = client.database(DATABASE).run_raw_cursor_command(find).batch().await?;
    let mut rows = 0;
    while let Some(batch) = batches.next().await {
        rows += batch?.doc_slices()?.into_iter().count() as u64;
    }
    if rows != count.min(51) {
        return Err(format!("the driver found {rows} documents").into());
    }
    Ok(begun.elapsed())
}
