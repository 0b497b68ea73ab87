//! A direct connection to one member.

use std::time::Duration;

use bson::{Bson, Document, doc};
use mongodb::error::{CommandError, Error as DriverError, ErrorKind};
use mongodb::options::{ClientOptions, ServerAddress};
use mongodb::{Client, Collection};

use crate::access::Access;

/// How long one command may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A member and its client.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// Its place in the plan, from 0.
    pub(crate) id: u32,
    /// Where it listens on 127.0.0.1.
    pub(crate) port: u16,
    client: Client,
}

/// Why a command was not carried out. The driver's own text is never used: it prints whole replies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The server's number, where the server spoke.
    pub(crate) code: Option<i32>,
    /// Words for a person.
    pub(crate) reason: String,
}

impl Refusal {
    /// It was refused because the member is no primary, or just ceased to be one.
    pub(crate) fn is_of_no_primary(&self) -> bool {
        self.code.is_some_and(|code| NO_PRIMARY.contains(&code))
    }
}

/// `PrimarySteppedDown`, `NotWritablePrimary`, `InterruptedDueToReplStateChange`, `NotPrimaryNoSecondaryOk`.
const NO_PRIMARY: [i32; 4] = [189, 10_107, 11_602, 13_435];

/// What a member says of itself in answer to `hello`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It takes writes.
    Primary,
    /// It follows.
    Secondary,
    /// It votes and holds no data.
    Arbiter,
    /// It starts, recovers, or is not part of a set.
    Other,
}

impl Member {
    /// A member on a port. Connects when it is first asked something.
    pub(crate) fn new(id: u32, port: u16, access: &Access) -> Result<Self, Refusal> {
        let mut options = ClientOptions::builder()
            .hosts(vec![ServerAddress::Tcp { host: "127.0.0.1".to_owned(), port: Some(port) }])
            .direct_connection(true)
            .app_name("trivet-lab".to_owned())
            .server_selection_timeout(Duration::from_secs(2))
            .connect_timeout(Duration::from_secs(2))
            .max_pool_size(2)
            .build();
        options.credential = access.credential();
        options.tls = access.tls();
        let client = Client::with_options(options).map_err(|error| Refusal::from(&error))?;
        Ok(Self { id, port, client })
    }

    /// `127.0.0.1:port`.
    pub(crate) fn host(&self) -> String {
        host(self.port)
    }

    /// Runs a command on `admin`.
    pub(crate) async fn run(&self, command: Document) -> Result<Document, Refusal> {
        bounded(self.client.database("admin").run_command(command).into_future()).await
    }

    /// What it is now. A member that does not answer is `Other`.
    pub(crate) async fn role(&self) -> Role {
        let hello = self.run(doc! { "hello": 1 }).await.unwrap_or_default();
        if hello.get_bool("isWritablePrimary").unwrap_or(false) {
            Role::Primary
        } else if hello.get_bool("secondary").unwrap_or(false) {
            Role::Secondary
        } else if hello.get_bool("arbiterOnly").unwrap_or(false) {
            Role::Arbiter
        } else {
            Role::Other
        }
    }

    /// The set's configuration as it lies on this member's disk; none where it was never part of a set.
    ///
    /// Not `replSetGetConfig`: while a member still loads its configuration, that answers as if it had none.
    pub(crate) async fn stored_config(&self) -> Result<Option<Document>, Refusal> {
        let configs: Collection<Document> = self.client.database("local").collection("system.replset");
        bounded(configs.find_one(doc! {}).into_future()).await
    }

    /// Changes the hosts in the stored configuration, where `moved` has another one for a member's `_id` and host.
    /// Answers with the configuration as it is then; none where there is none.
    pub(crate) async fn move_hosts(
        &self,
        moved: impl Fn(Option<usize>, &str) -> Option<String>,
    ) -> Result<Option<Document>, Refusal> {
        let Some(mut config) = self.stored_config().await? else { return Ok(None) };
        // A member that cannot be told now learns of a newer version from the others.
        let version = config.get("version").and_then(number).unwrap_or_default();
        config.insert("version", i32::try_from(version).unwrap_or_default().saturating_add(1));
        for member in config.get_array_mut("members").into_iter().flatten().filter_map(Bson::as_document_mut)
        {
            let id = member.get("_id").and_then(number).and_then(|id| usize::try_from(id).ok());
            if let Some(host) = member.get_str("host").ok().and_then(|host| moved(id, host)) {
                member.insert("host", host);
            }
        }
        let configs: Collection<Document> = self.client.database("local").collection("system.replset");
        let name = config.get("_id").cloned().unwrap_or(Bson::Null);
        bounded(configs.replace_one(doc! { "_id": name }, &config).into_future()).await?;
        Ok(Some(config))
    }

    /// The client, for data.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }
}

pub(crate) fn number(value: &Bson) -> Option<i64> {
    match value {
        Bson::Int32(value) => Some(i64::from(*value)),
        Bson::Int64(value) => Some(*value),
        #[expect(clippy::cast_possible_truncation, reason = "versions, terms and votes are whole and small")]
        Bson::Double(value) => Some(*value as i64),
        _ => None,
    }
}

/// `127.0.0.1:port`.
pub(crate) fn host(port: u16) -> String {
    format!("127.0.0.1:{port}")
}

/// Waits for an answer as long as one command may take.
pub(crate) async fn bounded<T>(answer: impl Future<Output = Result<T, DriverError>>) -> Result<T, Refusal> {
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(answer) => answer.map_err(|error| Refusal::from(&error)),
        Err(_) => Err(Refusal { code: None, reason: "it does not answer".to_owned() }),
    }
}

impl From<&DriverError> for Refusal {
    fn from(error: &DriverError) -> Self {
        let (code, reason) = match error.kind.as_ref() {
            ErrorKind::Command(CommandError { code, code_name, message, .. }) => {
                (Some(*code), format!("{message} ({code} {code_name})"))
            }
            ErrorKind::Write(_) | ErrorKind::InsertMany(_) => (None, "the write was refused".to_owned()),
            ErrorKind::Io(error) => (None, error.kind().to_string()),
            ErrorKind::ServerSelection { .. } => (None, "it does not answer".to_owned()),
            ErrorKind::ConnectionPoolCleared { .. } => (None, "its connections were closed".to_owned()),
            _ => (None, "it could not be asked".to_owned()),
        };
        Self { code, reason }
    }
}
