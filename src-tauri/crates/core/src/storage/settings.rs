//! What a person can set, and what the window remembers of its arrangement.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use super::atomic;
use crate::{Error, Result};

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Light or dark.
    pub theme: Theme,
    /// The same operations over HTTP.
    pub rest: RestSettings,
    /// The before-images of writes.
    pub undo: UndoSettings,
}

/// What is kept so that writes can be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct UndoSettings {
    /// How much is kept for each connection, from 1 to 1,048,576 MiB. The oldest writes make room for new ones.
    #[schema(minimum = 1, maximum = 1_048_576)]
    pub limit_megabytes: u32,
}

impl Default for UndoSettings {
    fn default() -> Self {
        Self { limit_megabytes: 512 }
    }
}

impl UndoSettings {
    pub(crate) fn limit_bytes(self) -> u64 {
        u64::from(self.limit_megabytes) << 20
    }
}

/// How the operations are served over HTTP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct RestSettings {
    /// The desktop app listens when it starts.
    pub enabled: bool,
    /// `host:port`, on this machine.
    pub address: String,
    /// Origins such as `http://localhost:3000` whose pages may call. None is the rule.
    pub allowed_origins: Vec<String>,
}

impl Default for RestSettings {
    fn default() -> Self {
        Self { enabled: false, address: "127.0.0.1:27080".to_owned(), allowed_origins: Vec::new() }
    }
}

impl Settings {
    /// Refuses what would open the listener to every page of the web, and a limit under which nothing could be undone.
    fn checked(self) -> Result<Self> {
        if !(1..=1 << 20).contains(&self.undo.limit_megabytes) {
            return Err(Error::invalid("Undo keeps from 1 to 1048576 MiB for each connection.")
                .with_hint("It can be switched off for a connection when that is opened."));
        }
        let bad = self.rest.allowed_origins.iter().find(|origin| !is_origin(origin));
        match bad {
            Some(bad) => Err(Error::invalid(format!("'{bad}' is not an origin that can be allowed."))
                .with_hint("Write each origin out, such as http://localhost:3000; * is not taken.")),
            None => Ok(self),
        }
    }
}

/// `scheme://host` or `scheme://host:port`, and nothing behind it.
fn is_origin(text: &str) -> bool {
    let Some(host) = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")) else {
        return false;
    };
    !host.is_empty()
        && host
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:[]".contains(&byte))
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
        atomic::read_json::<Settings>(&self.file)?.unwrap_or_default().checked()
    }

    pub(crate) fn write(&self, settings: &Settings) -> Result<()> {
        atomic::write_json(&self.file, &settings.clone().checked()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_written_out_and_a_star_is_refused() {
        for (origin, taken) in [
            ("http://localhost:3000", true),
            ("https://tools.example", true),
            ("http://[::1]:8080", true),
            ("*", false),
            ("http://*", false),
            ("null", false),
            ("http://a.example/", false),
            ("http://", false),
            ("", false),
        ] {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let path = folder.path().join("settings.json");
            let text = format!(r#"{{"rest":{{"allowedOrigins":["{origin}"]}}}}"#);
            std::fs::write(&path, text).expect("written");
            assert_eq!(SettingsFile::new(path).read().is_ok(), taken, "{origin}");
        }
    }
}
