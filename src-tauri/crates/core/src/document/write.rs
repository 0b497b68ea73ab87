//! Insert, update, replace and delete of one document.

use super::{
    DeleteRequest, DocumentId, EntryKind, FieldEdit, InsertManyRequest, InsertRequest, Inserted,
    InsertedDocument, PatchRequest, ReplaceRequest, TextFormat, UpdateRequest, Written,
    batch::{self, Step},
    commands::{delete_command, insert_command, operate_command},
    guard::{Attempt, Guarded, Stop, both, id_filter, in_transaction, vanished},
    journal::{About, Image, Journal, Record},
    own_id::{id_of, with_id_first, with_id_of, with_this_id},
    patch::Patch,
    standalone,
    text::{damaged, edit_error, parse_document, parse_documents},
    view::whole,
    whole_update,
};
use crate::{
    Error, ErrorCode, Result,
    connection::Session,
    namespace::Namespace,
    value::{
        edit::{self, Update},
        ejson::{self, Form, Layout},
        etag::etag,
        typed::Kind,
    },
};

/// Documents that are inserted at once: each is read back in the same transaction.
const MAX_DOCUMENTS: usize = 1_000;
/// The server's number for a key that is there already.
const DUPLICATE_KEY: i32 = 11000;
/// The server's limit for one document (`maxBsonObjectSize`).
pub(super) const MAX_DOCUMENT_BYTES: usize = 16 * 1024 * 1024;

/// What is to happen to one document: the rule that decides, apart from where it runs.
pub(super) trait Change {
    /// From the bytes that stand there now to the bytes that are to stand there.
    fn intend(&self, current: &[u8]) -> Result<Intent>;
}

/// What a change comes to, given what stands there now.
pub(super) enum Intent {
    /// Nothing is different: nothing is sent.
    Nothing,
    /// These bytes are to stand there, and this update gives them.
    Put(Vec<u8>, Update),
    /// The server works out the new bytes from operators or a pipeline: the type and bytes of the update's `u`.
    Operate((u8, Vec<u8>)),
    /// The document is to go.
    Delete,
}

/// Inserts one document and answers with what is stored.
pub(crate) async fn insert(session: &Session, journal: &Journal, request: InsertRequest) -> Result<Written> {
    let text = parse_document(&request.text)?;
    let document = match &request.id {
        Some(id) => {
            let (kind, value) = id.decode()?;
            with_this_id(&text, (kind, &value))?
        }
        None => with_id_first(&text)?,
    };
    match insert_document(session, journal, &request.namespace, &document).await {
        // Another unique key may be the one that is taken: then the address is free, and the server's own words tell.
        Err(error) if request.id.is_some() && error.server_code() == Some(DUPLICATE_KEY) => {
            let (kind, value) = id_of(&document)?;
            match standalone::read(session, &request.namespace, (kind, &value)).await {
                Ok(Some(_)) => Err(Error::new(
                    ErrorCode::Conflict,
                    "There is a document with this _id already; nothing was written.",
                )),
                _ => Err(error),
            }
        }
        inserted => inserted,
    }
}

/// Inserts a document that has an `_id`, and answers with what is stored.
pub(super) async fn insert_document(
    session: &Session,
    journal: &Journal,
    namespace: &Namespace,
    document: &[u8],
) -> Result<Written> {
    let (kind, value) = id_of(document)?;
    let record = journal.record(about_one(namespace, EntryKind::Insert, (kind, &value)));
    let stored = insert_recorded(session, &record, document).await?;
    Ok(Written { document: whole(&stored)?, changed: true, entry: record.entry() })
}

