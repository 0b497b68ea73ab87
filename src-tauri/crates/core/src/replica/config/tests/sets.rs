//! Sets made of words: `a:1 b:2 c:0` are three members of these priorities, `!` one without a vote, `*` an arbiter.

use bson::{Bson, Document, doc};

use crate::replica::{
    ConfigRule, MemberHealth, MemberState, OperationCheck,
    config::{DefaultWriteConcern, SetNow, Step, WholeConfig, plan},
};

/// `name:priority`, then `!` for votes 0, `*` for an arbiter. The `_id` is the place of the letter in the alphabet.
pub(super) fn set(words: &str) -> WholeConfig {
    let members: Vec<Bson> = words.split_whitespace().map(|word| Bson::Document(member(word))).collect();
    WholeConfig::of(doc! {
        "_id": "rs0", "version": 4, "term": 2, "members": members, "protocolVersion": 1_i64,
        "writeConcernMajorityJournalDefault": true,
        "settings": {
            "chainingAllowed": true, "heartbeatIntervalMillis": 2_000, "heartbeatTimeoutSecs": 10,
            "electionTimeoutMillis": 10_000, "catchUpTimeoutMillis": -1, "catchUpTakeoverDelayMillis": 30_000,
            "getLastErrorModes": {}, "getLastErrorDefaults": { "w": 1, "wtimeout": 0 },
            "replicaSetId": bson::oid::ObjectId::from_bytes([7; 12]),
        },
    })
}

fn member(word: &str) -> Document {
    let (name, rest) = word.split_once(':').expect("name:priority");
    let priority = rest.trim_end_matches(['!', '*']).parse::<f64>().expect("a priority");
    let id = i32::from(name.as_bytes()[0] - b'a');
    doc! {
        "_id": id, "host": format!("{name}:1"), "arbiterOnly": rest.ends_with('*'), "buildIndexes": true,
        "hidden": false, "priority": priority, "tags": {}, "secondaryDelaySecs": 0_i64,
        "votes": i32::from(!rest.ends_with('!')),
    }
}

/// The same set with one field of one member changed.
pub(super) fn with(config: &WholeConfig, place: usize, name: &str, value: impl Into<Bson>) -> WholeConfig {
    let mut document = config.document().clone();
    let members = document.get_array_mut("members").expect("members");
    members[place].as_document_mut().expect("a member").insert(name, value);
    WholeConfig::of(document)
}

/// All is well, and the first member is primary.
pub(super) fn well(config: &WholeConfig) -> SetNow {
    let members = config.members();
    let state = |place: usize, arbiter: bool| match (place, arbiter) {
        (0, _) => MemberState::Primary,
        (_, true) => MemberState::Arbiter,
        _ => MemberState::Secondary,
    };
    let seen = members.iter().enumerate();
    SetNow {
        copies_on: std::collections::BTreeSet::new(),
        primary: members.first().map(|member| member.host.clone()),
        members: seen
            .map(|(place, member)| (member.host.clone(), (MemberHealth::Up, state(place, member.arbiter))))
            .collect(),
        default_write_concern: DefaultWriteConcern::Set,
    }
}

/// The same with some members down.
pub(super) fn down(mut now: SetNow, hosts: &[&str]) -> SetNow {
    for host in hosts {
        now.members.insert((*host).to_owned(), (MemberHealth::Down, MemberState::Down));
    }
    now
}

/// A configuration in the words that made it.
pub(super) fn words(config: &WholeConfig) -> String {
    let word = |member: &crate::replica::reply::Configured| {
        let name = member.host.trim_end_matches(":1");
        let sign = if member.arbiter {
            "*"
        } else if member.votes == 0 {
            "!"
        } else {
            ""
        };
        format!("{name}:{}{sign}", member.priority)
    };
    config.members().iter().map(word).collect::<Vec<_>>().join(" ")
}

/// The configurations on the way, a line each.
pub(super) fn way(current: &str, wished: &str, now: impl Fn(SetNow) -> SetNow) -> String {
    let (current, wished) = (set(current), set(wished));
    match plan(&current, &wished, &now(well(&current))) {
        Ok(steps) => steps.iter().map(|step: &Step| words(&step.next)).collect::<Vec<_>>().join("\n"),
        Err(checks) => checks.iter().map(refusal).collect::<Vec<_>>().join("\n"),
    }
}

fn refusal(check: &OperationCheck) -> String {
    format!("{:?}: {}", check.rule, check.text)
}

/// The rules that refuse a wish, and whether each is ours.
pub(super) fn refused(current: &WholeConfig, wished: &WholeConfig, now: &SetNow) -> Vec<(ConfigRule, bool)> {
    let checks = plan(current, wished, now).err().unwrap_or_default();
    let refusing = checks.iter().filter(|check| check.verdict == crate::replica::CheckVerdict::Refused);
    refusing.map(|check| (check.rule.expect("a rule"), check.ours)).collect()
}
