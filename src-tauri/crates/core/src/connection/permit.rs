//! What may be sent: on a read-only connection, only commands that are known to read.
//!
//! A database handle is given out only together with a command that was looked at, so that there is no way
//! around it. Some commands of the list do not read documents: those about the set and the server tell what they are,
//! `explain` tells how a command that reads would be carried out, and `killSessions` ends reads that this program itself
//! has begun.

use bson::RawDocumentBuf;
use mongodb::{Client, Database};

use super::Session;
use crate::{
    Error, ErrorCode, Result,
    value::{
        raw::{self, Element},
        typed::Kind,
    },
};

/// The commands that read and nothing else. `aggregate` is looked into: see [`writes`].
const READING: [&str; 13] = [
    "aggregate",
    "buildInfo",
    "count",
    "dbStats",
    "find",
    "getCmdLineOpts",
    "getDefaultRWConcern",
    "hello",
    "listCollections",
    "listDatabases",
    "ping",
    "replSetGetConfig",
    "replSetGetStatus",
];
/// Tells how the command inside it would be carried out.
const EXPLAIN: &[u8] = b"explain";
/// Ends what runs in the sessions that it names.
const KILL_SESSIONS: &[u8] = b"killSessions";

/// A command that may be sent, and where to.
pub(crate) struct Permitted {
    pub(crate) database: Database,
    pub(crate) command: RawDocumentBuf,
}

impl Session {
    /// Looks at a command before it is sent.
    ///
    /// # Errors
    ///
    /// `ReadOnly` where the connection is and the command is not known to read.
    pub(crate) fn permit(&self, database: &str, command: RawDocumentBuf) -> Result<Permitted> {
        self.permit_through(&self.client, database, command)
    }

    /// The same for another client of the connection.
    pub(super) fn permit_through(
        &self,
        client: &Client,
        database: &str,
        command: RawDocumentBuf,
    ) -> Result<Permitted> {
        if self.info.read_only && !only_reads(command.as_bytes()) {
            return Err(read_only());
        }
        Ok(Permitted { database: client.database(database), command })
    }

    /// Refuses a write before anything of it is begun.
    pub(crate) fn permit_writes(&self) -> Result<()> {
        if self.info.read_only { Err(read_only()) } else { Ok(()) }
    }
}

/// Nothing was sent.
pub(crate) fn read_only() -> Error {
    Error::new(ErrorCode::ReadOnly, "This connection is read-only: nothing was sent.")
}

/// Whether a command is known to change nothing.
pub(super) fn only_reads(command: &[u8]) -> bool {
    let Ok(mut elements) = raw::Elements::new(command) else { return false };
    let Some(Ok(first)) = elements.next() else { return false };
    match first.name {
        // Never another explanation inside it, so that this ends.
        EXPLAIN => {
            first.kind == Kind::Object
                && reads_documents(first.value)
                && elements.all(|element| element.is_ok())
        }
        // Of no session in particular it would end those of everybody who logs in with the same name.
        KILL_SESSIONS => {
            let named = raw::Elements::new(first.value).is_ok_and(|mut sessions| sessions.next().is_some());
            first.kind == Kind::Array && named && elements.next().is_none()
        }
        _ => reads_documents(command),
    }
}

/// Whether it is one of [`READING`].
fn reads_documents(command: &[u8]) -> bool {
    let Ok(mut elements) = raw::Elements::new(command) else { return false };
    let Some(Ok(first)) = elements.next() else { return false };
    READING.iter().any(|name| name.as_bytes() == first.name)
        && elements.all(|element| element.is_ok_and(|element| !writes(&element)))
}

/// A pipeline with `$out` or `$merge`, which the server takes only as a stage of its own and never nested.
fn writes(element: &Element<'_>) -> bool {
    if element.name != b"pipeline" {
        return false;
    }
    let writes_here = |stage: Element<'_>| {
        let name = raw::Elements::new(stage.value).ok().and_then(|mut names| names.next());
        !matches!(name, Some(Ok(first)) if first.name != b"$out" && first.name != b"$merge")
    };
    element.kind != Kind::Array
        || raw::Elements::new(element.value)
            .map_or(true, |mut stages| stages.any(|stage| stage.map_or(true, writes_here)))
}

#[cfg(test)]
mod tests {
    use bson::{Document, RawDocumentBuf, doc, rawdoc};
    use mongodb::{
        Client,
        options::{ClientOptions, ServerAddress},
    };
    use proptest::prelude::*;

    use super::{READING, Session, only_reads};
    use crate::{
        ErrorCode,
        connection::{Connection, ConnectionId, Environment, Topology},
    };

    fn raw(command: &Document) -> RawDocumentBuf {
        command.try_into().expect("BSON")
    }

