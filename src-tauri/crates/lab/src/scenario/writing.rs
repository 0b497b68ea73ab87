//! Writes that go on beside a scenario.

use std::convert::Infallible;
use std::time::Duration;

use bson::{Document, doc};
use mongodb::options::{Acknowledgment, WriteConcern};
use trivet_core::Result;

use crate::lab::Lab;
use crate::member::{Refusal, bounded};
use crate::set;

const INTERVAL: Duration = Duration::from_millis(500);
/// Where the writes go: one document that changes, so that nothing grows.
const DATABASE: &str = "labpadding";
const COLLECTION: &str = "beat";

impl Lab {
    /// Writes to the primary for as long as the future is polled. A member whose set is idle is never behind.
    pub(super) async fn keep_writing(&self) -> Result<Infallible> {
        let running = self.ours()?;
        let members = running.seats().await?.electable(&running.clients()?);
        let acknowledged = WriteConcern::builder().w(Acknowledgment::Nodes(1)).build();
        loop {
            if let Some(primary) = set::primary(&members).await {
                let beat = primary.client().database(DATABASE).collection::<Document>(COLLECTION);
                let write = beat.update_one(doc! { "_id": 1 }, doc! { "$inc": { "beats": 1 } });
                let write = write.upsert(true).write_concern(acknowledged.clone());
                bounded(write.into_future())
                    .await
                    .map_err(|refusal: Refusal| set::refused(primary, "refuses a write", &refusal))?;
            }
            tokio::time::sleep(INTERVAL).await;
        }
    }
}
