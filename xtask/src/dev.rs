//! `cargo xtask dev`: the window on Vite's dev server, so that the interface reloads as it is edited.

use std::{
    net::TcpStream,
    process::{Child, ExitStatus},
    thread,
    time::{Duration, Instant},
};

use crate::{
    command::{as_result, cannot_start, command_line},
    failure::{Failure, Result},
    node,
    run::{on_the_lab, require_display},
    setup::{Purpose, setup},
};

/// Where the dev server listens; fixed, because Tauri is told of it when it is built.
const PORT: u16 = 5173;
const LOOK_EVERY: Duration = Duration::from_millis(100);
const SERVER_STARTS_WITHIN: Duration = Duration::from_secs(30);

/// Starts the dev server and the window; the end of one ends the other.
pub(crate) fn dev(arguments: &[&str]) -> Result {
    require_display()?;
    setup(Purpose::Run)?;

    println!("→ start the dev server on port {PORT}, then build and open the window");
    let mut vite = node::INTERFACE.program("vite/bin/vite.js");
    vite.args(["--host", "127.0.0.1", "--strictPort", "--port"]).arg(PORT.to_string());
    let mut server = Running(vite.spawn().map_err(|error| cannot_start(&vite, &error))?);
    wait_until_it_listens(&mut server)?;

    let mut cargo = command_line(&["cargo", "run", "--package", "trivet", "--no-default-features", "--"]);
    cargo.args(on_the_lab(arguments));
    // Merged into tauri.conf.json by Tauri's build.
    cargo.env("TAURI_CONFIG", format!(r#"{{"build":{{"devUrl":"http://127.0.0.1:{PORT}"}}}}"#));
    let mut window = Running(cargo.spawn().map_err(|error| cannot_start(&cargo, &error))?);
    loop {
        if let Some(status) = window.ended() {
            return as_result(status);
        }
        if let Some(status) = server.ended() {
            return Err(Failure::new(format!("The dev server ended with {status}.")));
        }
        thread::sleep(LOOK_EVERY);
    }
}

fn wait_until_it_listens(server: &mut Running) -> Result {
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", PORT)).is_err() {
        if let Some(status) = server.ended() {
            return Err(Failure::new(format!("The dev server ended with {status}. Is port {PORT} taken?")));
        }
        if begun.elapsed() > SERVER_STARTS_WITHIN {
            return Err(Failure::new(format!("The dev server does not listen on port {PORT}.")));
        }
        thread::sleep(LOOK_EVERY);
    }
    Ok(())
}

/// A program that is ended when it is no longer needed.
struct Running(Child);

impl Running {
    fn ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().ok().flatten()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Either fails only when the program has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
