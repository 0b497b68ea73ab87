//! What each member has to be, and all of them together.

use super::{is_so, ours, refused};
use crate::replica::{ConfigRule, OperationCheck, reply::Configured};

pub(in crate::replica::config) const MOST_MEMBERS: usize = 50;
pub(in crate::replica::config) const MOST_VOTERS: usize = 7;
const HIGHEST_ID: u32 = 255;
const HIGHEST_PRIORITY: f64 = 1_000.0;
/// 366 days of seconds.
const LONGEST_DELAY: f64 = 31_622_400.0;

/// The members, and those that are there already.
type Rule = fn(&[Configured], &[Configured]) -> Vec<OperationCheck>;

pub(super) const RULES: [Rule; 7] = [electable, ids, votes, priorities, never_elected, arbiters, delays];

pub(super) fn count(members: &[Configured]) -> Vec<OperationCheck> {
    let count = members.len();
    if (1..=MOST_MEMBERS).contains(&count) {
        return Vec::new();
    }
    let told = format!("The set would have {count} members: it has 1 to {MOST_MEMBERS}.");
    vec![refused(ConfigRule::MemberCount, told)]
}

fn electable(members: &[Configured], _: &[Configured]) -> Vec<OperationCheck> {
    let is_electable = |member: &Configured| !member.arbiter && member.priority > 0.0;
    if members.is_empty() || members.iter().any(is_electable) {
        return Vec::new();
    }
    vec![refused(
        ConfigRule::OneElectable,
        "No member could become primary. Give at least one with data a vote and a priority above 0.",
    )]
}

fn ids(members: &[Configured], there: &[Configured]) -> Vec<OperationCheck> {
    let mut checks = Vec::new();
    for (place, member) in members.iter().enumerate() {
        if let Some(first) = members[..place].iter().find(|first| first.id == member.id) {
            let told = format!(
                "{} and {} both have the _id {}: every member has one of its own.",
                first.host, member.host, member.id
            );
            checks.push(refused(ConfigRule::UniqueId, told));
        }
        if member.id > HIGHEST_ID && !is_so(member, there, |_| true) {
            let told = format!(
                "{} has the _id {}. The server would take it; the documented range is 0 to {HIGHEST_ID}, and other tools rely \
                 on it.",
                member.host, member.id
            );
            checks.push(ours(ConfigRule::UniqueId, told));
        }
    }
    checks
}

fn votes(members: &[Configured], _: &[Configured]) -> Vec<OperationCheck> {
    let wrong = members.iter().filter(|member| member.votes > 1);
    wrong
        .map(|member| {
            refused(
                ConfigRule::Votes,
                format!("{} has {} votes: a member has one or none.", member.host, member.votes),
            )
        })
        .collect()
}

fn priorities(members: &[Configured], _: &[Configured]) -> Vec<OperationCheck> {
    let wrong = members.iter().filter(|member| !(0.0..=HIGHEST_PRIORITY).contains(&member.priority));
    wrong
        .map(|member| {
            let (host, priority) = (&member.host, member.priority);
            if priority.is_nan() {
                let told = format!(
                    "The priority of {host} is no number. The server would make it 0 without a word."
                );
                return ours(ConfigRule::Priority, told);
            }
            refused(ConfigRule::Priority, format!("The priority of {host} is {priority}: it is 0 to 1,000."))
        })
        .collect()
}

fn never_elected(members: &[Configured], _: &[Configured]) -> Vec<OperationCheck> {
    let electable = members.iter().filter(|member| !member.arbiter && member.priority > 0.0);
    let told = electable.filter_map(|member| {
        let why = if member.votes == 0 {
            "has no vote"
        } else if member.hidden {
            "is hidden"
        } else if member.delay_seconds > 0.0 {
            "stays behind on purpose"
        } else if !member.builds_indexes {
            "builds no indexes"
        } else {
            return None;
        };
        let (host, priority) = (&member.host, member.priority);
        Some(refused(
            ConfigRule::NeverElected,
            format!("{host} {why} and has priority {priority}: such a member is never primary. Set its priority to 0."),
        ))
    });
    told.collect()
}

fn arbiters(members: &[Configured], there: &[Configured]) -> Vec<OperationCheck> {
    let mut checks = Vec::new();
    for member in members.iter().filter(|member| member.arbiter) {
        let host = &member.host;
        let mut broken = |told: String| checks.push(refused(ConfigRule::Arbiter, told));
        if member.votes == 0 {
            broken(format!("{host} is an arbiter without a vote: voting is all that it does."));
        }
        if member.priority > 0.0 {
            broken(format!("{host} is an arbiter, which is never primary: its priority is 0."));
        }
        if !member.tags.is_empty() {
            broken(format!(
                "{host} is an arbiter, which has no data that tags could be about. Take its tags away."
            ));
        }
        let new_in = |is: fn(&Configured) -> bool| is(member) && !is_so(member, there, is);
        let hidden = new_in(|member| member.hidden);
        if hidden || new_in(|member| member.delay_seconds > 0.0) {
            let what = if hidden { "hidden" } else { "delayed" };
            checks.push(ours(
                ConfigRule::Arbiter,
                format!(
                    "{host} is an arbiter, and would be {what}. The server would take that; it means nothing, as an arbiter has \
                     no data."
                ),
            ));
        }
    }
    checks
}

fn delays(members: &[Configured], _: &[Configured]) -> Vec<OperationCheck> {
    let wrong = members.iter().filter(|member| !(0.0..=LONGEST_DELAY).contains(&member.delay_seconds));
    wrong
        .map(|member| {
            let (host, delay) = (&member.host, member.delay_seconds);
            let told = format!(
                "{host} would stay {delay} seconds behind: a delay is 0 to 31,622,400, which is 366 days."
            );
            refused(ConfigRule::Readable, told)
        })
        .collect()
}