    #[test]
    fn what_reads_is_told_from_what_writes() {
        for (command, reads) in [
            (rawdoc! { "find": "c", "filter": {} }, true),
            (rawdoc! { "replSetGetConfig": 1, "commitmentStatus": true }, true),
            (rawdoc! { "replSetReconfig": {} }, false),
            (rawdoc! { "replSetStepDown": 60 }, false),
            (rawdoc! { "replSetFreeze": 0 }, false),
            (rawdoc! { "replSetMaintenance": true }, false),
            (rawdoc! { "replSetSyncFrom": "a:1" }, false),
            (rawdoc! { "replSetInitiate": {} }, false),
            (rawdoc! { "count": "c" }, true),
            (rawdoc! { "aggregate": "c", "pipeline": [{ "$match": {} }], "cursor": {} }, true),
            (rawdoc! { "aggregate": "c", "pipeline": [{ "$match": {} }, { "$out": "d" }] }, false),
            (rawdoc! { "aggregate": "c", "pipeline": [{ "$merge": { "into": "d" } }] }, false),
            (rawdoc! { "aggregate": "c", "explain": true, "pipeline": [{ "$out": "d" }] }, false),
            (
                rawdoc! { "aggregate": "c", "pipeline": [], "cursor": {}, "pipeline": [{ "$out": "d" }] },
                false,
            ),
            (rawdoc! { "aggregate": "c", "pipeline": "no array" }, false),
            (rawdoc! { "aggregate": "c", "pipeline": ["no stage"] }, false),
            (rawdoc! { "insert": "c", "documents": [] }, false),
            (rawdoc! { "update": "c", "find": "c" }, false),
            (rawdoc! { "delete": "c" }, false),
            (rawdoc! { "findAndModify": "c" }, false),
            (rawdoc! { "dropDatabase": 1 }, false),
            (rawdoc! { "Find": "c" }, false),
            (rawdoc! { "explain": { "find": "c" }, "verbosity": "queryPlanner" }, true),
            (rawdoc! { "explain": { "aggregate": "c", "pipeline": [{ "$out": "d" }] } }, false),
            (rawdoc! { "explain": { "delete": "c" } }, false),
            (rawdoc! { "explain": { "explain": { "find": "c" } } }, false),
            (rawdoc! { "explain": "find" }, false),
            (rawdoc! { "killSessions": [{ "id": 1 }] }, true),
            (rawdoc! { "killSessions": [] }, false),
            (rawdoc! { "killSessions": 1 }, false),
            (rawdoc! { "killAllSessions": [] }, false),
            (rawdoc! { "killOp": 1, "op": 1 }, false),
            (rawdoc! {}, false),
        ] {
            assert_eq!(only_reads(command.as_bytes()), reads, "{command:?}");
        }
    }

    #[test]
    fn a_command_that_is_not_listed_is_refused_also_where_it_may_only_read() {
        let unknown = ["", "a command of a later server", "find ", "findX", "fin", "FIND", "$find", "$eval"];
        let reading = ["collStats", "dbHash", "distinct", "getMore", "mapReduce", "serverStatus"];
        let others = ["applyOps", "bulkWrite", "create", "createUser", "renameCollection", "shutdown"];
        for name in unknown.into_iter().chain(reading).chain(others) {
            for command in [doc! { name: 1 }, doc! { name: "c", "find": "c" }, doc! { name: { "find": "c" } }]
            {
                assert!(!only_reads(raw(&command).as_bytes()), "{command:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_name_but_the_listed_ones_is_let_through(name in "[^\u{0}]*|[a-zA-Z]{1,12}") {
            prop_assume!(!READING.contains(&name.as_str()));
            let command = raw(&doc! { name: "c" });
            prop_assert!(!only_reads(command.as_bytes()));
        }
    }

    /// A session that has a client and nobody at its other end.
    fn session(read_only: bool) -> Session {
        let address = ServerAddress::parse("127.0.0.1:1").expect("an address");
        let options = ClientOptions::builder().hosts(vec![address]).build();
        let info = Connection {
            id: ConnectionId(ConnectionId::DEFAULT.to_owned()),
            name: String::new(),
            environment: Environment::Test,
            hosts: String::new(),
            read_only,
            undo: false,
            topology: Topology::Unknown,
            set_name: None,
            server_version: None,
            user: None,
        };
        let client = Client::with_options(options.clone()).expect("a client");
        let (pulse, kinds, queries, control) = <_>::default();
        Session { info, client, options, pulse, kinds, queries, control }
    }

    #[tokio::test]
    async fn only_a_read_only_connection_refuses_and_says_that_nothing_was_sent() {
        let commands = [rawdoc! { "find": "c" }, rawdoc! { "insert": "c" }, rawdoc! { "made up": 1 }];
        let permitted = |session: &Session| {
            commands.clone().map(|command| session.permit("d", command).map(drop).map_err(|e| e.code()))
        };
        let refused = Err(ErrorCode::ReadOnly);
        let (read_only, other) = (session(true), session(false));
        assert_eq!(permitted(&read_only), [Ok(()), refused, refused]);
        assert_eq!(permitted(&other), [Ok(()); 3]);
        let error = read_only.permit_writes().expect_err("refused");
        assert!(error.code() == ErrorCode::ReadOnly && error.to_string().contains("nothing was sent"));
        assert!(other.permit_writes().is_ok());
    }
}
