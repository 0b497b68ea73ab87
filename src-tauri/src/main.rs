//! The desktop application.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    // The same program guards the lab's members: see `trivet_lab::guard`.
    trivet_lab::guard::run_if_asked().unwrap_or_else(trivet_desktop::run)
}
