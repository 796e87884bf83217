//! Whether two answers are the same: both as rows of texts that mean the same when they are equal.

use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use bigdecimal::BigDecimal;
use quorate_clinic::moment::parse_instant;
use serde_json::Value;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::failure::Failure;

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A UUID.
    Id,
    /// As it is.
    Text,
    /// A whole number.
    Whole,
    /// Milliseconds since 1970.
    Instant,
    /// By its value: `1.50` is `1.5`.
    Amount,
}

/// An answer, or a part of it.
pub(crate) type Cells = Vec<Vec<String>>;

/// The named fields of an answer of the clinic.
pub(crate) fn of_clinic(answer: &Value, fields: &[(&str, Kind)]) -> Cells {
    let row = |row: &Value| fields.iter().map(|(name, kind)| of_json(row.get(name), *kind)).collect();
    match answer {
        Value::Array(rows) => rows.iter().map(row).collect(),
        Value::Null => Vec::new(),
        single => vec![row(single)],
    }
}

/// The columns of an answer of `PostgreSQL`.
pub(crate) fn of_postgres(rows: &[Row], fields: &[(&str, Kind)]) -> Result<Cells, Failure> {
    rows.iter()
        .map(|row| fields.iter().enumerate().map(|(index, (_, kind))| of_column(row, index, *kind)).collect())
        .collect()
}

fn of_json(value: Option<&Value>, kind: Kind) -> String {
    let text = match value {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => "absent".to_owned(),
    };
    match kind {
        Kind::Id | Kind::Text | Kind::Whole => text,
        Kind::Instant => parse_instant(&text).map_or(text, |ms| ms.to_string()),
        Kind::Amount => amount(text),
    }
}

fn of_column(row: &Row, index: usize, kind: Kind) -> Result<String, Failure> {
    Ok(match kind {
        Kind::Id => row.try_get::<_, Uuid>(index)?.to_string(),
        Kind::Text => row.try_get::<_, String>(index)?,
        Kind::Whole => row.try_get::<_, i64>(index)?.to_string(),
        Kind::Instant => {
            let at: SystemTime = row.try_get(index)?;
            at.duration_since(UNIX_EPOCH).map_or_else(
                |before| format!("-{}", before.duration().as_millis()),
                |after| after.as_millis().to_string(),
            )
        }
        Kind::Amount => amount(row.try_get(index)?),
    })
}

fn amount(text: String) -> String {
    BigDecimal::from_str(&text).map_or(text, |amount| amount.normalized().to_plain_string())
}
