//! Collections and databases are dropped, for good.

use bson::{Uuid, raw::cstr, rawdoc};

use super::{
    DropCollectionRequest, DropDatabaseRequest, Dropped, LocatedCollection,
    fingerprint::fingerprint,
    locate::{Wanted, confirmed, located, parse_uuid, uuid_value},
    names,
    send::{Change, Next, another, carry_out},
};
use crate::{
    Error, ErrorCode, Result, catalog::CollectionKind, connection::Session, namespace::Namespace,
    number::SafeInt,
};

/// Drops a collection, a time series or a view, if it is still the one that was meant.
pub(crate) async fn drop_collection(session: &Session, request: DropCollectionRequest) -> Result<Dropped> {
    session.permit_writes()?;
    let DropCollectionRequest { namespace, uuid, confirm, .. } = request;
    names::check(&namespace)?;
    session.confirmed(&names::full(&namespace), confirm.as_deref())?;
    let uuid = uuid.as_deref().map(parse_uuid).transpose()?;
    carry_out(session, &CollectionDrop { namespace, uuid }).await?;
    Ok(Dropped { collections: SafeInt::new(1) })
}

/// Drops a database, if it holds what it held.
pub(crate) async fn drop_database(session: &Session, request: DropDatabaseRequest) -> Result<Dropped> {
    session.permit_writes()?;
    let DropDatabaseRequest { database, fingerprint: expected, confirm, .. } = request;
    names::check_database(&database)?;
    session.confirmed(&database, confirm.as_deref())?;
    let held = located(session, &database, &Wanted::All).await?;
    if held.is_empty() {
        return Err(Error::new(ErrorCode::NotFound, format!("There is no database '{database}'.")));
    }
    if fingerprint(&held) != expected {
        let message = format!("'{database}' holds other collections by now: nothing was dropped.");
        return Err(conflict(message));
    }
    let collections = held.iter().filter(|one| !names::is_system(&one.name)).count();
    carry_out(session, &DatabaseDrop { database, held }).await?;
    Ok(Dropped { collections: SafeInt::new(u64::try_from(collections).unwrap_or(u64::MAX)) })
}

struct CollectionDrop {
    namespace: Namespace,
    uuid: Option<Uuid>,
}

impl CollectionDrop {
    /// `compared`: the server itself compares the UUID.
    fn send(&self, compared: bool) -> Next {
        let mut command = rawdoc! { "drop": self.namespace.collection() };
        if let Some(uuid) = self.uuid.filter(|_| compared) {
            command.append(cstr!("collectionUUID"), uuid_value(uuid));
        }
        command.append(cstr!("writeConcern"), rawdoc! { "w": "majority" });
        Next::Send { database: self.namespace.database().to_owned(), command, again: compared }
    }
}

impl Change for CollectionDrop {
    async fn next(&self, session: &Session, sent: bool) -> Result<Next> {
        let names = [self.namespace.collection()];
        let wanted = Wanted::Either(&names, self.uuid);
        let database = self.namespace.database();
        let found = if sent {
            confirmed(session, database, &wanted).await?
        } else {
            located(session, database, &wanted).await?
        };
        let uuid = self.uuid.map(|uuid| uuid.to_string());
        let there = found.iter().find(|one| one.name == names[0]);
        let elsewhere = found.iter().find(|one| uuid.is_some() && one.uuid == uuid && one.name != names[0]);
        match (there, elsewhere.filter(|one| !names::is_system(&one.name))) {
            // Of a time series the server does not take it: it has one only behind the scenes.
            (Some(there), _) if there.uuid == uuid => {
                Ok(self.send(there.kind == CollectionKind::Collection && session.compares_uuids()))
            }
            (_, Some(renamed)) => Err(conflict(format!(
                "'{}' was renamed to '{}': nothing was dropped.",
                names[0], renamed.name
            ))),
            _ if sent => Ok(Next::Done),
            (Some(_), None) => Err(conflict(format!(
                "Another collection is called '{}' by now: nothing was dropped.",
                names[0]
            ))),
            (None, None) => {
                Err(Error::new(ErrorCode::NotFound, format!("There is no collection '{}'.", names[0])))
            }
        }
    }
}

fn conflict(message: String) -> Error {
    another(message).with_hint("Look again at what would go.")
}

struct DatabaseDrop {
    database: String,
    /// All that may go.
    held: Vec<LocatedCollection>,
}

impl DatabaseDrop {
    fn send(&self) -> Next {
        let command = rawdoc! { "dropDatabase": 1, "writeConcern": { "w": "majority" } };
        Next::Send { database: self.database.clone(), command, again: true }
    }
}

impl Change for DatabaseDrop {
    async fn next(&self, session: &Session, sent: bool) -> Result<Next> {
        if !sent {
            return Ok(self.send());
        }
        // A primary that died half-way has dropped some and not the others.
        let left = confirmed(session, &self.database, &Wanted::All).await?;
        if left.is_empty() {
            return Ok(Next::Done);
        }
        if left.iter().all(|one| self.held.contains(one)) {
            return Ok(self.send());
        }
        Err(conflict(format!("'{}' holds other collections by now.", self.database)))
    }
}
