//! A step as a person would type it in mongosh.

use bson::{Bson, Document};

use super::{
    WholeConfig,
    whole::{integer, written},
};

/// The command that changes one configuration into another. mongosh raises the version by itself. `forced`: without a primary,
/// which `rs.add()` and `rs.remove()` need.
pub(super) fn command(before: &WholeConfig, after: &WholeConfig, forced: bool) -> String {
    let reconfig = |config: &str| {
        let how = if forced { ", { force: true }" } else { "" };
        format!("rs.reconfig({config}{how})")
    };
    let Some(edits) = edits(before, after) else { return reconfig(&after.text()) };
    match edits.as_slice() {
        [Edit::Add(member)] if !forced && is_next(before, member) => format!("rs.add({})", short(member)),
        [Edit::Remove(_, host)] if !forced => format!("rs.remove({})", quoted(host)),
        edits => {
            let lines = edits.iter().map(Edit::typed);
            let all: Vec<_> = std::iter::once("cfg = rs.conf()".to_owned()).chain(lines).collect();
            format!("{}; {}", all.join("; "), reconfig("cfg"))
        }
    }
}

enum Edit {
    /// A path below `cfg`, and its value.
    Set(String, Bson),
    Delete(String),
    /// A place and a host.
    Remove(usize, String),
    /// At the end.
    Add(Document),
    /// At a place.
    Insert(usize, Document),
}

impl Edit {
    fn typed(&self) -> String {
        match self {
            Self::Set(path, value) => format!("cfg{path} = {}", written(value)),
            Self::Delete(path) => format!("delete cfg{path}"),
            Self::Remove(place, _) => format!("cfg.members.splice({place}, 1)"),
            Self::Add(member) => format!("cfg.members.push({})", short(member)),
            Self::Insert(place, member) => format!("cfg.members.splice({place}, 0, {})", short(member)),
        }
    }
}

/// The edits that lead there; none where members that stay change places, which is easier written as a whole.
fn edits(before: &WholeConfig, after: &WholeConfig) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    let (old, new): (Vec<_>, Vec<_>) =
        (before.member_documents().collect(), after.member_documents().collect());
    let id = |member: &Document| integer(member.get("_id"));
    for (place, member) in old.iter().enumerate() {
        if let Some(other) = new.iter().find(|other| id(other) == id(member)) {
            fields(&format!(".members[{place}]"), member, other, &mut edits);
        }
    }
    let mut order: Vec<_> = old.iter().map(|member| id(member)).collect();
    for (place, member) in old.iter().enumerate().rev() {
        if !new.iter().any(|other| id(other) == id(member)) {
            edits.push(Edit::Remove(place, member.get_str("host").unwrap_or_default().to_owned()));
            order.remove(place);
        }
    }
    for (place, member) in new.iter().enumerate() {
        if old.iter().any(|other| id(other) == id(member)) {
            continue;
        }
        if place >= order.len() {
            edits.push(Edit::Add((*member).clone()));
            order.push(id(member));
        } else {
            edits.push(Edit::Insert(place, (*member).clone()));
            order.insert(place, id(member));
        }
    }
    if order != new.iter().map(|member| id(member)).collect::<Vec<_>>() {
        return None;
    }
    let own = |config: &WholeConfig| {
        let mut own = config.document().clone();
        for name in ["version", "term", "members", "settings"] {
            own.remove(name);
        }
        own
    };
    fields("", &own(before), &own(after), &mut edits);
    let settings = |config: &WholeConfig| config.settings().cloned().unwrap_or_default();
    if before.settings().is_none() && after.settings().is_some() {
        edits.push(Edit::Set(".settings".to_owned(), Bson::Document(settings(after))));
    } else {
        fields(".settings", &settings(before), &settings(after), &mut edits);
    }
    Some(edits)
}

fn fields(path: &str, before: &Document, after: &Document, edits: &mut Vec<Edit>) {
    for (name, value) in after {
        if before.get(name) != Some(value) {
            edits.push(Edit::Set(member_of(path, name), value.clone()));
        }
    }
    for name in before.keys().filter(|name| !after.contains_key(name)) {
        edits.push(Edit::Delete(member_of(path, name)));
    }
}

fn member_of(path: &str, name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    if name.chars().all(is_plain) && name.starts_with(|c: char| !c.is_ascii_digit()) {
        format!("{path}.{name}")
    } else {
        format!("{path}[{}]", quoted(name))
    }
}

fn quoted(text: &str) -> String {
    written(&Bson::String(text.to_owned()))
}

/// `rs.add()` gives the next `_id` by itself.
fn is_next(before: &WholeConfig, member: &Document) -> bool {
    let highest = before.member_documents().filter_map(|member| integer(member.get("_id"))).max();
    integer(member.get("_id")) == highest.map(|highest| highest + 1)
}

/// A member without what the server takes by itself.
fn short(member: &Document) -> String {
    let usual = |name: &str, value: &Bson| match (name, value) {
        ("arbiterOnly" | "hidden", Bson::Boolean(false)) | ("buildIndexes", Bson::Boolean(true)) => true,
        ("priority" | "votes", value) => super::whole::number(Some(value)) == Some(1.0),
        ("secondaryDelaySecs" | "slaveDelay", value) => integer(Some(value)) == Some(0),
        ("tags", Bson::Document(tags)) => tags.is_empty(),
        _ => false,
    };
    let kept = member.iter().filter(|(name, value)| !usual(name, value));
    written(&Bson::Document(kept.map(|(name, value)| (name.clone(), value.clone())).collect()))
}
