//! Snapshots as Prometheus reads them (text format 0.0.4).

mod percona;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeSet;

use text::Text;

use super::{Member, MemberHealth, ReplicaSnapshot, SightKind, VerdictLevel};
use crate::time::millis_of_iso;

/// The content type of [`metrics`].
pub const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Every signal of these sets, each with the name of its connection. A figure that is not known is left out, never 0. Of two
/// connections to the same members the first counts.
#[must_use]
pub fn metrics(sets: &[(String, ReplicaSnapshot)]) -> String {
    let mut text = Text::default();
    let mut told: Vec<(&ReplicaSnapshot, String)> = Vec::new();
    for (connection, snapshot) in sets {
        let Some(set) = snapshot.set_name.as_deref() else { continue };
        if told.iter().any(|(other, _)| is_same(other, snapshot)) {
            continue;
        }
        // Two sets may have the same name, and so may two connections.
        let free = (1..=sets.len()).find_map(|number| {
            let name = if number == 1 { connection.clone() } else { format!("{connection} ({number})") };
            told.iter().all(|(_, other)| *other != name).then_some(name)
        });
        let Some(name) = free else { continue };
        text.of(&name);
        told.push((snapshot, name));
        of_the_set(&mut text, set, snapshot);
        for member in &snapshot.members {
            of_a_member(&mut text, set, member);
        }
        percona::gauges(&mut text, set, snapshot);
    }
    text.finish()
}

/// `rs0` is what most sets are called: only the members tell them apart.
fn is_same(one: &ReplicaSnapshot, other: &ReplicaSnapshot) -> bool {
    let hosts = |snapshot: &ReplicaSnapshot| -> BTreeSet<String> {
        snapshot.members.iter().map(|member| member.host.clone()).collect()
    };
    one.set_name == other.set_name && hosts(one) == hosts(other)
}

fn of_the_set(text: &mut Text, set: &str, snapshot: &ReplicaSnapshot) {
    let mut say = |name, help, value: Option<f64>| text.gauge(name, help, &[("set", set)], value);
    // One that cannot be reached from here, and others see, is there or died a moment ago.
    let known = !snapshot.primary_is_seen();
    let has_primary = snapshot.primary.is_some();
    say("trivet_replica_primary", "1 while there is a primary.", known.then_some(truth(has_primary)));
    say(
        "trivet_replica_no_primary_seconds",
        "For how long no primary has been seen.",
        known.then(|| snapshot.no_primary_seconds.unwrap_or(0.0)),
    );
    say("trivet_replica_term", "The highest election term (replSetGetStatus.term).", snapshot.term);
    say(
        "trivet_replica_commit_lag_seconds",
        "lastAppliedWallTime - lastCommittedWallTime of the primary.",
        snapshot.commit_lag_seconds,
    );
    say(
        "trivet_replica_commit_still_seconds",
        "For how long the commit point has stood still while something waits for it.",
        snapshot.commit_lag_seconds.map(|_| snapshot.commit_still_seconds.unwrap_or(0.0)),
    );
    let majority = snapshot.majority.as_ref();
    let of = |value: fn(&super::Majority) -> f64| majority.map(value);
    say("trivet_replica_voters", "Members with a vote (votingMembersCount).", of(|m| m.voters.into()));
    say("trivet_replica_healthy_voters", "Voters that are up.", of(|m| m.healthy_voters.into()));
    say("trivet_replica_votes_needed", "Votes needed to elect (majorityVoteCount).", of(|m| m.needed.into()));
    say(
        "trivet_replica_election_margin",
        "Voters that may be lost before none can be elected.",
        of(|m| m.election_margin.into()),
    );
    say(
        "trivet_replica_write_majority",
        "Data-bearing voters needed to acknowledge (writeMajorityCount).",
        of(|m| m.write_majority.into()),
    );
    say(
        "trivet_replica_write_margin",
        "Data-bearing voters that may be lost before majority writes stop.",
        of(|m| m.write_margin.into()),
    );
    let configuration = snapshot.configuration.as_ref();
    say(
        "trivet_replica_config_version",
        "The version of the newest configuration (configVersion).",
        configuration.map(|configuration| configuration.age.version.into()),
    );
    say(
        "trivet_replica_config_spread_seconds",
        "For how long members have held different configurations.",
        configuration.map(|configuration| configuration.spread_seconds.unwrap_or(0.0)),
    );
    let election = snapshot.election.as_ref();
    let moment = |iso: Option<&String>| iso.and_then(|iso| millis_of_iso(iso)).map(seconds_of_millis);
    say(
        "trivet_replica_elected_timestamp_seconds",
        "When the primary was elected (lastElectionDate).",
        moment(election.and_then(|election| election.elected_at.as_ref())),
    );
    say(
        "trivet_replica_majority_writes_timestamp_seconds",
        "When the primary could take its first majority write (wMajorityWriteAvailabilityDate).",
        moment(election.and_then(|election| election.majority_writes_at.as_ref())),
    );
    let versions = u32::try_from(snapshot.servers.versions.len()).unwrap_or(u32::MAX);
    say(
        "trivet_replica_versions",
        "Different versions of the server among the members.",
        Some(versions.into()),
    );
    let advice = u32::try_from(snapshot.advice.len()).unwrap_or(u32::MAX);
    say("trivet_replica_advice", "Pieces of advice about how the set is built.", Some(advice.into()));
    levels(text, set, snapshot);
}

