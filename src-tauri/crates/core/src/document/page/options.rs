//! What may be asked of a query beside what it finds.

use std::time::Duration;

use crate::{
    Error, Result, TextPart,
    document::{text::parse_query, wire::Writer},
};

/// The server gives up after this, unless another time is asked for.
const DEFAULT_TIME: Duration = Duration::from_secs(20);
/// The longest that may be asked for: a query can be cancelled before.
const MAX_TIME: Duration = Duration::from_mins(10);
/// How much longer an answer is waited for than the server may take.
const MARGIN: Duration = Duration::from_secs(5);

/// The index to use.
pub(in crate::document) enum Hint {
    Name(String),
    Key(Vec<u8>),
}

impl Hint {
    /// A document is the index's key; anything else is its name, in quotes or not. None where there is nothing.
    pub(in crate::document) fn parse(text: Option<&str>, now_ms: i64) -> Result<Option<Self>> {
        let text = text.unwrap_or_default().trim();
        if text.starts_with('{') {
            return Ok(parse_query(TextPart::Hint, Some(text), now_ms)?.map(Self::Key));
        }
        let name = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        Ok((!name.is_empty()).then(|| Self::Name(name.to_owned())))
    }

    /// Puts it into a command.
    pub(in crate::document) fn write(&self, command: Writer) -> Writer {
        match self {
            Self::Name(name) => command.text("hint", name),
            Self::Key(key) => command.document("hint", key),
        }
    }
}

/// How long the server may take for one command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::document) struct TimeLimit(Duration);

impl TimeLimit {
    /// What was asked for, or the usual.
    pub(in crate::document) fn parse(asked_ms: Option<u32>) -> Result<Self> {
        let Some(asked_ms) = asked_ms else { return Ok(Self(DEFAULT_TIME)) };
        let asked = Duration::from_millis(u64::from(asked_ms));
        if asked.is_zero() || asked > MAX_TIME {
            let most = MAX_TIME.as_millis();
            return Err(Error::invalid(format!("A query may take 1 to {most} ms, not {asked_ms}.")));
        }
        Ok(Self(asked))
    }

    /// As `maxTimeMS` has it.
    pub(in crate::document) fn milliseconds(self) -> i64 {
        i64::try_from(self.0.as_millis()).unwrap_or(i64::MAX)
    }

    /// After this no answer comes any more.
    pub(in crate::document) fn patience(self) -> Duration {
        self.0 + MARGIN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_may_take_what_was_asked_for_within_reason() {
        assert_eq!(TimeLimit::parse(None).expect("the usual").milliseconds(), 20_000);
        assert_eq!(TimeLimit::parse(Some(600_000)).expect("the most").milliseconds(), 600_000);
        for asked in [0, 600_001] {
            assert!(TimeLimit::parse(Some(asked)).is_err(), "{asked}");
        }
    }

    #[test]
    fn an_index_is_named_by_its_name_or_by_its_key() {
        for name in [" a_1 ", "\"a_1\""] {
            assert!(matches!(Hint::parse(Some(name), 0), Ok(Some(Hint::Name(name))) if name == "a_1"));
        }
        assert!(matches!(Hint::parse(Some(" {a: 1}"), 0), Ok(Some(Hint::Key(_)))));
        assert!(matches!(Hint::parse(Some("  "), 0), Ok(None)));
        assert!(Hint::parse(Some("{a"), 0).is_err());
    }
}
