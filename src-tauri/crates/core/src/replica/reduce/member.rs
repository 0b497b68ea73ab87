//! One member's row, and how the others see it.

use std::time::{Duration, SystemTime};

use super::{
    Reducer, config_age, float,
    known::{Known, same_round},
    seconds_between,
};
use crate::replica::{
    ConnectionCounts, Glance, InitialSync, Member, MemberHealth, MemberState, MemberTag, Viewpoint,
    observation::LOGIN_REFUSED,
    reply::{Copying, Seen, Status},
    signals::{lag, oplog, sight::is_silent},
};

impl Reducer {
    pub(super) fn member(&mut self, host: &str, primary: Option<&str>, now: SystemTime) -> Member {
        let lag_seconds = self.lag(host, primary);
        if let Some((lag, known)) = lag_seconds.zip(self.known.get_mut(host))
            && let Some(at) = known.polled_at()
        {
            known.trend.note(at, lag);
        }
        let unknown = Known::default();
        let known = self.known.get(host).unwrap_or(&unknown);
        let seen = self.seen_by_others(host);
        let others_vouch = seen.is_some_and(|seen| seen.healthy) && self.others_count(host, now);
        let health = match (known.is_asked(), known.lives()) {
            (_, true) => MemberHealth::Up,
            (false, _) => MemberHealth::Unknown,
            _ if others_vouch => MemberHealth::Up,
            _ => MemberHealth::Down,
        };
        let state = match health {
            MemberHealth::Up if known.lives() => demote_stale(known.state(), host, primary),
            MemberHealth::Up => {
                let code = seen.map_or(MemberState::Unknown.code(), |seen| seen.state);
                demote_stale(MemberState::from_code(code), host, primary)
            }
            MemberHealth::Unknown => MemberState::Unknown,
            MemberHealth::Down => MemberState::Down,
        };
        let configured = self.configured(host);
        let own = known.status();
        let own_entry = own.and_then(Status::own);
        let figures = known.figures().filter(|_| known.lives());
        let age = own_entry.or(seen).map(|entry| config_age(entry.config_age));
        let member = Member {
            id: configured.map(|member| member.id).or_else(|| seen.or(own_entry).map(|seen| seen.id)),
            host: host.to_owned(),
            state,
            state_code: state.code(),
            health,
            lag_seconds,
            ping_ms: known.report().map(|report| report.ping_ms),
            uptime_seconds: own_entry.and_then(|entry| entry.uptime_seconds),
            sync_source: own.and_then(|status| status.sync_source.clone()),
            votes: configured.map(|member| member.votes),
            priority: configured.map(|member| member.priority),
            hidden: configured.map(|member| member.hidden),
            delay_seconds: configured.map(|member| member.delay_seconds),
            arbiter: state == MemberState::Arbiter || configured.is_some_and(|member| member.arbiter),
            last_heartbeat_message: seen.and_then(|seen| seen.message.clone()),
            version: known.version.clone().filter(|_| known.lives()),
            unreachable_reason: known.silent().map(str::to_owned),
            down_seconds: None,
            address: self.dialled.get(host).filter(|address| *address != host).cloned(),
            tags: configured.map(tags).unwrap_or_default(),
            config: age.filter(|age| age.version > 0),
            heartbeat_seconds: self.heartbeat_age(host),
            oplog_window_hours: figures.and_then(|figures| figures.oplog).map(oplog::window_hours),
            oplog_full: figures.and_then(|figures| oplog::is_full(figures, known.facts.room)),
            oplog_retention_hours: figures.and_then(|figures| figures.retention_hours),
            headroom_hours: None,
            stale_in_hours: None,
            too_stale: own.is_some_and(|status| status.too_stale),
            initial_sync: own
                .and_then(|status| status.copying.as_ref())
                .map(|copying| initial_sync(copying, known.copy_seconds)),
            clock_skew_seconds: known.skew.filter(|_| known.lives()).map(|skew| skew.seconds),
            clock_skew_error_seconds: known.skew.filter(|_| known.lives()).map(|skew| skew.error_seconds),
            operations: known.rates.filter(|_| known.lives()),
            connections: figures
                .and_then(|figures| figures.connections)
                .map(|(current, available)| ConnectionCounts { current, available }),
            cache_dirty: figures.and_then(|figures| figures.cache_dirty),
            cache_used: figures.and_then(|figures| figures.cache_used),
            elections_called: figures.and_then(|figures| figures.elections_called).map(float),
            flow_control_lagged: figures
                .filter(|_| state == MemberState::Primary)
                .and_then(|figures| figures.flow_lagged),
        };
        let down_seconds = self.down_for(host, is_silent(&member), now);
        Member { down_seconds: down_seconds.filter(|_| health == MemberHealth::Down), ..member }
    }

    /// Seconds behind the primary, or behind the newest member where there is none.
    fn lag(&self, host: &str, primary: Option<&str>) -> Option<f64> {
        let known = self.known.get(host).filter(|known| known.report().is_some())?;
        let delay = self.configured(host).map_or(0.0, |member| member.delay_seconds);
        let own = || known.progress(known.state());
        let behind = |reference: &Known, state| {
            let reference: Vec<_> = reference.progress(state).collect();
            let (reference, member) =
                same_round(reference.into_iter(), own().collect::<Vec<_>>().into_iter())?;
            Some(lag::lag_seconds(reference, member, delay))
        };
        if let Some(primary) = primary {
            return behind(self.known.get(primary)?, MemberState::Primary);
        }
        let others = self.living().filter_map(|(_, other)| behind(other, other.state()));
        others.reduce(f64::max)
    }

