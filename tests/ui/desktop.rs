//! The built application in a display, a message bus and a WebDriver session of its own.

use std::{
    fs,
    os::unix::process::CommandExt as _,
    panic::{AssertUnwindSafe, resume_unwind},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use fantoccini::{Client, ClientBuilder};
use futures_util::FutureExt as _;
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use serde_json::json;
use tempfile::TempDir;
use trivet_lab::{GuardProgram, Lab, LabConfig};
use trivet_tests::{DEADLINE, eventually, free_port, lab_host, wait_for};

use crate::page;

/// The folder of downloads, in the folder of data.
const DOWNLOADS: &str = "downloads";

/// The window as a person has it in front of them, and what is behind it.
pub(crate) struct Desktop {
    client: Client,
    driver: Driver,
    data_dir: TempDir,
}

/// tauri-driver with its display and bus: one process group, ended as a whole.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(group) = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw) {
            // It may have ended by itself.
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.0.wait();
    }
}

impl Desktop {
    /// Whether this machine has message buses.
    pub(crate) fn can_start() -> bool {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|folder| folder.join("dbus-run-session").is_file())
    }

    /// Starts the application that `TRIVET_APP` names, with these arguments and an empty data folder.
    pub(crate) async fn start(arguments: &[&str]) -> Self {
        Self::start_in(tempfile::tempdir().expect("a temporary folder"), arguments).await
    }

    /// Closes the window and starts the application anew, with other arguments and what it has kept.
    pub(crate) async fn restart(self, arguments: &[&str]) -> Self {
        self.close().await;
        let Self { client: _, driver, data_dir } = self;
        drop(driver);
        Self::start_in(data_dir, arguments).await
    }

    /// Ends the application at once, as a crash or a power cut does: it hears nothing of it.
    pub(crate) async fn killed(self) -> Killed {
        let process = self.process();
        let pid = process.file_name().and_then(|pid| pid.to_str()?.parse().ok()).and_then(Pid::from_raw);
        kill_process(pid.expect("a process id"), Signal::KILL).expect("it runs");
        eventually("it is gone", DEADLINE, async || {
            fs::read(process.join("cmdline")).unwrap_or_default().is_empty()
        })
        .await;
        Killed(self.data_dir)
    }

    pub(crate) async fn start_in(data_dir: TempDir, arguments: &[&str]) -> Self {
        let driver_port = free_port();
        // What is saved among the downloads is not to stay on this machine.
        let downloads = data_dir.path().join(DOWNLOADS);
        fs::write(
            data_dir.path().join("user-dirs.dirs"),
            format!("XDG_DOWNLOAD_DIR=\"{}\"\n", downloads.display()),
        )
        .expect("written");
        let driver = Driver(
            Command::new("dbus-run-session")
                .args([
                    "--",
                    "xvfb-run",
                    "--auto-servernum",
                    "--server-args=-screen 0 1400x1000x24",
                    "tauri-driver",
                ])
                .args(["--port", &driver_port.to_string(), "--native-port", &free_port().to_string()])
                .env("NO_AT_BRIDGE", "1")
                .env("GDK_BACKEND", "x11")
                .env("LIBGL_ALWAYS_SOFTWARE", "1")
                // The barest of languages, which WebKit knows under a name that its own formatters refuse.
                .env("LC_ALL", "C")
                .env("XDG_CONFIG_HOME", data_dir.path())
                .env_remove("TRIVET_URI")
                .env_remove("TRIVET_DATA_DIR")
                .process_group(0)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("dbus-run-session, xvfb-run and tauri-driver are installed: `cargo xtask setup`"),
        );
        let folder = data_dir.path().display().to_string();
        let mut all = vec!["--data-dir", &folder];
        all.extend(arguments);
        let options = json!({ "tauri:options": { "application": application(), "args": all } });
        let capabilities = options.as_object().expect("an object").clone();
        let client = wait_for("a session with the window", Duration::from_secs(40), async || {
            ClientBuilder::new(HttpConnector::new())
                .capabilities(capabilities.clone())
                .connect(&format!("http://127.0.0.1:{driver_port}"))
                .await
                .ok()
        })
        .await;
        Self { client, driver, data_dir }
    }

    pub(crate) fn client(&self) -> Client {
        self.client.clone()
    }

    /// Runs a spec on the window, and keeps what the window shows when it fails.
    pub(crate) async fn show(&self, name: &str, spec: impl Future<Output = ()>) {
        if let Err(failure) = AssertUnwindSafe(spec).catch_unwind().await {
            page::keep_picture(&self.client(), name).await;
            resume_unwind(failure);
        }
    }

    /// The folder of downloads of whoever runs it.
    pub(crate) fn downloads(&self) -> PathBuf {
        self.data_dir.path().join(DOWNLOADS)
    }

    /// The files of before-images, by their names; none where nothing was ever kept.
    pub(crate) fn journal(&self) -> Vec<String> {
        let files = fs::read_dir(self.data_dir.path().join("journal")).into_iter().flatten().flatten();
        files.map(|file| file.file_name().to_string_lossy().into_owned()).collect()
    }

    /// The lab that the application runs, as a second process on its data folder sees it.
    pub(crate) async fn lab(&self) -> Lab {
        let config = LabConfig::new(self.data_dir.path()).expect("this program has a path");
        let lab = Lab::new(LabConfig { guard: GuardProgram::at(lab_host()), ..config });
        let status = lab.start(|_| {}).await.expect("the lab runs");
        assert!(status.attached, "the application holds it");
        lab
    }

    /// Starts the application once more on the same data folder, in the same session of the same person.
    pub(crate) async fn second_start_ends(&self) {
        let mut second = Command::new(application())
            .arg("--data-dir")
            .arg(self.data_dir.path())
            .envs(self.environment_of_the_first())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        let status =
            wait_for("the second start ends", DEADLINE, async || second.try_wait().expect("it is our child"))
                .await;
        assert!(status.success(), "{status}");
    }

    /// Opens the window of another program in front of this one, which has no focus from then on.
    pub(crate) async fn lose_focus(&self) -> OtherWindow {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut other = Command::new(application());
        other.arg("--data-dir").arg(folder.path()).envs(self.environment_of_the_first());
        let child = other.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("started");
        let other = OtherWindow { child, _folder: folder };
        eventually("the window has lost the focus", DEADLINE, async || {
            let focus = self.client().execute("return document.hasFocus()", Vec::new()).await;
            focus.is_ok_and(|focus| focus == false)
        })
        .await;
        other
    }

    /// What the window weighs with all its processes (PSS), in MiB: the driver and its display among them.
    pub(crate) fn memory_mib(&self) -> f64 {
        let group = self.driver.0.id();
        let processes = fs::read_dir("/proc").expect("a process list").flatten().map(|entry| entry.path());
        let own = processes.filter(|process| group_of(process) == Some(group));
        own.map(|process| pss_kib(&process)).sum::<f64>() / 1024.0
    }

    /// The running application, in the list of processes.
    fn process(&self) -> PathBuf {
        let folder = self.data_dir.path().display().to_string();
        let application = application().display().to_string();
        let mut processes =
            fs::read_dir("/proc").expect("a process list").flatten().map(|entry| entry.path());
        let own = processes.find(|process| {
            let line = fs::read(process.join("cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line).into_owned();
            line.starts_with(&application) && line.contains(&folder)
        });
        own.expect("the application runs")
    }

    /// Display and message bus of the running application.
    fn environment_of_the_first(&self) -> Vec<(String, String)> {
        let first = fs::read(self.process().join("environ")).expect("the application runs");
        String::from_utf8_lossy(&first)
            .split('\0')
            .filter_map(|variable| variable.split_once('='))
            .filter(|(name, _)| {
                matches!(*name, "DISPLAY" | "XAUTHORITY" | "DBUS_SESSION_BUS_ADDRESS" | "HOME" | "PATH")
            })
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    /// The address of the running application's message bus.
    pub(crate) fn bus(&self) -> String {
        let mut variables = self.environment_of_the_first().into_iter();
        variables.find(|(name, _)| name == "DBUS_SESSION_BUS_ADDRESS").expect("dbus-run-session sets it").1
    }

    /// Closes the window, and with it the application.
    pub(crate) async fn close(&self) {
        self.client().close().await.expect("the session ends");
    }
}

/// The window of another program on the same display.
pub(crate) struct OtherWindow {
    child: Child,
    _folder: TempDir,
}

impl Drop for OtherWindow {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What an application that was killed has left.
pub(crate) struct Killed(TempDir);

impl Killed {
    /// Starts it again on that.
    pub(crate) async fn start(self, arguments: &[&str]) -> Desktop {
        Desktop::start_in(self.0, arguments).await
    }
}

/// The process group; none where the process has ended.
fn group_of(process: &Path) -> Option<u32> {
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    // Behind the name, which may hold anything: state, parent, group.
    stat.rsplit_once(')')?.1.split_whitespace().nth(2)?.parse().ok()
}

/// The proportional set size, in KiB; 0 where the process has ended.
fn pss_kib(process: &Path) -> f64 {
    let rollup = fs::read_to_string(process.join("smaps_rollup")).unwrap_or_default();
    let pss = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    pss.and_then(|pss| pss.split_whitespace().next()?.parse().ok()).unwrap_or(0.0)
}

fn application() -> PathBuf {
    std::env::var_os("TRIVET_APP")
        .map(PathBuf::from)
        .expect("TRIVET_APP names the built application: `cargo xtask test` sets it")
}
