//! The steps are sent to somebody who answers as a server does: also late, wrongly, or not at all.

use std::{collections::VecDeque, sync::Mutex, time::Duration};

use bson::{Document, doc};

use super::sets::{set, well, with, words};
use crate::{
    Error, ErrorCode, Result,
    replica::{
        OperationOutcome, OperationReport, StepState,
        config::{Ask, Patience, Run, WholeConfig, plan},
    },
};

/// What comes of the next step that is sent.
#[derive(Clone, Copy)]
enum Turn {
    Takes,
    /// It refuses with this number.
    Says(i32),
    /// The server has moved its configuration by itself, so this is no longer the next version.
    MovesByItself,
    /// Somebody else has changed it.
    IsChanged,
    /// It takes it, and the answer is lost.
    TakesSilently,
    /// The command is lost.
    Loses,
    /// It takes it, and no majority does within the time of the command.
    TakesLate,
    /// It takes it, and nobody answers any more.
    Dies,
    /// It takes it, says with this number that it was broken off, and nobody answers any more.
    SaysAndDies(i32),
    /// It takes it and says so, and nobody answers any more.
    TakesAndDies,
    /// It takes it and says so, and somebody else changes it before it is read.
    TakesAndIsChanged,
    /// It takes it, the answer is lost, and somebody else changes it before it is read.
    TakesSilentlyAndIsChanged,
    /// It takes it alone and dies of it: another member is primary, and has what was there before.
    TakesAloneAndDies,
    /// The command does not get out of the house.
    IsNotSent,
    /// Another member is primary.
    HandsOver,
}

struct Server {
    state: Mutex<State>,
}

struct State {
    config: WholeConfig,
    primary: String,
    turns: VecDeque<Turn>,
    /// So many questions are answered with: not committed yet.
    uncommitted: u32,
    /// So many questions show a member that copies.
    copying: u32,
    /// Its state meanwhile.
    copies_as: &'static str,
    is_dead: bool,
    /// What another member has, which becomes primary at the next question but one.
    successor: Option<WholeConfig>,
    sent: u32,
    /// Every host that was asked.
    asked: Vec<String>,
}

impl Server {
    fn of(config: &WholeConfig, turns: &[Turn]) -> Self {
        Self {
            state: Mutex::new(State {
                config: config.clone(),
                primary: "a:1".to_owned(),
                turns: turns.iter().copied().collect(),
                uncommitted: 0,
                copying: 0,
                copies_as: "STARTUP2",
                is_dead: false,
                successor: None,
                sent: 0,
                asked: Vec::new(),
            }),
        }
    }

    fn with<T>(&self, ask: impl FnOnce(&mut State) -> T) -> T {
        ask(&mut self.state.lock().expect("fine"))
    }

    fn words(&self) -> String {
        self.with(|state| words(&state.config))
    }
}

fn says(code: i32) -> Error {
    crate::error::from_server(code, "", "no.")
}

/// It was sent, and no answer came.
fn silent() -> Error {
    Error::new(ErrorCode::OutcomeUnknown, "It was asked and no answer came.")
}

/// It was not sent.
fn unreachable() -> Error {
    Error::new(ErrorCode::Unreachable, "No server that could do this was found in time.")
}

impl State {
    fn answer(&mut self, host: &str, command: &Document) -> Result<Document> {
        if !self.asked.iter().any(|asked| asked == host) {
            self.asked.push(host.to_owned());
        }
        if self.is_dead {
            return Err(unreachable());
        }
        if command.contains_key("hello") {
            return Ok(doc! { "isWritablePrimary": host == self.primary });
        }
        if host != self.primary {
            return Err(says(10_107));
        }
        if let Ok(config) = command.get_document("replSetReconfig") {
            assert!(command.get_i64("maxTimeMS").is_ok(), "always bounded");
            self.sent += 1;
            return self.reconfigure(WholeConfig::of(config.clone()));
        }
        if command.contains_key("replSetGetStatus") {
            let copies = self.copying > 0;
            self.copying = self.copying.saturating_sub(1);
            let state = |host: &String| match (*host == self.primary, copies) {
                (true, _) => "PRIMARY",
                (_, true) => self.copies_as,
                (_, false) => "SECONDARY",
            };
            let seen = |host: &String| doc! { "name": host, "stateStr": state(host) };
            return Ok(doc! { "members": self.config.hosts().iter().map(seen).collect::<Vec<_>>() });
        }
        let committed = self.uncommitted == 0;
        self.uncommitted = self.uncommitted.saturating_sub(1);
        let config = self.config.document().clone();
        if let Some(successor) = self.successor.take() {
            (self.config, self.uncommitted) = (successor, 1);
        }
        Ok(doc! { "config": config, "commitmentStatus": committed })
    }

