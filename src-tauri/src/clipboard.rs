//! A connection string on the clipboard.

use std::time::Duration;

use trivet_core::connection::ConnectionUri;

/// The program that owns the clipboard may never answer.
const WITHIN: Duration = Duration::from_secs(1);

/// The connection string on the clipboard, if that is what it holds.
pub(crate) async fn connection_string() -> Option<ConnectionUri> {
    ConnectionUri::parse(&text().await?).ok()
}

/// The text on the clipboard where it begins like a connection string, however the rest of it reads.
pub(crate) async fn like_a_connection_string() -> Option<String> {
    text().await.filter(|text| {
        ["mongodb://", "mongodb+srv://"].iter().any(|start| text.trim_start().starts_with(start))
    })
}

/// The text on the clipboard, if it holds text.
async fn text() -> Option<String> {
    let read = tokio::task::spawn_blocking(|| arboard::Clipboard::new().ok()?.get_text().ok());
    tokio::time::timeout(WITHIN, read).await.ok()?.ok().flatten()
}
