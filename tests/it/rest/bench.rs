//! A server on a collection of its own, beside a plain driver client on the same.

use bson::{RawDocumentBuf, doc};
use mongodb::Collection;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url, header::CONTENT_TYPE};
use serde_json::Value;
use trivet_tests::{Server, ServerBuilder, client, database_name};

pub(super) const JSON: &str = "application/json";
pub(super) const MERGE_PATCH: &str = "application/merge-patch+json";
pub(super) const UPDATE: &str = "application/vnd.mongodb.update+json";

/// A running server, a client that carries its token, and a collection that no other test uses.
pub(super) struct RestBench {
    pub(super) server: Server,
    pub(super) client: Client,
    /// The same collection through the driver alone, in raw bytes.
    pub(super) raw: Collection<RawDocumentBuf>,
    pub(super) database: String,
}

impl RestBench {
    /// On the server or set behind `uri`; the collection is the one behind `/items` too.
    pub(super) async fn on(uri: &str) -> Self {
        Self::of(ServerBuilder::on(uri), uri).await
    }

    /// The same for a server that was prepared otherwise.
    pub(super) async fn of(builder: ServerBuilder, uri: &str) -> Self {
        let database = database_name();
        let server = builder.with(&["--items", &format!("{database}.items")]).start().ready().await;
        let raw = client(uri).await.database(&database).collection("items");
        Self { client: server.client(), server, raw, database }
    }

    /// The address of a path of the API.
    pub(super) fn url(&self, path: &str) -> String {
        format!("{}/api/v1/connections/default{path}", self.server.url())
    }

    /// The address of the collection's documents, with parameters.
    pub(super) fn documents(&self, parameters: &[(&str, &str)]) -> Url {
        let url = self.url(&format!("/databases/{}/collections/items/documents", self.database));
        Url::parse_with_params(&url, parameters).expect("an address")
    }

    /// The address of a document, by the text of its `_id` and what stands behind it.
    pub(super) fn document(&self, id: &str) -> String {
        self.url(&format!("/databases/{}/collections/items/documents/{id}", self.database))
    }

    /// The address that a header of an answer leads to.
    pub(super) fn follow(&self, reference: &str) -> Url {
        Url::parse(&self.server.url()).and_then(|url| url.join(reference)).expect("an address")
    }

    /// The address of the page after this one.
    pub(super) fn next_page(&self, answer: &Response) -> Option<Url> {
        let link = header(answer, "link")?;
        let reference = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\""));
        Some(self.follow(reference.unwrap_or_else(|| panic!("a link to the next page: {link}"))))
    }

    /// Posts a document, which is taken.
    pub(super) async fn post(&self, document: &str) -> Response {
        let request = self.with_body(Method::POST, self.documents(&[]), JSON, document.to_owned());
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::CREATED, "{answer:?}");
        answer
    }

    /// A request with a body of this type.
    pub(super) fn with_body(
        &self,
        method: Method,
        url: impl reqwest::IntoUrl,
        content_type: &str,
        body: impl Into<reqwest::Body>,
    ) -> RequestBuilder {
        self.client.request(method, url).header(CONTENT_TYPE, content_type).body(body)
    }

    /// Answers a GET, which succeeds.
    pub(super) async fn get(&self, url: impl reqwest::IntoUrl) -> Response {
        let answer = self.client.get(url).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "{answer:?}");
        answer
    }

    /// Stores a document by the driver, whatever the API would say to it.
    pub(super) async fn store(&self, document: RawDocumentBuf) {
        self.raw.insert_one(document).await.expect("stored");
    }

    /// All documents in the order of `_id`, as the driver reads them.
    pub(super) async fn stored(&self) -> Vec<Vec<u8>> {
        let mut cursor = self.raw.find(doc! {}).sort(doc! { "_id": 1 }).await.expect("found");
        let mut stored = Vec::new();
        while cursor.advance().await.expect("read") {
            stored.push(cursor.current().as_bytes().to_vec());
        }
        stored
    }

    /// The only document.
    pub(super) async fn only_stored(&self) -> Vec<u8> {
        let mut stored = self.stored().await;
        assert_eq!(stored.len(), 1, "only one document");
        stored.remove(0)
    }
}

/// A header of an answer as text, where it is there.
pub(super) fn header<'a>(answer: &'a Response, name: &str) -> Option<&'a str> {
    answer.headers().get(name).map(|value| value.to_str().expect("text"))
}

/// The entity tag of an answer, with its quotes.
pub(super) fn etag(answer: &Response) -> String {
    header(answer, "etag").unwrap_or_else(|| panic!("an entity tag: {answer:?}")).to_owned()
}

/// The problem that a request came to, which is whole and has this status.
pub(super) async fn problem(request: RequestBuilder, status: u16) -> Value {
    let answer = request.send().await.expect("an answer");
    let (found, headers) = (answer.status(), answer.headers().clone());
    let text = answer.text().await.expect("a body");
    assert_eq!(found.as_u16(), status, "{text}");
    assert_eq!(headers[CONTENT_TYPE], "application/problem+json", "{text}");
    let problem: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!((&problem["status"], &problem["type"]), (&status.into(), &"about:blank".into()), "{problem}");
    for part in ["title", "detail", "code", "requestId"] {
        assert!(problem[part].as_str().is_some_and(|text| !text.is_empty()), "{part}: {problem}");
    }
    assert!(problem["retryable"].is_boolean(), "{problem}");
    problem
}

/// A status without a look at the rest.
pub(super) async fn status(request: RequestBuilder) -> u16 {
    request.send().await.expect("an answer").status().as_u16()
}
