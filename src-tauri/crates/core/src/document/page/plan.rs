//! Asks the server how it finds the documents of a query, and remembers the answer for a while.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use bson::RawDocumentBuf;

use super::{explained::Plan, query::Query};
use crate::{
    connection::{Permitted, ReadPreferenceMode, Session, bounded_by},
    namespace::Namespace,
};

/// An explanation is worth no longer wait.
const EXPLAINED_WITHIN: Duration = Duration::from_millis(500);
/// After this time the server is asked again: indexes come and go.
const KEPT: Duration = Duration::from_secs(30);
/// Beyond this many all are forgotten: queries come from outside.
const MOST: usize = 1_000;

/// A question to the server.
pub(super) struct Question {
    command: RawDocumentBuf,
    namespace: Namespace,
    preference: Option<ReadPreferenceMode>,
    unfiltered: bool,
    /// One index is as good as another that gives the same order.
    any_index: bool,
    name: [u8; 32],
}

impl Question {
    /// Asks how the documents of a query would be found in this order; none where it cannot be asked.
    pub(super) fn about(query: &Query, sort: Option<&[u8]>) -> Option<Self> {
        let command = query.explain(sort, EXPLAINED_WITHIN).ok()?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(query.namespace.database().as_bytes()).update(&[0]).update(command.as_bytes());
        Some(Self {
            name: hasher.finalize().into(),
            command,
            namespace: query.namespace.clone(),
            preference: query.preference,
            unfiltered: query.is_unfiltered(),
            any_index: query.is_unfiltered() && !query.is_hinted(),
        })
    }
}

/// What was explained lately.
#[derive(Default)]
pub(super) struct Plans {
    known: Mutex<HashMap<[u8; 32], (Instant, Plan)>>,
}

impl Plans {
    /// What is known already.
    pub(super) fn known(&self, question: &Question) -> Option<Plan> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (asked, plan) = known.get(&question.name)?;
        (asked.elapsed() < KEPT).then(|| plan.clone())
    }

    fn learn(&self, question: &Question, plan: &Plan) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(question.name, (Instant::now(), plan.clone()));
    }

    /// Asks, unless it is known; none where the server does not say: it may be slow, too old, or the user may not ask.
    pub(super) async fn ask(&self, session: &Arc<Session>, question: &Question) -> Option<Plan> {
        if let Some(plan) = self.known(question) {
            return Some(plan);
        }
        let permitted = session.permit(question.namespace.database(), question.command.clone());
        let Permitted { database, command } = permitted.ok()?;
        let (criteria, _) = session.read_preferring(question.preference);
        let asking = database.run_raw_command(command).selection_criteria(criteria).into_future();
        let reply = bounded_by(2 * EXPLAINED_WITHIN, asking).await.ok()?;
        let plan = Plan::read(&reply, question.unfiltered, question.any_index)?;
        self.learn(question, &plan);
        Some(plan)
    }
}
