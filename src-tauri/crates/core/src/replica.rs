//! The replica set understood: who is who, how far behind, what fails next.

mod alerts;
mod ask;
mod bundle;
pub mod config;
mod failover;
mod heartbeat;
mod history;
mod limits;
mod members;
mod monitor;
mod observation;
mod operations;
mod original;
mod prometheus;
mod record;
mod reduce;
mod reply;
mod settings;
mod signals;
mod snapshot;
mod state;
#[cfg(test)]
mod tests;
mod timeline;
mod verdict;
mod watch_clock;

pub use bundle::{
    ExportIncidentRequest, Incident, IncidentAttribute, IncidentLog, ReadIncidentRequest, SeenConfiguration,
    SeenConfigurationMember,
};
pub(crate) use bundle::{read_incident, save as save_incident};
pub use failover::*;
pub(crate) use failover::{Measurements, Scene, export_measurement, measure_failover};
pub(crate) use history::USUAL_SECONDS;
pub use history::{MemberHistory, ReplicaHistory, ReplicaHistoryRequest};
pub(crate) use monitor::{LINGER, Monitor};
pub use operations::*;
pub(crate) use operations::{Hands, plan_operation, run_operation};
pub use original::Original;
pub(crate) use original::original;
pub use prometheus::{METRICS_TYPE, metrics};
pub(crate) use record::{Record, Records};
pub use settings::*;
pub use snapshot::*;
pub use timeline::{
    ElectionCourse, ElectionVote, ReplicaTimeline, TimelineEntry, TimelineKind, TimelineRequest,
    TimelineSource,
};
