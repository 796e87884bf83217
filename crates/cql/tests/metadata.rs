//! What PREPARE answers: variables with their types, those that bind the partition key, result columns.
//!
//! `metadata/metadata.tsv` is what Apache Cassandra 5.0.9 answered, types without `frozen<>` and text for varchar.

use std::sync::Arc;

use quorate_cql::plan::{ColumnSpec, Plan, SchemaChange};
use quorate_cql::schema::{Keyspace, Schema};

const SCHEMA: &str = include_str!("verdicts/statements.cql");
const METADATA: &str = include_str!("metadata/metadata.tsv");

#[test]
fn metadata_is_cassandras() {
    let schema = schema();
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in METADATA.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.splitn(4, '\t').collect();
        let [variables, key, columns, cql] = fields[..] else { panic!("no four fields: {line}") };
        count += 1;
        let statement = quorate_cql::parse(cql).unwrap_or_else(|error| panic!("{cql}: {error}"));
        let prepared = match quorate_cql::analyse(&statement, &schema, Some("ks")) {
            Ok(prepared) => prepared,
            Err(error) => {
                wrong.push(format!("{cql}\n  {error}"));
                continue;
            }
        };
        let key_variables: Vec<String> = prepared.partition_key_variables.iter().map(u16::to_string).collect();
        // A node describes the answer of a conditional statement only when it executes it.
        let conditional = matches!(prepared.columns.first(), Some(first) if first.name == "[applied]");
        let answered: &[ColumnSpec] = if conditional { &[] } else { &prepared.columns };
        let ours = [show(&prepared.variables), key_variables.join(" "), show(answered)];
        if ours != [variables, key, columns] {
            wrong.push(format!(
                "{cql}\n  Cassandra: {variables} | {key} | {columns}\n  here:      {}",
                ours.join(" | ")
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {count} differ:\n{}", wrong.len(), wrong.join("\n"));
}

fn show(specs: &[ColumnSpec]) -> String {
    let shown: Vec<String> =
        specs.iter().map(|spec| format!("{} {}", spec.name, thawed(&spec.ty.to_string()))).collect();
    shown.join("; ")
}

/// The type's text without `frozen<…>`.
fn thawed(ty: &str) -> String {
    let mut text = ty.to_owned();
    while let Some(start) = text.find("frozen<") {
        let mut depth = 0;
        let inside = start + "frozen<".len();
        let end = text[inside - 1..].char_indices().find_map(|(at, character)| {
            depth += i32::from(character == '<') - i32::from(character == '>');
            (depth == 0).then_some(inside - 1 + at)
        });
        let end = end.expect("brackets are balanced");
        text = format!("{}{}{}", &text[..start], &text[inside..end], &text[end + 1..]);
    }
    text
}

fn schema() -> Schema {
    let mut schema = Schema::default();
    let keyspace = "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}";
    let quoted = "CREATE TABLE ks.q (k int PRIMARY KEY, v int, \"Q\" int)";
    let (tables, _) = SCHEMA.split_once("\n\n").expect("a blank line behind the schema");
    for cql in [keyspace].into_iter().chain(tables.lines().skip(1)).chain([quoted]) {
        let statement = quorate_cql::parse(cql).unwrap_or_else(|error| panic!("{cql}: {error}"));
        let prepared =
            quorate_cql::analyse(&statement, &schema, Some("ks")).unwrap_or_else(|error| panic!("{cql}: {error}"));
        let Plan::Schema(change) = prepared.plan else { panic!("{cql} changes no schema") };
        let mut edit = |name: &str, change: &dyn Fn(&mut Keyspace)| {
            change(Arc::make_mut(schema.keyspaces.get_mut(name).expect("the keyspace exists")));
        };
        match *change {
            SchemaChange::PutKeyspace { keyspace, .. } => {
                schema.keyspaces.insert(keyspace.name.clone(), keyspace);
            }
            SchemaChange::PutTable { table, .. } => edit(&table.keyspace, &|keyspace| {
                keyspace.tables.insert(table.name.clone(), Arc::clone(&table));
            }),
            SchemaChange::PutType { definition, .. } => edit(&definition.keyspace, &|keyspace| {
                keyspace.types.insert(definition.name.clone(), Arc::clone(&definition));
            }),
            other => panic!("{cql}: {other:?}"),
        }
    }
    schema
}
