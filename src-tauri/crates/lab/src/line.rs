//! The application's end of the line to its guard.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::{Mutex, mpsc, watch};
use trivet_core::{Error, ErrorCode, Result};

use crate::config::GuardProgram;
use crate::folder::{Folder, Holder};
use crate::guard::protocol::{Exit, MemberSignal, Reply, Request};
use crate::types::LinkPolicy;

/// How long the guard may take to stop all members: a little longer than it gives them.
const STOP_PATIENCE: Duration = Duration::from_secs(15);

/// A guard that holds the lab's folder. Dropping it closes the line, at which the guard stops the members.
#[derive(Debug)]
pub(crate) struct Line {
    channel: Mutex<Channel>,
    view: watch::Receiver<View>,
}

#[derive(Debug)]
struct Channel {
    requests: Option<ChildStdin>,
    replies: mpsc::UnboundedReceiver<Reply>,
}

/// What the guard has told of the members.
#[derive(Clone, Debug, Default)]
struct View {
    members: BTreeMap<u32, MemberView>,
    ended: bool,
}

/// A member as the guard sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MemberView {
    /// It runs, with this process id.
    Running(u32),
    /// It has ended.
    Exited(Exit),
}

/// What comes of asking for the folder.
pub(crate) enum Opened {
    /// The folder is ours.
    Ours(Line),
    /// Another process holds it.
    Held,
}

impl Line {
    /// Starts a guard and lets it take the folder.
    pub(crate) async fn open(guard: &GuardProgram, folder: &Folder, temporary: bool) -> Result<Opened> {
        let mut child = Command::new(&guard.program)
            .args(&guard.arguments)
            // It may hold a password, which concerns neither the guard nor the members.
            .env_remove("TRIVET_URI")
            // Its own group: Ctrl+C in a terminal reaches the application only, and the guard ends after it.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| {
                Error::new(
                    ErrorCode::Storage,
                    format!("The lab's guard {} cannot be started: {error}.", guard.program.display()),
                )
            })?;
        let (Some(requests), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Error::internal("The lab's guard has no input or output."));
        };
        let (view_sender, view) = watch::channel(View::default());
        let (reply_sender, replies) = mpsc::unbounded_channel();
        tokio::spawn(listen(child, answers, reply_sender, view_sender));
        let line = Self { channel: Mutex::new(Channel { requests: Some(requests), replies }), view };
        let request =
            Request::Open { folder: folder.path().to_owned(), holder: Holder::this_process(), temporary };
        match line.ask(&request).await? {
            Reply::Opened => Ok(Opened::Ours(line)),
            Reply::Held => Ok(Opened::Held),
            Reply::Failed { reason } => Err(Error::new(
                ErrorCode::Storage,
                format!("The lab cannot take {}: {reason}.", folder.path().display()),
            )),
            Reply::Done | Reply::Started { .. } | Reply::Exited { .. } => Err(out_of_step()),
        }
    }

    /// Starts a member's process. The error is the system's reason.
    pub(crate) async fn start(
        &self,
        member: u32,
        host: String,
        program: &Path,
        arguments: Vec<String>,
    ) -> Result<Result<u32, String>> {
        let request = Request::Start { member, host, program: program.to_owned(), arguments };
        match self.ask(&request).await? {
            Reply::Started { pid, .. } => Ok(Ok(pid)),
            Reply::Failed { reason } => Ok(Err(reason)),
            Reply::Opened | Reply::Held | Reply::Done | Reply::Exited { .. } => Err(out_of_step()),
        }
    }

    /// Stops a member's process and waits until it is gone.
    pub(crate) async fn stop(&self, member: u32) -> Result<()> {
        self.tell(&Request::Stop { member }).await?;
        match tokio::time::timeout(STOP_PATIENCE, self.exited(member)).await {
            Ok(_) => Ok(()),
            Err(_) => Err(Error::new(ErrorCode::Timeout, format!("Member {member} does not stop."))),
        }
    }

    /// Sends a signal to a member's process.
    pub(crate) async fn signal(&self, member: u32, signal: MemberSignal) -> Result<()> {
        self.order(&Request::Signal { member, signal }).await
    }

    /// Opens the link before a member. Fails with [`ErrorCode::Conflict`] where somebody listens on its port.
    pub(crate) async fn open_link(&self, member: u32, port: u16, target: u16) -> Result<()> {
        self.order(&Request::OpenLink { member, port, target }).await
    }

    /// Changes what a link lets through.
    pub(crate) async fn set_link(&self, from: Option<u32>, to: u32, policy: LinkPolicy) -> Result<()> {
        self.order(&Request::SetLink { from, to, policy }).await
    }

    /// Asks for something that is done or not.
    async fn order(&self, request: &Request) -> Result<()> {
        match self.ask(request).await? {
            Reply::Done => Ok(()),
            Reply::Failed { reason } => Err(Error::new(ErrorCode::Conflict, format!("{reason}."))),
            Reply::Opened | Reply::Held | Reply::Started { .. } | Reply::Exited { .. } => Err(out_of_step()),
        }
    }

    /// Lets others attach to the set.
    pub(crate) async fn ready(&self, uri: String, mongod: String) -> Result<()> {
        self.tell(&Request::Ready { uri, mongod }).await
    }

    /// Stops all members and the guard, and waits until they are gone.
    pub(crate) async fn end(&self) -> Result<()> {
        self.channel.lock().await.requests = None;
        let mut view = self.view.clone();
        match tokio::time::timeout(STOP_PATIENCE, view.wait_for(|view| view.ended)).await {
            Ok(_) => Ok(()),
            Err(_) => Err(Error::new(ErrorCode::Timeout, "The lab's members do not stop.")),
        }
    }

    /// A member as the guard last told of it; none where it was never started.
    pub(crate) fn member(&self, member: u32) -> Option<MemberView> {
        self.view.borrow().members.get(&member).copied()
    }

    /// Waits until a member has ended; none where it is the guard that ended.
    pub(crate) async fn exited(&self, member: u32) -> Option<Exit> {
        let mut view = self.view.clone();
        let runs = |view: &View| matches!(view.members.get(&member), Some(MemberView::Running(_)));
        let view = view.wait_for(|view| view.ended || !runs(view)).await.ok()?;
        match view.members.get(&member) {
            Some(MemberView::Exited(exit)) => Some(*exit),
            Some(MemberView::Running(_)) | None => None,
        }
    }

    /// The guard is gone.
    pub(crate) fn has_ended(&self) -> bool {
        self.view.borrow().ended || self.view.has_changed().is_err()
    }

    async fn tell(&self, request: &Request) -> Result<()> {
        write(&mut *self.channel.lock().await, request).await
    }

    async fn ask(&self, request: &Request) -> Result<Reply> {
        let mut channel = self.channel.lock().await;
        write(&mut channel, request).await?;
        match tokio::time::timeout(crate::PATIENCE, channel.replies.recv()).await {
            Ok(Some(reply)) => Ok(reply),
            Ok(None) => Err(gone()),
            Err(_) => Err(Error::new(ErrorCode::Timeout, "The lab's guard does not answer.")),
        }
    }
}

