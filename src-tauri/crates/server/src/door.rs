//! What every request goes through, from its arrival to its answer.

use std::{
    convert::Infallible,
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
    response::{IntoResponse as _, Response},
};
use futures_util::FutureExt as _;
use hyper::body::Incoming;
use tokio::sync::{Semaphore, watch};
use tower::ServiceExt as _;
use trivet_core::{Engine, Error, ErrorCode};
use trivet_lab::Labs;

use crate::{
    api::{Api, ServerConfig},
    lock::Lock,
    problem::{Problem, REQUEST_ID},
    router::{router, with_headers},
};

/// Requests that are worked on at once.
const REQUESTS: usize = 64;

/// The locks and the routes: a cheap clone.
#[derive(Clone)]
pub(crate) struct Door {
    inner: Arc<Inner>,
    router: Router,
}

struct Inner {
    lock: Lock,
    requests: Semaphore,
    next_id: AtomicU64,
    closing: watch::Receiver<bool>,
}

impl Door {
    pub(crate) fn new(
        engine: Engine,
        labs: Labs,
        config: ServerConfig,
        authority: String,
        closing: watch::Receiver<bool>,
    ) -> Self {
        let ServerConfig { token, allowed_origins, items, ui } = config;
        let api = Api::new(engine, labs, items, closing.clone());
        let router = router(api, &allowed_origins, ui.as_deref());
        let lock = Lock::new(authority, allowed_origins, token);
        let (requests, next_id) = (Semaphore::new(REQUESTS), AtomicU64::new(1));
        Self { inner: Arc::new(Inner { lock, requests, next_id, closing }), router }
    }

    /// Answers one request, in any case.
    pub(crate) async fn answer(self, request: Request<Incoming>) -> Result<Response, Infallible> {
        let id = self.inner.next_id.fetch_add(1, Ordering::Relaxed);
        REQUEST_ID
            .scope(id, async {
                // A mistake of ours must not take the other requests of the connection along.
                let passed = AssertUnwindSafe(self.pass(request.map(Body::new))).catch_unwind().await;
                let response = match passed {
                    Ok(Ok(response)) => response,
                    Ok(Err(problem)) => problem.into_response(),
                    Err(_) => {
                        Problem::from(Error::internal("This request met a mistake of ours.")).into_response()
                    }
                };
                Ok(with_headers(response))
            })
            .await
    }

    async fn pass(self, request: Request<Body>) -> Result<Response, Problem> {
        let busy =
            |message| Problem::refused(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Unreachable, message);
        if *self.inner.closing.borrow() {
            return Err(busy("The listener closes."));
        }
        let (parts, body) = request.into_parts();
        self.inner.lock.check(&parts).await?;
        let Ok(_turn) = self.inner.requests.try_acquire() else {
            return Err(busy("Too many requests at once: come again in a moment."));
        };
        let Ok(response) = self.router.oneshot(Request::from_parts(parts, body)).await;
        Ok(response)
    }
}
