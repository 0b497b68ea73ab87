//! What is asked of connections, and what comes back.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

/// Names an open connection for as long as it is open.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Type, ToSchema)]
#[serde(transparent)]
pub struct ConnectionId(pub String);

impl ConnectionId {
    /// Names the connection where there is only one.
    pub const DEFAULT: &str = "default";
}

/// What kind of data is behind a connection: how careful the window is with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Environment {
    /// On this machine.
    Local,
    /// May be broken.
    Test,
    /// Must not be broken: destructive steps ask for the name to be typed.
    Production,
}

/// How the servers behind a connection belong together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Topology {
    /// Members with one set name.
    ReplicaSet,
    /// One mongod without a set: no transactions, no fail-over.
    Standalone,
    /// Behind mongos.
    Sharded,
    /// Nobody has answered yet.
    #[default]
    Unknown,
}

/// Which members may answer a read (the driver's read preference modes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ReadPreferenceMode {
    /// The primary and nobody else.
    Primary,
    /// The primary while there is one.
    PrimaryPreferred,
    /// A secondary and nobody else.
    Secondary,
    /// A secondary while there is one.
    SecondaryPreferred,
    /// Whoever answers soonest.
    Nearest,
}

/// Names a query while it runs: a text that whoever asks makes up, and uses once.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Type, ToSchema)]
#[serde(transparent)]
pub struct QueryId(pub String);

/// Asks to end a query that runs.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CancelRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// The name that the query was asked under.
    pub query: QueryId,
}

/// A query was ended, here and on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cancelled {
    /// False where no query of this name ran any more.
    pub found: bool,
}

/// Asks whether a connection's database can be used now.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReadyRequest {
    /// Which connection.
    pub connection: ConnectionId,
}

/// A connection's database can be used now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ready {
    /// Writes are taken; false on a read-only connection.
    pub writable: bool,
}

/// Asks to open a connection. It is verified before anything else goes on, within 5 seconds.
#[derive(Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConnectRequest {
    /// Where to.
    pub target: ConnectTarget,
    /// What to call it; none for the set's name or the first host.
    #[serde(default)]
    pub name: Option<String>,
    /// What kind of data it is; none for local on a loopback address, else production.
    #[serde(default)]
    pub environment: Option<Environment>,
    /// Nothing that could change anything is ever sent; none for what it was the last time, else false.
    #[serde(default)]
    pub read_only: Option<bool>,
    /// Before-images of its writes are kept on this machine; none for what it was the last time, else true.
    #[serde(default)]
    pub undo: Option<bool>,
}

/// Where to connect to.
#[derive(Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum ConnectTarget {
    /// A connection string, with its password where it needs one.
    Uri {
        /// `mongodb://` or `mongodb+srv://`.
        uri: String,
    },
    /// The connection string that the program was started with. It is opened once, whoever asks.
    Startup,
    /// The local set. It is opened once, whoever asks.
    Lab {
        /// The `uri` of the lab's status.
        uri: String,
    },
    /// A connection used before.
    Recent {
        /// The `id` of [`RecentConnection`].
        id: String,
        /// The password, which is never remembered.
        #[serde(default)]
        password: Option<String>,
    },
}

/// An open connection.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    /// Names it in later requests.
    pub id: ConnectionId,
    /// What the person calls it.
    pub name: String,
    /// What kind of data it is.
    pub environment: Environment,
    /// The hosts as they were given, with commas between. Never a user or an option.
    pub hosts: String,
    /// Nothing that could change anything is ever sent.
    pub read_only: bool,
    /// Before-images of its writes are kept on this machine, so that they can be undone.
    pub undo: bool,
    /// How its servers belong together.
    pub topology: Topology,
    /// The replica set's name.
    pub set_name: Option<String>,
    /// The version of the server that answered first.
    pub server_version: Option<String>,
    /// The user it logged in as.
    pub user: Option<String>,
}

/// A connection used before, without its password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecentConnection {
    /// Names it in [`ConnectTarget::Recent`].
    pub id: String,
    /// What the person calls it.
    pub name: String,
    /// What kind of data it is.
    pub environment: Environment,
    /// The connection string without its password.
    pub uri: String,
    /// It had a password, which has to be given again.
    pub needs_password: bool,
    /// It was opened read-only.
    #[serde(default)]
    pub read_only: bool,
    /// Before-images of its writes were kept.
    #[serde(default = "kept_unless_told")]
    pub undo: bool,
    /// When it was last opened, ISO 8601.
    pub last_used_at: String,
}

/// Of a connection that was remembered before it could be switched off.
fn kept_unless_told() -> bool {
    true
}

/// Asks to close a connection.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DisconnectRequest {
    /// Which connection.
    pub connection: ConnectionId,
}

/// Asks to forget a connection used before.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForgetRecentRequest {
    /// The `id` of [`RecentConnection`].
    pub id: String,
}

/// A mongod found on this machine's usual port.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LocalServer {
    /// The connection string that reaches it.
    pub uri: String,
    /// `host:port`.
    pub address: String,
    /// Its version, where it tells without a login.
    pub version: Option<String>,
    /// Its replica set, if it is in one.
    pub set_name: Option<String>,
}
