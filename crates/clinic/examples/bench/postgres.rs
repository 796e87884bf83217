//! The peer: the same rows in `PostgreSQL`, and the same questions, computed on reading and from
//! prepared aggregates.
//!
//! The bench starts a server of its own in a temporary directory, and stops it.

mod answers;
mod ask;
mod load;
mod server;

pub(crate) use ask::{Design, ask};
pub(crate) use load::{Loaded, load};
pub(crate) use server::Server;
