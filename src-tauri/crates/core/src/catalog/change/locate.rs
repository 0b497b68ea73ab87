//! Which collections there are, told apart by more than their names.

use std::{future::IntoFuture as _, time::Duration};

use bson::{Document, RawBson, RawDocumentBuf, Uuid, rawdoc};
use mongodb::options::{ReadPreference, SelectionCriteria};
use tokio::time::sleep;

use super::{LocateCollectionsRequest, LocatedCollection};
use crate::{
    Error, ErrorCode, Result,
    catalog::{Collection, CollectionKind, list},
    connection::{Permitted, Session, Topology, bounded},
    namespace,
};

/// Where a time series keeps its measurements: the collection behind it, which has the UUID.
pub(super) const BUCKETS: &str = "system.buckets.";
/// How often a primary is asked whether a majority has come up to it.
const ASK_EVERY: Duration = Duration::from_millis(100);
/// How often at most: ten seconds.
const ASK_TIMES: u32 = 100;

/// Which collections of a database are wanted.
pub(super) enum Wanted<'a> {
    All,
    /// Those that have one of the names, or the UUID.
    Either(&'a [&'a str], Option<Uuid>),
}

/// Which collections have a name or a UUID, as a majority of the members has it.
pub(crate) async fn locate_collections(
    session: &Session,
    request: LocateCollectionsRequest,
) -> Result<Vec<LocatedCollection>> {
    let LocateCollectionsRequest { database, name, uuid, .. } = request;
    namespace::check_database(&database)?;
    let uuid = uuid.as_deref().map(parse_uuid).transpose()?;
    let names: Vec<_> = name.as_deref().into_iter().collect();
    let wanted = if names.is_empty() && uuid.is_none() { Wanted::All } else { Wanted::Either(&names, uuid) };
    let located = confirmed(session, &database, &wanted).await?;
    Ok(located.into_iter().filter(|found| !super::names::is_system(&found.name)).collect())
}

/// What the primary has at present.
pub(super) async fn located(
    session: &Session,
    database: &str,
    wanted: &Wanted<'_>,
) -> Result<Vec<LocatedCollection>> {
    located_by(session, database, wanted, ReadPreference::Primary.into()).await
}

pub(super) async fn located_by(
    session: &Session,
    database: &str,
    wanted: &Wanted<'_>,
    criteria: SelectionCriteria,
) -> Result<Vec<LocatedCollection>> {
    let command = rawdoc! { "listCollections": 1, "filter": wanted.filter() };
    let Permitted { database, command } = session.permit(database, command)?;
    let listing = async {
        let mut cursor = database.run_raw_cursor_command(command).selection_criteria(criteria).await?;
        let mut listed = Vec::<Document>::new();
        while cursor.advance().await? {
            listed.push(cursor.deserialize_current()?);
        }
        Ok(listed)
    };
    Ok(told(&bounded(listing).await?))
}

/// What the primary has and a majority has too: no other primary can have it otherwise later on.
///
/// A listing has no read concern. So the primary is asked how far it was after the listing, and then until a majority has
/// come so far; another primary meanwhile may not have what the first one listed.
pub(super) async fn confirmed(
    session: &Session,
    database: &str,
    wanted: &Wanted<'_>,
) -> Result<Vec<LocatedCollection>> {
    let before = Progress::of(session).await?;
    let found = located(session, database, wanted).await?;
    if session.info.topology != Topology::ReplicaSet {
        return Ok(found);
    }
    let after = Progress::of(session).await?;
    let mut now = after;
    for _ in 0..ASK_TIMES {
        if now.election != before.election {
            break;
        }
        if now.majority >= after.last {
            return Ok(found);
        }
        sleep(ASK_EVERY).await;
        now = Progress::of(session).await?;
    }
    Err(Error::new(ErrorCode::Timeout, "A majority of the members could not confirm what the primary has.")
        .with_hint("Check again once a majority of the members is up."))
}

/// How far a primary is, and how far a majority is behind it (`hello`, which everybody may ask).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Progress {
    election: Option<bson::oid::ObjectId>,
    last: Option<bson::Timestamp>,
    majority: Option<bson::Timestamp>,
}

impl Progress {
    async fn of(session: &Session) -> Result<Self> {
        let Permitted { database, command } = session.permit("admin", rawdoc! { "hello": 1 })?;
        let primary = SelectionCriteria::from(ReadPreference::Primary);
        let hello = database.run_raw_command(command).selection_criteria(primary).into_future();
        Ok(Self::read(&bounded(hello).await?))
    }

