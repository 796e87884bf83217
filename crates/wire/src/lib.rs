//! Apache Cassandra's native protocol, version 4, over the embedded engine: any Cassandra client connects.
//!
//! ```text
//! server ── accepts ──► connection ── frame ──► request ──► execute ──► engine
//!                           ▲                                  │
//!                           └──────── response ◄───────────────┘
//! ```
//!
//! `frame`, `codec`, `request`, `response` and `types` are the protocol's bytes and nothing else.
//! `execute` turns a request into calls of the engine. `connection` keeps one client's state and
//! its requests in flight. Nothing here decides what a statement means, and nothing a client sends
//! ends more than its own connection.

mod auth;
mod codec;
mod compression;
mod connection;
mod consistency;
mod execute;
mod failure;
mod frame;
mod limits;
mod prepared;
mod reply;
mod request;
mod response;
mod server;
mod service;
mod tls;
mod types;

pub use auth::{Accounts, Authenticator, Refused};
pub use limits::Limits;
pub use server::{Server, Settings};
pub use tls::{Tls, TlsError};
