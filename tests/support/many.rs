//! Many documents written at once.

use trivet_core::{
    Result,
    document::{
        ManyAction, ManyMeasure, ManyPreview, ManyProgress, ManyReport, ManyRequest, MeasureManyRequest,
        PatchForm, PreviewManyRequest,
    },
};

use crate::Bench;

/// A change by operators or a pipeline.
#[must_use]
pub fn change(filter: &str, update: &str) -> ManyAction {
    ManyAction::Change { filter: Some(filter.to_owned()), form: PatchForm::Update, update: update.to_owned() }
}

/// A deletion.
#[must_use]
pub fn deletion(filter: &str) -> ManyAction {
    ManyAction::Delete { filter: Some(filter.to_owned()) }
}

/// An insertion.
#[must_use]
pub fn insertion(text: &str) -> ManyAction {
    ManyAction::Insert { text: text.to_owned() }
}

/// The numbers of a report: changed, unchanged, gone, failed, unknown, left.
#[must_use]
pub fn counts(report: &ManyReport) -> [u64; 6] {
    let ManyReport { changed, unchanged, gone, failed, unknown, left, .. } = report;
    [changed, unchanged, gone, failed, unknown, left].map(|count| count.get())
}

impl Bench {
    /// A request to write many documents.
    #[must_use]
    pub fn many(&self, action: ManyAction) -> ManyRequest {
        ManyRequest {
            connection: self.connection.id.clone(),
            namespace: self.namespace.clone(),
            action,
            whole_collection: false,
            confirm: None,
            without_undo: false,
            query: None,
        }
    }

    /// Writes many documents.
    pub async fn write_many(&self, action: ManyAction) -> Result<ManyReport> {
        self.engine.write_many(self.many(action), |_| true).await
    }

    /// The same for any request, told how far it is.
    pub async fn write_many_as(
        &self,
        request: ManyRequest,
        tell: impl FnMut(ManyProgress) -> bool + Send,
    ) -> Result<ManyReport> {
        self.engine.write_many(request, tell).await
    }

    /// What would come of it.
    pub async fn preview(&self, action: ManyAction) -> Result<ManyPreview> {
        let (connection, namespace) = (self.connection.id.clone(), self.namespace.clone());
        self.engine.preview_many(PreviewManyRequest { connection, namespace, action }).await
    }

    /// How many documents it would be about.
    pub async fn measure(&self, action: ManyAction) -> Result<ManyMeasure> {
        let (connection, namespace) = (self.connection.id.clone(), self.namespace.clone());
        self.engine.measure_many(MeasureManyRequest { connection, namespace, action, query: None }).await
    }
}
