//! Collections are given other names.

use std::time::Duration;

use bson::{Uuid, raw::cstr, rawdoc};

use super::{
    CollectionNamed, LocatedCollection, RenameCollectionRequest,
    locate::{BUCKETS, Wanted, confirmed, located, parse_uuid, uuid_value},
    names,
    send::{Change, Next, WITHIN, another, carry_out, taken},
};
use crate::{Error, ErrorCode, Result, catalog::CollectionKind, connection::Session, namespace::Namespace};

/// In another database all documents are copied.
const COPIED_WITHIN: Duration = Duration::from_mins(10);

/// Renames a collection, if it is still the one that was meant and nothing has the new name.
pub(crate) async fn rename_collection(
    session: &Session,
    request: RenameCollectionRequest,
) -> Result<CollectionNamed> {
    session.permit_writes()?;
    let RenameCollectionRequest { namespace: from, uuid, to, confirm, .. } = request;
    names::check(&from)?;
    names::check_new(&to)?;
    if from == to {
        return Err(Error::invalid("That is its name already. Nothing was sent."));
    }
    session.confirmed(&names::full(&from), confirm.as_deref())?;
    let uuid = parse_uuid(&uuid)?;
    let copies = from.database() != to.database();
    let compared = !copies && session.compares_uuids();
    let rename = Rename { from, to, uuid, copies, compared };
    carry_out(session, &rename).await?;
    Ok(CollectionNamed { namespace: rename.to })
}

struct Rename {
    from: Namespace,
    to: Namespace,
    uuid: Uuid,
    /// Into another database, where it gets another UUID.
    copies: bool,
    /// By the server itself.
    compared: bool,
}

impl Rename {
    async fn look(
        &self,
        session: &Session,
        namespace: &Namespace,
        uuid: Option<Uuid>,
        sent: bool,
    ) -> Result<Vec<LocatedCollection>> {
        let names = [namespace.collection()];
        let wanted = Wanted::Either(&names, uuid);
        let database = namespace.database();
        if sent {
            confirmed(session, database, &wanted).await
        } else {
            located(session, database, &wanted).await
        }
    }

    fn send(&self) -> Next {
        let mut command = rawdoc! {
            "renameCollection": names::full(&self.from),
            "to": names::full(&self.to),
            "dropTarget": false,
        };
        if self.compared {
            command.append(cstr!("collectionUUID"), uuid_value(self.uuid));
        }
        command.append(cstr!("writeConcern"), rawdoc! { "w": "majority" });
        Next::Send { database: "admin".to_owned(), command, again: self.compared }
    }
}

impl Change for Rename {
    async fn next(&self, session: &Session, sent: bool) -> Result<Next> {
        let uuid = Some(self.uuid.to_string());
        let (from, to) = (self.from.collection(), self.to.collection());
        let at_source = self.look(session, &self.from, Some(self.uuid), sent).await?;
        let at_target = self.look(session, &self.to, None, sent).await?;
        let mine = at_source.iter().find(|one| one.uuid == uuid);
        let target = at_target.iter().find(|one| one.name == to);
        match (mine, target) {
            (Some(mine), _) if mine.kind == CollectionKind::Timeseries || mine.name.starts_with(BUCKETS) => {
                let message = "The server renames no time series: nothing was renamed.";
                Err(Error::new(ErrorCode::Unsupported, message))
            }
            (Some(mine), _) if !self.copies && mine.name == to => Ok(Next::Done),
            (None, Some(_)) if self.copies && sent => Ok(Next::Done),
            (Some(_), Some(_)) => {
                let message = format!("'{to}' is taken in '{}': nothing was renamed.", self.to.database());
                Err(taken(message))
            }
            (Some(mine), None) if mine.name == from => Ok(self.send()),
            (Some(mine), None) => Err(conflict(format!("'{from}' was renamed to '{}' meanwhile", mine.name))),
            (None, _) if at_source.iter().any(|one| one.name == from) => {
                Err(conflict(format!("Another collection is called '{from}' by now")))
            }
            (None, _) => Err(Error::new(ErrorCode::NotFound, format!("There is no collection '{from}'."))),
        }
    }

    fn within(&self) -> Duration {
        if self.copies { COPIED_WITHIN } else { WITHIN }
    }
}

fn conflict(message: String) -> Error {
    another(format!("{message}: nothing was renamed.")).with_hint("Refresh to see what is there now.")
}
