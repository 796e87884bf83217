//! CQL for Quorate: text to analysed statements against a schema.
//!
//! `parse` makes a tree of the text, `analyse` resolves it against a `schema::Schema` and gives a
//! `plan::Prepared` that an engine can execute, or the error that Apache Cassandra 5.0 would give.
//! No I/O, no clock, no randomness here. What Cassandra does and this crate does not is refused by
//! name, never approximated.

pub mod analyse;
pub mod ast;
pub mod codec;
pub mod error;
pub mod function;
pub mod json;
pub mod keyword;
mod lex;
pub mod literal;
mod options;
pub mod order;
pub mod parse;
pub mod plan;
pub mod print;
pub mod schema;
pub mod token;
pub mod types;

pub use analyse::analyse;
pub use error::{Error, SyntaxError};
pub use parse::{parse, parse_script};
