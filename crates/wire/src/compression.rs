//! Compression of bodies, agreed upon in STARTUP: LZ4 or Snappy (`native_protocol_v4.spec`, section 5).
//!
//! LZ4 of the protocol is one block behind its decompressed length (four bytes, big-endian). Snappy
//! carries its own length. A length is checked before anything is decompressed.

use crate::codec::Malformed;

/// Shorter bodies are not worth it.
const LEAST_BYTES: usize = 256;

/// An algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    /// LZ4.
    Lz4,
    /// Snappy.
    Snappy,
}

impl Compression {
    /// As SUPPORTED names them.
    pub(crate) const NAMES: [&'static str; 2] = ["snappy", "lz4"];

    /// By its name in STARTUP.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "lz4" => Some(Self::Lz4),
            "snappy" => Some(Self::Snappy),
            _ => None,
        }
    }

    /// Compresses a body; `None` where that would not make it smaller.
    pub(crate) fn compress(self, body: &[u8]) -> Option<Vec<u8>> {
        if body.len() < LEAST_BYTES {
            return None;
        }
        let compressed = match self {
            Self::Lz4 => {
                let mut out = u32::try_from(body.len()).ok()?.to_be_bytes().to_vec();
                out.extend_from_slice(&lz4_flex::block::compress(body));
                out
            }
            Self::Snappy => snap::raw::Encoder::new().compress_vec(body).ok()?,
        };
        (compressed.len() < body.len()).then_some(compressed)
    }

    /// Decompresses a body to at most `limit` bytes.
    pub(crate) fn decompress(self, body: &[u8], limit: usize) -> Result<Vec<u8>, Malformed> {
        match self {
            Self::Lz4 => {
                let (length, block) = body.split_first_chunk::<4>().ok_or(Malformed::Compression)?;
                let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Malformed::Compression)?;
                within(length, limit)?;
                let body = lz4_flex::block::decompress(block, length).map_err(|_| Malformed::Compression)?;
                if body.len() == length { Ok(body) } else { Err(Malformed::Compression) }
            }
            Self::Snappy => {
                within(snap::raw::decompress_len(body).map_err(|_| Malformed::Compression)?, limit)?;
                snap::raw::Decoder::new().decompress_vec(body).map_err(|_| Malformed::Compression)
            }
        }
    }
}

fn within(length: usize, limit: usize) -> Result<(), Malformed> {
    if length > limit { Err(Malformed::TooLarge { limit }) } else { Ok(()) }
}
