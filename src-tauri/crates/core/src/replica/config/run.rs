//! Sends the steps of a plan one by one, each committed before the next.
//!
//! Before each the configuration is read again. Where it is what it should be but for version and term, the server has moved it by
//! itself, and the step is sent as the next version; where somebody else has changed it, nothing is sent any more. A step is sent
//! raw, so that the server refuses it (103) where it was changed in between.

mod account;
mod primary;
mod step;

use std::{
    future::Future,
    time::{Duration, Instant},
};

use bson::Document;

use super::{Step, WholeConfig, told::title};
use crate::{
    Result,
    replica::{OperationProgress, OperationReport, StepState},
};
use account::account;
use step::End;

/// Asks a member of the set for an administrative command, directly.
pub trait Ask: Sync {
    /// What the member that is configured as `host` answers.
    ///
    /// An error tells what became of a command that changes something. `OutcomeUnknown`: it was sent and no answer came. An error
    /// with the server's number: it was answered; 50, 11601 and the numbers of `NotPrimary` may come when it is applied already.
    /// `Unreachable` and whatever else has no number: it was not sent.
    fn ask(&self, host: &str, command: Document) -> impl Future<Output = Result<Document>> + Send;
}

/// How long what is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// `maxTimeMS` of a step.
    pub command: Duration,
    /// Until a majority holds a configuration, or a member that is to get its vote answers again.
    pub settle: Duration,
    /// Until a primary is found.
    pub primary: Duration,
    /// Between two questions.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            command: Duration::from_secs(10),
            settle: Duration::from_mins(1),
            primary: Duration::from_secs(30),
            pause: Duration::from_millis(200),
        }
    }
}

/// A plan that is carried out.
pub struct Run<'r, A> {
    /// Asks a member.
    pub ask: &'r A,
    /// What the plan was made of.
    pub current: &'r WholeConfig,
    /// Its steps.
    pub steps: &'r [Step],
    /// Who is primary as far as is known.
    pub primary: String,
    /// How long what is waited for.
    pub patience: Patience,
}

impl<A: Ask> Run<'_, A> {
    /// Takes the steps. `stopped` is asked between two of them, and while a member copies its data.
    pub async fn run(
        self,
        mut tell: impl FnMut(OperationProgress) + Send,
        stopped: impl Fn() -> bool + Send + Sync,
    ) -> OperationReport {
        let mut done: Vec<OperationProgress> = Vec::with_capacity(self.steps.len());
        let mut course = Course {
            ask: self.ask,
            primary: self.primary,
            hosts: self.current.hosts(),
            patience: self.patience,
        };
        let (mut base, mut end) = (self.current, End::Done);
        for (place, step) in self.steps.iter().enumerate() {
            let mut telling = Telling {
                tell: &mut tell,
                began: Instant::now(),
                last: OperationProgress {
                    step: short(place),
                    steps: short(self.steps.len()),
                    title: title(base, step),
                    state: StepState::NotBegun,
                    message: String::new(),
                    elapsed_ms: 0,
                },
            };
            end =
                if stopped() { End::Stopped } else { course.step(base, step, &mut telling, &stopped).await };
            telling.ends(&end);
            done.push(telling.last);
            if !matches!(end, End::Done) {
                break;
            }
            base = &step.next;
        }
        for (place, step) in self.steps.iter().enumerate().skip(done.len()) {
            let before = if place == 0 { self.current } else { &self.steps[place - 1].next };
            done.push(OperationProgress {
                step: short(place),
                steps: short(self.steps.len()),
                title: title(before, step),
                state: StepState::NotBegun,
                message: "It was not begun.".to_owned(),
                elapsed_ms: 0,
            });
        }
        let now = course.read().await.ok().map(|seen| seen.config.age());
        account(done, end, now)
    }
}

/// A run as it goes: who is asked.
struct Course<'r, A> {
    ask: &'r A,
    /// Who is primary as far as is known.
    primary: String,
    /// Every name that a member has, or had when the run began, or was sent. Nobody else is asked: it would be a login at a place
    /// that is in no configuration yet.
    hosts: Vec<String>,
    patience: Patience,
}

/// Tells how a step goes.
struct Telling<'t, T> {
    tell: &'t mut T,
    began: Instant,
    last: OperationProgress,
}

impl<T: FnMut(OperationProgress) + Send> Telling<'_, T> {
    /// Tells what goes on, where it is news.
    fn says(&mut self, state: StepState, message: impl Into<String>) {
        let message = message.into();
        if (self.last.state, &self.last.message) == (state, &message) {
            return;
        }
        self.last.state = state;
        self.last.message = message;
        self.last.elapsed_ms = u32::try_from(self.began.elapsed().as_millis()).unwrap_or(u32::MAX);
        (self.tell)(self.last.clone());
    }

    fn ends(&mut self, end: &End) {
        let (state, message) = match end {
            End::Done => (StepState::Done, "A majority holds the configuration.".to_owned()),
            End::Overtaken(error) => (StepState::Done, format!("A majority held the configuration. {error}")),
            End::Stopped => (StepState::NotBegun, "It was stopped before this step.".to_owned()),
            End::Refused(error) => (StepState::Refused, error.to_string()),
            End::NotSettled(error) => (StepState::NotSettled, error.to_string()),
            End::Unknown(error) => (StepState::Unknown, error.to_string()),
        };
        self.says(state, message);
    }
}

fn short(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
