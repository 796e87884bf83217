//! Which files an import reads and which columns it knows in them.
//!
//! Columns are found by name. What a file has beyond them is ignored, and said once.

use super::csv::Record;
use super::error::Error;

/// A column that an import reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// As in the header, in the same case.
    pub name: &'static str,
    /// Whether the header must have it and every row a value for it.
    pub mandatory: bool,
}

/// A file that an import reads.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name in the folder.
    pub file: &'static str,
    /// Its columns, in any order.
    pub columns: &'static [Column],
}

/// Where the known columns of a table stand in a file.
#[derive(Debug, Clone)]
pub struct Layout {
    table: &'static Table,
    /// By the table's columns: the field's index.
    places: Vec<Option<usize>>,
    width: usize,
}

impl Layout {
    /// Finds a table's columns in a header. Also gives the columns that are not known.
    ///
    /// Refuses a header that lacks a mandatory column or has a known one twice.
    pub fn of(table: &'static Table, header: &Record) -> Result<(Self, Vec<String>), Error> {
        let mut places = vec![None; table.columns.len()];
        let mut unknown = Vec::new();
        for index in 0..header.len() {
            let name = header.field(index).unwrap_or_default();
            let Some(column) = table.columns.iter().position(|column| column.name == name) else {
                unknown.push(name.to_owned());
                continue;
            };
            if places[column].replace(index).is_some() {
                return Err(Error::DuplicateColumn { file: table.file, column: table.columns[column].name });
            }
        }
        let missing = table.columns.iter().zip(&places).find(|(column, place)| column.mandatory && place.is_none());
        if let Some((column, _)) = missing {
            return Err(Error::MissingColumn { file: table.file, column: column.name });
        }
        Ok((Self { table, places, width: header.len() }, unknown))
    }

    /// Number of fields that every record must have.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The text of a column; `None` if it is empty or the file does not have the column.
    pub(super) fn text<'r>(&self, record: &'r Record, name: &str) -> Option<&'r str> {
        let column = self.table.columns.iter().position(|column| column.name == name);
        debug_assert!(column.is_some(), "{name} is not declared for {}", self.table.file);
        let place = self.places[column?]?;
        record.field(place).filter(|text| !text.is_empty())
    }
}

/// A column that must be there.
pub(super) const fn mandatory(name: &'static str) -> Column {
    Column { name, mandatory: true }
}

/// A column that may be absent or empty.
pub(super) const fn optional(name: &'static str) -> Column {
    Column { name, mandatory: false }
}
