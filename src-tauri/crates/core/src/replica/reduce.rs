//! Puts the members' answers together into one snapshot.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::{
    Limit, Member, MemberHealth, MemberState, ReplicaSnapshot, Verdict, VerdictLevel, lag,
    limits::limits,
    majority::majority,
    observation::{Answer, Config, Configured, LOGIN_REFUSED, Observation, Seen, Status},
    verdict::verdict,
};
use crate::{connection::Topology, time::iso};

/// After how long the others' word counts more than our own failure to reach a member: they may notice a death
/// only after an election timeout (10 s), and a member that we alone cannot reach stays seen for good.
const OTHERS_KNOW_AFTER: Duration = Duration::from_secs(15);

/// Keeps what has been observed, and since when.
pub(crate) struct Reducer {
    topology: Topology,
    set_name: Option<String>,
    seeds: Vec<String>,
    /// The members as `hello` last named them, for as long as no configuration can be read.
    named: Vec<String>,
    observations: BTreeMap<String, Observation>,
    config: Option<Arc<Config>>,
    no_primary_since: Option<SystemTime>,
    down_since: BTreeMap<String, SystemTime>,
}

impl Reducer {
    pub(crate) fn new(topology: Topology, set_name: Option<String>, seeds: Vec<String>) -> Self {
        Self {
            topology,
            set_name,
            seeds,
            named: Vec::new(),
            observations: BTreeMap::new(),
            config: None,
            no_primary_since: None,
            down_since: BTreeMap::new(),
        }
    }

    /// Takes one member's latest answer, in place of the one before.
    pub(crate) fn note(&mut self, observation: Observation) {
        if let Ok(answer) = &observation.answer {
            if let Some(config) = &answer.config
                && self.config.as_ref().is_none_or(|known| newer(config.age, known.age))
            {
                self.config = Some(Arc::clone(config));
            }
            if self.set_name.is_none() {
                self.set_name.clone_from(&answer.hello.set_name);
            }
        }
        self.observations.insert(observation.host.clone(), observation);
        let mut named: Vec<String> = Vec::new();
        for host in self.answers().flat_map(|(_, answer)| answer.hello.members()) {
            if !named.contains(host) {
                named.push(host.clone());
            }
        }
        if !named.is_empty() {
            self.named = named;
        }
    }

    /// Every member that is to be asked, in the order of the configuration.
    pub(crate) fn hosts(&self) -> Vec<String> {
        if let Some(config) = &self.config {
            return config.members.iter().map(|member| member.host.clone()).collect();
        }
        if self.named.is_empty() { self.seeds.clone() } else { self.named.clone() }
    }

    /// Whether every member was asked at least once.
    pub(crate) fn complete(&self) -> bool {
        self.hosts().iter().all(|host| self.observations.contains_key(host))
    }

    /// The whole state now.
    pub(crate) fn snapshot(&mut self, now: SystemTime) -> ReplicaSnapshot {
        let hosts = self.hosts();
        self.observations.retain(|host, _| hosts.contains(host));
        self.down_since.retain(|host, _| hosts.contains(host));
        let primary = self.primary(now);
        self.no_primary_since = match primary {
            None if self.topology == Topology::ReplicaSet => Some(self.no_primary_since.unwrap_or(now)),
            _ => None,
        };
        let reference = self.reference(primary.as_deref());
        let mut members: Vec<Member> = Vec::with_capacity(hosts.len());
        for host in &hosts {
            members.push(self.member(host, primary.as_deref(), reference, now));
        }
        let status = self.best_status(primary.as_deref());
        let mut snapshot = ReplicaSnapshot {
            set_name: self.set_name.clone(),
            taken_at: iso(now),
            topology: self.topology,
            verdict: Verdict { level: VerdictLevel::Unknown, summary: String::new(), reason: None },
            primary,
            no_primary_seconds: self.no_primary_since.map(|since| seconds_between(since, now)),
            #[expect(clippy::cast_precision_loss, reason = "an election term is far below 2^53")]
            term: self
                .answers()
                .filter_map(|(_, answer)| answer.status.as_ref().ok()?.term)
                .max()
                .map(|t| t as f64),
            majority: (self.topology == Topology::ReplicaSet).then(|| majority(&members, status)).flatten(),
            members,
            limits: self.limits(),
        };
        snapshot.verdict = verdict(&snapshot);
        snapshot
    }

