//! What of a snapshot is beyond its threshold, at this moment alone, and of what that cannot be said.

mod unknown;

use std::collections::BTreeSet;

use unknown::unknown;

use crate::replica::{
    AlertLevel, AlertSignal, Majority, Member, MemberHealth, MemberState, ReplicaSnapshot, SightKind,
    Threshold, Thresholds,
};

/// RECOVERING and UNKNOWN are passed through within a moment when a member starts, seconds.
const PASSING: u32 = 5;
/// A source is looked for anew after every election, and where the old one is not good enough, seconds.
const SOURCE: u32 = 30;
/// What is asked every five seconds has to be so three times, seconds.
const SLOW: u32 = 10;

/// Something beyond its threshold.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Finding {
    pub(super) signal: AlertSignal,
    pub(super) host: Option<String>,
    pub(super) level: AlertLevel,
    pub(super) value: Option<f64>,
    /// The threshold of its level, and that of warnings.
    pub(super) threshold: Option<f64>,
    pub(super) warning: Option<f64>,
    /// For so long it has to be so before it is raised.
    pub(super) lasts_seconds: u32,
    pub(super) message: String,
}

/// What a finding is about: of which member, or of the whole set.
pub(super) type Key = (AlertSignal, Option<String>);

/// What is neither beyond a threshold nor unknown is clear.
pub(super) struct Findings {
    pub(super) beyond: Vec<Finding>,
    /// Of what the snapshot has no figure.
    pub(super) unknown: BTreeSet<Key>,
}

/// Everything, of whatever level. `elections` are those of the last five minutes.
pub(super) fn findings(snapshot: &ReplicaSnapshot, of: &Thresholds, elections: u32) -> Findings {
    let mut beyond = Vec::new();
    of_the_set(snapshot, of, elections, &mut beyond);
    for member in &snapshot.members {
        of_a_member(snapshot, member, of, &mut beyond);
    }
    Findings { beyond, unknown: unknown(snapshot) }
}

fn of_the_set(snapshot: &ReplicaSnapshot, of: &Thresholds, elections: u32, all: &mut Vec<Finding>) {
    let state = |signal, level, message: String| Finding::state(signal, None, level, message);
    if let Some(seconds) = snapshot.no_primary_seconds.filter(|_| !snapshot.primary_is_seen()) {
        let message = "The set has no primary: writes wait.".to_owned();
        let finding = state(AlertSignal::NoPrimary, AlertLevel::Critical, message);
        all.push(Finding { value: Some(seconds), ..finding });
    }
    if let Some(lag) = snapshot.commit_lag_seconds
        && snapshot.commit_still_seconds.is_some_and(|seconds| seconds > 0.0)
    {
        let say = || format!("What a majority has is {} behind.", seconds(lag));
        all.extend(above(AlertSignal::CommitLag, None, lag, of.commit_lag_seconds, say));
    }
    if let Some(majority) = &snapshot.majority {
        margins(snapshot, majority, all);
    }
    if let Some(sight) = &snapshot.sight
        && matches!(
            sight.kind,
            SightKind::HiddenFromHere
                | SightKind::CutOff
                | SightKind::LinkDown
                | SightKind::OneWayLink
                | SightKind::Partition
        )
    {
        // It has lasted longer than two heartbeats, else it would still be settling.
        all.push(state(AlertSignal::Sight, AlertLevel::Warning, sight.summary.clone()));
    }
    let spread = snapshot.configuration.as_ref().and_then(|configuration| configuration.spread_seconds);
    if let Some(spread) = spread.filter(|spread| *spread > of.config_spread_seconds.into()) {
        let message = format!("Members have held different configurations for {}.", seconds(spread));
        all.push(Finding {
            value: Some(spread),
            threshold: Some(of.config_spread_seconds.into()),
            ..state(AlertSignal::ConfigSpread, AlertLevel::Warning, message)
        });
    }
    if elections > of.elections {
        let message = format!("{elections} elections were held within five minutes.");
        all.push(Finding {
            value: Some(elections.into()),
            threshold: Some(of.elections.into()),
            ..state(AlertSignal::Elections, AlertLevel::Warning, message)
        });
    }
    if snapshot.servers.versions.len() > 1 {
        let versions = snapshot.servers.versions.join(", ");
        let message = format!("The members are of different versions: {versions}.");
        all.push(state(AlertSignal::MixedVersions, AlertLevel::Warning, message));
    }
}

