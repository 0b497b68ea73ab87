//! What an incident holds, and what it must not.

use super::{Incident, IncidentLog, SeenConfiguration, read_incident};
use crate::replica::{
    MemberTag, TimelineEntry, TimelineKind, TimelineSource,
    reply::LogLine,
    tests::world::{three, world},
};

const CANARY: &str = "c4n4ry";

fn incident() -> Incident {
    let mut snapshot = three().snapshot();
    snapshot.members[1].last_heartbeat_message = Some(format!(
        "Error connecting to b:1 :: caused by :: mongodb://ada:{CANARY}@b:1/?x and {CANARY}@local"
    ));
    snapshot.members[1].tags = vec![MemberTag { name: "a".to_owned(), value: "a:12 and a:1.".to_owned() }];
    let line = format!(
        r#"{{"t":{{"$date":"2026-11-26T13:24:54.815+00:00"}},"s":"I","c":"ELECTION","id":51799,"ctx":"ReplCoord-6","msg":"VoteRequester processResponse","attr":{{"term":3,"dryRun":false,"vote":"yes","from":"c:1","remote":"{CANARY}","command":{{"find":"{CANARY}"}},"message":{{"term":3,"reason":"","value":"{CANARY}"}}}}}}"#
    );
    let entry = TimelineEntry {
        id: "1".to_owned(),
        at: "2026-11-26T13:24:54.815Z".to_owned(),
        kind: TimelineKind::MemberDown,
        level: None,
        host: Some("gone.example:27017".to_owned()),
        message: "gone.example:27017 is down. b:1 still sees c:1, and gone.example too.".to_owned(),
        details: Vec::new(),
        source: TimelineSource::Observed,
        state: None,
        signal: None,
        election: None,
    };
    Incident {
        configurations: SeenConfiguration::of(&snapshot).into_iter().collect(),
        snapshots: vec![snapshot],
        timeline: vec![entry],
        logs: vec![IncidentLog::of("a:1", &LogLine::read(&line).expect("read"))],
        ..Incident::empty("2026-11-26T13:30:00.000Z".to_owned())
    }
}

#[test]
fn no_connection_string_user_client_or_value_is_in_it() {
    let text = serde_json::to_string(&incident().redacted(false).expect("redacted")).expect("JSON");
    assert!(!text.contains(CANARY), "{text}");
    assert!(text.contains("caused by :: [hidden] and [hidden]") && text.contains("gone.example:27017"));
}

#[test]
fn hosts_are_hidden_everywhere_where_it_is_wished() {
    let hidden = incident().redacted(true).expect("redacted");
    let hosts: Vec<_> = hidden.snapshots[0].members.iter().map(|member| member.host.as_str()).collect();
    assert_eq!(hosts, ["member-1", "member-2", "member-3"]);
    assert_eq!(hidden.snapshots[0].primary.as_deref(), Some("member-1"));
    assert_eq!(hidden.snapshots[0].views[1].viewer, "member-2");
    assert_eq!(hidden.logs[0].host, "member-1");
    assert_eq!(hidden.logs[0].attributes[1].value, "member-3");
    let told = &hidden.timeline[0];
    assert_eq!(told.host.as_deref(), Some("member-4"));
    assert_eq!(told.message, "member-4 is down. member-2 still sees member-3, and host-4 too.");
    assert_eq!(hidden.snapshots[0].members[1].tags[0].value, "host-1:12 and member-1.", "only whole names");
    let text = serde_json::to_string(&hidden).expect("JSON");
    assert!(!text.contains("gone.example") && !text.contains("b:1"), "{text}");
}

