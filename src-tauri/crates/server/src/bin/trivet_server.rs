//! The headless program.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // The same program guards the lab's members: see `trivet_lab::guard`.
    trivet_lab::guard::run_if_asked().unwrap_or_else(trivet_server::program::run)
}
