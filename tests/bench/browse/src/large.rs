//! Pages of a collection of many documents.

use std::time::{Duration, Instant};

use trivet_core::{
    document::{FindRequest, PageFrom},
    number::Share,
};

use crate::{Result, Window, data::SMALL, tell};

/// Each round has a connection of its own, as after a start: nothing is known yet, and the first jump comes at once.
pub(crate) async fn measure(uri: &str, rounds: u32) -> Result {
    // What the server has to read from the disk first is its own affair.
    round(uri, |_, _| ()).await?;
    for _ in 0..rounds {
        round(uri, tell).await?;
    }
    Ok(())
}

async fn round(uri: &str, tell: impl Fn(&str, f64)) -> Result {
    for (order, sort) in [("id", None), ("price", Some(r#"{"price": 1}"#))] {
        let mut window = Window::on(uri, SMALL).await?;
        window.request.sort = sort.map(str::to_owned);
        let pages = [
            ("first", PageFrom::First),
            ("first_jump", PageFrom::At { share: Share::new(0.5) }),
            ("jump", PageFrom::At { share: Share::new(0.47) }),
            ("home", PageFrom::First),
            ("end", PageFrom::Last),
        ];
        for (name, from) in pages {
            let time = page(&window, window.from(from)).await?;
            tell(&format!("{order}_{name}_ms"), time.as_secs_f64() * 1_000.0);
        }
    }
    Ok(())
}

/// Until the page has ended, each batch as the text in which it goes to the window.
async fn page(window: &Window, request: FindRequest) -> Result<Duration> {
    let begun = Instant::now();
    let mut rows = 0;
    let end = window.engine.find(request, |batch| {
        rows += batch.documents.len();
        serde_json::to_string(&batch).is_ok()
    });
    end.await?;
    if rows != 50 {
        return Err(format!("a page of {rows} documents").into());
    }
    Ok(begun.elapsed())
}
