//! The steps as they are told before they are run.

use super::{
    SetNow, Step, StepKind, WholeConfig, changes, command::command, margins, steps::joins, whole::written,
};
use crate::replica::{
    ConfigChange, ElectionChance, MemberHealth, PlannedStep, StepMargins, reply::Configured,
};

/// Tells the steps that [`plan`](super::plan) made of this configuration.
#[must_use]
pub fn told(current: &WholeConfig, steps: &[Step], now: &SetNow) -> Vec<PlannedStep> {
    let host = now.primary.clone().unwrap_or_default();
    let begin = margins(current, current, now).0;
    let end = steps.last().and_then(|step| margins(&step.next, current, now).0);
    let mut told = Vec::with_capacity(steps.len());
    let mut before = current;
    for (place, step) in steps.iter().enumerate() {
        let (after, losses) = margins(&step.next, current, now);
        let next = steps.get(place + 1);
        let reason = election(before, &step.next, now);
        told.push(PlannedStep {
            title: title(before, step),
            host: host.clone(),
            command: command(before, &step.next, false),
            waits_for: Some(waits_for(next)),
            changes: changes(before, &step.next),
            before: margins(before, current, now).0,
            after,
            losses,
            election: if reason.is_some() { ElectionChance::Likely } else { ElectionChance::Unlikely },
            election_reason: reason,
            less_safe: next.and_then(|next| less_safe(after?, begin?, end?, next)),
        });
        before = &step.next;
    }
    told
}

/// Tells the one step of a change by force: one member installs it, and there is no primary then.
#[must_use]
pub fn told_by_force(
    current: &WholeConfig,
    wished: &WholeConfig,
    host: &str,
    waits_for: Option<String>,
    now: &SetNow,
) -> PlannedStep {
    let (after, losses) = margins(wished, current, now);
    PlannedStep {
        title: "Install the configuration by force".to_owned(),
        host: host.to_owned(),
        command: command(current, wished, true),
        waits_for,
        changes: changes(current, wished),
        before: margins(current, current, now).0,
        after,
        losses,
        election: ElectionChance::Certain,
        election_reason: Some("Nobody is primary: one is elected under the new configuration.".to_owned()),
        less_safe: None,
    }
}

/// A step in a few words.
pub(super) fn title(before: &WholeConfig, step: &Step) -> String {
    let vote = vote(before, step);
    // Who waits for its vote comes with the first step that has room for it.
    let is_meant =
        |host: &String| !matches!(&step.kind, StepKind::AddArbiter { host: arbiter } if arbiter == host);
    let joins: Vec<_> = joins(before, &step.next).into_iter().filter(is_meant).collect();
    if joins.is_empty() || matches!(step.kind, StepKind::Join | StepKind::Plain) {
        return vote;
    }
    format!("{vote}, and add {}", joins.join(", "))
}

/// What it does to the votes, or else.
fn vote(before: &WholeConfig, step: &Step) -> String {
    match &step.kind {
        StepKind::Promote { host, low: true } => format!("Give {host} its vote, with priority 0 at first"),
        StepKind::Promote { host, low: false } => {
            let members = step.next.members();
            let priority =
                members.iter().find(|member| member.host == *host).map_or(0.0, |member| member.priority);
            if priority > 0.0 {
                format!("Give {host} its vote and priority {priority}")
            } else {
                format!("Give {host} its vote")
            }
        }
        StepKind::AddArbiter { host } => format!("Add {host} as an arbiter"),
        StepKind::Demote { host } => format!("Take the vote of {host} away"),
        StepKind::Remove { host } => format!("Remove {host}"),
        StepKind::Join => {
            let hosts = joins(before, &step.next);
            format!("Add {} without a vote as yet", hosts.join(", "))
        }
        StepKind::Plain => plain(&changes(before, &step.next)),
    }
}

fn plain(changes: &[ConfigChange]) -> String {
    match changes {
        [ConfigChange { path, before: None, .. }] if path.ends_with(']') => format!("Add {}", inside(path)),
        [ConfigChange { path, after: None, .. }] if path.ends_with(']') => format!("Remove {}", inside(path)),
        [ConfigChange { path, after: Some(after), .. }] => format!("Set {path} to {after}"),
        [ConfigChange { path, .. }] => format!("Change {path}"),
        many => format!("Make {} changes", many.len()),
    }
}

fn inside(path: &str) -> &str {
    path.trim_start_matches("members[").trim_end_matches(']')
}

fn waits_for(next: Option<&Step>) -> String {
    match next.map(|next| next.ready.as_slice()) {
        Some([host]) => format!("A majority holds the configuration, and {host} has its data (SECONDARY)."),
        _ => "A majority holds the configuration.".to_owned(),
    }
}

/// Why a step may bring about an election.
fn election(before: &WholeConfig, after: &WholeConfig, now: &SetNow) -> Option<String> {
    let primary = now.primary.as_deref()?;
    let (old, new) = (before.members(), after.members());
    let led = old.iter().find(|member| member.host == primary);
    // It may have got another name in an earlier step.
    let led = led.or_else(|| new.iter().find(|member| member.host == primary))?;
    let leads = new.iter().find(|member| member.id == led.id)?;
    if leads.host != led.host {
        return Some("The primary is found under another name from then on: the others may lose sight of it for a moment.".to_owned());
    }
    let above = |member: &Configured, than: f64| {
        member.priority > than && member.votes > 0 && now.member(&member.host).0 != MemberHealth::Down
    };
    let rival = new.iter().filter(|member| member.id != leads.id && above(member, leads.priority)).find(
        |member| {
            let before = old.iter().find(|other| other.id == member.id);
            before.is_none_or(|before| !above(before, led.priority))
        },
    )?;
    Some(format!(
        "{} gets a higher priority ({}) than the primary ({}): it takes over as soon as it has caught up.",
        rival.host,
        written(&rival.priority.into()),
        written(&leads.priority.into()),
    ))
}

/// For how long less may be lost than before the operation and after it.
fn less_safe(after: StepMargins, begin: StepMargins, end: StepMargins, next: &Step) -> Option<String> {
    let below = |of: fn(&StepMargins) -> i32| of(&begin).min(of(&end)) - of(&after);
    let (election, write) = (below(|margins| margins.election_margin), below(|margins| margins.write_margin));
    let what = match (election > 0, write > 0) {
        (false, false) => return None,
        (true, _) => {
            format!("{} fewer {} may be lost", election, if election == 1 { "voter" } else { "voters" })
        }
        (false, true) => format!(
            "{write} fewer {} with data may be lost before majority writes stop",
            if write == 1 { "member" } else { "members" }
        ),
    };
    let until = match next.ready.as_slice() {
        [host] => format!("Until {host} has its data and its vote"),
        _ => "Until the next step is done".to_owned(),
    };
    Some(format!("{until}, {what} than before and after."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_member_is_told_as_one_and_two_as_two() {
        let of = |write_margin| StepMargins {
            voters: 3,
            needed: 2,
            election_margin: 1,
            write_majority: 2,
            write_margin,
        };
        let next =
            Step { kind: StepKind::Plain, next: WholeConfig::of(bson::Document::new()), ready: Vec::new() };
        let told = |after| less_safe(of(after), of(2), of(2), &next).expect("less safe");
        assert!(told(1).contains("1 fewer member with data may be lost before"), "{}", told(1));
        assert!(told(0).contains("2 fewer members with data"), "{}", told(0));
    }
}
