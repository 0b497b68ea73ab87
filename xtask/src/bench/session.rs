//! A screen and a message bus of its own for one run of a window.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use super::{process::Running, screen::Screen};
use crate::{
    command::{cannot_start, command, command_line, quietly},
    failure::{Failure, Result},
};

/// What a window runs in.
pub(super) struct Session {
    pub(super) screen: Screen,
    bus: String,
    _bus: Running,
}

impl Session {
    /// Starts both before the clock runs: neither is part of a window's start.
    pub(super) fn start(folder: &Path) -> Result<Self> {
        let screen = Screen::start(folder)?;
        let mut bus = command_line(&["dbus-run-session", "--", "sh", "-c"]);
        // It lives as long as its input is open.
        bus.arg("echo \"$DBUS_SESSION_BUS_ADDRESS\"; cat > /dev/null");
        bus.env("DISPLAY", screen.display());
        bus.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut running = Running(bus.spawn().map_err(|error| cannot_start(&bus, &error))?);
        let mut address = String::new();
        if let Some(output) = running.0.stdout.take() {
            let _ = BufReader::new(output).read_line(&mut address);
        }
        let address = address.trim().to_owned();
        if address.is_empty() {
            return Err(Failure::new("dbus-run-session has started no message bus."));
        }
        // Away from what is measured: a row under the pointer has another colour.
        quietly(command_line(&["xdotool", "mousemove", "1279", "799"]).env("DISPLAY", screen.display()), "")?;
        Ok(Self { screen, bus: address, _bus: running })
    }

    /// A program of this session.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = command(program);
        command.env("DISPLAY", self.screen.display()).env("DBUS_SESSION_BUS_ADDRESS", &self.bus);
        command.env("NO_AT_BRIDGE", "1").env("GDK_BACKEND", "x11").env("LIBGL_ALWAYS_SOFTWARE", "1");
        command.env_remove("WAYLAND_DISPLAY").env_remove("TRIVET_URI").env_remove("TRIVET_DATA_DIR");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Presses keys in the window that has this title, as xdotool names them.
    pub(super) fn keys(&self, title: &str, arguments: &[&str]) -> Result {
        let mut xdotool = command_line(&["xdotool", "search", "--sync", "--onlyvisible", "--name", title]);
        xdotool.args(["windowfocus", "--sync"]).args(arguments);
        quietly(xdotool.env("DISPLAY", self.screen.display()), "")
    }
}