    fn read(hello: &Document) -> Self {
        let write = hello.get_document("lastWrite").ok();
        let time = |name| write?.get_document(name).ok()?.get_timestamp("ts").ok();
        let election = hello.get_object_id("electionId").ok();
        Self { election, last: time("opTime"), majority: time("majorityOpTime") }
    }
}

/// A UUID as commands take it.
pub(super) fn uuid_value(uuid: Uuid) -> RawBson {
    RawBson::Binary(uuid.into())
}

/// A UUID as it was told.
pub(super) fn parse_uuid(text: &str) -> Result<Uuid> {
    Uuid::parse_str(text).map_err(|_| Error::invalid("A collection's UUID cannot be read."))
}

impl Wanted<'_> {
    fn filter(&self) -> RawDocumentBuf {
        let mut alternatives = bson::RawArrayBuf::new();
        let mut name = |name: &str| {
            alternatives.push(rawdoc! { "name": name });
            alternatives.push(rawdoc! { "name": format!("{BUCKETS}{name}") });
        };
        match self {
            Self::All => return rawdoc! {},
            Self::Either(names, uuid) => {
                names.iter().for_each(|one| name(one));
                if let Some(uuid) = uuid {
                    alternatives.push(rawdoc! { "info.uuid": uuid_value(*uuid) });
                }
            }
        }
        rawdoc! { "$or": alternatives }
    }
}

/// What a listing tells, by name; a time series with the UUID of its buckets, where they were listed with it.
fn told(listed: &[Document]) -> Vec<LocatedCollection> {
    let uuid_of = |wanted: &str| {
        let found = listed.iter().find(|one| one.get_str("name").is_ok_and(|name| name == wanted))?;
        let binary = found.get_document("info").ok()?.get("uuid")?;
        let bson::Bson::Binary(binary) = binary else { return None };
        Some(binary.to_uuid().ok()?.to_string())
    };
    let mut collections: Vec<_> = listed
        .iter()
        .filter_map(|one| {
            let Collection { name, kind } = list::collection(one)?;
            let uuid = match kind {
                CollectionKind::View => None,
                CollectionKind::Collection => uuid_of(&name),
                CollectionKind::Timeseries => uuid_of(&format!("{BUCKETS}{name}")).or_else(|| uuid_of(&name)),
            };
            Some(LocatedCollection { name, kind, uuid })
        })
        .collect();
    collections.sort_by(|a, b| a.name.cmp(&b.name));
    collections
}

#[cfg(test)]
mod tests {
    use bson::{Timestamp, doc, oid::ObjectId};

    use super::*;

    #[test]
    fn collections_are_told_with_what_the_server_calls_them() {
        let (one, two) = (Uuid::from_bytes([1; 16]), Uuid::from_bytes([2; 16]));
        let told = told(&[
            doc! { "name": "ts", "type": "timeseries", "info": { "readOnly": false } },
            doc! { "name": "system.buckets.ts", "type": "collection", "info": { "uuid": one } },
            doc! { "name": "a view", "type": "view", "info": { "readOnly": true } },
            doc! { "name": "items", "type": "collection", "info": { "uuid": two } },
            doc! { "type": "nameless" },
        ]);
        let uuids: Vec<_> = told.iter().map(|one| (one.name.as_str(), one.uuid.clone())).collect();
        let (one, two) = (Some(one.to_string()), Some(two.to_string()));
        let expected = [("a view", None), ("items", two), ("system.buckets.ts", one.clone()), ("ts", one)];
        assert_eq!(uuids, expected);
    }

    #[test]
    fn how_far_a_majority_is_comes_from_the_answer_to_hello() {
        let at = |time| Timestamp { time, increment: 1 };
        let election = ObjectId::new();
        let hello = doc! {
            "electionId": election,
            "lastWrite": { "opTime": { "ts": at(5), "t": 1_i64 }, "majorityOpTime": { "ts": at(4), "t": 1_i64 } },
        };
        let progress = Progress::read(&hello);
        assert_eq!(progress, Progress { election: Some(election), last: Some(at(5)), majority: Some(at(4)) });
        assert!(progress.majority < progress.last);
        let none = Progress::read(&doc! {});
        assert_eq!(none, Progress { election: None, last: None, majority: None });
    }

    #[test]
    fn what_is_no_uuid_is_not_read() {
        assert!(parse_uuid("00010203-0405-0607-0809-0a0b0c0d0e0f").is_ok());
        for text in ["", "items", "00010203-0405-0607-0809"] {
            assert_eq!(parse_uuid(text).map_err(|e| e.code()), Err(ErrorCode::InvalidInput), "{text}");
        }
    }
}
