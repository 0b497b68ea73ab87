//! Of what a snapshot has no figure: a poll that was missed, or a `serverStatus` that is still to come, ends no alert.

use std::collections::BTreeSet;

use super::Key;
use crate::replica::{AlertSignal, Member, MemberHealth, MemberState, ReplicaSnapshot, SightKind};

pub(super) fn unknown(snapshot: &ReplicaSnapshot) -> BTreeSet<Key> {
    let of_the_set = of_the_set(snapshot).into_iter().filter(|(_, unknown)| *unknown);
    let mut all: BTreeSet<Key> = of_the_set.map(|(signal, _)| (signal, None)).collect();
    for member in &snapshot.members {
        let of_it = of_a_member(snapshot, member).into_iter().filter(|(_, unknown)| *unknown);
        all.extend(of_it.map(|(signal, _)| (signal, Some(member.host.clone()))));
    }
    all
}

fn of_the_set(snapshot: &ReplicaSnapshot) -> [(AlertSignal, bool); 7] {
    let unsettled = |kind| matches!(kind, SightKind::Settling | SightKind::Unknown);
    let silent = |member: &Member| member.health != MemberHealth::Up && member.version.is_none();
    [
        (AlertSignal::NoPrimary, snapshot.primary_is_seen()),
        (AlertSignal::CommitLag, snapshot.commit_lag_seconds.is_none()),
        (AlertSignal::ElectionMargin, snapshot.majority.is_none()),
        (AlertSignal::WriteMargin, snapshot.majority.is_none()),
        (AlertSignal::Sight, snapshot.sight.as_ref().is_none_or(|sight| unsettled(sight.kind))),
        (AlertSignal::ConfigSpread, snapshot.configuration.is_none()),
        (AlertSignal::MixedVersions, snapshot.members.iter().any(silent)),
    ]
}

fn of_a_member(snapshot: &ReplicaSnapshot, member: &Member) -> [(AlertSignal, bool); 12] {
    // Only its own answer tells.
    let unanswered = member.ping_ms.is_none();
    let no_status = member.uptime_seconds.is_none();
    let leads = member.state == MemberState::Primary;
    let source = snapshot.members.iter().find(|other| Some(&other.host) == member.sync_source.as_ref());
    let no_source = source.is_none_or(|source| source.oplog_full.is_none());
    [
        (AlertSignal::MemberState, member.health == MemberHealth::Unknown),
        (AlertSignal::TooStale, unanswered),
        (AlertSignal::InitialSync, unanswered),
        (AlertSignal::Lag, member.lag_seconds.is_none()),
        (AlertSignal::OplogWindow, member.oplog_window_hours.is_none() || member.oplog_full.is_none()),
        (AlertSignal::SyncSource, !leads && (no_status || snapshot.primary.is_none())),
        // A primary follows nobody, and can fall behind nobody.
        (AlertSignal::Headroom, !leads && (no_source || member.headroom_hours.is_none())),
        (AlertSignal::TimeToStale, !leads && (no_source || member.headroom_hours.is_none())),
        // Only a primary slows writes down.
        (AlertSignal::FlowControl, leads && member.flow_control_lagged.is_none()),
        (AlertSignal::ClockSkew, member.clock_skew_seconds.is_none()),
        (AlertSignal::CacheDirty, member.cache_dirty.is_none()),
        (AlertSignal::Connections, member.connections.is_none()),
    ]
}
