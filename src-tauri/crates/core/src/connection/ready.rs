//! Whether a database can be used now.

use std::{future::IntoFuture as _, time::Duration};

use bson::rawdoc;
use mongodb::options::ReadPreference;
use tokio::time::timeout;

use super::{Permitted, Ready, Session};
use crate::{Error, ErrorCode, Result, error};

/// Who asks whether something is ready wants to know soon.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// Pings the primary, or on a read-only connection whoever may read.
///
/// # Errors
///
/// `NotPrimary` where there is no primary within two seconds, and whatever the ping comes to.
pub(crate) async fn ready(session: &Session) -> Result<Ready> {
    let writable = !session.info.read_only;
    let criteria = if writable { ReadPreference::Primary.into() } else { session.read_from().0 };
    let Permitted { database, command } = session.permit("admin", rawdoc! { "ping": 1 })?;
    let ping = database.run_raw_command(command).selection_criteria(criteria).into_future();
    match timeout(READY_WITHIN, ping).await {
        Ok(Ok(_)) => Ok(Ready { writable }),
        Ok(Err(error)) => Err(error::from_driver(&error)),
        Err(_) => Err(Error::new(ErrorCode::NotPrimary, "No primary answered within 2 s.")
            .with_hint("The set may be electing one, or its members cannot be reached from here.")),
    }
}
