//! The accept loop.

use std::{pin::pin, time::Duration};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::TcpStream,
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};
use trivet_core::Engine;
use trivet_lab::Labs;

use crate::{address::Bound, api::ServerConfig, door::Door};

/// Connections that are open at once; more wait to be accepted.
const CONNECTIONS: usize = 256;
/// A request's header has to arrive within this time (`axum::serve` would wait for ever).
const HEADER_WITHIN: Duration = Duration::from_secs(10);
/// Running requests have this long to end when the listener closes.
const DRAIN: Duration = Duration::from_secs(5);
/// How long to wait when the system cannot accept, such as for want of file descriptors.
const PAUSE: Duration = Duration::from_millis(50);

/// Serves until `shutdown` ends; then new requests are refused, event streams end, and the running ones have
/// five seconds.
pub async fn serve(
    bound: Bound,
    engine: Engine,
    labs: Labs,
    config: ServerConfig,
    shutdown: impl Future<Output = ()>,
) {
    let (close, closing) = watch::channel(false);
    let Bound { listener, authority } = bound;
    let door = Door::new(engine, labs, config, authority, closing.clone());
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        // Ended ones make room; without it the set would grow with every connection there ever was.
        while connections.try_join_next().is_some() {}
        tokio::select! {
            () = &mut shutdown => break,
            _ = connections.join_next(), if connections.len() >= CONNECTIONS => {}
            accepted = listener.accept(), if connections.len() < CONNECTIONS => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(converse(stream, door.clone(), closing.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection cannot be accepted");
                    sleep(PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    // Nobody listening is nobody to tell.
    let _ = close.send(true);
    let drained = timeout(DRAIN, async { while connections.join_next().await.is_some() {} });
    if drained.await.is_err() {
        tracing::warn!(left = connections.len(), "requests were cut off when the listener closed");
    }
}

/// Answers the requests of one connection, one after the other.
async fn converse(stream: TcpStream, door: Door, mut closing: watch::Receiver<bool>) {
    // Small answers go out at once; where that cannot be had, they go out later.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| door.clone().answer(request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_WITHIN)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    tokio::select! {
        // A caller who breaks off is nothing to report.
        _ = connection.as_mut() => return,
        _ = closing.wait_for(|closing| *closing) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}
