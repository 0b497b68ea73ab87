//! An engine on a server, as the window and the HTTP server have it.

use std::{path::Path, sync::Arc, time::SystemTime};

use bson::RawDocumentBuf;
use mongodb::Collection;
use tempfile::TempDir;
use trivet_core::{
    Engine, EngineConfig, Result, Startup,
    connection::{ConnectRequest, ConnectTarget, Connection},
    document::{
        DocumentId, DocumentView, FieldEdit, FindRequest, GetRequest, InsertRequest, PageEnd, PageFrom,
        UpdateRequest, Written,
    },
    namespace::Namespace,
    value::{
        node::Node,
        path::PathStep,
        typed::{Kind, TypedValue},
    },
};

/// An engine whose files are in `data_dir`.
#[must_use]
pub fn engine(data_dir: &Path) -> Engine {
    engine_looking_at(data_dir, crate::free_port())
}

/// The same, with a port of this machine on which it looks for a mongod.
#[must_use]
pub fn engine_looking_at(data_dir: &Path, local_port: u16) -> Engine {
    Engine::new(EngineConfig {
        data_dir: data_dir.to_owned(),
        clock: Arc::new(SystemTime::now),
        startup: Startup::Nothing,
        local_port,
        read_only: false,
    })
}

/// Asks to connect to a connection string.
#[must_use]
pub fn to(uri: &str) -> ConnectRequest {
    let target = ConnectTarget::Uri { uri: uri.to_owned() };
    ConnectRequest { target, name: None, environment: None, read_only: None, undo: None }
}

/// An engine with one connection and one collection of its own, beside a plain driver client on the same.
pub struct Bench {
    /// The engine.
    pub engine: Engine,
    /// Its connection.
    pub connection: Connection,
    /// A collection that no other test uses.
    pub namespace: Namespace,
    /// The same collection through the driver alone, in raw bytes.
    pub raw: Collection<RawDocumentBuf>,
    pub(crate) data_dir: TempDir,
}

impl Bench {
    /// On the server or set behind `uri`.
    ///
    /// # Panics
    /// Where it cannot connect.
    pub async fn on(uri: &str) -> Self {
        Self::asking(to(uri), uri).await
    }

    /// The same, connected as `request` asks.
    ///
    /// # Panics
    /// Where it cannot connect.
    pub async fn asking(request: ConnectRequest, uri: &str) -> Self {
        let data_dir = tempfile::tempdir().expect("a temporary folder");
        let engine = engine(data_dir.path());
        let connection = engine.connect(request).await.expect("connected");
        let database = crate::database_name();
        let raw = crate::client(uri).await.database(&database).collection("items");
        let namespace = Namespace::parse(&database, "items").expect("a good name");
        Self { engine, connection, namespace, raw, data_dir }
    }

