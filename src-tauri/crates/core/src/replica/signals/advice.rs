//! What about the structure of a set will hurt one day.

use std::collections::BTreeMap;

use bson::oid::ObjectId;

use crate::replica::{Advice, AdviceKind, Member};

/// The advice on a set, and on the processes behind its names (`topologyVersion.processId`).
pub(crate) fn advice(
    members: &[Member],
    processes: &BTreeMap<String, ObjectId>,
    versions: &[String],
) -> Vec<Advice> {
    let voting = || members.iter().filter(|member| member.votes == Some(1));
    let mut advice = Vec::new();
    let mut say = |kind, text| advice.push(Advice { kind, text });
    match voting().count() {
        0 => {}
        voters @ (1 | 2) => say(
            AdviceKind::FewVoters,
            format!(
                "{voters} {} none may be lost. With three, any one may be.",
                if voters == 1 { "member votes:" } else { "members vote:" }
            ),
        ),
        voters if voters % 2 == 0 => say(
            AdviceKind::EvenVoters,
            format!(
                "{voters} members vote: no more of them may be lost than of {}. Take one vote away, or add a member.",
                voters - 1
            ),
        ),
        _ => {}
    }
    for member in voting() {
        let delayed = member.delay_seconds.is_some_and(|delay| delay > 0.0);
        if delayed || member.hidden == Some(true) {
            let what = if delayed { "delayed" } else { "hidden" };
            say(
                AdviceKind::VotingDelayed,
                format!(
                    "{} is {what} and votes: it counts for the majority{}. Give it no vote, where others can.",
                    member.host,
                    if delayed { ", and acknowledges only after its delay" } else { "" }
                ),
            );
        }
    }
    for member in voting().filter(|member| member.arbiter) {
        say(
            AdviceKind::Arbiter,
            format!(
                "{} is an arbiter: it elects and acknowledges nothing. When a member with data is down, majority writes \
                 may stop although there is a primary.",
                member.host
            ),
        );
    }
    for (first, second) in same_process(processes) {
        say(
            AdviceKind::SameServerTwice,
            format!(
                "{first} and {second} are the same mongod: it is counted twice. Remove one of the names."
            ),
        );
    }
    if versions.len() > 1 {
        say(
            AdviceKind::MixedVersions,
            format!(
                "The members run {}. That is meant for the time of an upgrade only.",
                versions.join(" and ")
            ),
        );
    }
    advice
}

fn same_process(processes: &BTreeMap<String, ObjectId>) -> Vec<(&str, &str)> {
    let mut first: BTreeMap<ObjectId, &str> = BTreeMap::new();
    let mut pairs = Vec::new();
    for (host, process) in processes {
        match first.get(process) {
            Some(known) => pairs.push((*known, host.as_str())),
            None => {
                first.insert(*process, host);
            }
        }
    }
    pairs
}
