//! What a namespace was found to be, for a little while.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::namespace::Namespace;

/// After this time the server is asked again: a collection may have been dropped and made anew as a view.
const KEPT: Duration = Duration::from_secs(30);
/// Beyond this many all are forgotten: names come from outside.
const MOST: usize = 1_000;

/// Whether a namespace may show one `_id` more than once, as a view or a time series does.
#[derive(Default)]
pub(crate) struct Kinds {
    known: Mutex<HashMap<Namespace, (Instant, bool)>>,
}

impl Kinds {
    pub(crate) fn get(&self, namespace: &Namespace) -> Option<bool> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(namespace).filter(|(asked, _)| asked.elapsed() < KEPT).map(|(_, repeats)| *repeats)
    }

    pub(crate) fn forget_all(&self) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(crate) fn put(&self, namespace: &Namespace, repeats: bool) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(namespace.clone(), (Instant::now(), repeats));
    }
}
