//! Reads that can be ended while they run, here and on the server, and writes that can be ended between their steps.
//!
//! Each read has a session of the driver's to itself. Whoever cancels it, or goes away without waiting for its end, has the
//! server end what runs in that session: `killSessions` reaches a query before it has a cursor, too.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bson::{Document, rawdoc};
use futures_util::{FutureExt as _, future::join_all};
use mongodb::{
    Client, ClientSession,
    options::{ReadPreference, SelectionCriteria, ServerAddress},
};
use tokio::{
    runtime::Handle,
    sync::{MutexGuard, Notify},
    time::timeout,
};

use super::{Cancelled, Permitted, QueryId, Session};
use crate::{Error, ErrorCode, Result, error};

/// A server that does not confirm the end of a query within this time is not waited for.
const ENDS_WITHIN: Duration = Duration::from_secs(2);

/// A session of the driver's, for one read at a time: by it the server knows what to end.
pub(crate) struct Lane {
    id: Document,
    session: tokio::sync::Mutex<ClientSession>,
}

impl Lane {
    /// The session, for the commands of the read.
    pub(crate) async fn session(&self) -> MutexGuard<'_, ClientSession> {
        self.session.lock().await
    }
}

/// The reads of a connection that run now.
#[derive(Default)]
pub(crate) struct Queries {
    running: Mutex<(u64, HashMap<u64, Named>)>,
}

/// A read under the name that whoever asked has given it.
struct Named {
    query: QueryId,
    /// None for what ends by itself once it hears of it: a write is not killed half-way.
    lane: Option<Arc<Lane>>,
    cancelled: Arc<Notify>,
}

impl Queries {
    fn add(&self, query: QueryId, lane: Option<&Arc<Lane>>) -> (u64, Arc<Notify>) {
        let cancelled = Arc::new(Notify::new());
        let named = Named { query, lane: lane.cloned(), cancelled: Arc::clone(&cancelled) };
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.0 += 1;
        let ticket = running.0;
        running.1.insert(ticket, named);
        (ticket, cancelled)
    }

    fn remove(&self, ticket: u64) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).1.remove(&ticket);
    }

    fn take(&self, query: &QueryId) -> Vec<Named> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.1.extract_if(|_, named| named.query == *query).map(|(_, named)| named).collect()
    }
}

/// A read while it runs. Dropped before its end, it is ended on the server.
pub(crate) struct Running {
    session: Arc<Session>,
    lane: Arc<Lane>,
    /// Under which it is listed, and what tells that it is cancelled; none where nobody has named it.
    named: Option<(u64, Arc<Notify>)>,
    /// Nothing of it runs any more.
    over: bool,
}

