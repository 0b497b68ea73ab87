//! Collections and databases are made, renamed and dropped: the ones that were meant, and no others.

mod lost;

use bson::{Document, doc};
use trivet_core::{
    Engine, ErrorCode, Result,
    catalog::{
        Capped, CollectionKind, CollectionNamed, CreateCollectionRequest, DropCollectionRequest,
        DropDatabaseRequest, DropPreview, DropPreviewRequest, Dropped, LocateCollectionsRequest,
        LocatedCollection, RenameCollectionRequest,
    },
    connection::{ConnectRequest, ConnectionId, Environment},
    namespace::Namespace,
    number::SafeInt,
};
use trivet_tests::{Bench, Mongod, engine, shared_set, to};

/// A connection and a database of the test's own.
struct Catalog {
    engine: Engine,
    connection: ConnectionId,
    /// The same through the driver alone.
    database: mongodb::Database,
}

impl Catalog {
    fn of(bench: &Bench) -> Self {
        let database = bench.raw.client().database(bench.namespace.database());
        Self { engine: bench.engine.clone(), connection: bench.connection.id.clone(), database }
    }

    fn namespace(&self, collection: &str) -> Namespace {
        Namespace::parse(self.database.name(), collection).expect("a good name")
    }

    fn creation(&self, collection: &str) -> CreateCollectionRequest {
        let (connection, namespace) = (self.connection.clone(), self.namespace(collection));
        CreateCollectionRequest { connection, namespace, capped: None, validator: None, options: None }
    }

    async fn create(&self, collection: &str) -> Result<CollectionNamed> {
        self.engine.create_collection(self.creation(collection)).await
    }

    async fn locate(&self, name: Option<&str>) -> Vec<LocatedCollection> {
        let (connection, database) = (self.connection.clone(), self.database.name().to_owned());
        let name = name.map(str::to_owned);
        let request = LocateCollectionsRequest { connection, database, name, uuid: None };
        self.engine.locate_collections(request).await.expect("located")
    }

    async fn uuid(&self, name: &str) -> Option<String> {
        self.locate(Some(name)).await.pop().expect("it is there").uuid
    }

    async fn names(&self) -> Vec<String> {
        let mut names = self.database.list_collection_names().await.expect("listed");
        names.retain(|name| !name.starts_with("system."));
        names.sort();
        names
    }

    async fn preview(&self, collection: Option<&str>) -> Result<DropPreview> {
        let (connection, database) = (self.connection.clone(), self.database.name().to_owned());
        let collection = collection.map(str::to_owned);
        self.engine.drop_preview(DropPreviewRequest { connection, database, collection }).await
    }

    async fn drop(&self, collection: &str, uuid: Option<String>, confirm: Option<&str>) -> Result<Dropped> {
        let (connection, namespace) = (self.connection.clone(), self.namespace(collection));
        let confirm = confirm.map(str::to_owned);
        self.engine.drop_collection(DropCollectionRequest { connection, namespace, uuid, confirm }).await
    }

    async fn drop_database(&self, fingerprint: &str, confirm: Option<&str>) -> Result<Dropped> {
        let request = DropDatabaseRequest {
            connection: self.connection.clone(),
            database: self.database.name().to_owned(),
            fingerprint: fingerprint.to_owned(),
            confirm: confirm.map(str::to_owned),
        };
        self.engine.drop_database(request).await
    }

