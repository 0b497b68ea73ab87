//! What the state means: one sentence a person on call can act on, its reason, and what fails next.

use std::collections::BTreeMap;

use super::{
    InitialSync, Majority, Member, MemberHealth, MemberState, ReplicaSnapshot, SightKind, Verdict,
    VerdictLevel, observation::LOGIN_REFUSED, signals::voter::Voter,
};
use crate::connection::Topology;

/// Lag above which a member is called behind, seconds.
const LAG_WARNING: f64 = 10.0;
/// For how long the commit point may stand still while something waits for it, before it is said, seconds.
const WAIT_SAID: f64 = 2.0;
/// And before it is called critical.
const WAIT_CRITICAL: f64 = 10.0;

/// The lag of members that has lasted, seconds.
type Lags = BTreeMap<String, f64>;

/// Judges a snapshot whose other parts are complete.
pub(crate) fn verdict(snapshot: &ReplicaSnapshot, lasting: &Lags) -> Verdict {
    match snapshot.topology {
        Topology::ReplicaSet => of_a_set(snapshot, lasting),
        Topology::Standalone => {
            let alone = "It is no replica set, so nothing takes over when it stops.";
            of_one_server(snapshot, "A standalone server", alone)
        }
        Topology::Sharded => {
            let shards = "The replica sets behind it are not shown.";
            of_one_server(snapshot, "A sharded cluster, seen through mongos", shards)
        }
        Topology::Unknown => say(VerdictLevel::Unknown, "No server has answered yet.", None),
    }
}

fn of_a_set(snapshot: &ReplicaSnapshot, lasting: &Lags) -> Verdict {
    let troubles = troubles(snapshot, lasting);
    let reason = reason_of(&troubles);
    let members = || snapshot.members.iter();
    if members().all(|member| member.health == MemberHealth::Unknown) {
        return say(VerdictLevel::Unknown, "No member has answered yet.", reason);
    }
    if !members().any(|member| member.health == MemberHealth::Up) {
        return say(VerdictLevel::Critical, nobody_answers(snapshot), reason);
    }
    if members().all(|member| matches!(member.state, MemberState::Startup | MemberState::Down)) {
        let summary = "No member has a configuration: the set is still starting, or was never initiated \
                       (rs.initiate()).";
        return say(VerdictLevel::Critical, summary, None);
    }
    if snapshot.primary.is_none() {
        return say(VerdictLevel::Critical, no_primary(snapshot), reason);
    }
    if let Some(summary) = snapshot.majority.as_ref().and_then(majority_lost) {
        return say(VerdictLevel::Critical, summary, reason);
    }
    if let Some(seconds) = snapshot.commit_still_seconds.filter(|seconds| *seconds >= WAIT_CRITICAL) {
        let summary = format!(
            "Majority writes have waited for {}: there is a primary, and no majority that follows it.",
            duration(seconds)
        );
        return say(VerdictLevel::Critical, summary, reason_of(&of_members(snapshot, lasting)));
    }
    let next = snapshot.majority.as_ref().map_or_else(
        || "How many members may fail cannot be told: see what could not be asked.".to_owned(),
        |majority| next_loss(majority, troubles.is_empty()),
    );
    let Some(first) = troubles.first() else {
        let start = if snapshot.majority.is_some() { "Healthy." } else { "There is a primary." };
        return say(VerdictLevel::Healthy, format!("{start} {next}"), None);
    };
    let others = troubles.iter().skip(1).filter(|trouble| trouble.member.is_some()).count();
    let others = match (others, first.member) {
        (0, _) => String::new(),
        (1, Some(_)) => " One more member is not well.".to_owned(),
        (1, None) => " One member is not well.".to_owned(),
        (more, Some(_)) => format!(" {more} more members are not well."),
        (more, None) => format!(" {more} members are not well."),
    };
    let next = if waiting(snapshot).is_some() { "Others go on." } else { &next };
    let summary = format!("Degraded: {}{others} {next}", first.words);
    say(VerdictLevel::Degraded, summary, beside_the_first(first, &troubles[1..]))
}

/// Something that is wrong, as a sentence.
struct Trouble<'a> {
    /// With which member; none where it is between them.
    member: Option<&'a Member>,
    words: String,
}

