//! Answers for people: aligned tables and lists from the same JSON that programs get.
//!
//! Nothing here asks or decides anything. Texts come from users and go to a terminal, so control
//! characters never pass.

mod table;

use quorate_clinic::moment::parse_instant;
use serde_json::{Map, Value};

pub(crate) use table::Table;

/// How ids are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ids {
    /// Whole, so that they can be given to the next command.
    Whole,
    /// Their first eight digits.
    Short,
}

/// Rows as a table with a column for each field of the first row.
pub(crate) fn rows(rows: &[Value], ids: Ids) -> Table {
    let columns: Vec<&str> = match rows.first() {
        Some(Value::Object(first)) => first.keys().map(String::as_str).collect(),
        _ => Vec::new(),
    };
    columns_of(rows, &columns, ids)
}

/// Rows as a table with the named fields only.
pub(crate) fn columns_of(rows: &[Value], columns: &[&str], ids: Ids) -> Table {
    let mut table = Table::new(columns);
    for row in rows {
        table.row(columns.iter().map(|column| cell(row.get(column), ids)));
    }
    table
}

/// One thing as a list of its fields.
pub(crate) fn object(object: &Map<String, Value>, ids: Ids) -> Table {
    let mut table = Table::headless(2);
    for (field, value) in object {
        table.row([field.clone(), cell(Some(value), ids)]);
    }
    table
}

/// A number with commas between thousands.
pub(crate) fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A count with its noun: `1 row`, `2 rows`.
pub(crate) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(count), if count == 1 { one } else { many })
}

/// A value in a table.
fn cell(value: Option<&Value>, ids: Ids) -> String {
    match value {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::String(text)) => self::text(text, ids),
        Some(Value::Object(fields)) => {
            fields.values().map(|value| cell(Some(value), ids)).collect::<Vec<_>>().join(", ")
        }
        Some(Value::Array(items)) => items.iter().map(|value| cell(Some(value), ids)).collect::<Vec<_>>().join(", "),
        Some(other) => other.to_string(),
    }
}

fn text(text: &str, ids: Ids) -> String {
    if ids == Ids::Short && uuid::Uuid::try_parse(text).is_ok_and(|_| text.len() == 36) {
        return text.chars().take(8).collect();
    }
    if let Some(readable) = instant(text) {
        return readable;
    }
    harmless(text)
}

/// `2026-11-21T09:30:00Z` as `2026-11-21 09:30`, with seconds only if there are any.
fn instant(text: &str) -> Option<String> {
    let (day, time) = text.strip_suffix('Z')?.split_once('T')?;
    parse_instant(text).ok()?;
    Some(format!("{day} {}", time.strip_suffix(":00").unwrap_or(time)))
}

/// The text without anything that a terminal would obey.
fn harmless(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}

#[cfg(test)]
mod tests;