/// The same in a record of the caller's, and answers with the bytes.
pub(super) async fn insert_recorded(session: &Session, record: &Record, document: &[u8]) -> Result<Vec<u8>> {
    check_size(document)?;
    let (kind, value) = id_of(document)?;
    let id = (kind, value.as_slice());
    let stored = if session.has_transactions() {
        let insertion = Insertion { document, id };
        in_transaction(session, record, &insertion).await.map(|()| document.to_vec())
    } else {
        standalone::insert(session, record, document, id).await
    };
    match stored {
        Err(error) if error.code() == ErrorCode::OutcomeUnknown => {
            Err(error.about(DocumentId::new(kind, &value)))
        }
        stored => stored,
    }
}

/// Inserts several documents in the order given, all or none.
pub(crate) async fn insert_many(
    session: &Session,
    journal: &Journal,
    request: InsertManyRequest,
) -> Result<Inserted> {
    let mut documents = Vec::new();
    for document in parse_documents(&request.text)? {
        let document = with_id_first(&document)?;
        check_size(&document)?;
        documents.push(document);
    }
    if documents.is_empty() || documents.len() > MAX_DOCUMENTS {
        return Err(Error::invalid(format!(
            "1 to {MAX_DOCUMENTS} documents are inserted at once, not {}.",
            documents.len()
        )));
    }
    // First: a hint how to insert them all the same would lead nowhere.
    session.permit_writes()?;
    if !session.has_transactions() {
        return Err(Error::new(
            ErrorCode::Unsupported,
            "A standalone server has no transaction in which several documents are inserted all or none.",
        )
        .with_hint("Insert them one by one, or make the server a replica set of one member."));
    }
    let ids = documents.iter().map(|document| id_of(document)).collect::<Result<Vec<_>>>()?;
    let mut insertions = Vec::with_capacity(documents.len());
    let mut inserted = Vec::with_capacity(documents.len());
    for (document, (kind, value)) in documents.iter().zip(&ids) {
        inserted.push(InsertedDocument { id: DocumentId::new(*kind, value), etag: etag(document) });
        let update = edit::replacement(document, document).map_err(damaged)?;
        insertions.push(Step { id: (*kind, value), from: None, to: Some(document), update });
    }
    let line = format!("{} documents", documents.len());
    let record = journal.record(About::new(&request.namespace, EntryKind::InsertMany, &line));
    in_transaction(session, &record, &Insertions(insertions)).await?;
    Ok(Inserted { documents: inserted, entry: record.entry() })
}

/// Changes one document by a patch.
pub(crate) async fn patch(session: &Session, journal: &Journal, request: PatchRequest) -> Result<Written> {
    let patch = Patch::parse(request.form, &request.text, request.etag)?;
    apply((session, journal), EntryKind::Update, &request.namespace, &request.id, &patch).await
}

/// Changes values of one document and nothing else in it.
pub(crate) async fn update(session: &Session, journal: &Journal, request: UpdateRequest) -> Result<Written> {
    if request.edits.is_empty() {
        return Err(Error::invalid("There is no edit to save."));
    }
    apply((session, journal), EntryKind::Update, &request.namespace, &request.id, &request.edits).await
}

/// Puts another document in a document's place, if it is still the one that was read.
pub(crate) async fn replace(
    session: &Session,
    journal: &Journal,
    request: ReplaceRequest,
) -> Result<Written> {
    let replacement = Replacement { etag: request.etag, document: parse_document(&request.text)? };
    apply((session, journal), EntryKind::Replace, &request.namespace, &request.id, &replacement).await
}

/// Deletes a document, if it is still the one that was read.
pub(crate) async fn delete(session: &Session, journal: &Journal, request: DeleteRequest) -> Result<Written> {
    let deletion = Deletion { etag: request.etag };
    apply((session, journal), EntryKind::Delete, &request.namespace, &request.id, &deletion).await
}

/// An entry about one document.
fn about_one(namespace: &Namespace, kind: EntryKind, id: (u8, &[u8])) -> About {
    About::new(namespace, kind, &DocumentId::new(id.0, id.1).to_json(TextFormat::Relaxed))
}

