//! Key components: values as self-delimiting bytes that order as the values do.
//!
//! | types | bytes |
//! |---|---|
//! | tinyint, smallint, date, time | the value, sign bit flipped where signed |
//! | other fixed-size scalars | 0 for an empty value, else 1 and the value so changed that it orders as unsigned bytes |
//! | text, ascii, blob, inet, duration | the bytes, a zero as 00 FF, then 00 00 |
//! | varint | a head for sign and length, then the bytes without padding |
//! | decimal | see `decimal` |
//! | list, set, map | 0 for an empty value, else 1, then 1 before each element, then 0 |
//! | tuple, UDT | 0 for an empty value, else 1, then per field 1 for null or 2 and the value, then 0; trailing nulls left out |
//! | vector | its elements |
//!
//! Descending components are the complement of all their bytes.

use super::decimal;
use super::number;
use super::reader::{OrderError, Reader};
use crate::codec;
use crate::types::CqlType;

/// Head of the varint 0 to 127; longer positive ones are above, negative ones below.
const VARINT_POSITIVE: u8 = 0x80;
/// Longest varint whose length the head tells.
const VARINT_SHORT: usize = 0x7d;

/// Appends the component of a serialised value. The bytes must have been validated.
pub fn encode_component(ty: &CqlType, bytes: &[u8], descending: bool, out: &mut Vec<u8>) {
    let start = out.len();
    encode(ty, bytes, out);
    if descending {
        complement(&mut out[start..]);
    }
}

/// Takes a component off the front of a key and answers the serialised value: the very bytes that
/// were encoded if they were canonical, else the canonical bytes of an equal value.
///
/// # Errors
/// The bytes are no component of the type.
pub fn decode_component(ty: &CqlType, descending: bool, key: &mut &[u8]) -> Result<Vec<u8>, OrderError> {
    decode(ty, &mut Reader::new(key, descending))
}

/// Whether keys of the type always give back the bytes they were made of.
pub fn is_lossless(ty: &CqlType) -> bool {
    match ty {
        CqlType::Ascii
        | CqlType::Bigint
        | CqlType::Blob
        | CqlType::Counter
        | CqlType::Date
        | CqlType::Duration
        | CqlType::Inet
        | CqlType::Int
        | CqlType::Smallint
        | CqlType::Text
        | CqlType::Time
        | CqlType::Timestamp
        | CqlType::Timeuuid
        | CqlType::Tinyint
        | CqlType::Uuid => true,
        CqlType::List { element, .. } | CqlType::Set { element, .. } | CqlType::Vector { element, .. } => {
            is_lossless(element)
        }
        CqlType::Map { key, value, .. } => is_lossless(key) && is_lossless(value),
        _ => false,
    }
}

/// Whether a key made of these bytes gives back these bytes. Always so for lossless types; else for
/// nearly all values: not for padded varints, decimals with zeros to spare, booleans other than 0
/// and 1, odd NaNs, and tuples or UDTs bound with fewer fields than they have.
pub fn is_canonical(ty: &CqlType, bytes: &[u8]) -> bool {
    match ty {
        _ if is_lossless(ty) => true,
        CqlType::Boolean => matches!(bytes, [] | [0 | 1]),
        CqlType::Varint => codec::minimal(bytes).len() == bytes.len(),
        _ => {
            let mut key = Vec::with_capacity(bytes.len() + 8);
            encode(ty, bytes, &mut key);
            decode_component(ty, false, &mut &key[..]).is_ok_and(|decoded| decoded == bytes)
        }
    }
}

/// Turns ascending bytes into descending ones.
pub(super) fn complement(bytes: &mut [u8]) {
    for byte in bytes {
        *byte = !*byte;
    }
}

