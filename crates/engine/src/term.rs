//! Terms become bytes: constants, bound values, function calls, collections built of parts.
//!
//! Bound values were validated against their types before (`Statement::bind`), so evaluation only
//! has to tell null and unset apart. It never reads the store.

use std::borrow::Cow;

use quorate_cql::codec;
use quorate_cql::function;
use quorate_cql::plan::{InValues, Term};
use quorate_cql::types::CqlType;

use crate::clock::Clock;
use crate::error::Error;
use crate::statement::Value;

/// What terms are evaluated against: the values of one execution, and one moment.
#[derive(Clone, Copy)]
pub(crate) struct Bindings<'a> {
    /// Bound values in the order of the statement's variables.
    pub(crate) values: &'a [Value<'a>],
    /// The statement's moment, microseconds since 1970; TTLs are counted from it.
    pub(crate) now_micros: i64,
    /// The client's default timestamp (protocol), microseconds.
    pub(crate) timestamp_micros: Option<i64>,
    /// Randomness for `uuid()` and `now()`.
    pub(crate) clock: &'a dyn Clock,
}

/// A term's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Evaluated<'a> {
    /// Serialised value.
    Value(Cow<'a, [u8]>),
    /// Null.
    Null,
    /// A bound value that was left unset.
    Unset,
}

impl<'a> Evaluated<'a> {
    /// The value; `None` for null and unset.
    pub(crate) fn into_value(self) -> Option<Cow<'a, [u8]>> {
        match self {
            Self::Value(value) => Some(value),
            Self::Null | Self::Unset => None,
        }
    }

    fn from_option(value: Option<Vec<u8>>) -> Self {
        value.map_or(Self::Null, |value| Self::Value(Cow::Owned(value)))
    }
}

/// Evaluates a term to the serialised value of its type.
///
/// # Errors
/// What a function says about its arguments, in Cassandra's words; nothing else can fail.
pub(crate) fn evaluate<'a>(term: &'a Term, bindings: &Bindings<'a>) -> Result<Evaluated<'a>, Error> {
    match term {
        Term::Constant(Some(value)) => Ok(Evaluated::Value(Cow::Borrowed(value))),
        Term::Constant(None) => Ok(Evaluated::Null),
        Term::Marker(position) => Ok(bound(*position, bindings)),
        Term::Call { function, arguments } => call(function, arguments, bindings),
        Term::Composite { ty, parts } => composite(ty, parts, bindings),
    }
}

/// The values a restricted key component may take, in the order in which they were given.
/// `name` is the column's, for the message.
///
/// # Errors
/// `Invalid null value in condition for column c` and its unset counterpart, as
/// `cql3/restrictions/SingleColumnRestriction.java` and `cql3/terms/Terms.java` say it.
pub(crate) fn evaluate_in<'a>(
    values: &'a InValues,
    name: &str,
    bindings: &Bindings<'a>,
) -> Result<Vec<Cow<'a, [u8]>>, Error> {
    match values {
        InValues::Terms(terms) => {
            let mut evaluated = Vec::with_capacity(terms.len());
            for term in terms {
                evaluated.push(required(evaluate(term, bindings)?, name)?);
            }
            Ok(evaluated)
        }
        InValues::Marker(term) => {
            let list = match evaluate(term, bindings)? {
                // `IN ?` words it otherwise than a null among listed values.
                Evaluated::Null => return Err(Error::invalid(format!("Invalid null value for column {name}"))),
                list => required(list, name)?,
            };
            let mut evaluated = Vec::new();
            match list {
                Cow::Borrowed(list) => {
                    for element in codec::elements(list) {
                        evaluated.push(Cow::Borrowed(element?));
                    }
                }
                Cow::Owned(list) => {
                    for element in codec::elements(&list) {
                        evaluated.push(Cow::Owned(element?.to_vec()));
                    }
                }
            }
            Ok(evaluated)
        }
    }
}

/// A value that may be neither null nor unset, for the restriction of a column.
pub(crate) fn required<'a>(evaluated: Evaluated<'a>, name: &str) -> Result<Cow<'a, [u8]>, Error> {
    match evaluated {
        Evaluated::Value(value) => Ok(value),
        Evaluated::Null => Err(null_in(name)),
        Evaluated::Unset => Err(Error::invalid(format!("Invalid unset value for column {name}"))),
    }
}

fn null_in(name: &str) -> Error {
    Error::invalid(format!("Invalid null value in condition for column {name}"))
}

fn bound<'a>(position: u16, bindings: &Bindings<'a>) -> Evaluated<'a> {
    match bindings.values.get(usize::from(position)) {
        Some(Value::Bytes(value)) => Evaluated::Value(Cow::Borrowed(value)),
        Some(Value::Null) => Evaluated::Null,
        Some(Value::Unset) | None => Evaluated::Unset,
    }
}

fn call<'a>(
    function: &'a function::Function,
    arguments: &'a [Term],
    bindings: &Bindings<'a>,
) -> Result<Evaluated<'a>, Error> {
    let mut evaluated = Vec::with_capacity(arguments.len());
    for argument in arguments {
        match evaluate(argument, bindings)? {
            // `cql3/functions/FunctionCall.java`: an unset argument is an error.
            Evaluated::Unset => return Err(Error::invalid("Invalid unset value for argument in call to function")),
            other => evaluated.push(other.into_value()),
        }
    }
    let arguments: Vec<Option<&[u8]>> = evaluated.iter().map(Option::as_deref).collect();
    call_function(function, &arguments, bindings).map(Evaluated::from_option)
}

/// Calls a scalar function on serialised arguments.
pub(crate) fn call_function(
    function: &function::Function,
    arguments: &[Option<&[u8]>],
    bindings: &Bindings<'_>,
) -> Result<Option<Vec<u8>>, Error> {
    let clock = function::Clock { now_micros: bindings.now_micros, random: bindings.clock.random().to_be_bytes() };
    function::call(function, arguments, &clock).map_err(Error::from)
}

fn composite<'a>(ty: &'a CqlType, parts: &'a [Term], bindings: &Bindings<'a>) -> Result<Evaluated<'a>, Error> {
    let mut evaluated = Vec::with_capacity(parts.len());
    for (place, part) in parts.iter().enumerate() {
        match evaluate(part, bindings)? {
            Evaluated::Unset => return unset_part(ty, place),
            other => evaluated.push(other.into_value()),
        }
    }
    Ok(Evaluated::Value(Cow::Owned(codec::compose(ty, &evaluated)?)))
}

/// An unset part leaves a list, set or map unset as a whole; elsewhere it is an error
/// (`cql3/Lists.java`, `Sets.java`, `Maps.java`, `Tuples.java`, `UserTypes.java`).
fn unset_part<'a>(ty: &CqlType, place: usize) -> Result<Evaluated<'a>, Error> {
    match ty {
        CqlType::Map { .. } if place.is_multiple_of(2) => {
            Err(Error::invalid("unset value is not supported for map keys"))
        }
        CqlType::Tuple(_) => Err(Error::invalid(format!("Invalid unset value for tuple field number {place}"))),
        CqlType::Udt { definition, .. } => {
            let field = definition.fields.get(place).map_or("", |field| field.0.as_str());
            let (keyspace, name) = (&definition.keyspace, &definition.name);
            Err(Error::invalid(format!(
                "Invalid unset value for field '{field}' of user defined type {keyspace}.{name}"
            )))
        }
        CqlType::Vector { .. } => Err(Error::invalid("unset is not supported inside vectors")),
        _ => Ok(Evaluated::Unset),
    }
}
