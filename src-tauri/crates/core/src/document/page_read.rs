//! Reads the documents of one page from a server.

use bson::RawDocumentBuf;
use futures_util::StreamExt;
use mongodb::options::SelectionCriteria;

use super::page_query::Query;
use crate::{
    Result,
    connection::{Permitted, ReadPreferenceMode, ServedFrom, Session, bounded},
    error,
    namespace::Namespace,
};

/// A page ends early rather than hold more than this of BSON.
const PAGE_BYTES: usize = 8 * 1024 * 1024;

/// Documents one behind the other in one buffer.
#[derive(Default)]
pub(super) struct Documents {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
    /// It ended early, at [`PAGE_BYTES`].
    pub(super) cut: bool,
}

impl Documents {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of all documents.
    pub(super) fn byte_len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).map(|(&start, &end)| &self.bytes[start..end])
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.ends.truncate(len);
        self.bytes.truncate(self.ends.last().copied().unwrap_or(0));
    }

    fn push(&mut self, document: &[u8]) {
        self.bytes.extend_from_slice(document);
        self.ends.push(self.bytes.len());
    }
}

/// Reads are not retried by the driver when they travel as raw commands: once more is ours to do.
pub(super) async fn read_page(
    session: &Session,
    namespace: &Namespace,
    query: &Query,
    preference: Option<ReadPreferenceMode>,
) -> Result<(Documents, ServedFrom)> {
    let first = session.permit(namespace.database(), query.command(namespace.collection())?)?;
    let reading = async {
        let (criteria, served_from) = session.read_preferring(preference);
        let command = first.command.clone();
        match read_batches(&first, command, criteria, query.limit).await {
            Err(error) if error::worth_another_read(&error) => {
                let (criteria, served_from) = session.read_preferring(preference);
                let read = read_batches(&first, first.command.clone(), criteria, query.limit).await?;
                Ok((read, served_from))
            }
            read => Ok((read?, served_from)),
        }
    };
    bounded(reading).await
}

async fn read_batches(
    permitted: &Permitted,
    command: RawDocumentBuf,
    criteria: SelectionCriteria,
    limit: u32,
) -> Result<Documents, mongodb::error::Error> {
    let database = &permitted.database;
    let mut batches = database.run_raw_cursor_command(command).selection_criteria(criteria).batch().await?;
    let mut read = Documents::default();
    while let Some(batch) = batches.next().await {
        for document in batch?.doc_slices()? {
            let Some(document) = document?.as_document() else { continue };
            if read.byte_len() > PAGE_BYTES {
                read.cut = true;
                return Ok(read);
            }
            read.push(document.as_bytes());
        }
        if read.len() > limit as usize {
            break;
        }
    }
    Ok(read)
}
