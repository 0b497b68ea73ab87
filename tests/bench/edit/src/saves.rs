//! Saves of one field, one after the other.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use bson::{RawDocumentBuf, doc};
use mongodb::{
    Client, Collection,
    options::{Acknowledgment, WriteConcern},
};
use trivet_core::{
    Engine, EngineConfig, Startup, USUAL_PORT,
    connection::{ConnectRequest, ConnectTarget, ConnectionId},
    document::{
        DocumentEdit, DocumentId, Draft, EditRequest, FieldEdit, GetRequest, IdType, NewValue,
        SaveDraftRequest, UpdateRequest,
    },
    namespace::Namespace,
    value::{
        path::PathStep,
        typed::{Kind, TypedValue},
    },
};

use crate::{
    Result,
    data::{FIELD, document},
    way::Way,
};

const COLLECTION: &str = "saves";

/// A collection, and who saves its documents.
pub(crate) struct Saves {
    namespace: Namespace,
    plain: Collection<RawDocumentBuf>,
    with_undo: Window,
    without_undo: Window,
    bytes: usize,
    /// What stands in each document, by its `_id`.
    values: BTreeMap<i32, i32>,
    /// What is edited and not saved yet, the first turn last.
    drafts: Vec<Draft>,
}

/// An engine and its connection.
struct Window {
    engine: Engine,
    connection: ConnectionId,
}

impl Window {
    async fn open(uri: &str, data_dir: &Path, undo: bool) -> Result<Self> {
        let engine = Engine::new(EngineConfig {
            data_dir: data_dir.to_owned(),
            clock: Arc::new(SystemTime::now),
            startup: Startup::Nothing,
            local_port: USUAL_PORT,
            read_only: false,
        });
        let target = ConnectTarget::Uri { uri: uri.to_owned() };
        let request =
            ConnectRequest { target, name: None, environment: None, read_only: None, undo: Some(undo) };
        let connection = engine.connect(request).await?.id;
        Ok(Self { engine, connection })
    }
}

impl Saves {
    /// Connects; the files of the engines lie in `folder`.
    pub(crate) async fn on(uri: &str, folder: &Path) -> Result<Self> {
        // No other run on the same set uses it.
        let database = format!("edit_{}", std::process::id());
        let namespace = Namespace::parse(&database, COLLECTION)?;
        let client = Client::with_uri_str(uri).await?;
        Ok(Self {
            namespace,
            plain: client.database(&database).collection(COLLECTION),
            with_undo: Window::open(uri, &folder.join("with-undo"), true).await?,
            without_undo: Window::open(uri, &folder.join("without-undo"), false).await?,
            bytes: 0,
            values: BTreeMap::new(),
            drafts: Vec::new(),
        })
    }

    /// Writes the documents anew, each of so many bytes, for rounds of so many turns.
    pub(crate) async fn begin(&mut self, bytes: usize, turns: usize) -> Result {
        let ids = (0..turns).flat_map(|turn| Way::ALL.map(|way| way.id(turn)));
        (self.bytes, self.values) = (bytes, ids.map(|id| (id, 0)).collect());
        self.plain.delete_many(doc! {}).await?;
        self.plain.insert_many(self.values.keys().map(|id| document(*id, bytes))).await?;
        Ok(())
    }

    /// Edits what is saved as a draft in so many turns: that is done while a person types, and does not count.
    pub(crate) async fn edit(&mut self, turns: usize) -> Result {
        for turn in (0..turns).rev() {
            let id = Way::Draft.id(turn);
            self.drafts.push(self.edited(id, self.values[&id] + 1).await?);
        }
        Ok(())
    }

    /// Saves the next value, and tells how long that took.
    pub(crate) async fn save(&mut self, way: Way, turn: usize) -> Result<Duration> {
        let id = way.id(turn);
        let value = self.values[&id] + 1;
        let begun = match way {
            Way::Plain => self.save_plainly(id, value).await?,
            Way::Guarded => save_by(&self.without_undo, &self.namespace, id, value).await?,
            Way::Journaled => save_by(&self.with_undo, &self.namespace, id, value).await?,
            Way::Draft => {
                let draft = self.drafts.pop().ok_or("it is not edited")?;
                self.save_draft(draft).await?
            }
        };
        let took = begun.elapsed();
        self.values.insert(id, value);
        Ok(took)
    }

    async fn save_plainly(&self, id: i32, value: i32) -> Result<Instant> {
        let (filter, update) = (doc! { "_id": id }, doc! { "$set": { FIELD.1: value } });
        let majority = WriteConcern::builder().w(Acknowledgment::Majority).build();
        let begun = Instant::now();
        let updated = self.plain.update_one(filter, update).write_concern(majority).await?;
        if updated.modified_count == 1 { Ok(begun) } else { Err("nothing was updated".into()) }
    }

    async fn edited(&self, id: i32, value: i32) -> Result<Draft> {
        let Window { engine, connection } = &self.with_undo;
        let (connection, namespace, id) = (connection.clone(), self.namespace.clone(), document_id(id)?);
        let shown =
            GetRequest { connection: connection.clone(), namespace: namespace.clone(), id: id.clone() };
        let etag = engine.get_document(shown).await?.etag;
        let value = NewValue::Text { text: value.to_string() };
        let edits = vec![DocumentEdit::Set { path: path(), value }];
        let edited = engine.edit_document(EditRequest { connection, namespace, id, etag, edits }).await?;
        Ok(edited.draft.ok_or("the edit changed nothing")?)
    }

    async fn save_draft(&self, draft: Draft) -> Result<Instant> {
        let Window { engine, connection } = &self.with_undo;
        let request = SaveDraftRequest {
            connection: connection.clone(),
            namespace: draft.namespace,
            id: draft.id,
            etag: draft.document.etag,
            insert_again: false,
        };
        let begun = Instant::now();
        engine.save_draft(request).await?;
        Ok(begun)
    }

    /// All that was saved is there, and nothing else is different.
    pub(crate) async fn check(&self) -> Result {
        for (id, value) in &self.values {
            let stored = self.plain.find_one(doc! { "_id": id }).await?.ok_or("a document is gone")?;
            let mut expected = bson::Document::try_from(document(*id, self.bytes))?;
            expected.insert(FIELD.1, *value);
            if stored != RawDocumentBuf::try_from(&expected)? {
                return Err(format!("Something else is stored: {stored:?}").into());
            }
        }
        Ok(())
    }

    pub(crate) async fn end(self) -> Result {
        let client = self.plain.client();
        Ok(client.database(self.namespace.database()).drop().await?)
    }
}

async fn save_by(window: &Window, namespace: &Namespace, id: i32, value: i32) -> Result<Instant> {
    let int = |value: i32| TypedValue { kind: Kind::Int, text: value.to_string() };
    let request = UpdateRequest {
        connection: window.connection.clone(),
        namespace: namespace.clone(),
        id: document_id(id)?,
        edits: vec![FieldEdit { path: path(), before: int(value - 1), after: int(value) }],
    };
    let begun = Instant::now();
    window.engine.update(request).await?;
    Ok(begun)
}

fn path() -> Vec<PathStep> {
    vec![PathStep { index: FIELD.0, name: FIELD.1.to_owned() }]
}

fn document_id(id: i32) -> Result<DocumentId> {
    Ok(DocumentId::parse(&id.to_string(), Some(IdType::Int))?)
}
