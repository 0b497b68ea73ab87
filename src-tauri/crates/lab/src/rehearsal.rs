//! Rehearses an operation: carries it out, with the stopwatch, on a lab like the set that it is meant for.
//!
//! The lab gets an engine of its own, whose files are in the lab's folder: its connection is nobody else's, and all that is
//! kept of it goes with the lab.

mod cast;
mod document;
mod remarks;
mod settle;
mod stage;
mod telling;

use tokio::sync::{OwnedMutexGuard, mpsc};
use trivet_core::replica::{
    OperationReport, Original, PlanOperationRequest, ReplicaSnapshot, RunOperationRequest, SetOperation,
};
use trivet_core::{Engine, Error, ErrorCode, Result};

use self::stage::{Made, Stage};
use self::telling::Telling;
use crate::labs::Labs;
use crate::types::{RehearsalReport, RehearsalStep, RehearseOperationRequest};

impl Labs {
    /// Carries an operation out on a lab like the set of one of `engine`'s connections, and tells meanwhile how far it is. The set
    /// itself is only asked how it is.
    ///
    /// When `tell` answers false, the rehearsal is cancelled or the future is dropped, a step that is under way comes to its end
    /// and no more is begun. In every case the lab is removed, and until then no other rehearsal begins.
    ///
    /// Errors: [`ErrorCode::Conflict`] while another rehearsal runs, for a set that is about to elect its primary, and where a
    /// check refuses the operation on the lab; [`ErrorCode::Unsupported`] for what is no set or is too large, and for what is done
    /// at a machine; [`ErrorCode::Forbidden`] where the configuration of the set cannot be read; [`ErrorCode::NotFound`] without
    /// the connection or a mongod; [`ErrorCode::InvalidInput`] for a wish that cannot be read, or that is fulfilled;
    /// [`ErrorCode::Timeout`] where the lab does not become as the set is; [`ErrorCode::Cancelled`]; and whatever keeps a lab from
    /// starting.
    pub async fn rehearse(
        &self,
        engine: &Engine,
        request: RehearseOperationRequest,
        mut tell: impl FnMut(RehearsalStep) -> bool + Send,
    ) -> Result<RehearsalReport> {
        let turn = self.take_rehearsal()?;
        let cancelled = engine.cancelled(&request.connection, request.query.clone())?;
        let (sender, mut steps) = mpsc::unbounded_channel();
        // In a task of its own: a caller who goes away must not leave an operation behind that writes into a lab that is no more.
        let rehearsing = Rehearsing { labs: self.clone(), engine: engine.clone(), request, _turn: turn };
        let working = tokio::spawn(rehearsing.run(sender, cancelled));
        while let Some(step) = steps.recv().await {
            if !tell(step) {
                steps.close();
            }
        }
        working.await.map_err(|_| Error::internal("The rehearsal ended in a way that is not known."))?
    }
}

/// A rehearsal, with the turn that it has.
struct Rehearsing {
    labs: Labs,
    engine: Engine,
    request: RehearseOperationRequest,
    _turn: OwnedMutexGuard<()>,
}

impl Rehearsing {
    async fn run(
        self,
        heard: mpsc::UnboundedSender<RehearsalStep>,
        cancelled: impl Future<Output = ()>,
    ) -> Result<RehearsalReport> {
        let set = self.set().await?;
        let mut stage = Stage::new(&self.labs)?;
        let telling = Telling::new(|step| heard.send(step).is_ok());
        let stopping = async {
            tokio::select! {
                () = cancelled => {}
                () = heard.closed() => {}
            }
            telling.stop();
            std::future::pending::<()>().await;
        };
        let outcome = tokio::select! {
            outcome = rehearse(&mut stage, set.as_ref(), &self.request, &telling) => outcome,
            () = stopping => Err(stopped()),
        };
        // Why it failed says more than why something is left of it.
        let closed = stage.close().await;
        outcome.map(|report| with_what_is_left(report, closed))
    }

    /// The set as it is now; none where there is none yet: nothing of its mongods is asked then.
    async fn set(&self) -> Result<Option<Original>> {
        match self.request.operation {
            SetOperation::Initiate { .. } => return Ok(None),
            SetOperation::Resync { .. } => {
                return Err(Error::new(
                    ErrorCode::Unsupported,
                    "This is done at the member's machine, not from here: there is nothing to rehearse.",
                )
                .with_hint("The plan names the commands."));
            }
            _ => {}
        }
        let set = self.engine.replica_original(self.request.replica()).await?;
        if is_about_to_elect(&set.now) {
            return Err(Error::new(
                ErrorCode::Conflict,
                "The set has no primary at present, and a majority that elects one.",
            )
            .with_hint("Wait for its election; Health says what stands against it."));
        }
        Ok(Some(set))
    }
}