    fn answers(&self) -> impl Iterator<Item = (&str, &Answer)> {
        self.observations.values().filter_map(|seen| Some((seen.host.as_str(), seen.answer.as_ref().ok()?)))
    }

    fn answer(&self, host: &str) -> Option<&Answer> {
        self.observations.get(host)?.answer.as_ref().ok()
    }

    /// The one that calls itself PRIMARY at the highest term; else one that we cannot reach but others see.
    fn primary(&self, now: SystemTime) -> Option<String> {
        if self.topology != Topology::ReplicaSet {
            return None;
        }
        let itself = self
            .answers()
            .filter(|(_, answer)| state_of(answer) == MemberState::Primary)
            .max_by_key(|(_, answer)| {
                let term = answer.status.as_ref().ok().and_then(|status| status.term);
                term.or(answer.hello.election_term)
            })
            .map(|(host, _)| host.to_owned());
        itself.or_else(|| {
            self.hosts().into_iter().find(|host| {
                self.seen_by_others(host)
                    .is_some_and(|seen| seen.healthy && seen.state == 1 && self.others_count(host, now))
            })
        })
    }

    /// What lag is measured against: the primary, or the newest member where there is none.
    fn reference(&self, primary: Option<&str>) -> Option<lag::Progress> {
        if let Some(primary) = primary {
            return self.answer(primary).and_then(|answer| lag::progress(answer, MemberState::Primary));
        }
        let all = self.answers().filter_map(|(_, answer)| lag::progress(answer, state_of(answer)));
        all.max_by_key(|progress| progress.wall_ms)
    }

    fn member(
        &mut self,
        host: &str,
        primary: Option<&str>,
        reference: Option<lag::Progress>,
        now: SystemTime,
    ) -> Member {
        let asked = self.observations.get(host);
        let answer = asked.and_then(|seen| seen.answer.as_ref().ok());
        let unreachable_reason = asked.and_then(|seen| seen.answer.as_ref().err().cloned());
        let seen = self.seen_by_others(host);
        let others_vouch = seen.is_some_and(|seen| seen.healthy) && self.others_count(host, now);
        let health = match (asked, answer) {
            (None, _) => MemberHealth::Unknown,
            (_, Some(_)) => MemberHealth::Up,
            _ if others_vouch => MemberHealth::Up,
            _ => MemberHealth::Down,
        };
        let state = match answer {
            Some(answer) => demote_stale(state_of(answer), host, primary),
            None if others_vouch => {
                let code = seen.map_or(MemberState::Unknown.code(), |seen| seen.state);
                demote_stale(MemberState::from_code(code), host, primary)
            }
            None if health == MemberHealth::Unknown => MemberState::Unknown,
            None => MemberState::Down,
        };
        let configured = self.configured(host);
        let delay_seconds = configured.map(|member| member.delay_seconds);
        let lag_seconds = answer.and_then(|answer| {
            let progress = lag::progress(answer, state)?;
            Some(lag::lag_seconds(reference?, progress, delay_seconds.unwrap_or(0.0)))
        });
        let own = answer.and_then(|answer| answer.status.as_ref().ok());
        let own_entry = own.and_then(|status| status.members.iter().find(|member| member.is_self));
        let member = Member {
            id: configured.map(|member| member.id).or_else(|| seen.or(own_entry).map(|seen| seen.id)),
            host: host.to_owned(),
            state,
            state_code: state.code(),
            health,
            lag_seconds,
            ping_ms: answer.map(|answer| answer.ping_ms),
            uptime_seconds: own_entry.and_then(|entry| entry.uptime_seconds),
            sync_source: own.and_then(|status| status.sync_source.clone()),
            votes: configured.map(|member| member.votes),
            priority: configured.map(|member| member.priority),
            hidden: configured.map(|member| member.hidden),
            delay_seconds,
            arbiter: state == MemberState::Arbiter || configured.is_some_and(|member| member.arbiter),
            last_heartbeat_message: seen.and_then(|seen| seen.message.clone()),
            version: answer.and_then(|answer| answer.version.clone()),
            unreachable_reason,
            down_seconds: None,
        };
        let down_seconds = self.down_for(host, answer_missing(&member), now);
        Member { down_seconds: down_seconds.filter(|_| health == MemberHealth::Down), ..member }
    }

