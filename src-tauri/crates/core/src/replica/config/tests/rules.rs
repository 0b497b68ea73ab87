//! What is refused, by which rule, and whether the server would take it.

use bson::{Bson, doc};

use super::sets::{down, refused, set, way, well, with};
use crate::replica::{
    ConfigRule::{self, *},
    config::{SetNow, WholeConfig},
};

/// The whole configuration with one field changed, by its path.
fn changed(config: &WholeConfig, section: &str, name: &str, value: impl Into<Bson>) -> WholeConfig {
    let mut document = config.document().clone();
    match section {
        "" => document.insert(name, value),
        section => document.get_document_mut(section).expect("there").insert(name, value),
    };
    WholeConfig::of(document)
}

#[test]
fn each_rule_that_a_member_breaks_is_named_and_is_ours_only_where_the_server_takes_it() {
    let three = set("a:1 b:1 c:1");
    let cases: Vec<(&str, Bson, ConfigRule, bool)> = vec![
        ("votes", 2.into(), Votes, false),
        ("votes", (-1).into(), Votes, false),
        ("votes", 0.into(), NeverElected, false),
        ("votes", 0.5.into(), Readable, true),
        ("votes", "1".into(), Readable, false),
        ("votes", true.into(), Readable, false),
        ("priority", (-1).into(), Priority, false),
        ("priority", 1000.5.into(), Priority, false),
        ("priority", f64::NAN.into(), Priority, true),
        ("priority", "1".into(), Readable, false),
        ("hidden", true.into(), NeverElected, false),
        ("hidden", "x".into(), Readable, false),
        ("secondaryDelaySecs", 10.into(), NeverElected, false),
        ("secondaryDelaySecs", (-1).into(), Readable, false),
        ("secondaryDelaySecs", 31_622_401.into(), NeverElected, false),
        ("_id", 1.into(), UniqueId, false),
        ("_id", (-1).into(), UniqueId, false),
        ("_id", 7.into(), UniqueId, false),
        ("_id", Bson::Null, Readable, false),
        ("host", "b:1".into(), UniqueHost, false),
        ("host", "".into(), Hosts, false),
        ("host", ":1".into(), Hosts, false),
        ("host", "c:99999".into(), Hosts, false),
        ("host", "c:0".into(), Hosts, false),
        ("host", "c:1:1".into(), Hosts, false),
        ("host", "c x:1".into(), Hosts, true),
        ("host", "c:01".into(), Hosts, true),
        ("host", "localhost:1".into(), Hosts, false),
        ("host", 1.into(), Readable, false),
        ("arbiterOnly", true.into(), Fixed, false),
        ("buildIndexes", false.into(), Fixed, false),
        ("tags", doc! { "dc": 1 }.into(), Readable, false),
        ("tags", Bson::Array(vec![]), Readable, false),
        ("newField", 1.into(), Readable, false),
        ("slaveDelay", 5.into(), Readable, false),
    ];
    for (name, value, rule, ours) in cases {
        let found = refused(&three, &with(&three, 2, name, value.clone()), &well(&three));
        assert!(found.contains(&(rule, ours)), "{name}: {value}: {found:?}");
    }
}

#[test]
fn what_the_server_completes_or_changes_by_type_is_no_wish_at_all() {
    let three = set("a:1 b:1 c:1");
    for (name, value) in [
        ("votes", Bson::Double(1.0)),
        ("votes", Bson::Null),
        ("priority", Bson::Int32(1)),
        ("hidden", Bson::Int32(0)),
        ("tags", Bson::Null),
        ("secondaryDelaySecs", Bson::Double(0.0)),
        ("_id", Bson::Double(2.0)),
        ("host", Bson::String(" c:1".to_owned())),
    ] {
        let wished = with(&three, 2, name, value.clone());
        let steps = crate::replica::config::plan(&three, &wished, &well(&three));
        assert_eq!(steps.as_ref().map(Vec::len), Ok(0), "{name}: {value}: {steps:?}");
    }
}

#[test]
fn each_rule_that_the_set_breaks_is_named() {
    let three = set("a:1 b:1 c:1");
    let many = (0..48).fold(String::from("a:1 b:1 c:1"), |words, at| format!("{words} {}{at}:0!", 'd'));
    let cases: Vec<(WholeConfig, ConfigRule, bool)> = vec![
        (changed(&three, "", "_id", "other"), SameSet, false),
        (changed(&three, "", "protocolVersion", 2), SameSet, false),
        (changed(&three, "", "configsvr", true), SameSet, false),
        (changed(&three, "", "foo", 1), Readable, false),
        (changed(&three, "", "members", Bson::Array(vec![])), MemberCount, false),
        (changed(&three, "", "members", "none"), Readable, false),
        (changed(&three, "settings", "replicaSetId", bson::oid::ObjectId::new()), SameSet, false),
        (changed(&three, "settings", "foo", 1), Settings, true),
        (changed(&three, "settings", "electionTimeoutMillis", 0), Settings, false),
        (changed(&three, "settings", "electionTimeoutMillis", 1), Settings, true),
        (
            changed(
                &changed(&three, "settings", "heartbeatIntervalMillis", 20),
                "settings",
                "electionTimeoutMillis",
                99,
            ),
            Settings,
            true,
        ),
        (changed(&three, "settings", "electionTimeoutMillis", 1_i64 << 31), Settings, true),
        (changed(&three, "settings", "electionTimeoutMillis", "x"), Readable, false),
        (changed(&three, "settings", "heartbeatIntervalMillis", 100_000), Settings, true),
        (changed(&three, "settings", "heartbeatTimeoutSecs", 0), Settings, false),
        (changed(&three, "settings", "catchUpTimeoutMillis", -2), Settings, false),
        (changed(&three, "settings", "getLastErrorDefaults", doc! { "w": "majority" }), Settings, false),
        (changed(&three, "settings", "getLastErrorModes", doc! { "m": { "dc": 1 } }), Settings, false),
        (set(&many), MemberCount, false),
        (set("a:1 b:1 c:1 d:1 e:1 f:1 g:1 h:1"), VoterCount, true),
        (set("a:0 b:0 c:0"), OneElectable, false),
        (set("a:0 b:1 c:1"), KeepsPrimary, false),
        (set("b:1 c:1"), KeepsPrimary, false),
        (set("a:1 b:1 c:1 d:5*"), Arbiter, false),
        (set("a:1 b:1 c:1 d:0* e:0*"), Arbiter, false),
        (with(&set("a:1 b:1 c:1 d:0*"), 3, "hidden", true), Arbiter, true),
        (with(&set("a:1 b:1 c:1 d:0*"), 3, "votes", 0), Arbiter, false),
        (with(&set("a:1 b:1 c:1 d:0*"), 3, "tags", doc! { "a": "b" }), Arbiter, false),
        (with(&set("a:1 b:1 c:1 d:0!"), 3, "_id", 256), UniqueId, true),
    ];
    for (wished, rule, ours) in cases {
        let found = refused(&three, &wished, &well(&three));
        assert!(found.contains(&(rule, ours)), "{rule:?}: {found:?}");
    }
}