/// A lab like it would elect too: it could not be made as the set is.
fn is_about_to_elect(set: &ReplicaSnapshot) -> bool {
    set.primary.is_none() && set.majority.as_ref().is_some_and(|majority| majority.election_margin >= 0)
}

/// What was found out is not lost with a lab that cannot be removed.
fn with_what_is_left(mut report: RehearsalReport, closed: Result<()>) -> RehearsalReport {
    if let Err(error) = closed {
        report.remarks.push(format!("The lab of this rehearsal could not be removed: {error}"));
    }
    report
}

async fn rehearse<T: FnMut(RehearsalStep) -> bool + Send>(
    stage: &mut Stage,
    set: Option<&Original>,
    request: &RehearseOperationRequest,
    telling: &Telling<T>,
) -> Result<RehearsalReport> {
    let RehearseOperationRequest { operation, label, .. } = request;
    let mut made = unless_stopped(stage.make(set, operation, telling), telling).await?;
    if let Some(set) = set {
        // What it sends is short, and is written down when it has ended: it comes to its end.
        stage.arrange(set, &mut made, telling).await?;
        unless_stopped(stage.keep_primary(set, &made, telling), telling).await?;
    }
    if telling.is_stopped() {
        return Err(stopped());
    }
    let mut report = perform(stage, &mut made, operation.clone(), telling).await?;
    if let (Some(measured), Some(label)) = (report.measurement.as_mut(), label) {
        measured.label.clone_from(label);
    }
    Ok(RehearsalReport { report, hosts: made.cast.parts, remarks: made.remarks })
}

async fn unless_stopped<R, T: FnMut(RehearsalStep) -> bool + Send>(
    work: impl Future<Output = Result<R>>,
    telling: &Telling<T>,
) -> Result<R> {
    tokio::select! {
        done = work => done,
        () = telling.stopped() => Err(stopped()),
    }
}

/// Not given up half-way: what it waits for is bounded, and it writes down how it ended.
async fn perform<T: FnMut(RehearsalStep) -> bool + Send>(
    stage: &Stage,
    made: &mut Made,
    operation: SetOperation,
    telling: &Telling<T>,
) -> Result<OperationReport> {
    let (engine, connection) = stage.engine()?;
    // Before there is a set, there is nothing to write to.
    let measure = !matches!(operation, SetOperation::Initiate { .. });
    let operation = made.cast.operation(operation);
    let asked = PlanOperationRequest { connection: connection.clone(), operation: operation.clone() };
    let plan = engine.plan_operation(asked).await?;
    let run = RunOperationRequest {
        connection: connection.clone(),
        operation,
        basis: None,
        // Nothing of this set can be lost.
        confirm: plan.confirm,
        measure,
        query: None,
    };
    engine.run_operation(run, |step| telling.say(RehearsalStep::Operation { step })).await
}

fn stopped() -> Error {
    Error::new(ErrorCode::Cancelled, "The rehearsal was stopped.")
}

#[cfg(test)]
mod tests {
    use bson::doc;
    use trivet_core::replica::{Majority, OperationOutcome};

    use super::*;
    use crate::plan::original;

    #[test]
    fn a_set_that_elects_at_this_moment_is_waited_for_and_one_that_cannot_is_rehearsed() {
        let mut set = original(vec![doc! { "_id": 0, "host": "db1:27017" }], doc! {}).now;
        let majority = |election_margin| Majority {
            voters: 3,
            healthy_voters: 2,
            needed: 2,
            election_margin,
            write_majority: 2,
            write_margin: 0,
        };
        set.majority = Some(majority(0));
        assert!(!is_about_to_elect(&set), "it has a primary");
        set.primary = None;
        assert!(is_about_to_elect(&set));
        set.majority = Some(majority(-1));
        assert!(!is_about_to_elect(&set));
    }

    #[test]
    fn a_lab_that_cannot_be_removed_is_told_beside_what_was_found_out() {
        let report = OperationReport {
            outcome: OperationOutcome::Applied,
            message: "Done.".to_owned(),
            steps: Vec::new(),
            error: None,
            config: None,
            measurement: None,
        };
        let report = RehearsalReport { report, hosts: Vec::new(), remarks: Vec::new() };
        assert_eq!(with_what_is_left(report.clone(), Ok(())), report);
        let told = with_what_is_left(report, Err(Error::new(ErrorCode::Storage, "The disk is away.")));
        assert!(told.remarks[0].contains("The disk is away."), "{:?}", told.remarks);
    }
}