#[test]
fn what_was_exported_is_read_again_and_anything_else_is_refused_with_its_reason() {
    let incident = incident().redacted(false).expect("redacted");
    let text = serde_json::to_string(&incident).expect("JSON");
    assert_eq!(read_incident(&text).expect("read"), incident);
    let refusal = |text: &str| read_incident(text).expect_err("refused").to_string();
    let mut uneven = incident.clone();
    uneven.history.times.push(1);
    let mut stranger = incident;
    stranger.history.times.push(1);
    stranger.history.primary.push(Some(7));
    stranger.history.commit_lag.push(None);
    let told = [
        refusal("no JSON"),
        refusal("[]"),
        refusal(r#"{"format": 1}"#),
        refusal(r#"{"format": 2}"#),
        refusal(&serde_json::to_string(&uneven).expect("JSON")),
        refusal(&serde_json::to_string(&stranger).expect("JSON")),
        refusal(&" ".repeat(64 * 1_024 * 1_024 + 1)),
    ];
    insta::assert_snapshot!(told.join("\n"), @r"
    This is no incident that Trivet has exported: expected ident at line 1 column 2.
    This is no incident that Trivet has exported: invalid length 0, expected struct Head with 1 element at line 1 column 2.
    This is no incident that Trivet has exported: missing field `name` at line 1 column 13.
    The incident is of format 2: this program reads format 1.
    This is no incident that Trivet has exported: the columns of its history are not of the same length.
    This is no incident that Trivet has exported: its history names a primary that is no member.
    The file is larger than 64 MiB: it is no incident.
    ");
}

#[test]
fn a_configuration_is_known_by_its_members() {
    let seen = SeenConfiguration::of(&world(&["a:1", "b:1", "c:1"], &["c:1"]).snapshot()).expect("known");
    assert_eq!((seen.members.len(), seen.members[2].arbiter, seen.members[0].votes), (3, true, Some(1)));
}

#[test]
fn addresses_that_servers_put_behind_names_are_hidden_with_the_names() {
    let mut incident = incident();
    incident.snapshots[0].members[1].last_heartbeat_message =
        Some("Error connecting to b:1 (10.0.0.9:27017) :: caused by :: Connection refused".to_owned());
    incident.timeline[0].details = vec![
        "[2001:db8::7]:27017 and 2001:db8::7, not 10.0.0.9.".to_owned(),
        "at 13:24:54.815 by 6.0.5, 1.2.3.4.5 and fe80::1%eth0 :: end".to_owned(),
    ];
    let hidden = incident.clone().redacted(true).expect("redacted");
    assert_eq!(
        hidden.snapshots[0].members[1].last_heartbeat_message.as_deref(),
        Some("Error connecting to member-2 (address-1:27017) :: caused by :: Connection refused")
    );
    assert_eq!(
        hidden.timeline[0].details,
        [
            "[address-2]:27017 and address-2, not address-1.",
            "at 13:24:54.815 by 6.0.5, 1.2.3.4.5 and address-3 :: end"
        ]
    );
    let told = incident.redacted(false).expect("redacted");
    assert!(told.timeline[0].details[0].contains("10.0.0.9"), "hosts are told, and so are their addresses");
}

#[test]
fn a_host_that_is_called_like_a_state_spoils_no_export() {
    for word in [
        "primary",
        "secondary",
        "up",
        "clear",
        "healthy",
        "replicaSet",
        "observed",
        "memberDown",
        "lag",
        "writes",
    ] {
        let mut incident = incident();
        let host = format!("{word}:27017");
        incident.snapshots[0].members[1].host.clone_from(&host);
        incident.timeline[0].host = Some(host);
        incident.timeline[0].signal = Some(crate::replica::AlertSignal::Lag);
        let syncing = &mut incident.snapshots[0].members[2];
        syncing.sync_source = Some(format!("{word}:27017"));
        let hidden = incident.redacted(true).unwrap_or_else(|error| panic!("{word}: {error}"));
        assert_eq!(hidden.snapshots[0].members[2].sync_source.as_deref(), Some("member-2"));
        assert_eq!(hidden.snapshots[0].members[0].state, crate::replica::MemberState::Primary);
    }
}
