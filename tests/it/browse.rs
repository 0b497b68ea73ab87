//! Browsing at any size: every order, both ends, the middle, while others write, and the end of a query that takes too long.

mod cancel;
mod cursors;
mod heavy;
mod http;
mod jumps;
mod keys;
mod orders;
mod own_orders;
mod values;
mod writers;

use bson::{Bson, Document, doc};
use trivet_core::document::{DocumentView, FindRequest};
use trivet_tests::{Bench, Page};

/// The `_id`s as the window shows them, in the order of the pages.
fn ids(pages: &[Page]) -> Vec<String> {
    pages.iter().flat_map(|page| &page.documents).map(id).collect()
}

fn id(view: &DocumentView) -> String {
    let field = view.fields.iter().find(|field| field.name == "_id").expect("an _id");
    format!("{} {}", field.kind.name(), field.text)
}

fn reversed(mut ids: Vec<String>) -> Vec<String> {
    ids.reverse();
    ids
}

/// All on one page.
async fn whole(bench: &Bench, request: FindRequest) -> Vec<String> {
    let page = bench.page(FindRequest { page_size: Some(1_000), ..request }).await.expect("a page");
    assert!(page.end.after.is_none() && page.end.before.is_none(), "all are on it");
    ids(&[page])
}

/// The bare numbers from 0 on as `_id`, and what else is to be in each.
async fn fill(bench: &Bench, count: i32, rest: impl Fn(i32) -> Document) {
    let documents: Vec<_> = (0..count)
        .map(|number| {
            let mut document = doc! { "_id": number };
            document.extend(rest(number));
            bson::RawDocumentBuf::try_from(document).expect("BSON")
        })
        .collect();
    bench.raw.insert_many(&documents).await.expect("inserted");
}

async fn index(bench: &Bench, key: Document, options: Document) {
    let mut index = doc! { "key": key, "name": "own" };
    index.extend(options);
    let create = doc! { "createIndexes": bench.namespace.collection(), "indexes": [index] };
    run(bench, create).await;
}

/// Runs a command on the database of the bench, by the driver alone.
async fn run(bench: &Bench, command: Document) -> Document {
    let database = bench.raw.client().database(bench.namespace.database());
    database.run_command(command).await.expect("done")
}

/// The stages of the plan by which the server finds this.
async fn stages(bench: &Bench, find: Document) -> Vec<String> {
    let explained = run(bench, doc! { "explain": find, "verbosity": "queryPlanner" }).await;
    let planner = explained.get_document("queryPlanner").expect("explained");
    let mut open = vec![planner.get("winningPlan").expect("a plan").clone()];
    let mut found = Vec::new();
    while let Some(stage) = open.pop() {
        let Bson::Document(stage) = stage else { continue };
        found.extend(stage.get_str("stage").map(str::to_owned));
        found.extend(stage.get_str("indexName").map(str::to_owned));
        open.extend(stage.get("inputStage").cloned());
        open.extend(stage.get_array("inputStages").into_iter().flatten().cloned());
    }
    found
}