    fn reconfigure(&mut self, next: WholeConfig) -> Result<Document> {
        let done = Ok(doc! { "ok": 1 });
        match self.turns.pop_front().unwrap_or(Turn::Takes) {
            Turn::Takes => {
                assert_eq!(next.age().version, self.config.age().version + 1, "what was read, and one more");
                self.config = next;
                done
            }
            Turn::Says(code) => Err(says(code)),
            Turn::MovesByItself => {
                self.config = self.config.aged(&self.config, 1);
                Err(says(103))
            }
            Turn::IsChanged => {
                self.config = with(&self.config.aged(&self.config, 1), 1, "priority", 7.0);
                Err(says(103))
            }
            Turn::TakesSilently => {
                self.config = next;
                Err(silent())
            }
            Turn::Loses => Err(silent()),
            Turn::IsNotSent => Err(unreachable()),
            Turn::SaysAndDies(code) => {
                self.config = next;
                self.is_dead = true;
                Err(says(code))
            }
            Turn::TakesAndDies => {
                self.config = next;
                self.is_dead = true;
                done
            }
            Turn::TakesAndIsChanged => {
                self.config = with(&next.aged(&next, 1), 1, "priority", 7.0);
                done
            }
            Turn::TakesSilentlyAndIsChanged => {
                self.config = with(&next.aged(&next, 1), 1, "priority", 7.0);
                Err(silent())
            }
            Turn::TakesAloneAndDies => {
                self.successor = Some(self.config.clone());
                (self.config, self.uncommitted) = (next, 1);
                Err(silent())
            }
            Turn::TakesLate => {
                self.config = next;
                self.uncommitted = 3;
                Err(says(50))
            }
            Turn::Dies => {
                self.config = next;
                self.is_dead = true;
                Err(silent())
            }
            Turn::HandsOver => {
                self.primary = "b:1".to_owned();
                Err(says(10_107))
            }
        }
    }
}

impl Ask for Server {
    async fn ask(&self, host: &str, command: Document) -> Result<Document> {
        self.with(|state| state.answer(host, &command))
    }
}

const FROM: &str = "a:1 b:1 c:1";
const TO: &str = "a:1 b:1 c:1 d:2";
const QUICK: Patience = Patience {
    command: Duration::from_millis(200),
    settle: Duration::from_millis(400),
    primary: Duration::from_millis(50),
    pause: Duration::from_millis(1),
};

async fn run(server: &Server, stopped: impl Fn() -> bool + Send + Sync) -> OperationReport {
    let current = set(FROM);
    let steps = plan(&current, &set(TO), &well(&current)).expect("a plan");
    assert_eq!(steps.len(), 2);
    let run =
        Run { ask: server, current: &current, steps: &steps, primary: "a:1".to_owned(), patience: QUICK };
    let report = run.run(|_| {}, stopped).await;
    assert_eq!(report.steps.len(), 2, "every step is accounted for: {report:?}");
    report
}

async fn after(turns: &[Turn]) -> (OperationReport, Server) {
    let server = Server::of(&set(FROM), turns);
    (run(&server, || false).await, server)
}

fn states(report: &OperationReport) -> Vec<StepState> {
    report.steps.iter().map(|step| step.state).collect()
}

#[tokio::test]
async fn what_passes_is_waited_for_and_each_step_is_sent_until_it_is_taken() {
    for turns in [
        &[][..],
        &[Turn::MovesByItself, Turn::Takes, Turn::MovesByItself],
        &[Turn::Says(109), Turn::Says(308), Turn::Says(109)],
        &[Turn::TakesLate, Turn::TakesLate],
        &[Turn::TakesSilently, Turn::TakesSilently],
        &[Turn::Loses, Turn::Loses],
        &[Turn::HandsOver],
        &[Turn::Says(11_602)],
        &[Turn::Says(11_601), Turn::IsNotSent],
    ] {
        let (report, server) = after(turns).await;
        assert_eq!(report.outcome, OperationOutcome::Applied, "{report:?}");
        assert_eq!(server.words(), TO);
        assert_eq!(report.config, Some(server.with(|state| state.config.age())));
    }
}

#[tokio::test]
async fn a_step_whose_answer_was_lost_is_not_sent_twice_where_it_was_taken() {
    let (_, server) = after(&[Turn::TakesSilently, Turn::TakesSilently]).await;
    assert_eq!(server.with(|state| state.sent), 2);
}

