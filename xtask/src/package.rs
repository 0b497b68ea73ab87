//! `cargo xtask package`: the release program, checked for what must be true of it.

use crate::{
    command::{command_line, stream, target_dir},
    failure::{Failure, Result},
    node,
    setup::{Purpose, setup},
    step::step,
};

/// The stripped program stays below this.
const LIMIT_BYTES: u64 = 20_000_000;

/// Builds the release program and says where it lies and how large it is.
pub(crate) fn package() -> Result {
    setup(Purpose::Run)?;
    node::build_interface()?;
    if !node::is_built() {
        // A program made now would open an empty window.
        return Err(Failure::new("ui/dist has no interface in it, although its build has succeeded."));
    }
    step("build the release program", "the first time 15 to 35 minutes on two cores", || {
        stream(&mut command_line(&["cargo", "build", "--release", "--package", "trivet"]), "")
    })?;
    let program = target_dir().join("release/trivet");
    let size = program.metadata().map_err(|error| Failure::file("read", &program, &error))?.len();
    let size_mb = format!("{}.{} MB", size / 1_000_000, size / 100_000 % 10);
    if size >= LIMIT_BYTES {
        let limit_mb = LIMIT_BYTES / 1_000_000;
        return Err(Failure::new(format!("{} is {size_mb}: over {limit_mb} MB.", program.display())));
    }
    println!("{} ({size_mb})", program.display());
    Ok(())
}