    async fn rename(&self, from: &str, uuid: Option<String>, to: &str) -> Result<CollectionNamed> {
        let request = RenameCollectionRequest {
            connection: self.connection.clone(),
            namespace: self.namespace(from),
            uuid: uuid.expect("a collection has one"),
            to: self.namespace(to),
            confirm: None,
        };
        self.engine.rename_collection(request).await
    }
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> ErrorCode {
    result.expect_err("refused").code()
}

/// A replica set and a standalone, each with a database of its own.
async fn both() -> (Mongod, [Bench; 2]) {
    let mongod = Mongod::standalone(&[]).await;
    let standalone = Bench::on(&mongod.uri()).await;
    (mongod, [Bench::on(shared_set().await).await, standalone])
}

#[tokio::test]
async fn a_collection_is_made_as_it_was_asked_for_and_never_over_another() {
    let (_mongod, benches) = both().await;
    for bench in &benches {
        let catalog = Catalog::of(bench);
        let made = catalog.create("plain").await.expect("made");
        assert_eq!(made.namespace, catalog.namespace("plain"));
        let capped = Capped { size_bytes: SafeInt::new(4096), max_documents: Some(SafeInt::new(3)) };
        let request = CreateCollectionRequest {
            capped: Some(capped),
            validator: Some("{ n: { $type: 'int' } }".to_owned()),
            options: Some("{ validationAction: 'error', collation: { locale: 'de' } }".to_owned()),
            ..catalog.creation("all")
        };
        catalog.engine.create_collection(request).await.expect("made");
        let series = Some(r#"{ "timeseries": { "timeField": "at" } }"#.to_owned());
        let request = CreateCollectionRequest { options: series, ..catalog.creation("series") };
        catalog.engine.create_collection(request).await.expect("made");

        let listed = catalog.database.run_command(doc! { "listCollections": 1, "filter": { "name": "all" } });
        let listed = listed.await.expect("listed");
        let options =
            listed.get_document("cursor").expect("a cursor").get_array("firstBatch").expect("a batch")[0]
                .as_document()
                .expect("a collection")
                .get_document("options")
                .expect("options")
                .clone();
        assert_eq!((options.get_bool("capped").ok(), options.get("max")), (Some(true), Some(&3.into())));
        assert_eq!(options.get_document("validator").expect("it has"), &doc! { "n": { "$type": "int" } });
        assert_eq!(options.get_document("collation").expect("it has").get_str("locale").ok(), Some("de"));
        let kinds: Vec<_> = catalog.locate(None).await.into_iter().map(|one| (one.name, one.kind)).collect();
        assert_eq!(
            kinds,
            [
                ("all".to_owned(), CollectionKind::Collection),
                ("plain".to_owned(), CollectionKind::Collection),
                ("series".to_owned(), CollectionKind::Timeseries),
            ]
        );

        assert_eq!(code(catalog.create("plain").await), ErrorCode::Conflict);
        for refused in ["a$b", "system.mine"] {
            assert_eq!(code(catalog.create(refused).await), ErrorCode::InvalidInput, "{refused}");
        }
    }
}

#[tokio::test]
async fn a_collection_is_dropped_only_if_it_is_still_the_one_that_was_looked_at() {
    let (_mongod, benches) = both().await;
    for bench in &benches {
        let catalog = Catalog::of(bench);
        for n in 0..3 {
            bench.insert(&format!(r#"{{"_id": {n}}}"#)).await.expect("inserted");
        }
        let preview = catalog.preview(Some("items")).await.expect("looked");
        let figures = preview.figures.expect("figures");
        assert_eq!((figures.documents, figures.indexes.get()), (Some(SafeInt::new(3)), 1));
        assert!(figures.size_bytes.get() >= 8192, "{figures:?}");
        assert_eq!(preview.confirm, None);
        let old = preview.collections[0].uuid.clone();
        assert!(old.is_some());

        // Somebody makes another one of that name.
        catalog.database.collection::<Document>("items").drop().await.expect("dropped");
        bench.insert(r#"{"_id": 1}"#).await.expect("inserted");
        let error = catalog.drop("items", old.clone(), None).await.expect_err("another one");
        assert_eq!(error.code(), ErrorCode::Conflict);
        assert!(error.to_string().contains("nothing was dropped"), "{error}");
        assert_eq!(catalog.names().await, ["items"]);
        // One that is a view where a collection was meant, and the other way round.
        assert_eq!(code(catalog.drop("items", None, None).await), ErrorCode::Conflict);
        let view = doc! { "create": "a view", "viewOn": "items", "pipeline": [] };
        catalog.database.run_command(view).await.expect("made");
        assert_eq!(code(catalog.drop("a view", old, None).await), ErrorCode::Conflict);

        // Somebody gives it another name.
        let uuid = catalog.uuid("items").await;
        let (from, to) =
            (format!("{}.items", catalog.database.name()), format!("{}.other", catalog.database.name()));
        let rename = doc! { "renameCollection": from, "to": to };
        catalog.database.client().database("admin").run_command(rename).await.expect("renamed");
        let error = catalog.drop("items", uuid.clone(), None).await.expect_err("renamed");
        assert!(error.code() == ErrorCode::Conflict && error.to_string().contains("'other'"), "{error}");
        assert_eq!(catalog.names().await, ["a view", "other"]);

        catalog.drop("other", uuid.clone(), None).await.expect("dropped");
        assert_eq!(catalog.preview(Some("a view")).await.expect("looked").figures, None);
        catalog.drop("a view", None, None).await.expect("dropped");
        assert!(catalog.names().await.is_empty());
        assert_eq!(code(catalog.drop("other", uuid, None).await), ErrorCode::NotFound);
        assert_eq!(code(catalog.preview(Some("other")).await), ErrorCode::NotFound);
    }
}

#[tokio::test]
async fn a_time_series_is_dropped_by_what_its_buckets_are_called() {
    let bench = Bench::on(shared_set().await).await;
    let catalog = Catalog::of(&bench);
    let series = doc! { "create": "series", "timeseries": { "timeField": "at" } };
    catalog.database.run_command(series.clone()).await.expect("made");
    let preview = catalog.preview(Some("series")).await.expect("looked");
    assert_eq!(preview.figures.expect("figures").documents, None);
    let old = preview.collections[0].uuid.clone();
    assert!(old.is_some() && preview.collections.len() == 1, "{preview:?}");
    let renamed = catalog.rename("series", old.clone(), "other").await.expect_err("no time series is");
    assert_eq!(renamed.code(), ErrorCode::Unsupported);

    catalog.database.collection::<Document>("series").drop().await.expect("dropped");
    catalog.database.run_command(series).await.expect("made");
    assert_eq!(code(catalog.drop("series", old, None).await), ErrorCode::Conflict);
    catalog.drop("series", catalog.uuid("series").await, None).await.expect("dropped");
    assert!(catalog.locate(None).await.is_empty());
}

#[tokio::test]
async fn a_collection_is_renamed_in_its_database_and_into_another_and_over_nothing() {
    let (_mongod, benches) = both().await;
    for bench in &benches {
        let catalog = Catalog::of(bench);
        bench.insert(r#"{"_id": 1}"#).await.expect("inserted");
        catalog.create("taken").await.expect("made");
        let uuid = catalog.uuid("items").await;

        let error = catalog.rename("items", uuid.clone(), "taken").await.expect_err("taken");
        assert!(error.code() == ErrorCode::Conflict && error.to_string().contains("'taken'"), "{error}");
        assert_eq!(code(catalog.rename("items", uuid.clone(), "items").await), ErrorCode::InvalidInput);
        let other = catalog.uuid("taken").await;
        assert_eq!(code(catalog.rename("items", other, "new").await), ErrorCode::Conflict);
        assert_eq!(catalog.names().await, ["items", "taken"]);

        catalog.rename("items", uuid.clone(), "new").await.expect("renamed");
        assert_eq!(catalog.names().await, ["new", "taken"]);
        assert_eq!(catalog.uuid("new").await, uuid);
        assert_eq!(code(catalog.rename("items", uuid.clone(), "newer").await), ErrorCode::Conflict);

        let there = format!("{}_b", catalog.database.name());
        let request = RenameCollectionRequest {
            connection: catalog.connection.clone(),
            namespace: catalog.namespace("new"),
            uuid: uuid.expect("it has one"),
            to: Namespace::parse(&there, "moved").expect("a good name"),
            confirm: None,
        };
        catalog.engine.rename_collection(request.clone()).await.expect("renamed");
        assert_eq!(catalog.names().await, ["taken"]);
        let moved = catalog.database.client().database(&there).collection::<Document>("moved");
        assert_eq!(moved.count_documents(doc! {}).await.expect("counted"), 1);
        assert_eq!(code(catalog.engine.rename_collection(request).await), ErrorCode::NotFound);
    }
}

#[tokio::test]
async fn a_database_is_dropped_only_if_it_holds_what_was_looked_at() {
    let (_mongod, benches) = both().await;
    for bench in &benches {
        let catalog = Catalog::of(bench);
        bench.insert(r#"{"_id": 1}"#).await.expect("inserted");
        catalog.create("other").await.expect("made");
        let view = doc! { "create": "a view", "viewOn": "items", "pipeline": [] };
        catalog.database.run_command(view).await.expect("made");
        let looked = catalog.preview(None).await.expect("looked");
        let names: Vec<_> = looked.collections.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["a view", "items", "other"]);
        let figures = looked.figures.expect("figures");
        assert!(figures.documents >= Some(SafeInt::new(1)) && figures.indexes.get() >= 2, "{figures:?}");

        catalog.create("new").await.expect("made");
        let error = catalog.drop_database(&looked.fingerprint, None).await.expect_err("it holds another");
        assert!(error.code() == ErrorCode::Conflict && error.to_string().contains("nothing was dropped"));
        assert_eq!(catalog.names().await.len(), 4);

        // Other documents are no other collections.
        let looked = catalog.preview(None).await.expect("looked");
        bench.insert(r#"{"_id": 2}"#).await.expect("inserted");
        let dropped = catalog.drop_database(&looked.fingerprint, None).await.expect("dropped");
        assert_eq!(dropped.collections.get(), 4);
        assert!(catalog.names().await.is_empty());
        assert_eq!(code(catalog.drop_database(&looked.fingerprint, None).await), ErrorCode::NotFound);
        assert_eq!(code(catalog.preview(None).await), ErrorCode::NotFound);
    }
}

#[tokio::test]
async fn what_is_the_servers_own_is_neither_dropped_nor_renamed() {
    let bench = Bench::on(shared_set().await).await;
    let connection = bench.connection.id.clone();
    for (database, collection) in [("admin", "mine"), ("config", "settings"), ("local", "oplog.rs")] {
        let namespace = Namespace::parse(database, collection).expect("a good name");
        let (uuid, confirm) = (None, None);
        let drop = DropCollectionRequest { connection: connection.clone(), namespace, uuid, confirm };
        assert_eq!(code(bench.engine.drop_collection(drop).await), ErrorCode::InvalidInput);
        let (fingerprint, confirm) = (String::new(), None);
        let database = database.to_owned();
        let drop = DropDatabaseRequest { connection: connection.clone(), database, fingerprint, confirm };
        assert_eq!(code(bench.engine.drop_database(drop).await), ErrorCode::InvalidInput);
    }
}

#[tokio::test]
async fn on_production_nothing_is_dropped_or_renamed_before_its_name_is_typed() {
    let bench = Bench::on(shared_set().await).await;
    bench.insert(r#"{"_id": 1}"#).await.expect("inserted");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let engine = engine(folder.path());
    let request = ConnectRequest { environment: Some(Environment::Production), ..to(shared_set().await) };
    let connection = engine.connect(request).await.expect("connected").id;
    let catalog = Catalog { engine, connection, ..Catalog::of(&bench) };
    let name = catalog.database.name().to_owned();
    let full = format!("{name}.items");

    let looked = catalog.preview(Some("items")).await.expect("looked");
    assert_eq!(looked.confirm.as_deref(), Some(full.as_str()));
    let uuid = looked.collections[0].uuid.clone();
    let whole = catalog.preview(None).await.expect("looked");
    assert_eq!(whole.confirm.as_deref(), Some(name.as_str()));

    for confirm in [None, Some("items"), Some("")] {
        let error = catalog.drop("items", uuid.clone(), confirm).await.expect_err("not confirmed");
        assert_eq!(error.code(), ErrorCode::InvalidInput);
        assert!(error.body().hint.as_deref().is_some_and(|hint| hint.contains(&full)), "{error:?}");
        assert_eq!(code(catalog.drop_database(&whole.fingerprint, confirm).await), ErrorCode::InvalidInput);
    }
    assert_eq!(code(catalog.rename("items", uuid.clone(), "new").await), ErrorCode::InvalidInput);
    assert_eq!(catalog.names().await, ["items"]);

    catalog.create("new").await.expect("made without a word");
    catalog.drop("items", uuid, Some(&full)).await.expect("dropped");
    let whole = catalog.preview(None).await.expect("looked");
    catalog.drop_database(&whole.fingerprint, Some(&name)).await.expect("dropped");
    assert!(catalog.names().await.is_empty());
}
