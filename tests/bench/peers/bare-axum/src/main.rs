//! The limit that the REST API is measured beside: two routes over the raw cursor, and nothing around them.
//!
//! Same framework, same driver with the same pool, same writer of Extended JSON. No token, no locks, no limits,
//! no paging, no ETag, no errors worth the name: what Trivet's listener takes beyond this is the price of those.
//! `bare-axum --uri-file FILE` serves `mydatabase.items` on a free port and prints the address.

use axum::{
    Router,
    extract::{Path, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::get,
};
use bson::{RawDocumentBuf, doc, oid::ObjectId};
use mongodb::{Client, Collection};
use tokio::net::TcpListener;
use trivet_core::value::ejson::{Form, Layout, write};

type Failure = Box<dyn std::error::Error>;
type Items = State<Collection<RawDocumentBuf>>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [flag, uri_file] = words.as_slice() else { return Err("usage: bare-axum --uri-file FILE".into()) };
    if flag != "--uri-file" {
        return Err(format!("unknown: {flag}").into());
    }
    let client = Client::with_uri_str(std::fs::read_to_string(uri_file)?.trim()).await?;
    let items = client.database("mydatabase").collection("items");
    let router = Router::new().route("/items", get(page)).route("/items/{id}", get(one)).with_state(items);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}

/// The first 100 in the order of `_id`.
async fn page(State(items): Items) -> Result<Response, StatusCode> {
    let found = items.find(doc! {}).sort(doc! { "_id": 1 }).limit(100).batch_size(101).await;
    let mut cursor = found.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let mut text = String::from("[");
    while cursor.advance().await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)? {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&json(cursor.current().as_bytes())?);
    }
    text.push(']');
    Ok(answer(text))
}

/// One by the 24 digits of its ObjectId.
async fn one(State(items): Items, Path(id): Path<String>) -> Result<Response, StatusCode> {
    let id = ObjectId::parse_str(&id).map_err(|_| StatusCode::BAD_REQUEST)?;
    let found = items.find(doc! { "_id": id }).limit(-1).await;
    let mut cursor = found.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    if !cursor.advance().await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)? {
        return Err(StatusCode::NOT_FOUND);
    }
    Ok(answer(json(cursor.current().as_bytes())?))
}

fn json(bytes: &[u8]) -> Result<String, StatusCode> {
    let written = write(bytes, Form::Relaxed, Layout::Compact);
    written.map(|written| written.text).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

fn answer(text: String) -> Response {
    ([(CONTENT_TYPE, "application/json")], text).into_response()
}
