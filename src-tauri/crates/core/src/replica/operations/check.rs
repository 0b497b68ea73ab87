//! What was looked at before an operation, in words.

use super::{CheckVerdict, ConfigRule, OperationCheck};

impl OperationCheck {
    /// It is as it should be.
    pub(crate) fn fine(text: impl Into<String>) -> Self {
        Self::new(CheckVerdict::Fine, text)
    }

    /// It can be done, and something is worth knowing.
    pub(crate) fn warning(text: impl Into<String>) -> Self {
        Self::new(CheckVerdict::Warning, text)
    }

    /// It is not done.
    pub(crate) fn refused(text: impl Into<String>) -> Self {
        Self::new(CheckVerdict::Refused, text)
    }

    /// The same by a rule of the configuration.
    pub(crate) fn by(mut self, rule: ConfigRule) -> Self {
        self.rule = Some(rule);
        self
    }

    /// The rule is this program's: the server would accept it.
    pub(crate) fn ours(mut self) -> Self {
        self.ours = true;
        self
    }

    fn new(verdict: CheckVerdict, text: impl Into<String>) -> Self {
        Self { verdict, text: text.into(), rule: None, ours: false }
    }
}

/// Whether none of them refuses.
pub(super) fn allows(checks: &[OperationCheck]) -> bool {
    checks.iter().all(|check| check.verdict != CheckVerdict::Refused)
}
