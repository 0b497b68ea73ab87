//! Drafts of a bench's documents.

use trivet_core::{
    Result,
    document::{
        Checked, Comparison, DocumentEdit, DocumentId, DocumentView, Draft, DraftRequest, EditRequest,
        MergeRequest, MergeSide, NewValue, SaveDraftRequest, Written,
    },
    value::path::{Path, PathStep},
};

use crate::{Bench, engine, id_of, to};

impl Bench {
    /// The same files and the same server after the program has died and was started again.
    ///
    /// # Panics
    /// Where it cannot connect.
    #[must_use]
    pub async fn started_again(self, uri: &str) -> Self {
        let engine = engine(self.data_dir.path());
        let connection = engine.connect(to(uri)).await.expect("connected");
        Self { engine, connection, ..self }
    }

    /// Asks about a document's draft.
    #[must_use]
    pub fn draft_of(&self, id: &DocumentId) -> DraftRequest {
        let (connection, namespace) = (self.connection.id.clone(), self.namespace.clone());
        DraftRequest { connection, namespace, id: id.clone() }
    }

    /// Edits a document as it was shown.
    pub async fn edit(&self, shown: &DocumentView, edits: Vec<DocumentEdit>) -> Result<Option<Draft>> {
        let (connection, namespace) = (self.connection.id.clone(), self.namespace.clone());
        let (id, etag) = (id_of(shown), shown.etag.clone());
        let request = EditRequest { connection, namespace, id, etag, edits };
        Ok(self.engine.edit_document(request).await?.draft)
    }

    /// Saves a draft as it was shown.
    pub async fn save(&self, draft: &Draft) -> Result<Written> {
        self.engine.save_draft(self.saving(draft)).await
    }

    /// Asks to save a draft as it was shown.
    #[must_use]
    pub fn saving(&self, draft: &Draft) -> SaveDraftRequest {
        SaveDraftRequest {
            connection: self.connection.id.clone(),
            namespace: draft.namespace.clone(),
            id: draft.id.clone(),
            etag: draft.document.etag.clone(),
            insert_again: false,
        }
    }

    /// Compares a document's draft with what stands there now.
    pub async fn compare(&self, id: &DocumentId) -> Result<Comparison> {
        self.engine.compare_draft(self.draft_of(id)).await
    }

    /// Takes these sides of what was compared.
    pub async fn merge(
        &self,
        id: &DocumentId,
        now_etag: &str,
        choices: Vec<MergeSide>,
    ) -> Result<Option<Draft>> {
        let DraftRequest { connection, namespace, id } = self.draft_of(id);
        let now_etag = now_etag.to_owned();
        let request = MergeRequest { connection, namespace, id, now_etag, choices };
        Ok(self.engine.merge_draft(request).await?.draft)
    }

    /// Looks up what became of a save.
    pub async fn check_draft(&self, id: &DocumentId) -> Result<Checked> {
        self.engine.check_draft(self.draft_of(id)).await
    }
}

/// A path of positions and names, as in `0:a 1:b`; none in an empty text.
///
/// # Panics
/// Where it is none.
#[must_use]
pub fn path(steps: &str) -> Path {
    let step = |step: &str| {
        let (index, name) = step.split_once(':').expect("index:name");
        PathStep { index: index.parse().expect("an index"), name: name.to_owned() }
    };
    steps.split_whitespace().map(step).collect()
}

/// Puts a value, as text, in the place of one.
#[must_use]
pub fn set(at: &str, text: &str) -> DocumentEdit {
    DocumentEdit::Set { path: path(at), value: NewValue::Text { text: text.to_owned() } }
}

/// Adds a value, as text.
#[must_use]
pub fn add(parent: &str, index: u32, name: &str, text: &str) -> DocumentEdit {
    let value = NewValue::Text { text: text.to_owned() };
    DocumentEdit::Add { parent: path(parent), index, name: name.to_owned(), value }
}

/// Takes a field away.
#[must_use]
pub fn remove(at: &str) -> DocumentEdit {
    DocumentEdit::Remove { path: path(at) }
}

/// Gives a field another name.
#[must_use]
pub fn rename(at: &str, name: &str) -> DocumentEdit {
    DocumentEdit::Rename { path: path(at), name: name.to_owned() }
}