fn encode(ty: &CqlType, bytes: &[u8], out: &mut Vec<u8>) {
    match ty {
        CqlType::Text | CqlType::Ascii | CqlType::Blob | CqlType::Inet | CqlType::Duration => escape(bytes, out),
        CqlType::Date | CqlType::Time => out.extend_from_slice(bytes),
        CqlType::Tinyint | CqlType::Smallint => push_signed(bytes, out),
        CqlType::Varint => encode_varint(bytes, out),
        CqlType::Decimal => decimal::encode(bytes, out),
        CqlType::Vector { element, .. } => {
            for value in codec::vector_elements(element, bytes).map_while(Result::ok) {
                encode(element, value, out);
            }
        }
        _ if bytes.is_empty() => out.push(0),
        CqlType::Int | CqlType::Bigint | CqlType::Counter | CqlType::Timestamp => {
            out.push(1);
            push_signed(bytes, out);
        }
        CqlType::Uuid => push_present(&number::uuid_key(bytes).to_be_bytes(), out),
        CqlType::Timeuuid => push_present(&number::timeuuid_key(bytes).to_be_bytes(), out),
        CqlType::Float => push_present(&number::float_key(bytes).to_be_bytes(), out),
        CqlType::Double => push_present(&number::double_key(bytes).to_be_bytes(), out),
        CqlType::Boolean => push_present(&[u8::from(bytes != [0])], out),
        CqlType::List { element, .. } | CqlType::Set { element, .. } => {
            out.push(1);
            for value in codec::elements(bytes).map_while(Result::ok) {
                out.push(1);
                encode(element, value, out);
            }
            out.push(0);
        }
        CqlType::Map { key, value, .. } => {
            out.push(1);
            for (k, v) in codec::entries(bytes).map_while(Result::ok) {
                out.push(1);
                encode(key, k, out);
                encode(value, v, out);
            }
            out.push(0);
        }
        CqlType::Tuple(types) => encode_fields(types.iter(), bytes, out),
        CqlType::Udt { definition, .. } => {
            encode_fields(definition.fields.iter().map(|(_, ty)| ty), bytes, out);
        }
    }
}

fn decode(ty: &CqlType, reader: &mut Reader<'_, '_>) -> Result<Vec<u8>, OrderError> {
    match ty {
        CqlType::Text | CqlType::Ascii | CqlType::Blob | CqlType::Inet | CqlType::Duration => {
            return unescape(reader);
        }
        CqlType::Date => return Ok(reader.array::<4>()?.to_vec()),
        CqlType::Time => return Ok(reader.array::<8>()?.to_vec()),
        CqlType::Tinyint => return Ok(flip(reader.array::<1>()?).to_vec()),
        CqlType::Smallint => return Ok(flip(reader.array::<2>()?).to_vec()),
        CqlType::Varint => return decode_varint(reader),
        CqlType::Decimal => return decimal::decode(reader),
        CqlType::Vector { element, dimensions } => {
            let values = (0..*dimensions).map(|_| decode(element, reader)).collect::<Result<Vec<_>, _>>()?;
            return Ok(codec::encode_vector(element, &values));
        }
        _ => {}
    }
    match reader.byte()? {
        0 => return Ok(Vec::new()),
        1 => {}
        _ => return Err(OrderError::Damaged),
    }
    Ok(match ty {
        CqlType::Int => flip(reader.array::<4>()?).to_vec(),
        CqlType::Uuid => number::uuid_of_key(u128::from_be_bytes(reader.array()?)).to_vec(),
        CqlType::Timeuuid => number::timeuuid_of_key(u128::from_be_bytes(reader.array()?)).to_vec(),
        CqlType::Float => number::float_of_key(u32::from_be_bytes(reader.array()?)).to_vec(),
        CqlType::Double => number::double_of_key(u64::from_be_bytes(reader.array()?)).to_vec(),
        CqlType::Boolean => vec![reader.byte()?],
        CqlType::List { element, .. } | CqlType::Set { element, .. } => {
            let mut values = Vec::new();
            while reader.byte()? == 1 {
                values.push(decode(element, reader)?);
            }
            codec::encode_list(&values)
        }
        CqlType::Map { key, value, .. } => decode_map(key, value, reader)?,
        CqlType::Tuple(types) => decode_fields(types.iter(), reader)?,
        CqlType::Udt { definition, .. } => decode_fields(definition.fields.iter().map(|(_, ty)| ty), reader)?,
        _ => flip(reader.array::<8>()?).to_vec(),
    })
}

fn push_present(bytes: &[u8], out: &mut Vec<u8>) {
    out.push(1);
    out.extend_from_slice(bytes);
}

fn push_signed(bytes: &[u8], out: &mut Vec<u8>) {
    if let Some((first, rest)) = bytes.split_first() {
        out.push(first ^ 0x80);
        out.extend_from_slice(rest);
    }
}

