//! One step: made ready, sent, and waited for.

use std::time::{Duration, Instant};

use bson::{Bson, Document, doc};
use tokio::time::sleep;

use super::{
    Ask, Course, Telling,
    primary::{Seen, changed_after, changed_by_others, lost_with_the_primary},
};
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
    /// It was done, and what a majority held then is not what is there now.
    Overtaken(Error),
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
    /// A majority has it: the server answers no sooner.
    Taken,
    /// Not: read again, then again.
    Again(Error),
    /// It was broken off: what is read tells whether it was applied before that.
    Cut(Error),
    /// No answer came: what is read tells, and it may still come.
    Lost(Error),
    Refused(Error),
}

/// Something was sent of which it is not known yet whether it was applied.
struct Open {
    since: Instant,
    /// The server is done with it.
    answered: bool,
}

impl<A: Ask> Course<'_, A> {
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
        let mut open: Option<Open> = None;
        let mut last: Option<Error> = None;
        let mut refused_at: Option<ConfigAge> = None;
        let mut attempts = 0;
        loop {
            let seen = match self.read().await {
                Ok(seen) => seen,
                Err(error) if open.is_some() => return End::Unknown(unknown(&error)),
                Err(error) => return End::Refused(error),
            };
            let age = seen.config.age();
            if seen.config.is_same(&step.next) {
                return self.wait_for_majority(base, step, false, telling).await;
            }
            if !seen.config.is_same(base) {
                return if open.is_some() {
                    End::Unknown(changed_after())
                } else {
                    End::Refused(changed_by_others())
                };
            }
            // A majority holds what was there before, and the server ends by itself what takes longer than it was given.
            open.take_if(|open| {
                seen.committed && (open.answered || open.since.elapsed() > self.patience.command)
            });
            // It is what it was, and the server says that it does not fit: it means what it says.
            if let Some(error) = last.take_if(|_| refused_at == Some(age)) {
                return End::Refused(refusal(error));
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
            self.knows(&step.next);
            let next = step.next.aged(&seen.config, 1);
            match self.send(next.document().clone()).await {
                Sent::Taken => return self.wait_for_majority(base, step, true, telling).await,
                Sent::Refused(error) => return End::Refused(refusal(error)),
                Sent::Again(error) => {
                    refused_at = (error.server_code() == Some(103)).then_some(age);
                    last = Some(error);
                }
                Sent::Cut(error) => {
                    open = open.or(Some(Open { since: Instant::now(), answered: true }));
                    last = Some(error);
                }
                Sent::Lost(error) => {
                    open = Some(Open { since: Instant::now(), answered: false });
                    last = Some(error);
                }
            }
            sleep(self.patience.pause).await;
        }
        let error = last.map_or_else(not_committed, refusal);
        if open.is_some() { End::Unknown(unknown(&error)) } else { End::Refused(error) }
    }

    async fn send(&mut self, config: Document) -> Sent {
        let most = self.patience.command;
        let command = doc! { "replSetReconfig": config, "maxTimeMS": millis(most) };
        let Err(error) = self.ask.ask(&self.primary, command).await else { return Sent::Taken };
        match (error.server_code(), error.code()) {
            (_, ErrorCode::OutcomeUnknown) => Sent::Lost(error),
            // 103: somebody was faster, perhaps the server itself. 109, 308: one change at a time.
            (Some(103 | 109 | 308), _) => Sent::Again(error),
            // Its time ran out, somebody ended it, or the primary stepped down: before it was installed, or while a majority was
            // waited for.
            (Some(50 | 11_601), _) | (_, ErrorCode::NotPrimary) => Sent::Cut(error),
            (Some(_), _)
            | (
                _,
                ErrorCode::ReadOnly
                | ErrorCode::Forbidden
                | ErrorCode::Unauthenticated
                | ErrorCode::InvalidInput,
            ) => Sent::Refused(error),
            (None, _) => Sent::Again(error),
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
            telling.says(StepState::Waiting, has_no_data_yet(host, state));
            sleep(self.patience.pause).await;
        }
    }

    /// Waits until a majority holds what the primary has. `heard`: the server has said that one does.
    async fn wait_for_majority<T: FnMut(OperationProgress) + Send>(
        &mut self,
        base: &WholeConfig,
        step: &Step,
        heard: bool,
        telling: &mut Telling<'_, T>,
    ) -> End {
        telling.says(StepState::Waiting, "The primary has it; a majority is waited for.");
        let until = Instant::now() + self.patience.settle;
        loop {
            let seen = match self.read().await {
                Ok(seen) => seen,
                // It is done; the next step, or the report, tells that nobody answers.
                Err(_) if heard => return End::Done,
                Err(error) => return End::Unknown(unknown(&error)),
            };
            if let Some(end) = became(&seen, base, step, heard, Instant::now() > until) {
                return end;
            }
            sleep(self.patience.pause).await;
        }
    }
}

/// What became of a step that the primary had; none where that is still to be seen.
fn became(seen: &Seen, base: &WholeConfig, step: &Step, heard: bool, is_late: bool) -> Option<End> {
    if seen.config.is_same(&step.next) {
        return match (seen.committed, is_late) {
            (true, _) => Some(End::Done),
            (false, true) => Some(End::NotSettled(not_committed())),
            (false, false) => None,
        };
    }
    match (seen.config.is_same(base), heard) {
        // Somebody may say so who is primary no more.
        (true, true) if !is_late => None,
        (_, true) => Some(End::Overtaken(changed_by_others())),
        // Until a majority holds it, the old primary may bring the step back.
        (true, false) if seen.committed => Some(End::Refused(lost_with_the_primary())),
        (true, false) if is_late => Some(End::Unknown(unknown(&not_committed()))),
        (true, false) => None,
        (false, false) => Some(End::Unknown(changed_after())),
    }
}

/// Why a member does not get its vote yet.
fn has_no_data_yet(host: &str, state: Option<MemberState>) -> String {
    match state {
        Some(MemberState::Startup2) => {
            format!("{host} copies all data (initial sync) before it gets its vote.")
        }
        Some(state) => {
            format!("{host} is {}: it gets its vote when it has its data (SECONDARY).", state.name())
        }
        None => {
            format!("The primary does not see {host} yet: it gets its vote when it has its data (SECONDARY).")
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

fn refusal(error: Error) -> Error {
    explained("replSetReconfig", error)
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
