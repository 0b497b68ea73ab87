//! The program itself.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

/// The program and how it was started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppInfo {
    /// Its version.
    pub version: String,
    /// Where it keeps settings, logs and the local set's data.
    pub data_dir: String,
    /// It was started with `--lab`: the local set is to be opened.
    pub lab: bool,
    /// It was started with a connection string, which is to be opened.
    pub target: bool,
    /// Every connection is opened read-only.
    pub read_only: bool,
}