    /// For how long a member has not answered us; forgotten as soon as it does.
    fn down_for(&mut self, host: &str, silent: bool, now: SystemTime) -> Option<f64> {
        if !silent {
            self.down_since.remove(host);
            return None;
        }
        let since = *self.down_since.entry(host.to_owned()).or_insert(now);
        Some(seconds_between(since, now))
    }

    /// Whether the others' view of a member that does not answer us is to be believed: after a while, and at
    /// once where it refuses the login, which is a sign of life.
    fn others_count(&self, host: &str, now: SystemTime) -> bool {
        let reason = self.observations.get(host).and_then(|seen| seen.answer.as_ref().err());
        if reason.is_some_and(|reason| reason == LOGIN_REFUSED) {
            return true;
        }
        let silent_for = self
            .down_since
            .get(host)
            .map_or(Duration::ZERO, |since| now.duration_since(*since).unwrap_or_default());
        silent_for >= OTHERS_KNOW_AFTER
    }

    /// How the best placed other member sees this one: the primary's word first.
    fn seen_by_others(&self, host: &str) -> Option<&Seen> {
        let mut views: Vec<_> = self
            .answers()
            .filter(|(viewer, _)| *viewer != host)
            .filter_map(|(_, answer)| answer.status.as_ref().ok())
            .collect();
        views.sort_by_key(|status| (status.my_state != 1, std::cmp::Reverse(status.term)));
        views.into_iter().find_map(|status| status.members.iter().find(|member| member.host == host))
    }

    fn best_status(&self, primary: Option<&str>) -> Option<&Status> {
        let of_primary = primary.and_then(|primary| self.answer(primary));
        let any = of_primary
            .or_else(|| self.answers().map(|(_, answer)| answer).find(|answer| answer.status.is_ok()));
        any.and_then(|answer| answer.status.as_ref().ok())
    }

    fn limits(&self) -> Vec<Limit> {
        if self.topology != Topology::ReplicaSet {
            return Vec::new();
        }
        limits(self.answers().map(|(_, answer)| answer))
    }

    fn configured(&self, host: &str) -> Option<&Configured> {
        self.config.as_ref()?.members.iter().find(|member| member.host == host)
    }
}

/// A forced reconfiguration drops the term, so versions decide there.
fn newer(age: (i64, i64), known: (i64, i64)) -> bool {
    if age.0 < 0 || known.0 < 0 { age.1 > known.1 } else { age > known }
}

fn state_of(answer: &Answer) -> MemberState {
    match &answer.status {
        Ok(status) => MemberState::from_code(status.my_state),
        Err(93) => MemberState::Removed,
        // Its `hello` is that of a removed member.
        Err(94) => MemberState::Startup,
        Err(_) => answer.hello.state(),
    }
}

/// A second PRIMARY has a lower term and does not know yet that it lost: it takes no majority write.
fn demote_stale(state: MemberState, host: &str, primary: Option<&str>) -> MemberState {
    if state == MemberState::Primary && primary.is_some_and(|primary| primary != host) {
        return MemberState::Unknown;
    }
    state
}

fn answer_missing(member: &Member) -> bool {
    member.unreachable_reason.is_some()
}

fn seconds_between(since: SystemTime, now: SystemTime) -> f64 {
    now.duration_since(since).unwrap_or_default().as_secs_f64()
}
