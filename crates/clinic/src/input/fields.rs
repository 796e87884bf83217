//! Reading one record's columns as values, with the column to blame when that fails.

use bigdecimal::BigDecimal;
use uuid::Uuid;

use super::csv::Record;
use super::reject::{Reason, Reject, Source};
use super::table::Layout;
use super::values::{self, ValueError};
use crate::ids::{self, Entity};
use crate::moment;

/// A column and what is wrong with its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) column: &'static str,
    pub(super) reason: Reason,
}

impl Fault {
    pub(super) fn of(column: &'static str, reason: Reason) -> Self {
        Self { column, reason }
    }

    pub(super) fn at(self, source: Source) -> Reject {
        source.reject(Some(self.column), self.reason)
    }
}

/// The columns of a record. Empty text is no value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'r> {
    pub(super) layout: &'r Layout,
    pub(super) record: &'r Record,
}

impl<'r> Fields<'r> {
    pub(super) fn text(self, column: &'static str) -> Result<&'r str, Fault> {
        self.optional_text(column).ok_or(Fault::of(column, Reason::Missing))
    }

    pub(super) fn optional_text(self, column: &'static str) -> Option<&'r str> {
        self.layout.text(self.record, column)
    }

    pub(super) fn owned(self, column: &'static str) -> Result<String, Fault> {
        self.text(column).map(str::to_owned)
    }

    pub(super) fn optional_owned(self, column: &'static str) -> Option<String> {
        self.optional_text(column).map(str::to_owned)
    }

    pub(super) fn id(self, column: &'static str, entity: Entity) -> Result<Uuid, Fault> {
        self.text(column).map(|text| ids::id(entity, text))
    }

    pub(super) fn instant(self, column: &'static str) -> Result<i64, Fault> {
        parse(column, self.text(column)?, moment::parse_instant)
    }

    pub(super) fn optional_instant(self, column: &'static str) -> Result<Option<i64>, Fault> {
        self.optional_text(column).map(|text| parse(column, text, moment::parse_instant)).transpose()
    }

    /// A day; an instant counts as its day in UTC.
    pub(super) fn optional_day(self, column: &'static str) -> Result<Option<i32>, Fault> {
        Ok(self.optional_instant(column)?.map(crate::calendar::day_of))
    }

    pub(super) fn whole(self, column: &'static str) -> Result<i32, Fault> {
        parse(column, self.text(column)?, values::parse_whole)
    }

    pub(super) fn amount(self, column: &'static str) -> Result<BigDecimal, Fault> {
        values::parse_amount(self.text(column)?).map_err(|error| {
            let reason = if error == ValueError::Negative { Reason::NegativeAmount } else { Reason::Unparsable(error) };
            Fault::of(column, reason)
        })
    }

    pub(super) fn rating(self, column: &'static str) -> Result<i32, Fault> {
        let rating = self.whole(column)?;
        if (0..=5).contains(&rating) { Ok(rating) } else { Err(Fault::of(column, Reason::RatingOutOfRange)) }
    }

    pub(super) fn optional_checked(
        self,
        column: &'static str,
        check: impl FnOnce(&str) -> Result<(), ValueError>,
    ) -> Result<Option<String>, Fault> {
        let Some(text) = self.optional_text(column) else {
            return Ok(None);
        };
        check(text).map_err(|error| Fault::of(column, Reason::Unparsable(error)))?;
        Ok(Some(text.to_owned()))
    }
}

/// Collects what a row says and condenses it to one UUID. Two rows with the same values have the
/// same digest, however their texts are written.
#[derive(Debug, Default)]
pub(super) struct Content(Vec<u8>);

impl Content {
    pub(super) fn of(file: &'static str) -> Self {
        let mut content = Self::default();
        content.text(file);
        content
    }

    pub(super) fn id(&mut self, id: Uuid) -> &mut Self {
        self.bytes(Some(id.as_bytes()))
    }

    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.bytes(Some(text.as_bytes()))
    }

    pub(super) fn optional_text(&mut self, text: Option<&str>) -> &mut Self {
        self.bytes(text.map(str::as_bytes))
    }

    pub(super) fn number(&mut self, number: i64) -> &mut Self {
        self.bytes(Some(&number.to_be_bytes()))
    }

    pub(super) fn optional_number(&mut self, number: Option<i64>) -> &mut Self {
        self.bytes(number.map(i64::to_be_bytes).as_ref().map(<[u8; 8]>::as_slice))
    }

    pub(super) fn decimal(&mut self, decimal: &BigDecimal) -> &mut Self {
        let text = decimal.normalized().to_plain_string();
        self.text(&text)
    }

    pub(super) fn digest(&self) -> Uuid {
        Uuid::new_v5(&ids::NAMESPACE, &self.0)
    }

    /// The length plus one goes first, and zero for what is absent, so that no two lists of values
    /// give the same bytes.
    fn bytes(&mut self, bytes: Option<&[u8]>) -> &mut Self {
        let len = bytes.map_or(0, |bytes| bytes.len() as u64 + 1);
        self.0.extend_from_slice(&len.to_be_bytes());
        self.0.extend_from_slice(bytes.unwrap_or_default());
        self
    }
}

fn parse<T, E>(column: &'static str, text: &str, read: impl FnOnce(&str) -> Result<T, E>) -> Result<T, Fault>
where
    ValueError: From<E>,
{
    read(text).map_err(|error| Fault::of(column, Reason::Unparsable(error.into())))
}
