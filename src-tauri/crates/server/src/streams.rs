//! Answers that do not end by themselves: events, and lines of JSON.

use std::{convert::Infallible, time::Duration};

use axum::{
    body::Body,
    http::{HeaderValue, header::CONTENT_TYPE},
    response::{
        IntoResponse as _, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{Stream, StreamExt as _, stream};
use serde::Serialize;
use tokio::sync::mpsc;
use trivet_core::ErrorBody;

/// Items that wait for a slow reader; the latest state replaces those before it upstream.
pub(crate) const WAITING: usize = 16;
/// How often a silent stream shows that it lives.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// One line of an operation that answers more than once.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Line<I, O> {
    /// One of any number.
    Item(I),
    /// The last line: how it ended.
    Outcome(O),
    /// The last line: why it failed.
    Error(ErrorBody),
}

impl<I: Serialize, O: Serialize> Line<I, O> {
    pub(crate) fn text(&self) -> String {
        // Requests and outcomes are made of what JSON has.
        let mut text = serde_json::to_string(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// What is received, until there is no more.
pub(crate) fn received<T>(receiver: mpsc::Receiver<T>) -> impl Stream<Item = T> {
    stream::unfold(receiver, async |mut receiver| receiver.recv().await.map(|item| (item, receiver)))
}

/// Lines of JSON, as they come.
pub(crate) fn lines(lines: impl Stream<Item = String> + Send + 'static) -> Response {
    let mut response = Response::new(Body::from_stream(lines.map(Ok::<_, Infallible>)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    response
}

/// Server-sent events of one name, as they come.
pub(crate) fn events(name: &'static str, receiver: mpsc::Receiver<String>) -> Response {
    let events =
        received(receiver).map(move |data| Ok::<_, Infallible>(Event::default().event(name).data(data)));
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response()
}
