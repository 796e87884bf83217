//! What functions answer, on serialised values; null in, null out, but for `to_json`.

use super::arithmetic::{negate, operate};
use super::number::Number;
use super::{Accumulator, Clock, Function, FunctionError, cast, math, time};
use crate::codec;
use crate::json;
use crate::literal::hex;
use crate::token;
use crate::types::CqlType;

type Answer = Result<Option<Vec<u8>>, FunctionError>;

/// Calls a function on arguments of the types it was resolved to; `None` is null. Empty values of
/// types that have no use for them are null too.
///
/// # Errors
/// The function has no answer for these values.
pub fn call(function: &Function, arguments: &[Option<&[u8]>], clock: &Clock) -> Answer {
    match function {
        Function::Now(ty) => return Ok(Some(time::now(ty, clock))),
        Function::Uuid => return Ok(Some(random_uuid(clock.random))),
        Function::ToJson(ty) => {
            let text = match arguments.first().copied().flatten() {
                Some(bytes) if !is_null(ty, bytes) => json::to_json(ty, bytes),
                _ => "null".to_owned(),
            };
            return Ok(Some(text.into_bytes()));
        }
        _ => {}
    }
    let Some(values) = arguments.iter().copied().collect::<Option<Vec<&[u8]>>>() else {
        return Ok(None);
    };
    match values.as_slice() {
        [] if *function != Function::Token => Ok(None),
        [value] => unary(function, value),
        [left, right, ..] => several(function, left, right, &values),
        [] => Ok(None),
    }
}

fn unary(function: &Function, value: &[u8]) -> Answer {
    let number = |ty: &CqlType| Number::read(ty, value);
    match function {
        Function::ToBlob => Ok(Some(value.to_vec())),
        Function::FromBlob { name, type_name, to } => match codec::validate(to, value) {
            Ok(()) => Ok(Some(value.to_vec())),
            Err(_) => Err(FunctionError::Blob { name: name.clone(), value: hex(value), ty: (*type_name).to_owned() }),
        },
        Function::Token => Ok(Some(token_of(&[value]))),
        Function::BoundTimeuuid { max } => Ok(codec::bigint(value).map(|millis| time::bound(millis, *max))),
        Function::ConvertTime { from, to } => Ok(time::millis(from, value).map(|millis| time::of_millis(to, millis))),
        Function::Cast { from, to } => cast::cast(from, to, value),
        Function::Negate(ty) => number(ty).map(|number| negate(ty, &number)).transpose(),
        Function::Math { function, ty } => number(ty).map(|number| math::apply(*function, ty, &number)).transpose(),
        Function::MapKeys => map_parts(value, |(key, _)| key),
        Function::MapValues => map_parts(value, |(_, value)| value),
        Function::CollectionCount => Ok(value.first_chunk::<4>().map(|count| count.to_vec())),
        Function::CollectionAggregate { aggregate, element } => {
            let mut accumulator = Accumulator::new(*aggregate, element);
            for value in codec::elements(value) {
                accumulator.add(Some(value?))?;
            }
            accumulator.finish()
        }
        Function::FromJson(ty) => {
            let text = codec::text(value).ok_or(codec::CodecError::Utf8)?;
            Ok(json::from_json(ty, text)?)
        }
        _ => Ok(None),
    }
}

fn several(function: &Function, left: &[u8], right: &[u8], values: &[&[u8]]) -> Answer {
    match function {
        Function::Token => Ok(Some(token_of(values))),
        Function::Concat => Ok(Some([left, right].concat())),
        Function::Arithmetic { operator, left: left_type, right: right_type, result } => {
            let (Some(l), Some(r)) = (Number::read(left_type, left), Number::read(right_type, right)) else {
                return Ok(None);
            };
            let failed = |error| operation(operator.symbol(), left_type, right_type, &error);
            operate(*operator, result, &l, &r).map(Some).map_err(failed)
        }
        Function::ShiftTime { ty, negative } => {
            let (Some(millis), Some(duration)) = (time::millis(ty, left), codec::duration(right)) else {
                return Ok(None);
            };
            let operator = if *negative { '-' } else { '+' };
            let failed = |error| operation(operator, ty, &CqlType::Duration, &error);
            time::shift(ty, millis, duration, *negative).map(Some).map_err(failed)
        }
        Function::Floor(ty) => floor(ty, left, right, values.get(2).copied()),
        _ => Ok(None),
    }
}

fn floor(ty: &CqlType, value: &[u8], duration: &[u8], start: Option<&[u8]>) -> Answer {
    let Some(duration) = codec::duration(duration) else {
        return Ok(None);
    };
    if *ty == CqlType::Time {
        return codec::bigint(value).map(|nanoseconds| time::floor_time(nanoseconds, duration)).transpose();
    }
    // The starting time of a timeuuid's floor is a timestamp.
    let start_type = if *ty == CqlType::Timeuuid { &CqlType::Timestamp } else { ty };
    let start = match start {
        Some(bytes) => time::millis(start_type, bytes),
        None => Some(0),
    };
    let (Some(millis), Some(start)) = (time::millis(ty, value), start) else {
        return Ok(None);
    };
    time::floor(ty, millis, duration, start).map(Some)
}

fn token_of(components: &[&[u8]]) -> Vec<u8> {
    token::murmur3(&token::partition_key(components)).to_be_bytes().to_vec()
}

fn map_parts<'a>(map: &'a [u8], part: impl Fn((&'a [u8], &'a [u8])) -> &'a [u8]) -> Answer {
    let parts = codec::entries(map).map(|entry| entry.map(&part)).collect::<Result<Vec<_>, _>>()?;
    Ok(Some(codec::encode_list(&parts)))
}

fn random_uuid(mut random: [u8; 16]) -> Vec<u8> {
    random[6] = (random[6] & 0x0f) | 0x40;
    random[8] = (random[8] & 0x3f) | 0x80;
    random.to_vec()
}

/// Whether an empty value means null: so for every fixed-size scalar.
fn is_null(ty: &CqlType, bytes: &[u8]) -> bool {
    bytes.is_empty() && !matches!(ty, CqlType::Text | CqlType::Ascii | CqlType::Blob) && ty.scalar_name().is_some()
}

fn operation(operator: char, left: &CqlType, right: &CqlType, error: &FunctionError) -> FunctionError {
    FunctionError::Operation { operator, left: left.to_string(), right: right.to_string(), reason: error.to_string() }
}
