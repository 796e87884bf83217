//! Where the next page begins, as the opaque bytes that clients hand back.
//!
//! ```text
//! version (1) ‖ statement (4) ‖ rows left of LIMIT (4) ‖ rows taken of the partition (4)
//!   ‖ key of the last row ‖ checksum (4)
//! ```
//! The state names a place in the data, not a moment: a page answers what is there when it is
//! read. Damaged bytes and those of another statement are refused.

use crate::error::Error;

const VERSION: u8 = 1;
const HEAD: usize = 13;
const CHECKSUM: usize = 4;

/// Where a page ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PagingState {
    /// Tells statements apart.
    pub(crate) statement: u32,
    /// Rows that LIMIT still allows; `u32::MAX` without LIMIT.
    pub(crate) limit: u32,
    /// Rows or groups already answered of the partition of `key`.
    pub(crate) in_partition: u32,
    /// Key of the last row that was used.
    pub(crate) key: Vec<u8>,
}

impl PagingState {
    /// As bytes.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEAD + self.key.len() + CHECKSUM);
        out.push(VERSION);
        for number in [self.statement, self.limit, self.in_partition] {
            out.extend_from_slice(&number.to_be_bytes());
        }
        out.extend_from_slice(&self.key);
        out.extend_from_slice(&crc32fast::hash(&out).to_be_bytes());
        out
    }

    /// Reads the state of a statement back.
    ///
    /// # Errors
    /// `PagingState` when it is damaged or another statement's.
    pub(crate) fn decode(bytes: &[u8], statement: u32) -> Result<Self, Error> {
        let state = Self::read(bytes).ok_or(Error::PagingState)?;
        if state.statement == statement { Ok(state) } else { Err(Error::PagingState) }
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (body, checksum) = bytes.split_last_chunk::<CHECKSUM>()?;
        if crc32fast::hash(body) != u32::from_be_bytes(*checksum) || *body.first()? != VERSION {
            return None;
        }
        let number = |at: usize| Some(u32::from_be_bytes(body.get(at..at + 4)?.try_into().ok()?));
        Some(Self {
            statement: number(1)?,
            limit: number(5)?,
            in_partition: number(9)?,
            key: body.get(HEAD..)?.to_vec(),
        })
    }
}

#[cfg(test)]
mod tests;
