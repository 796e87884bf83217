//! The notations of the protocol (`native_protocol_v4.spec`, section 3): reading and writing them.
//!
//! Reading borrows from the frame and trusts no length. Writing goes to a growing buffer and cannot
//! fail: what does not fit a 16-bit length is shortened, which only happens to messages for people.

use quorate_engine::Value;

use crate::frame::Version;

/// Why a body is no message of the protocol. Whoever sent it is broken: its connection ends.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Malformed {
    /// The body ends too early.
    #[error("The body of the message is too short: {missing} bytes are missing")]
    Short {
        /// How many at least.
        missing: usize,
    },
    /// Text that is no UTF-8.
    #[error("Cannot decode string as UTF8")]
    Text,
    /// Where a length must not be negative, or only −1 or −2.
    #[error("Invalid ByteBuf length {length}")]
    Length {
        /// As it was read.
        length: i32,
    },
    /// A code, kind or word that the protocol does not have; Cassandra's words.
    #[error("{what}")]
    Unknown {
        /// Which.
        what: String,
    },
    /// A flag that was not agreed upon.
    #[error("Received a compressed frame, but no compression was agreed upon in STARTUP")]
    NotAgreed,
    /// A compressed body that cannot be decompressed.
    #[error("The compressed body cannot be decompressed")]
    Compression,
    /// A compressed body that would be larger than what is accepted.
    #[error("The compressed body is larger than {limit} bytes")]
    TooLarge {
        /// What is accepted.
        limit: usize,
    },
}

/// Reads a body from front to back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(body: &'a [u8]) -> Self {
        Self { rest: body }
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let Some((taken, rest)) = self.rest.split_at_checked(length) else {
            return Err(Malformed::Short { missing: length - self.rest.len() });
        };
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let missing = Malformed::Short { missing: N.saturating_sub(self.rest.len()) };
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or(missing)?;
        self.rest = rest;
        Ok(*taken)
    }

    /// `[byte]`
    pub(crate) fn byte(&mut self) -> Result<u8, Malformed> {
        self.array().map(|[byte]| byte)
    }

    /// `[short]`
    pub(crate) fn short(&mut self) -> Result<u16, Malformed> {
        self.array().map(u16::from_be_bytes)
    }

    /// `[int]`
    pub(crate) fn int(&mut self) -> Result<i32, Malformed> {
        self.array().map(i32::from_be_bytes)
    }

    /// `[long]`
    pub(crate) fn long(&mut self) -> Result<i64, Malformed> {
        self.array().map(i64::from_be_bytes)
    }

    /// `[string]`
    pub(crate) fn string(&mut self) -> Result<&'a str, Malformed> {
        let length = usize::from(self.short()?);
        std::str::from_utf8(self.take(length)?).map_err(|_| Malformed::Text)
    }

    /// `[long string]`
    pub(crate) fn long_string(&mut self) -> Result<&'a str, Malformed> {
        let length = self.int()?;
        let length = usize::try_from(length).map_err(|_| Malformed::Length { length })?;
        std::str::from_utf8(self.take(length)?).map_err(|_| Malformed::Text)
    }

    /// `[short bytes]`
    pub(crate) fn short_bytes(&mut self) -> Result<&'a [u8], Malformed> {
        let length = usize::from(self.short()?);
        self.take(length)
    }

    /// `[bytes]`
    pub(crate) fn bytes(&mut self) -> Result<Option<&'a [u8]>, Malformed> {
        match usize::try_from(self.int()?) {
            Ok(length) => self.take(length).map(Some),
            Err(_) => Ok(None),
        }
    }

    /// `[value]`; version 3 knows no unset values.
    pub(crate) fn value(&mut self, version: Version) -> Result<Value<'a>, Malformed> {
        match self.int()? {
            -2 if version >= Version::V4 => Ok(Value::Unset),
            -1 => Ok(Value::Null),
            length if length < 0 && version >= Version::V4 => Err(Malformed::Length { length }),
            length => match usize::try_from(length) {
                Ok(length) => self.take(length).map(Value::Bytes),
                Err(_) => Ok(Value::Null),
            },
        }
    }

    /// `[string list]`
    pub(crate) fn string_list(&mut self) -> Result<Vec<&'a str>, Malformed> {
        (0..self.short()?).map(|_| self.string()).collect()
    }

    /// `[string map]`
    pub(crate) fn string_map(&mut self) -> Result<Vec<(&'a str, &'a str)>, Malformed> {
        (0..self.short()?).map(|_| Ok((self.string()?, self.string()?))).collect()
    }

    /// Steps over a `[bytes map]`, the form of a custom payload.
    pub(crate) fn skip_bytes_map(&mut self) -> Result<(), Malformed> {
        for _ in 0..self.short()? {
            self.string()?;
            self.bytes()?;
        }
        Ok(())
    }
}

/// `[short]`
pub(crate) fn put_short(out: &mut Vec<u8>, number: u16) {
    out.extend_from_slice(&number.to_be_bytes());
}

/// `[int]`
pub(crate) fn put_int(out: &mut Vec<u8>, number: i32) {
    out.extend_from_slice(&number.to_be_bytes());
}

/// A count as `[int]`. Counts of columns, rows and bytes of a frame stay below 2³¹.
pub(crate) fn put_count(out: &mut Vec<u8>, count: usize) {
    put_int(out, i32::try_from(count).unwrap_or(i32::MAX));
}

/// A count as `[short]`; more are left out by the callers' own limits.
pub(crate) fn put_short_count(out: &mut Vec<u8>, count: usize) {
    put_short(out, u16::try_from(count).unwrap_or(u16::MAX));
}

/// `[string]`, cut where it is too long.
pub(crate) fn put_string(out: &mut Vec<u8>, text: &str) {
    let end = text.floor_char_boundary(usize::from(u16::MAX));
    put_short_count(out, end);
    out.extend_from_slice(&text.as_bytes()[..end]);
}

/// `[bytes]`
pub(crate) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_count(out, bytes.len());
    out.extend_from_slice(bytes);
}

/// `[short bytes]`
pub(crate) fn put_short_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_short_count(out, bytes.len());
    out.extend_from_slice(bytes);
}

/// `[string list]`
pub(crate) fn put_string_list<S: AsRef<str>>(out: &mut Vec<u8>, texts: &[S]) {
    put_short_count(out, texts.len());
    for text in texts {
        put_string(out, text.as_ref());
    }
}
