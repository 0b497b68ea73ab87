//! Several writes in one request: each guarded by itself, all in one entry of the history.

use super::{
    BulkOperation, BulkOutcome, BulkReport, BulkRequest, BulkWritten, DocumentId, EntryKind, Journal,
    guard::ends_all,
    journal::{About, Record},
    own_id::{id_of, with_id_first},
    patch::Patch,
    text::parse_document,
    write::{Deletion, Replacement, apply_recorded, insert_recorded},
};
use crate::{Error, ErrorCode, Result, connection::Session, value::etag::etag};

/// Writes of one request.
const MOST_OPERATIONS: usize = 1_000;

/// Writes several documents one after the other.
///
/// # Errors
///
/// `InvalidInput`, before anything is sent, where one of them cannot be read; what becomes of each is in the report.
pub(crate) async fn bulk(session: &Session, journal: &Journal, request: BulkRequest) -> Result<BulkReport> {
    session.permit_writes()?;
    let BulkRequest { namespace, operations, unordered, .. } = request;
    if operations.is_empty() || operations.len() > MOST_OPERATIONS {
        return Err(Error::invalid(format!(
            "1 to {MOST_OPERATIONS} writes are carried out at once, not {}.",
            operations.len()
        )));
    }
    let mut writes = Vec::with_capacity(operations.len());
    for (at, operation) in operations.into_iter().enumerate() {
        let write = Write::parse(operation).map_err(|error| {
            let told = format!("Write {}: {error} Nothing was sent.", at + 1);
            Error::new(error.code(), told)
        })?;
        writes.push(write);
    }
    let line = format!("{} writes", writes.len());
    let record = journal.record(About::new(&namespace, EntryKind::Bulk, &line));
    let mut outcomes = Vec::with_capacity(writes.len());
    let mut ended = false;
    for write in &writes {
        if ended {
            outcomes.push(BulkOutcome::Left);
            continue;
        }
        outcomes.push(match write.carry_out(session, &record).await {
            Ok(applied) => applied,
            Err(error) if error.code() == ErrorCode::OutcomeUnknown => {
                ended = true;
                BulkOutcome::Unknown { error: error.into() }
            }
            Err(error) => {
                ended = !unordered || ends_all(&error);
                BulkOutcome::Failed { error: error.into() }
            }
        });
    }
    Ok(BulkReport { entry: record.entry(), outcomes })
}

/// One write, parsed.
enum Write {
    Insert(Vec<u8>),
    Patch((u8, Vec<u8>), Patch),
    Replace((u8, Vec<u8>), Replacement),
    Delete((u8, Vec<u8>), Deletion),
}

impl Write {
    fn parse(operation: BulkOperation) -> Result<Self> {
        Ok(match operation {
            BulkOperation::Insert { text } => Self::Insert(with_id_first(&parse_document(&text)?)?),
            BulkOperation::Patch { id, etag, form, text } => {
                Self::Patch(id.decode()?, Patch::parse(form, &text, etag)?)
            }
            BulkOperation::Replace { id, etag, text } => {
                Self::Replace(id.decode()?, Replacement { etag, document: parse_document(&text)? })
            }
            BulkOperation::Delete { id, etag } => Self::Delete(id.decode()?, Deletion { etag }),
        })
    }

    async fn carry_out(&self, session: &Session, record: &Record) -> Result<BulkOutcome> {
        let ((kind, value), (bytes, changed)) = match self {
            Self::Insert(document) => {
                (id_of(document)?, (insert_recorded(session, record, document).await?, true))
            }
            Self::Patch(id, patch) => {
                (id.clone(), apply_recorded(session, record, (id.0, &id.1), patch).await?)
            }
            Self::Replace(id, replacement) => {
                (id.clone(), apply_recorded(session, record, (id.0, &id.1), replacement).await?)
            }
            Self::Delete(id, deletion) => {
                (id.clone(), apply_recorded(session, record, (id.0, &id.1), deletion).await?)
            }
        };
        let stands = !matches!(self, Self::Delete(..));
        let write =
            BulkWritten { id: DocumentId::new(kind, &value), etag: stands.then(|| etag(&bytes)), changed };
        Ok(BulkOutcome::Applied { write })
    }
}