/// What is wrong: between the members first, then member by member: those that are down first, each group in the order of the
/// configuration.
fn troubles<'a>(snapshot: &'a ReplicaSnapshot, lasting: &Lags) -> Vec<Trouble<'a>> {
    let between = |words| Trouble { member: None, words };
    let mut troubles: Vec<_> = apart(snapshot).into_iter().chain(waiting(snapshot)).map(between).collect();
    troubles.extend(of_members(snapshot, lasting));
    troubles
}

fn of_members<'a>(snapshot: &'a ReplicaSnapshot, lasting: &Lags) -> Vec<Trouble<'a>> {
    let members = snapshot.members.iter();
    let mut troubles: Vec<_> = members
        .filter_map(|member| {
            Some(Trouble {
                member: Some(member),
                words: trouble(member, lasting.get(&member.host).copied())?,
            })
        })
        .collect();
    troubles.sort_by_key(|trouble| trouble.member.is_some_and(|member| member.health != MemberHealth::Down));
    troubles
}

fn reason_of(troubles: &[Trouble<'_>]) -> Option<String> {
    let words: Vec<_> = troubles.iter().map(|trouble| trouble.words.as_str()).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Members that answer here, and not each other.
fn apart(snapshot: &ReplicaSnapshot) -> Option<String> {
    let sight = snapshot.sight.as_ref()?;
    matches!(
        sight.kind,
        SightKind::CutOff | SightKind::LinkDown | SightKind::OneWayLink | SightKind::Partition
    )
    .then(|| sight.summary.clone())
}

fn waiting(snapshot: &ReplicaSnapshot) -> Option<String> {
    let seconds = snapshot.commit_still_seconds.filter(|seconds| *seconds >= WAIT_SAID)?;
    Some(format!("Majority writes have waited for {}.", duration(seconds)))
}

/// What the summary does not say: what other members heard of the first trouble, and the other troubles.
fn beside_the_first(first: &Trouble<'_>, others: &[Trouble<'_>]) -> Option<String> {
    let heard = first.member.and_then(|member| member.last_heartbeat_message.as_deref());
    let heard = heard.map(|message| format!("Another member heard: {}.", message.trim_end_matches('.')));
    let all: Vec<_> = heard.into_iter().chain(others.iter().map(|trouble| trouble.words.clone())).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

fn of_one_server(snapshot: &ReplicaSnapshot, what: &str, beside: &str) -> Verdict {
    let up = snapshot.members.iter().find(|member| member.health == MemberHealth::Up);
    match up.or(snapshot.members.first()) {
        Some(member) if member.health == MemberHealth::Down => {
            let why = member.unreachable_reason.as_deref().unwrap_or("no answer");
            say(VerdictLevel::Critical, format!("{} does not answer: {why}.", member.host), None)
        }
        Some(member) if member.health == MemberHealth::Up => {
            say(VerdictLevel::Healthy, format!("{what}: it answers. {beside}"), None)
        }
        _ => say(VerdictLevel::Unknown, "The server has not answered yet.", None),
    }
}

/// Seen from here only: the members may all be well behind a network that is not.
fn nobody_answers(snapshot: &ReplicaSnapshot) -> String {
    let since = snapshot.members.iter().filter_map(|member| member.down_seconds).reduce(f64::min);
    let since = since.map(|seconds| format!(" ({})", duration(seconds))).unwrap_or_default();
    match snapshot.members.as_slice() {
        [only] => format!("{} does not answer{since}.", only.host),
        all => format!("None of the {} members answers{since}.", all.len()),
    }
}

fn no_primary(snapshot: &ReplicaSnapshot) -> String {
    let since = match snapshot.no_primary_seconds {
        Some(seconds) => format!("No primary for {}", duration(seconds)),
        None => "No primary".to_owned(),
    };
    let Some(majority) = &snapshot.majority else {
        return format!("{since}. Writes wait.");
    };
    let Majority { healthy_voters, needed, .. } = majority;
    let voters = counted(majority.voters, "voter");
    if majority.election_margin < 0 {
        let back = match majority.election_margin {
            -1 => "another member is".to_owned(),
            missing => format!("{} more members are", missing.unsigned_abs()),
        };
        return format!(
            "{since}: {healthy_voters} of {voters} reachable, {needed} needed. Writes wait until {back} back."
        );
    }
    if !Voter::all(&snapshot.members).iter().any(Voter::is_electable) {
        return format!(
            "{since}: {healthy_voters} of {voters} are up, but none that may become primary. Writes wait until \
             one is back."
        );
    }
    format!(
        "{since}: {healthy_voters} of {voters} are up, {needed} needed, so an election is due. Writes wait for it."
    )
}

/// What has stopped although there is a primary; none while both margins hold.
fn majority_lost(majority: &Majority) -> Option<String> {
    let verb = |count: u32, one, many| if count == 1 { one } else { many };
    if majority.election_margin < 0 {
        let up = majority.healthy_voters;
        return Some(format!(
            "{up} of {} {} up, {} needed: the primary is about to step down, then writes stop.",
            counted(majority.voters, "voter"),
            verb(up, "is", "are"),
            majority.needed
        ));
    }
    if majority.write_margin < 0 {
        let follow = majority.write_majority.saturating_add_signed(majority.write_margin);
        return Some(format!(
            "Majority writes have stopped: {follow} of the {} needed {}.",
            counted(majority.write_majority, "data-bearing voter"),
            verb(follow, "follows", "follow"),
        ));
    }
    None
}

/// What the next loss stops: elections and with them all writes, or majority writes alone (with arbiters).
fn next_loss(majority: &Majority, healthy: bool) -> String {
    let spare = majority.election_margin.min(majority.write_margin);
    let majority_only = majority.election_margin > 0 && spare <= 0;
    match (spare, healthy) {
        _ if majority_only && healthy => {
            "But the loss of one data-bearing member stops majority writes.".to_owned()
        }
        _ if majority_only => {
            "Writes go on; the loss of one more data-bearing member stops majority writes.".to_owned()
        }
        (..=0, true) => "But no member may stop: the next loss stops writes.".to_owned(),
        (..=0, false) => "Writes go on; one more loss stops them.".to_owned(),
        (1, true) => "Any one member may stop and writes go on.".to_owned(),
        (1, false) => "Writes go on, and would with one more loss.".to_owned(),
        (spare, true) => format!("Any {spare} members may stop and writes go on."),
        (spare, false) => format!("Writes go on, and would with {spare} more losses."),
    }
}

/// What is wrong with one member, as a sentence.
fn trouble(member: &Member, lasting_lag: Option<f64>) -> Option<String> {
    let host = &member.host;
    let reason = member.unreachable_reason.as_deref();
    if member.health == MemberHealth::Down {
        let why = reason.unwrap_or("does not answer");
        let since = member.down_seconds.map(|seconds| format!(", {}", duration(seconds))).unwrap_or_default();
        return Some(format!("{host} is down ({why}{since})."));
    }
    if member.too_stale {
        return Some(format!(
            "{host} is too stale: no member has the entries any more that it needs. It has to be copied anew (resync)."
        ));
    }
    if let Some(copied) = member.initial_sync.as_ref().and_then(copied_share) {
        return Some(format!("{host} copies all data (initial sync): {copied:.0} % done."));
    }
    if let Some(words) = member.state.trouble() {
        return Some(format!("{host} {words}."));
    }
    match (member.health, reason) {
        // An arbiter holds no users: in a set with authentication it refuses every login, and all is well.
        (MemberHealth::Up, Some(LOGIN_REFUSED)) if member.arbiter => None,
        (MemberHealth::Up, Some(why)) => {
            Some(format!("{host} does not answer us ({why}), while other members still see it."))
        }
        (MemberHealth::Up, None) if member.state == MemberState::Unknown => {
            Some(format!("{host} still calls itself primary, although another was elected since."))
        }
        _ => member
            .lag_seconds
            .and(lasting_lag)
            .filter(|lag| *lag > LAG_WARNING)
            .map(|lag| format!("{host} is {} behind.", duration(lag))),
    }
}

/// Per cent of the bytes that an initial sync has copied, once it is known how many there are.
fn copied_share(sync: &InitialSync) -> Option<f64> {
    Some((sync.copied_bytes? / sync.total_bytes? * 100.0).clamp(0.0, 100.0))
}

/// Whole seconds below two minutes, then minutes, then hours.
fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7_200.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.0} h", s / 3_600.0),
    }
}

fn counted(count: u32, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn say(level: VerdictLevel, summary: impl Into<String>, reason: Option<String>) -> Verdict {
    Verdict { level, summary: summary.into(), reason }
}
