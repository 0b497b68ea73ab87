//! A mongod that is to become a member: it answers, was started for the set, and has nothing of its own.

use std::time::Duration;

use bson::{Bson, Document, doc};

use super::{
    ConfigRule, OperationCheck,
    scene::{Hands, Scene},
};
use crate::{
    Error, ErrorCode,
    connection::{Direct, Greeting, Topology},
};

/// A mongod that does not answer within this time is not ready.
const WITHIN: Duration = Duration::from_secs(4);
/// The databases that every mongod has.
const OWN: [&str; 3] = ["admin", "config", "local"];
/// `NotYetInitialized`: it never had a configuration.
const NEVER_A_MEMBER: i32 = 94;

/// The set that it is to become a member of.
pub(super) struct Wanted<'a> {
    pub(super) set_name: &'a str,
    /// `replicaSetId` of a set that is there already: who was a member before may come back with its data.
    pub(super) set_id: Option<bson::oid::ObjectId>,
    /// The version of the members that are there.
    pub(super) version: Option<&'a str>,
}

/// How it becomes a member: what the server does with who is not ready differs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    /// A set takes it in.
    Added,
    /// A set begins with its data, and the others copy it.
    First,
    /// A set begins, and it copies what the first one has.
    Beside,
}

impl Entry {
    /// What becomes of the data that it has.
    fn what_it_holds(self) -> &'static str {
        match self {
            Self::First => "What it holds stays, and the other members copy it.",
            Self::Added | Self::Beside => "What it holds would be deleted.",
        }
    }
}

/// Looks at a mongod before it is put into a configuration.
pub(super) async fn look(
    hands: &Hands,
    scene: &Scene,
    host: &str,
    entry: Entry,
    wanted: &Wanted<'_>,
) -> Vec<OperationCheck> {
    let greeting = match hands.session.greet(scene.address(host)).await {
        Ok(greeting) => greeting,
        Err(error) => return vec![silent(host, entry, &error)],
    };
    if let Some(check) = outside(host, entry, wanted, &greeting) {
        return vec![check];
    }
    if hands.served {
        return vec![over_http(host, entry, has_login(hands))];
    }
    let direct = match hands.member(scene, host) {
        Ok(direct) => direct,
        Err(error) => return vec![not_looked_up(host, entry, &error.to_string())],
    };
    let checks = inside(&direct, host, entry, wanted).await;
    direct.close().await;
    checks
}

/// Nobody answers there.
fn silent(host: &str, entry: Entry, error: &Error) -> OperationCheck {
    let hint = error.body().hint.as_deref().unwrap_or_default();
    match entry {
        Entry::Added => refused(format!(
            "{error} The server would take {host} as a member all the same, and show it as DOWN. {hint}"
        ))
        .ours(),
        Entry::First | Entry::Beside => {
            refused(format!("{error} The server begins no set with a member that does not answer. {hint}"))
        }
    }
}

/// What refuses it before anybody logs in.
fn outside(host: &str, entry: Entry, wanted: &Wanted<'_>, greeting: &Greeting) -> Option<OperationCheck> {
    if greeting.topology != Topology::ReplicaSet {
        return Some(refused(format!(
            "{host} was not started as a member of a replica set. Start it with mongod --replSet {}.",
            wanted.set_name
        )));
    }
    let other = greeting.set_name.as_deref()?;
    Some(match (other == wanted.set_name, entry) {
        (true, Entry::Added) => refused(format!(
            "{host} says that it is a member of {other} already, and no member is found under this name: it is one under another \
             name, or was one and has not noticed yet that it is none any more, or belongs to another set of the same name. The \
             server would take it all the same. Wait a moment and plan again, or use another mongod."
        ))
        .ours(),
        (false, Entry::Added) => refused(format!(
            "{host} is a member of another replica set, {other}. The server would take it all the same, and show it as DOWN."
        ))
        .ours(),
        (_, Entry::First | Entry::Beside) => {
            refused(format!("{host} is a member of a replica set already, {other}. The server begins no other set with it."))
        }
    })
}

