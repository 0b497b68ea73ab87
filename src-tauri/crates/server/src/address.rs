//! Where the listener may listen: on this machine and nowhere else.

use std::net::{SocketAddr, ToSocketAddrs};

use tokio::net::TcpListener;

/// Where the listener is when nothing else is said.
pub const USUAL_ADDRESS: &str = "127.0.0.1:27080";

/// A listener, and the name under which it is called.
pub struct Bound {
    /// What accepts connections.
    pub listener: TcpListener,
    /// `host:port`, as every request has to name it.
    pub authority: String,
}

/// Listens on an address of this machine; port 0 takes a free one.
///
/// # Errors
/// Why not, and what to do instead.
pub async fn bind(address: &str) -> Result<Bound, String> {
    let (host, _) = address
        .rsplit_once(':')
        .filter(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
        .ok_or_else(|| format!("'{address}' is not an address: write host:port, such as {USUAL_ADDRESS}"))?;
    let resolved: Vec<SocketAddr> =
        address.to_socket_addrs().map_err(|error| format!("{address} cannot be used: {error}"))?.collect();
    if resolved.iter().any(|address| !address.ip().is_loopback()) {
        return Err(format!(
            "{address} can be reached from other machines, and this listener speaks neither TLS nor more than one \
             token. Listen on {USUAL_ADDRESS} and bring others to it by `ssh -L`, or by a proxy that speaks TLS"
        ));
    }
    let listener = TcpListener::bind(resolved.as_slice()).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            format!(
                "{address} is in use by another program. Another port may be free; {host}:0 takes one that is"
            )
        }
        _ => format!("{address} cannot be listened on: {error}"),
    })?;
    let port = listener.local_addr().map_err(|error| error.to_string())?.port();
    Ok(Bound { listener, authority: format!("{}:{port}", host.to_ascii_lowercase()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_this_machine_is_listened_on() {
        for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
            assert!(bind(address).await.err().expect("refused").contains("ssh -L"), "{address}");
        }
        for address in ["", "27080", "127.0.0.1", "127.0.0.1:http", ":0"] {
            assert!(bind(address).await.err().expect("refused").contains("host:port"), "{address}");
        }
        let Ok(bound) = bind("127.0.0.1:0").await else { panic!("not bound") };
        assert!(bound.authority.starts_with("127.0.0.1:") && !bound.authority.ends_with(":0"));
        let taken = bind(&bound.authority).await.err().expect("taken");
        assert!(taken.contains("in use") && taken.contains(":0"), "{taken}");
    }
}
