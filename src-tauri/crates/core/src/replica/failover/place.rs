//! Where the canary's writes go: a collection of its own, which is gone afterwards.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bson::{Document, RawDocumentBuf, oid::ObjectId, rawdoc};
use mongodb::error::Error as DriverError;
use tokio::time::{sleep, timeout};

use super::failure::Failure;
use crate::{
    Error, ErrorCode, Result,
    connection::{Beside, Permitted},
    error,
};

/// The database of all canaries. Nothing else is in it, so it is gone with the last of them.
pub(crate) const DATABASE: &str = "trivet_failover";
/// A collection's name is this, when it was made (seconds since 1970), and a name that nobody else makes up.
const PREFIX: &str = "canary_";
/// The server waits so long for a majority, and stops a write after this time. Milliseconds.
const MAJORITY_WITHIN_MS: i32 = 4_000;
const STOPPED_AFTER_MS: i32 = 4_500;
/// For so long making and removing are waited for.
const ANSWER_WITHIN: Duration = Duration::from_secs(6);
/// And for so long a collection is tried to be removed: a primary may have to be elected first.
const REMOVED_WITHIN: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(250);
/// No measuring lasts so long, seconds: what is older was left behind by a program that was killed.
const LEFT_BEHIND: i64 = 70 * 60;

/// A collection for one measuring.
pub(super) struct Place {
    beside: Arc<Beside>,
    name: String,
}

impl Place {
    /// A name for it; nothing is sent.
    pub(super) fn new(beside: Arc<Beside>, now_ms: i64) -> Self {
        let name = format!("{PREFIX}{}_{}", now_ms / 1_000, ObjectId::new().to_hex());
        Self { beside, name }
    }

    pub(super) fn full_name(&self) -> String {
        format!("{DATABASE}.{}", self.name)
    }

    /// Makes it. That no primary answers is no reason not to measure: the first write makes it then.
    ///
    /// # Errors
    ///
    /// Whatever the server refuses it for.
    pub(super) async fn make(&self) -> Result<()> {
        let made = self.run(rawdoc! { "create": &*self.name, "writeConcern": majority() }).await;
        match made {
            Ok(_) => Ok(()),
            Err(error) if passes(&error) => Ok(()),
            Err(error) if error.code() == ErrorCode::Forbidden => Err(error.with_hint(format!(
                "Measuring writes into the database {DATABASE}: the role readWrite on it is needed."
            ))),
            Err(error) => Err(error),
        }
    }

    /// Writes once.
    pub(super) async fn write(&self, number: usize, now_ms: i64) -> Result<(), Failure> {
        let document = rawdoc! {
            "_id": i64::try_from(number).unwrap_or(i64::MAX),
            "at": bson::DateTime::from_millis(now_ms),
        };
        let insert = rawdoc! {
            "insert": &*self.name,
            "documents": [document],
            "writeConcern": majority(),
            "maxTimeMS": STOPPED_AFTER_MS,
        };
        let answer = self.send(insert).await.map_err(|refused| match refused {
            Refused::Here(error) => Failure::of_server(0, "", &error.body().message),
            Refused::There(error) => Failure::of_driver(&error),
        })?;
        Failure::in_answer(&answer).map_or(Ok(()), Err)
    }

    /// Removes it, and looks whether it is gone: a write that was given up may be carried out late, and makes it anew.
    ///
    /// # Errors
    ///
    /// Why it is still there.
    pub(super) async fn remove(&self) -> Result<()> {
        let began = Instant::now();
        loop {
            let left = match self.drop_one(&self.name).await {
                Ok(()) => match self.all().await {
                    // Who may not look has dropped it all the same.
                    Ok(all) if all.contains(&self.name) => None,
                    _ => return Ok(()),
                },
                Err(error) => Some(error),
            };
            if began.elapsed() >= REMOVED_WITHIN {
                return Err(
                    left.unwrap_or_else(|| Error::new(ErrorCode::Conflict, "It is made anew each time."))
                );
            }
            sleep(PAUSE).await;
        }
    }