pub(super) async fn apply(
    (session, journal): (&Session, &Journal),
    entry_kind: EntryKind,
    namespace: &Namespace,
    id: &DocumentId,
    change: &(impl Change + Sync),
) -> Result<Written> {
    let (kind, value) = id.decode()?;
    let record = journal.record(about_one(namespace, entry_kind, (kind, &value)));
    let (bytes, changed) = apply_recorded(session, &record, (kind, &value), change).await?;
    Ok(Written { document: whole(&bytes)?, changed, entry: record.entry() })
}

/// The same in a record of the caller's: the bytes that stand there afterwards, or stood there before a delete, and whether
/// anything was sent.
pub(super) async fn apply_recorded(
    session: &Session,
    record: &Record,
    id: (u8, &[u8]),
    change: &(impl Change + Sync),
) -> Result<(Vec<u8>, bool)> {
    if session.has_transactions() {
        in_transaction(session, record, &Application { id, change }).await
    } else {
        standalone::apply(session, record, id, change).await
    }
}

/// A change of one document: what stands there is read, the change is decided on it, written, read back
/// and compared.
struct Application<'a, C> {
    id: (u8, &'a [u8]),
    change: &'a C,
}

impl<C: Change + Sync> Guarded for Application<'_, C> {
    /// The bytes that stand there afterwards, and whether anything was sent.
    type Outcome = (Vec<u8>, bool);

    async fn attempt(&self, attempt: &mut Attempt<'_>) -> Result<Self::Outcome, Stop> {
        let current = attempt.read(self.id).await?.ok_or_else(vanished)?;
        match self.change.intend(&current)? {
            Intent::Nothing => Ok((current, false)),
            Intent::Delete => {
                let delete = delete_command(attempt.namespace, &id_filter(self.id));
                let images = vec![Image::new(self.id, Some(&current), None)];
                let intend = attempt.intend(images)?;
                both(attempt.write(delete), intend).await?;
                Ok((current, true))
            }
            Intent::Put(target, update) => {
                let statements = whole_update::statements(&id_filter(self.id), &target, &update)?;
                let images = vec![Image::new(self.id, Some(&current), Some(&target))];
                let intend = attempt.intend(images)?;
                let write = async {
                    attempt.update(&statements).await?;
                    attempt.expect(self.id, &target).await
                };
                both(write, intend).await?;
                Ok((target, true))
            }
            Intent::Operate(operators) => {
                let update = operate_command(attempt.namespace, &id_filter(self.id), &operators);
                attempt.write(update).await?;
                let stored = attempt.read(self.id).await?.ok_or_else(vanished)?;
                if operators.0 == Kind::Array.byte() {
                    let stamps = whole_update::stamps(&id_filter(self.id), &stored)?;
                    if !stamps.is_empty() {
                        attempt.update(&stamps).await?;
                        attempt.expect(self.id, &stored).await?;
                    }
                }
                if stored == current {
                    return Ok((stored, false));
                }
                // Only now it is known what was written. The commit waits for it.
                let images = vec![Image::new(self.id, Some(&current), Some(&stored))];
                attempt.intend(images)?.await?;
                Ok((stored, true))
            }
        }
    }
}

/// A new document with a known `_id`.
struct Insertion<'a> {
    document: &'a [u8],
    id: (u8, &'a [u8]),
}

impl Guarded for Insertion<'_> {
    type Outcome = ();

    async fn attempt(&self, attempt: &mut Attempt<'_>) -> Result<(), Stop> {
        let intend = attempt.intend(vec![self.image()])?;
        both(self.store(attempt), intend).await
    }
}

