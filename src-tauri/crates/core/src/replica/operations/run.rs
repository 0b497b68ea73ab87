//! Carries out one command to one member, and waits until what it is to bring about is there.

use std::time::{Duration, Instant};

use bson::Document;
use tokio::time::sleep;

use super::{
    OperationOutcome, OperationPlan, OperationProgress, OperationReport, StepState,
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
/// `PrimarySteppedDown`: it stepped down for another reason while it waited.
const STEPPED_DOWN: i32 = 189;
/// `MaxTimeMSExpired`
const TIME_LIMIT: i32 = 50;

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
            if let Some(words) = ask.settles.words() {
                steps.say(StepState::Waiting, format!("Taken.{remark} Waiting until {words}."));
            }
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
                    ask.settles.words().unwrap_or_default(),
                    ask.settles.otherwise()
                );
                steps.say(StepState::NotSettled, message);
                steps.report(OperationOutcome::Partly, None)
            }
        }
        Err(error) if error.code() == ErrorCode::OutcomeUnknown => {
            let seen = match ask.settles.words() {
                // What needs nothing but the answer leaves no trace.
                None => Traces::None,
                Some(words) => {
                    steps.say(StepState::Waiting, format!("No answer came. Looking whether {words}."));
                    traces(hands, scene, ask).await
                }
            };
            let words = ask.settles.words().unwrap_or_default();
            match seen {
                Traces::Sure(more) => {
                    steps.say(StepState::Done, format!("No answer came, but {words}.{more}"));
                    steps.report(OperationOutcome::Applied, None)
                }
                Traces::Unsure => {
                    let message =
                        format!("{error} It is so that {words}; whether this brought it about is not known.");
                    steps.say(StepState::Unknown, message);
                    steps.report(OperationOutcome::Unknown, Some(error))
                }
                Traces::None => {
                    steps.say(StepState::Unknown, error.to_string());
                    steps.report(OperationOutcome::Unknown, Some(error))
                }
            }
        }
        Err(error) => {
            // These two come also where something has changed meanwhile.
            let says_nothing = matches!(error.server_code(), Some(STEPPED_DOWN | TIME_LIMIT));
            let command = ask.command.keys().next().map_or("", String::as_str);
            let error = explained(command, error);
            let nothing = if says_nothing { "" } else { " Nothing was changed." };
            steps.say(StepState::Refused, format!("{error}{nothing}"));
            steps.report(OperationOutcome::NotApplied, Some(error))
        }
    }
}

/// What tells that a command whose answer was lost was carried out.
enum Traces {
    /// What only it can have brought about, and what is to be told besides.
    Sure(String),
    /// It is as it was to be, which may have come about in another way.
    Unsure,
    /// Nothing.
    None,
}

async fn traces(hands: &Hands, scene: &Scene, ask: &Ask) -> Traces {
    let end = Instant::now() + TRACES_WITHIN;
    let mut seen = Traces::None;
    while Instant::now() < end {
        if let Some(now) = look(hands).await.filter(|now| ask.settles.holds(now)) {
            if ask.settles.proves(&scene.now, &now) {
                return Traces::Sure(besides(&ask.settles, &now));
            }
            seen = Traces::Unsure;
        }
        sleep(AGAIN).await;
    }
    seen
}

/// What is told before anything is sent.
pub(super) fn about_to(plan: &OperationPlan, message: &str) -> OperationProgress {
    progress(plan, StepState::NotBegun, message.to_owned())
}

/// It was stopped before anything was sent.
pub(super) fn stopped_before(plan: &OperationPlan) -> OperationReport {
    let message = "It was stopped before anything was sent.".to_owned();
    OperationReport {
        outcome: OperationOutcome::NotApplied,
        steps: vec![progress(plan, StepState::NotBegun, message.clone())],
        message,
        error: None,
        config: None,
        measurement: None,
    }
}

fn progress(plan: &OperationPlan, state: StepState, message: String) -> OperationProgress {
    OperationProgress {
        step: 0,
        steps: u32::try_from(plan.steps.len()).unwrap_or(u32::MAX),
        title: plan.steps.first().map_or(&plan.title, |step| &step.title).clone(),
        state,
        message,
        elapsed_ms: 0,
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
            return Some(besides(settles, &now));
        }
        sleep(AGAIN).await;
    }
    None
}

fn besides(settles: &Settles, now: &ReplicaSnapshot) -> String {
    settles.seen(now).map(|seen| format!(" {seen}")).unwrap_or_default()
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
