//! The operations of the fail-over stopwatch.

use std::{path::Path, sync::Arc};

use tokio::task::spawn_blocking;

use super::{Engine, Open};
use crate::{
    Error, Result,
    connection::ConnectionId,
    replica::{
        self, ExportMeasurementRequest, FailoverMeasurement, FailoverProgress, ForgetMeasurementRequest,
        MeasureFailoverRequest, MeasurementRequest, MeasurementText, Measurements, MeasurementsRequest,
    },
    storage::{SavedFile, saved},
};

impl Engine {
    /// Measures for how long writes are away, with small writes of its own; `tell` hears how it goes, some four times a second. When it
    /// answers false, or it is cancelled by its name, it ends, and what was measured until then is the outcome.
    pub async fn measure_failover(
        &self,
        request: MeasureFailoverRequest,
        tell: impl FnMut(FailoverProgress) -> bool + Send,
    ) -> Result<FailoverMeasurement> {
        let open = self.open(&request.connection)?;
        replica::measure_failover(&open.scene(&self.inner.config.clock), request, tell).await
    }

    /// What was measured before, the newest first, without the single writes.
    pub async fn measurements(&self, request: MeasurementsRequest) -> Result<Vec<FailoverMeasurement>> {
        self.measured(&request.connection, Measurements::list).await
    }

    /// One measurement, whole.
    pub async fn measurement(&self, request: MeasurementRequest) -> Result<FailoverMeasurement> {
        let MeasurementRequest { connection, id } = request;
        self.measured(&connection, move |kept| kept.get(&id)).await
    }

    /// One measurement as a file of its own.
    pub async fn export_measurement(&self, request: ExportMeasurementRequest) -> Result<MeasurementText> {
        let ExportMeasurementRequest { connection, id, format } = request;
        self.measured(&connection, move |kept| replica::export_measurement(&kept.get(&id)?, format)).await
    }

    /// One measurement, in a file of its own in `folder`.
    pub async fn save_measurement(
        &self,
        request: ExportMeasurementRequest,
        folder: &Path,
    ) -> Result<SavedFile> {
        let MeasurementText { name, text } = self.export_measurement(request).await?;
        saved::save(folder, &name, text.as_bytes())
    }

    /// Forgets a measurement for good.
    pub async fn forget_measurement(&self, request: ForgetMeasurementRequest) -> Result<()> {
        let ForgetMeasurementRequest { connection, id } = request;
        // What was measured by others who may must not be forgotten by one who may not.
        self.open(&connection)?.session.permit_writes()?;
        self.measured(&connection, move |kept| kept.forget(&id)).await
    }

    /// Looks into the files of a connection's measurements.
    async fn measured<T: Send + 'static>(
        &self,
        connection: &ConnectionId,
        look: impl FnOnce(&Measurements) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let open: Arc<Open> = self.open(connection)?;
        spawn_blocking(move || look(&open.measurements))
            .await
            .map_err(|_| Error::internal("The measurements could not be looked into."))?
    }
}