/// A set that has no margin by the way it is built is told so as advice; an alert is that a margin was lost.
fn margins(snapshot: &ReplicaSnapshot, majority: &Majority, all: &mut Vec<Finding>) {
    let data = snapshot.members.iter().filter(|member| member.votes == Some(1) && !member.arbiter).count();
    let data = i32::try_from(data).unwrap_or_default();
    let count = |count: u32| i32::try_from(count).unwrap_or_default();
    let whole_election = count(majority.voters) - count(majority.needed);
    let whole_write = data - count(majority.write_majority);
    let mut judge = |signal, margin: i32, whole: i32, none: &str, lost: &str| {
        let (level, words) = match margin {
            ..0 => (AlertLevel::Critical, lost),
            0 if whole > 0 => (AlertLevel::Warning, none),
            _ => return,
        };
        let finding = Finding::state(signal, None, level, words.to_owned());
        all.push(Finding { value: Some(margin.into()), threshold: Some(0.0), warning: Some(0.0), ..finding });
    };
    judge(
        AlertSignal::ElectionMargin,
        majority.election_margin,
        whole_election,
        "No more voter may be lost: with one less, no primary can be elected.",
        "Too few voters are up to elect a primary.",
    );
    judge(
        AlertSignal::WriteMargin,
        majority.write_margin,
        whole_write,
        "No more data-bearing voter may be lost: with one less, majority writes stop.",
        "Too few data-bearing voters follow: majority writes have stopped.",
    );
}

fn of_a_member(snapshot: &ReplicaSnapshot, member: &Member, of: &Thresholds, all: &mut Vec<Finding>) {
    let host = &member.host;
    let named = || Some(host.clone());
    state(member, all);
    if let Some(lag) = member.lag_seconds {
        let say = || format!("{host} is {} behind.", seconds(lag));
        let finding = above(AlertSignal::Lag, named(), lag, of.lag_seconds, say);
        all.extend(finding.map(|finding| finding.lasting(of.lag_lasts_seconds)));
    }
    if let Some(window) = member.oplog_window_hours.filter(|_| member.oplog_full == Some(true)) {
        // What the server must keep counts, also where a burst of writes has left less than that for now.
        let window = window.max(member.oplog_retention_hours.unwrap_or(0.0));
        let say = || format!("The oplog of {host} spans {} only.", hours(window));
        all.extend(below(AlertSignal::OplogWindow, named(), window, of.oplog_window_hours, false, say));
    }
    if snapshot.primary.is_some() && follows(member) && member.sync_source.is_none() {
        let message = format!("{host} has found no member to copy from, and falls behind.");
        let finding = Finding::state(AlertSignal::SyncSource, named(), AlertLevel::Warning, message);
        all.push(finding.lasting(SOURCE));
    }
    room(snapshot, member, of, all);
    if let Some(sync) = member.initial_sync.as_ref().filter(|sync| sync.failed_attempts > 0) {
        let message = format!("The initial sync of {host} has failed {} times.", sync.failed_attempts);
        let finding = Finding::state(AlertSignal::InitialSync, named(), AlertLevel::Warning, message);
        all.push(Finding { value: Some(sync.failed_attempts.into()), ..finding });
    }
    if member.flow_control_lagged == Some(true) {
        let message = format!("{host} slows writes down, because the majority does not follow.");
        let finding = Finding::state(AlertSignal::FlowControl, named(), AlertLevel::Warning, message);
        all.push(finding.lasting(SLOW));
    }
    if let Some(skew) = member.clock_skew_seconds {
        let sure = (skew.abs() - member.clock_skew_error_seconds.unwrap_or(0.0)).max(0.0);
        let way = if skew > 0.0 { "ahead of" } else { "behind" };
        let say = || format!("The clock of {host} is {} {way} ours.", seconds(skew.abs()));
        let finding = above(AlertSignal::ClockSkew, named(), sure, of.clock_skew_seconds, say);
        all.extend(finding.map(|finding| finding.lasting(SLOW)));
    }
    if let Some(dirty) = member.cache_dirty {
        let say = || format!("{:.0} % of the cache of {host} is dirty.", dirty * 100.0);
        let finding = above(AlertSignal::CacheDirty, named(), dirty, of.cache_dirty_share, say);
        all.extend(finding.map(|finding| finding.lasting(SLOW)));
    }
    if let Some(connections) = member.connections {
        let current = f64::from(connections.current);
        let share = current / (current + f64::from(connections.available)).max(1.0);
        let say = || format!("{host} has used {:.0} % of its connections.", share * 100.0);
        let finding = above(AlertSignal::Connections, named(), share, of.connections_share, say);
        all.extend(finding.map(|finding| finding.lasting(SLOW)));
    }
}

/// It says of itself that it should copy from another.
fn follows(member: &Member) -> bool {
    // Only its own status has both its uptime and its source.
    member.uptime_seconds.is_some()
        && matches!(member.state, MemberState::Secondary | MemberState::Recovering)
}

