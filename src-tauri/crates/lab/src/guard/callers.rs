//! Who calls: all members call from 127.0.0.1, so a caller is known by the process that owns its end of the connection.

use std::collections::BTreeMap;
use std::net::SocketAddr;

/// Whether this system tells who owns a connection.
pub(crate) const KNOWN: bool = cfg!(target_os = "linux");

/// The member at the other end of a connection, if it is one: `peer` is its address, `own` is ours, and `pids` are the
/// processes of the members. Reads a few files, which takes some milliseconds.
pub(super) fn member_at(peer: SocketAddr, own: SocketAddr, pids: &BTreeMap<u32, u32>) -> Option<u32> {
    let socket = format!("socket:[{}]", system::inode(peer, own)?);
    pids.iter().find(|(_, pid)| system::owns(**pid, &socket)).map(|(member, _)| *member)
}

#[cfg(target_os = "linux")]
mod system {
    use std::net::{IpAddr, SocketAddr};
    use std::path::Path;

    /// The socket between `peer` and `own` from the peer's side: its row in proc(5) /proc/net/tcp, in which column 2 is the
    /// row's own address, 3 the other's and 10 the inode.
    pub(super) fn inode(peer: SocketAddr, own: SocketAddr) -> Option<u64> {
        let (peer, own) = (as_in_the_table(peer)?, as_in_the_table(own)?);
        let table = std::fs::read_to_string("/proc/net/tcp").ok()?;
        table.lines().find_map(|row| {
            let mut columns = row.split_ascii_whitespace();
            (columns.nth(1)? == peer && columns.next()? == own)
                .then(|| columns.nth(6)?.parse().ok())
                .flatten()
        })
    }

    /// An IPv4 address as the table has it: its bytes as one number of the machine, and the port, in hexadecimal.
    pub(super) fn as_in_the_table(address: SocketAddr) -> Option<String> {
        let IpAddr::V4(ip) = address.ip() else { return None };
        Some(format!("{:08X}:{:04X}", u32::from_ne_bytes(ip.octets()), address.port()))
    }

    /// A process has this socket open.
    pub(super) fn owns(pid: u32, socket: &str) -> bool {
        let open = std::fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().filter_map(Result::ok);
        open.filter_map(|entry| std::fs::read_link(entry.path()).ok())
            .any(|target| target == Path::new(socket))
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::net::SocketAddr;

    pub(super) fn inode(_: SocketAddr, _: SocketAddr) -> Option<u64> {
        None
    }

    pub(super) fn owns(_: u32, _: &str) -> bool {
        false
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::{Ipv4Addr, TcpListener, TcpStream};

    use super::*;

    #[test]
    fn a_caller_is_known_by_its_process_and_a_stranger_is_nobody() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let own = listener.local_addr().expect("an address");
        let _caller = TcpStream::connect(own).expect("connected");
        let (_accepted, peer) = listener.accept().expect("accepted");
        // Process 1 is not this one.
        let pids = BTreeMap::from([(0, 1), (4, std::process::id())]);
        assert_eq!(member_at(peer, own, &pids), Some(4));
        assert_eq!(member_at(peer, own, &BTreeMap::from([(0, 1)])), None);
        // From this side the connection is the same the other way round: nobody's call.
        assert_eq!(member_at(own, own, &pids), None);
    }
}
