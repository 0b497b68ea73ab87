//! An operation that is planned, with what is sent.

use bson::Document;

use super::{
    CheckVerdict, ElectionChance, OperationCheck, OperationPlan, PlannedStep, check::allows,
    reconfigure::Chain, settle::Settles,
};
/// A plan, and what carries it out.
pub(super) struct Prepared {
    pub(super) plan: OperationPlan,
    pub(super) action: Action,
}

/// What carries a plan out.
pub(super) enum Action {
    /// One command to one member.
    Ask(Box<Ask>),
    /// Steps from one configuration to another.
    Reconfigure(Box<Chain>),
    /// Nothing: it is advice, or a check refuses.
    Nothing,
}

/// One command to one member, and what it is to bring about.
pub(super) struct Ask {
    pub(super) host: String,
    pub(super) command: Document,
    /// The server may take so many seconds before it answers.
    pub(super) answers_within_seconds: u32,
    pub(super) settles: Settles,
    /// What is told of it when all is well.
    pub(super) done: String,
}

/// How an operation is told before it is known what stands against it.
pub(super) struct Outline {
    title: String,
    checks: Vec<OperationCheck>,
    consequences: Vec<String>,
    confirm: Option<String>,
    by_hand: Vec<String>,
}

impl Outline {
    pub(super) fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            checks: Vec::new(),
            consequences: Vec::new(),
            confirm: None,
            by_hand: Vec::new(),
        }
    }

    pub(super) fn check(&mut self, check: OperationCheck) {
        self.checks.push(check);
    }

    pub(super) fn check_all(&mut self, checks: impl IntoIterator<Item = OperationCheck>) {
        self.checks.extend(checks);
    }

    /// What is there, or the check that refuses because it is not.
    pub(super) fn need<T>(&mut self, found: Result<T, OperationCheck>) -> Option<T> {
        found.map_err(|check| self.checks.push(check)).ok()
    }

    pub(super) fn then(&mut self, consequence: impl Into<String>) {
        self.consequences.push(consequence.into());
    }

    pub(super) fn type_to_confirm(&mut self, name: impl Into<String>) {
        self.confirm = Some(name.into());
    }

    pub(super) fn by_hand(&mut self, commands: impl IntoIterator<Item = String>) {
        self.by_hand.extend(commands);
    }

    /// Something stands against it.
    pub(super) fn refuses(&self) -> bool {
        self.checks.iter().any(|check| check.verdict == CheckVerdict::Refused)
    }

    /// A plan that is not carried out: a check refuses, or it is advice.
    pub(super) fn without_steps(self) -> Prepared {
        self.close(Vec::new(), None, Action::Nothing)
    }

    /// A plan of one command.
    pub(super) fn with_ask(self, step: PlannedStep, ask: Ask) -> Prepared {
        self.close(vec![step], None, Action::Ask(Box::new(ask)))
    }

    pub(super) fn close(
        mut self,
        steps: Vec<PlannedStep>,
        wished: Option<String>,
        action: Action,
    ) -> Prepared {
        self.checks.sort_by_key(|check| check.verdict);
        let allowed = allows(&self.checks);
        let refuses = self.refuses();
        Prepared {
            plan: OperationPlan {
                title: self.title,
                allowed: allowed && !matches!(action, Action::Nothing),
                checks: self.checks,
                steps: if refuses { Vec::new() } else { steps },
                consequences: self.consequences,
                confirm: self.confirm,
                basis: None,
                wished,
                by_hand: self.by_hand,
            },
            action: if refuses { Action::Nothing } else { action },
        }
    }
}

impl PlannedStep {
    /// A step that leaves the configuration as it is.
    pub(super) fn command(title: &str, host: &str, command: String, waits_for: Option<String>) -> Self {
        Self {
            title: title.to_owned(),
            host: host.to_owned(),
            command,
            waits_for,
            changes: Vec::new(),
            before: None,
            after: None,
            losses: Vec::new(),
            election: ElectionChance::Unlikely,
            election_reason: None,
            less_safe: None,
        }
    }

    pub(super) fn with_election(mut self, chance: ElectionChance, reason: &str) -> Self {
        self.election = chance;
        self.election_reason = Some(reason.to_owned());
        self
    }
}
