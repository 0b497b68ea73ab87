//! The rules that a configuration, and a change of one, has to keep. Each is a function that answers with what breaks it.
//!
//! What the server accepts was tried on 6.0.5; a rule of ours says so, and why.

mod change;
mod hosts;
mod members;

pub(super) use members::{MOST_MEMBERS, MOST_VOTERS};
mod settings;

use bson::Document;

use super::{SetNow, WholeConfig, readable::canonical};
use crate::replica::{CheckVerdict, ConfigRule, OperationCheck, reply::Configured};

/// Looks at a wish before anything is planned: what refuses it first, then what is worth knowing.
#[must_use]
pub fn check(current: &WholeConfig, wished: &WholeConfig, now: &SetNow) -> Vec<OperationCheck> {
    match canonical(current, wished) {
        Ok(wished) => checked(current, &wished, now),
        Err(checks) => checks,
    }
}

/// Looks at a configuration that a set is to begin with.
#[must_use]
pub fn check_alone(wished: &WholeConfig) -> Vec<OperationCheck> {
    match canonical(wished, wished) {
        Ok(wished) => alone(&wished, &WholeConfig::of(Document::new())),
        Err(checks) => checks,
    }
}

/// The same of a wish that can be read.
pub(super) fn checked(current: &WholeConfig, wished: &WholeConfig, now: &SetNow) -> Vec<OperationCheck> {
    let mut checks = alone(wished, current);
    let pair = Pair::of(current, wished);
    for rule in change::RULES {
        checks.extend(rule(&pair, now));
    }
    checks.extend(settings::changed(current, wished));
    checks.sort_by_key(|check| check.verdict);
    checks
}

/// The rules that a configuration keeps by itself: each step of a plan keeps them. What is `known`, as it is there already, breaks
/// no rule of ours: the server has taken it.
pub(super) fn alone(config: &WholeConfig, known: &WholeConfig) -> Vec<OperationCheck> {
    let (members, there) = (config.members(), known.members());
    let too_many = members::count(&members);
    if members.len() > MOST_MEMBERS {
        // Each of the others compares members with members.
        return too_many;
    }
    let mut checks = too_many;
    for rule in members::RULES {
        checks.extend(rule(&members, &there));
    }
    checks.extend(hosts::of(&members, &there));
    checks.extend(settings::of(config, known, &members));
    checks
}

/// Whether a member is there already, and is so in this respect.
fn is_so(member: &Configured, there: &[Configured], same: impl Fn(&Configured) -> bool) -> bool {
    there.iter().any(|old| old.id == member.id && same(old))
}

/// Whether one of them refuses.
pub(super) fn refuses(checks: &[OperationCheck]) -> bool {
    checks.iter().any(|check| check.verdict == CheckVerdict::Refused)
}

/// Two configurations, and their members.
struct Pair<'c> {
    current: &'c WholeConfig,
    wished: &'c WholeConfig,
    old: Vec<Configured>,
    new: Vec<Configured>,
}

impl<'c> Pair<'c> {
    fn of(current: &'c WholeConfig, wished: &'c WholeConfig) -> Self {
        Self { current, wished, old: current.members(), new: wished.members() }
    }

    /// Members that are in both, as they are and as they are to be.
    fn kept(&self) -> impl Iterator<Item = (&Configured, &Configured)> {
        let same = |new: &Configured| self.old.iter().find(|old| old.id == new.id);
        self.new.iter().filter_map(move |new| Some((same(new)?, new)))
    }

    fn is_new(&self, member: &Configured) -> bool {
        !self.old.iter().any(|old| old.id == member.id)
    }
}

/// A rule of the server's.
pub(super) fn refused(rule: ConfigRule, text: impl Into<String>) -> OperationCheck {
    OperationCheck::refused(text).by(rule)
}

/// A rule of ours, which the server would let pass.
pub(super) fn ours(rule: ConfigRule, text: impl Into<String>) -> OperationCheck {
    refused(rule, text).ours()
}

/// Something worth knowing.
pub(super) fn warning(rule: Option<ConfigRule>, text: impl Into<String>) -> OperationCheck {
    OperationCheck { rule, ..OperationCheck::warning(text) }
}
