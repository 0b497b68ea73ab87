//! A lab without a window: `lab-host run DIR` starts one and keeps it until its input ends.
//!
//! The tests start and kill it, and `cargo xtask test` runs it for the set that all tests share. It prints the
//! lab's status, or the error, as one line of JSON. With `--temporary` the lab's folder is removed at the end;
//! with `--seed` the set gets the
//! sample data; with `--steps` each step of the start is told on standard error when it is done.

use std::io::Write;
use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};
use trivet_core::ErrorBody;
use trivet_lab::{Lab, LabConfig, LabStep, guard};

fn main() -> ExitCode {
    if let Some(code) = guard::run_if_asked() {
        return code;
    }
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut flag = |name: &str| {
        let before = arguments.len();
        arguments.retain(|argument| argument != name);
        arguments.len() < before
    };
    let (temporary, seed, steps) = (flag("--temporary"), flag("--seed"), flag("--steps"));
    let [command, folder] = arguments.as_slice() else { return usage() };
    if command != "run" {
        return usage();
    }
    let config = match LabConfig::new(folder) {
        Ok(config) => LabConfig { temporary, seed, ..config },
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => {
            let code = runtime.block_on(run(&Lab::new(config), steps));
            // The thread that reads the input may wait for ever.
            runtime.shutdown_background();
            code
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: lab-host run DIR [--seed] [--temporary] [--steps]");
    ExitCode::FAILURE
}

async fn run(lab: &Lab, steps: bool) -> ExitCode {
    let tell = |step: LabStep| {
        if let (true, Some(elapsed_ms)) = (steps, step.elapsed_ms) {
            eprintln!("{elapsed_ms:>6} ms  {}", step.command);
        }
    };
    let status = match lab.start(tell).await {
        Ok(status) => status,
        Err(error) => {
            print(serde_json::to_string(&ErrorBody::from(error)));
            return ExitCode::FAILURE;
        }
    };
    trivet_tests::all_follow(&status).await;
    print(serde_json::to_string(&status));
    let input = tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return ExitCode::FAILURE;
    };
    tokio::select! {
        _ = input => {}
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    if lab.stop().await.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn print(line: serde_json::Result<String>) {
    if let Ok(line) = line {
        let _ = writeln!(std::io::stdout(), "{line}");
    }
}
