//! A mongod that is to become a member: it answers, was started for the set, and has nothing of its own.

mod inside;
mod same;

use std::time::Duration;

use super::{
    ConfigRule, OperationCheck,
    scene::{Hands, Scene},
};
use crate::{
    Error, ErrorCode,
    connection::{Greeting, Topology},
};

use inside::inside;
pub(super) use same::is_same;

/// A mongod that does not answer within this time is not ready.
const WITHIN: Duration = Duration::from_secs(4);

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
    if hands.distrusts {
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

/// Who asks over HTTP must not have this connection log in at a place of their choice: not now, and not by making it a member, as
/// members are asked with the login too.
fn over_http(host: &str, entry: Entry, has_login: bool) -> OperationCheck {
    if has_login {
        return refused(format!(
            "{host} answers. This connection has a login, and for who asks over HTTP it logs in at no address that a request \
             names: once it is a member, it would. Do it in the window, or start trivet-server with --trust-new-members."
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

fn refused(text: String) -> OperationCheck {
    OperationCheck::refused(text.trim().to_owned()).by(ConfigRule::NewMemberReady)
}

#[cfg(test)]
mod tests {
    use super::{inside::emptiness, *};
    use crate::replica::CheckVerdict;

    pub(super) const WANTED: Wanted<'static> = Wanted { set_name: "rs0", set_id: None, version: None };

    pub(super) fn greeting(set_name: Option<&str>) -> Greeting {
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
    fn over_http_a_connection_with_a_login_takes_nobody_in() {
        assert_eq!(ours(&over_http("d:1", Entry::Added, true)), (CheckVerdict::Refused, true));
        assert!(over_http("d:1", Entry::Added, true).text.contains("in the window"), "the way on");
        assert_eq!(ours(&over_http("d:1", Entry::Added, false)), (CheckVerdict::Warning, false));
    }
}
