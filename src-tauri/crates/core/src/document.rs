//! Reading and writing documents.

mod by_value;
mod count;
mod draft;
mod find;
mod find_text;
mod guard;
mod id;
#[allow(dead_code, unused_imports, reason = "writes begin to use it with the next step")]
mod journal;
mod operators;
mod page;
mod patch;
mod read;
mod request;
mod standalone;
mod text;
mod view;
mod wire;
mod write;

pub(crate) use by_value::filter_by_value;
pub use by_value::{FilterByValueRequest, FilterText};
pub(crate) use count::count;
pub use draft::{
    ChangeKind, Checked, Comparison, DocumentChange, DocumentEdit, Draft, DraftRequest, DraftsRequest,
    EditRequest, MergeRequest, MergeRow, MergeSide, NewValue, SaveDraftRequest, Settled, Unsaved,
};
pub(crate) use draft::{
    Drafts, check as check_draft, compare as compare_draft, discard as discard_draft, draft, drafts, edit,
    save as save_draft, take_merged as merge_draft,
};
pub(crate) use find::find;
pub(crate) use find_text::find_text;
pub use id::{DocumentId, IdType};
pub(crate) use page::Browsing;
pub(crate) use read::{expand, get, get_text};
pub use request::*;
pub(crate) use write::{delete, insert, insert_many, patch, replace, update};