impl Running {
    /// Waits for a read, unless it is cancelled first.
    ///
    /// # Errors
    ///
    /// `Cancelled`, and whatever the read comes to.
    pub(crate) async fn wait_for<T>(mut self, read: impl Future<Output = Result<T>>) -> Result<T> {
        let cancelled = self.named.as_ref().map(|(_, cancelled)| Arc::clone(cancelled));
        let cancelled = async {
            match cancelled {
                Some(cancelled) => cancelled.notified().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = cancelled => {
                // Whoever cancelled it ends it on the server, and waits for that.
                self.over = true;
                Err(Error::new(ErrorCode::Cancelled, "The query was cancelled."))
            }
            outcome = read => {
                self.over = outcome.as_ref().map_or_else(|error| error.server_code().is_some(), |_| true);
                outcome
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some((ticket, _)) = &self.named {
            self.session.queries.remove(*ticket);
        }
        if self.over {
            return;
        }
        // Without a runtime the program itself ends, and its connections with it.
        if let Ok(runtime) = Handle::try_current() {
            let (session, lane) = (Arc::clone(&self.session), Arc::clone(&self.lane));
            runtime.spawn(async move { session.end(&lane).await });
        }
    }
}

/// Many writes that may be cancelled between one and the next.
pub(crate) struct Steps {
    session: Arc<Session>,
    named: Option<(u64, Arc<Notify>)>,
}

impl Steps {
    /// Whether somebody has asked that no more be begun. It is told once.
    pub(crate) fn cancelled(&self) -> bool {
        self.named.as_ref().is_some_and(|(_, cancelled)| cancelled.notified().now_or_never().is_some())
    }

    /// Waits until somebody asks that; for ever where it has no name.
    pub(crate) async fn until_cancelled(self) {
        match &self.named {
            Some((_, cancelled)) => cancelled.notified().await,
            None => std::future::pending().await,
        }
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        if let Some((ticket, _)) = &self.named {
            self.session.queries.remove(*ticket);
        }
    }
}

impl Session {
    /// Begins writes that can be cancelled under this name.
    pub(crate) fn steps(self: &Arc<Self>, query: Option<QueryId>) -> Steps {
        Steps { session: Arc::clone(self), named: query.map(|query| self.queries.add(query, None)) }
    }

    /// A session of the driver's for one read at a time.
    pub(crate) async fn lane(&self) -> Result<Arc<Lane>> {
        let started = self.client.start_session().causal_consistency(false).await;
        let session = started.map_err(|error| error::from_driver(&error))?;
        Ok(Arc::new(Lane { id: session.id().clone(), session: session.into() }))
    }

    /// Begins a read in a session of its own.
    pub(crate) fn begin(self: &Arc<Self>, lane: &Arc<Lane>, query: Option<QueryId>) -> Running {
        let named = query.map(|query| self.queries.add(query, Some(lane)));
        Running { session: Arc::clone(self), lane: Arc::clone(lane), named, over: false }
    }

    /// Ends every read that runs under this name, and waits until the servers have ended it.
    pub(crate) async fn cancel(&self, query: &QueryId) -> Cancelled {
        let running = self.queries.take(query);
        for named in &running {
            named.cancelled.notify_one();
        }
        join_all(running.iter().filter_map(|named| Some(self.end(named.lane.as_ref()?)))).await;
        Cancelled { found: !running.is_empty() }
    }

    /// Has every server end what runs in a session, and close its cursors. Whoever holds the lane meanwhile sees to it
    /// that the session serves nobody else.
    pub(crate) async fn end(&self, lane: &Lane) {
        let Some(control) = self.control().await else { return };
        let ending = self.pulse.servers().into_iter().map(|server| self.end_on(control, server, &lane.id));
        join_all(ending).await;
    }

    /// Has the primary give up the transaction that may be left open in a session of the driver's. It is waited for until one is
    /// known again: it may be lost from sight by the very failure that left the transaction open.
    pub(crate) async fn end_transaction(&self, session: &Document) {
        let Some(control) = self.control().await else { return };
        let primary = SelectionCriteria::ReadPreference(ReadPreference::Primary);
        self.kill(control, primary, session).await;
    }

    /// One that cannot be reached has nothing that can be ended.
    async fn end_on(&self, control: &Client, server: ServerAddress, session: &Document) {
        let there = SelectionCriteria::Predicate(Arc::new(move |candidate| *candidate.address() == server));
        self.kill(control, there, session).await;
    }

    async fn kill(&self, control: &Client, there: SelectionCriteria, session: &Document) {
        let Ok(session) = bson::RawDocumentBuf::try_from(session) else { return };
        let kill = rawdoc! { "killSessions": [session] };
        let Ok(Permitted { database, command }) = self.permit_through(control, "admin", kill) else { return };
        let killing = database.run_raw_command(command).selection_criteria(there);
        if let Ok(Err(error)) = timeout(ENDS_WITHIN, killing.into_future()).await {
            let code = error::from_driver(&error).code();
            tracing::debug!(?code, "a server did not end what runs in a session");
        }
    }
}
