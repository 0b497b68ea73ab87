//! Where members are found.

use super::{is_so, ours, refused};
use crate::replica::{ConfigRule, OperationCheck, reply::Configured};

/// Names of this machine that are one address: with the same port they are one mongod.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

pub(super) fn of(members: &[Configured], there: &[Configured]) -> Vec<OperationCheck> {
    let is_there = |member: &Configured| is_so(member, there, |old| old.host == member.host);
    let written = members
        .iter()
        .filter_map(|member| readable(&member.host).filter(|check| !(check.ours && is_there(member))));
    let mut checks: Vec<_> = written.collect();
    for (place, member) in members.iter().enumerate() {
        let host = &member.host;
        for other in &members[..place] {
            let first = &other.host;
            if first == host {
                checks.push(refused(
                    ConfigRule::UniqueHost,
                    format!("{host} is there twice: a mongod is one member."),
                ));
            } else if is_same(first, host) && !(is_there(other) && is_there(member)) {
                checks.push(ours(
                    ConfigRule::UniqueHost,
                    format!(
                        "{first} and {host} are the same mongod. The server would take both, then count one process twice, or \
                         have it leave the set and lose its primary."
                    ),
                ));
            }
        }
    }
    let local = members.iter().filter(|member| is_local(&member.host)).count();
    if local > 0 && local < members.len() {
        let odd = members.iter().find(|member| is_local(&member.host)).map_or("", |member| &member.host);
        checks.push(refused(
            ConfigRule::Hosts,
            format!(
                "{odd} is a name that means this machine only (localhost), and other members have names that others can reach. \
                 Give all of them the one kind or all the other."
            ),
        ));
    }
    checks
}

fn readable(host: &str) -> Option<OperationCheck> {
    let (why, judged) = match parts(host) {
        Err(why) => (why, refused as fn(_, String) -> _),
        Ok((name, _)) if name.contains(char::is_whitespace) || name.starts_with('/') => (
            "a name has no spaces and no slashes, although the server would take it",
            ours as fn(_, String) -> _,
        ),
        Ok(_) if host.rsplit_once(':').is_some_and(|(_, port)| port.starts_with(['0', '+'])) => (
            "its port is written in a way that the server would change without a word",
            ours as fn(_, String) -> _,
        ),
        Ok(_) => return None,
    };
    Some(judged(
        ConfigRule::Hosts,
        format!("`{host}` is no address of a member: {why}. Write it as name:port."),
    ))
}

/// Name and port, where the server can tell them apart.
fn parts(host: &str) -> Result<(&str, u16), &'static str> {
    if host.starts_with('/') {
        return Ok((host, 0));
    }
    let (name, port) = host.rsplit_once(':').ok_or("its port is missing")?;
    if name.is_empty() {
        return Err("its name is missing");
    }
    let is_bracketed = name.starts_with('[') && name.ends_with(']');
    if !is_bracketed && name.contains([':', '[', ']']) {
        return Err("an IPv6 address stands in brackets");
    }
    let number = port.parse().ok().filter(|port| *port > 0);
    number.map(|port| (name, port)).ok_or("its port is no number from 1 to 65535")
}

/// Two names of one address.
fn is_same(one: &str, other: &str) -> bool {
    let (Ok((one, port)), Ok((other, other_port))) = (parts(one), parts(other)) else { return false };
    port == other_port
        && (one.eq_ignore_ascii_case(other) || (LOOPBACK.contains(&one) && LOOPBACK.contains(&other)))
}

/// As the server decides it.
fn is_local(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "localhost" | "[::1]" | "::1") || name.starts_with("127.")
}
