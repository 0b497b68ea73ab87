//! Carries out one command to one member, and waits until what it is to bring about is there.

use std::time::{Duration, Instant};

use bson::Document;
use tokio::time::sleep;

use super::{
    OperationOutcome, OperationProgress, OperationReport, StepState,
    codes::explained,
    prepared::Ask,
    scene::{Hands, Scene},
    settle::Settles,
};
use crate::{Error, ErrorCode, Result, replica::ReplicaSnapshot};

/// The longest that a member may take beyond the time that it was given.
const ANSWERS_WITHIN: Duration = Duration::from_secs(15);
/// For so long traces of a command whose answer was lost are looked for.
const TRACES_WITHIN: Duration = Duration::from_secs(10);
/// After so long it is asked again for what it may have given up.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(1);
const AGAIN: Duration = Duration::from_millis(200);

/// Sends it and tells how it goes.
pub(super) async fn ask(
    hands: &Hands,
    scene: &Scene,
    title: &str,
    ask: &Ask,
    tell: &mut (impl FnMut(OperationProgress) -> bool + Send),
) -> OperationReport {
    let began = Instant::now();
    let mut steps = Telling { title: title.to_owned(), began, tell, last: None };
    steps.say(StepState::Sending, format!("{} is asked.", ask.host));
    let sent = send(hands, scene, ask).await;
    match sent {
        Ok(reply) => {
            let remark = reply
                .get_str("warning")
                .map(|warning| format!(" The server says: {warning}."))
                .unwrap_or_default();
            steps.say(StepState::Waiting, format!("Taken.{remark} Waiting until {}.", ask.settles.words()));
            let within = Duration::from_secs(ask.settles.within_seconds().into());
            let settled = tokio::select! {
                settled = until(hands, &ask.settles, within) => settled,
                () = send_on(hands, scene, ask) => None,
            };
            if let Some(seen) = settled {
                steps.say(StepState::Done, format!("{}{seen}{remark}", ask.done));
                steps.report(OperationOutcome::Applied, None)
            } else {
                let message = format!(
                    "{} took it, but {} s later it is not so that {}.{}",
                    ask.host,
                    ask.settles.within_seconds(),
                    ask.settles.words(),
                    ask.settles.otherwise()
                );
                steps.say(StepState::NotSettled, message);
                steps.report(OperationOutcome::Partly, None)
            }
        }
        Err(error) if error.code() == ErrorCode::OutcomeUnknown => {
            steps
                .say(StepState::Waiting, format!("No answer came. Looking whether {}.", ask.settles.words()));
            // What needs nothing but the answer leaves no trace.
            if ask.settles != Settles::AtOnce
                && let Some(seen) = until(hands, &ask.settles, TRACES_WITHIN).await
            {
                steps.say(StepState::Done, format!("No answer came, but {}.{seen}", ask.settles.words()));
                return steps.report(OperationOutcome::Applied, None);
            }
            steps.say(StepState::Unknown, error.to_string());
            steps.report(OperationOutcome::Unknown, Some(error))
        }
        Err(error) => {
            let error = explained(error);
            steps.say(StepState::Refused, format!("{error} Nothing was changed."));
            steps.report(OperationOutcome::NotApplied, Some(error))
        }
    }
}

async fn send(hands: &Hands, scene: &Scene, ask: &Ask) -> Result<Document> {
    let within = Duration::from_secs(ask.answers_within_seconds.into()) + ANSWERS_WITHIN;
    let member = hands.member(scene, &ask.host)?;
    let sent = member.ask(&ask.command, within).await;
    member.close().await;
    sent
}

/// Sends what the member may have given up again, now and then, and never ends.
async fn send_on(hands: &Hands, scene: &Scene, ask: &Ask) {
    while ask.settles.may_be_given_up() {
        sleep(GIVEN_UP_AFTER).await;
        // What became of it is seen, not heard.
        let _ = send(hands, scene, ask).await;
    }
    std::future::pending::<()>().await;
}

/// Waits until it holds, so long; answers with what is then to be told besides.
async fn until(hands: &Hands, settles: &Settles, within: Duration) -> Option<String> {
    if *settles == Settles::AtOnce {
        return Some(String::new());
    }
    let end = Instant::now() + within;
    while Instant::now() < end {
        if let Some(now) = look(hands).await.filter(|now| settles.holds(now)) {
            return Some(settles.seen(&now).map(|seen| format!(" {seen}")).unwrap_or_default());
        }
        sleep(AGAIN).await;
    }
    None
}

async fn look(hands: &Hands) -> Option<ReplicaSnapshot> {
    hands.monitor.snapshot().await.ok()
}

/// Tells of the one step, and keeps how it ended.
struct Telling<'t, T> {
    title: String,
    began: Instant,
    tell: &'t mut T,
    last: Option<OperationProgress>,
}

impl<T: FnMut(OperationProgress) -> bool + Send> Telling<'_, T> {
    fn say(&mut self, state: StepState, message: String) {
        let elapsed_ms = u32::try_from(self.began.elapsed().as_millis()).unwrap_or(u32::MAX);
        let progress =
            OperationProgress { step: 0, steps: 1, title: self.title.clone(), state, message, elapsed_ms };
        // One command is not taken back: whether somebody still listens changes nothing.
        (self.tell)(progress.clone());
        self.last = Some(progress);
    }

    fn report(self, outcome: OperationOutcome, error: Option<Error>) -> OperationReport {
        OperationReport {
            outcome,
            message: self.last.as_ref().map(|last| last.message.clone()).unwrap_or_default(),
            steps: self.last.into_iter().collect(),
            error: error.map(Into::into),
            config: None,
            measurement: None,
        }
    }
}