fn flip<const N: usize>(mut bytes: [u8; N]) -> [u8; N] {
    if let Some(first) = bytes.first_mut() {
        *first ^= 0x80;
    }
    bytes
}

fn escape(mut bytes: &[u8], out: &mut Vec<u8>) {
    while let Some(zero) = bytes.iter().position(|byte| *byte == 0) {
        out.extend_from_slice(&bytes[..=zero]);
        out.push(0xff);
        bytes = &bytes[zero + 1..];
    }
    out.extend_from_slice(bytes);
    out.extend_from_slice(&[0, 0]);
}

fn unescape(reader: &mut Reader<'_, '_>) -> Result<Vec<u8>, OrderError> {
    let mut out = Vec::new();
    loop {
        reader.until_zero(&mut out)?;
        match reader.byte()? {
            0 => return Ok(out),
            0xff => out.push(0),
            _ => return Err(OrderError::Damaged),
        }
    }
}

/// Head: 0 empty; 1 very long negative; then negatives, longer ones first; then positives, shorter
/// ones first; FF very long positive. A very long one has its length in four bytes, complemented
/// for a negative one so that longer ones come first.
fn encode_varint(bytes: &[u8], out: &mut Vec<u8>) {
    let bytes = codec::minimal(bytes);
    let Some(first) = bytes.first() else {
        out.push(0);
        return;
    };
    let negative = *first >= 0x80;
    match u8::try_from(bytes.len()) {
        Ok(length) if bytes.len() <= VARINT_SHORT => {
            out.push(if negative { VARINT_POSITIVE - length } else { VARINT_POSITIVE + length });
        }
        _ => {
            let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
            out.push(if negative { 1 } else { 0xff });
            out.extend_from_slice(&(if negative { !length } else { length }).to_be_bytes());
        }
    }
    out.extend_from_slice(bytes);
}

fn decode_varint(reader: &mut Reader<'_, '_>) -> Result<Vec<u8>, OrderError> {
    let length = match reader.byte()? {
        0 => 0,
        1 => !u32::from_be_bytes(reader.array()?),
        0xff => u32::from_be_bytes(reader.array()?),
        head => head.abs_diff(VARINT_POSITIVE).into(),
    };
    let mut out = Vec::new();
    reader.slice(usize::try_from(length).or(Err(OrderError::Damaged))?, &mut out)?;
    Ok(out)
}

fn decode_map(key: &CqlType, value: &CqlType, reader: &mut Reader<'_, '_>) -> Result<Vec<u8>, OrderError> {
    let mut parts = Vec::new();
    while reader.byte()? == 1 {
        parts.extend([decode(key, reader)?, decode(value, reader)?]);
    }
    // Entries stay in the order they were written in, so that keys give back what they were made of.
    let mut out = codec::encode_list(&parts);
    if let (Some(count), Ok(entries)) = (out.first_chunk_mut::<4>(), u32::try_from(parts.len() / 2)) {
        *count = entries.to_be_bytes();
    }
    Ok(out)
}

fn encode_fields<'a>(types: impl Iterator<Item = &'a CqlType>, bytes: &[u8], out: &mut Vec<u8>) {
    out.push(1);
    // Nulls are written only before a value, so trailing ones leave no trace.
    let mut nulls = 0;
    for (ty, field) in types.zip(codec::fields(bytes).map_while(Result::ok)) {
        let Some(field) = field else {
            nulls += 1;
            continue;
        };
        out.resize(out.len() + std::mem::take(&mut nulls), 1);
        out.push(2);
        encode(ty, field, out);
    }
    out.push(0);
}

fn decode_fields<'a>(
    types: impl Iterator<Item = &'a CqlType>,
    reader: &mut Reader<'_, '_>,
) -> Result<Vec<u8>, OrderError> {
    let mut parts = Vec::new();
    let mut ended = false;
    for ty in types {
        let head = if ended { 0 } else { reader.byte()? };
        ended = head == 0;
        parts.push(match head {
            2 => Some(decode(ty, reader)?),
            0 | 1 => None,
            _ => return Err(OrderError::Damaged),
        });
    }
    if !ended && reader.byte()? != 0 {
        return Err(OrderError::Damaged);
    }
    Ok(codec::encode_tuple(&parts))
}
