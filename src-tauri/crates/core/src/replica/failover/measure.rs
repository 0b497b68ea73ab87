//! Measures on request, until it is stopped.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::{canary::Canary, scene::Scene};
use crate::{
    Error, Result,
    replica::{FailoverMeasurement, FailoverProgress, MeasureFailoverRequest},
};

/// Ends by itself after so many seconds where nothing else is said.
const USUAL_SECONDS: u32 = 300;
const MOST_SECONDS: u32 = 3_600;
/// A label of more letters is no label.
const LONGEST_LABEL: usize = 200;
const TELL_EVERY: Duration = Duration::from_millis(250);

/// Measures until the time is over, `tell` answers false, or it is cancelled by its name. What was measured until then is the outcome.
///
/// # Errors
///
/// `InvalidInput` for a request that makes no sense, and why it cannot be begun.
pub(crate) async fn measure(
    scene: &Scene<'_>,
    request: MeasureFailoverRequest,
    mut tell: impl FnMut(FailoverProgress) -> bool + Send,
) -> Result<FailoverMeasurement> {
    let (label, seconds) = checked(&request)?;
    // Named from the first moment on, so that no cancellation is missed.
    let asked = scene.session.steps(request.query);
    let canary = Canary::start(scene).await?;
    let mut tick = interval(TELL_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let far = canary.progress();
        if far.elapsed_ms / 1_000 >= seconds || !tell(far) || asked.cancelled() {
            return Ok(canary.end(scene, label).await);
        }
    }
}

fn checked(request: &MeasureFailoverRequest) -> Result<(String, u32)> {
    let label = request.label.trim();
    if label.is_empty() || label.chars().count() > LONGEST_LABEL {
        return Err(Error::invalid(format!("label says what is measured, in 1 to {LONGEST_LABEL} letters.")));
    }
    let seconds = request.seconds.unwrap_or(USUAL_SECONDS);
    if !(1..=MOST_SECONDS).contains(&seconds) {
        return Err(Error::invalid(format!("seconds is {seconds}: it has to be 1 to {MOST_SECONDS}.")));
    }
    Ok((label.to_owned(), seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorCode, connection::ConnectionId};

    #[test]
    fn a_request_that_makes_no_sense_is_refused() {
        let checked = |label: &str, seconds| {
            let connection = ConnectionId("c1".to_owned());
            checked(&MeasureFailoverRequest { connection, label: label.to_owned(), seconds, query: None })
        };
        assert_eq!(checked(" kill ", None).expect("fine"), ("kill".to_owned(), 300));
        assert_eq!(checked("kill", Some(3_600)).expect("fine").1, 3_600);
        for (label, seconds) in [("", None), (" ", None), ("kill", Some(0)), ("kill", Some(3_601))] {
            assert_eq!(checked(label, seconds).expect_err("refused").code(), ErrorCode::InvalidInput);
        }
        assert!(checked(&"é".repeat(200), None).is_ok() && checked(&"é".repeat(201), None).is_err());
    }
}
