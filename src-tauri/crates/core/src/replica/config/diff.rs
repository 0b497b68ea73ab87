//! What differs between two configurations.

use bson::{Bson, Document};

use super::whole::{WholeConfig, written};
use crate::replica::{ConfigChange, reply::Configured};

/// The differences, in the order of the configuration; version and term are none.
#[must_use]
pub fn changes(before: &WholeConfig, after: &WholeConfig) -> Vec<ConfigChange> {
    let mut changes = Vec::new();
    members(before, after, &mut changes);
    let is_own = |name: &str| !matches!(name, "version" | "term" | "members" | "settings");
    fields("", before.document(), after.document(), is_own, &mut changes);
    let none = Document::new();
    let (one, other) = (before.settings().unwrap_or(&none), after.settings().unwrap_or(&none));
    fields("settings.", one, other, |_| true, &mut changes);
    changes
}

fn members(before: &WholeConfig, after: &WholeConfig, changes: &mut Vec<ConfigChange>) {
    let old: Vec<_> = before.member_documents().zip(before.members()).collect();
    let new: Vec<_> = after.member_documents().zip(after.members()).collect();
    let change = |host: &str, before: Option<&Document>, after: Option<&Document>| ConfigChange {
        path: format!("members[{host}]"),
        before: before.map(|document| written(&Bson::Document(document.clone()))),
        after: after.map(|document| written(&Bson::Document(document.clone()))),
    };
    for (document, member) in &old {
        match new.iter().find(|(_, other)| other.id == member.id) {
            Some((other, _)) => {
                let path = format!("members[{}].", member.host);
                fields(&path, document, other, |_| true, changes);
            }
            None => changes.push(change(&member.host, Some(document), None)),
        }
    }
    for (document, member) in &new {
        if !old.iter().any(|(_, other)| other.id == member.id) {
            changes.push(change(&member.host, None, Some(document)));
        }
    }
    order(&before.members(), &after.members(), changes);
}

/// Whether the members that are in both stand in another order.
fn order(old: &[Configured], new: &[Configured], changes: &mut Vec<ConfigChange>) {
    let kept = |of: &[Configured], other: &[Configured]| {
        let ids = of.iter().map(|member| member.id);
        ids.filter(|id| other.iter().any(|member| member.id == *id)).collect::<Vec<_>>()
    };
    if kept(old, new) != kept(new, old) {
        let hosts = |members: &[Configured]| {
            members.iter().map(|member| member.host.as_str()).collect::<Vec<_>>().join(", ")
        };
        changes.push(ConfigChange {
            path: "members (order)".to_owned(),
            before: Some(hosts(old)),
            after: Some(hosts(new)),
        });
    }
}

fn fields(
    path: &str,
    before: &Document,
    after: &Document,
    counts: impl Fn(&str) -> bool,
    changes: &mut Vec<ConfigChange>,
) {
    let mut tell = |name: &str, before: Option<&Bson>, after: Option<&Bson>| {
        if before != after {
            changes.push(ConfigChange {
                path: format!("{path}{name}"),
                before: before.map(written),
                after: after.map(written),
            });
        }
    };
    for (name, value) in before.iter().filter(|(name, _)| counts(name)) {
        tell(name, Some(value), after.get(name));
    }
    for (name, value) in after.iter().filter(|(name, _)| counts(name)) {
        if !before.contains_key(name) {
            tell(name, None, Some(value));
        }
    }
}
