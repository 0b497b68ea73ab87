//! Puts what was heard of the members together into one snapshot.

mod known;
mod member;
mod sighted;

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, SystemTime},
};

use known::Known;
use sighted::Sighted;

use super::{
    ConfigAge, Configuration, Election, Member, MemberState, ReplicaSnapshot, ServerFacts, Verdict,
    VerdictLevel,
    limits::limits,
    observation::{Fact, Observation},
    reply::{Config, Configured, Hello, Timing},
    signals::{advice::advice, commit, losses::losses, majority::majority, voter::Voter},
    verdict::verdict,
};
use crate::{connection::Topology, time::iso};

/// Keeps what has been heard, and since when.
pub(crate) struct Reducer {
    topology: Topology,
    set_name: Option<String>,
    seeds: Vec<String>,
    /// The members as `hello` last named them, for as long as no configuration can be read.
    named: Vec<String>,
    known: BTreeMap<String, Known>,
    /// Where each member answers.
    dialled: BTreeMap<String, String>,
    config: Option<Arc<Config>>,
    no_primary_since: Option<SystemTime>,
    down_since: BTreeMap<String, SystemTime>,
    spread_since: Option<SystemTime>,
    /// The commit point that something waits for to move on, and when the primary was first asked that told it.
    waiting: Option<(String, Duration)>,
    sighted: Sighted,
}

impl Reducer {
    pub(crate) fn new(topology: Topology, set_name: Option<String>, seeds: Vec<String>) -> Self {
        Self {
            topology,
            set_name,
            seeds,
            named: Vec::new(),
            known: BTreeMap::new(),
            dialled: BTreeMap::new(),
            config: None,
            no_primary_since: None,
            down_since: BTreeMap::new(),
            spread_since: None,
            waiting: None,
            sighted: Sighted::default(),
        }
    }

    /// Takes one piece of news. True where it changes who is what, which must not wait for the round to end.
    pub(crate) fn note(&mut self, mut observation: Observation) -> bool {
        let host = observation.host.clone();
        if matches!(observation.fact, Fact::Report(_)) {
            self.dialled.insert(host.clone(), observation.address.clone());
        }
        if self.topology == Topology::ReplicaSet {
            observation.fact = observation.fact.of_a_member();
        }
        let before = self.known.get(&host).map(|known| (known.state(), known.lives()));
        self.known.entry(host.clone()).or_default().note(observation);
        let known = &self.known[&host];
        if let Some(config) = known.report().and_then(|report| report.config.as_ref())
            && self.config.as_ref().is_none_or(|present| newer(config.age, present.age))
        {
            self.config = Some(Arc::clone(config));
        }
        if self.set_name.is_none() {
            self.set_name = known.hello().and_then(|hello| hello.set_name.clone());
        }
        let changes = before != Some((known.state(), known.lives()));
        self.name_members();
        changes
    }

