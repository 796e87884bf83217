//! Schema objects as CQL text, as DESCRIBE of Cassandra 5.0 prints them.
//!
//! Follows `KeyspaceMetadata`, `TableMetadata`, `UserType` and `IndexMetadata.appendCqlTo`. What is
//! printed parses back to the same object.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::keyword::quote_name;
use crate::options::TABLE_OPTIONS;
use crate::schema::{Column, ColumnKind, Index, IndexTarget, Keyspace, Table};
use crate::types::UserType;

/// `CREATE KEYSPACE …;`
pub fn create_keyspace(keyspace: &Keyspace) -> String {
    format!(
        "CREATE KEYSPACE {} WITH replication = {}  AND durable_writes = {};",
        quote_name(&keyspace.name),
        replication(&keyspace.replication),
        keyspace.durable_writes
    )
}

/// The class first, then options by name (`ReplicationParams.appendCqlTo`); the package is left out.
fn replication(options: &BTreeMap<String, String>) -> String {
    let class = options.get("class").map_or("", String::as_str);
    let class = class.strip_prefix("org.apache.cassandra.locator.").unwrap_or(class);
    let mut text = format!("{{'class': '{class}'");
    for (name, value) in options.iter().filter(|(name, _)| *name != "class") {
        push(&mut text, format_args!(", '{name}': '{value}'"));
    }
    text.push('}');
    text
}

/// `CREATE TABLE …;`, without indexes.
pub fn create_table(table: &Table) -> String {
    let mut text = format!("CREATE TABLE {}.{} (\n", quote_name(&table.keyspace), quote_name(&table.name));
    let single_key = table.partition_key_len == 1 && table.clustering_len == 0;
    let columns = printed_columns(table);
    for (position, column) in columns.iter().enumerate() {
        let fixed = if column.kind == ColumnKind::Static { " static" } else { "" };
        let key = if single_key && position == 0 { " PRIMARY KEY" } else { "" };
        let last = if single_key && position + 1 == columns.len() { "" } else { "," };
        push(&mut text, format_args!("    {} {}{fixed}{key}{last}\n", quote_name(&column.name), column.ty));
    }
    if !single_key {
        push(&mut text, format_args!("    PRIMARY KEY ({})\n", primary_key(table)));
    }
    text.push_str(") WITH ");
    if table.clustering_len > 0 {
        let order: Vec<String> = table.clustering().iter().map(ordered).collect();
        push(&mut text, format_args!("CLUSTERING ORDER BY ({})\n    AND ", order.join(", ")));
    }
    text.push_str(&options(table));
    text.push(';');
    text
}

/// Keys in their order, then statics, then regulars; of each those of one cell first.
fn printed_columns(table: &Table) -> Vec<&Column> {
    let keys = table.partition_key().iter().chain(table.clustering());
    let mut values: Vec<&Column> = table.values().iter().collect();
    values.sort_by_key(|column| (column.kind != ColumnKind::Static, column.ty.is_multi_cell()));
    keys.chain(values).collect()
}

fn primary_key(table: &Table) -> String {
    let names =
        |columns: &[Column]| columns.iter().map(|column| quote_name(&column.name)).collect::<Vec<_>>().join(", ");
    let partition_key = names(table.partition_key());
    let mut text = if table.partition_key_len > 1 { format!("({partition_key})") } else { partition_key };
    if table.clustering_len > 0 {
        push(&mut text, format_args!(", {}", names(table.clustering())));
    }
    text
}

fn ordered(column: &Column) -> String {
    let descending = matches!(column.kind, ColumnKind::Clustering { descending: true });
    format!("{} {}", quote_name(&column.name), if descending { "DESC" } else { "ASC" })
}

fn options(table: &Table) -> String {
    let options = &table.options;
    let value = |name: &str| match name {
        "comment" => Some(format!("'{}'", options.comment.replace('\'', "''"))),
        "default_time_to_live" => Some(options.default_time_to_live.to_string()),
        "gc_grace_seconds" => Some(options.gc_grace_seconds.to_string()),
        _ => options.other.get(name).cloned(),
    };
    let printed = TABLE_OPTIONS.iter().filter_map(|name| Some(format!("{name} = {}", value(name)?)));
    printed.collect::<Vec<_>>().join("\n    AND ")
}

/// `CREATE TYPE …;`
pub fn create_type(ty: &UserType) -> String {
    let fields: Vec<String> = ty.fields.iter().map(|(name, ty)| format!("    {} {ty}", quote_name(name))).collect();
    format!("CREATE TYPE {}.{} (\n{}\n);", quote_name(&ty.keyspace), quote_name(&ty.name), fields.join(",\n"))
}

/// `CREATE INDEX …;`
pub fn create_index(table: &Table, index: &Index) -> String {
    let column = quote_name(&index.column);
    let target = match index.target {
        IndexTarget::Value => column,
        IndexTarget::Values => format!("values({column})"),
        IndexTarget::Keys => format!("keys({column})"),
        IndexTarget::Entries => format!("entries({column})"),
        IndexTarget::Full => format!("full({column})"),
    };
    let (keyspace, name) = (quote_name(&table.keyspace), quote_name(&table.name));
    format!("CREATE INDEX {} ON {keyspace}.{name} ({target});", quote_name(&index.name))
}

/// Writing to a `String` cannot fail.
fn push(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    let written = text.write_fmt(arguments);
    debug_assert!(written.is_ok(), "a String takes whatever is written");
}