fn levels(text: &mut Text, set: &str, snapshot: &ReplicaSnapshot) {
    for (level, word) in [
        (VerdictLevel::Healthy, "healthy"),
        (VerdictLevel::Degraded, "degraded"),
        (VerdictLevel::Critical, "critical"),
        (VerdictLevel::Unknown, "unknown"),
    ] {
        let value = Some(truth(snapshot.verdict.level == level));
        text.gauge("trivet_replica_verdict", "1 for the verdict.", &[("set", set), ("level", word)], value);
    }
    if let Some(sight) = &snapshot.sight {
        for (kind, word) in [
            (SightKind::Clear, "clear"),
            (SightKind::Settling, "settling"),
            (SightKind::MemberDown, "memberDown"),
            (SightKind::HiddenFromHere, "hiddenFromHere"),
            (SightKind::CutOff, "cutOff"),
            (SightKind::LinkDown, "linkDown"),
            (SightKind::OneWayLink, "oneWayLink"),
            (SightKind::Partition, "partition"),
            (SightKind::Unknown, "unknown"),
        ] {
            let help = "1 for what the members' views of each other mean together.";
            let value = Some(truth(sight.kind == kind));
            text.gauge("trivet_replica_sight", help, &[("set", set), ("kind", word)], value);
        }
    }
    for view in &snapshot.views {
        for glance in &view.glances {
            let labels = [("set", set), ("member", view.viewer.as_str()), ("other", glance.host.as_str())];
            let help = "1 where a member sees another answer its heartbeats (members.health).";
            text.gauge("trivet_replica_member_sees", help, &labels, Some(truth(glance.healthy)));
        }
    }
    for alert in &snapshot.alerts {
        // The words of the JSON, so that both can be looked up alike.
        let word = |value: serde_json::Result<serde_json::Value>| {
            value.ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
        };
        let signal = word(serde_json::to_value(alert.signal));
        let level = word(serde_json::to_value(alert.level));
        let member = alert.host.as_deref().unwrap_or("");
        let labels = [("set", set), ("member", member), ("signal", &signal), ("level", &level)];
        text.gauge("trivet_replica_alert", "1 for each alert that is raised.", &labels, Some(1.0));
    }
}

