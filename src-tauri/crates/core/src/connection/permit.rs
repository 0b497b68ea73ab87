//! What may be sent: on a read-only connection, only commands that are known to read.
//!
//! A database handle is given out only together with a command that was looked at, so that there is no way
//! around it.

use bson::RawDocumentBuf;
use mongodb::Database;

use super::Session;
use crate::{
    Error, ErrorCode, Result,
    value::{
        raw::{self, Element},
        typed::Kind,
    },
};

/// The commands that read and nothing else. `aggregate` is looked into: see [`writes`].
const READING: [&str; 7] =
    ["aggregate", "count", "find", "hello", "listCollections", "listDatabases", "ping"];

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
        if self.info.read_only && !only_reads(command.as_bytes()) {
            return Err(read_only());
        }
        Ok(Permitted { database: self.client.database(database), command })
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

fn only_reads(command: &[u8]) -> bool {
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
    use bson::rawdoc;

    use super::only_reads;

    #[test]
    fn what_reads_is_told_from_what_writes() {
        for (command, reads) in [
            (rawdoc! { "find": "c", "filter": {} }, true),
            (rawdoc! { "count": "c" }, true),
            (rawdoc! { "aggregate": "c", "pipeline": [{ "$match": {} }], "cursor": {} }, true),
            (rawdoc! { "aggregate": "c", "pipeline": [{ "$match": {} }, { "$out": "d" }] }, false),
            (rawdoc! { "aggregate": "c", "pipeline": [{ "$merge": { "into": "d" } }] }, false),
            (rawdoc! { "aggregate": "c", "pipeline": "no array" }, false),
            (rawdoc! { "insert": "c", "documents": [] }, false),
            (rawdoc! { "update": "c", "find": "c" }, false),
            (rawdoc! { "delete": "c" }, false),
            (rawdoc! { "findAndModify": "c" }, false),
            (rawdoc! { "dropDatabase": 1 }, false),
            (rawdoc! { "Find": "c" }, false),
            (rawdoc! {}, false),
        ] {
            assert_eq!(only_reads(command.as_bytes()), reads, "{command:?}");
        }
    }
}
