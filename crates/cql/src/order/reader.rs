//! Reads key components, undoing the complement of descending ones byte by byte.

use thiserror::Error;

/// A stored key does not read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OrderError {
    /// The bytes are no key component of the type they are read as: the store is damaged.
    #[error("a stored key is damaged")]
    Damaged,
}

/// Takes bytes off the front of a key.
pub(super) struct Reader<'a, 'b> {
    rest: &'b mut &'a [u8],
    /// All ones for a descending component.
    mask: u8,
}

impl<'a, 'b> Reader<'a, 'b> {
    pub(super) fn new(rest: &'b mut &'a [u8], descending: bool) -> Self {
        Self { rest, mask: if descending { 0xff } else { 0 } }
    }

    pub(super) fn byte(&mut self) -> Result<u8, OrderError> {
        let (&byte, rest) = self.rest.split_first().ok_or(OrderError::Damaged)?;
        *self.rest = rest;
        Ok(byte ^ self.mask)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], OrderError> {
        let (bytes, rest) = self.rest.split_first_chunk::<N>().ok_or(OrderError::Damaged)?;
        *self.rest = rest;
        Ok(bytes.map(|byte| byte ^ self.mask))
    }

    pub(super) fn slice(&mut self, length: usize, out: &mut Vec<u8>) -> Result<(), OrderError> {
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(OrderError::Damaged)?;
        *self.rest = rest;
        out.extend(bytes.iter().map(|byte| byte ^ self.mask));
        Ok(())
    }

    /// Takes the stretch before the next zero byte, and that byte.
    pub(super) fn until_zero(&mut self, out: &mut Vec<u8>) -> Result<(), OrderError> {
        let end = self.rest.iter().position(|byte| *byte == self.mask).ok_or(OrderError::Damaged)?;
        self.slice(end, out)?;
        self.byte().map(drop)
    }
}
