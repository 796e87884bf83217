//! `name = value` pairs by name and type (Cassandra's `PropertyDefinitions`).

use std::collections::BTreeMap;

use crate::ast::{Property, PropertyValue};
use crate::error::{Error, SyntaxError};

/// The properties of a statement, each once.
pub(super) struct Properties<'a> {
    written: &'a [Property],
}

impl<'a> Properties<'a> {
    pub(super) fn new(written: &'a [Property]) -> Result<Self, Error> {
        for (at, property) in written.iter().enumerate() {
            if written[..at].iter().any(|known| known.name == property.name) {
                return Err(syntax(format!("Multiple definitions for property '{}'", property.name)));
            }
        }
        Ok(Self { written })
    }

    pub(super) fn check_known(&self, names: &[&str], more: &[&str]) -> Result<(), Error> {
        for Property { name, .. } in self.written {
            if ![names, more].iter().any(|list| list.contains(&name.as_str())) {
                return Err(syntax(format!("Unknown property '{name}'")));
            }
        }
        Ok(())
    }

    fn get(&self, name: &str) -> Option<&'a PropertyValue> {
        self.written.iter().find(|property| property.name == name).map(|property| &property.value)
    }

    pub(super) fn simple(&self, name: &str) -> Result<Option<&'a str>, Error> {
        match self.get(name) {
            None => Ok(None),
            Some(PropertyValue::Simple(text)) => Ok(Some(text)),
            Some(PropertyValue::Map(_)) => {
                Err(syntax(format!("Invalid value for property '{name}'. It should be a string")))
            }
        }
    }

    pub(super) fn map(&self, name: &str) -> Result<Option<&'a [(String, String)]>, Error> {
        match self.get(name) {
            None => Ok(None),
            Some(PropertyValue::Map(entries)) => Ok(Some(entries)),
            Some(PropertyValue::Simple(_)) => {
                Err(syntax(format!("Invalid value for property '{name}'. It should be a map.")))
            }
        }
    }

    pub(super) fn int(&self, name: &str) -> Result<Option<i32>, Error> {
        let Some(text) = self.simple(name)? else { return Ok(None) };
        text.parse().map(Some).map_err(|_| syntax(format!("Invalid integer value {text} for '{name}'")))
    }

    pub(super) fn double(&self, name: &str) -> Result<Option<f64>, Error> {
        let Some(text) = self.simple(name)? else { return Ok(None) };
        text.parse().map(Some).map_err(|_| syntax(format!("Invalid double value {text} for '{name}'")))
    }

    pub(super) fn boolean(&self, name: &str) -> Result<Option<bool>, Error> {
        let Some(text) = self.simple(name)? else { return Ok(None) };
        match text.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" => Ok(Some(true)),
            "0" | "false" | "no" => Ok(Some(false)),
            _ => Err(syntax(format!(
                "Invalid boolean value {text} for '{name}'. Positive values can be '1', 'true' or 'yes'. Negative values \
                 can be '0', 'false' or 'no'."
            ))),
        }
    }
}

/// An error that Cassandra classes as one of syntax though it is found later.
fn syntax(reason: String) -> Error {
    Error::Syntax(SyntaxError { line: 0, column: 0, offset: 0, reason })
}

/// A map as CQL prints it, by key.
pub(super) fn print_map(entries: &BTreeMap<String, String>) -> String {
    let quote = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let entries: Vec<String> = entries.iter().map(|(key, value)| format!("{}: {}", quote(key), quote(value))).collect();
    format!("{{{}}}", entries.join(", "))
}

/// The full name of a class that may be written without its package.
pub(super) fn qualified(package: &str, class: &str) -> String {
    if class.contains('.') { class.to_owned() } else { format!("{package}.{class}") }
}
