//! Pages of documents: what is asked, and what comes back.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use super::{DocumentView, TextFormat};
use crate::{
    connection::{ConnectionId, QueryId, ReadPreferenceMode, ServedFrom},
    namespace::Namespace,
    number::Share,
};

/// Asks for one page of documents.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which collection.
    pub namespace: Namespace,
    /// The filter in mongosh syntax or as Extended JSON; none or blank for all documents. A value alone is an `_id`.
    #[serde(default)]
    pub filter: Option<String>,
    /// The sort order in mongosh syntax or as Extended JSON; none for `_id` ascending, or for the order in which the server
    /// gives documents: of a view, where `_id`s may repeat, and with a hint, a collation or `$near`.
    #[serde(default)]
    pub sort: Option<String>,
    /// The projection in mongosh syntax or as Extended JSON; none for all fields.
    #[serde(default)]
    pub projection: Option<String>,
    /// The collation in mongosh syntax or as Extended JSON; none for the collection's own.
    #[serde(default)]
    pub collation: Option<String>,
    /// The index to use, by its keys in mongosh syntax or Extended JSON, or by its name; none for the server's choice.
    #[serde(default)]
    pub hint: Option<String>,
    /// Documents that the query passes over before the first page.
    #[serde(default)]
    pub skip: Option<u32>,
    /// Documents on all pages together; none or 0 for no limit.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Milliseconds that the server may take, 1 to 600,000; none for 20,000.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 600_000)]
    pub max_time_ms: Option<u32>,
    /// Which members may answer; none for the primary while there is one.
    #[serde(default)]
    pub read_preference: Option<ReadPreferenceMode>,
    /// Documents on the page, 1 to 1000; none for 50. A page ends early rather than be more than 2 MiB of JSON.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1000)]
    pub page_size: Option<u32>,
    /// Where the page begins.
    #[serde(default)]
    pub from: PageFrom,
    /// What to call it while it runs, so that it can be cancelled.
    #[serde(default)]
    pub query: Option<QueryId>,
}

/// Where a page begins.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum PageFrom {
    /// At the first document.
    #[default]
    First,
    /// At the last document: rows come from there backward, as the server gives them for the reversed sort order. An
    /// array counts by its least element in one direction and by its greatest in the other.
    Last,
    /// Behind another page.
    After {
        /// The other page's `after`. Valid only for the same query.
        cursor: String,
    },
    /// Before another page: rows come from there backward.
    Before {
        /// The other page's `before`. Valid only for the same query.
        cursor: String,
    },
    /// About at this share of all documents: where no filter is set, and the order is that of an index.
    At {
        /// From 0 for the first document to 1 for the last.
        share: Share,
    },
}

/// Documents of a page that came together.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RowBatch {
    /// The documents, each as a bounded view: in the page's order, or from its last one backward for a page asked for
    /// by `last` or `before`.
    pub documents: Vec<DocumentView>,
}

/// How a page ended.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PageEnd {
    /// How many documents it has.
    pub count: u32,
    /// Leads to the page before this one; none where nothing comes before, or only what an earlier page has given.
    pub before: Option<String>,
    /// Leads to the page after this one; none where nothing follows, or only what an earlier page has given.
    pub after: Option<String>,
    /// How the pages around this one are found.
    pub paging: Paging,
    /// How the server finds the documents; none where it did not say in time.
    pub plan: Option<QueryPlan>,
    /// About which share of all documents comes before this page; none with a filter, or in an order where that is not
    /// known.
    pub share: Option<Share>,
    /// Milliseconds that the server and the network took, with what was done to each batch as it came.
    pub elapsed_ms: u32,
    /// Which kind of member answered.
    pub served_from: ServedFrom,
    /// What came before this page has changed: documents may be missing here, or come a second time.
    pub shifted: bool,
}

/// How the pages around one are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Paging {
    /// By the keys of its first and last document: exact and equally quick anywhere, whatever others write.
    Keyset,
    /// By a cursor that the server holds open. When it is lost, the query is run again and goes past what was given.
    Cursor,
}

/// How the server finds the documents of a query, where that takes long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QueryPlan {
    /// It looks at every document of the collection.
    pub scans_collection: bool,
    /// It sorts all that it has found before it gives the first.
    pub sorts: bool,
}

/// Asks for one page of documents as text.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindTextRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which collection.
    pub namespace: Namespace,
    /// The filter in mongosh syntax or as Extended JSON; none or blank for all documents. A value alone is an `_id`.
    #[serde(default)]
    pub filter: Option<String>,
    /// The sort order in mongosh syntax or as Extended JSON; none for `_id` ascending, or for the order in which the server
    /// gives documents: of a view, where `_id`s may repeat, and with a hint, a collation or `$near`.
    #[serde(default)]
    pub sort: Option<String>,
    /// The projection in mongosh syntax or as Extended JSON; none for all fields.
    #[serde(default)]
    pub projection: Option<String>,
    /// The collation in mongosh syntax or as Extended JSON; none for the collection's own.
    #[serde(default)]
    pub collation: Option<String>,
    /// The index to use, by its keys in mongosh syntax or Extended JSON, or by its name; none for the server's choice.
    #[serde(default)]
    pub hint: Option<String>,
    /// Documents on the page, 1 to 1000; none for 50.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
    /// Where the page before ended: its `next`. Valid only for the same query.
    #[serde(default)]
    pub after: Option<String>,
    /// Documents to pass over first, at most 100,000; not together with `after`.
    #[serde(default)]
    #[schema(maximum = 100_000)]
    pub skip: Option<u32>,
    /// Milliseconds that the server may take, 1 to 600,000; none for 20,000.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 600_000)]
    pub max_time_ms: Option<u32>,
    /// Which members may answer; none for the primary while there is one.
    #[serde(default)]
    pub read_preference: Option<ReadPreferenceMode>,
    /// Which form of Extended JSON.
    #[serde(default)]
    pub format: TextFormat,
    /// What to call it while it runs, so that it can be cancelled.
    #[serde(default)]
    pub query: Option<QueryId>,
}

/// One page of documents as text.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TextPage {
    /// A JSON array of the documents, in order, one on a line.
    pub documents: String,
    /// How many there are.
    pub count: u32,
    /// Give it as `after` for the page that follows; none when this is the last.
    pub next: Option<String>,
    /// How the next page is found.
    pub paging: Paging,
    /// Milliseconds that the server and the network took.
    pub elapsed_ms: u32,
    /// Which kind of member answered.
    pub served_from: ServedFrom,
    /// A document holds what the text cannot give back, such as bytes that are not UTF-8.
    pub damaged: bool,
    /// What came before this page has changed: documents may be missing here, or come a second time.
    pub shifted: bool,
}
