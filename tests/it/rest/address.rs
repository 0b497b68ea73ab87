//! Lock 1: nobody but this machine reaches the listener.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};

use trivet_tests::ServerBuilder;

/// The address under which others know this machine, or one that nobody has.
fn of_this_machine() -> IpAddr {
    let towards = |socket: UdpSocket| {
        // Nothing is sent: the system only chooses the way.
        socket.connect(("192.0.2.1", 9)).and_then(|()| socket.local_addr())
    };
    let found = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(towards).map(|found| found.ip());
    found.ok().filter(|found| !found.is_loopback()).unwrap_or(Ipv4Addr::new(192, 0, 2, 1).into())
}

#[test]
fn an_address_that_others_reach_is_refused_with_the_reason() {
    let own = format!("{}:0", of_this_machine());
    for address in ["0.0.0.0:0", "[::]:0", "[::ffff:0.0.0.0]:0", &own] {
        let refused = ServerBuilder::on("mongodb://127.0.0.1:1/").listen(address).try_start();
        let Err(refused) = refused else { panic!("{address} is listened on") };
        assert_eq!(refused.status.code(), Some(2), "{address}");
        assert!(refused.said.contains("can be reached from other machines"), "{address}: {}", refused.said);
        assert!(refused.said.contains("ssh -L") && !refused.said.contains("listening"), "{}", refused.said);
    }
}

#[test]
fn a_port_that_is_taken_is_told_with_what_to_do() {
    let first = ServerBuilder::on("mongodb://127.0.0.1:1/").start();
    let second = ServerBuilder::on("mongodb://127.0.0.1:1/").listen(first.authority()).try_start();
    let Err(refused) = second else { panic!("one address is listened on twice") };
    assert_eq!(refused.status.code(), Some(2));
    assert!(refused.said.contains("in use") && refused.said.contains("127.0.0.1:0"), "{}", refused.said);
}

#[test]
fn a_server_without_anything_to_serve_says_what_it_needs() {
    let Err(refused) = ServerBuilder::bare().try_start() else { panic!("it listens") };
    assert_eq!(refused.status.code(), Some(2));
    assert!(refused.said.contains("--lab") && refused.said.contains("--uri-file"), "{}", refused.said);
}
