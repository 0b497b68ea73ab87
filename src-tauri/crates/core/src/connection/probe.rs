//! Asks one address whether a MongoDB answers there, and tells the causes of failure apart.
//!
//! The driver's selection error holds its causes only as text, and text is never parsed. So the name is
//! looked up and the port is knocked at by ourselves, and the handshake's failure is taken, typed, from the
//! heartbeat event of a client that knows only this address.

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use bson::{Document, doc};
use mongodb::{
    Client,
    error::ErrorKind,
    event::{EventHandler, sdam::SdamEvent},
    options::{ClientOptions, ServerAddress, Tls},
};
use tokio::{
    net::{TcpStream, lookup_host},
    sync::Notify,
    time::timeout,
};

use super::Topology;
use crate::{Error, ErrorCode, error};

/// How long one step (look-up, knock, handshake) may take.
const STEP: Duration = Duration::from_secs(2);

/// What a server says of itself before anybody logs in (`hello`).
#[derive(Debug, Clone)]
pub(crate) struct Greeting {
    pub(crate) topology: Topology,
    pub(crate) set_name: Option<String>,
    /// The name under which a member finds itself in its configuration (`me`).
    pub(crate) me: Option<String>,
    /// Which process it is (`topologyVersion.processId`), whatever its name; since 4.4.
    pub(crate) process: Option<bson::oid::ObjectId>,
}

/// Why an address did not answer as a MongoDB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Silence {
    Refused,
    UnknownHost,
    TimedOut,
    NoRoute(&'static str),
    Tls,
    NotMongoDb,
}

impl Silence {
    /// As an error about this address, with what to do next.
    pub(crate) fn into_error(self, address: &ServerAddress) -> Error {
        let cannot = format!("Cannot reach {address}");
        match self {
            Self::Refused => Error::new(ErrorCode::Unreachable, format!("{cannot}: connection refused."))
                .with_hint("Is mongod running there, and on this port?"),
            Self::UnknownHost => Error::new(ErrorCode::Unreachable, format!("{cannot}: the host name is unknown."))
                .with_hint("Check the spelling; a container's name is known only inside its network."),
            Self::TimedOut => Error::new(ErrorCode::Timeout, format!("{cannot}: no answer in time."))
                .with_hint("A firewall may drop the packets, or the server may be frozen."),
            Self::NoRoute(reason) => Error::new(ErrorCode::Unreachable, format!("{cannot}: {reason}.")),
            Self::Tls => Error::new(ErrorCode::Tls, format!("{address} answers, but the TLS handshake failed."))
                .with_hint("The certificate is not trusted, is for another name, or the server does not speak TLS: check tlsCAFile and tls."),
            Self::NotMongoDb => Error::new(
                ErrorCode::Unreachable,
                format!("{address} answers, but not as a MongoDB server does."),
            )
            .with_hint("Another program listens there, or the server requires TLS: then add tls=true."),
        }
    }
}

/// Asks one address, with the connection's TLS settings and without logging in.
pub(crate) async fn probe(address: &ServerAddress, options: &ClientOptions) -> Result<Greeting, Silence> {
    if let ServerAddress::Tcp { host, port } = address {
        knock(host, port.unwrap_or(27017)).await?;
    }
    let (client, failure) = witness(address, options)?;
    let admin = client.database("admin");
    let hello = admin.run_command(doc! { "hello": 1 });
    let answer = tokio::select! {
        answer = timeout(STEP, hello) => answer,
        () = failure.seen() => Ok(Err(io::Error::from(io::ErrorKind::Other).into())),
    };
    let greeted = match answer {
        Ok(Ok(hello)) => Ok(greeting(&hello)),
        Ok(Err(_)) | Err(_) => Err(failure.silence(matches!(options.tls, Some(Tls::Enabled(_))))),
    };
    // Last, because it fails the heartbeats that are under way.
    client.shutdown().immediate(true).await;
    greeted
}

/// Looks the name up and opens a socket.
async fn knock(host: &str, port: u16) -> Result<(), Silence> {
    let addresses = match timeout(STEP, lookup_host((host, port))).await {
        Ok(Ok(addresses)) => addresses.collect::<Vec<_>>(),
        Ok(Err(_)) => return Err(Silence::UnknownHost),
        Err(_) => return Err(Silence::TimedOut),
    };
    match timeout(STEP, TcpStream::connect(addresses.as_slice())).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => Err(Silence::Refused),
        Ok(Err(error)) if error.kind() == io::ErrorKind::TimedOut => Err(Silence::TimedOut),
        Ok(Err(error)) => Err(Silence::NoRoute(error::io_reason(&error))),
        Err(_) => Err(Silence::TimedOut),
    }
}

/// The first handshake failure that a client saw.
struct Failure {
    kind: Mutex<Option<ErrorKind>>,
    notify: Notify,
}

impl Failure {
    async fn seen(&self) {
        self.notify.notified().await;
    }

    fn silence(&self, tls: bool) -> Silence {
        let kind = self.kind.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        match kind {
            Some(ErrorKind::Io(io)) if is_timeout(&io) => Silence::TimedOut,
            Some(ErrorKind::InvalidTlsConfig { .. } | ErrorKind::DnsResolve { .. }) => Silence::Tls,
            Some(ErrorKind::Io(_)) if tls => Silence::Tls,
            Some(_) => Silence::NotMongoDb,
            None => Silence::TimedOut,
        }
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)
}

/// A client that knows one address, does not log in, and keeps its first handshake failure.
fn witness(address: &ServerAddress, options: &ClientOptions) -> Result<(Client, Arc<Failure>), Silence> {
    let failure = Arc::new(Failure { kind: Mutex::new(None), notify: Notify::new() });
    let mut alone = options.clone();
    alone.hosts = vec![address.clone()];
    alone.direct_connection = Some(true);
    alone.load_balanced = None;
    alone.repl_set_name = None;
    alone.credential = None;
    alone.connect_timeout = Some(STEP);
    alone.server_selection_timeout = Some(STEP);
    alone.max_pool_size = Some(1);
    alone.min_pool_size = None;
    let kept = Arc::clone(&failure);
    alone.sdam_event_handler = Some(EventHandler::callback(move |event| {
        if let SdamEvent::ServerHeartbeatFailed(failed) = event {
            let mut kind = kept.kind.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            kind.get_or_insert_with(|| failed.failure.kind.as_ref().clone());
            kept.notify.notify_one();
        }
    }));
    // The client's only early failure is a TLS configuration that it cannot load.
    let client = Client::with_options(alone).map_err(|_| Silence::Tls)?;
    Ok((client, failure))
}

fn greeting(hello: &Document) -> Greeting {
    let set_name = hello.get_str("setName").ok().map(str::to_owned);
    let topology = if hello.get_str("msg").is_ok_and(|msg| msg == "isdbgrid") {
        Topology::Sharded
    } else if set_name.is_some() || hello.get_bool("isreplicaset").unwrap_or(false) {
        Topology::ReplicaSet
    } else {
        Topology::Standalone
    };
    let process =
        hello.get_document("topologyVersion").and_then(|version| version.get_object_id("processId"));
    Greeting { topology, set_name, me: hello.get_str("me").ok().map(str::to_owned), process: process.ok() }
}