#[tokio::test]
async fn what_somebody_else_has_changed_is_never_overwritten() {
    for (turns, outcome) in [
        (&[Turn::IsChanged][..], OperationOutcome::NotApplied),
        (&[Turn::Takes, Turn::IsChanged], OperationOutcome::Partly),
    ] {
        let (report, server) = after(turns).await;
        assert_eq!(report.outcome, outcome, "{report:?}");
        assert_eq!(report.error.expect("told").code, ErrorCode::Conflict);
        assert!(server.words().contains("b:7"), "{}", server.words());
    }
}

#[tokio::test]
async fn what_was_changed_before_the_first_step_is_noticed_before_anything_is_sent() {
    let server = Server::of(&with(&set(FROM), 2, "hidden", true), &[]);
    let report = run(&server, || false).await;
    assert_eq!(report.error.expect("told").code, ErrorCode::Conflict);
    assert_eq!(server.with(|state| state.sent), 0);
}

#[tokio::test]
async fn a_refusal_ends_it_with_the_servers_words_and_the_way_on() {
    let (report, server) = after(&[Turn::Takes, Turn::Says(104)]).await;
    assert_eq!(report.outcome, OperationOutcome::Partly, "{report:?}");
    assert_eq!(states(&report), [StepState::Done, StepState::Refused]);
    let error = report.error.expect("told");
    assert!(error.message.contains("could not be elected") && error.hint.is_some(), "{error:?}");
    assert_eq!(server.words(), "a:1 b:1 c:1 d:0!");
    // 103 again for the same version is no race: it means what it says.
    let (report, _) = after(&[Turn::Says(103), Turn::Says(103)]).await;
    assert_eq!(states(&report), [StepState::Refused, StepState::NotBegun]);
}

#[tokio::test]
async fn a_server_that_takes_a_step_and_dies_leaves_an_unknown_outcome() {
    let (report, _) = after(&[Turn::Takes, Turn::Dies]).await;
    assert_eq!(report.outcome, OperationOutcome::Unknown, "{report:?}");
    assert_eq!(states(&report), [StepState::Done, StepState::Unknown]);
    assert_eq!(report.config, None);
}

