//! Waiting by condition: the only waiting there is in the tests.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// How long a test waits for what is sure to come.
pub const DEADLINE: Duration = Duration::from_secs(20);

const INTERVAL: Duration = Duration::from_millis(20);

/// Waits until `condition` holds.
///
/// # Panics
/// With the words of `what` when it does not hold by `deadline`.
pub async fn eventually(what: &str, deadline: Duration, mut condition: impl AsyncFnMut() -> bool) {
    wait_for(what, deadline, async || condition().await.then_some(())).await;
}

/// Waits until `look` finds something, and returns it.
///
/// # Panics
/// With the words of `what` when nothing is found by `deadline`.
pub async fn wait_for<T>(what: &str, deadline: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let end = Instant::now() + deadline;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < end, "within {deadline:?}: {what}");
        sleep(INTERVAL).await;
    }
}
