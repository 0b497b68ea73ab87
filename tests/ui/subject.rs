//! One document in a collection of its own, for a spec that changes it.

use std::io::Write as _;

use bson::{Document, RawDocumentBuf, doc};
use mongodb::Collection;
use tempfile::NamedTempFile;
use trivet_tests::{DEADLINE, client, database_name, shared_set, wait_for};

use crate::page::Page;

/// A collection of its own on the set that all tests share, and the arguments with which the program opens it.
pub(crate) struct Subject {
    pub(crate) database: String,
    pub(crate) items: Collection<Document>,
    uri_file: NamedTempFile,
}

impl Subject {
    pub(crate) async fn with(document: Document) -> Self {
        let uri = shared_set().await;
        // Before those of other tests in the tree.
        let database = format!("a_{}", database_name());
        let items = client(uri).await.database(&database).collection("items");
        items.insert_one(document).await.expect("inserted");
        let mut uri_file = NamedTempFile::new().expect("a file");
        write!(uri_file, "{uri}").expect("written");
        Self { database, items, uri_file }
    }

    pub(crate) fn arguments(&self) -> [&str; 2] {
        ["--uri-file", self.uri_file.path().to_str().expect("a path")]
    }

    pub(crate) async fn open(&self, page: &Page) {
        page.open_in_tree(&[&self.database, "items"]).await;
        page.choose_row("spec").await;
    }

    pub(crate) async fn stored(&self) -> Vec<u8> {
        let raw: Collection<RawDocumentBuf> = self.items.clone_with_type();
        raw.find_one(doc! {}).await.expect("the set answers").expect("a document").into_bytes()
    }

    pub(crate) async fn stores(&self, expected: &RawDocumentBuf) {
        wait_for("it is stored as chosen", DEADLINE, async || {
            (self.stored().await == expected.as_bytes()).then_some(())
        })
        .await;
    }
}
