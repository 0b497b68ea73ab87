//! What a person can set, and what the window remembers of its arrangement.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::atomic;
use crate::Result;

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// What a person can set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Light or dark.
    pub theme: Theme,
}

/// The file of the settings.
pub(crate) struct SettingsFile {
    file: PathBuf,
}

impl SettingsFile {
    pub(crate) fn new(file: PathBuf) -> Self {
        Self { file }
    }

    /// What was set, or the defaults where nothing was.
    pub(crate) fn read(&self) -> Result<Settings> {
        Ok(atomic::read_json(&self.file)?.unwrap_or_default())
    }

    pub(crate) fn write(&self, settings: &Settings) -> Result<()> {
        atomic::write_json(&self.file, settings)
    }
}
