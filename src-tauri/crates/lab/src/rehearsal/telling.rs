//! Who listens to a rehearsal, until nobody does.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

use crate::types::{LabStep, RehearsalStep};

/// Tells the steps, and hears whether the rehearsal is to go on.
pub(super) struct Telling<T> {
    tell: Mutex<T>,
    stopped: watch::Sender<bool>,
    /// The number of the first step of this chapter, and of the next one.
    chapter: (AtomicU32, AtomicU32),
}

impl<T: FnMut(RehearsalStep) -> bool + Send> Telling<T> {
    pub(super) fn new(tell: T) -> Self {
        Self { tell: Mutex::new(tell), stopped: watch::Sender::new(false), chapter: Default::default() }
    }

    /// Whether it is to go on.
    pub(super) fn say(&self, step: RehearsalStep) -> bool {
        let heard = (self.tell.lock().unwrap_or_else(PoisonError::into_inner))(step);
        if !heard {
            self.stop();
        }
        !self.is_stopped()
    }

    /// Whether it is not to go on.
    pub(super) fn is_stopped(&self) -> bool {
        *self.stopped.borrow()
    }

    /// Tells a step of the lab, whose steps are numbered from 0 for each thing that is done to it.
    pub(super) fn lab(&self, step: LabStep) {
        let (first, next) = &self.chapter;
        let index = first.load(Ordering::Relaxed) + step.index;
        next.fetch_max(index + 1, Ordering::Relaxed);
        self.say(RehearsalStep::Lab { step: LabStep { index, ..step } });
    }

    /// Something else is done to the lab from now on.
    pub(super) fn turn_page(&self) {
        let (first, next) = &self.chapter;
        first.store(next.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    /// It is not to go on.
    pub(super) fn stop(&self) {
        self.stopped.send_replace(true);
    }

    /// Waits until it is not to go on.
    pub(super) async fn stopped(&self) {
        // The other end lives as long as this.
        let _ = self.stopped.subscribe().wait_for(|stopped| *stopped).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::LabStepKind;

    fn step(index: u32) -> LabStep {
        LabStep { index, kind: LabStepKind::Signal, command: String::new(), elapsed_ms: None }
    }

    #[tokio::test]
    async fn steps_of_one_thing_after_another_have_numbers_of_their_own_and_who_goes_away_ends_it() {
        let mut told = Vec::new();
        let telling = Telling::new(|said| {
            let RehearsalStep::Lab { step } = said else { return true };
            told.push(step.index);
            told.len() < 5
        });
        for index in [0, 1, 1] {
            telling.lab(step(index));
        }
        telling.turn_page();
        telling.lab(step(0));
        assert!(!telling.is_stopped());
        telling.lab(step(1));
        telling.stopped().await;
        drop(telling);
        assert_eq!(told, [0, 1, 1, 2, 3]);
    }
}
