//! What all tests on real servers share: mongod processes, replica sets, and waiting by condition.

mod cable;
mod draft;
mod engine;
mod incident;
mod many;
mod mongod;
mod rounds;
mod server;
mod set;
mod stopwatch;
mod undo;
mod wait;

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

pub use cable::Cable;
pub use draft::{add, path, remove, rename, set};
pub use engine::{Bench, Page, edit, engine, engine_looking_at, field, id_of, to};
pub use incident::NO_INCIDENT;
pub use many::{change, counts, deletion, insertion};
pub use mongod::{Mongod, free_port};
pub use rounds::{Failure, run_rounds};
pub use server::{Ended, Server, ServerBuilder};
pub use set::{TestSet, all_follow, replica_set, set_of_one, shared_set};
pub use stopwatch::{Blow, Stopwatch, Timed, time};
pub use wait::{DEADLINE, eventually, wait_for};

/// The program `lab-host` of this package, which Cargo builds beside the tests.
#[must_use]
pub fn lab_host() -> PathBuf {
    program("lab-host")
}

/// A program of the workspace that was built beside the tests.
///
/// # Panics
/// Where it is not built.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    // target/PROFILE/deps/TEST or target/PROFILE/PROGRAM.
    let own = std::env::current_exe().expect("the running program has a path");
    let mut beside = own.ancestors().skip(1).take(2).map(|folder| folder.join(name));
    beside
        .find(|program| program.is_file())
        .unwrap_or_else(|| panic!("{name} is not built: `cargo build --workspace --bins`"))
}

/// A database name that no other test uses, nor one of an earlier run on the same set: process numbers come again.
#[must_use]
pub fn database_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    format!("test_{now}_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A plain driver client, to look at what is really in a database.
///
/// # Panics
/// Where the connection string is not one.
pub async fn client(uri: &str) -> mongodb::Client {
    mongodb::Client::with_uri_str(uri).await.expect("a connection string of the tests")
}
