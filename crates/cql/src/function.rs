//! Cassandra's built-in functions: which one a call means, and what it answers.
//!
//! `resolve` decides once per statement (`cql3/functions/FunctionResolver.java`), `call` runs per
//! row on serialised values. Time and randomness come from the caller's `Clock`. Aggregates over
//! rows are not here (`plan::Aggregate`), nor are user-defined functions, which do not exist.

mod aggregate;
mod arithmetic;
mod assign;
mod call;
mod cast;
mod catalogue;
mod error;
mod math;
mod number;
mod resolve;
mod time;

pub use aggregate::{Accumulator, aggregate_type};
pub use assign::assignable;
pub use call::call;
pub use error::FunctionError;
pub use resolve::{resolve, resolve_token};
pub use time::timeuuid;

use crate::literal::Literal;
use crate::types::CqlType;

/// Where `now()`, `uuid()` and the `current_…` functions take time and randomness from.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// Microseconds since 1970. The caller makes sure that it grows from one call of `now()` to
    /// the next where it wants distinct timeuuids.
    pub now_micros: i64,
    /// Random bytes, fresh for every call.
    pub random: [u8; 16],
}

/// An argument as far as it is known when a call is resolved.
#[derive(Debug, Clone, Copy)]
pub struct Argument<'a> {
    /// Its text, for messages.
    pub text: &'a str,
    /// What it is.
    pub kind: ArgumentKind<'a>,
}

/// What is known of an argument.
#[derive(Debug, Clone, Copy)]
pub enum ArgumentKind<'a> {
    /// A bind variable: any type.
    Marker,
    /// A constant, which may fit several types.
    Literal(&'a Literal),
    /// A column, call or cast of a known type.
    Typed(&'a CqlType),
    /// A collection, tuple or map between brackets whose type depends on where it is put.
    Untyped,
}

/// What a call was resolved to.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// The function.
    pub function: Function,
    /// Types its arguments must be turned into.
    pub argument_types: Vec<CqlType>,
    /// Type of its answer.
    pub return_type: CqlType,
}

/// A built-in scalar function, with the types it works on.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Function {
    /// `now()`, `current_timeuuid()`, `current_timestamp()`, `current_date()`, `current_time()`: now as this type.
    Now(CqlType),
    /// `uuid()`: a random one.
    Uuid,
    /// `min_timeuuid` and `max_timeuuid` of a timestamp.
    BoundTimeuuid {
        /// The greatest rather than the least.
        max: bool,
    },
    /// `to_date`, `to_timestamp`, `to_unix_timestamp` and casts between temporal types.
    ConvertTime {
        /// timeuuid, timestamp or date.
        from: CqlType,
        /// date, timestamp or bigint.
        to: CqlType,
    },
    /// `floor(time, duration[, start])`.
    Floor(CqlType),
    /// `token(…)` of partition key components.
    Token,
    /// `…_as_blob`.
    ToBlob,
    /// `blob_as_…`.
    FromBlob {
        /// The function's name as Cassandra prints it.
        name: String,
        /// The type's name in it.
        type_name: &'static str,
        /// What the bytes must be.
        to: CqlType,
    },
    /// `cast(… as …)` between numbers, or to text.
    Cast {
        /// Of.
        from: CqlType,
        /// To.
        to: CqlType,
    },
    /// `+ - * / %` of numbers.
    Arithmetic {
        /// Which.
        operator: Operator,
        /// Left operand's type.
        left: CqlType,
        /// Right operand's type.
        right: CqlType,
        /// The answer's type.
        result: CqlType,
    },
    /// `+` of texts.
    Concat,
    /// `timestamp ± duration`, `date ± duration`.
    ShiftTime {
        /// timestamp or date.
        ty: CqlType,
        /// `-`.
        negative: bool,
    },
    /// Unary minus.
    Negate(CqlType),
    /// `abs`, `exp`, `log`, `log10`, `round`.
    Math {
        /// Which.
        function: MathFunction,
        /// Of and to this type.
        ty: CqlType,
    },
    /// `map_keys`: a set.
    MapKeys,
    /// `map_values`: a list.
    MapValues,
    /// `collection_count`.
    CollectionCount,
    /// `collection_min`, `_max`, `_sum`, `_avg`.
    CollectionAggregate {
        /// Which.
        aggregate: crate::plan::Aggregate,
        /// Of elements of this type.
        element: CqlType,
    },
    /// `to_json`.
    ToJson(CqlType),
    /// `from_json`.
    FromJson(CqlType),
}

/// Arithmetic operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
}

/// Functions of one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MathFunction {
    /// Without its sign.
    Abs,
    /// e to its power.
    Exp,
    /// Natural logarithm.
    Log,
    /// Decimal logarithm.
    Log10,
    /// To the nearest integer, halves away from zero.
    Round,
}

impl MathFunction {
    /// As written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Abs => "abs",
            Self::Exp => "exp",
            Self::Log => "log",
            Self::Log10 => "log10",
            Self::Round => "round",
        }
    }
}

impl Operator {
    /// The function's internal name, which `resolve` also knows (`OperationFcts.java`).
    pub fn function_name(self) -> &'static str {
        match self {
            Self::Add => "_add",
            Self::Subtract => "_substract",
            Self::Multiply => "_multiply",
            Self::Divide => "_divide",
            Self::Modulo => "_modulo",
        }
    }

    /// As written.
    pub fn symbol(self) -> char {
        match self {
            Self::Add => '+',
            Self::Subtract => '-',
            Self::Multiply => '*',
            Self::Divide => '/',
            Self::Modulo => '%',
        }
    }
}

/// The internal name of unary minus.
pub const NEGATE: &str = "_negate";

#[cfg(test)]
mod tests;
