//! Logs in the data folder: what happened, never a value or a connection string.

use std::path::Path;

use tracing_appender::{non_blocking::WorkerGuard, rolling};
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};
use trivet_core::storage::atomic::create_private_folder;

/// How many days are kept.
const DAYS: usize = 7;

/// Writes a file a day below `data_dir/logs` until the guard is dropped. Without a writable folder there is no log.
pub(crate) fn start(data_dir: &Path) -> Option<WorkerGuard> {
    let folder = data_dir.join("logs");
    create_private_folder(&folder).ok()?;
    let files = rolling::Builder::new()
        .rotation(rolling::Rotation::DAILY)
        .filename_prefix("trivet")
        .filename_suffix("log")
        .max_log_files(DAYS)
        .build(folder)
        .ok()?;
    let (writer, guard) = tracing_appender::non_blocking(files);
    // Only our own lines: other crates are not known to keep secrets out of theirs.
    let ours = ["trivet_core", "trivet_lab", "trivet_desktop"];
    let filter = Targets::new().with_targets(ours.map(|target| (target, LevelFilter::INFO)));
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(writer);
    tracing_subscriber::registry().with(filter).with(lines).try_init().ok()?;
    Some(guard)
}
