//! The operations that change a connection's replica set.

use std::sync::Arc;

use super::{Engine, Open};
use crate::{
    Result,
    replica::{
        self, Hands, OperationPlan, OperationProgress, OperationReport, Original, PlanOperationRequest,
        ReplicaRequest, RunOperationRequest,
    },
};

impl Engine {
    /// What an operation on a connection's replica set would do, as things are now. Nothing is sent that changes anything.
    pub async fn plan_operation(&self, request: PlanOperationRequest) -> Result<OperationPlan> {
        let open = self.open(&request.connection)?;
        replica::plan_operation(&self.hands(&open), &request.operation).await
    }

    /// Carries out an operation on a connection's replica set, step by step; `tell` hears how it goes. When it answers false, or
    /// the future is dropped, the step that is under way comes to its end and no more is begun.
    pub async fn run_operation(
        &self,
        request: RunOperationRequest,
        tell: impl FnMut(OperationProgress) -> bool + Send,
    ) -> Result<OperationReport> {
        let open = self.open(&request.connection)?;
        replica::run_operation(self.hands(&open), request, tell).await
    }

    /// A connection's replica set as it is now, for who makes another one after it. It is only asked.
    pub async fn replica_original(&self, request: ReplicaRequest) -> Result<Original> {
        let open = self.open(&request.connection)?;
        let now = open.monitor.snapshot().await?;
        replica::original(&open.session, &open.record, now, self.now_ms()).await
    }

    fn hands(&self, open: &Open) -> Hands {
        Hands {
            session: Arc::clone(&open.session),
            record: Arc::clone(&open.record),
            monitor: Arc::clone(&open.monitor),
            measurements: open.measurements.clone(),
            clock: Arc::clone(&self.inner.config.clock),
            turn: Arc::clone(&open.operating),
            distrusts: self.served.as_ref().is_some_and(|served| !served.trusts_new_members()),
        }
    }
}
