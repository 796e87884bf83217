//! `WeAreDoctors`: a world-wide online consultation service on Cassandra.
//!
//! One business fact is one event in a log; every row of every view is derived from the log by a
//! pure function and written as a whole, so that any copy can be proved right at any time and
//! made anew. Commands append events, queries read one bounded partition each, and nothing here
//! knows which back end it runs on, what time it is, or how its answers are shown.
//!
//! The futures that a program awaits (`Clinic`, `queries::run`, `import::run` and the like) are
//! boxed, so that what they consist of is compiled here and not once more in every program.

pub mod backup;
mod board;
pub mod calendar;
pub mod cells;
mod claims;
mod clinic;
pub mod codec;
pub mod commands;
mod error;
pub mod event;
#[doc(hidden)]
pub mod failpoint;
mod fold;
mod follow_up;
pub mod ids;
mod images;
pub mod import;
pub mod input;
mod lease;
pub mod log;
mod mirror;
pub mod moment;
pub mod money;
mod present;
pub mod projection;
pub mod queries;
pub mod repair;
pub mod schema;
pub mod store;
mod stream;
pub mod tables;
mod totals;
mod trim;
pub mod verify;
pub mod view;

pub use clinic::Clinic;
pub use error::Error;
