//! The ways to save one field.

/// How a field is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The driver's `update_one` with majority write concern.
    Plain,
    /// The engine's `update`, with Undo switched off.
    Guarded,
    /// The engine's `update`, which keeps a before-image: what the REST API does.
    Journaled,
    /// The engine's `save_draft`, which keeps one too: what Save does in the window.
    Draft,
}

impl Way {
    pub(crate) const ALL: [Self; 4] = [Self::Plain, Self::Guarded, Self::Journaled, Self::Draft];

    /// Its name among the figures.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Guarded => "guarded",
            Self::Journaled => "journaled",
            Self::Draft => "draft",
        }
    }

    /// The `_id` of its document, which no other way has; of a draft one for each turn, edited before all are saved.
    pub(crate) fn id(self, turn: usize) -> i32 {
        match self {
            Self::Draft => Self::Draft as i32 + i32::try_from(turn).unwrap_or(i32::MAX),
            _ => self as i32,
        }
    }
}
