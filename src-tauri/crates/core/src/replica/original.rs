//! What a set is, for who makes another one after it.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use bson::{Document, doc};

use super::{Member, MemberHealth, Record, ReplicaSnapshot};
use crate::{Result, connection::Session};

/// Within this time a member tells what it knows.
const WITHIN: Duration = Duration::from_secs(5);

/// A set as it is now, with what a snapshot does not tell.
#[derive(Clone, Debug, PartialEq)]
pub struct Original {
    /// How it is.
    pub now: ReplicaSnapshot,
    /// Its configuration (`replSetGetConfig.config`), with every field; none where no member shows it.
    pub configuration: Option<Document>,
    /// The `defaultWriteConcern` and `defaultReadConcern` that somebody has set (`getDefaultRWConcern`): none that follows from
    /// the configuration. None where no member shows them.
    pub defaults: Option<Document>,
    /// Members that do not stand for election because of what was done with this program, and for how many more seconds: the
    /// server tells nobody.
    pub frozen: BTreeMap<String, u32>,
}

/// Asks one member after the other, the primary first, until one shows its configuration.
pub(crate) async fn original(
    session: &Arc<Session>,
    record: &Record,
    now: ReplicaSnapshot,
    now_ms: i64,
) -> Result<Original> {
    let mapped: BTreeMap<_, _> =
        record.settings()?.addresses.into_iter().map(|mapping| (mapping.host, mapping.address)).collect();
    let (mut configuration, mut defaults) = (None, None);
    for member in askable(&now) {
        let address = mapped.get(&member.host).or(member.address.as_ref()).unwrap_or(&member.host);
        let Ok(direct) = session.direct(address) else { continue };
        let reply = direct.ask(&doc! { "replSetGetConfig": 1 }, WITHIN).await;
        configuration = reply.ok().and_then(|reply| reply.get_document("config").ok().cloned());
        if configuration.is_some()
            && let Ok(reply) = direct.ask(&doc! { "getDefaultRWConcern": 1 }, WITHIN).await
        {
            defaults = Some(set_defaults(&reply));
        }
        direct.close().await;
        if configuration.is_some() {
            break;
        }
    }
    Ok(Original { now, configuration, defaults, frozen: record.frozen(now_ms) })
}

/// Who may be asked: the primary, then whoever has the newest configuration.
fn askable(now: &ReplicaSnapshot) -> Vec<&Member> {
    let up = now.members.iter().filter(|member| member.health == MemberHealth::Up && !member.arbiter);
    let mut up: Vec<&Member> = up.collect();
    let version = |member: &Member| member.config.map_or(0, |age| age.version);
    up.sort_by_key(|member| {
        (now.primary.as_deref() != Some(member.host.as_str()), std::cmp::Reverse(version(member)))
    });
    up
}

/// What was set. Servers before 5.0 name no source: they show nothing else.
fn set_defaults(reply: &Document) -> Document {
    let mut set = Document::new();
    for (name, source, fields) in [
        ("defaultWriteConcern", "defaultWriteConcernSource", ["w", "j", "wtimeout"].as_slice()),
        ("defaultReadConcern", "defaultReadConcernSource", &["level"]),
    ] {
        let is_set = reply.get_str(source).map_or(true, |source| source == "global");
        let Ok(concern) = reply.get_document(name) else { continue };
        let concern: Document = concern
            .iter()
            .filter(|(field, _)| fields.contains(&field.as_str()))
            .map(|(field, value)| (field.clone(), value.clone()))
            .collect();
        if is_set && !concern.is_empty() {
            set.insert(name, concern);
        }
    }
    set
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replica::tests::world::three;

    #[test]
    fn only_a_default_that_somebody_has_set_is_taken_over() {
        let reply = doc! {
            "defaultReadConcern": { "level": "local" }, "defaultReadConcernSource": "implicit",
            "defaultWriteConcern": { "w": 1, "wtimeout": 0, "provenance": "x" }, "defaultWriteConcernSource": "global",
            "ok": 1.0,
        };
        assert_eq!(set_defaults(&reply), doc! { "defaultWriteConcern": { "w": 1, "wtimeout": 0 } });
        let implicit =
            doc! { "defaultWriteConcern": { "w": "majority" }, "defaultWriteConcernSource": "implicit" };
        assert_eq!(set_defaults(&implicit), doc! {});
        let old = doc! { "defaultWriteConcern": { "w": "majority" } };
        assert_eq!(set_defaults(&old), old, "4.4 shows nothing that was not set");
    }

    #[test]
    fn the_primary_is_asked_first_and_who_does_not_answer_never() {
        let mut now = three().snapshot();
        let hosts: Vec<String> = now.members.iter().map(|member| member.host.clone()).collect();
        now.primary = Some(hosts[2].clone());
        now.members[0].health = MemberHealth::Down;
        let asked: Vec<&str> = askable(&now).iter().map(|member| member.host.as_str()).collect();
        assert_eq!(asked, [&hosts[2], &hosts[1]]);
    }
}
