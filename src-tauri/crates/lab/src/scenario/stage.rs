//! Where a scenario is played: what was done, and what Health says meanwhile.

use std::borrow::Borrow;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use trivet_core::replica::{ReplicaSnapshot, SightKind};
use trivet_core::{Error, Result};

use crate::action::Action;
use crate::lab::Lab;
use crate::steps::milliseconds;
use crate::types::{LabMember, LabScenario, ScenarioReport, ScenarioStep};

/// How long Health may take to say what is expected, after all has been done.
const DEADLINE: Duration = Duration::from_mins(1);

/// A scenario that is being played.
pub(super) struct Stage<'a, S> {
    lab: &'a Lab,
    states: watch::Receiver<Option<S>>,
    tell: &'a (dyn Fn(ScenarioStep) + Send + Sync),
    steps: Vec<ScenarioStep>,
}

impl<'a, S: Borrow<ReplicaSnapshot> + Send + Sync + 'static> Stage<'a, S> {
    pub(super) fn new(
        lab: &'a Lab,
        states: watch::Receiver<Option<S>>,
        tell: &'a (dyn Fn(ScenarioStep) + Send + Sync),
    ) -> Self {
        Self { lab, states, tell, steps: Vec::new() }
    }

    /// Waits until Health says something; whether it did in time.
    pub(super) async fn expect(
        &mut self,
        what: &str,
        expected: &str,
        says: impl Fn(&ReplicaSnapshot) -> bool + Send,
    ) -> Result<bool> {
        self.act(what, Vec::new(), expected, says).await
    }

    /// Does something and waits until Health says something of it; whether it did in time. What Health says while it is done
    /// counts as well.
    pub(super) async fn act(
        &mut self,
        what: &str,
        actions: Vec<Action>,
        expected: &str,
        says: impl Fn(&ReplicaSnapshot) -> bool + Send,
    ) -> Result<bool> {
        let mut step = ScenarioStep {
            index: u32::try_from(self.steps.len()).unwrap_or(u32::MAX),
            what: what.to_owned(),
            commands: Vec::new(),
            expected: expected.to_owned(),
            within_ms: milliseconds(DEADLINE),
            seen: None,
            after_ms: None,
            ok: false,
        };
        (self.tell)(step.clone());
        let began = Instant::now();
        let (lab, mut states) = (self.lab, self.states.clone());
        let (done, over) = watch::channel(false);
        let acting = async {
            let mut commands = Vec::new();
            for action in actions {
                let steps = lab.change(action).await?.steps;
                commands.extend(steps.into_iter().map(|step| step.command));
            }
            // The other end waits for it below.
            let _ = done.send(true);
            Ok::<_, Error>(commands)
        };
        let watching = async {
            let deadline = async {
                let mut over = over;
                let _ = over.wait_for(|over| *over).await;
                tokio::time::sleep(DEADLINE).await;
            };
            let says = |state: &Option<S>| state.as_ref().is_some_and(|state| says(state.borrow()));
            tokio::select! {
                said = states.wait_for(says) => {
                    let words = said.ok().as_deref().and_then(Option::as_ref).map(|state| in_words(state.borrow()));
                    words.map(|words| (began.elapsed(), words))
                }
                () = deadline => None,
            }
        };
        tokio::pin!(acting, watching);
        // What cannot be done ends it at once; what Health says may come before all is done.
        let (commands, said) = tokio::select! {
            commands = &mut acting => (commands?, watching.await),
            said = &mut watching => (acting.await?, said),
        };
        step.commands = commands;
        step.ok = said.is_some();
        let (after, seen) = said.map_or_else(
            || (began.elapsed(), self.states.borrow().as_ref().map(|state| in_words(state.borrow()))),
            |(after, words)| (after, Some(words)),
        );
        step.after_ms = Some(milliseconds(after));
        step.seen = seen;
        (self.tell)(step.clone());
        let ok = step.ok;
        self.steps.push(step);
        Ok(ok)
    }

    /// What Health says now.
    pub(super) fn state(&self) -> Result<ReplicaSnapshot> {
        let state = self.states.borrow();
        let state = state.as_ref().map(|state| state.borrow().clone());
        state.ok_or_else(|| Error::internal("Health says nothing of the set."))
    }

    /// The members of the lab.
    pub(super) fn members(&self) -> Vec<LabMember> {
        self.lab.status().members
    }

    /// The lab, for what only goes on beside the steps.
    pub(super) fn lab(&self) -> &'a Lab {
        self.lab
    }

    pub(super) fn report(self, scenario: LabScenario) -> ScenarioReport {
        ScenarioReport { scenario, ok: self.steps.iter().all(|step| step.ok), steps: self.steps }
    }
}

/// The verdict, and what the members see of each other where that says more.
fn in_words(state: &ReplicaSnapshot) -> String {
    let verdict = &state.verdict.summary;
    match &state.sight {
        Some(sight) if sight.kind != SightKind::Clear && !verdict.contains(&sight.summary) => {
            format!("{verdict} {}", sight.summary)
        }
        _ => verdict.clone(),
    }
}
