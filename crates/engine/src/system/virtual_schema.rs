//! `system_virtual_schema`: the virtual keyspaces, which `system_schema` leaves out
//! (`db/virtual/VirtualSchemaKeyspace.java`). Here that is this keyspace alone.

use quorate_cql::schema::{Keyspace, Table};
use quorate_cql::types::CqlType;

use super::fill::Filler;
use super::{schema_rows, table};
use crate::error::Error;

pub(super) const KEYSPACE: &str = "system_virtual_schema";

/// The tables of `system_virtual_schema`.
pub(super) fn tables() -> Vec<Table> {
    let text = |name: &'static str| (name, CqlType::Text);
    let keyspace = [text("keyspace_name")];
    vec![
        table(32, KEYSPACE, "keyspaces", &keyspace, &[], &[]),
        table(33, KEYSPACE, "tables", &keyspace, &[text("table_name")], &[text("comment")]),
        table(
            34,
            KEYSPACE,
            "columns",
            &keyspace,
            &[text("table_name"), text("column_name")],
            &[
                text("clustering_order"),
                ("column_name_bytes", CqlType::Blob),
                text("kind"),
                ("position", CqlType::Int),
                text("type"),
            ],
        ),
    ]
}

/// Adds a row for every object of the keyspace.
pub(super) fn fill(filler: &mut Filler<'_>, keyspace: &Keyspace) -> Result<(), Error> {
    let text = |text: &str| Some(text.as_bytes().to_vec());
    filler.row(KEYSPACE, "keyspaces", &[("keyspace_name", text(&keyspace.name))])?;
    for table in keyspace.tables.values() {
        let comment = text(&table.options.comment);
        let row = [("keyspace_name", text(&keyspace.name)), ("table_name", text(&table.name)), ("comment", comment)];
        filler.row(KEYSPACE, "tables", &row)?;
        schema_rows::fill_columns(filler, KEYSPACE, table)?;
    }
    Ok(())
}
