//! Every operation, once: desktop commands and HTTP routes call these and nothing else.

#![expect(clippy::unused_async, reason = "an operation is an async fn, whatever it does today")]

use std::{future::Future, sync::PoisonError};

use super::{Engine, EngineConfig, Startup};
use crate::{
    Result, catalog,
    catalog::{
        Collection, CollectionNamed, CollectionsRequest, CreateCollectionRequest, Database, DatabasesRequest,
        DropCollectionRequest, DropDatabaseRequest, DropPreview, DropPreviewRequest, Dropped,
        LocateCollectionsRequest, LocatedCollection, RenameCollectionRequest, SampleFieldsRequest,
        SampledFields,
    },
    connection::{
        self, CancelRequest, Cancelled, Connection, DisconnectRequest, ForgetRecentRequest, LocalServer,
        Ready, ReadyRequest, RecentConnection,
    },
    document::{
        self, BulkReport, BulkRequest, CheckWriteRequest, Checked, CheckedWrite, Comparison,
        ConvertValueRequest, Count, CountRequest, DeleteRequest, DocumentText, DocumentView, Draft,
        DraftRequest, DraftsRequest, EditRequest, ExpandRequest, Expanded, FilterByValueRequest, FilterText,
        FindRequest, FindTextRequest, ForgetHistoryRequest, ForgottenHistory, GetRequest, GetTextRequest,
        History, HistoryImages, HistoryImagesRequest, HistoryRequest, InsertManyRequest, InsertRequest,
        Inserted, ManyMeasure, ManyPreview, ManyProgress, ManyReport, ManyRequest, MeasureManyRequest,
        MergeRequest, PageEnd, PatchRequest, PreviewManyRequest, ReplaceRequest, RowBatch, SaveDraftRequest,
        TextPage, UndoAsDraftRequest, UndoProgress, UndoReport, UndoRequest, Unsaved, UpdateRequest, Written,
    },
    program::AppInfo,
    storage::Settings,
    value::typed::Converted,
};

/// How long a server may take to hear that a connection is closed.
const GOOD_BYE: std::time::Duration = std::time::Duration::from_secs(1);

impl Engine {
    /// Looks for a mongod on this machine, on [`EngineConfig::local_port`](super::EngineConfig), for at most 1.5 seconds.
    pub async fn discover_local(&self) -> Result<Option<LocalServer>> {
        Ok(connection::discover(self.inner.config.local_port).await)
    }

    /// The program and how it was started.
    pub async fn app_info(&self) -> Result<AppInfo> {
        let EngineConfig { data_dir, startup, read_only, .. } = &self.inner.config;
        Ok(AppInfo {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            data_dir: data_dir.display().to_string(),
            lab: matches!(startup, Startup::Lab),
            target: matches!(startup, Startup::Connection(_)),
            read_only: *read_only,
        })
    }

    /// The open connections, in the order in which they were opened.
    pub async fn connections(&self) -> Result<Vec<Connection>> {
        Ok(self.visible().iter().map(|open| open.session.info.clone()).collect())
    }

    /// Closes a connection. A server that does not answer is not waited for.
    pub async fn disconnect(&self, request: DisconnectRequest) -> Result<()> {
        let open = self.open(&request.connection)?;
        self.inner.open.write().unwrap_or_else(PoisonError::into_inner).remove(&request.connection);
        // Whether the server hears the good-bye or not, the connection is closed for us.
        let _ = tokio::time::timeout(GOOD_BYE, open.session.close()).await;
        Ok(())
    }

    /// The connections used before, the latest first.
    pub async fn recent_connections(&self) -> Result<Vec<RecentConnection>> {
        self.inner.recents.list()
    }

    /// Forgets a connection used before.
    pub async fn forget_recent(&self, request: ForgetRecentRequest) -> Result<()> {
        self.inner.recents.forget(&request.id)
    }

    /// The databases of a connection, by name.
    pub async fn databases(&self, request: DatabasesRequest) -> Result<Vec<Database>> {
        catalog::databases(&*self.session(&request.connection)?).await
    }

