//! Vectors: elements one after another, bare where Cassandra counts their type as of fixed length,
//! else each after its length as a variable-length integer (`db/marshal/VectorType.java`).

use super::error::CodecError;
use super::vint;
use crate::types::CqlType;

/// Bytes of every value of the type where Cassandra's `valueLengthIfFixed` knows them. It does not
/// for tinyint, smallint, date, time, counter or inet, which therefore carry lengths inside vectors.
pub fn fixed_size(ty: &CqlType) -> Option<usize> {
    match ty {
        CqlType::Boolean => Some(1),
        CqlType::Int | CqlType::Float => Some(4),
        CqlType::Bigint | CqlType::Double | CqlType::Timestamp => Some(8),
        CqlType::Uuid | CqlType::Timeuuid => Some(16),
        CqlType::Vector { element, dimensions } => {
            Some(fixed_size(element)?.saturating_mul(usize::try_from(*dimensions).ok()?))
        }
        _ => None,
    }
}

/// Serialises a vector of `element` from its parts.
pub fn encode_vector<T: AsRef<[u8]>>(element: &CqlType, parts: &[T]) -> Vec<u8> {
    let fixed = fixed_size(element).is_some();
    let mut out = Vec::with_capacity(parts.iter().map(|part| part.as_ref().len() + 1).sum());
    for part in parts {
        let part = part.as_ref();
        if !fixed {
            vint::write_unsigned(part.len() as u64, &mut out);
        }
        out.extend_from_slice(part);
    }
    out
}

/// The elements of a serialised vector of `element`.
pub fn vector_elements<'a>(element: &CqlType, bytes: &'a [u8]) -> VectorElements<'a> {
    VectorElements { rest: bytes, fixed: fixed_size(element) }
}

/// Iterator over a vector's elements; ends with an error where the bytes do.
#[derive(Debug, Clone)]
pub struct VectorElements<'a> {
    rest: &'a [u8],
    fixed: Option<usize>,
}

impl VectorElements<'_> {
    /// Bytes after the last element taken.
    pub(super) fn left(&self) -> usize {
        self.rest.len()
    }
}

impl<'a> Iterator for VectorElements<'a> {
    type Item = Result<&'a [u8], CodecError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let mut rest = self.rest;
        let size = self.fixed.or_else(|| usize::try_from(vint::read_unsigned(&mut rest)?).ok());
        let Some((element, rest)) = size.and_then(|size| rest.split_at_checked(size)) else {
            self.rest = &[];
            return Some(Err(CodecError::Truncated("vector".to_owned())));
        };
        self.rest = rest;
        Some(Ok(element))
    }
}
