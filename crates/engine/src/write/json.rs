//! `INSERT … JSON`: the text becomes an ordinary INSERT of constants.

use quorate_cql::json::{JsonError, Member, row_from_json};
use quorate_cql::plan::{Change, InValues, JsonInsert, Modify, Operation, Rows, Term};
use quorate_cql::schema::Column;

use crate::error::Error;
use crate::term::{self, Bindings};

/// The statement that `INSERT … JSON` means with these values.
///
/// # Errors
/// Cassandra's text when the text is no row of the table (`cql3/Json.java`).
pub(crate) fn expand(modify: &Modify, json: &JsonInsert, bindings: &Bindings<'_>) -> Result<Modify, Error> {
    let table = &modify.table;
    let text = term::evaluate(&json.text, bindings)?.into_value();
    let text = text.ok_or_else(|| Error::invalid("Got null for INSERT JSON values"))?;
    let text = str::from_utf8(&text).map_err(|_| Error::invalid("String didn't validate."))?;
    let columns = table.columns.iter().map(|column| (column.name.as_str(), &column.ty));
    let mut members = row_from_json(columns, text)?;
    let values = members.split_off(table.partition_key_len + table.clustering_len);
    let clustering = members.split_off(table.partition_key_len);
    check_keys(&table.columns, members.iter().chain(&clustering), json.default_unset)?;
    let first_value = table.columns.len() - values.len();
    let operations = (first_value..).zip(values).filter_map(|(column, member)| {
        let is_left = member == Member::Absent && json.default_unset;
        (!is_left).then(|| Operation { column, change: Change::Set(constant(member)) })
    });
    Ok(Modify {
        partition: members.into_iter().map(key).collect(),
        rows: Rows::Prefix { equal: clustering.into_iter().map(key).collect(), from: None, to: None },
        operations: operations.collect(),
        json: None,
        ..modify.clone()
    })
}

impl From<JsonError> for Error {
    /// The text is a bound value, so what is wrong with it is the client's to mend.
    fn from(error: JsonError) -> Self {
        Self::invalid(error.to_string())
    }
}

/// A column of the key that the text leaves out is null, or unset where that was asked for; Cassandra tells them apart.
fn check_keys<'a>(
    columns: &[Column],
    members: impl Iterator<Item = &'a Member>,
    default_unset: bool,
) -> Result<(), Error> {
    let first_without = columns.iter().zip(members).find(|(_, member)| !matches!(member, Member::Value(_)));
    match first_without {
        Some((column, Member::Absent)) if default_unset => {
            Err(Error::invalid(format!("Invalid unset value for column {}", column.name)))
        }
        _ => Ok(()),
    }
}

fn key(member: Member) -> InValues {
    InValues::Terms(vec![constant(member)])
}

fn constant(member: Member) -> Term {
    Term::Constant(match member {
        Member::Value(value) => Some(value),
        Member::Absent | Member::Null => None,
    })
}
