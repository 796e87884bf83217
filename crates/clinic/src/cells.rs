//! A row's cells, serialised once as the native protocol carries them.
//!
//! The projection writes them, the store gives them back, the verification compares them byte by
//! byte: one encoding for all three. A cell is a 4-byte length (−1 = null) and its bytes.

use bigdecimal::BigDecimal;
use quorate_session::codec::{RowSerializationContext, RowWriter, SerializationError, SerializeRow};
use uuid::Uuid;

/// Cells one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash, PartialOrd, Ord)]
pub struct Cells {
    bytes: Vec<u8>,
}

impl Cells {
    /// No cells yet.
    pub fn new() -> Self {
        Self { bytes: Vec::with_capacity(160) }
    }

    /// From what `as_bytes` gave; `None` if it is cut short.
    pub fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            take(&mut rest)?;
        }
        Some(Self { bytes })
    }

    /// The serialised cells.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The cells in order; null is `None`.
    pub fn iter(&self) -> impl Iterator<Item = Option<&[u8]>> {
        let mut rest = self.bytes.as_slice();
        std::iter::from_fn(move || take(&mut rest))
    }

    /// The bytes of the first `count` cells.
    pub fn head(&self, count: usize) -> &[u8] {
        let mut rest = self.bytes.as_slice();
        for _ in 0..count {
            if take(&mut rest).is_none() {
                break;
            }
        }
        &self.bytes[..self.bytes.len() - rest.len()]
    }

    /// The first `count` cells.
    #[must_use]
    pub fn prefix(&self, count: usize) -> Self {
        Self { bytes: self.head(count).to_vec() }
    }

    /// These cells behind a bigint.
    #[must_use]
    pub fn after_bigint(&self, value: i64) -> Self {
        let mut cells = Self::new().bigint(value);
        cells.bytes.extend_from_slice(&self.bytes);
        cells
    }

    /// Adds a serialised cell.
    #[must_use]
    pub fn raw(mut self, cell: Option<&[u8]>) -> Self {
        match cell {
            None => self.bytes.extend_from_slice(&(-1_i32).to_be_bytes()),
            Some(value) => put(&mut self.bytes, value),
        }
        self
    }

    /// Adds a uuid.
    #[must_use]
    pub fn uuid(mut self, value: Uuid) -> Self {
        put(&mut self.bytes, value.as_bytes());
        self
    }

    /// Adds a uuid or null.
    #[must_use]
    pub fn uuid_or_null(self, value: Option<Uuid>) -> Self {
        self.raw(value.as_ref().map(|id| id.as_bytes().as_slice()))
    }

    /// Adds a text.
    #[must_use]
    pub fn text(mut self, value: &str) -> Self {
        put(&mut self.bytes, value.as_bytes());
        self
    }

    /// Adds a text or null.
    #[must_use]
    pub fn text_or_null(self, value: Option<&str>) -> Self {
        self.raw(value.map(str::as_bytes))
    }

    /// Adds an int.
    #[must_use]
    pub fn int(mut self, value: i32) -> Self {
        put(&mut self.bytes, &value.to_be_bytes());
        self
    }

    /// Adds a bigint.
    #[must_use]
    pub fn bigint(mut self, value: i64) -> Self {
        put(&mut self.bytes, &value.to_be_bytes());
        self
    }

    /// Adds a timestamp in milliseconds since 1970.
    #[must_use]
    pub fn timestamp(self, ms: i64) -> Self {
        self.bigint(ms)
    }

    /// Adds a date in days since 1970-01-01.
    #[must_use]
    pub fn date(mut self, days: i32) -> Self {
        // CQL's date is unsigned with the epoch in the middle.
        let unsigned = days.cast_unsigned().wrapping_add(1 << 31);
        put(&mut self.bytes, &unsigned.to_be_bytes());
        self
    }

    /// Adds a decimal with the scale that it has.
    #[must_use]
    pub fn decimal(self, value: &BigDecimal) -> Self {
        let (unscaled, scale) = value.as_bigint_and_scale();
        let scale = i32::try_from(scale).unwrap_or(i32::MAX);
        let mut cell = scale.to_be_bytes().to_vec();
        cell.extend_from_slice(&unscaled.to_signed_bytes_be());
        self.raw(Some(&cell))
    }

    /// Adds a decimal or null.
    #[must_use]
    pub fn decimal_or_null(self, value: Option<&BigDecimal>) -> Self {
        match value {
            Some(value) => self.decimal(value),
            None => self.raw(None),
        }
    }

    /// Adds a `person_name`.
    #[must_use]
    pub fn name(self, first: &str, last: &str) -> Self {
        let mut cell = Vec::with_capacity(8 + first.len() + last.len());
        put(&mut cell, first.as_bytes());
        put(&mut cell, last.as_bytes());
        self.raw(Some(&cell))
    }

    /// Adds a `doctor_credential`; null when nothing of it is known.
    #[must_use]
    pub fn credential(self, degree: Option<&str>, institution: Option<&str>, day: Option<i32>) -> Self {
        if degree.is_none() && institution.is_none() && day.is_none() {
            return self.raw(None);
        }
        let fields = Self::new().text_or_null(degree).text_or_null(institution);
        let fields = match day {
            Some(day) => fields.date(day),
            None => fields.raw(None),
        };
        self.raw(Some(&fields.bytes))
    }

    /// Adds a frozen `list<text>`; null when empty.
    #[must_use]
    pub fn texts(self, items: &[String]) -> Self {
        if items.is_empty() {
            return self.raw(None);
        }
        let count = i32::try_from(items.len()).unwrap_or(i32::MAX);
        let mut cell = count.to_be_bytes().to_vec();
        for item in items {
            put(&mut cell, item.as_bytes());
        }
        self.raw(Some(&cell))
    }
}

impl SerializeRow for Cells {
    fn serialize(
        &self,
        _context: &RowSerializationContext<'_>,
        writer: &mut RowWriter<'_>,
    ) -> Result<(), SerializationError> {
        for cell in self.iter() {
            let out = writer.make_cell_writer();
            match cell {
                None => {
                    out.set_null();
                }
                Some(value) => {
                    out.set_value(value).map_err(SerializationError::new)?;
                }
            }
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

fn put(out: &mut Vec<u8>, value: &[u8]) {
    // A cell over 2 GiB cannot be made from input that is bounded far below.
    out.extend_from_slice(&i32::try_from(value.len()).unwrap_or(i32::MAX).to_be_bytes());
    out.extend_from_slice(value);
}

#[expect(clippy::option_option, reason = "the end of the row, a null and a value are three things")]
fn take<'a>(rest: &mut &'a [u8]) -> Option<Option<&'a [u8]>> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    match usize::try_from(i32::from_be_bytes(*length)) {
        Err(_) => {
            *rest = after;
            Some(None)
        }
        Ok(length) => {
            let (value, after) = after.split_at_checked(length)?;
            *rest = after;
            Some(Some(value))
        }
    }
}

#[cfg(test)]
mod tests;
