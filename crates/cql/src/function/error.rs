//! Why a call cannot be resolved, or fails when it runs; in Cassandra's words.

use thiserror::Error;

use crate::codec::CodecError;
use crate::json::JsonError;

/// A call that is wrong, or went wrong.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum FunctionError {
    /// No function has the name; the caller knows where it was called and words it.
    #[error("Unknown function {0} called")]
    Unknown(String),
    /// The only function of that name takes another number of arguments.
    #[error("Invalid number of arguments in call to function {name}: {expected} required but {actual} provided")]
    ArgumentCount {
        /// The function.
        name: String,
        /// It takes.
        expected: usize,
        /// It was given.
        actual: usize,
    },
    /// A function over collections takes another number of arguments.
    #[error("Invalid number of arguments for function {0}")]
    ArgumentCountOf(String),
    /// The only function of that name takes another type.
    #[error("Type error: {argument} cannot be passed as argument {index} of function {name} of type {ty}")]
    ArgumentType {
        /// The argument.
        argument: String,
        /// Its position.
        index: usize,
        /// The function.
        name: String,
        /// What it takes.
        ty: String,
    },
    /// A function over collections was given something else.
    #[error("Function {name} requires {}, but found argument {argument} of type {ty}", article(required))]
    Requires {
        /// The function.
        name: String,
        /// What it takes.
        required: &'static str,
        /// The argument.
        argument: String,
        /// Its type.
        ty: String,
    },
    /// The type of an argument is not known.
    #[error("Cannot infer type of argument {argument} in call to function {function}: use type casts to disambiguate")]
    Infer {
        /// The argument.
        argument: String,
        /// The function with its parameters.
        function: String,
    },
    /// None of several functions of that name fits.
    #[error("Invalid call to function {name}, none of its type signatures match (known type signatures: {signatures})")]
    NoMatch {
        /// The function.
        name: String,
        /// What there is.
        signatures: String,
    },
    /// Several functions of that name fit.
    #[error(
        "Ambiguous call to function {name} (can be matched by following signatures: {signatures}): use type casts to disambiguate"
    )]
    Ambiguous {
        /// The function.
        name: String,
        /// Those that fit.
        signatures: String,
    },
    /// No operation takes these operands.
    #[error("the '{operator}' operation is not supported between {left} and {right}")]
    Unsupported {
        /// The operator.
        operator: char,
        /// Left operand.
        left: String,
        /// Right operand.
        right: String,
    },
    /// Several operations take these operands.
    #[error(
        "Ambiguous '{operator}' operation with args {left} and {right}: use type hint to disambiguate, example '(int) ?'"
    )]
    AmbiguousOperation {
        /// The operator.
        operator: char,
        /// Left operand.
        left: String,
        /// Right operand.
        right: String,
    },
    /// Unary minus of a bind variable.
    #[error("Ambiguous negation: use type casts to disambiguate")]
    AmbiguousNegation,
    /// `from_json` where nothing tells the type (`FromJsonFct.java`).
    #[error("{0}() cannot be used in the selection clause of a SELECT statement")]
    FromJsonInSelection(String),
    /// `cast` between types that it does not convert (`cql3/selection/Selectable.java`).
    #[error("{from} cannot be cast to {to}")]
    Cast {
        /// Of.
        from: String,
        /// To.
        to: String,
    },
    /// Bytes that are no value of the type they shall be read as (`BytesConversionFcts.java`).
    #[error("In call to function {name}, value 0x{value} is not a valid binary representation for type {ty}")]
    Blob {
        /// The function.
        name: String,
        /// The bytes in hexadecimal.
        value: String,
        /// The type.
        ty: String,
    },
    /// An operation failed (`exceptions/OperationExecutionException.java`).
    #[error("the operation '{left} {operator} {right}' failed: {reason}")]
    Operation {
        /// The operator.
        operator: char,
        /// Left operand's type.
        left: String,
        /// Right operand's type.
        right: String,
        /// Why.
        reason: String,
    },
    /// A function of a number has no answer for it.
    #[error("{0}")]
    Arithmetic(String),
    /// An argument of `floor` that it does not take.
    #[error("{0}")]
    Floor(String),
    /// `from_json` of text that is no value of the type.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// An argument's bytes are damaged.
    #[error(transparent)]
    Codec(#[from] CodecError),
}

fn article(required: &str) -> String {
    if required == "text" { "an argument of type text".to_owned() } else { format!("a {required} argument") }
}