async fn write(channel: &mut Channel, request: &Request) -> Result<()> {
    let mut line = serde_json::to_vec(request).map_err(|error| Error::internal(error.to_string()))?;
    line.push(b'\n');
    let requests = channel.requests.as_mut().ok_or_else(gone)?;
    requests.write_all(&line).await.map_err(|_| gone())
}

/// Follows the guard until it ends, and reaps it.
async fn listen(
    mut child: Child,
    answers: ChildStdout,
    replies: mpsc::UnboundedSender<Reply>,
    view: watch::Sender<View>,
) {
    let mut lines = BufReader::new(answers).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        match serde_json::from_str(&line) {
            Ok(Reply::Exited { member, exit }) => view.send_modify(|view| {
                view.members.insert(member, MemberView::Exited(exit));
            }),
            Ok(reply) => {
                if let Reply::Started { member, pid } = reply {
                    view.send_modify(|view| {
                        view.members.insert(member, MemberView::Running(pid));
                    });
                }
                // The asker may have given up; the view above is what counts.
                let _ = replies.send(reply);
            }
            Err(error) => tracing::warn!(%error, "the lab's guard said something unknown"),
        }
    }
    let _ = child.wait().await;
    drop(replies);
    view.send_modify(|view| view.ended = true);
}

fn gone() -> Error {
    Error::new(ErrorCode::Unreachable, "The lab's guard process has ended, and with it the lab.")
        .with_hint("Start the lab again.")
}

fn out_of_step() -> Error {
    Error::internal("The lab's guard answered something else than what was asked.")
}
