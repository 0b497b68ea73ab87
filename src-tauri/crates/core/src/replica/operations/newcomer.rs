//! A mongod that is to become a member: it answers, was started for the set, and has nothing of its own.

use std::time::Duration;

use bson::{Bson, Document, doc};

use super::{ConfigRule, OperationCheck, scene::Hands};
use crate::{
    ErrorCode, Result,
    connection::{Direct, Topology},
};

/// A mongod that does not answer within this time is not ready.
const WITHIN: Duration = Duration::from_secs(4);
/// The databases that every mongod has.
const OWN: [&str; 3] = ["admin", "config", "local"];

/// The set that it is to become a member of.
pub(super) struct Wanted<'a> {
    pub(super) set_name: &'a str,
    /// `replicaSetId` of a set that is there already: who was a member before may come back with its data.
    pub(super) set_id: Option<bson::oid::ObjectId>,
    /// The version of the members that are there.
    pub(super) version: Option<&'a str>,
}

/// Looks at a mongod before it is put into a configuration.
pub(super) async fn look(hands: &Hands, host: &str, wanted: &Wanted<'_>) -> Vec<OperationCheck> {
    let greeting = match hands.session.greet(host).await {
        Ok(greeting) => greeting,
        Err(error) => {
            let hint = error.body().hint.as_deref().unwrap_or_default();
            return vec![
                refused(format!(
                    "{error} The server would take {host} as a member all the same, and show it as DOWN. {hint}"
                ))
                .ours(),
            ];
        }
    };
    if greeting.topology != Topology::ReplicaSet {
        return vec![refused(format!(
            "{host} was not started as a member of a replica set. Start it with mongod --replSet {}.",
            wanted.set_name
        ))];
    }
    if let Some(other) = greeting.set_name.filter(|name| name != wanted.set_name) {
        return vec![refused(format!(
            "{host} is a member of another replica set, {other}. The server would take it all the same, and show it as DOWN."
        ))
        .ours()];
    }
    if hands.served {
        let text = format!(
            "{host} answers. Whether it is empty is not looked up for who asks over HTTP: this connection logs in at no address that a \
             request names. What it holds would be deleted."
        );
        return vec![OperationCheck::warning(text).by(ConfigRule::NewMemberReady)];
    }
    let Ok(direct) = hands.session.direct(host) else { return Vec::new() };
    let checks = inside(&direct, host, wanted).await;
    direct.close().await;
    checks
}

/// Whether the mongod at another place is the member itself: it tells by which name it finds itself, without a login.
pub(super) async fn is_same(hands: &Hands, before: &str, now: &str) -> OperationCheck {
    let check = match hands.session.greet(now).await {
        Ok(greeting) if greeting.me.as_deref() == Some(before) => {
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

async fn inside(direct: &Direct, host: &str, wanted: &Wanted<'_>) -> Vec<OperationCheck> {
    let mut checks = Vec::new();
    match direct.ask(&doc! { "getCmdLineOpts": 1 }, WITHIN).await.map(|options| started_for(&options)) {
        Ok(Some(name)) if name != wanted.set_name => checks.push(refused(format!(
            "{host} was started for the replica set {name}. Start it with mongod --replSet {}.",
            wanted.set_name
        ))),
        Ok(_) => {}
        Err(error) => {
            let why = match error.code() {
                ErrorCode::Unauthenticated | ErrorCode::Forbidden => {
                    "the login of this connection is not known there"
                }
                _ => "it does not say",
            };
            checks.push(
                OperationCheck::warning(format!(
                    "{host} answers. Whether it is empty could not be looked up ({why}): what it holds would be deleted."
                ))
                .by(ConfigRule::NewMemberReady),
            );
            return checks;
        }
    }
    match was_member(direct, wanted).await {
        Ok(true) => {
            checks.push(
                OperationCheck::fine(format!(
                    "{host} was a member of this set before: it goes on from what it has."
                ))
                .by(ConfigRule::NewMemberReady),
            );
            return checks;
        }
        Ok(false) => {}
        Err(other) => checks.push(refused(format!("{host} belongs to another replica set, {other}.")).ours()),
    }
    if let Ok(databases) = direct.ask(&doc! { "listDatabases": 1, "nameOnly": true }, WITHIN).await {
        let held = held(&databases);
        checks.push(if held.is_empty() {
            OperationCheck::fine(format!("{host} answers, and is empty.")).by(ConfigRule::NewMemberReady)
        } else {
            refused(format!(
                "{host} holds data: {}. The server would take it, and delete all of it. Use an empty mongod.",
                held.join(", ")
            ))
            .ours()
        });
    }
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

/// Whether it was a member of this very set; the name of another set where it was one of that.
async fn was_member(direct: &Direct, wanted: &Wanted<'_>) -> Result<bool, String> {
    let Ok(reply) = direct.ask(&doc! { "replSetGetConfig": 1 }, WITHIN).await else { return Ok(false) };
    let Ok(config) = reply.get_document("config") else { return Ok(false) };
    let id =
        config.get_document("settings").ok().and_then(|settings| settings.get_object_id("replicaSetId").ok());
    if id.is_some() && id == wanted.set_id {
        return Ok(true);
    }
    Err(config.get_str("_id").unwrap_or("of a name that is not known").to_owned())
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
