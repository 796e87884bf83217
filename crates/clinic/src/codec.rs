//! The format of events on disk: messages of numbered fields, each with its length.
//!
//! `field := number varint, length varint, payload`. A reader skips numbers that it does not know
//! and takes absent fields as their default, so an older program reads a newer event and a newer
//! program an older one. Numbers are never reused. A checksum over the whole ends every event.

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::BigInt;
use uuid::Uuid;

/// Why bytes are no event.
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// The bytes end too early.
    #[error("the bytes end too early")]
    Truncated,
    /// The checksum does not match.
    #[error("the checksum does not match")]
    Checksum,
    /// A field holds what its type cannot be.
    #[error("a field holds what its type cannot be")]
    Value,
    /// A kind of fact or image that this version does not know.
    #[error("kind {0} is not known to this version")]
    UnknownKind(u64),
}

/// A value that can be a field.
pub(crate) trait Field: Sized {
    /// Appends the payload, without number and length.
    fn put(&self, out: &mut Vec<u8>);
    /// Reads it back from exactly its payload.
    fn get(payload: &[u8]) -> Result<Self, DecodeError>;
    /// Whether the field is left out.
    fn is_absent(&self) -> bool {
        false
    }
}

/// Defines a struct and its field numbers in one place.
macro_rules! message {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$field_meta:meta])* $number:literal => $field:ident: $ty:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default)]
        $vis struct $name { $($(#[$field_meta])* $vis $field: $ty,)* }

        impl $crate::codec::Field for $name {
            fn put(&self, out: &mut Vec<u8>) {
                $($crate::codec::put_field(out, $number, &self.$field);)*
            }
            fn get(payload: &[u8]) -> Result<Self, $crate::codec::DecodeError> {
                let mut message = Self::default();
                let mut rest = payload;
                while !rest.is_empty() {
                    let (number, field) = $crate::codec::take_field(&mut rest)?;
                    match number {
                        $($number => message.$field = $crate::codec::Field::get(field)?,)*
                        _ => {}
                    }
                }
                Ok(message)
            }
        }
    };
}
pub(crate) use message;

/// Defines an enum of messages, each with its kind number.
macro_rules! kinds {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$kind_meta:meta])* $number:literal => $kind:ident($ty:ty),)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        $vis enum $name { $($(#[$kind_meta])* $kind($ty),)* }

        impl $crate::codec::Field for Vec<$name> {
            fn put(&self, out: &mut Vec<u8>) {
                for item in self {
                    match item { $($name::$kind(message) => $crate::codec::put_field(out, $number, message),)* }
                }
            }
            fn get(payload: &[u8]) -> Result<Self, $crate::codec::DecodeError> {
                let mut items = Vec::new();
                let mut rest = payload;
                while !rest.is_empty() {
                    let (number, field) = $crate::codec::take_field(&mut rest)?;
                    items.push(match number {
                        $($number => $name::$kind($crate::codec::Field::get(field)?),)*
                        other => return Err($crate::codec::DecodeError::UnknownKind(other)),
                    });
                }
                Ok(items)
            }
            fn is_absent(&self) -> bool {
                self.is_empty()
            }
        }
    };
}
pub(crate) use kinds;

/// Encodes a message with its checksum.
pub(crate) fn seal(message: &impl Field) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    message.put(&mut out);
    let checksum = crc32fast::hash(&out);
    out.extend_from_slice(&checksum.to_be_bytes());
    out
}

/// Decodes what `seal` made.
pub(crate) fn unseal<M: Field>(sealed: &[u8]) -> Result<M, DecodeError> {
    let (body, checksum) = sealed.split_last_chunk::<4>().ok_or(DecodeError::Truncated)?;
    if crc32fast::hash(body) != u32::from_be_bytes(*checksum) {
        return Err(DecodeError::Checksum);
    }
    M::get(body)
}

pub(crate) fn put_field(out: &mut Vec<u8>, number: u64, field: &impl Field) {
    if field.is_absent() {
        return;
    }
    put_varint(out, number);
    // The length is most often one byte: leave room for it and move the payload only when it is not.
    let at = out.len();
    out.push(0);
    field.put(out);
    let length = out.len() - at - 1;
    if let Ok(short @ 0..0x80) = u8::try_from(length) {
        out[at] = short;
    } else {
        let mut prefix = Vec::with_capacity(9);
        put_varint(&mut prefix, length as u64);
        out.splice(at..=at, prefix);
    }
}

