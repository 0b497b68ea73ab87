//! Leaves a member behind: what it would need next is nowhere any more.

use std::time::Duration;

use bson::{Document, Timestamp, doc};
use futures_util::future::join_all;
use mongodb::Collection;
use mongodb::options::{Acknowledgment, WriteConcern};
use tokio::time::{Instant, sleep};
use trivet_core::{Error, ErrorCode, Result};

use crate::member::{Member, Refusal, bounded};
use crate::running::Running;
use crate::set;
use crate::steps::Steps;
use crate::types::LabStepKind;

/// An oplog is cut at checkpoints, a second apart: so much is written in a minute at most, and about 40 MB are enough.
const PATIENCE: Duration = Duration::from_mins(1);
const INTERVAL: Duration = Duration::from_millis(100);
/// Where the padding is written; it is dropped afterwards.
const DATABASE: &str = "labpadding";
const PIECE_BYTES: usize = 1024 * 1024;
const PIECES: usize = 4;

impl Running {
    pub(super) async fn leave_behind(&self, id: u32, steps: &Steps<'_>) -> Result<()> {
        self.needs_faults()?;
        self.needs_data(id)?;
        self.process(id)?;
        let seats = self.seats().await?;
        if !seats.names(id) || self.plan.ids().filter(|id| seats.has_data(*id)).count() < 2 {
            let message = format!(
                "Member {id} is not in a set with others that have data: nobody could leave it behind."
            );
            return Err(Error::new(ErrorCode::Conflict, message));
        }
        self.stop_member(id, steps).await?;
        self.outrun(steps).await?;
        let member = self.start_one(id, steps).await?;
        let step = steps.begin(LabStepKind::WaitForMember, "rs.status().tooStale");
        let deadline = Instant::now() + PATIENCE;
        while !set::is_too_stale(&member).await {
            if Instant::now() > deadline {
                let message = format!("Member {id} does not say that it is too stale.");
                return Err(self.explain(Error::new(ErrorCode::Timeout, message)));
            }
            sleep(INTERVAL).await;
        }
        step.done();
        Ok(())
    }

    /// Writes until no oplog reaches back to the present any more.
    async fn outrun(&self, steps: &Steps<'_>) -> Result<()> {
        let mut members = self.clients()?;
        let seats = self.seats().await?;
        let primary = set::elect(&seats.electable(&members), steps).await?.clone();
        members.retain(|member| seats.has_data(member.id));
        let refused = |refusal: Refusal| set::refused(&primary, "cannot be filled", &refusal);
        let present = primary.entry(Entry::Last).await.map_err(refused)?;
        let step = steps.begin(
            LabStepKind::Write,
            format!(
                "while (rs.printReplicationInfo() reaches back) db.getSiblingDB('{DATABASE}').padding.insertOne({{                  pad: 'x'.repeat({PIECE_BYTES}) }})"
            ),
        );
        let deadline = Instant::now() + PATIENCE;
        loop {
            primary.pad().await.map_err(refused)?;
            let firsts = join_all(members.iter().map(|member| member.entry(Entry::First))).await;
            if firsts.into_iter().all(|first| first.is_ok_and(|first| first > present)) {
                break;
            }
            if Instant::now() > deadline {
                let message = "The oplogs still reach back, whatever is written.";
                return Err(Error::new(ErrorCode::Timeout, message)
                    .with_hint("A delayed or a held-back member keeps what another would need."));
            }
            sleep(INTERVAL).await;
        }
        primary.client().database(DATABASE).drop().await.map_err(|error| refused(Refusal::from(&error)))?;
        step.done();
        Ok(())
    }
}

/// An end of an oplog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    First,
    Last,
}

impl Member {
    /// The time of one end of this member's oplog.
    async fn entry(&self, end: Entry) -> Result<Timestamp, Refusal> {
        let oplog: Collection<Document> = self.client().database("local").collection("oplog.rs");
        let order = if end == Entry::First { 1 } else { -1 };
        let entry = oplog.find_one(doc! {}).sort(doc! { "$natural": order }).projection(doc! { "ts": 1 });
        let entry = bounded(entry.into_future()).await?.unwrap_or_default();
        entry.get_timestamp("ts").map_err(|_| Refusal { code: None, reason: "its oplog is empty".to_owned() })
    }

    /// Writes some megabytes.
    async fn pad(&self) -> Result<(), Refusal> {
        let padding: Collection<Document> = self.client().database(DATABASE).collection("padding");
        let piece = doc! { "pad": "x".repeat(PIECE_BYTES) };
        let acknowledged = WriteConcern::builder().w(Acknowledgment::Nodes(1)).build();
        let write = padding.insert_many(vec![piece; PIECES]).write_concern(acknowledged);
        bounded(write.into_future()).await.map(|_| ())
    }
}
