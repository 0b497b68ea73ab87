//! What a mongod tells of itself to who logs in.

use bson::{Bson, Document, doc};

use super::{Entry, WITHIN, Wanted, not_looked_up, refused, why};
use crate::{
    Error,
    connection::Direct,
    replica::{ConfigRule, OperationCheck},
};

/// The databases that every mongod has.
const OWN: [&str; 3] = ["admin", "config", "local"];
/// `NotYetInitialized`: it never had a configuration.
const NEVER_A_MEMBER: i32 = 94;

/// Whether it was started for the set, was a member before, and holds nothing.
pub(super) async fn inside(
    direct: &Direct,
    host: &str,
    entry: Entry,
    wanted: &Wanted<'_>,
) -> Vec<OperationCheck> {
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
        // A mongod that waits for its first configuration lists nothing, and counts what it holds all the same.
        Err(error) => match counted(direct).await {
            Some(count) => emptiness(host, entry, &collections(count)),
            None => not_looked_up(host, entry, why(&error)),
        },
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
pub(super) fn emptiness(host: &str, entry: Entry, held: &[String]) -> OperationCheck {
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

/// How many collections are somebody's (`serverStatus.catalogStats`, from 5.1 on).
async fn counted(direct: &Direct) -> Option<i64> {
    let status = direct.ask(&doc! { "serverStatus": 1 }, WITHIN).await.ok()?;
    let catalog = status.get_document("catalogStats").ok()?;
    catalog.get_i64("collections").or_else(|_| catalog.get_i32("collections").map(i64::from)).ok()
}

fn collections(count: i64) -> Vec<String> {
    match count {
        ..=0 => Vec::new(),
        1 => vec!["one collection".to_owned()],
        count => vec![format!("{count} collections")],
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

#[cfg(test)]
mod tests {
    use super::{super::tests::WANTED, *};

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
