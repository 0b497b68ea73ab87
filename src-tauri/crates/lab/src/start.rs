//! Starts members: ports, processes, and the wait until each answers.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use trivet_core::{Error, ErrorCode, Result};

use crate::PATIENCE;
use crate::folder::{Folder, MEMBERS};
use crate::guard::protocol::Exit;
use crate::link::Link;
use crate::member::{Member, host};
use crate::mongod::{Mongod, Parameters, arguments, as_typed, refused_parameter};
use crate::steps::Steps;
use crate::types::LabStepKind;
use crate::{log, member};

/// How often a starting member is knocked at.
const INTERVAL: Duration = Duration::from_millis(20);
/// mongod's exit code where it cannot listen on its port.
const EXIT_NET_ERROR: i32 = 48;
/// How often a member is started anew for a reason that can be helped.
const ATTEMPTS: u32 = 5;

/// What starting a member needs.
pub(crate) struct Starter<'a> {
    /// The lab's folder.
    pub(crate) folder: &'a Folder,
    /// The program.
    pub(crate) mongod: &'a Mongod,
    /// The guard.
    pub(crate) link: &'a Link,
    /// Who listens.
    pub(crate) steps: &'a Steps<'a>,
}

impl Starter<'_> {
    /// Starts a member and waits until it answers. It listens on `port`, or on another where that is taken.
    pub(crate) async fn start(&self, id: u32, mut port: u16) -> Result<Member> {
        let mut parameters = Parameters::default();
        self.folder.rotate_log(id)?;
        let program = self.mongod.program.to_string_lossy();
        let command =
            |port, parameters: &_| as_typed(&program, &arguments(self.folder, id, port, parameters));
        let mut step = self.steps.begin(LabStepKind::StartMember, command(port, &parameters));
        let mut attempt = 1;
        loop {
            let arguments = arguments(self.folder, id, port, &parameters);
            let started = self.link.start(id, host(port), &self.mongod.program, arguments).await?;
            started.map_err(|reason| self.failed(id, port, &format!("cannot be started: {reason}")))?;
            let exit = match self.answers(id, port).await? {
                Answer::Yes => break,
                Answer::Exited(exit) => exit,
            };
            let output = std::fs::read_to_string(self.folder.output(id)).unwrap_or_default();
            // Somebody took the port between our look and mongod's.
            let helped = if exit == Some(Exit::Code(EXIT_NET_ERROR)) {
                port = free_ports(&[], 1)?[0];
                true
            } else {
                refused_parameter(&output).is_some_and(|name| parameters.remove(name))
            };
            if !helped || attempt == ATTEMPTS {
                let how = exit.map_or_else(|| "ended with the guard".to_owned(), |exit| exit.to_string());
                return Err(self.failed(id, port, &format!("{how} before it answered")));
            }
            attempt += 1;
            step.rename(command(port, &parameters));
        }
        step.done();
        Member::new(id, port).map_err(|refusal| self.failed(id, port, &refusal.reason))
    }

    async fn answers(&self, id: u32, port: u16) -> Result<Answer> {
        let knock = async {
            while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
                sleep(INTERVAL).await;
            }
        };
        tokio::select! {
            exit = self.link.exited(id) => Ok(Answer::Exited(exit)),
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

/// The ports to listen on: those of the last start where they are still free, else others.
pub(crate) fn choose_ports(last: &[u16]) -> Result<Vec<u16>> {
    free_ports(last, MEMBERS as usize)
}

fn free_ports(wanted: &[u16], count: usize) -> Result<Vec<u16>> {
    // All are held until the last one is chosen, so that no port is chosen twice. A wanted port is never given
    // to another member: its own may have it again at the next start.
    let mut held = Vec::new();
    let reserved: BTreeSet<u16> = wanted.iter().copied().collect();
    let mut ports = Vec::new();
    for index in 0..count {
        let own = wanted.get(index).and_then(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).ok());
        let listener = match own {
            Some(listener) => listener,
            None => any_port(&reserved, &mut held)?,
        };
        ports.push(listener.local_addr().map_err(no_port)?.port());
        held.push(listener);
    }
    Ok(ports)
}

fn any_port(reserved: &BTreeSet<u16>, held: &mut Vec<TcpListener>) -> Result<TcpListener> {
    loop {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(no_port)?;
        if !reserved.contains(&listener.local_addr().map_err(no_port)?.port()) {
            return Ok(listener);
        }
        held.push(listener);
    }
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
        let first = choose_ports(&[]).expect("free ports");
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, first[1])).expect("still free");
        let second = choose_ports(&first).expect("free ports");
        assert_eq!((second[0], second[2]), (first[0], first[2]));
        assert!(!first.contains(&second[1]));
        drop(taken);
    }
}
