//! What an application and its guard say to each other: one JSON object a line.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::folder::Holder;
use crate::types::LinkPolicy;

/// From the application to the guard.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Request {
    /// Take the lab's folder. Answered by `Opened`, `Held` or `Failed`; always the first line.
    Open {
        /// The lab's folder.
        folder: PathBuf,
        /// Who asks.
        holder: Holder,
        /// Remove the folder at the end.
        temporary: bool,
    },
    /// Start a member. Answered by `Started` or `Failed`.
    Start {
        /// The member's id.
        member: u32,
        /// Its `127.0.0.1:port`, for the record.
        host: String,
        /// mongod.
        program: PathBuf,
        /// Its arguments.
        arguments: Vec<String>,
    },
    /// Stop a member. Its `Exited` follows.
    Stop {
        /// The member's id.
        member: u32,
    },
    /// Send a signal to a member's process. Answered by `Done` or `Failed`; of `Kill` an `Exited` follows too.
    Signal {
        /// The member's id.
        member: u32,
        /// Which.
        signal: MemberSignal,
    },
    /// Open the link before a member. Answered by `Done` or `Failed`.
    OpenLink {
        /// The member's id.
        member: u32,
        /// Where its callers connect.
        port: u16,
        /// Where it listens itself.
        target: u16,
    },
    /// Change what links let through. Answered by `Done`.
    SetLink {
        /// The member that calls; none for every caller that has no policy of its own.
        from: Option<u32>,
        /// The member that is called.
        to: u32,
        /// What it lets through.
        policy: LinkPolicy,
    },
    /// The set takes writes: others may attach to it.
    Ready {
        /// Its connection string.
        uri: String,
        /// The mongod program and its version.
        mongod: String,
    },
}

/// What a member's process can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum MemberSignal {
    /// SIGKILL.
    Kill,
    /// SIGSTOP.
    Freeze,
    /// SIGCONT.
    Thaw,
}

/// From the guard to the application.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Reply {
    /// The folder is the application's.
    Opened,
    /// Another guard holds the folder.
    Held,
    /// What was asked is done.
    Done,
    /// What was asked could not be done, in the system's words.
    Failed {
        /// The reason.
        reason: String,
    },
    /// The member's process runs.
    Started {
        /// The member's id.
        member: u32,
        /// Its process id.
        pid: u32,
    },
    /// The member's process is gone.
    Exited {
        /// The member's id.
        member: u32,
        /// How it ended.
        exit: Exit,
    },
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Exit {
    /// With this exit code.
    Code(i32),
    /// By this signal.
    Signal(i32),
}

impl From<std::process::ExitStatus> for Exit {
    fn from(status: std::process::ExitStatus) -> Self {
        use std::os::unix::process::ExitStatusExt;
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Code(code),
            (None, signal) => Self::Signal(signal.unwrap_or_default()),
        }
    }
}

impl std::fmt::Display for Exit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Code(code) => write!(f, "ended with exit code {code}"),
            Self::Signal(signal) => write!(f, "was ended by signal {signal}"),
        }
    }
}
