//! The desktop shell: the only crate that sees Tauri. It starts the core, opens one window and adapts every
//! operation to a command.

mod app;
mod bindings;
mod clipboard;
mod commands;
mod events;
mod logs;
mod notices;
mod options;
mod painting;

use std::process::ExitCode;

use clap::Parser as _;

use options::{Arguments, Options};
use trivet_server::startup;

/// Runs the application until its window is closed.
#[must_use]
pub fn run() -> ExitCode {
    startup::leave_no_core_file();
    let options =
        startup::refuse_secrets(std::env::args_os()).and_then(|()| Options::read(Arguments::parse()));
    let options = match options {
        Ok(options) => options,
        Err(refusal) => {
            eprintln!("trivet: {refusal}");
            return ExitCode::from(2);
        }
    };
    match app::run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("trivet: the window cannot be opened: {error}");
            ExitCode::FAILURE
        }
    }
}
