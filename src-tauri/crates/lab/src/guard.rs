//! The guard: the parent of the members, and the one who stops them when the application is gone.
//!
//! It is a process of the same program, in a process group of its own, that reads requests from its standard
//! input and answers on its standard output. The end of the input means that the application ended, also when
//! it was killed; then the guard stops every member and ends. While it lives it holds the folder's lock, which
//! the operating system releases with the process, so that no lock is ever stale.

pub(crate) mod callers;
mod member;
pub(crate) mod protocol;
mod wires;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};
use std::sync::Arc;

use tokio::process::Command;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use self::member::{Order, PATIENCE};
use self::protocol::{Exit, Reply, Request};
use self::wires::Wires;
use crate::folder::{Folder, Holder, Run, RunMember};
use crate::plan::MOST_MEMBERS;
use crate::process::Process;

/// The first argument of a program that is to be a guard.
pub const FLAG: &str = "lab-guard";

/// Runs the guard when the program's first argument says so; `main` then returns the exit code.
///
/// Call it first thing in `main`, before a runtime or a window exists.
#[must_use]
pub fn run_if_asked() -> Option<ExitCode> {
    if std::env::args_os().nth(1)? != FLAG {
        return None;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    Some(runtime.map_or(ExitCode::FAILURE, |runtime| runtime.block_on(run())))
}

/// What the guard wakes up for.
enum Event {
    Asked(Request),
    Exited(u32, Exit),
    InputEnded,
}

async fn run() -> ExitCode {
    let (events, mut inbox) = mpsc::unbounded_channel();
    read_requests(events.clone());
    let Some(Event::Asked(Request::Open { folder, holder, temporary })) = inbox.recv().await else {
        return ExitCode::FAILURE;
    };
    let folder = Folder::at(folder);
    let lock = match take(&folder) {
        Ok(lock) => lock,
        Err(reply) => {
            say(&reply);
            return ExitCode::SUCCESS;
        }
    };
    let mut guard = match Guard::begin(folder, holder, events).await {
        Ok(guard) => guard,
        Err(error) => {
            say(&Reply::Failed { reason: error.to_string() });
            return ExitCode::FAILURE;
        }
    };
    say(&Reply::Opened);
    guard.serve(&mut inbox).await;
    guard.finish(&mut inbox, temporary).await;
    drop(lock);
    ExitCode::SUCCESS
}

/// A blocked read cannot be cancelled, so a thread of its own reads; it dies with the process.
fn read_requests(events: mpsc::UnboundedSender<Event>) {
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            let Some(request) = line.ok().and_then(|line| serde_json::from_str(&line).ok()) else { break };
            if events.send(Event::Asked(request)).is_err() {
                return;
            }
        }
        let _ = events.send(Event::InputEnded);
    });
}

/// Answers the application; where it is gone, the end of the input says so as well.
fn say(reply: &Reply) {
    if let Ok(line) = serde_json::to_string(reply) {
        let _ = writeln!(std::io::stdout().lock(), "{line}");
    }
}

