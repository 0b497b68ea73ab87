//! Reading and writing documents.

mod batch;
mod bulk;
mod by_value;
mod check;
mod commands;
mod convert;
mod count;
mod draft;
mod find;
mod find_text;
mod guard;
mod history;
mod id;
mod journal;
mod many;
mod now;
mod operators;
mod own_id;
mod page;
mod patch;
mod read;
mod request;
mod standalone;
mod text;
mod undo;
mod view;
mod whole_update;
mod wire;
mod write;

pub(crate) use bulk::bulk;
pub(crate) use by_value::filter_by_value;
pub use by_value::{FilterByValueRequest, FilterText};
pub(crate) use check::check_write;
pub use convert::ConvertValueRequest;
pub(crate) use convert::convert_value;
pub(crate) use count::count;
pub use draft::{
    ChangeKind, Checked, Comparison, DocumentChange, DocumentEdit, Draft, DraftRequest, DraftsRequest,
    EditRequest, MergeRequest, MergeRow, MergeSide, NewValue, SaveDraftRequest, Settled, UndoAsDraftRequest,
    Unsaved,
};
pub(crate) use draft::{
    Drafts, check as check_draft, compare as compare_draft, discard as discard_draft, draft, drafts, edit,
    save as save_draft, take_merged as merge_draft, undo_as_draft,
};
pub(crate) use find::find;
pub(crate) use find_text::find_text;
pub(crate) use history::{forget_history, history, history_images};
pub use id::{DocumentId, IdType};
pub(crate) use journal::{Journal, Journals};
pub(crate) use many::{measure as measure_many, preview as preview_many, write as write_many};
pub(crate) use page::Browsing;
pub(crate) use read::{expand, get, get_text};
pub use request::*;
pub(crate) use undo::undo;
pub(crate) use write::{delete, insert, insert_many, patch, replace, update};
