//! What a change has to keep of what is there.

use super::{Pair, members::MOST_VOTERS, ours, refused, warning};
use crate::replica::{ConfigRule, OperationCheck, config::SetNow, reply::Configured};

type Rule = fn(&Pair<'_>, &SetNow) -> Vec<OperationCheck>;

pub(super) const RULES: [Rule; 9] = [
    same_set,
    voter_count,
    keeps_ids,
    fixed,
    keeps_primary,
    several_arbiters,
    other_server,
    ready,
    tags_are_texts,
];

fn same_set(pair: &Pair<'_>, _: &SetNow) -> Vec<OperationCheck> {
    let mut checks = Vec::new();
    let (old, new) = (pair.current.document(), pair.wished.document());
    for name in ["_id", "protocolVersion", "configsvr"] {
        if old.get(name) != new.get(name) {
            checks.push(refused(
                ConfigRule::SameSet,
                format!("`{name}` would change: a set keeps it for as long as it lives."),
            ));
        }
    }
    let id = |settings: Option<&bson::Document>| {
        settings.and_then(|settings| settings.get("replicaSetId").cloned())
    };
    if id(pair.current.settings()) != id(pair.wished.settings()) {
        checks.push(refused(
            ConfigRule::SameSet,
            "`settings.replicaSetId` would change: by it the members know that they belong together. Leave it as it is.",
        ));
    }
    checks
}

fn voter_count(pair: &Pair<'_>, _: &SetNow) -> Vec<OperationCheck> {
    let voters = pair.new.iter().filter(|member| member.votes > 0);
    let count = voters.clone().count();
    if count == 0 && !pair.new.is_empty() {
        return vec![refused(ConfigRule::VoterCount, "No member would have a vote. At least one has.")];
    }
    // A set may show more than it counts: voters that never got their data (`newlyAdded`) show their vote. None is given.
    let is_given = |member: &Configured| pair.old.iter().all(|old| old.id != member.id || old.votes == 0);
    if count <= MOST_VOTERS || !voters.clone().any(is_given) {
        return Vec::new();
    }
    // A new one counts only once it has its data (`newlyAdded`): then the set would be stuck with one that never counts.
    let at_once = voters.filter(|member| member.arbiter || !pair.is_new(member)).count();
    let told = format!(
        "{count} members would vote: at most {MOST_VOTERS} do. Give the others votes 0 and priority 0."
    );
    if at_once > MOST_VOTERS {
        return vec![refused(ConfigRule::VoterCount, told)];
    }
    vec![ours(
        ConfigRule::VoterCount,
        format!(
            "{told} The server would take it at first, as a new member counts only when it has its data, and then not."
        ),
    )]
}

fn keeps_ids(pair: &Pair<'_>, _: &SetNow) -> Vec<OperationCheck> {
    let mut checks = Vec::new();
    for new in &pair.new {
        let Some(old) = pair.old.iter().find(|old| old.host == new.host && old.id != new.id) else {
            continue;
        };
        checks.push(refused(
            ConfigRule::UniqueId,
            format!(
                "{} has the _id {} and would get {}: a member keeps its _id for as long as it is there. Keep it; or remove the \
                 member, and add it again when that is done.",
                new.host, old.id, new.id
            ),
        ));
    }
    checks
}

fn fixed(pair: &Pair<'_>, _: &SetNow) -> Vec<OperationCheck> {
    let mut checks = Vec::new();
    for (old, new) in pair.kept() {
        for (name, changes) in [
            ("arbiterOnly", old.arbiter != new.arbiter),
            ("buildIndexes", old.builds_indexes != new.builds_indexes),
        ] {
            if changes {
                let told = format!(
                    "`{name}` of {} would change, which it never does. Remove the member, empty its data, and add it again.",
                    new.host
                );
                checks.push(refused(ConfigRule::Fixed, told));
            }
        }
    }
    checks
}

fn keeps_primary(pair: &Pair<'_>, now: &SetNow) -> Vec<OperationCheck> {
    let Some(primary) = &now.primary else {
        return vec![refused(
            ConfigRule::HasPrimary,
            "The set has no primary that could take the change. Wait for the election; where a majority is lost for good, \
             reconfigure by force.",
        )];
    };
    let Some(old) = pair.old.iter().find(|member| member.host == *primary) else { return Vec::new() };
    match pair.new.iter().find(|member| member.id == old.id) {
        None => vec![refused(
            ConfigRule::KeepsPrimary,
            format!("{primary} is the primary, and would leave. Step it down first, then remove it."),
        )],
        Some(new) if new.priority <= 0.0 || new.votes == 0 => vec![refused(
            ConfigRule::KeepsPrimary,
            format!("{primary} is the primary, and could not be elected any more. Step it down first."),
        )],
        Some(_) => Vec::new(),
    }
}

fn several_arbiters(pair: &Pair<'_>, _: &SetNow) -> Vec<OperationCheck> {
    let count = |members: &[Configured]| members.iter().filter(|member| member.arbiter).count();
    let (old, new) = (count(&pair.old), count(&pair.new));
    if new <= 1 || new <= old {
        return Vec::new();
    }
    vec![refused(
        ConfigRule::Arbiter,
        format!(
            "{new} members would be arbiters. The server takes one, unless every member was started with \
             allowMultipleArbiters=true: with more of them a majority may elect and not acknowledge."
        ),
    )]
}

fn other_server(pair: &Pair<'_>, _: &SetNow) -> Vec<OperationCheck> {
    let renamed = pair.kept().filter(|(old, new)| old.host != new.host);
    renamed
        .map(|(old, new)| {
            warning(
                Some(ConfigRule::NewServerNewId),
                format!(
                    "{} is to be found at {} and keeps its _id {}. That is right for the same mongod under another name. \
                     Another mongod needs a new _id: the server would count it at once as if it had the data.",
                    old.host, new.host, old.id
                ),
            )
        })
        .collect()
}

fn ready(pair: &Pair<'_>, now: &SetNow) -> Vec<OperationCheck> {
    let promoted =
        pair.kept().filter(|(old, new)| old.votes == 0 && new.votes == 1 && now.is_down(&old.host));
    promoted
        .map(|(old, _)| {
            ours(
                ConfigRule::NewMemberReady,
                format!(
                    "{} does not answer, and would get a vote. The server would take it, and one more voter would be missing. \
                     Give it its vote when it is back.",
                    old.host
                ),
            )
        })
        .collect()
}

fn tags_are_texts(pair: &Pair<'_>, _: &SetNow) -> Vec<OperationCheck> {
    let mut checks = Vec::new();
    for (member, document) in pair.new.iter().zip(pair.wished.member_documents()) {
        let Ok(tags) = document.get_document("tags") else { continue };
        for (name, _) in tags.iter().filter(|(_, value)| value.as_str().is_none()) {
            checks.push(refused(
                ConfigRule::Readable,
                format!("The tag `{name}` of {} is no string: tags are strings.", member.host),
            ));
        }
    }
    checks
}