/// Takes the folder's lock, which the returned file holds.
fn take(folder: &Folder) -> Result<File, Reply> {
    let failed = |error: std::io::Error| Reply::Failed { reason: error.to_string() };
    let file =
        File::options().create(true).truncate(false).write(true).open(folder.lock_file()).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(Reply::Held),
        Err(std::fs::TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// A guard that holds the lock.
struct Guard {
    folder: Folder,
    record: Run,
    /// The members that run, each with what its process is told.
    running: BTreeMap<u32, mpsc::UnboundedSender<Order>>,
    /// The links between members.
    wires: Arc<Wires>,
    events: mpsc::UnboundedSender<Event>,
}

impl Guard {
    /// Ends what a killed guard left, and records who holds the lab.
    async fn begin(
        folder: Folder,
        holder: Holder,
        events: mpsc::UnboundedSender<Event>,
    ) -> std::io::Result<Self> {
        end_leftovers(&folder).await;
        let record = Run { holder, uri: None, mongod: None, members: Vec::new() };
        folder.write_run(&record)?;
        Ok(Self { folder, record, running: BTreeMap::new(), wires: Arc::default(), events })
    }

    async fn serve(&mut self, inbox: &mut mpsc::UnboundedReceiver<Event>) {
        let (Ok(mut terminate), Ok(mut interrupt), Ok(mut hang_up)) =
            (signal(SignalKind::terminate()), signal(SignalKind::interrupt()), signal(SignalKind::hangup()))
        else {
            return;
        };
        loop {
            tokio::select! {
                event = inbox.recv() => match event {
                    Some(Event::Asked(request)) => self.handle(request),
                    Some(Event::Exited(member, exit)) => self.exited(member, exit),
                    Some(Event::InputEnded) | None => return,
                },
                _ = terminate.recv() => return,
                _ = interrupt.recv() => return,
                // The terminal is gone. Where the application goes with it, its end is seen as ever.
                _ = hang_up.recv() => {}
            }
        }
    }

    fn handle(&mut self, request: Request) {
        match request {
            Request::Open { .. } => say(&Reply::Failed { reason: "the lab is open already".to_owned() }),
            Request::Start { member, host, program, arguments } => {
                match self.start(member, host, &program, &arguments) {
                    Ok(pid) => say(&Reply::Started { member, pid }),
                    Err(error) => say(&Reply::Failed { reason: error.to_string() }),
                }
            }
            Request::Stop { member } => self.tell(member, Order::Stop),
            Request::Signal { member, .. } if !self.running.contains_key(&member) => {
                say(&Reply::Failed { reason: format!("member {member} does not run") });
            }
            Request::Signal { member, signal } => {
                self.tell(member, Order::Signal(signal));
                say(&Reply::Done);
            }
            Request::OpenLink { member, port, target } => match self.wires.open(member, port, target) {
                Ok(()) => say(&Reply::Done),
                Err(error) => {
                    let reason =
                        format!("the link before member {member} cannot listen on port {port}: {error}");
                    say(&Reply::Failed { reason });
                }
            },
            Request::SetLink { from, to, policy } => {
                self.wires.set(from, to, policy);
                say(&Reply::Done);
            }
            Request::Ready { uri, mongod } => {
                self.record.uri = Some(uri);
                self.record.mongod = Some(mongod);
                self.write_record();
            }
        }
    }

    /// A member that ended meanwhile hears nothing, and its `Exited` is on the way.
    fn tell(&self, member: u32, order: Order) {
        if let Some(process) = self.running.get(&member) {
            let _ = process.send(order);
        }
    }

    fn start(
        &mut self,
        member: u32,
        host: String,
        program: &Path,
        arguments: &[String],
    ) -> std::io::Result<u32> {
        let output = File::create(self.folder.output(member))?;
        let child = Command::new(program)
            .args(arguments)
            // mongod refuses to start where the locale of the user's session is not installed.
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()?;
        let pid = child.id().ok_or_else(|| std::io::Error::other("it ended at once"))?;
        self.record.members.retain(|known| known.id != member);
        self.record.members.push(RunMember { id: member, host, process: Process::by_pid(pid) });
        self.write_record();
        self.wires.runs(member, Some(pid));
        let (orders, inbox) = mpsc::unbounded_channel();
        self.running.insert(member, orders);
        let events = self.events.clone();
        tokio::spawn(async move {
            let exit = member::watch(child, inbox).await;
            let _ = events.send(Event::Exited(member, exit));
        });
        Ok(pid)
    }

    fn exited(&mut self, member: u32, exit: Exit) {
        self.running.remove(&member);
        self.wires.runs(member, None);
        for known in self.record.members.iter_mut().filter(|known| known.id == member) {
            known.process = None;
        }
        self.write_record();
        say(&Reply::Exited { member, exit });
    }

    /// A record that cannot be written (a full disk) costs others the attaching, not the lab its life.
    fn write_record(&mut self) {
        self.record.members.sort_by_key(|member| member.id);
        let _ = self.folder.write_run(&self.record);
    }

    async fn finish(mut self, inbox: &mut mpsc::UnboundedReceiver<Event>, temporary: bool) {
        // First of all nobody may attach to a set that is about to stop.
        self.record.uri = None;
        self.write_record();
        for process in self.running.values() {
            let _ = process.send(Order::Stop);
        }
        while !self.running.is_empty() {
            match inbox.recv().await {
                Some(Event::Exited(member, exit)) => self.exited(member, exit),
                Some(_) => {}
                None => break,
            }
        }
        let _ = self.folder.remove_run();
        if temporary {
            let _ = std::fs::remove_dir_all(self.folder.path());
            // The data folder too, unless it holds something else.
            let _ = self.folder.path().parent().map(std::fs::remove_dir);
        }
    }
}

/// Ends the members of a guard that was itself killed. Only a process that still is the recorded one, or that
/// was started with this very data folder, is touched.
async fn end_leftovers(folder: &Folder) {
    let recorded = folder.run().map(|run| run.members).unwrap_or_default();
    let leftovers = (0..MOST_MEMBERS).filter_map(|id| {
        let data: PathBuf = folder.data(id);
        recorded
            .iter()
            .filter(|member| member.id == id)
            .filter_map(|member| member.process.clone())
            .find(|process| process.is_alive() && process.serves(&data))
            .or_else(|| Process::serving(&data))
    });
    let leftovers: Vec<Process> = leftovers.collect();
    futures_util::future::join_all(leftovers.iter().map(|process| process.end(PATIENCE))).await;
}