    /// Only `hello` names members while nobody shows the configuration.
    fn name_members(&mut self) {
        if self.config.is_some() {
            return;
        }
        let mut named: Vec<String> = Vec::new();
        for (_, known) in self.living() {
            for host in known.hello().into_iter().flat_map(Hello::members) {
                if !named.contains(host) {
                    named.push(host.clone());
                }
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
        self.hosts().iter().all(|host| self.known.get(host).is_some_and(Known::is_asked))
    }

    /// Whether every member has answered, or not answered, to a question of this time or later.
    pub(crate) fn complete_since(&self, at: Duration) -> bool {
        let asked = |host: &String| self.known.get(host).and_then(Known::polled_at);
        self.hosts().iter().all(|host| asked(host).is_some_and(|asked| asked >= at))
    }

    /// The whole state now.
    pub(crate) fn snapshot(&mut self, now: SystemTime) -> ReplicaSnapshot {
        let hosts = self.hosts();
        self.known.retain(|host, _| hosts.contains(host));
        self.dialled.retain(|host, _| hosts.contains(host));
        self.down_since.retain(|host, _| hosts.contains(host));
        let primary = self.primary(now);
        let is_set = self.topology == Topology::ReplicaSet;
        self.no_primary_since = (is_set && primary.is_none()).then(|| self.no_primary_since.unwrap_or(now));
        let mut members: Vec<Member> = Vec::with_capacity(hosts.len());
        for host in &hosts {
            members.push(self.member(host, primary.as_deref(), now));
        }
        self.add_headroom(&mut members);
        let status = self.best_status(primary.as_deref());
        let whole = is_set.then(|| majority(&Voter::all(&members), status, None)).flatten();
        let views = if is_set { self.views(&hosts) } else { Vec::new() };
        let needed = whole.as_ref().map_or(0, |majority| majority.needed);
        let sight = is_set.then(|| self.sighted.see(&members, &views, needed, self.timing(), now));
        let side = self.sighted.largest_side();
        let status = self.best_status(primary.as_deref());
        let voters = Voter::all(&members);
        let majority =
            whole.and_then(|whole| side.map_or(Some(whole), |side| majority(&voters, status, Some(side))));
        let configuration = self.configuration(&members, now);
        let leading = primary.as_deref().and_then(|primary| self.known.get(primary));
        let of_primary = leading.and_then(Known::status);
        let commit_lag_seconds = of_primary.and_then(commit::lag_seconds);
        let commit_point = of_primary.and_then(commit::point);
        let servers = self.servers(leading);
        let mut snapshot = ReplicaSnapshot {
            set_name: self.set_name.clone(),
            taken_at: iso(now),
            topology: self.topology,
            verdict: Verdict { level: VerdictLevel::Unknown, summary: String::new(), reason: None },
            no_primary_seconds: self.no_primary_since.map(|since| seconds_between(since, now)),
            term: self.living().filter_map(|(_, known)| known.term()).max().map(float),
            losses: majority.as_ref().map(|majority| losses(&voters, majority)).unwrap_or_default(),
            commit_still_seconds: None,
            commit_lag_seconds,
            commit_point,
            views,
            sight,
            configuration,
            election: leading.and_then(Known::candidate).map(election),
            advice: if is_set { advice(&members, &self.processes(), &servers.versions) } else { Vec::new() },
            servers,
            alerts: Vec::new(),
            limits: self.limits(),
            primary,
            majority,
            members,
        };
        snapshot.commit_still_seconds = self.waits(&snapshot);
        snapshot.verdict = verdict(&snapshot, &self.lasting_lags());
        snapshot
    }

    /// The lag of each member that has lasted.
    fn lasting_lags(&self) -> BTreeMap<String, f64> {
        let lasting = |(host, known): (&String, &Known)| Some((host.clone(), known.trend.lasting()?));
        self.known.iter().filter_map(lasting).collect()
    }

    /// For how long the commit point has stood still while the primary had more than it: the time between the first and the
    /// last answer that say so, since an answer may be told in several snapshots.
    fn waits(&mut self, snapshot: &ReplicaSnapshot) -> Option<f64> {
        let primary = snapshot.primary.as_ref().and_then(|primary| self.known.get(primary));
        let asked = primary.and_then(Known::polled_at);
        let behind = snapshot.commit_lag_seconds.is_some_and(|lag| lag > 0.0);
        let point = snapshot.commit_point.clone().filter(|_| behind).zip(asked);
        self.waiting = point.map(|(point, asked)| match self.waiting.take() {
            Some((known, since)) if known == point => (known, since),
            _ => (point, asked),
        });
        self.waiting.as_ref().zip(asked).map(|((_, since), asked)| asked.saturating_sub(*since).as_secs_f64())
    }

    fn living(&self) -> impl Iterator<Item = (&str, &Known)> {
        self.known.iter().filter(|(_, known)| known.lives()).map(|(host, known)| (host.as_str(), known))
    }

    /// Those that are part of the set, not one that was removed or is of another.
    fn timing(&self) -> Timing {
        self.config.as_ref().map(|config| config.timing).unwrap_or_default()
    }

    /// The one that calls itself PRIMARY at the highest term; else one that we cannot reach but others see.
    fn primary(&self, now: SystemTime) -> Option<String> {
        if self.topology != Topology::ReplicaSet {
            return None;
        }
        let itself = self
            .living()
            .filter(|(_, known)| known.state() == MemberState::Primary)
            .max_by_key(|(_, known)| known.term())
            .map(|(host, _)| host.to_owned());
        itself.or_else(|| {
            self.hosts().into_iter().find(|host| {
                self.seen_by_others(host)
                    .is_some_and(|seen| seen.healthy && seen.state == 1 && self.others_count(host, now))
            })
        })
    }

    fn servers(&self, leading: Option<&Known>) -> ServerFacts {
        let mut versions: Vec<String> =
            self.living().filter_map(|(_, known)| known.version.clone()).collect();
        versions.sort();
        versions.dedup();
        ServerFacts {
            versions,
            feature_compatibility: leading.and_then(|known| known.facts.feature_compatibility.clone()),
            write_concern: leading.and_then(|known| known.figures()?.write_concern.clone()),
        }
    }

    fn processes(&self) -> BTreeMap<String, bson::oid::ObjectId> {
        let process = |known: &Known| Some(known.hello()?.version?.process);
        self.living().filter_map(|(host, known)| Some((host.to_owned(), process(known)?))).collect()
    }

    fn configuration(&mut self, members: &[Member], now: SystemTime) -> Option<Configuration> {
        let config = self.config.as_ref()?;
        let held = || members.iter().filter_map(|member| member.config);
        let spread = held().any(|age| held().any(|other| other != age));
        self.spread_since = spread.then(|| self.spread_since.unwrap_or(now));
        let Timing { election_timeout_ms, heartbeat_interval_ms, heartbeat_timeout_seconds } = config.timing;
        Some(Configuration {
            age: config_age(config.age),
            committed: config.committed,
            spread_seconds: self.spread_since.map(|since| seconds_between(since, now)),
            election_timeout_ms,
            heartbeat_interval_ms,
            heartbeat_timeout_seconds,
            chaining_allowed: config.chaining_allowed,
        })
    }

    fn limits(&self) -> Vec<super::Limit> {
        if self.topology != Topology::ReplicaSet {
            return Vec::new();
        }
        limits(self.known.values().filter_map(|known| known.report()?.status.as_ref().err().copied()))
    }

    fn configured(&self, host: &str) -> Option<&Configured> {
        self.config.as_ref()?.members.iter().find(|member| member.host == host)
    }
}

fn election(candidate: &super::reply::Candidate) -> Election {
    Election {
        reason: candidate.reason.clone(),
        term: u32::try_from(candidate.term).unwrap_or_default(),
        elected_at: candidate.elected_ms.map(crate::time::iso_of_millis),
        majority_writes_at: candidate.majority_writes_ms.map(crate::time::iso_of_millis),
    }
}

/// A forced reconfiguration drops the term, so versions decide there.
fn newer(age: (i64, i64), known: (i64, i64)) -> bool {
    if age.0 < 0 || known.0 < 0 { age.1 > known.1 } else { age > known }
}

/// From term and version.
fn config_age((term, version): (i64, i64)) -> ConfigAge {
    ConfigAge { version: u32::try_from(version).unwrap_or_default(), term: (term >= 0).then(|| float(term)) }
}

#[expect(clippy::cast_precision_loss, reason = "terms and versions, far below 2^53")]
fn float(number: i64) -> f64 {
    number as f64
}

fn seconds_between(since: SystemTime, now: SystemTime) -> f64 {
    now.duration_since(since).unwrap_or_default().as_secs_f64()
}
