//! How much one server accepts, so that no client can take it from the others.

use std::time::Duration;

/// Bounds of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of one request's frame, decompressed too.
    pub frame_bytes: usize,
    /// Connections at once; further ones are closed at once.
    pub connections: usize,
    /// Requests of one connection that are under way. Further ones wait unread, or are refused as
    /// overloaded if the client asked for that (`THROW_ON_OVERLOAD`).
    pub in_flight: usize,
    /// Prepared statements; the one not used for longest is forgotten.
    pub prepared: usize,
    /// How long a new connection may take until it has started and authenticated.
    pub handshake: Duration,
    /// How long requests may take to finish once the server is told to stop.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            frame_bytes: 256 << 20,
            connections: 10_000,
            in_flight: 1024,
            prepared: 10_000,
            handshake: Duration::from_secs(30),
            drain: Duration::from_secs(10),
        }
    }
}