    /// The collections and views of a database, by name.
    pub async fn collections(&self, request: CollectionsRequest) -> Result<Vec<Collection>> {
        catalog::collections(&*self.session(&request.connection)?, &request.database).await
    }

    /// Which collections have a name or a UUID, as a majority of the members has it.
    pub async fn locate_collections(
        &self,
        request: LocateCollectionsRequest,
    ) -> Result<Vec<LocatedCollection>> {
        catalog::locate_collections(&*self.session(&request.connection)?, request).await
    }

    /// Makes a collection, and with it its database where there is none.
    pub async fn create_collection(&self, request: CreateCollectionRequest) -> Result<CollectionNamed> {
        let (session, now) = (self.session(&request.connection)?, self.now_ms());
        to_its_end(async move { catalog::create_collection(&session, request, now).await }).await
    }

    /// Gives a collection another name.
    pub async fn rename_collection(&self, request: RenameCollectionRequest) -> Result<CollectionNamed> {
        let session = self.session(&request.connection)?;
        to_its_end(async move { catalog::rename_collection(&session, request).await }).await
    }

    /// What would go with a collection or a database.
    pub async fn drop_preview(&self, request: DropPreviewRequest) -> Result<DropPreview> {
        catalog::drop_preview(&*self.session(&request.connection)?, request).await
    }

    /// Drops a collection, for good.
    pub async fn drop_collection(&self, request: DropCollectionRequest) -> Result<Dropped> {
        let session = self.session(&request.connection)?;
        to_its_end(async move { catalog::drop_collection(&session, request).await }).await
    }

    /// Drops a database with all that is in it, for good.
    pub async fn drop_database(&self, request: DropDatabaseRequest) -> Result<Dropped> {
        let session = self.session(&request.connection)?;
        to_its_end(async move { catalog::drop_database(&session, request).await }).await
    }

    /// The fields that a sample of a collection's documents have.
    pub async fn sample_fields(&self, request: SampleFieldsRequest) -> Result<SampledFields> {
        catalog::sample_fields(&*self.session(&request.connection)?, &request.namespace).await
    }

    /// The filter that finds documents by a value.
    pub async fn filter_by_value(&self, request: FilterByValueRequest) -> Result<FilterText> {
        document::filter_by_value(&request)
    }

    /// A value as one of another type, and what is lost.
    pub async fn convert_value(&self, request: ConvertValueRequest) -> Result<Converted> {
        document::convert_value(&request)
    }

    /// Ends a query that runs, here and on the server.
    pub async fn cancel_query(&self, request: CancelRequest) -> Result<Cancelled> {
        Ok(self.session(&request.connection)?.cancel(&request.query).await)
    }

    /// One page of documents; `tell` hears of them as they come. When it answers false, or the future is dropped, the query
    /// is ended on the server.
    pub async fn find(
        &self,
        request: FindRequest,
        tell: impl FnMut(RowBatch) -> bool + Send,
    ) -> Result<PageEnd> {
        let open = self.open(&request.connection)?;
        document::find(&open.session, &open.browsing, request, self.now_ms(), tell).await
    }

    /// One page of documents as text.
    pub async fn find_text(&self, request: FindTextRequest) -> Result<TextPage> {
        let open = self.open(&request.connection)?;
        document::find_text(&open.session, &open.browsing, request, self.now_ms()).await
    }

    /// One document, for the inspector.
    pub async fn get_document(&self, request: GetRequest) -> Result<DocumentView> {
        document::get(&*self.session(&request.connection)?, request).await
    }

    /// One document as text.
    pub async fn get_text(&self, request: GetTextRequest) -> Result<DocumentText> {
        let open = self.open(&request.connection)?;
        document::get_text(&open.session, &open.drafts, request).await
    }

    /// What a view had cut off.
    pub async fn expand(&self, request: ExpandRequest) -> Result<Expanded> {
        let open = self.open(&request.connection)?;
        document::expand(&open.session, &open.drafts, request).await
    }

