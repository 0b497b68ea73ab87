//! Answers that do not end by themselves, read piece by piece.

use std::time::Duration;

use reqwest::Response;
use serde_json::Value;
use tokio::time::timeout;

use super::bench::header;

/// A new state comes every second, and the steps of a start within their own time.
const PATIENCE: Duration = Duration::from_secs(40);

/// An answer in pieces.
pub(super) struct Pieces {
    answer: Response,
    read: Vec<u8>,
    /// What stands behind each piece.
    end: &'static [u8],
}

impl Pieces {
    /// Server-sent events.
    pub(super) fn events(answer: Response) -> Self {
        Self::of(answer, "text/event-stream", b"\n\n")
    }

    /// Lines of JSON.
    pub(super) fn lines(answer: Response) -> Self {
        Self::of(answer, "application/x-ndjson", b"\n")
    }

    fn of(answer: Response, content_type: &str, end: &'static [u8]) -> Self {
        assert_eq!((answer.status().as_u16(), header(&answer, "content-type")), (200, Some(content_type)));
        Self { answer, read: Vec::new(), end }
    }

    /// The next piece; none where the answer came to its proper end.
    pub(super) async fn next(&mut self) -> Option<String> {
        loop {
            if let Some(at) = self.read.windows(self.end.len()).position(|bytes| bytes == self.end) {
                let mut piece: Vec<u8> = self.read.drain(..at + self.end.len()).collect();
                piece.truncate(at);
                return Some(String::from_utf8(piece).expect("text"));
            }
            let chunk = timeout(PATIENCE, self.answer.chunk()).await.expect("something comes");
            let Some(chunk) = chunk.expect("it is not cut off") else {
                assert!(self.read.is_empty(), "half a piece: {:?}", String::from_utf8_lossy(&self.read));
                return None;
            };
            self.read.extend_from_slice(&chunk);
        }
    }

    /// The data of the next event of this name; none at the end.
    pub(super) async fn next_event(&mut self, name: &str) -> Option<Value> {
        loop {
            let event = self.next().await?;
            // A comment shows that a silent stream lives.
            if event.starts_with(':') {
                continue;
            }
            let data = event.strip_prefix(&format!("event: {name}\ndata: "));
            let data = data.unwrap_or_else(|| panic!("an event {name}: {event}"));
            return Some(serde_json::from_str(data).expect("JSON on one line"));
        }
    }

    /// The next line as JSON; none at the end.
    pub(super) async fn next_line(&mut self) -> Option<Value> {
        let line = self.next().await?;
        Some(serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}")))
    }
}
