//! The names that another exporter uses for the same figures, so that dashboards and alert rules made for it work.

use super::{
    super::{MemberHealth, ReplicaSnapshot},
    text::Text,
    truth,
};

/// The names of percona/mongodb_exporter 0.43 for the same figures: those of `replSetGetStatus` (`mongodb_rs_`) and those of its
/// compatible mode (`mongodb_mongod_replset_`).
pub(super) fn gauges(text: &mut Text, set: &str, snapshot: &ReplicaSnapshot) {
    let count = u32::try_from(snapshot.members.len()).unwrap_or(u32::MAX);
    let members = "The number of members.";
    text.gauge("mongodb_mongod_replset_number_of_members", members, &[("set", set)], Some(count.into()));
    text.gauge("mongodb_rs_term", "The election term.", &[("set", set), ("rs_nm", set)], snapshot.term);
    for member in &snapshot.members {
        let (host, state) = (member.host.as_str(), member.state.name());
        let asked = member.health != MemberHealth::Unknown;
        let health = asked.then(|| truth(member.health == MemberHealth::Up));
        let code = Some(member.state_code.into());
        let new = [("set", set), ("rs_nm", set), ("member_idx", host), ("member_state", state)];
        text.gauge("mongodb_rs_members_health", "1 where it is up.", &new, health);
        text.gauge("mongodb_rs_members_state", "The number of its state.", &new, code);
        text.gauge("mongodb_rs_members_uptime", "Its uptime, seconds.", &new, member.uptime_seconds);
        let old = [("set", set), ("name", host), ("state", state)];
        text.gauge("mongodb_mongod_replset_member_health", "1 where it is up.", &old, health);
        text.gauge("mongodb_mongod_replset_member_state", "The number of its state.", &old, code);
        let behind = member.lag_seconds.filter(|_| Some(&member.host) != snapshot.primary.as_ref());
        text.gauge(
            "mongodb_mongod_replset_member_replication_lag",
            "Behind the primary, seconds.",
            &old,
            behind,
        );
    }
}
