//! Starts members: ports, processes, and the wait until each answers.

use std::hash::{BuildHasher, RandomState};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use bson::Document;
use tokio::time::{Instant, sleep};
use trivet_core::{Error, ErrorCode, Result};

use crate::PATIENCE;
use crate::access::Access;
use crate::folder::Folder;
use crate::guard::protocol::Exit;
use crate::line::Line;
use crate::member::{Member, host};
use crate::mongod::{Mode, Mongod, Parameters, arguments, as_typed, refused_parameter};
use crate::plan::LabPlan;
use crate::steps::Steps;
use crate::types::LabStepKind;
use crate::{log, member};

/// How often a starting member is knocked at.
const INTERVAL: Duration = Duration::from_millis(20);
/// mongod's exit code where it cannot listen on its port.
const EXIT_NET_ERROR: i32 = 48;
/// Where ports are chosen.
const PORTS: Range<u16> = 27_100..32_000;

/// What starting a member needs.
pub(crate) struct Starter<'a> {
    /// What the lab is made of.
    pub(crate) plan: &'a LabPlan,
    /// It is to be as quick as a set that is somebody's, and no quicker.
    pub(crate) like_a_set: bool,
    /// The lab's folder.
    pub(crate) folder: &'a Folder,
    /// How one gets into it.
    pub(crate) access: &'a Access,
    /// The program.
    pub(crate) mongod: &'a Mongod,
    /// The guard.
    pub(crate) line: &'a Line,
    /// Who listens.
    pub(crate) steps: &'a Steps<'a>,
}

impl Starter<'_> {
    /// Starts a member and waits until it answers.
    ///
    /// Fails with [`ErrorCode::Conflict`] where another process listens on the port.
    pub(crate) async fn start(&self, id: u32, port: u16, mode: Mode) -> Result<Member> {
        let mut parameters = Parameters::of(self.plan, mode);
        if self.like_a_set {
            parameters.remove("oplogNetworkTimeoutBufferSeconds");
        }
        self.folder.rotate_log(id)?;
        let arguments = |parameters: &_| arguments(self.plan, self.folder, id, port, mode, parameters);
        let program = self.mongod.program.to_string_lossy();
        let command = |parameters: &_| as_typed(&program, &arguments(parameters));
        let mut step = self.steps.begin(LabStepKind::StartMember, command(&parameters));
        loop {
            let started =
                self.line.start(id, host(port), &self.mongod.program, arguments(&parameters)).await?;
            started.map_err(|reason| self.failed(id, port, &format!("cannot be started: {reason}")))?;
            let exit = match self.answers(id, port).await? {
                Answer::Yes => break,
                Answer::Exited(exit) => exit,
            };
            if exit == Some(Exit::Code(EXIT_NET_ERROR)) {
                return Err(taken(id, port));
            }
            let output = std::fs::read_to_string(self.folder.output(id)).unwrap_or_default();
            if !refused_parameter(&output).is_some_and(|name| parameters.remove(name)) {
                let how = exit.map_or_else(|| "ended with the guard".to_owned(), |exit| exit.to_string());
                return Err(self.failed(id, port, &format!("{how} before it answered")));
            }
            step.rename(command(&parameters));
        }
        step.done();
        Member::new(id, port, self.access).map_err(|refusal| self.failed(id, port, &refusal.reason))
    }

    /// Writes the members' present hosts into the configuration that one member has stored, if it has one: `moved` tells them.
    ///
    /// The set's configuration names hosts and ports, and a member that does not find itself in it is REMOVED;
    /// worse, whoever listens on an old port now is asked whether it is that member, and may never answer. So
    /// the member is started on its own for this, as the server's manual has it for changed host names. Answers with the
    /// configuration as it is now.
    pub(crate) async fn move_to(
        &self,
        id: u32,
        port: u16,
        moved: impl Fn(Option<usize>, &str) -> Option<String>,
    ) -> Result<Option<Document>> {
        let member = self.start(id, port, Mode::Alone).await?;
        let step = self.steps.begin(
            LabStepKind::Initiate,
            format!("db.getSiblingDB('local').system.replset.replaceOne({{}}, config)  // member {id}"),
        );
        let moved = member.move_hosts(moved).await;
        let config = moved.map_err(|refusal| {
            self.failed(id, member.port, &format!("keeps its old port: {}", refusal.reason))
        })?;
        step.done();
        self.line.stop(id).await?;
        Ok(config)
    }

    async fn answers(&self, id: u32, port: u16) -> Result<Answer> {
        let knock = async {
            while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
                sleep(INTERVAL).await;
            }
        };
        tokio::select! {
            exit = self.line.exited(id) => Ok(Answer::Exited(exit)),
            () = knock => Ok(Answer::Yes),
            () = sleep(PATIENCE) => {
                let what = format!("does not answer after {} s", PATIENCE.as_secs());
                Err(self.failed(id, port, &what))
            }
        }
    }

    /// An error that names the member and quotes the end of its log.
    pub(crate) fn failed(&self, id: u32, port: u16, what: &str) -> Error {
        let message = format!("Member {id} ({}) {what}.", member::host(port));
        Error::new(
            ErrorCode::ServerRejected,
            with_log(message, &self.folder.log(id), &self.folder.output(id)),
        )
    }
}

