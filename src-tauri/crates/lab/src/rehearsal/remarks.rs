//! What is not in a lab as it is in the set, in sentences.

use trivet_core::replica::{Member, MemberState, ServerFacts};

/// Further behind than this is worth a word, seconds.
const FAR_BEHIND: f64 = 10.0;

/// How the servers differ. Versions count by their first two numbers.
pub(super) fn servers(set: &ServerFacts, lab: &ServerFacts) -> Vec<String> {
    let compatibility = match (&set.feature_compatibility, &lab.feature_compatibility) {
        (Some(of_the_set), Some(of_the_lab)) if of_the_set != of_the_lab => Some(format!(
            "`featureCompatibilityVersion` is {of_the_set} in the set, and {of_the_lab} in the lab."
        )),
        _ => None,
    };
    other_version(&set.versions, &lab.versions).into_iter().chain(compatibility).collect()
}

fn other_version(set: &[String], lab: &[String]) -> Option<String> {
    let series = |version: &String| version.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
    let known: Vec<String> = lab.iter().map(series).collect();
    if set.is_empty() {
        return Some(format!(
            "Which version of MongoDB the set runs is not known; the lab runs {}.",
            lab.join(" and ")
        ));
    }
    let other = !set.iter().map(series).all(|version| known.contains(&version));
    other.then(|| format!("The set runs MongoDB {}; the lab runs {}.", set.join(" and "), lab.join(" and ")))
}

/// A member is in a state that its stand-in is not in.
pub(super) fn other_state(member: &Member, stand_in: &str) -> String {
    let why = match member.state {
        MemberState::Startup2 => " (initial sync)",
        MemberState::Recovering if member.too_stale => " (too stale)",
        _ => "",
    };
    let is = if member.arbiter { "an arbiter" } else { "a secondary" };
    format!("{} is {}{why}; {stand_in}, which stands for it, is {is}.", member.host, member.state.name())
}

/// A member is behind, beyond what it is held back on purpose.
pub(super) fn lag(member: &Member, stand_in: &str) -> Option<String> {
    let behind = member.lag_seconds? - member.delay_seconds.unwrap_or_default();
    (behind > FAR_BEHIND)
        .then(|| format!("{} is {behind:.0} s behind; {stand_in}, which stands for it, is not.", member.host))
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;
    use crate::plan::original;

    fn of(versions: &[&str]) -> Vec<String> {
        versions.iter().map(|version| (*version).to_owned()).collect()
    }

    fn member() -> Member {
        let set = original(vec![doc! { "_id": 0, "host": "db2:27017" }], doc! {});
        set.now.members.into_iter().next().expect("one")
    }

    #[test]
    fn another_series_of_versions_is_told_also_of_some_members_only_and_another_patch_is_not() {
        assert_eq!(other_version(&of(&["6.0.14"]), &of(&["6.0.5"])), None);
        let told = other_version(&of(&["7.0.2"]), &of(&["6.0.5"])).expect("told");
        assert!(told.contains("7.0.2") && told.contains("6.0.5"));
        let told = other_version(&of(&["6.0.14", "7.0.2"]), &of(&["6.0.5"])).expect("told");
        assert!(told.contains("6.0.14 and 7.0.2"), "in the middle of an upgrade: {told}");
        let told = other_version(&[], &of(&["6.0.5"])).expect("told");
        assert!(told.contains("not known"), "{told}");
    }

    #[test]
    fn another_compatibility_is_told_where_both_are_known() {
        let facts = |version: Option<&str>| ServerFacts {
            versions: of(&["6.0.5"]),
            feature_compatibility: version.map(str::to_owned),
            write_concern: None,
        };
        assert!(servers(&facts(Some("6.0")), &facts(Some("6.0"))).is_empty());
        assert!(servers(&facts(None), &facts(Some("6.0"))).is_empty());
        assert!(servers(&facts(Some("5.0")), &facts(Some("6.0")))[0].contains("5.0 in the set"));
    }

    #[test]
    fn another_state_is_told_in_the_servers_words() {
        let mut syncing = member();
        syncing.state = MemberState::Startup2;
        assert_eq!(
            other_state(&syncing, "127.0.0.1:27103"),
            "db2:27017 is STARTUP2 (initial sync); 127.0.0.1:27103, which stands for it, is a secondary."
        );
    }

    #[test]
    fn a_member_that_is_behind_is_told_and_one_that_is_held_back_is_not() {
        let behind = |lag: f64, delay: f64| {
            let mut member = member();
            (member.lag_seconds, member.delay_seconds) = (Some(lag), Some(delay));
            super::lag(&member, "127.0.0.1:1")
        };
        assert_eq!(behind(3.0, 0.0), None);
        assert_eq!(behind(63.0, 60.0), None);
        assert!(behind(40.0, 0.0).expect("told").contains("40 s behind"));
    }
}
