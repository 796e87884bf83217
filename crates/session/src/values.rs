//! Bound values in serialised form.
//!
//! Values are serialised once, against the statement's bind markers; both back ends then take the
//! bytes as they are. A `Values` fits only the statement it was made for.

use scylla::serialize::row::{RowSerializationContext, SerializeRow};
use scylla::serialize::writers::RowWriter;
use scylla_cql_core::frame::types::RawValue;
use scylla_cql_core::serialize::row::SerializedValues;

use crate::codec::{ColumnSpec, SerializationError};
use crate::error::{CodecError, Error};

/// The values of one execution, serialised and checked against the statement's types.
#[derive(Debug, Clone)]
pub struct Values(SerializedValues);

impl Values {
    pub(crate) fn serialise(markers: &[ColumnSpec<'_>], values: &impl SerializeRow) -> Result<Self, Error> {
        let context = RowSerializationContext::from_specs(markers);
        let values = SerializedValues::from_serializable(&context, values)
            .map(Self)
            .map_err(|cause| Error::Type(CodecError::Bind(cause)))?;
        // Tuples check their own length; other implementations may not.
        if values.len() != markers.len() {
            return Err(Error::Type(CodecError::Count { markers: markers.len(), values: values.len() }));
        }
        Ok(values)
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        usize::from(self.0.element_count())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Size of all values with their length prefixes, in bytes.
    pub fn byte_len(&self) -> usize {
        self.0.buffer_size()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = RawValue<'_>> {
        self.0.iter()
    }
}

/// Lets values pass through the driver without being serialised again: it copies the bytes.
impl SerializeRow for Values {
    fn serialize(
        &self,
        _markers: &RowSerializationContext<'_>,
        writer: &mut RowWriter<'_>,
    ) -> Result<(), SerializationError> {
        writer.append_serialize_row(&self.0);
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
