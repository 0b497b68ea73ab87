//! Rehearses an operation: carries it out, with the stopwatch, on a lab like the set that it is meant for.
//!
//! The lab gets an engine of its own, whose files are in the lab's folder: its connection is nobody else's, and all that is
//! kept of it goes with the lab.

mod cast;
mod document;
mod settle;
mod stage;
mod telling;

use trivet_core::replica::{
    OperationReport, PlanOperationRequest, ReplicaSnapshot, RunOperationRequest, SetOperation,
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
    /// When `tell` answers false or the rehearsal is cancelled, a step that is under way comes to its end and no more is begun.
    /// In every case the lab is removed.
    ///
    /// Errors: [`ErrorCode::Conflict`] while another rehearsal runs, and where a check refuses the operation on the lab;
    /// [`ErrorCode::Unsupported`] for what is no set or is too large; [`ErrorCode::Cancelled`]; and whatever keeps a lab from
    /// starting.
    pub async fn rehearse(
        &self,
        engine: &Engine,
        request: RehearseOperationRequest,
        tell: impl FnMut(RehearsalStep) -> bool + Send,
    ) -> Result<RehearsalReport> {
        let _turn = self.take_rehearsal()?;
        let cancelled = engine.cancelled(&request.connection, request.query.clone())?;
        let set = match request.operation {
            // Mongods that are no set yet: nothing of them is asked.
            SetOperation::Initiate { .. } => None,
            _ => Some(engine.replica_snapshot(request.replica()).await?),
        };
        let telling = Telling::new(tell);
        let mut stage = Stage::new(self)?;
        let stopping = async {
            cancelled.await;
            telling.stop();
            std::future::pending::<()>().await;
        };
        let outcome = tokio::select! {
            outcome = rehearse(&mut stage, set.as_ref(), request, &telling) => outcome,
            () = stopping => Err(stopped()),
        };
        // Why it failed says more than why something is left of it.
        let closed = stage.close().await;
        outcome.and_then(|report| closed.map(|()| report))
    }
}

async fn rehearse<T: FnMut(RehearsalStep) -> bool + Send>(
    stage: &mut Stage,
    set: Option<&ReplicaSnapshot>,
    request: RehearseOperationRequest,
    telling: &Telling<T>,
) -> Result<RehearsalReport> {
    let RehearseOperationRequest { operation, label, .. } = request;
    let mut made = tokio::select! {
        made = stage.make(set, &operation, telling) => made?,
        () = telling.stopped() => return Err(stopped()),
    };
    let mut report = perform(stage, &mut made, operation, telling).await?;
    if let (Some(measured), Some(label)) = (report.measurement.as_mut(), label) {
        measured.label = label;
    }
    Ok(RehearsalReport { report, hosts: made.cast.parts, remarks: made.remarks })
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
