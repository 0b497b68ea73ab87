//! One step: made ready, sent, and waited for.

use std::time::{Duration, Instant};

use bson::{Bson, Document, doc};
use tokio::time::sleep;

use super::{Ask, Run, Telling, primary::changed_by_others};
use crate::{
    Error, ErrorCode,
    replica::{
        ConfigAge, MemberState, OperationProgress, StepState,
        config::{Step, WholeConfig},
        operations::codes::explained,
    },
};

/// So often a step is sent: each time for a reason that passes.
const MOST_ATTEMPTS: u32 = 20;

/// How a step ended.
pub(super) enum End {
    Done,
    /// Before it was sent.
    Stopped,
    /// Nothing of it was applied.
    Refused(Error),
    /// The primary has it, and a majority does not in time.
    NotSettled(Error),
    Unknown(Error),
}

/// What became of sending it.
enum Sent {
    /// The primary has it.
    Taken,
    /// Not: read again, then again.
    Again(Error),
    /// No answer came: what is read tells.
    Lost(Error),
    Refused(Error),
}

impl<A: Ask> Run<'_, A> {
    pub(super) async fn step<T: FnMut(OperationProgress) + Send>(
        &mut self,
        base: &WholeConfig,
        step: &Step,
        telling: &mut Telling<'_, T>,
        stopped: &(impl Fn() -> bool + Sync),
    ) -> End {
        if let Some(end) = self.wait_for_data(step, telling, stopped).await {
            return end;
        }
        telling.says(StepState::Sending, "It is sent to the primary.");
        let until = Instant::now() + self.patience.settle;
        // Where an answer was lost, what is not there yet may still come.
        let mut unanswered: Option<Instant> = None;
        let mut last: Option<Error> = None;
        let mut refused_at: Option<ConfigAge> = None;
        let mut attempts = 0;
        loop {
            let seen = match self.read().await {
                Ok(seen) => seen,
                Err(error) if unanswered.is_some() => return End::Unknown(unknown(&error)),
                Err(error) => return End::Refused(error),
            };
            let age = seen.config.age();
            if seen.config.is_same(&step.next) {
                return self.wait_for_majority(step, telling).await;
            }
            if !seen.config.is_same(base) {
                return End::Refused(changed_by_others());
            }
            // It is what it was, and the server says that it does not fit: it means what it says.
            if let Some(error) = last.take_if(|_| refused_at == Some(age)) {
                return End::Refused(explained(error));
            }
            if Instant::now() > until || attempts == MOST_ATTEMPTS {
                break;
            }
            if !seen.committed {
                last = Some(not_committed());
                sleep(self.patience.pause).await;
                continue;
            }
            attempts += 1;
            let next = step.next.aged(&seen.config, 1);
            match self.send(next.document().clone()).await {
                Sent::Taken => return self.wait_for_majority(step, telling).await,
                Sent::Refused(error) => return End::Refused(explained(error)),
                Sent::Again(error) => {
                    refused_at = (error.server_code() == Some(103)).then_some(age);
                    last = Some(error);
                }
                Sent::Lost(error) => {
                    unanswered = Some(Instant::now());
                    last = Some(error);
                }
            }
            sleep(self.patience.pause).await;
        }
        let error = last.map_or_else(not_committed, explained);
        // The server ends by itself what takes longer than it was given: by then it is there, or never will be.
        let may_come = unanswered.is_some_and(|at| at.elapsed() <= self.patience.command);
        if may_come { End::Unknown(unknown(&error)) } else { End::Refused(error) }
    }

    async fn send(&mut self, config: Document) -> Sent {
        let most = self.patience.command;
        let command = doc! { "replSetReconfig": config, "maxTimeMS": millis(most) };
        let Err(error) = self.ask.ask(&self.primary, command).await else { return Sent::Taken };
        match (error.server_code(), error.code()) {
            // 103: somebody was faster, perhaps the server itself. 109, 308: one change at a time. 50: in time or not, is read.
            (Some(103 | 109 | 308 | 50), _) | (_, ErrorCode::NotPrimary) => Sent::Again(error),
            (Some(_), _)
            | (
                _,
                ErrorCode::ReadOnly
                | ErrorCode::Forbidden
                | ErrorCode::Unauthenticated
                | ErrorCode::InvalidInput,
            ) => Sent::Refused(error),
            (None, _) => Sent::Lost(error),
        }
    }

    /// Waits until the members that get a vote have their data.
    async fn wait_for_data<T: FnMut(OperationProgress) + Send>(
        &mut self,
        step: &Step,
        telling: &mut Telling<'_, T>,
        stopped: &(impl Fn() -> bool + Sync),
    ) -> Option<End> {
        if step.ready.is_empty() {
            return None;
        }
        let mut until = Instant::now() + self.patience.settle;
        loop {
            let status = match self.ask_primary(doc! { "replSetGetStatus": 1 }).await {
                Ok(status) => status,
                Err(error) => return Some(End::Refused(error)),
            };
            let (host, state) = step
                .ready
                .iter()
                .map(|host| (host, state_of(&status, host)))
                .find(|(_, state)| !state.is_some_and(MemberState::advances))?;
            if stopped() {
                return Some(End::Stopped);
            }
            // Whoever copies is given all the time that it needs.
            if state == Some(MemberState::Startup2) {
                until = Instant::now() + self.patience.settle;
            }
            if Instant::now() > until {
                let words = state.map_or("is not seen", MemberState::name);
                return Some(End::Refused(
                    Error::new(
                        ErrorCode::Timeout,
                        format!("{host} has no data yet ({words}): it was not given its vote."),
                    )
                    .with_hint("Look at its log. It stays a member without a vote."),
                ));
            }
            telling.says(
                StepState::Waiting,
                format!("{host} copies all data (initial sync) before it gets its vote."),
            );
            sleep(self.patience.pause).await;
        }
    }

    /// Waits until a majority holds what the primary has.
    async fn wait_for_majority<T: FnMut(OperationProgress) + Send>(
        &mut self,
        step: &Step,
        telling: &mut Telling<'_, T>,
    ) -> End {
        telling.says(StepState::Waiting, "The primary has it; a majority is waited for.");
        let until = Instant::now() + self.patience.settle;
        loop {
            match self.read().await {
                Err(error) => return End::Unknown(unknown(&error)),
                Ok(seen) if !seen.config.is_same(&step.next) => return End::Refused(changed_by_others()),
                Ok(seen) if seen.committed => return End::Done,
                Ok(_) if Instant::now() > until => return End::NotSettled(not_committed()),
                Ok(_) => sleep(self.patience.pause).await,
            }
        }
    }
}

fn state_of(status: &Document, host: &str) -> Option<MemberState> {
    let members = status.get_array("members").ok()?.iter().filter_map(Bson::as_document);
    let seen = members.into_iter().find(|member| member.get_str("name").is_ok_and(|name| name == host))?;
    MemberState::from_name(seen.get_str("stateStr").ok()?)
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn not_committed() -> Error {
    Error::new(ErrorCode::Timeout, "A majority of the members does not hold the configuration yet.")
        .with_hint("Bring members back until a majority is up: it settles by itself then.")
}

fn unknown(error: &Error) -> Error {
    Error::new(
        ErrorCode::OutcomeUnknown,
        format!("The step was sent, and it cannot be read whether it was applied: {error}"),
    )
    .with_hint("Look at the configuration when a primary answers again.")
}
