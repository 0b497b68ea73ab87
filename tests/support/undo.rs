//! Writes that are undone, and what is in the history.

use bson::doc;
use trivet_core::{
    Result,
    document::{
        CheckWriteRequest, CheckedWrite, DeleteRequest, DocumentId, EntryId, ForgetHistoryRequest,
        ForgottenHistory, History, HistoryEntry, HistoryImage, HistoryImagesRequest, HistoryRequest,
        InsertManyRequest, Inserted, PatchForm, PatchRequest, ReplaceRequest, UndoReport, UndoRequest,
        Written,
    },
};

use crate::Bench;

impl Bench {
    /// Asks for everything in the history.
    #[must_use]
    pub fn asks_for_history(&self) -> HistoryRequest {
        HistoryRequest {
            connection: self.connection.id.clone(),
            namespace: None,
            text: None,
            kind: None,
            before: None,
            limit: None,
        }
    }

    /// The history, the latest first.
    ///
    /// # Panics
    /// Where it cannot be read.
    pub async fn history(&self) -> History {
        self.engine.history(self.asks_for_history()).await.expect("a history")
    }

    /// The latest entry.
    ///
    /// # Panics
    /// Where there is none.
    pub async fn latest(&self) -> HistoryEntry {
        self.history().await.entries.into_iter().next().expect("an entry")
    }

    /// The first documents of an entry.
    ///
    /// # Panics
    /// Where it cannot be read.
    pub async fn images(&self, entry: &EntryId) -> Vec<HistoryImage> {
        let request = HistoryImagesRequest {
            connection: self.connection.id.clone(),
            entry: entry.clone(),
            from: 0,
            limit: Some(100),
        };
        self.engine.history_images(request).await.expect("images").images
    }

    /// Undoes all of an entry.
    pub async fn undo(&self, entry: &EntryId) -> Result<UndoReport> {
        self.undo_these(entry, None).await
    }

    /// Undoes documents of an entry.
    pub async fn undo_these(&self, entry: &EntryId, positions: Option<Vec<u32>>) -> Result<UndoReport> {
        let request = UndoRequest {
            connection: self.connection.id.clone(),
            entry: entry.clone(),
            positions,
            query: None,
        };
        self.engine.undo(request, |_| true).await
    }

    /// Finds out what became of an entry.
    pub async fn check(&self, entry: &EntryId) -> Result<CheckedWrite> {
        let (connection, entry) = (self.connection.id.clone(), entry.clone());
        self.engine.check_write(CheckWriteRequest { connection, entry, position: None }).await
    }

    /// Forgets an entry, or all.
    pub async fn forget(&self, entry: Option<&EntryId>) -> Result<ForgottenHistory> {
        let (connection, entry) = (self.connection.id.clone(), entry.cloned());
        self.engine.forget_history(ForgetHistoryRequest { connection, entry }).await
    }

    /// Deletes a document, whatever stands there.
    pub async fn delete(&self, id: &DocumentId) -> Result<Written> {
        let (connection, namespace) = (self.connection.id.clone(), self.namespace.clone());
        self.engine.delete_document(DeleteRequest { connection, namespace, id: id.clone(), etag: None }).await
    }

    /// Replaces a document, whatever stands there.
    pub async fn replace(&self, id: &DocumentId, text: &str) -> Result<Written> {
        let (connection, namespace) = (self.connection.id.clone(), self.namespace.clone());
        let (id, text) = (id.clone(), text.to_owned());
        self.engine.replace(ReplaceRequest { connection, namespace, id, etag: None, text }).await
    }

    /// Patches a document, whatever stands there.
    pub async fn patch(&self, id: &DocumentId, form: PatchForm, text: &str) -> Result<Written> {
        let (connection, namespace) = (self.connection.id.clone(), self.namespace.clone());
        let (id, text) = (id.clone(), text.to_owned());
        self.engine.patch(PatchRequest { connection, namespace, id, etag: None, form, text }).await
    }

    /// Inserts documents written as an array.
    pub async fn insert_many(&self, text: &str) -> Result<Inserted> {
        let (connection, namespace) = (self.connection.id.clone(), self.namespace.clone());
        self.engine.insert_many(InsertManyRequest { connection, namespace, text: text.to_owned() }).await
    }

    /// The bytes of all documents in the order of `_id`, as the driver reads them.
    ///
    /// # Panics
    /// Where they cannot be read.
    pub async fn all_bytes(&self) -> Vec<Vec<u8>> {
        let mut cursor = self.raw.find(doc! {}).sort(doc! { "_id": 1 }).await.expect("found");
        let mut found = Vec::new();
        while cursor.advance().await.expect("read") {
            found.push(cursor.current().as_bytes().to_vec());
        }
        found
    }
}
