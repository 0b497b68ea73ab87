//! The set as an operation finds it.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    Result,
    connection::{Direct, Session},
    replica::{
        ConfigRule, Measurements, Member, MemberHealth, MemberState, Monitor, OperationCheck, Record,
        ReplicaSnapshot, failover,
    },
};

/// What an operation needs of a connection.
#[derive(Clone)]
pub(crate) struct Hands {
    pub(crate) session: Arc<Session>,
    pub(crate) record: Arc<Record>,
    pub(crate) monitor: Arc<Monitor>,
    pub(crate) measurements: Measurements,
    pub(crate) clock: crate::Clock,
    /// One operation at a time is carried out through a connection.
    pub(crate) turn: Arc<tokio::sync::Mutex<()>>,
    /// It is asked through a listener: whoever holds the token must not make this connection log in elsewhere.
    pub(crate) distrusts: bool,
}

impl Hands {
    /// The set as it is now.
    pub(super) async fn scene(&self) -> Result<Scene> {
        let now = self.monitor.snapshot().await?;
        let mapped = self.record.settings()?.addresses.into_iter();
        let seen =
            now.members.iter().filter_map(|member| Some((member.host.clone(), member.address.clone()?)));
        Ok(Scene {
            addresses: seen.chain(mapped.map(|mapping| (mapping.host, mapping.address))).collect(),
            frozen: self.record.frozen(self.now_ms()),
            now,
        })
    }

    /// A client for one member.
    pub(super) fn member(&self, scene: &Scene, host: &str) -> Result<Direct> {
        self.session.direct(scene.address(host))
    }

    /// The same, as the fail-over stopwatch needs it.
    pub(super) fn stopwatch(&self) -> failover::Scene<'_> {
        failover::Scene {
            session: &self.session,
            monitor: &self.monitor,
            record: &self.record,
            measurements: &self.measurements,
            clock: &self.clock,
        }
    }

    pub(super) fn now_ms(&self) -> i64 {
        crate::time::millis((self.clock)())
    }
}

/// The set at one moment, and what only this program knows of it.
pub(super) struct Scene {
    pub(super) now: ReplicaSnapshot,
    /// Members that were frozen or stepped down with this program, and for how many more seconds: the server tells nobody.
    pub(super) frozen: BTreeMap<String, u32>,
    /// Where members are dialled that are not found under their own names.
    addresses: BTreeMap<String, String>,
}

impl Scene {
    #[cfg(test)]
    pub(super) fn of(now: ReplicaSnapshot, frozen: &[(&str, u32)]) -> Self {
        let frozen = frozen.iter().map(|(host, seconds)| ((*host).to_owned(), *seconds)).collect();
        Self { now, frozen, addresses: BTreeMap::new() }
    }

    /// The name that is typed to confirm.
    pub(super) fn set_name(&self) -> &str {
        self.now.set_name.as_deref().unwrap_or("the set")
    }

    /// Where a member is dialled.
    pub(super) fn address<'a>(&'a self, host: &'a str) -> &'a str {
        self.addresses.get(host).map_or(host, String::as_str)
    }

    pub(super) fn member(&self, host: &str) -> Result<&Member, OperationCheck> {
        let found = self.now.members.iter().find(|member| member.host == host);
        found.ok_or_else(|| {
            let known: Vec<_> = self.now.members.iter().map(|member| member.host.as_str()).collect();
            OperationCheck::refused(format!(
                "{host} is no member of the set. Its members are {}.",
                known.join(", ")
            ))
        })
    }

    pub(super) fn primary(&self) -> Result<&Member, OperationCheck> {
        let host = self.now.primary.as_deref();
        let found = host.and_then(|host| self.now.members.iter().find(|member| member.host == host));
        found.ok_or_else(|| {
            OperationCheck::refused("The set has no primary at present. Wait until one is elected; Health says what stands against it.")
                .by(ConfigRule::HasPrimary)
        })
    }

    /// Who could take over from the primary: up, with all kinds of data, a vote's weight in priority, and not frozen from here.
    pub(super) fn candidates(&self) -> impl Iterator<Item = &Member> {
        self.now.members.iter().filter(|member| {
            member.health == MemberHealth::Up
                && member.state == MemberState::Secondary
                && !member.arbiter
                && member.priority.is_none_or(|priority| priority > 0.0)
                && !self.frozen.contains_key(&member.host)
        })
    }
}

/// `3 s`, `2 min`, `4.5 h`: as a person says it.
pub(super) fn seconds(seconds: f64) -> String {
    let tenths = |value: f64| (value * 10.0).round() / 10.0;
    if seconds < 120.0 {
        format!("{} s", tenths(seconds))
    } else if seconds < 7_200.0 {
        format!("{} min", tenths(seconds / 60.0))
    } else {
        format!("{} h", tenths(seconds / 3_600.0))
    }
}
