//! `system_schema`: the catalogue as rows, as `schema/SchemaKeyspace.java` lays it out.

use std::collections::BTreeMap;
use std::sync::Arc;

use quorate_cql::codec;
use quorate_cql::schema::{ColumnKind, Index, IndexTarget, Keyspace, Table};
use quorate_cql::types::{CqlType, UserType};

use super::fill::{Filler, texts};
use super::{empty_tables, table};
use crate::error::Error;

pub(super) const KEYSPACE: &str = "system_schema";

#[expect(clippy::unnecessary_wraps, reason = "a cell may be null: one shape for all of a row")]
fn text(text: &str) -> Option<Vec<u8>> {
    Some(text.as_bytes().to_vec())
}

#[expect(clippy::unnecessary_wraps, reason = "a cell may be null: one shape for all of a row")]
fn number(number: i32) -> Option<Vec<u8>> {
    Some(number.to_be_bytes().to_vec())
}

#[expect(clippy::unnecessary_wraps, reason = "a cell may be null: one shape for all of a row")]
fn text_map(map: &BTreeMap<String, String>) -> Option<Vec<u8>> {
    let entries = map.iter().map(|(key, value)| (key.as_bytes(), value.as_bytes())).collect();
    Some(codec::encode_map(&CqlType::Text, entries))
}

/// The tables of `system_schema`.
pub(super) fn tables() -> Vec<Table> {
    let list = || CqlType::List { element: Arc::new(CqlType::Text), frozen: true };
    let keyspace: &[(&str, CqlType)] = &[("keyspace_name", CqlType::Text)];
    let of_table: &[(&str, CqlType)] = &[("table_name", CqlType::Text)];
    let named = |name: &'static str| [("table_name", CqlType::Text), (name, CqlType::Text)];
    let mut tables = vec![
        table(
            16,
            KEYSPACE,
            "keyspaces",
            keyspace,
            &[],
            &[("durable_writes", CqlType::Boolean), ("replication", map())],
        ),
        tables_table(keyspace, of_table),
        table(
            18,
            KEYSPACE,
            "columns",
            keyspace,
            &named("column_name"),
            &[
                ("clustering_order", CqlType::Text),
                ("column_name_bytes", CqlType::Blob),
                ("kind", CqlType::Text),
                ("position", CqlType::Int),
                ("type", CqlType::Text),
            ],
        ),
        table(
            19,
            KEYSPACE,
            "types",
            keyspace,
            &[("type_name", CqlType::Text)],
            &[("field_names", list()), ("field_types", list())],
        ),
        table(20, KEYSPACE, "indexes", keyspace, &named("index_name"), &[("kind", CqlType::Text), ("options", map())]),
        table(
            21,
            KEYSPACE,
            "dropped_columns",
            keyspace,
            &named("column_name"),
            &[("dropped_time", CqlType::Timestamp), ("kind", CqlType::Text), ("type", CqlType::Text)],
        ),
    ];
    tables.extend(empty_tables::tables(&option_columns()));
    tables
}

/// `system_schema.tables`: a column for each option, the flags, and the id.
fn tables_table(keyspace: &[(&str, CqlType)], of_table: &[(&str, CqlType)]) -> Table {
    let mut columns = option_columns();
    columns.extend([("flags", set()), ("id", CqlType::Uuid)]);
    columns.sort_by_key(|(name, _)| *name);
    table(17, KEYSPACE, "tables", keyspace, of_table, &columns)
}

