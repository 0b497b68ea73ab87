//! The settings of a set.

use bson::{Bson, Document};

use super::{WholeConfig, ours, refused, warning};
use crate::replica::{ConfigRule, OperationCheck, config::whole::integer, reply::Configured};

/// The least value that each setting may have.
const LEAST: [(&str, i64); 5] = [
    ("electionTimeoutMillis", 1),
    ("heartbeatIntervalMillis", 1),
    ("heartbeatTimeoutSecs", 1),
    ("catchUpTimeoutMillis", -1),
    ("catchUpTakeoverDelayMillis", -1),
];

/// Below it even members on one machine hold elections all the time.
const LEAST_ELECTION_TIMEOUT_MS: i64 = 100;

pub(super) fn of(config: &WholeConfig, known: &WholeConfig, members: &[Configured]) -> Vec<OperationCheck> {
    let Some(settings) = config.settings() else { return Vec::new() };
    let mut checks = Vec::new();
    for (name, least) in LEAST {
        let Some(value) = integer(settings.get(name)) else { continue };
        if value < least {
            let told = format!("settings.{name} is {value}: it is {least} or more.");
            checks.push(refused(ConfigRule::Settings, told));
        } else if value > i64::from(i32::MAX)
            && known.settings().and_then(|settings| integer(settings.get(name))) != Some(value)
        {
            let told = format!(
                "settings.{name} is {value}. The server would take it; that is longer than three weeks."
            );
            checks.push(ours(ConfigRule::Settings, told));
        }
    }
    checks.extend(defaults(settings));
    checks.extend(modes(settings, members));
    checks
}

/// What is worth knowing of settings that are changed.
pub(super) fn changed(current: &WholeConfig, wished: &WholeConfig) -> Vec<OperationCheck> {
    let none = Document::new();
    let (old, new) = (current.settings().unwrap_or(&none), wished.settings().unwrap_or(&none));
    let of = |settings: &Document, name, usual| integer(settings.get(name)).unwrap_or(usual);
    let pair = |settings| {
        (of(settings, "heartbeatIntervalMillis", 2_000), of(settings, "electionTimeoutMillis", 10_000))
    };
    let ((interval, timeout), before) = (pair(new), pair(old));
    if interval <= 0 || timeout <= 0 || (interval, timeout) == before {
        return Vec::new();
    }
    if interval > timeout {
        return vec![ours(
            ConfigRule::Settings,
            format!(
                "A heartbeat every {interval} ms and an election after {timeout} ms without one: members would stand for \
                 election although the primary is well. The server would take it. Let heartbeatIntervalMillis be at most half \
                 of electionTimeoutMillis."
            ),
        )];
    }
    if timeout < LEAST_ELECTION_TIMEOUT_MS {
        return vec![ours(
            ConfigRule::Settings,
            format!(
                "An election after {timeout} ms: no heartbeat is that quick, so members would hold elections without end. The server would \
                 take it; members of 6.0 were seen to crash of it. Let electionTimeoutMillis be {LEAST_ELECTION_TIMEOUT_MS} or more."
            ),
        )];
    }
    if timeout < 1_000 {
        return vec![warning(
            Some(ConfigRule::Settings),
            format!(
                "An election after {timeout} ms: a short pause of a machine or of the network is enough for one."
            ),
        )];
    }
    Vec::new()
}

/// The server has taken no others since 5.0.
fn defaults(settings: &Document) -> Vec<OperationCheck> {
    let Ok(defaults) = settings.get_document("getLastErrorDefaults") else { return Vec::new() };
    let usual = |(name, value): (&String, &Bson)| match name.as_str() {
        "w" => integer(Some(value)) == Some(1),
        "wtimeout" => integer(Some(value)) == Some(0),
        _ => false,
    };
    if defaults.iter().all(usual) {
        return Vec::new();
    }
    vec![refused(
        ConfigRule::Settings,
        "settings.getLastErrorDefaults has been ignored since 5.0, and the server refuses another value. Set the default write \
         concern with `setDefaultRWConcern` instead.",
    )]
}

/// A write concern of one's own counts tags, and members have to have them.
fn modes(settings: &Document, members: &[Configured]) -> Vec<OperationCheck> {
    let Ok(modes) = settings.get_document("getLastErrorModes") else { return Vec::new() };
    let mut checks = Vec::new();
    for (mode, tags) in modes {
        let Some(tags) = tags.as_document() else {
            checks.push(refused(
                ConfigRule::Settings,
                format!("settings.getLastErrorModes.{mode} has to be an object of tags and counts."),
            ));
            continue;
        };
        for tag in tags.keys() {
            let has = members.iter().any(|member| member.tags.iter().any(|(name, _)| name == tag));
            if !has {
                let told = format!(
                    "The write concern `{mode}` counts the tag `{tag}`, which no member would have. Change \
                     settings.getLastErrorModes too."
                );
                checks.push(refused(ConfigRule::Settings, told));
            }
        }
    }
    checks
}
