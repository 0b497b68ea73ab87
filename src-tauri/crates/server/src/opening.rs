//! Opening what a program was started with, and serving it.

use std::time::Duration;

use tokio::time::sleep;
use trivet_core::{
    Engine, Error, ErrorCode, Result,
    connection::{ConnectRequest, ConnectTarget, Served},
};
use trivet_lab::Labs;

/// How long to wait before a database that does not answer is asked again.
const AGAIN: Duration = Duration::from_secs(2);

/// Opens what the engine was started with and lets the listener reach it. A database that does not answer is asked
/// again until it does.
///
/// # Errors
///
/// What asking again would not mend, such as a refused password, or a lab that does not start.
pub(crate) async fn open_and_serve(engine: &Engine, labs: &Labs, served: &Served) -> Result<()> {
    let target = if engine.app_info().await?.lab {
        let status = labs
            .usual()
            .start(|step| tracing::info!(step = ?step.kind, elapsed_ms = step.elapsed_ms, "local set"))
            .await?;
        let uri =
            status.uri.ok_or_else(|| Error::internal("The local set runs and has no connection string."))?;
        ConnectTarget::Lab { uri }
    } else {
        ConnectTarget::Startup
    };
    loop {
        let request = ConnectRequest {
            target: target.clone(),
            name: None,
            environment: None,
            read_only: None,
            undo: None,
        };
        match engine.connect(request).await {
            Ok(connection) => {
                tracing::info!(hosts = %connection.hosts, "connected");
                served.set(connection.id, true);
                return Ok(());
            }
            Err(error) if may_come(error.code()) => {
                tracing::warn!(code = ?error.code(), "the database does not answer yet");
                sleep(AGAIN).await;
            }
            Err(error) => return Err(error),
        }
    }
}

fn may_come(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::Unreachable | ErrorCode::Timeout | ErrorCode::NotPrimary)
}