impl Insertion<'_> {
    fn image(&self) -> Image {
        Image::new(self.id, None, Some(self.document))
    }

    async fn store(&self, attempt: &mut Attempt<'_>) -> Result<(), Stop> {
        let insert = insert_command(attempt.namespace, self.document);
        attempt.write(insert).await?;
        if attempt.read(self.id).await?.as_deref() == Some(self.document) {
            return Ok(());
        }
        // The server fills in a top-level Timestamp(0, 0) on insert.
        let update = edit::replacement(self.document, self.document).map_err(damaged)?;
        if update == Update::Unsafe {
            return Err(whole_update::no_update().into());
        }
        let statements = whole_update::statements(&id_filter(self.id), self.document, &update)?;
        attempt.update(&statements).await?;
        attempt.expect(self.id, self.document).await
    }
}

/// Documents with known `_id`s, written and read back together.
struct Insertions<'a>(Vec<Step<'a>>);

impl Guarded for Insertions<'_> {
    type Outcome = ();

    async fn attempt(&self, attempt: &mut Attempt<'_>) -> Result<(), Stop> {
        let images = self.0.iter().map(|step| Image::new(step.id, None, step.to)).collect();
        let intend = attempt.intend(images)?;
        both(batch::write(attempt, &self.0), intend).await
    }
}

impl Intent {
    pub(super) fn put(target: Vec<u8>, update: Update) -> Result<Self> {
        match update {
            Update::Nothing => Ok(Self::Nothing),
            Update::Unsafe => Err(whole_update::no_update()),
            update => Ok(Self::Put(target, update)),
        }
    }
}

impl Change for Vec<FieldEdit> {
    fn intend(&self, current: &[u8]) -> Result<Intent> {
        let edits: Vec<_> = self.iter().map(FieldEdit::change).collect();
        let target = edit::apply(current, &edits).map_err(edit_error)?;
        check_size(&target)?;
        let update = edit::plan(current, &target, &edits).map_err(edit_error)?;
        Intent::put(target, update)
    }
}

pub(super) struct Replacement {
    pub(super) etag: Option<String>,
    pub(super) document: Vec<u8>,
}

impl Change for Replacement {
    fn intend(&self, current: &[u8]) -> Result<Intent> {
        unchanged_since(current, self.etag.as_deref())?;
        let target = with_id_of(current, &self.document)?;
        check_size(&target)?;
        if target == current {
            return Ok(Intent::Nothing);
        }
        has_a_text(current)?;
        let update = edit::replacement(current, &target).map_err(damaged)?;
        Intent::put(target, update)
    }
}

pub(super) struct Deletion {
    pub(super) etag: Option<String>,
}

impl Change for Deletion {
    fn intend(&self, current: &[u8]) -> Result<Intent> {
        unchanged_since(current, self.etag.as_deref())?;
        Ok(Intent::Delete)
    }
}

/// Whether the bytes are still those with this hash; without one whatever stands there is meant.
pub(super) fn unchanged_since(current: &[u8], read: Option<&str>) -> Result<()> {
    if read.is_none_or(|read| etag(current) == read) {
        return Ok(());
    }
    Err(Error::new(
        ErrorCode::Conflict,
        "Somebody else changed the document since it was read; nothing was written.",
    )
    .with_hint("Read it again and decide anew."))
}

/// Whether the document can be written as text and read back: otherwise a text that was read from it and is saved
/// in its place would change what nobody has touched.
pub(super) fn has_a_text(current: &[u8]) -> Result<()> {
    if !ejson::write(current, Form::Canonical, Layout::Compact).map_err(damaged)?.damaged {
        return Ok(());
    }
    Err(Error::new(
        ErrorCode::Unsupported,
        "The document holds bytes that no text gives back, so a text cannot take its place; nothing was written.",
    )
    .with_hint("Change single fields, or delete the document and insert another."))
}

pub(super) fn check_size(document: &[u8]) -> Result<()> {
    if document.len() <= MAX_DOCUMENT_BYTES {
        return Ok(());
    }
    Err(Error::new(
        ErrorCode::TooLarge,
        format!(
            "The document would be {} bytes long; the server takes {MAX_DOCUMENT_BYTES} (16 MiB).",
            document.len()
        ),
    )
    .with_hint("Split it, or put large parts into documents of their own."))
}