/// A column for each option of tables and views.
fn option_columns() -> Vec<(&'static str, CqlType)> {
    let extensions = CqlType::Map { key: Arc::new(CqlType::Text), value: Arc::new(CqlType::Blob), frozen: true };
    vec![
        ("additional_write_policy", CqlType::Text),
        ("allow_auto_snapshot", CqlType::Boolean),
        ("bloom_filter_fp_chance", CqlType::Double),
        ("caching", map()),
        ("cdc", CqlType::Boolean),
        ("comment", CqlType::Text),
        ("compaction", map()),
        ("compression", map()),
        ("crc_check_chance", CqlType::Double),
        ("dclocal_read_repair_chance", CqlType::Double),
        ("default_time_to_live", CqlType::Int),
        ("extensions", extensions),
        ("gc_grace_seconds", CqlType::Int),
        ("incremental_backups", CqlType::Boolean),
        ("max_index_interval", CqlType::Int),
        ("memtable", CqlType::Text),
        ("memtable_flush_period_in_ms", CqlType::Int),
        ("min_index_interval", CqlType::Int),
        ("read_repair", CqlType::Text),
        ("read_repair_chance", CqlType::Double),
        ("speculative_retry", CqlType::Text),
    ]
}

pub(super) fn map() -> CqlType {
    CqlType::Map { key: Arc::new(CqlType::Text), value: Arc::new(CqlType::Text), frozen: true }
}

fn set() -> CqlType {
    CqlType::Set { element: Arc::new(CqlType::Text), frozen: true }
}

/// Adds a row for every object of a keyspace.
pub(super) fn fill(filler: &mut Filler<'_>, keyspace: &Keyspace) -> Result<(), Error> {
    filler.row(
        KEYSPACE,
        "keyspaces",
        &[
            ("keyspace_name", text(&keyspace.name)),
            ("durable_writes", Some(vec![u8::from(keyspace.durable_writes)])),
            ("replication", text_map(&keyspace.replication)),
        ],
    )?;
    for definition in keyspace.types.values() {
        fill_type(filler, definition)?;
    }
    for table in keyspace.tables.values() {
        fill_table(filler, table)?;
        fill_columns(filler, KEYSPACE, table)?;
        fill_dropped(filler, table)?;
        for index in table.indexes.values() {
            fill_index(filler, table, index)?;
        }
    }
    Ok(())
}

fn fill_type(filler: &mut Filler<'_>, definition: &UserType) -> Result<(), Error> {
    let names: Vec<&str> = definition.fields.iter().map(|field| field.0.as_str()).collect();
    let types: Vec<String> = definition.fields.iter().map(|field| field.1.to_string()).collect();
    let types: Vec<&str> = types.iter().map(String::as_str).collect();
    filler.row(
        KEYSPACE,
        "types",
        &[
            ("keyspace_name", text(&definition.keyspace)),
            ("type_name", text(&definition.name)),
            ("field_names", Some(texts(&names))),
            ("field_types", Some(texts(&types))),
        ],
    )
}

fn fill_table(filler: &mut Filler<'_>, table: &Table) -> Result<(), Error> {
    let options = &table.options;
    let flags: &[&str] = if table.is_counter() { &["compound", "counter"] } else { &["compound"] };
    let other = |name: &str| options.other.get(name).map(String::as_str);
    let unquoted = |name: &str| other(name).and_then(|value| text(value.trim_matches('\'')));
    let map = |name: &str| other(name).and_then(|value| text_map(&parse_map(value)));
    let double = |name: &str| other(name)?.parse::<f64>().ok().map(|value| value.to_be_bytes().to_vec());
    let int = |name: &str| other(name)?.parse::<i32>().ok().and_then(number);
    let yes = |name: &str| other(name)?.parse::<bool>().ok().map(|value| vec![u8::from(value)]);
    filler.row(
        KEYSPACE,
        "tables",
        &[
            ("keyspace_name", text(&table.keyspace)),
            ("table_name", text(&table.name)),
            ("additional_write_policy", unquoted("additional_write_policy")),
            ("allow_auto_snapshot", yes("allow_auto_snapshot")),
            ("bloom_filter_fp_chance", double("bloom_filter_fp_chance")),
            ("caching", map("caching")),
            ("cdc", yes("cdc")),
            ("comment", text(&options.comment)),
            ("compaction", map("compaction")),
            ("compression", map("compression")),
            ("crc_check_chance", double("crc_check_chance")),
            // Cassandra left two options for drivers' sake when it forgot them.
            ("dclocal_read_repair_chance", Some(0.0_f64.to_be_bytes().to_vec())),
            ("default_time_to_live", number(options.default_time_to_live)),
            ("extensions", text_map(&BTreeMap::new())),
            ("flags", Some(texts(flags))),
            ("gc_grace_seconds", number(options.gc_grace_seconds)),
            ("id", Some(table.id.as_bytes().to_vec())),
            ("incremental_backups", yes("incremental_backups")),
            ("max_index_interval", int("max_index_interval")),
            ("memtable", unquoted("memtable")),
            ("memtable_flush_period_in_ms", int("memtable_flush_period_in_ms")),
            ("min_index_interval", int("min_index_interval")),
            ("read_repair", unquoted("read_repair")),
            ("read_repair_chance", Some(0.0_f64.to_be_bytes().to_vec())),
            ("speculative_retry", unquoted("speculative_retry")),
        ],
    )
}

