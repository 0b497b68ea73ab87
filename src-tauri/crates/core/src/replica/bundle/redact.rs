//! Takes out of an incident what is nobody else's business.

mod addresses;

use addresses::Addresses;
use serde_json::Value;

use super::Incident;
use crate::{Error, Result};

/// What stands where something was.
const HIDDEN: &str = "[hidden]";

/// Servers put what they like into their messages: every word that may be a connection string or a user is hidden, everywhere;
/// and so is every host where it is wished.
pub(super) fn redacted(mut incident: Incident, hide_hosts: bool) -> Result<Incident> {
    if hide_hosts {
        // An id is a hash over the host too: whoever guesses a host could see by it that the guess is right.
        for (number, entry) in incident.timeline.iter_mut().enumerate() {
            entry.id = format!("entry-{}", number + 1);
        }
    }
    let names = hide_hosts.then(|| Names::of(&incident));
    let mut addresses = Addresses::default();
    let mut value = serde_json::to_value(incident).map_err(|_| unwritable())?;
    each_text(&mut value, &mut |text| {
        let text = without_secrets(text);
        // A member that is known by its address is a member first.
        names.as_ref().map_or_else(|| text.clone(), |names| addresses.hide(&names.hide(&text)))
    });
    serde_json::from_value(value).map_err(|_| unwritable())
}

fn unwritable() -> Error {
    Error::internal("The incident cannot be written as JSON.")
}

fn each_text(value: &mut Value, change: &mut impl FnMut(&str) -> String) {
    match value {
        Value::String(text) => *text = change(text),
        Value::Array(values) => values.iter_mut().for_each(|value| each_text(value, change)),
        Value::Object(fields) => {
            let is_entry = fields.contains_key("kind");
            for (name, value) in fields {
                if !is_word(name, is_entry) {
                    each_text(value, change);
                }
            }
        }
        _ => {}
    }
}

/// Whether a field holds one of a few fixed words, which a host may be called like: nothing of anybody is in them.
fn is_word(field: &str, is_entry: bool) -> bool {
    match field {
        "health" | "kind" | "level" | "signal" | "state" | "stops" | "topology" => true,
        // Of an entry, how it is known; of an initial sync, the host that is copied.
        "source" => is_entry,
        _ => false,
    }
}

fn without_secrets(text: &str) -> String {
    let secret = |word: &str| word.contains("://") || word.contains('@');
    if !secret(text) {
        return text.to_owned();
    }
    let words: Vec<_> = text.split(' ').map(|word| if secret(word) { HIDDEN } else { word }).collect();
    words.join(" ")
}

/// What each host is called instead.
struct Names {
    /// The longest first, so that `a:27017` is found before `a`.
    instead: Vec<(String, String)>,
}

impl Names {
    /// Every host that the incident tells of, the present members first.
    fn of(incident: &Incident) -> Self {
        let snapshots = incident.snapshots.iter().rev();
        let members = snapshots.clone().flat_map(|snapshot| &snapshot.members);
        let hosts = members
            .clone()
            .map(|member| &member.host)
            .chain(incident.history.members.iter().map(|member| &member.host))
            .chain(
                incident
                    .configurations
                    .iter()
                    .flat_map(|seen| seen.members.iter().map(|member| &member.host)),
            )
            .chain(incident.timeline.iter().filter_map(|entry| entry.host.as_ref()))
            .chain(incident.logs.iter().map(|line| &line.host))
            .chain(incident.logs.iter().flat_map(|line| {
                let host = |name: &str| matches!(name, "from" | "target" | "hostAndPort");
                line.attributes.iter().filter(move |of| host(&of.name)).map(|of| &of.value)
            }))
            .chain(members.clone().filter_map(|member| member.address.as_ref()))
            .chain(members.filter_map(|member| member.sync_source.as_ref()));
        let mut instead: Vec<(String, String)> = Vec::new();
        for host in hosts {
            if !instead.iter().any(|(known, _)| known == host) {
                instead.push((host.clone(), format!("member-{}", instead.len() + 1)));
            }
        }
        let mut bare: Vec<(String, String)> = Vec::new();
        for (host, _) in &instead {
            let name = host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name);
            if name != host && !bare.iter().any(|(known, _)| known == name) {
                bare.push((name.to_owned(), format!("host-{}", bare.len() + 1)));
            }
        }
        instead.extend(bare);
        instead.sort_by_key(|(host, _)| std::cmp::Reverse(host.len()));
        Self { instead }
    }

    fn hide(&self, text: &str) -> String {
        self.instead.iter().fold(text.to_owned(), |text, (host, instead)| replaced(&text, host, instead))
    }
}

/// Puts `instead` where `host` stands by itself, not as a part of a longer name.
fn replaced(text: &str, host: &str, instead: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(host) {
        let (before, found) = rest.split_at(at);
        let after = &found[host.len()..];
        let last = replaced.chars().chain(before.chars()).next_back();
        let begins =
            !last.is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_'));
        let mut next = after.chars();
        let ends = match next.next() {
            // The end of a sentence, or a longer name.
            Some('.') => !next.next().is_some_and(char::is_alphanumeric),
            Some(letter) => !(letter.is_alphanumeric() || matches!(letter, '-' | '_')),
            None => true,
        };
        replaced.push_str(before);
        replaced.push_str(if begins && ends { instead } else { host });
        rest = after;
    }
    replaced.push_str(rest);
    replaced
}