fn state(member: &Member, all: &mut Vec<Finding>) {
    let host = &member.host;
    let mut raise = |signal, level, lasts, message: String| {
        all.push(Finding::state(signal, Some(host.clone()), level, message).lasting(lasts));
    };
    if member.too_stale {
        let message = format!("{host} is too stale: it has to be copied anew.");
        raise(AlertSignal::TooStale, AlertLevel::Critical, 0, message);
    }
    let warning = AlertLevel::Warning;
    match (member.health, member.state) {
        (MemberHealth::Unknown, _) => {}
        (MemberHealth::Down, _) => {
            let why = member.unreachable_reason.as_deref().unwrap_or("it does not answer");
            raise(AlertSignal::MemberState, warning, 0, format!("{host} is down: {why}."));
        }
        (_, MemberState::Rollback) => {
            let message = format!("{host} undoes writes that the majority never had (rollback).");
            raise(AlertSignal::TooStale, AlertLevel::Critical, 0, message);
        }
        (_, state @ (MemberState::Recovering | MemberState::Unknown)) => {
            let message = format!("{host} is {} and does not serve.", state.name());
            raise(AlertSignal::MemberState, warning, PASSING, message);
        }
        (_, MemberState::Removed) => {
            let message = format!("{host} says that it was removed from the set.");
            raise(AlertSignal::MemberState, warning, PASSING, message);
        }
        _ => {}
    }
}

/// How much longer it may be behind: judged only where its source's oplog has been full once.
fn room(snapshot: &ReplicaSnapshot, member: &Member, of: &Thresholds, all: &mut Vec<Finding>) {
    let host = &member.host;
    let source = member.sync_source.as_deref();
    let source = snapshot.members.iter().find(|other| Some(other.host.as_str()) == source);
    let window =
        source.filter(|source| source.oplog_full == Some(true)).and_then(|source| source.oplog_window_hours);
    let Some((window, headroom)) = window.zip(member.headroom_hours) else { return };
    let share = headroom / window.max(f64::EPSILON);
    let say = || format!("{host} is {} from being too stale, if its lag goes on.", hours(headroom.max(0.0)));
    all.extend(below(AlertSignal::Headroom, Some(host.clone()), share, of.headroom_share, true, say));
    if let Some(left) = member.stale_in_hours {
        let say = || format!("{host} will be too stale in {}, if its lag grows as it does.", hours(left));
        let finding =
            below(AlertSignal::TimeToStale, Some(host.clone()), left, of.time_to_stale_hours, false, say);
        all.extend(finding.map(|finding| finding.lasting(of.lag_lasts_seconds)));
    }
}

fn above(
    signal: AlertSignal,
    host: Option<String>,
    value: f64,
    of: Threshold,
    say: impl Fn() -> String,
) -> Option<Finding> {
    measured(signal, host, value, of, say, |threshold| value > threshold)
}

/// `reached`: the threshold itself is critical.
fn below(
    signal: AlertSignal,
    host: Option<String>,
    value: f64,
    of: Threshold,
    reached: bool,
    say: impl Fn() -> String,
) -> Option<Finding> {
    let at_critical = reached && of.critical.is_some_and(|critical| value <= critical);
    measured(signal, host, value, of, say, |threshold| value < threshold || at_critical)
}

fn measured(
    signal: AlertSignal,
    host: Option<String>,
    value: f64,
    of: Threshold,
    say: impl Fn() -> String,
    beyond: impl Fn(f64) -> bool,
) -> Option<Finding> {
    let reached = |threshold: Option<f64>| threshold.filter(|threshold| beyond(*threshold));
    let (level, threshold) = match (reached(of.critical), reached(of.warning)) {
        (Some(critical), _) => (AlertLevel::Critical, critical),
        (None, Some(warning)) => (AlertLevel::Warning, warning),
        (None, None) => return None,
    };
    let (value, threshold, warning) = (Some(value), Some(threshold), of.warning);
    Some(Finding { signal, host, level, value, threshold, warning, lasts_seconds: 0, message: say() })
}

impl Finding {
    fn state(signal: AlertSignal, host: Option<String>, level: AlertLevel, message: String) -> Self {
        let (value, threshold, warning) = (None, None, None);
        Self { signal, host, level, value, threshold, warning, lasts_seconds: 0, message }
    }

    fn lasting(self, lasts_seconds: u32) -> Self {
        Self { lasts_seconds, ..self }
    }
}

fn seconds(seconds: f64) -> String {
    match seconds {
        s if s < 10.0 => format!("{s:.1} s"),
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7_200.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.0} h", s / 3_600.0),
    }
}

fn hours(hours: f64) -> String {
    if hours < 2.0 { format!("{:.0} min", hours * 60.0) } else { format!("{hours:.0} h") }
}
