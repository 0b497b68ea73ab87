//! One document, whole, in part, or as text.

use super::{
    DocumentText, DocumentView, ExpandRequest, Expanded, GetRequest, GetTextRequest, TextLayout,
    guard::vanished,
    standalone,
    text::{damaged, view_error},
    view::whole,
};
use crate::{
    Result,
    connection::Session,
    namespace::Namespace,
    value::{
        ejson::Layout,
        etag::etag,
        node::{self, Budget},
    },
};

/// Reads one document for the inspector.
pub(crate) async fn get(session: &Session, request: GetRequest) -> Result<DocumentView> {
    whole(&read(session, &request.namespace, &request.id).await?)
}

/// Reads one document as text.
pub(crate) async fn get_text(session: &Session, request: GetTextRequest) -> Result<DocumentText> {
    let bytes = read(session, &request.namespace, &request.id).await?;
    let layout = match request.layout {
        TextLayout::Indented => Layout::Indented,
        TextLayout::Compact => Layout::Compact,
    };
    let syntax = request.format.of_value();
    let written = match node::element_at(&bytes, &request.path).map_err(view_error)? {
        Some(element) => syntax.write_value(&element, layout),
        None => syntax.write(&bytes, layout),
    };
    let written = written.map_err(damaged)?;
    Ok(DocumentText { text: written.text, damaged: written.damaged, etag: etag(&bytes) })
}

/// Reads what a view had cut off.
pub(crate) async fn expand(session: &Session, request: ExpandRequest) -> Result<Expanded> {
    let bytes = read(session, &request.namespace, &request.id).await?;
    let node = node::view_at(&bytes, &request.path, request.from, Budget::VALUE).map_err(view_error)?;
    Ok(Expanded { node, etag: etag(&bytes) })
}

async fn read(session: &Session, namespace: &Namespace, id: &super::DocumentId) -> Result<Vec<u8>> {
    let (kind, value) = id.decode()?;
    standalone::read(session, namespace, (kind, &value)).await?.ok_or_else(vanished)
}
