//! One document, whole, in part, or as text.

use super::{
    DocumentText, DocumentView, Drafts, ExpandRequest, Expanded, GetRequest, GetTextRequest, TextLayout,
    guard::{all_by_id, vanished},
    id::Which,
    standalone,
    text::{damaged, view_error},
    view::whole,
};
use crate::{
    Error, ErrorCode, Result,
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
    let view = whole(&read(session, &request.namespace, &request.id).await?)?;
    Ok(DocumentView { id: Some(request.id), ..view })
}

/// Reads one document as text.
pub(crate) async fn get_text(
    session: &Session,
    drafts: &Drafts,
    request: GetTextRequest,
) -> Result<DocumentText> {
    let bytes = if request.draft {
        drafts.mine(&request.namespace, &request.id)?
    } else {
        read(session, &request.namespace, &request.id).await?
    };
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
pub(crate) async fn expand(session: &Session, drafts: &Drafts, request: ExpandRequest) -> Result<Expanded> {
    let bytes = if request.draft {
        drafts.mine(&request.namespace, &request.id)?
    } else {
        read(session, &request.namespace, &request.id).await?
    };
    let node = node::view_at(&bytes, &request.path, request.from, Budget::VALUE).map_err(view_error)?;
    Ok(Expanded { node, etag: etag(&bytes) })
}

async fn read(session: &Session, namespace: &Namespace, id: &super::DocumentId) -> Result<Vec<u8>> {
    let (kind, value, which) = id.decode_with()?;
    let id = (kind, value.as_slice());
    let found = match which {
        Which::Only => standalone::read(session, namespace, id).await?,
        Which::Among(known) => read_among(session, namespace, id, known).await?,
    };
    found.ok_or_else(vanished)
}

/// Of the documents that have this `_id`, the one with this hash, or the only one: it may have changed since it was listed.
async fn read_among(
    session: &Session,
    namespace: &Namespace,
    id: (u8, &[u8]),
    known: Option<&str>,
) -> Result<Option<Vec<u8>>> {
    let (mut same, mut first, mut count) = (None, None, 0);
    // To its end, because nobody closes a cursor that is dropped before.
    standalone::read_each(session, namespace, all_by_id(namespace, id), |document| {
        count += 1;
        if same.is_none() && known == Some(etag(document).as_str()) {
            same = Some(document.to_vec());
        } else if count == 1 {
            first = Some(document.to_vec());
        }
    })
    .await?;
    match (same, known) {
        (Some(document), _) => Ok(Some(document)),
        (None, _) if count < 2 => Ok(first),
        (None, Some(_)) => {
            Err(Error::new(ErrorCode::Conflict, "The document has changed since it was listed.")
                .with_hint("Others here have the same _id: run the query again to see which it is now."))
        }
        (None, None) => Err(Error::new(ErrorCode::Unsupported, "Several documents here have this _id.")
            .with_hint("Without a projection they can be told from each other.")),
    }
}
