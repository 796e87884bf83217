//! `cast(… as …)`: between numbers, and of scalars to text (`cql3/functions/CastFcts.java`).

use bigdecimal::BigDecimal;
use num_bigint::BigInt;

use super::number::{Number, decimal_of_double, decimal_of_float, write_decimal, write_integer};
use super::{Function, FunctionError};
use crate::codec;
use crate::literal::to_text;
use crate::types::CqlType;

/// The numeric types in the order Cassandra lists them.
pub(super) const NUMERIC: [CqlType; 9] = [
    CqlType::Tinyint,
    CqlType::Smallint,
    CqlType::Int,
    CqlType::Bigint,
    CqlType::Float,
    CqlType::Double,
    CqlType::Decimal,
    CqlType::Varint,
    CqlType::Counter,
];

/// The function that casts a type to another; `None` if there is none. Types are never cast to themselves.
pub(super) fn between(from: &CqlType, to: &CqlType) -> Option<Function> {
    let numeric = |ty: &CqlType| NUMERIC.contains(ty);
    let temporal = matches!(
        (from, to),
        (CqlType::Timeuuid, CqlType::Date | CqlType::Timestamp)
            | (CqlType::Timestamp, CqlType::Date)
            | (CqlType::Date, CqlType::Timestamp)
    );
    if temporal {
        return Some(Function::ConvertTime { from: from.clone(), to: to.clone() });
    }
    let possible = match to {
        _ if from == to => false,
        CqlType::Counter => false,
        CqlType::Text | CqlType::Ascii => {
            numeric(from)
                || matches!(
                    from,
                    CqlType::Inet
                        | CqlType::Boolean
                        | CqlType::Timeuuid
                        | CqlType::Timestamp
                        | CqlType::Date
                        | CqlType::Time
                        | CqlType::Uuid
                )
                || (*from == CqlType::Ascii && *to == CqlType::Text)
        }
        _ => numeric(from) && numeric(to),
    };
    possible.then(|| Function::Cast { from: from.clone(), to: to.clone() })
}

/// Casts a value; an empty one is null.
pub(super) fn cast(from: &CqlType, to: &CqlType, bytes: &[u8]) -> Result<Option<Vec<u8>>, FunctionError> {
    if matches!(to, CqlType::Text | CqlType::Ascii) {
        return Ok(to_text(from, bytes).map(String::into_bytes));
    }
    let Some(number) = Number::read(from, bytes) else {
        return Ok(None);
    };
    Ok(Some(match to {
        CqlType::Float => number.float().to_be_bytes().to_vec(),
        CqlType::Double => number.double().to_be_bytes().to_vec(),
        CqlType::Varint => codec::encode_varint(&BigInt::from(number.long())),
        CqlType::Decimal => write_decimal(&to_decimal(&number)?)?,
        CqlType::Bigint => write_integer(to, number.long()),
        _ => write_integer(to, number.int().into()),
    }))
}

fn to_decimal(number: &Number) -> Result<BigDecimal, FunctionError> {
    let finite =
        |value: Option<BigDecimal>| value.ok_or_else(|| FunctionError::Arithmetic("Infinite or NaN".to_owned()));
    match number {
        Number::Float(value) => finite(decimal_of_float(*value)),
        Number::Double(value) => finite(decimal_of_double(*value)),
        Number::Varint(value) => Ok(BigDecimal::new(value.clone(), 0)),
        Number::Decimal(value) => Ok(value.clone()),
        Number::Integer(value) => Ok(BigDecimal::new(BigInt::from(*value), 0)),
    }
}