#[test]
fn eight_members_that_are_there_cannot_all_vote_by_the_servers_own_rule() {
    let eight = set("a:1 b:1 c:1 d:1 e:1 f:1 g:1 h:0!");
    let all = set("a:1 b:1 c:1 d:1 e:1 f:1 g:1 h:1");
    assert_eq!(refused(&eight, &all, &well(&eight)), [(VoterCount, false)]);
}

#[test]
fn a_member_that_is_down_is_given_no_vote() {
    let three = set("a:1 b:1 c:1 d:0!");
    let now = down(well(&three), &["d:1"]);
    assert_eq!(refused(&three, &set("a:1 b:1 c:1 d:1"), &now), [(NewMemberReady, true)]);
}

#[test]
fn without_a_primary_nothing_is_planned() {
    let three = set("a:1 b:1 c:1");
    let now = SetNow { primary: None, ..well(&three) };
    assert_eq!(refused(&three, &set("a:1 b:1 c:2"), &now), [(HasPrimary, false)]);
}

#[test]
fn the_same_mongod_under_two_names_is_refused_by_us() {
    let mut local = set("a:1 b:1 c:0!");
    for (place, host) in ["127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"].into_iter().enumerate() {
        local = with(&local, place, "host", host);
    }
    let twice = with(&local, 2, "host", "localhost:2");
    assert_eq!(refused(&local, &twice, &well(&local)), [(UniqueHost, true)]);
    let renamed = with(&local, 2, "host", "localhost:3");
    assert_eq!(refused(&local, &renamed, &well(&local)), []);
}

#[test]
fn what_is_there_already_breaks_no_rule_of_ours() {
    let odd = with(&set("a:1 b:1 c:1 d:0*"), 3, "hidden", true);
    let odd = with(&with(&odd, 1, "_id", 300), 2, "host", "c x:1");
    let odd = changed(&odd, "settings", "electionTimeoutMillis", 1_i64 << 31);
    let wished = with(&odd, 1, "priority", 2.0);
    assert_eq!(refused(&odd, &wished, &well(&odd)), [], "another field of one of them");
    let renamed = with(&odd, 1, "host", "z:1");
    assert_eq!(refused(&odd, &renamed, &well(&odd)), [], "its _id stays what it is");
    for (wished, rule) in [
        (with(&odd, 3, "secondaryDelaySecs", 5_i64), Arbiter),
        (with(&odd, 2, "host", "c y:1"), Hosts),
        (changed(&odd, "settings", "electionTimeoutMillis", (1_i64 << 31) + 1), Settings),
    ] {
        assert_eq!(refused(&odd, &wished, &well(&odd)), [(rule, true)]);
    }
}

#[test]
fn a_text_that_was_made_of_another_version_is_refused_by_us() {
    let three = set("a:1 b:1 c:1");
    for version in [3.into(), Bson::Int64(5), "4".into()] {
        let wished = changed(&with(&three, 1, "priority", 2.0), "", "version", version);
        assert_eq!(refused(&three, &wished, &well(&three)), [(PresentVersion, true)]);
    }
    let old = changed(&three, "", "version", 3);
    let told = crate::replica::config::plan(&three, &old, &well(&three)).expect_err("refused");
    assert!(told[0].text.contains("made of version 3; the configuration is version 4 now"), "{told:?}");
    let mut without = with(&three, 1, "priority", 2.0).document().clone();
    without.remove("version");
    without.remove("term");
    assert_eq!(refused(&three, &WholeConfig::of(without), &well(&three)), []);
    for version in [Bson::Int64(4), Bson::Double(4.0), Bson::Null] {
        assert_eq!(refused(&three, &changed(&three, "", "version", version), &well(&three)), []);
    }
}

#[test]
fn a_wish_of_more_members_than_may_be_is_told_so_and_no_more_is_compared() {
    let many = (0..5_000).fold(String::from("a:1 b:1 c:1"), |words, at| format!("{words} d{at}:1"));
    let three = set("a:1 b:1 c:1");
    let found = refused(&three, &set(&many), &well(&three));
    assert_eq!(found.iter().filter(|(rule, _)| *rule == MemberCount).count(), 1);
    assert!(!found.iter().any(|(rule, _)| *rule == UniqueId), "{} of them", found.len());
    assert!(way("a:1 b:1 c:1", &many, |now| now).contains("5003 members"));
}
