//! Files of our own: written whole or not at all, readable by their owner only.

pub mod atomic;
pub(crate) mod saved;
mod settings;

pub use saved::SavedFile;
pub(crate) use settings::SettingsFile;
pub use settings::{RestSettings, Settings, Theme, UndoSettings};