    /// Edits a document; nothing is sent before it is saved. The draft; none where nothing is different any more.
    pub async fn edit_document(&self, request: EditRequest) -> Result<Unsaved> {
        let open = self.open(&request.connection)?;
        let draft = document::edit(&open.session, &open.drafts, request, self.now_ms()).await?;
        Ok(Unsaved { draft })
    }

    /// The unsaved changes of a document, if there are any.
    pub async fn draft(&self, request: DraftRequest) -> Result<Unsaved> {
        Ok(Unsaved { draft: document::draft(&self.open(&request.connection)?.drafts, &request)? })
    }

    /// Every document with unsaved changes, those edited last first.
    pub async fn drafts(&self, request: DraftsRequest) -> Result<Vec<Draft>> {
        document::drafts(&self.open(&request.connection)?.drafts, &request)
    }

    /// Forgets the unsaved changes of a document.
    pub async fn discard_draft(&self, request: DraftRequest) -> Result<()> {
        let open = self.open(&request.connection)?;
        open.session.permit_writes()?;
        document::discard_draft(&open.drafts, &request)
    }

    /// Saves the unsaved changes of a document, as one.
    pub async fn save_draft(&self, request: SaveDraftRequest) -> Result<Written> {
        let open = self.open(&request.connection)?;
        to_its_end(
            async move { document::save_draft(&open.session, &open.journal, &open.drafts, request).await },
        )
        .await
    }

    /// Unsaved changes beside what was read and what stands there now.
    pub async fn compare_draft(&self, request: DraftRequest) -> Result<Comparison> {
        let open = self.open(&request.connection)?;
        document::compare_draft(&open.session, &open.drafts, request).await
    }

    /// Puts unsaved changes upon the document as it stands now.
    pub async fn merge_draft(&self, request: MergeRequest) -> Result<Unsaved> {
        let open = self.open(&request.connection)?;
        let draft = document::merge_draft(&open.session, &open.drafts, request, self.now_ms()).await?;
        Ok(Unsaved { draft })
    }

    /// What would undo one document of a write, as changes that are not saved.
    pub async fn undo_as_draft(&self, request: UndoAsDraftRequest) -> Result<Unsaved> {
        let open = self.open(&request.connection)?;
        let now_ms = self.now_ms();
        let draft =
            document::undo_as_draft(&open.session, &open.journal, &open.drafts, request, now_ms).await?;
        Ok(Unsaved { draft })
    }

    /// Looks up what became of a save whose outcome is not known.
    pub async fn check_draft(&self, request: DraftRequest) -> Result<Checked> {
        let open = self.open(&request.connection)?;
        document::check_draft(&open.session, &open.drafts, request).await
    }

    /// How many documents there are.
    pub async fn count(&self, request: CountRequest) -> Result<Count> {
        document::count(&self.session(&request.connection)?, request, self.now_ms()).await
    }

    /// Inserts one document.
    pub async fn insert(&self, request: InsertRequest) -> Result<Written> {
        let open = self.open(&request.connection)?;
        to_its_end(async move { document::insert(&open.session, &open.journal, request).await }).await
    }

    /// Inserts several documents, all or none.
    pub async fn insert_many(&self, request: InsertManyRequest) -> Result<Inserted> {
        let open = self.open(&request.connection)?;
        to_its_end(async move { document::insert_many(&open.session, &open.journal, request).await }).await
    }

    /// Changes one document by a patch, or by update operators.
    pub async fn patch(&self, request: PatchRequest) -> Result<Written> {
        let open = self.open(&request.connection)?;
        to_its_end(async move { document::patch(&open.session, &open.journal, request).await }).await
    }

    /// Whether the connection's database can be used now: written to, or read where the connection is read-only.
    pub async fn ready(&self, request: ReadyRequest) -> Result<Ready> {
        connection::ready(&*self.session(&request.connection)?).await
    }

    /// Changes values of one document and nothing else in it.
    pub async fn update(&self, request: UpdateRequest) -> Result<Written> {
        let open = self.open(&request.connection)?;
        to_its_end(async move { document::update(&open.session, &open.journal, request).await }).await
    }

