//! What the state means: one sentence a person on call can act on, its reason, and what fails next.

use super::{Majority, Member, MemberHealth, ReplicaSnapshot, Verdict, VerdictLevel};
use crate::connection::Topology;

/// Lag above which a member is called behind, seconds.
const LAG_WARNING: f64 = 10.0;

/// Judges a snapshot whose other parts are complete.
pub(crate) fn verdict(snapshot: &ReplicaSnapshot) -> Verdict {
    match snapshot.topology {
        Topology::ReplicaSet => of_a_set(snapshot),
        Topology::Standalone => of_one_server(snapshot, "A standalone server"),
        Topology::Sharded => of_one_server(snapshot, "A sharded cluster, seen through mongos"),
        Topology::Unknown => say(VerdictLevel::Unknown, "No server has answered yet.", None),
    }
}

fn of_a_set(snapshot: &ReplicaSnapshot) -> Verdict {
    let troubles: Vec<_> = snapshot.members.iter().filter_map(trouble).collect();
    let reason = (!troubles.is_empty()).then(|| troubles.join(" "));
    if snapshot.members.iter().all(|member| member.health == MemberHealth::Unknown) {
        return say(VerdictLevel::Unknown, "No member has answered yet.", reason);
    }
    if snapshot.primary.is_none() {
        return say(VerdictLevel::Critical, no_primary(snapshot), reason);
    }
    let Some(majority) = &snapshot.majority else {
        let (level, start) = if troubles.is_empty() {
            (VerdictLevel::Healthy, "There is a primary.")
        } else {
            (VerdictLevel::Degraded, "Degraded.")
        };
        return say(
            level,
            format!("{start} How many members may fail cannot be told: see what could not be asked."),
            reason,
        );
    };
    if majority.write_margin < 0 {
        let summary = format!(
            "Majority writes have stopped: {} of the {} data-bearing voters needed follow.",
            majority.write_majority.saturating_add_signed(majority.write_margin),
            majority.write_majority
        );
        return say(VerdictLevel::Critical, summary, reason);
    }
    if troubles.is_empty() {
        return say(VerdictLevel::Healthy, format!("Healthy. {}", next_loss(majority, true)), None);
    }
    let summary = format!("Degraded: {} {}", troubles[0], next_loss(majority, false));
    say(VerdictLevel::Degraded, summary, beside_the_first(snapshot, &troubles))
}

/// What the summary does not say: what other members heard of the first trouble, and the other troubles.
fn beside_the_first(snapshot: &ReplicaSnapshot, troubles: &[String]) -> Option<String> {
    let first = snapshot.members.iter().find(|member| trouble(member).is_some());
    let heard = first.and_then(|member| member.last_heartbeat_message.as_ref());
    let heard = heard.map(|message| format!("Another member heard: {message}."));
    let all: Vec<_> = heard.into_iter().chain(troubles[1..].iter().cloned()).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

fn of_one_server(snapshot: &ReplicaSnapshot, what: &str) -> Verdict {
    match snapshot.members.first() {
        Some(member) if member.health == MemberHealth::Down => {
            let why = member.unreachable_reason.as_deref().unwrap_or("no answer");
            say(VerdictLevel::Critical, format!("{} does not answer: {why}.", member.host), None)
        }
        Some(member) if member.health == MemberHealth::Up => say(
            VerdictLevel::Healthy,
            format!("{what}: it answers. It is no replica set, so nothing takes over when it stops."),
            None,
        ),
        _ => say(VerdictLevel::Unknown, "The server has not answered yet.", None),
    }
}

fn no_primary(snapshot: &ReplicaSnapshot) -> String {
    let since = match snapshot.no_primary_seconds {
        Some(seconds) => format!("No primary for {}", duration(seconds)),
        None => "No primary".to_owned(),
    };
    match &snapshot.majority {
        Some(majority) if majority.election_margin < 0 => format!(
            "{since}: {} of {} voters reachable, {} needed. Writes wait until another member is back.",
            majority.healthy_voters, majority.voters, majority.needed
        ),
        Some(majority) => format!(
            "{since}: {} of {} voters are up, {} needed, so an election is due. Writes wait for it.",
            majority.healthy_voters, majority.voters, majority.needed
        ),
        None => format!("{since}. Writes wait."),
    }
}

/// How many more members may stop before writes do: the smaller of both margins.
fn next_loss(majority: &Majority, healthy: bool) -> String {
    match majority.election_margin.min(majority.write_margin) {
        ..=0 if healthy => "But no member may stop: the next loss stops writes.".to_owned(),
        ..=0 => "Writes go on; one more loss stops them.".to_owned(),
        1 if healthy => "Any one member may stop and writes go on.".to_owned(),
        1 => "Writes go on, and would with one more loss.".to_owned(),
        spare if healthy => format!("Any {spare} members may stop and writes go on."),
        spare => format!("Writes go on, and would with {spare} more losses."),
    }
}

/// What is wrong with one member, as a sentence.
fn trouble(member: &Member) -> Option<String> {
    let host = &member.host;
    if member.health == MemberHealth::Down {
        let why = member.unreachable_reason.as_deref().unwrap_or("does not answer");
        let since = member.down_seconds.map(|seconds| format!(", {}", duration(seconds))).unwrap_or_default();
        return Some(format!("{host} is down ({why}{since})."));
    }
    if let Some(words) = member.state.trouble() {
        return Some(format!("{host} {words}."));
    }
    if let (MemberHealth::Up, Some(why)) = (member.health, &member.unreachable_reason) {
        return Some(format!("{host} does not answer us ({why}), while other members still see it."));
    }
    match member.lag_seconds {
        Some(lag) if lag > LAG_WARNING => Some(format!("{host} is {} behind.", duration(lag))),
        _ => None,
    }
}

/// Whole seconds below two minutes, then minutes, then hours.
fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7_200.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.0} h", s / 3_600.0),
    }
}

fn say(level: VerdictLevel, summary: impl Into<String>, reason: Option<String>) -> Verdict {
    Verdict { level, summary: summary.into(), reason }
}
