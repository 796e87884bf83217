//! The fields of a command's JSON object: taken by name, checked, and none left over.
//!
//! A misspelt field is an error rather than a default: a visit of the wrong length is worse than
//! a command that has to be sent again.

use bigdecimal::BigDecimal;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::error::Error;
use crate::ids::{self, Entity};
use crate::input::values::{ValueError, parse_amount, parse_whole};
use crate::moment;

/// The fields that are not taken yet.
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    pub(super) fn new(object: Map<String, Value>) -> Self {
        Self(object)
    }

    /// Ends reading; what was not taken is not known.
    pub(super) fn end(self) -> Result<(), Error> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => Err(Error::invalid(format!("field `{name}` is not known to this command"))),
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null())
    }

    pub(super) fn text_or_none(&mut self, name: &str) -> Result<Option<String>, Error> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Error::invalid(format!("field `{name}` must be a text"))),
        }
    }

    pub(super) fn text(&mut self, name: &str) -> Result<String, Error> {
        match self.text_or_none(name)? {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(Error::invalid(format!("field `{name}` is missing or empty"))),
        }
    }

    pub(super) fn id_or_none(&mut self, name: &str, entity: Entity) -> Result<Option<Uuid>, Error> {
        match self.text_or_none(name)? {
            None => Ok(None),
            Some(text) if text.is_empty() => Err(Error::invalid(format!("field `{name}` is empty"))),
            Some(text) => Ok(Some(ids::id(entity, &text))),
        }
    }

    pub(super) fn id(&mut self, name: &str, entity: Entity) -> Result<Uuid, Error> {
        Ok(ids::id(entity, &self.text(name)?))
    }

    /// A UUID proper.
    pub(super) fn uuid_or_none(&mut self, name: &str) -> Result<Option<Uuid>, Error> {
        let Some(text) = self.text_or_none(name)? else { return Ok(None) };
        let uuid = Uuid::try_parse(&text).map_err(|_| Error::invalid(format!("field `{name}` must be a UUID")))?;
        Ok(Some(uuid))
    }

    pub(super) fn instant_or_none(&mut self, name: &str) -> Result<Option<i64>, Error> {
        let Some(text) = self.text_or_none(name)? else { return Ok(None) };
        let ms = moment::parse_instant(&text).map_err(|error| wrong(name, error))?;
        Ok(Some(ms))
    }

    pub(super) fn instant(&mut self, name: &str) -> Result<i64, Error> {
        self.instant_or_none(name)?.ok_or_else(|| Error::invalid(format!("field `{name}` is missing")))
    }

    /// A day, in days since 1970-01-01.
    pub(super) fn day_or_none(&mut self, name: &str) -> Result<Option<i32>, Error> {
        let Some(text) = self.text_or_none(name)? else { return Ok(None) };
        let day = moment::parse_day(&text).map_err(|error| wrong(name, error))?;
        Ok(Some(day))
    }

    pub(super) fn whole_or_none(&mut self, name: &str) -> Result<Option<i32>, Error> {
        let number = match self.take(name) {
            None => return Ok(None),
            Some(Value::Number(number)) => number.as_i64().and_then(|number| i32::try_from(number).ok()),
            Some(Value::String(text)) => parse_whole(&text).ok(),
            Some(_) => None,
        };
        match number {
            Some(number) => Ok(Some(number)),
            None => Err(Error::invalid(format!("field `{name}` must be a whole number"))),
        }
    }

    pub(super) fn whole(&mut self, name: &str) -> Result<i32, Error> {
        self.whole_or_none(name)?.ok_or_else(|| Error::invalid(format!("field `{name}` is missing")))
    }

    /// A sum of money: decimal text, or a JSON number as it is written.
    pub(super) fn amount(&mut self, name: &str) -> Result<BigDecimal, Error> {
        let text = match self.take(name) {
            None => return Err(Error::invalid(format!("field `{name}` is missing"))),
            Some(Value::String(text)) => text,
            Some(Value::Number(number)) => number.to_string(),
            Some(_) => String::new(),
        };
        parse_amount(&text).map_err(|error| wrong(name, error))
    }

    pub(super) fn texts(&mut self, name: &str) -> Result<Vec<String>, Error> {
        let wrong = || Error::invalid(format!("field `{name}` must be a list of texts"));
        match self.take(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => items
                .into_iter()
                .map(|item| match item {
                    Value::String(text) => Ok(text),
                    _ => Err(wrong()),
                })
                .collect(),
            Some(_) => Err(wrong()),
        }
    }
}

/// A field that is no value of its type.
pub(super) fn wrong(field: &str, problem: impl Into<ValueError>) -> Error {
    Error::Field { field: field.to_owned(), problem: problem.into() }
}