fn of_a_member(text: &mut Text, set: &str, member: &Member) {
    let own = [("set", set), ("member", member.host.as_str())];
    let mut say = |name, help, value: Option<f64>| text.gauge(name, help, &own, value);
    let hours = |hours: Option<f64>| hours.map(|hours| hours * 3_600.0);
    let asked = member.health != MemberHealth::Unknown;
    say(
        "trivet_replica_member_up",
        "1 where it answers us or another member.",
        asked.then(|| truth(member.health == MemberHealth::Up)),
    );
    say(
        "trivet_replica_member_state",
        "The server's number for its state (state).",
        Some(member.state_code.into()),
    );
    say("trivet_replica_member_lag_seconds", "Behind the primary, or the newest member.", member.lag_seconds);
    say("trivet_replica_member_ping_seconds", "Round trip from here.", member.ping_ms.map(|ms| ms / 1_000.0));
    say("trivet_replica_member_uptime_seconds", "Since its process started (uptime).", member.uptime_seconds);
    say("trivet_replica_member_down_seconds", "For how long it has answered nobody.", member.down_seconds);
    say(
        "trivet_replica_member_heartbeat_seconds",
        "Since its last heartbeat reached another member (lastHeartbeatRecv).",
        member.heartbeat_seconds,
    );
    say("trivet_replica_member_votes", "Its votes.", member.votes.map(Into::into));
    say("trivet_replica_member_priority", "Its priority.", member.priority);
    say(
        "trivet_replica_member_delay_seconds",
        "Held back on purpose (secondaryDelaySecs).",
        member.delay_seconds,
    );
    say(
        "trivet_replica_member_oplog_window_seconds",
        "What its oplog spans.",
        hours(member.oplog_window_hours),
    );
    say(
        "trivet_replica_member_oplog_full",
        "1 where its oplog has been full once.",
        member.oplog_full.map(truth),
    );
    say(
        "trivet_replica_member_headroom_seconds",
        "Its sync source's oplog window less its lag.",
        hours(member.headroom_hours),
    );
    say(
        "trivet_replica_member_stale_in_seconds",
        "Until its headroom is used up, while its lag grows.",
        hours(member.stale_in_hours),
    );
    say(
        "trivet_replica_member_too_stale",
        "1 where it can catch up no more (tooStale).",
        Some(truth(member.too_stale)),
    );
    say("trivet_replica_member_clock_skew_seconds", "Its clock minus ours.", member.clock_skew_seconds);
    say("trivet_replica_member_cache_dirty_ratio", "Dirty data in the cache, of 1.", member.cache_dirty);
    say("trivet_replica_member_cache_used_ratio", "Data in the cache, of 1.", member.cache_used);
    say(
        "trivet_replica_member_flow_control_lagged",
        "1 where it slows writes down (flowControl.isLagged).",
        member.flow_control_lagged.map(truth),
    );
    initial_sync(text, &own, member);
    text.counter(
        "trivet_replica_member_elections_called_total",
        "Elections that it called since its process started (electionMetrics).",
        &own,
        member.elections_called,
    );
    if let Some(connections) = member.connections {
        for (state, count) in [("current", connections.current), ("available", connections.available)] {
            let labels = [own[0], own[1], ("state", state)];
            let help = "Its connections (serverStatus.connections).";
            text.gauge("trivet_replica_member_connections", help, &labels, Some(count.into()));
        }
    }
    if let Some(rates) = member.operations {
        for (kind, rate) in [
            ("insert", rates.insert),
            ("query", rates.query),
            ("update", rates.update),
            ("delete", rates.delete),
            ("getmore", rates.getmore),
            ("command", rates.command),
        ] {
            let labels = [own[0], own[1], ("type", kind)];
            let help = "Operations a second, over the last five (opcounters).";
            text.gauge("trivet_replica_member_operations_per_second", help, &labels, Some(rate.into()));
        }
    }
}

fn initial_sync(text: &mut Text, own: &[(&str, &str)], member: &Member) {
    let mut say = |name, help, value: Option<f64>| text.gauge(name, help, own, value);
    let sync = member.initial_sync.as_ref();
    say(
        "trivet_replica_member_initial_sync_copied_bytes",
        "Copied so far (approxTotalBytesCopied).",
        sync.and_then(|sync| sync.copied_bytes),
    );
    say(
        "trivet_replica_member_initial_sync_size_bytes",
        "To be copied (approxTotalDataSize).",
        sync.and_then(|sync| sync.total_bytes),
    );
    say(
        "trivet_replica_member_initial_sync_failed_attempts",
        "Attempts that have failed (failedInitialSyncAttempts).",
        sync.map(|sync| sync.failed_attempts.into()),
    );
}

fn truth(is: bool) -> f64 {
    f64::from(u8::from(is))
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970, far below 2^53")]
fn seconds_of_millis(millis: i64) -> f64 {
    millis as f64 / 1_000.0
}
