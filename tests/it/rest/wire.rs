//! HTTP by hand, for what a client library would mend on the way.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use trivet_tests::Server;

/// Longer than any limit of the listener.
const PATIENCE: Duration = Duration::from_secs(40);

/// One connection to the listener.
pub(super) struct Wire(TcpStream);

/// An answer as it came.
#[derive(Debug)]
pub(super) struct Answer {
    /// The status; 0 where nothing came.
    pub(super) status: u16,
    /// Status line and headers in lower case.
    pub(super) head: String,
    /// What came behind them.
    pub(super) body: String,
}

impl Wire {
    pub(super) async fn to(server: &Server) -> Self {
        Self(TcpStream::connect(server.authority()).await.expect("connected"))
    }

    pub(super) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.expect("sent");
    }

    /// Reads until these bytes have come, and no further.
    pub(super) async fn read_until(&mut self, end: &str) -> String {
        let reading = async {
            let mut read = Vec::new();
            while !read.ends_with(end.as_bytes()) {
                match self.0.read_u8().await {
                    Ok(byte) => read.push(byte),
                    Err(error) => panic!("{error} after {:?}", String::from_utf8_lossy(&read)),
                }
            }
            String::from_utf8(read).expect("text")
        };
        timeout(PATIENCE, reading).await.unwrap_or_else(|_| panic!("{end:?} did not come"))
    }

    /// Reads until the listener closes the connection, however it does.
    pub(super) async fn read_to_the_end(&mut self) -> String {
        let mut read = Vec::new();
        timeout(PATIENCE, async {
            let mut part = [0; 4096];
            while let Ok(count @ 1..) = self.0.read(&mut part).await {
                read.extend_from_slice(&part[..count]);
            }
        })
        .await
        .expect("the connection is closed");
        String::from_utf8(read).expect("text")
    }

    /// Asks on a connection that the listener may have closed meanwhile.
    pub(super) async fn ask_again(&mut self, request: &str) -> Answer {
        // Where it is closed, nobody reads this: then there is no answer.
        let _ = self.0.write_all(request.as_bytes()).await;
        self.last_answer().await
    }

    /// The last answer of the connection.
    pub(super) async fn last_answer(&mut self) -> Answer {
        let read = self.read_to_the_end().await;
        let (head, body) = read.split_once("\r\n\r\n").unwrap_or((&read, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }
}

/// Sends one request, as it stands, on a connection of its own. It has to ask for the connection to be closed.
pub(super) async fn ask(server: &Server, request: impl AsRef<[u8]>) -> Answer {
    let mut wire = Wire::to(server).await;
    wire.send(request).await;
    wire.last_answer().await
}

/// The head of a request that carries the token, and asks for the connection to be closed.
pub(super) fn head(server: &Server, request_line: &str, headers: &[&str]) -> String {
    let (authority, token) = (server.authority(), server.token());
    let headers: String = headers.iter().flat_map(|header| [header, "\r\n"]).collect();
    format!(
        "{request_line} HTTP/1.1\r\nHost: {authority}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n{headers}\r\n"
    )
}
