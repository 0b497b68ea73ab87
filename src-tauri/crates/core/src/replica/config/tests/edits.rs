//! From edits to the wish.

use super::sets::{set, with, words};
use crate::replica::{
    ConfigEdit, MemberTag, WishedMember, WishedSettings,
    config::{WholeConfig, apply},
};

fn wished(host: &str) -> WishedMember {
    WishedMember {
        host: host.to_owned(),
        votes: 1,
        priority: 2.0,
        hidden: false,
        delay_seconds: 0,
        arbiter: false,
        tags: vec![MemberTag { name: "dc".to_owned(), value: "east".to_owned() }],
    }
}

fn after(current: &WholeConfig, edit: ConfigEdit) -> WholeConfig {
    apply(current, &[edit], 0).expect("it can be made")
}

#[test]
fn each_edit_changes_what_it_says_in_the_servers_types() {
    let three = set("a:1 b:1 c:1");
    let host = || "b:1".to_owned();
    let cases = [
        (ConfigEdit::Votes { host: host(), votes: 0 }, with(&three, 1, "votes", 0)),
        (ConfigEdit::Priority { host: host(), priority: 5.0 }, with(&three, 1, "priority", 5.0)),
        (ConfigEdit::Hidden { host: host(), hidden: true }, with(&three, 1, "hidden", true)),
        (ConfigEdit::Delay { host: host(), seconds: 9 }, with(&three, 1, "secondaryDelaySecs", 9_i64)),
        (
            ConfigEdit::Tags { host: host(), tags: wished("x").tags },
            with(&three, 1, "tags", bson::doc! { "dc": "east" }),
        ),
        (
            ConfigEdit::ChangeHost { host: host(), to: "z:9".to_owned(), same_server: true },
            with(&three, 1, "host", "z:9"),
        ),
        (
            ConfigEdit::ChangeHost { host: host(), to: "z:9".to_owned(), same_server: false },
            with(&with(&three, 1, "host", "z:9"), 1, "_id", 3),
        ),
        (ConfigEdit::Remove { host: "c:1".to_owned() }, set("a:1 b:1")),
    ];
    for (edit, expected) in cases {
        let what = format!("{edit:?}");
        assert_eq!(after(&three, edit), expected, "{what}");
    }
}

#[test]
fn a_new_member_gets_the_next_id_and_the_default_port() {
    let config = after(&set("a:1 b:1 d:1"), ConfigEdit::Add { member: wished("x") });
    let member = config.member_documents().last().expect("added");
    assert_eq!((member.get_i32("_id").ok(), member.get_str("host").ok()), (Some(4), Some("x:27017")));
    assert_eq!(words(&config), "a:1 b:1 d:1 x:27017:2");
}

#[test]
fn an_id_is_used_again_only_when_255_is_taken_and_never_within_one_operation() {
    let full = with(&set("a:1 b:1 c:1"), 2, "_id", 255);
    let config = after(&full, ConfigEdit::Add { member: wished("x:1") });
    assert_eq!(config.members()[3].id, 2);
    let edits = [ConfigEdit::Remove { host: "c:1".to_owned() }, ConfigEdit::Add { member: wished("x:1") }];
    let config = apply(&set("a:1 b:1 c:1"), &edits, 0).expect("made");
    assert_eq!(config.members()[2].id, 3, "not the _id of the one that leaves");
}

#[test]
fn settings_that_are_not_named_stay() {
    let settings = WishedSettings { chaining_allowed: Some(false), ..WishedSettings::default() };
    let three = set("a:1 b:1 c:1");
    let config = after(&three, ConfigEdit::Settings { settings });
    let settings = config.document().get_document("settings").expect("there");
    assert_eq!(settings.get_bool("chainingAllowed").ok(), Some(false));
    assert_eq!(settings.get_i32("electionTimeoutMillis").ok(), Some(10_000));
}

#[test]
fn a_member_that_is_not_there_is_named_with_those_that_are() {
    let error =
        apply(&set("a:1 b:1"), &[ConfigEdit::Remove { host: "x:1".to_owned() }], 0).expect_err("unknown");
    assert_eq!(error.to_string(), "x:1 is no member of the configuration.");
    assert_eq!(error.body().hint.as_deref(), Some("Its members are a:1, b:1."));
}

#[test]
fn the_text_of_a_configuration_gives_it_back() {
    let three = set("a:1 b:0.5 c:0!");
    let text = three.text();
    assert!(text.contains("priority: 1,") && !text.contains("NumberLong"), "{text}");
    assert!(text.contains("version: 4"), "of which it was made: {text}");
    let read = after(&three, ConfigEdit::Document { text });
    let steps = crate::replica::config::plan(&three, &read, &super::sets::well(&three));
    assert_eq!(steps, Ok(Vec::new()));
    // Also after an edit through the form, upon it.
    let text = after(&three, ConfigEdit::Priority { host: "b:1".to_owned(), priority: 2.0 }).text();
    assert!(text.contains("version: 4"), "{text}");
    // A text of an older version keeps it, for that to be noticed.
    let read = after(&three, ConfigEdit::Document { text: text.replace("version: 4", "version: 3") });
    assert!(crate::replica::config::plan(&three, &read, &super::sets::well(&three)).is_err());
}

#[test]
fn a_text_that_cannot_be_read_is_told_with_its_place() {
    let text = "{\n  _id: 'rs0',\n  members: [ { _id: } ]\n}".to_owned();
    let error = apply(&set("a:1"), &[ConfigEdit::Document { text }], 0).expect_err("unreadable");
    assert!(error.to_string().starts_with("The configuration cannot be read at line 3, column"), "{error}");
    assert_eq!(error.body().at.map(|at| at.line), Some(3));
}