    /// Removes what programs that were killed have left behind; their names.
    pub(super) async fn remove_left_behind(&self, now_ms: i64) -> Result<Vec<String>> {
        let left: Vec<_> =
            self.all().await?.into_iter().filter(|name| is_left_behind(name, now_ms / 1_000)).collect();
        for name in &left {
            self.drop_one(name).await?;
        }
        Ok(left)
    }

    async fn drop_one(&self, name: &str) -> Result<()> {
        match self.run(rawdoc! { "drop": name, "writeConcern": majority() }).await {
            Ok(_) => Ok(()),
            // It was never made, or was dropped with the answer lost.
            Err(error) if error.code() == ErrorCode::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The first hundred are enough: nobody measures more at the same time.
    async fn all(&self) -> Result<Vec<String>> {
        let filter = rawdoc! { "name": { "$regex": format!("^{PREFIX}") } };
        let answer = self.run(rawdoc! { "listCollections": 1, "filter": filter, "nameOnly": true }).await?;
        let batch = answer.get_document("cursor").and_then(|cursor| cursor.get_array("firstBatch"));
        let names = batch.into_iter().flatten().filter_map(|found| found.as_document()?.get_str("name").ok());
        Ok(names.map(str::to_owned).collect())
    }

    async fn run(&self, command: RawDocumentBuf) -> Result<Document> {
        let answer = timeout(ANSWER_WITHIN, self.send(command)).await.unwrap_or_else(|_| {
            Err(Refused::Here(Error::new(ErrorCode::Timeout, "The server did not answer in time.")))
        });
        let answer = answer.map_err(|refused| match refused {
            Refused::Here(error) => error,
            Refused::There(error) => error::from_driver(&error),
        })?;
        match answer.get_document("writeConcernError") {
            Ok(told) => Err(error::write_concern_failed(
                told.get_i32("code").unwrap_or(0),
                told.get_str("codeName").unwrap_or_default(),
            )),
            Err(_) => Ok(answer),
        }
    }

    async fn send(&self, command: RawDocumentBuf) -> Result<Document, Refused> {
        let Permitted { database, command } = self.beside.permit(DATABASE, command).map_err(Refused::Here)?;
        database.run_raw_command(command).await.map_err(Refused::There)
    }
}

/// Who refused a command.
enum Refused {
    /// It was not sent, or not waited for.
    Here(Error),
    /// The driver tells it.
    There(DriverError),
}

fn majority() -> RawDocumentBuf {
    rawdoc! { "w": "majority", "wtimeout": MAJORITY_WITHIN_MS }
}

/// Whether it may be different in a moment.
fn passes(error: &Error) -> bool {
    use ErrorCode::{Cancelled, NotPrimary, OutcomeUnknown, Timeout, Unreachable};
    matches!(error.code(), NotPrimary | Unreachable | Timeout | OutcomeUnknown | Cancelled)
}

fn is_left_behind(name: &str, now_seconds: i64) -> bool {
    let made = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once('_')?.0.parse::<i64>().ok());
    made.is_some_and(|made| now_seconds - made > LEFT_BEHIND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_this_program_made_long_ago_was_left_behind() {
        let now = 1_800_000_000;
        for (name, left) in [
            (format!("canary_{}_6a0000000000000000000001", now - LEFT_BEHIND - 1), true),
            (format!("canary_{}_6a0000000000000000000001", now - LEFT_BEHIND), false),
            (format!("canary_{}_6a0000000000000000000001", now + 9), false),
            ("canary_yellow_1".to_owned(), false),
            ("canary_1".to_owned(), false),
            ("items_1_1".to_owned(), false),
        ] {
            assert_eq!(is_left_behind(&name, now), left, "{name}");
        }
    }
}
