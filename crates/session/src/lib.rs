//! One CQL interface over the embedded engine and an Apache Cassandra cluster.
//!
//! Applications prepare and execute statements through [`Session`] and cannot tell which back
//! end answers. Values and rows use one codec on both, re-exported in [`codec`], so that no other
//! crate names the driver. This crate never interprets CQL beyond telling statements apart, never
//! repeats a statement whose repetition could change the outcome, and holds no schema of its own.
//!
//! ```no_run
//! # use std::sync::Arc;
//! # use quorate_session::{Class, Clock, Error, Session, Target};
//! # async fn example(clock: Arc<dyn Clock>) -> Result<(), Error> {
//! let session = Session::open(&Target::InMemory, clock).await?;
//! let by_id = session.prepare("SELECT name FROM shop.items WHERE id = ?", Class::Read).await?;
//! let rows = session.execute(&by_id, (7_i32,)).await?;
//! let name = rows.first::<(String,)>()?;
//! # Ok(())
//! # }
//! ```

mod cluster;
pub mod codec;
mod embedded;
mod error;
mod rows;
mod session;
mod statement;
mod target;
mod text;
mod values;

pub use codec::{DeserializeRow, DeserializeValue, SerializeRow, SerializeValue};
pub use error::{Cause, CodecError, Error};
pub use quorate_engine::Clock;
pub use rows::{Conditional, PagingState, RawRow, Rows, Typed};
pub use session::Session;
pub use statement::{Bound, Statement};
pub use target::{
    Class, ClusterOptions, Compression, ConsistencyProfile, Credentials, Durability, Target, consistency,
    serial_consistency,
};
pub use values::Values;

/// What the derive macros expand to; not for use by hand.
#[doc(hidden)]
pub use scylla::_macro_internal;
