//! The server over real sockets: the protocol's edges byte by byte, and a driver on top.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "suite/driver.rs"]
mod driver;
#[path = "suite/edges.rs"]
mod edges;
#[path = "suite/in_flight.rs"]
mod in_flight;
#[path = "suite/raw.rs"]
mod raw;
#[path = "suite/serving.rs"]
mod serving;
#[path = "suite/statements.rs"]
mod statements;
#[path = "suite/tls.rs"]
mod tls;
