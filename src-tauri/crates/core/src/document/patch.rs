//! One document changed by a patch.

use std::borrow::Cow;

use bson::oid::ObjectId;

use super::{
    PatchForm,
    own_id::rebuild,
    text::{damaged, parse_patch},
    write::{Change, Intent, check_size, unchanged_since},
};
use crate::{
    Error, ErrorCode, Result,
    value::{
        edit,
        merge::{self, MergeError},
        raw,
        typed::Kind,
    },
};

/// A patch that was parsed, and the document it is meant for.
pub(super) struct Patch {
    form: PatchForm,
    kind: Kind,
    value: Vec<u8>,
    etag: Option<String>,
}

impl Patch {
    /// Reads the text of a patch.
    pub(super) fn parse(form: PatchForm, text: &str, etag: Option<String>) -> Result<Self> {
        Self::new(form, parse_patch(text)?, etag)
    }

    /// A patch of these bytes.
    pub(super) fn new(form: PatchForm, (kind, value): (Kind, Vec<u8>), etag: Option<String>) -> Result<Self> {
        match (form, kind) {
            (PatchForm::Update, Kind::Object) => only_operators(&value)?,
            // The server does not survive a pipeline that makes such a document.
            (PatchForm::Update, Kind::Array) if edit::has_repeated_names(&value).map_err(damaged)? => {
                return Err(Error::invalid("A field name repeats in the pipeline."));
            }
            (PatchForm::Update, Kind::Array) | (PatchForm::Merge | PatchForm::Fields, Kind::Object) => {}
            (PatchForm::Update, _) => {
                return Err(Error::invalid("An update is an object of operators, or a pipeline."));
            }
            (PatchForm::Merge | PatchForm::Fields, _) => return Err(Error::invalid("A patch is an object.")),
        }
        Ok(Self { form, kind, value, etag })
    }

    /// The type and the bytes of what the server is to work out, where it is.
    pub(super) fn operates(&self) -> Option<(u8, &[u8])> {
        (self.form == PatchForm::Update).then_some((self.kind.byte(), self.value.as_slice()))
    }

    /// The positional `$` stands in a path: it means the element by which the filter found the document.
    pub(super) fn is_positional(&self) -> Result<bool> {
        if self.form != PatchForm::Update || self.kind != Kind::Object {
            return Ok(false);
        }
        for operator in raw::Elements::new(&self.value).map_err(damaged)? {
            let operator = operator.map_err(damaged)?;
            if operator.kind != Kind::Object {
                continue;
            }
            for field in raw::Elements::new(operator.value).map_err(damaged)? {
                if field.map_err(damaged)?.name.split(|byte| *byte == b'.').any(|step| step == b"$") {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

impl Change for Patch {
    fn intend(&self, current: &[u8]) -> Result<Intent> {
        unchanged_since(current, self.etag.as_deref())?;
        let target = match self.form {
            PatchForm::Update => {
                // Members were seen to apply the same operator to different fields of such a document, and a pipeline to end
                // the server.
                if edit::has_repeated_names(current).map_err(damaged)? {
                    return Err(Error::new(
                        ErrorCode::Unsupported,
                        "A field name repeats in this document, so members of a set may apply an operator \
                         differently. Nothing was written.",
                    )
                    .with_hint("Replace the whole document."));
                }
                return Ok(Intent::Operate((self.kind.byte(), self.value.clone())));
            }
            PatchForm::Merge => merge::merge(current, &self.value),
            PatchForm::Fields => merge::set_fields(current, &with_own_id(current, &self.value)?),
        };
        let target = target.map_err(merge_error)?;
        check_size(&target)?;
        if target == current {
            return Ok(Intent::Nothing);
        }
        let update = edit::replacement(current, &target).map_err(damaged)?;
        Intent::put(target, update)
    }
}

/// Fields as they were read in the simple form name an ObjectId by its hex digits: such an `_id` is the document's own.
fn with_own_id<'a>(current: &[u8], fields: &'a [u8]) -> Result<Cow<'a, [u8]>> {
    let own = raw::get(current, "_id").map_err(damaged)?.filter(|id| id.kind == Kind::ObjectId);
    let given = raw::get(fields, "_id").map_err(damaged)?.filter(|id| id.kind == Kind::String);
    match (own, given) {
        (Some(own), Some(given)) if is_simple_form(given.value, own.value) => {
            rebuild(fields, (own.kind.byte(), own.value)).map(Cow::Owned)
        }
        _ => Ok(Cow::Borrowed(fields)),
    }
}

fn is_simple_form(text: &[u8], object_id: &[u8]) -> bool {
    let own: Result<[u8; 12], _> = object_id.try_into();
    let given = raw::string_bytes(text).and_then(|text| std::str::from_utf8(text).ok());
    match (own, given.map(ObjectId::parse_str)) {
        (Ok(own), Some(Ok(given))) => given.bytes() == own,
        _ => false,
    }
}

/// Without operators the server would take the object for a whole document and put it in the place of the other.
fn only_operators(update: &[u8]) -> Result<()> {
    let mut some = false;
    for element in raw::Elements::new(update).map_err(damaged)? {
        some = true;
        let name = element.map_err(damaged)?.name;
        if !name.starts_with(b"$") {
            let name = String::from_utf8_lossy(name).into_owned();
            return Err(Error::invalid(format!("'{name}' is not an update operator such as $set.")));
        }
    }
    if some { Ok(()) } else { Err(Error::invalid("The update has no operator.")) }
}

fn merge_error(error: MergeError) -> Error {
    match error {
        MergeError::Malformed(malformed) => damaged(malformed),
        MergeError::Repeated(_) => {
            Error::new(ErrorCode::Unsupported, format!("Nothing was written: {error}."))
        }
        MergeError::Id => Error::invalid("A document's _id cannot be changed."),
        MergeError::TooLarge => Error::new(ErrorCode::TooLarge, "The document would be too large."),
        MergeError::Deep => Error::invalid("The patch is nested too deep."),
    }
}
