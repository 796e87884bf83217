//! Whether a node answers, asked before the driver connects to it.
//!
//! The driver limits the time of a TCP connection, but not that of the handshake on it, and opening
//! a session waits for every node. The system accepts connections for a process that is stopped, so
//! one such node would keep everybody out. Here each address is first asked for its options, the
//! one request that needs no handshake, under a time limit. Nothing but the fact of an answer is
//! taken from it.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use scylla::errors::TranslationError;
use scylla::policies::address_translator::{AddressTranslator, UntranslatedPeer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, lookup_host};

use super::failure::NoAnswer;

/// Where Cassandra listens unless it is told otherwise.
const PORT: u16 = 9042;
/// OPTIONS in version 4 of the native protocol: version, flags, stream (2), opcode, length (4).
const OPTIONS: [u8; 9] = [0x04, 0, 0, 0, 0x05, 0, 0, 0, 0];
/// Set in the version of every frame that a server sends.
const FROM_SERVER: u8 = 0x80;

/// How long nodes may take to answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// All of them, where none has answered yet.
    pub(super) whole: Duration,
    /// The others, where one has answered.
    pub(super) each: Duration,
}

/// The contact points that can be used.
#[derive(Debug, Default)]
pub(super) struct Reached {
    /// Those of which every address answered, by name, so that the driver can look the name up again.
    pub(super) names: Vec<String>,
    /// The addresses that answered of the others.
    pub(super) addresses: Vec<SocketAddr>,
}

/// What each contact point came to where none can be used.
#[derive(Debug)]
pub(super) struct NobodyAnswers(Vec<(String, io::Error)>);

/// Refuses the addresses of nodes that do not answer, so that the driver tries them again later.
pub(super) struct OnlyThoseThatAnswer {
    /// How long one may take.
    pub(super) within: Duration,
}

/// Asks all contact points at once.
pub(super) async fn contact_points(points: &[String], patience: Patience) -> Result<Reached, NobodyAnswers> {
    let resolving = points.iter().map(|point| limited(patience.each, resolve(point)));
    let resolved = futures::future::join_all(resolving).await;
    let mut asked = FuturesUnordered::new();
    let mut failures = Vec::new();
    let mut counts = Vec::with_capacity(points.len());
    for (point, resolved) in points.iter().zip(resolved) {
        let addresses = resolved.unwrap_or_else(|error| {
            failures.push((point.clone(), error));
            Vec::new()
        });
        let number = counts.len();
        counts.push(addresses.len());
        asked.extend(addresses.into_iter().map(|address| async move { (number, ask(address, patience.whole).await) }));
    }
    let mut answered: Vec<Vec<SocketAddr>> = vec![Vec::new(); points.len()];
    let mut impatient = pin!(tokio::time::sleep(patience.each));
    let mut is_late = false;
    while !(is_late && answered.iter().any(|addresses| !addresses.is_empty())) {
        tokio::select! {
            () = &mut impatient, if !is_late => is_late = true,
            answer = asked.next() => match answer {
                Some((number, Ok(address))) => answered[number].push(address),
                Some((number, Err(error))) => failures.push((points[number].clone(), error)),
                None => break,
            },
        }
    }
    let mut reached = Reached::default();
    for ((point, count), addresses) in points.iter().zip(counts).zip(answered) {
        if count > 0 && addresses.len() == count {
            reached.names.push(point.clone());
        } else {
            reached.addresses.extend(addresses);
        }
    }
    let nobody = reached.names.is_empty() && reached.addresses.is_empty();
    if nobody { Err(NobodyAnswers(failures)) } else { Ok(reached) }
}

async fn resolve(point: &str) -> io::Result<Vec<SocketAddr>> {
    let addresses: Vec<SocketAddr> = match lookup_host(point).await {
        Ok(addresses) => addresses.collect(),
        // It has no port.
        Err(_) => lookup_host((point, PORT)).await?.collect(),
    };
    if addresses.is_empty() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address"));
    }
    Ok(addresses)
}

/// Returns the address once it has answered a request.
async fn ask(address: SocketAddr, within: Duration) -> io::Result<SocketAddr> {
    limited(within, async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(&OPTIONS).await?;
        let mut header = [0; OPTIONS.len()];
        stream.read_exact(&mut header).await?;
        if header[0] & FROM_SERVER == 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it does not speak Cassandra's protocol"));
        }
        Ok(address)
    })
    .await
}

async fn limited<T>(within: Duration, work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    tokio::time::timeout(within, work)
        .await
        .unwrap_or_else(|_elapsed| Err(io::Error::new(io::ErrorKind::TimedOut, NoAnswer { after: within })))
}

#[async_trait]
impl AddressTranslator for OnlyThoseThatAnswer {
    async fn translate_address(&self, peer: &UntranslatedPeer) -> Result<SocketAddr, TranslationError> {
        ask(peer.untranslated_address(), self.within).await.map_err(|error| TranslationError::IoError(Arc::new(error)))
    }
}

impl fmt::Display for NobodyAnswers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, (point, error)) in self.0.iter().enumerate() {
            let separator = if position == 0 { "" } else { "; " };
            write!(f, "{separator}{point}: {error}")?;
        }
        Ok(())
    }
}

impl StdError for NobodyAnswers {}

#[cfg(test)]
mod tests;