/// Whether the mongod at another place is the member itself: it tells by which process it is, or by which name it finds itself,
/// without a login.
pub(super) async fn is_same(
    hands: &Hands,
    scene: &Scene,
    set_name: &str,
    before: &str,
    now: &str,
) -> OperationCheck {
    let (old, new) = futures_util::join!(
        hands.session.greet(scene.address(before)),
        hands.session.greet(scene.address(now))
    );
    let check = match new {
        Ok(new) if is_the_member(before, set_name, old.ok().as_ref(), &new) => {
            if hands.served && has_login(hands) {
                return over_http(now, Entry::Added, true);
            }
            return OperationCheck::fine(format!("{now} is the same mongod as {before}."))
                .by(ConfigRule::NewServerNewId);
        }
        Ok(_) => format!(
            "{now} is not the mongod that is {before}: the server would take it for that one and count its vote at once. Remove \
             {before} and add {now}, or say that it is another server."
        ),
        Err(error) => format!("Whether {now} is the same mongod as {before} cannot be told: {error}"),
    };
    OperationCheck::refused(check).by(ConfigRule::NewServerNewId).ours()
}

/// Names are not unique: two sets may use the same ones. Processes are, where both ends tell theirs.
fn is_the_member(before: &str, set_name: &str, old: Option<&Greeting>, new: &Greeting) -> bool {
    if new.set_name.as_deref() != Some(set_name) {
        return false;
    }
    match (old.and_then(|old| old.process), new.process) {
        (Some(old), Some(new)) => old == new,
        _ => new.me.as_deref() == Some(before),
    }
}

/// Who asks over HTTP must not have this connection log in at a place of their choice: not now, and not by making it a member, as
/// members are asked with the login too.
fn over_http(host: &str, entry: Entry, has_login: bool) -> OperationCheck {
    if has_login {
        return refused(format!(
            "{host} answers. This connection has a login, and for who asks over HTTP it logs in at no address that a request \
             names: once it is a member, it would. Do it in the window."
        ))
        .ours();
    }
    OperationCheck::warning(format!(
        "{host} answers. Whether it is empty is not looked up for who asks over HTTP: this connection logs in at no address that a \
         request names. {}",
        entry.what_it_holds()
    ))
    .by(ConfigRule::NewMemberReady)
}

fn has_login(hands: &Hands) -> bool {
    hands.session.options.credential.is_some()
}

async fn inside(direct: &Direct, host: &str, entry: Entry, wanted: &Wanted<'_>) -> Vec<OperationCheck> {
    let mut checks = Vec::new();
    match direct.ask(&doc! { "getCmdLineOpts": 1 }, WITHIN).await.map(|options| started_for(&options)) {
        Ok(Some(name)) if name != wanted.set_name => checks.push(refused(format!(
            "{host} was started for the replica set {name}. Start it with mongod --replSet {}.",
            wanted.set_name
        ))),
        Ok(_) => {}
        Err(error) => return vec![not_looked_up(host, entry, why(&error))],
    }
    match Before::read(direct.ask(&doc! { "replSetGetConfig": 1 }, WITHIN).await, wanted) {
        Before::Here => {
            checks.push(
                OperationCheck::fine(format!(
                    "{host} was a member of this set before: it goes on from what it has."
                ))
                .by(ConfigRule::NewMemberReady),
            );
            return checks;
        }
        Before::Nowhere => {}
        Before::Elsewhere(other) => {
            let check = refused(format!("{host} belongs to another replica set, {other}."));
            checks.push(if entry == Entry::Added { check.ours() } else { check });
        }
        Before::Unknown(error) => checks.push(
            OperationCheck::warning(format!(
                "Whether {host} was a member of a set before could not be looked up ({}).",
                why(&error)
            ))
            .by(ConfigRule::NewMemberReady),
        ),
    }
    checks.push(match direct.ask(&doc! { "listDatabases": 1, "nameOnly": true }, WITHIN).await {
        Ok(databases) => emptiness(host, entry, &held(&databases)),
        Err(error) => not_looked_up(host, entry, why(&error)),
    });
    if let (Some(theirs), Some(ours)) = (version(direct).await, wanted.version)
        && theirs != ours
    {
        checks.push(
            OperationCheck::warning(format!("{host} is MongoDB {theirs}, the set is {ours}: run different versions only while you upgrade."))
                .by(ConfigRule::NewMemberReady),
        );
    }
    checks
}