pub(crate) fn take_field<'a>(rest: &mut &'a [u8]) -> Result<(u64, &'a [u8]), DecodeError> {
    let number = take_varint(rest)?;
    let length = usize::try_from(take_varint(rest)?).map_err(|_| DecodeError::Truncated)?;
    let (field, after) = rest.split_at_checked(length).ok_or(DecodeError::Truncated)?;
    *rest = after;
    Ok((number, field))
}

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push((value & 0x7f) as u8);
}

fn take_varint(rest: &mut &[u8]) -> Result<u64, DecodeError> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&byte, after) = rest.split_first().ok_or(DecodeError::Truncated)?;
        *rest = after;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err(DecodeError::Value)
}

impl Field for i64 {
    /// Zigzag, so that small negative numbers are short.
    fn put(&self, out: &mut Vec<u8>) {
        put_varint(out, ((self << 1) ^ (self >> 63)).cast_unsigned());
    }
    fn get(mut payload: &[u8]) -> Result<Self, DecodeError> {
        let raw = take_varint(&mut payload)?;
        Ok((raw >> 1).cast_signed() ^ -((raw & 1).cast_signed()))
    }
    fn is_absent(&self) -> bool {
        *self == 0
    }
}

impl Field for i32 {
    fn put(&self, out: &mut Vec<u8>) {
        i64::from(*self).put(out);
    }
    fn get(payload: &[u8]) -> Result<Self, DecodeError> {
        Self::try_from(i64::get(payload)?).map_err(|_| DecodeError::Value)
    }
    fn is_absent(&self) -> bool {
        *self == 0
    }
}

impl Field for bool {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }
    fn get(payload: &[u8]) -> Result<Self, DecodeError> {
        match payload {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err(DecodeError::Value),
        }
    }
    fn is_absent(&self) -> bool {
        !self
    }
}

impl Field for Uuid {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_bytes());
    }
    fn get(payload: &[u8]) -> Result<Self, DecodeError> {
        Self::from_slice(payload).map_err(|_| DecodeError::Value)
    }
    fn is_absent(&self) -> bool {
        self.is_nil()
    }
}

impl Field for String {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_bytes());
    }
    fn get(payload: &[u8]) -> Result<Self, DecodeError> {
        str::from_utf8(payload).map(str::to_owned).map_err(|_| DecodeError::Value)
    }
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl Field for Vec<u8> {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }
    fn get(payload: &[u8]) -> Result<Self, DecodeError> {
        Ok(payload.to_vec())
    }
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl Field for Vec<String> {
    fn put(&self, out: &mut Vec<u8>) {
        for item in self {
            put_varint(out, item.len() as u64);
            out.extend_from_slice(item.as_bytes());
        }
    }
    fn get(mut payload: &[u8]) -> Result<Self, DecodeError> {
        let mut items = Self::new();
        while !payload.is_empty() {
            let length = usize::try_from(take_varint(&mut payload)?).map_err(|_| DecodeError::Truncated)?;
            let (item, after) = payload.split_at_checked(length).ok_or(DecodeError::Truncated)?;
            items.push(String::get(item)?);
            payload = after;
        }
        Ok(items)
    }
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl Field for BigDecimal {
    /// Scale, then the unscaled number: the scale that came in goes out.
    fn put(&self, out: &mut Vec<u8>) {
        let (unscaled, scale) = self.as_bigint_and_scale();
        scale.put(out);
        out.extend_from_slice(&unscaled.to_signed_bytes_be());
    }
    fn get(mut payload: &[u8]) -> Result<Self, DecodeError> {
        let raw = take_varint(&mut payload)?;
        let scale = (raw >> 1).cast_signed() ^ -((raw & 1).cast_signed());
        Ok(Self::new(BigInt::from_signed_bytes_be(payload), scale))
    }
}

impl<T: Field> Field for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        if let Some(value) = self {
            value.put(out);
        }
    }
    fn get(payload: &[u8]) -> Result<Self, DecodeError> {
        T::get(payload).map(Some)
    }
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

#[cfg(test)]
mod tests;
