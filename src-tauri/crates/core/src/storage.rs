//! Files of our own: written whole or not at all, readable by their owner only.

pub mod atomic;
mod settings;

pub(crate) use settings::SettingsFile;
pub use settings::{RestSettings, Settings, Theme, UndoSettings};