    /// Where the engine keeps its files.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        self.data_dir.path()
    }

    /// Asks for a page in the order of `_id`.
    #[must_use]
    pub fn find(&self) -> FindRequest {
        FindRequest {
            connection: self.connection.id.clone(),
            namespace: self.namespace.clone(),
            filter: None,
            sort: None,
            projection: None,
            collation: None,
            hint: None,
            skip: None,
            limit: None,
            max_time_ms: None,
            read_preference: None,
            page_size: None,
            from: PageFrom::First,
            query: None,
        }
    }

    /// Asks for pages of so many documents in this order, the first one.
    #[must_use]
    pub fn sorted(&self, sort: &str, page_size: u32) -> FindRequest {
        FindRequest { sort: Some(sort.to_owned()), page_size: Some(page_size), ..self.find() }
    }

    /// One page, whole.
    pub async fn page(&self, request: FindRequest) -> Result<Page> {
        let mut batches = Vec::new();
        let end = self.engine.find(request, |batch| {
            batches.push(batch.documents);
            true
        });
        let end = end.await?;
        Ok(Page { batches: batches.iter().map(Vec::len).collect(), documents: batches.concat(), end })
    }

    /// A page, and all that lie behind it on the way on which it was read.
    ///
    /// # Panics
    /// Where one cannot be read.
    pub async fn pages(&self, request: FindRequest) -> Vec<Page> {
        let mut pages = Vec::new();
        let mut from = Some(request.from.clone());
        while let Some(here) = from {
            let backward = matches!(here, PageFrom::Last | PageFrom::Before { .. });
            let page = self.page(FindRequest { from: here, ..request.clone() }).await.expect("a page");
            from = if backward { page.before() } else { page.after() };
            pages.push(page);
        }
        pages
    }

    /// Inserts a document written as Extended JSON.
    pub async fn insert(&self, text: &str) -> Result<Written> {
        let request = InsertRequest {
            connection: self.connection.id.clone(),
            namespace: self.namespace.clone(),
            text: text.to_owned(),
            id: None,
        };
        self.engine.insert(request).await
    }

    /// Saves edits of one document.
    pub async fn update(&self, id: &DocumentId, edits: Vec<FieldEdit>) -> Result<Written> {
        let (connection, namespace) = (self.connection.id.clone(), self.namespace.clone());
        self.engine.update(UpdateRequest { connection, namespace, id: id.clone(), edits }).await
    }

    /// Reads one document.
    pub async fn get(&self, id: &DocumentId) -> Result<DocumentView> {
        let (connection, namespace) = (self.connection.id.clone(), self.namespace.clone());
        self.engine.get_document(GetRequest { connection, namespace, id: id.clone() }).await
    }

    /// The only document's bytes, as the driver reads them.
    ///
    /// # Panics
    /// Where there is none, or more than one.
    pub async fn only_bytes(&self) -> Vec<u8> {
        let mut cursor = self.raw.find(bson::doc! {}).await.expect("found");
        assert!(cursor.advance().await.expect("read"), "one document");
        let bytes = cursor.current().as_bytes().to_vec();
        assert!(!cursor.advance().await.expect("read"), "only one document");
        bytes
    }
}

/// A page of documents.
#[derive(Clone, Debug)]
pub struct Page {
    /// In the order in which they came.
    pub documents: Vec<DocumentView>,
    /// How many came together, each time.
    pub batches: Vec<usize>,
    /// How it ended.
    pub end: PageEnd,
}

impl Page {
    /// Where the page after this one begins.
    #[must_use]
    pub fn after(&self) -> Option<PageFrom> {
        self.end.after.clone().map(|cursor| PageFrom::After { cursor })
    }

    /// Where the page before this one begins, which is read backward.
    #[must_use]
    pub fn before(&self) -> Option<PageFrom> {
        self.end.before.clone().map(|cursor| PageFrom::Before { cursor })
    }
}

/// The view's `_id`.
///
/// # Panics
/// Where it has none.
#[must_use]
pub fn id_of(view: &DocumentView) -> DocumentId {
    view.id.clone().expect("a document with an _id")
}

/// The top-level field of this name.
///
/// # Panics
/// Where there is none.
#[must_use]
pub fn field<'a>(view: &'a DocumentView, name: &str) -> &'a Node {
    view.fields.iter().find(|node| node.name == name).unwrap_or_else(|| panic!("a field {name}"))
}

/// An edit of the value at `names`, found in the view, from what it shows to `after`.
///
/// # Panics
/// Where the view has no such value.
#[must_use]
pub fn edit(view: &DocumentView, names: &[&str], kind: Kind, after: &str) -> FieldEdit {
    let mut siblings = &view.fields;
    let mut path = Vec::new();
    let mut found: Option<&Node> = None;
    for name in names {
        let index = siblings
            .iter()
            .position(|node| node.name == *name)
            .unwrap_or_else(|| panic!("a value at {name}"));
        path.push(PathStep { index: u32::try_from(index).expect("few fields"), name: (*name).to_owned() });
        siblings = &siblings[index].children;
        found = siblings_of(found, view).get(index);
    }
    let node = found.expect("a path of at least one name");
    FieldEdit {
        path,
        before: TypedValue { kind: node.kind, text: node.text.clone() },
        after: TypedValue { kind, text: after.to_owned() },
    }
}

fn siblings_of<'a>(parent: Option<&'a Node>, view: &'a DocumentView) -> &'a [Node] {
    parent.map_or(&view.fields, |parent| &parent.children)
}
