//! From a wish to legal steps.
//!
//! A step changes at most one vote. Which vote changes when is searched among all orders ([`order`]): so that margins in between
//! sink as little as can be, then with as few steps as can be.

mod build;
mod moves;
mod order;

use super::{SetNow, WholeConfig, readable::canonical, rules};
use crate::replica::{ConfigRule, OperationCheck};
use build::Builder;
use moves::moves;
use order::{MOST_MOVES, Turn, order};

/// One step: one `replSetReconfig`.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What it does.
    pub kind: StepKind,
    /// The configuration that it installs. Version and term are set when it is sent.
    pub next: WholeConfig,
    /// These have their data (SECONDARY) before it is sent: it gives them a vote.
    pub ready: Vec<String>,
}

/// What a step does to the votes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// No vote changes.
    Plain,
    /// New members come, without a vote as yet.
    Join,
    /// A member gets its vote.
    Promote {
        /// Which.
        host: String,
        /// Its priority stays 0 until the next step: a set of a primary and an arbiter alone takes it only so.
        low: bool,
    },
    /// An arbiter comes.
    AddArbiter {
        /// Which.
        host: String,
    },
    /// A member loses its vote and stays.
    Demote {
        /// Which.
        host: String,
    },
    /// A member with a vote leaves.
    Remove {
        /// Which.
        host: String,
    },
}

/// The steps from one configuration to another; none where nothing differs. `Err` holds what refuses, and at least one check.
pub fn plan(
    current: &WholeConfig,
    wished: &WholeConfig,
    now: &SetNow,
) -> Result<Vec<Step>, Vec<OperationCheck>> {
    let wished = canonical(current, wished)?;
    let checks = rules::checked(current, &wished, now);
    if rules::refuses(&checks) {
        return Err(checks);
    }
    if current.is_same(&wished) {
        return Ok(Vec::new());
    }
    let moves = moves(current, &wished);
    if moves.len() > MOST_MOVES {
        return Err(vec![rules::ours(
            ConfigRule::VoterCount,
            format!(
                "{} votes would change: at most {MOST_MOVES} do in one operation, as the best of all orders is looked for. Do it in \
                 several, one after the other.",
                moves.len()
            ),
        )]);
    }
    let turns = order(current, &wished, &moves, now).ok_or_else(|| vec![no_order(current, &wished, now)])?;
    let mut broken = Vec::new();
    // Whatever concerns no vote comes last, so that a takeover does too; where that breaks a rule in between, first.
    for late in [true, false] {
        let steps = steps(&Builder { current, wished: &wished, moves: &moves, late }, &turns);
        let checks = steps.iter().flat_map(|step| rules::alone(&step.next, current));
        broken = checks.filter(|check| rules::refuses(std::slice::from_ref(check))).collect();
        if broken.is_empty() {
            return Ok(steps);
        }
    }
    broken.truncate(1);
    if let Some(check) = broken.first_mut() {
        check.text = format!(
            "On the way there a configuration would break a rule: {} Do it in two operations, one after the other.",
            check.text
        );
    }
    Err(broken)
}

fn steps(builder: &Builder<'_>, turns: &[Turn]) -> Vec<Step> {
    let mut steps = Vec::with_capacity(turns.len());
    let mut mask = 0;
    let mut joined = false;
    for (place, turn) in turns.iter().enumerate() {
        joined |= turn.join;
        mask |= turn.moved.map_or(0, |moved| 1 << moved);
        let last = place + 1 == turns.len();
        let low = turn.moved.filter(|_| turn.low);
        let moved = turn.moved.map(|moved| &builder.moves[moved]);
        let before = steps.last().map_or(builder.current, |step: &Step| &step.next);
        steps.push(Step {
            kind: moved.map_or(if turn.join { StepKind::Join } else { StepKind::Plain }, |moved| {
                moved.kind(turn.low)
            }),
            next: builder.config(mask, joined, last, low),
            ready: moved
                .filter(|moved| moved.is_promotion())
                .and_then(|moved| name(before, moved.id))
                .into_iter()
                .collect(),
        });
    }
    steps
}

/// A member's name before a step.
fn name(config: &WholeConfig, id: u32) -> Option<String> {
    config.members().into_iter().find(|member| member.id == id).map(|member| member.host)
}

/// Why there is no order: with the default write concern set there would be one, or there is none at all.
fn no_order(current: &WholeConfig, wished: &WholeConfig, now: &SetNow) -> OperationCheck {
    let free = SetNow { default_write_concern: super::DefaultWriteConcern::Set, ..now.clone() };
    if order(current, wished, &moves(current, wished), &free).is_some() {
        return rules::refused(
            ConfigRule::DefaultWriteConcern,
            "The default write concern would change by itself: with an arbiter it is 1 where arbiters make up what a majority \
             needs, and `majority` else. The server refuses that until one is set. Set it first, as in \
             `db.adminCommand({ setDefaultRWConcern: 1, defaultWriteConcern: { w: \"majority\" } })`.",
        );
    }
    rules::refused(
        ConfigRule::Committed,
        "On every way there a step would leave fewer voters that answer than a majority has: the server could not commit it. \
         Wait until more members are up.",
    )
}

/// Hosts of members that are in the second configuration and not in the first.
pub(super) fn joins(before: &WholeConfig, after: &WholeConfig) -> Vec<String> {
    let known = before.members();
    let new = after.members().into_iter();
    new.filter(|member| !known.iter().any(|other| other.id == member.id)).map(|member| member.host).collect()
}
