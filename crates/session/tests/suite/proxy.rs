//! A TCP proxy before a Cassandra node that can hold back answers or cut connections.

use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What the proxy does with traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Passes everything on.
    Pass,
    /// Passes requests on and holds back answers.
    Mute,
    /// Cuts connections and accepts none.
    Cut,
}

/// A running proxy; it ends with the test's runtime.
pub(crate) struct Proxy {
    pub(crate) address: String,
    mode: Arc<watch::Sender<Mode>>,
}

impl Proxy {
    pub(crate) async fn before(node: String) -> Self {
        // The driver goes to the address that the node announces, with the contact point's port:
        // the proxy must have the node's own address. Test nodes are on this machine.
        let (host, _port) = node.rsplit_once(':').unwrap();
        let listener = TcpListener::bind((host, 0)).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let mode = Arc::new(watch::Sender::new(Mode::Pass));
        let modes = mode.subscribe();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if *modes.borrow() == Mode::Cut {
                    continue;
                }
                let server = TcpStream::connect(&node).await.unwrap();
                let (client_read, client_write) = client.into_split();
                let (server_read, server_write) = server.into_split();
                tokio::spawn(pump(client_read, server_write, modes.clone(), false));
                tokio::spawn(pump(server_read, client_write, modes.clone(), true));
            }
        });
        Self { address, mode }
    }

    pub(crate) fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }
}

/// Copies one direction until an end closes or the proxy cuts.
async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut modes: watch::Receiver<Mode>, answers: bool) {
    let mut buffer = vec![0; 64 * 1024];
    let mut cut = modes.clone();
    loop {
        let length = tokio::select! {
            length = from.read(&mut buffer) => length.unwrap_or(0),
            _ = cut.wait_for(|mode| *mode == Mode::Cut) => 0,
        };
        if length == 0 {
            return;
        }
        if answers && modes.wait_for(|mode| *mode != Mode::Mute).await.is_err() {
            return;
        }
        if *modes.borrow() == Mode::Cut || to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