enum Answer {
    Yes,
    Exited(Option<Exit>),
}

/// Adds the end of the log, or of what the member printed where it did not get as far as a log.
pub(crate) fn with_log(message: String, log: &Path, output: &Path) -> String {
    let mut tail = log::tail(log);
    if tail.is_empty() {
        tail = log::tail(output);
    }
    if tail.is_empty() { message } else { format!("{message}\n{tail}") }
}

/// Somebody else listens on a member's port.
pub(crate) fn taken(id: u32, port: u16) -> Error {
    let message = format!("Member {id} cannot start: another process listens on its port {port}.");
    Error::new(ErrorCode::Conflict, message)
        .with_hint("End that process, or stop and start the whole lab, which then chooses another port.")
}

/// Nobody listens on the port.
pub(crate) fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// So many ports to listen on: those of the last start where they are still free, else others.
pub(crate) fn choose_ports(last: &[u16], count: usize) -> Result<Vec<u16>> {
    // All are held until the last one is chosen, so that no port is chosen twice. A port of the last start is
    // never given to another member: its own may have it again at the next start.
    let mut held = Vec::new();
    for index in 0..count {
        let own = last.get(index).and_then(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).ok());
        held.push(own.map_or_else(|| any_port(last), Ok)?);
    }
    held.iter().map(|listener| Ok(listener.local_addr().map_err(no_port)?.port())).collect()
}

fn any_port(reserved: &[u16]) -> Result<TcpListener> {
    // Below the range from which systems take the ports of outgoing connections: one of those would hold the
    // port at a later start.
    let chance = || RandomState::new().hash_one(0) % u64::from(PORTS.end - PORTS.start);
    for _ in 0..200 {
        let port = PORTS.start + u16::try_from(chance()).unwrap_or_default();
        if reserved.contains(&port) {
            continue;
        }
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            return Ok(listener);
        }
    }
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(no_port)
}

fn no_port(error: std::io::Error) -> Error {
    Error::new(ErrorCode::Storage, format!("There is no free port on 127.0.0.1: {error}."))
}

/// Waits for a condition of another process, looking now and then.
pub(crate) async fn until<T>(deadline: Instant, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    loop {
        if let Some(found) = look() {
            return Some(found);
        }
        if Instant::now() > deadline {
            return None;
        }
        sleep(INTERVAL).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_is_taken_is_replaced_and_the_others_stay() {
        let first = choose_ports(&[], 3).expect("free ports");
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, first[1])).expect("still free");
        let second = choose_ports(&first, 3).expect("free ports");
        assert_eq!((second[0], second[2]), (first[0], first[2]));
        assert!(!first.contains(&second[1]));
        drop(taken);
    }
}