/// What becomes of what it holds.
fn emptiness(host: &str, entry: Entry, held: &[String]) -> OperationCheck {
    let held = match held {
        [] => {
            return OperationCheck::fine(format!("{host} answers, and is empty."))
                .by(ConfigRule::NewMemberReady);
        }
        held => held.join(", "),
    };
    match entry {
        Entry::First => OperationCheck::warning(format!(
            "{host} holds data: {held}. It stays, and the other members copy it."
        ))
        .by(ConfigRule::NewMemberReady),
        Entry::Added | Entry::Beside => refused(format!(
            "{host} holds data: {held}. The server would take it, and delete all of it. Use an empty mongod."
        ))
        .ours(),
    }
}

fn not_looked_up(host: &str, entry: Entry, why: &str) -> OperationCheck {
    OperationCheck::warning(format!(
        "{host} answers. Whether it is empty could not be looked up ({why}). {}",
        entry.what_it_holds()
    ))
    .by(ConfigRule::NewMemberReady)
}

fn why(error: &Error) -> &'static str {
    match error.code() {
        ErrorCode::Unauthenticated | ErrorCode::Forbidden => {
            "the login of this connection is not known there"
        }
        _ => "it does not say",
    }
}

/// Where a mongod was a member before.
#[derive(Debug)]
enum Before {
    Nowhere,
    /// Of this very set.
    Here,
    /// Of another one, of this name.
    Elsewhere(String),
    Unknown(Error),
}

impl Before {
    fn read(reply: Result<Document, Error>, wanted: &Wanted<'_>) -> Self {
        let reply = match reply {
            Ok(reply) => reply,
            Err(error) if error.server_code() == Some(NEVER_A_MEMBER) => return Self::Nowhere,
            Err(error) => return Self::Unknown(error),
        };
        let Ok(config) = reply.get_document("config") else { return Self::Nowhere };
        let settings = config.get_document("settings").ok();
        let id = settings.and_then(|settings| settings.get_object_id("replicaSetId").ok());
        if id.is_some() && id == wanted.set_id {
            return Self::Here;
        }
        Self::Elsewhere(config.get_str("_id").unwrap_or("of a name that is not known").to_owned())
    }
}

async fn version(direct: &Direct) -> Option<String> {
    let status = direct.ask(&doc! { "buildInfo": 1 }, WITHIN).await.ok()?;
    status.get_str("version").ok().map(str::to_owned)
}

/// `--replSet`, without what may follow a slash.
fn started_for(options: &Document) -> Option<String> {
    let replication = options.get_document("parsed").ok()?.get_document("replication").ok()?;
    let name = replication.get_str("replSet").or_else(|_| replication.get_str("replSetName")).ok()?;
    Some(name.split('/').next().unwrap_or(name).to_owned())
}

fn held(databases: &Document) -> Vec<String> {
    let listed = databases.get_array("databases").into_iter().flatten();
    let name = |database: &Bson| Some(database.as_document()?.get_str("name").ok()?.to_owned());
    listed.filter_map(name).filter(|name| !OWN.contains(&name.as_str())).collect()
}