#[tokio::test]
async fn a_step_that_no_majority_holds_in_time_is_not_settled() {
    let server = Server::of(&set(FROM), &[Turn::TakesLate]);
    server.with(|state| state.turns = [Turn::TakesLate].into());
    let stuck = async {
        loop {
            server.with(|state| {
                if state.sent > 0 {
                    state.uncommitted = 100;
                }
            });
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let report = tokio::select! { report = run(&server, || false) => report, () = stuck => unreachable!() };
    assert_eq!(states(&report), [StepState::NotSettled, StepState::NotBegun]);
    assert_eq!(report.outcome, OperationOutcome::Partly);
}

#[tokio::test]
async fn a_vote_waits_for_the_data_and_can_be_stopped_meanwhile() {
    let server = Server::of(&set(FROM), &[]);
    server.with(|state| state.copying = 10);
    assert_eq!(run(&server, || false).await.outcome, OperationOutcome::Applied);
    let server = Server::of(&set(FROM), &[]);
    server.with(|state| state.copying = u32::MAX);
    let report = run(&server, || server.with(|state| state.sent > 0)).await;
    assert_eq!(states(&report), [StepState::Done, StepState::NotBegun], "{report:?}");
    assert!(report.error.is_none() && report.outcome == OperationOutcome::Partly);
    assert_eq!(server.words(), "a:1 b:1 c:1 d:0!");
}

#[tokio::test]
async fn one_that_is_stopped_at_once_sends_nothing() {
    let server = Server::of(&set(FROM), &[]);
    let report = run(&server, || true).await;
    assert_eq!((report.outcome, server.with(|state| state.sent)), (OperationOutcome::NotApplied, 0));
}

#[tokio::test]
async fn what_was_broken_off_by_a_primary_that_nobody_sees_again_is_unknown() {
    // 50: its time ran out. 11601: somebody ended it. 189 and 11602: it stepped down. Each may come when it is applied already.
    for code in [50, 11_601, 189, 11_602] {
        let (report, _) = after(&[Turn::SaysAndDies(code)]).await;
        assert_eq!(states(&report), [StepState::Unknown, StepState::NotBegun], "{code}");
        assert_eq!(report.outcome, OperationOutcome::Unknown, "{code}");
        assert!(!report.message.contains("Nothing was changed"), "{}", report.message);
    }
}

#[tokio::test]
async fn a_step_that_the_server_said_a_majority_has_is_done_whatever_comes_then() {
    let (report, _) = after(&[Turn::TakesAndDies]).await;
    assert_eq!(states(&report), [StepState::Done, StepState::Refused], "{report:?}");
    assert_eq!(report.outcome, OperationOutcome::Partly);
    let (report, _) = after(&[Turn::Takes, Turn::TakesAndDies]).await;
    assert_eq!(states(&report), [StepState::Done, StepState::Done], "{report:?}");
    assert_eq!(report.outcome, OperationOutcome::Applied);
    assert!(report.message.ends_with("No primary answers now."), "{}", report.message);
}

#[tokio::test]
async fn what_was_done_and_then_changed_by_somebody_else_is_partly_done() {
    for (turns, states_then) in [
        (&[Turn::TakesAndIsChanged][..], [StepState::Done, StepState::NotBegun]),
        (&[Turn::Takes, Turn::TakesAndIsChanged], [StepState::Done, StepState::Done]),
    ] {
        let (report, _) = after(turns).await;
        assert_eq!(states(&report), states_then, "{report:?}");
        assert_eq!(report.outcome, OperationOutcome::Partly);
        assert!(report.message.contains("somebody else's change"), "{}", report.message);
        assert_eq!(report.error.expect("told").code, ErrorCode::Conflict);
    }
}

#[tokio::test]
async fn whether_a_lost_step_was_there_before_somebody_elses_change_is_not_known() {
    let (report, _) = after(&[Turn::TakesSilentlyAndIsChanged]).await;
    assert_eq!(states(&report), [StepState::Unknown, StepState::NotBegun], "{report:?}");
    assert_eq!(report.outcome, OperationOutcome::Unknown);
}

#[tokio::test]
async fn a_step_that_is_lost_with_the_primary_is_nobody_elses_change() {
    let (report, server) = after(&[Turn::TakesAloneAndDies]).await;
    assert_eq!(states(&report), [StepState::Refused, StepState::NotBegun], "{report:?}");
    assert_eq!(report.outcome, OperationOutcome::NotApplied);
    assert!(report.steps[0].message.contains("lost with that primary"), "{report:?}");
    assert_eq!(server.words(), FROM);
}

#[tokio::test]
async fn nobody_is_asked_whose_name_was_not_sent_in_a_configuration_yet() {
    let server = Server::of(&set(FROM), &[]);
    server.with(|state| state.is_dead = true);
    let report = run(&server, || false).await;
    assert_eq!(report.outcome, OperationOutcome::NotApplied, "{report:?}");
    assert_eq!(server.with(|state| state.asked.clone()), ["a:1", "b:1", "c:1"]);
}

#[tokio::test]
async fn the_account_says_nothing_that_another_sentence_of_it_denies() {
    let server = Server::of(&set(FROM), &[Turn::TakesLate]);
    let (report, ()) = tokio::join!(run(&server, || false), async {
        while server.with(|state| state.sent == 0) {
            tokio::task::yield_now().await;
        }
        server.with(|state| state.uncommitted = u32::MAX);
    });
    assert_eq!(report.outcome, OperationOutcome::Partly, "{report:?}");
    assert!(
        report.message.starts_with("“Add d:1 without a vote as yet” is on the primary"),
        "{}",
        report.message
    );
    let (report, _) = after(&[Turn::Takes, Turn::Says(104)]).await;
    assert!(
        report.message.contains("Not done: “Give d:1 its vote and priority 2”. The"),
        "{}",
        report.message
    );
    let (report, _) = after(&[Turn::Says(104)]).await;
    assert!(report.message.starts_with("Nothing was changed. Not done:"), "{}", report.message);
    assert!(report.message.contains("yet”, and what comes after it."), "{}", report.message);
}

#[tokio::test]
async fn why_a_member_gets_no_vote_yet_is_told_by_its_state() {
    for (state, words) in [
        ("STARTUP2", "d:1 copies all data"),
        ("RECOVERING", "d:1 is RECOVERING: it gets its vote when"),
        ("(not reachable/healthy)", "The primary does not see d:1"),
    ] {
        let server = Server::of(&set(FROM), &[]);
        server.with(|now| (now.copying, now.copies_as) = (2, state));
        let mut told = Vec::new();
        let current = set(FROM);
        let steps = plan(&current, &set(TO), &well(&current)).expect("a plan");
        let run = Run {
            ask: &server,
            current: &current,
            steps: &steps,
            primary: "a:1".to_owned(),
            patience: QUICK,
        };
        run.run(|step| told.push(step.message), || false).await;
        assert!(told.iter().any(|message| message.starts_with(words)), "{words}: {told:?}");
    }
}