    /// What needs the figures of the sync source beside the member's own.
    pub(super) fn add_headroom(&self, members: &mut [Member]) {
        for index in 0..members.len() {
            let member = &members[index];
            let source = member.sync_source.as_deref().and_then(|source| {
                let window = members.iter().find(|other| other.host == source)?.oplog_window_hours?;
                Some((window, self.known.get(source)?.figures()?.retention_hours))
            });
            let Some(((window, retention), lag)) = source.zip(member.lag_seconds) else { continue };
            let behind = lag + member.delay_seconds.unwrap_or(0.0);
            let headroom = oplog::headroom_hours(window, retention, behind);
            let growth = self.known.get(&member.host).and_then(|known| known.trend.growth());
            let member = &mut members[index];
            member.headroom_hours = Some(headroom);
            member.stale_in_hours = growth.and_then(|growth| oplog::stale_in_hours(headroom, growth));
        }
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

    /// Whether the others' view of a member that does not answer us is to be believed: once they have had the time to notice
    /// its death themselves, and at once where it refuses the login, which is a sign of life.
    pub(super) fn others_count(&self, host: &str, now: SystemTime) -> bool {
        if self.known.get(host).and_then(Known::silent) == Some(LOGIN_REFUSED) {
            return true;
        }
        let silent_for = self
            .down_since
            .get(host)
            .map_or(Duration::ZERO, |since| now.duration_since(*since).unwrap_or_default());
        silent_for >= self.timing().noticed_after()
    }

    /// How the best placed other member sees this one: the primary's word first.
    pub(super) fn seen_by_others(&self, host: &str) -> Option<&Seen> {
        self.statuses_but(host).into_iter().find_map(|status| status.of(host))
    }

    /// Seconds since its last heartbeat arrived at the best placed other member, by that member's clock.
    fn heartbeat_age(&self, host: &str) -> Option<f64> {
        self.statuses_but(host).into_iter().find_map(|status| heard_seconds(status, status.of(host)?))
    }

    fn statuses_but(&self, host: &str) -> Vec<&Status> {
        let others = self.living().filter(|(viewer, _)| *viewer != host);
        let mut statuses: Vec<_> = others.filter_map(|(_, known)| known.status()).collect();
        statuses.sort_by_key(|status| (status.my_state != 1, std::cmp::Reverse(status.term)));
        statuses
    }

    pub(super) fn best_status(&self, primary: Option<&str>) -> Option<&Status> {
        let of_primary = primary.and_then(|primary| self.known.get(primary)?.status());
        of_primary.or_else(|| self.living().find_map(|(_, known)| known.status()))
    }

    /// How each member that can be asked sees each.
    pub(super) fn views(&self, hosts: &[String]) -> Vec<Viewpoint> {
        let view = |viewer: &String| {
            let known = self.known.get(viewer).filter(|known| known.lives())?;
            let status = known.status()?;
            let glance = |host: &String| {
                let seen = status.of(host)?;
                Some(Glance {
                    host: host.clone(),
                    healthy: seen.healthy,
                    state: MemberState::from_code(seen.state),
                    heard_seconds: heard_seconds(status, seen),
                    ping_ms: seen.ping_ms,
                    message: seen.message.clone(),
                })
            };
            let primary = status.members.iter().find(|seen| seen.healthy && seen.state == 1);
            Some(Viewpoint {
                viewer: viewer.clone(),
                term: status.term.map(float),
                primary: primary.map(|seen| seen.host.clone()),
                glances: hosts.iter().filter_map(glance).collect(),
            })
        };
        hosts.iter().filter_map(view).collect()
    }
}

/// Both times are the viewer's own.
fn heard_seconds(status: &Status, seen: &Seen) -> Option<f64> {
    Some(float(status.date_ms? - seen.heard_from_ms?).max(0.0) / 1_000.0)
}

fn initial_sync(copying: &Copying, remaining_seconds: Option<f64>) -> InitialSync {
    InitialSync {
        copied_bytes: copying.copied_bytes,
        total_bytes: copying.total_bytes,
        failed_attempts: copying.failed_attempts,
        most_attempts: copying.most_attempts,
        elapsed_seconds: copying.elapsed_seconds,
        remaining_seconds,
        source: copying.source.clone(),
    }
}

fn tags(configured: &crate::replica::reply::Configured) -> Vec<MemberTag> {
    let tags = configured.tags.iter();
    tags.map(|(name, value)| MemberTag { name: name.clone(), value: value.clone() }).collect()
}

/// A second PRIMARY has a lower term and does not know yet that it lost: it takes no majority write.
fn demote_stale(state: MemberState, host: &str, primary: Option<&str>) -> MemberState {
    if state == MemberState::Primary && primary.is_some_and(|primary| primary != host) {
        return MemberState::Unknown;
    }
    state
}