    /// Puts another document in a document's place.
    pub async fn replace(&self, request: ReplaceRequest) -> Result<Written> {
        let open = self.open(&request.connection)?;
        to_its_end(async move { document::replace(&open.session, &open.journal, request).await }).await
    }

    /// Deletes one document.
    pub async fn delete_document(&self, request: DeleteRequest) -> Result<Written> {
        let open = self.open(&request.connection)?;
        to_its_end(async move { document::delete(&open.session, &open.journal, request).await }).await
    }

    /// What this program has written to a connection, the latest first.
    pub async fn history(&self, request: HistoryRequest) -> Result<History> {
        document::history(&self.open(&request.connection)?.journal, request).await
    }

    /// The documents of one write, before and after it.
    pub async fn history_images(&self, request: HistoryImagesRequest) -> Result<HistoryImages> {
        document::history_images(&self.open(&request.connection)?.journal, request).await
    }

    /// Forgets before-images for good: of one write, or of all.
    pub async fn forget_history(&self, request: ForgetHistoryRequest) -> Result<ForgottenHistory> {
        let open = self.open(&request.connection)?;
        document::forget_history(&open.session, &open.journal, request).await
    }

    /// Finds out what became of a write whose outcome is not known.
    pub async fn check_write(&self, request: CheckWriteRequest) -> Result<CheckedWrite> {
        let open = self.open(&request.connection)?;
        document::check_write(&open.session, &open.journal, request).await
    }

    /// Undoes a write where its documents still are as it left them; `tell` hears how far it is. When it answers false, or
    /// the future is dropped, no more is begun.
    pub async fn undo(
        &self,
        request: UndoRequest,
        tell: impl FnMut(UndoProgress) -> bool + Send,
    ) -> Result<UndoReport> {
        let open = self.open(&request.connection)?;
        document::undo(&open.session, &open.journal, request, tell).await
    }

    /// Writes several documents one after the other, each guarded by itself.
    pub async fn bulk(&self, request: BulkRequest) -> Result<BulkReport> {
        let open = self.open(&request.connection)?;
        document::bulk(&open.session, &open.journal, request).await
    }

    /// What many writes would do: how many documents, and some of them before and after. Nothing is kept of what is tried.
    pub async fn preview_many(&self, request: PreviewManyRequest) -> Result<ManyPreview> {
        let open = self.open(&request.connection)?;
        document::preview_many(&open.session, &open.journal, request, self.now_ms()).await
    }

    /// How many documents many writes would be about, exactly, and whether Undo reaches them.
    pub async fn measure_many(&self, request: MeasureManyRequest) -> Result<ManyMeasure> {
        let open = self.open(&request.connection)?;
        document::measure_many(&open.session, &open.journal, request, self.now_ms()).await
    }

    /// Writes many documents in batches; `tell` hears how far it is. When it answers false, or the future is dropped, no more is
    /// begun.
    pub async fn write_many(
        &self,
        request: ManyRequest,
        tell: impl FnMut(ManyProgress) -> bool + Send,
    ) -> Result<ManyReport> {
        let open = self.open(&request.connection)?;
        document::write_many(&open.session, &open.journal, request, self.now_ms(), tell).await
    }

    /// What a person has set.
    pub async fn settings(&self) -> Result<Settings> {
        self.inner.settings.read()
    }

    /// Keeps what a person has set.
    pub async fn save_settings(&self, settings: Settings) -> Result<Settings> {
        self.inner.settings.write(&settings)?;
        self.inner.journals.set_limit_bytes(settings.undo.limit_bytes());
        Ok(settings)
    }
}

/// Runs a write in a task of its own: a caller who goes away must not leave it half-way.
async fn to_its_end<T: Send + 'static>(write: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    match tokio::spawn(write).await {
        Ok(outcome) => outcome,
        Err(_) => Err(crate::Error::new(
            crate::ErrorCode::OutcomeUnknown,
            "The write ended in a way that is not known: read the document again.",
        )),
    }
}