fn refused(text: String) -> OperationCheck {
    OperationCheck::refused(text.trim().to_owned()).by(ConfigRule::NewMemberReady)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replica::CheckVerdict;

    const WANTED: Wanted<'static> = Wanted { set_name: "rs0", set_id: None, version: None };

    fn greeting(set_name: Option<&str>) -> Greeting {
        let set_name = set_name.map(str::to_owned);
        Greeting { topology: Topology::ReplicaSet, set_name, me: None, process: None }
    }

    fn ours(check: &OperationCheck) -> (CheckVerdict, bool) {
        (check.verdict, check.ours)
    }

    #[test]
    fn what_the_server_does_with_who_is_not_ready_is_told_of_what_is_done() {
        let nobody = || Error::new(ErrorCode::Unreachable, "Cannot reach it.");
        let added = silent("d:1", Entry::Added, &nobody());
        assert!(added.ours && added.text.contains("show it as DOWN"), "{added:?}");
        let begun = silent("d:1", Entry::Beside, &nobody());
        assert!(!begun.ours && begun.text.contains("begins no set"), "{begun:?}");

        let data = ["shop".to_owned()];
        assert_eq!(ours(&emptiness("d:1", Entry::Added, &data)), (CheckVerdict::Refused, true));
        assert_eq!(ours(&emptiness("d:1", Entry::Beside, &data)), (CheckVerdict::Refused, true));
        let first = emptiness("d:1", Entry::First, &data);
        assert_eq!(ours(&first), (CheckVerdict::Warning, false), "a set begins with what it has");
        assert!(first.text.contains("It stays"), "{first:?}");
        assert_eq!(ours(&emptiness("d:1", Entry::First, &[])), (CheckVerdict::Fine, false));
    }

    #[test]
    fn who_says_that_it_is_a_member_and_is_found_in_no_configuration_is_refused() {
        assert_eq!(outside("d:1", Entry::Added, &WANTED, &greeting(None)), None);
        let same = outside("d:1", Entry::Added, &WANTED, &greeting(Some("rs0"))).expect("refused");
        assert!(same.ours && same.text.contains("is a member of rs0 already"), "{same:?}");
        let other = outside("d:1", Entry::Added, &WANTED, &greeting(Some("rs1"))).expect("refused");
        assert!(other.ours && other.text.contains("another replica set, rs1"), "{other:?}");
        for name in ["rs0", "rs1"] {
            let begun = outside("d:1", Entry::First, &WANTED, &greeting(Some(name))).expect("refused");
            assert!(!begun.ours && begun.text.contains("already"), "the server's own rule: {begun:?}");
        }
    }

    #[test]
    fn another_mongod_of_the_same_name_in_another_set_is_not_the_member() {
        let [one, other] = [1, 2].map(|byte| bson::oid::ObjectId::from_bytes([byte; 12]));
        let process = |process| Greeting { me: Some("b:1".to_owned()), process, ..greeting(Some("rs0")) };
        assert!(
            is_the_member("b:1", "rs0", None, &process(None)),
            "by its name, where nothing else is known"
        );
        assert!(!is_the_member("c:1", "rs0", None, &process(None)));
        assert!(!is_the_member("b:1", "rs1", None, &process(None)), "of another set");
        assert!(!is_the_member("b:1", "rs0", Some(&process(Some(one))), &process(Some(other))));
        assert!(
            is_the_member("c:1", "rs0", Some(&process(Some(one))), &process(Some(one))),
            "the same process"
        );
        assert!(is_the_member("b:1", "rs0", Some(&process(None)), &process(Some(one))));
    }

    #[test]
    fn over_http_a_connection_with_a_login_takes_nobody_in() {
        assert_eq!(ours(&over_http("d:1", Entry::Added, true)), (CheckVerdict::Refused, true));
        assert!(over_http("d:1", Entry::Added, true).text.contains("in the window"), "the way on");
        assert_eq!(ours(&over_http("d:1", Entry::Added, false)), (CheckVerdict::Warning, false));
    }

    #[test]
    fn only_who_never_had_a_configuration_was_no_member_before() {
        let says = |code| Err(crate::error::from_server(code, "", "no."));
        assert!(matches!(Before::read(says(94), &WANTED), Before::Nowhere));
        assert!(matches!(Before::read(says(13), &WANTED), Before::Unknown(_)));
        let id = bson::oid::ObjectId::from_bytes([7; 12]);
        let config = || Ok(doc! { "config": { "_id": "rs0", "settings": { "replicaSetId": id } } });
        assert!(matches!(Before::read(config(), &WANTED), Before::Elsewhere(name) if name == "rs0"));
        assert!(matches!(Before::read(config(), &Wanted { set_id: Some(id), ..WANTED }), Before::Here));
    }

    #[test]
    fn the_set_that_a_mongod_was_started_for_is_read_from_its_options() {
        let started = |replication: Document| started_for(&doc! { "parsed": { "replication": replication } });
        assert_eq!(started(doc! { "replSet": "rs0" }).as_deref(), Some("rs0"));
        assert_eq!(
            started(doc! { "replSetName": "rs0" }).as_deref(),
            Some("rs0"),
            "from a configuration file"
        );
        assert_eq!(started(doc! { "replSet": "rs0/a:1,b:2" }).as_deref(), Some("rs0"));
        assert_eq!(started(doc! {}), None);
    }

    #[test]
    fn what_every_mongod_has_is_no_data() {
        let list = |names: &[&str]| {
            let databases: Vec<_> = names.iter().map(|name| doc! { "name": *name }).collect();
            held(&doc! { "databases": databases })
        };
        assert!(list(&["admin", "config", "local"]).is_empty());
        assert_eq!(list(&["admin", "shop", "local", "test"]), ["shop", "test"]);
    }
}
