//! Tells the steps of what the lab does while they are made.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::types::{LabStep, LabStepKind};

/// Numbers the steps of one action and hands them to the listener.
pub(crate) struct Steps<'a> {
    next: AtomicU32,
    report: &'a (dyn Fn(LabStep) + Send + Sync),
}

impl<'a> Steps<'a> {
    /// Reports to `report`.
    pub(crate) fn new(report: &'a (dyn Fn(LabStep) + Send + Sync)) -> Self {
        Self { next: AtomicU32::new(0), report }
    }

    /// Tells that a step begins.
    pub(crate) fn begin(&self, kind: LabStepKind, command: impl Into<String>) -> Step<'_> {
        let index = self.next.fetch_add(1, Ordering::Relaxed);
        let step = LabStep { index, kind, command: command.into(), elapsed_ms: None };
        (self.report)(step.clone());
        Step { told: step, began: Instant::now(), report: self.report }
    }

    /// Tells a step that was made already.
    pub(crate) fn took(&self, kind: LabStepKind, command: String, elapsed: Duration) {
        let index = self.next.fetch_add(1, Ordering::Relaxed);
        (self.report)(LabStep { index, kind, command, elapsed_ms: Some(milliseconds(elapsed)) });
    }
}

/// A step that goes on.
pub(crate) struct Step<'a> {
    told: LabStep,
    began: Instant,
    report: &'a (dyn Fn(LabStep) + Send + Sync),
}

impl Step<'_> {
    /// The command turned out to be another one.
    pub(crate) fn rename(&mut self, command: String) {
        self.told.command = command;
        (self.report)(self.told.clone());
    }

    /// Tells that the step is done, and how long it took.
    pub(crate) fn done(mut self) {
        self.told.elapsed_ms = Some(milliseconds(self.began.elapsed()));
        (self.report)(self.told);
    }
}

/// Keeps the steps that are done, for whoever wants them all at once.
#[derive(Debug, Default)]
pub(crate) struct Told(Mutex<Vec<LabStep>>);

impl Told {
    /// Hears of a step.
    pub(crate) fn hear(&self, step: LabStep) {
        if step.elapsed_ms.is_some() {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(step);
        }
    }

    /// All of them, in the order in which they began.
    pub(crate) fn all(self) -> Vec<LabStep> {
        let mut steps = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        steps.sort_by_key(|step| step.index);
        steps
    }
}

pub(crate) fn milliseconds(elapsed: Duration) -> u32 {
    u32::try_from(elapsed.as_millis()).unwrap_or(u32::MAX)
}