/// Adds the columns of a table to the table `columns` of a keyspace.
pub(super) fn fill_columns(filler: &mut Filler<'_>, keyspace: &str, table: &Table) -> Result<(), Error> {
    for (place, column) in table.columns.iter().enumerate() {
        let (kind, order, position) = match column.kind {
            ColumnKind::PartitionKey => ("partition_key", "none", Some(place)),
            ColumnKind::Clustering { descending } => {
                ("clustering", if descending { "desc" } else { "asc" }, place.checked_sub(table.partition_key_len))
            }
            ColumnKind::Static => ("static", "none", None),
            ColumnKind::Regular => ("regular", "none", None),
        };
        let position = position.and_then(|position| i32::try_from(position).ok()).unwrap_or(-1);
        filler.row(
            keyspace,
            "columns",
            &[
                ("keyspace_name", text(&table.keyspace)),
                ("table_name", text(&table.name)),
                ("column_name", text(&column.name)),
                ("clustering_order", text(order)),
                ("column_name_bytes", text(&column.name)),
                ("kind", text(kind)),
                ("position", number(position)),
                ("type", text(&column.ty.to_string())),
            ],
        )?;
    }
    Ok(())
}

fn fill_dropped(filler: &mut Filler<'_>, table: &Table) -> Result<(), Error> {
    for (name, dropped) in &table.dropped {
        let kind = if dropped.column.kind == ColumnKind::Static { "static" } else { "regular" };
        filler.row(
            KEYSPACE,
            "dropped_columns",
            &[
                ("keyspace_name", text(&table.keyspace)),
                ("table_name", text(&table.name)),
                ("column_name", text(name)),
                ("dropped_time", Some((dropped.dropped_at_micros / 1000).to_be_bytes().to_vec())),
                ("kind", text(kind)),
                ("type", text(&dropped.column.ty.to_string())),
            ],
        )?;
    }
    Ok(())
}

fn fill_index(filler: &mut Filler<'_>, table: &Table, index: &Index) -> Result<(), Error> {
    let target = match index.target {
        IndexTarget::Value => index.column.clone(),
        IndexTarget::Values => format!("values({})", index.column),
        IndexTarget::Keys => format!("keys({})", index.column),
        IndexTarget::Entries => format!("entries({})", index.column),
        IndexTarget::Full => format!("full({})", index.column),
    };
    filler.row(
        KEYSPACE,
        "indexes",
        &[
            ("keyspace_name", text(&table.keyspace)),
            ("table_name", text(&table.name)),
            ("index_name", text(&index.name)),
            ("kind", text("COMPOSITES")),
            ("options", text_map(&BTreeMap::from([("target".to_owned(), target)]))),
        ],
    )
}

/// Reads a map literal of texts as table options hold them: `{'class': 'a', 'b': 'c'}`.
fn parse_map(literal: &str) -> BTreeMap<String, String> {
    let mut parts = literal.split('\'').skip(1).step_by(2).map(str::to_owned);
    let mut map = BTreeMap::new();
    while let (Some(key), Some(value)) = (parts.next(), parts.next()) {
        map.insert(key, value);
    }
    map
}
