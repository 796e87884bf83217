//! Schema objects print as `DESCRIBE` of Apache Cassandra 5.0.9 prints them.
//!
//! `describe/statements.cql` makes the objects, `describe/described.txt` is what the node answered.

use std::collections::BTreeMap;
use std::sync::Arc;

use quorate_cql::plan::{Description, Plan, SchemaChange};
use quorate_cql::print;
use quorate_cql::schema::{Keyspace, Schema};

const STATEMENTS: &str = include_str!("describe/statements.cql");
const DESCRIBED: &str = include_str!("describe/described.txt");

#[test]
fn objects_print_as_cassandra_describes_them() {
    let schema = schema_of(STATEMENTS.lines());
    let printed = print_all(&schema);
    let mut blocks = 0;
    for block in DESCRIBED.split("-- ").skip(1) {
        let (name, text) = block.split_once('\n').expect("a name and a text");
        assert_eq!(printed.get(name).map(String::as_str), Some(text.trim_end()), "DESCRIBE {name}");
        blocks += 1;
    }
    assert_eq!(blocks, 13);
}

/// The statement answers what the node answered to it, the object itself first.
#[test]
fn describe_answers_the_text() {
    let schema = schema_of(STATEMENTS.lines());
    for block in DESCRIBED.split("-- ").skip(1) {
        let (name, text) = block.split_once('\n').expect("a name and a text");
        let rows = described(&schema, &format!("DESCRIBE {name}"), None).expect("it exists");
        assert_eq!(rows[0][3], text.trim_end(), "DESCRIBE {name}");
    }
}

/// Texts of `cql3/statements/DescribeStatement.java`.
#[test]
fn what_is_not_there_is_named() {
    let schema = schema_of(STATEMENTS.lines());
    let keyspace = schema.keyspaces.keys().next().expect("a keyspace").as_str();
    for (what, message) in [
        ("KEYSPACE nowhere", "'nowhere' not found in keyspaces".to_owned()),
        ("KEYSPACE", "No keyspace specified and no current keyspace".to_owned()),
        ("nowhere", "'nowhere' not found in keyspaces".to_owned()),
        (&format!("TABLE {keyspace}.x"), format!("Table 'x' not found in keyspace '{keyspace}'")),
        (&format!("TYPE {keyspace}.x"), format!("User defined type 'x' not found in '{keyspace}'")),
        (&format!("INDEX {keyspace}.x"), format!("Table for existing index 'x' not found in '{keyspace}'")),
        (&format!("{keyspace}.x"), format!("'x' not found in keyspace '{keyspace}'")),
    ] {
        let error = described(&schema, &format!("DESCRIBE {what}"), None).expect_err("there is none");
        assert_eq!((error.code(), error.to_string()), (0x2200, message), "DESCRIBE {what}");
    }
}

/// The rows of a DESCRIBE.
fn described(schema: &Schema, cql: &str, keyspace: Option<&str>) -> Result<Vec<Vec<String>>, quorate_cql::Error> {
    let statement = quorate_cql::parse(cql).unwrap_or_else(|error| panic!("{cql}: {error}"));
    match quorate_cql::analyse(&statement, schema, keyspace)?.plan {
        Plan::Describe(Description::Rows(rows)) => Ok(rows),
        other => panic!("{cql}: {other:?}"),
    }
}

/// What is printed makes the same objects again.
#[test]
fn printed_text_reads_back() {
    let schema = schema_of(STATEMENTS.lines());
    let printed = print_all(&schema);
    let order = ["ONLY KEYSPACE", "TYPE", "TABLE", "INDEX"];
    let statements = order.iter().flat_map(|kind| printed.iter().filter(move |(name, _)| name.starts_with(kind)));
    let again = schema_of(statements.map(|(_, text)| text.as_str()));
    assert_eq!(print_all(&again), printed);
}

fn print_all(schema: &Schema) -> BTreeMap<String, String> {
    let mut printed = BTreeMap::new();
    for keyspace in schema.keyspaces.values() {
        let name = &keyspace.name;
        printed.insert(format!("ONLY KEYSPACE {name}"), print::create_keyspace(keyspace));
        for ty in keyspace.types.values() {
            printed.insert(format!("TYPE {name}.{}", ty.name), print::create_type(ty));
        }
        for table in keyspace.tables.values() {
            printed.insert(format!("TABLE {name}.{}", table.name), print::create_table(table));
            for index in table.indexes.values() {
                printed.insert(format!("INDEX {name}.{}", index.name), print::create_index(table, index));
            }
        }
    }
    printed
}

fn schema_of<'a>(statements: impl Iterator<Item = &'a str>) -> Schema {
    let mut schema = Schema::default();
    for cql in statements {
        let statement = quorate_cql::parse(cql).unwrap_or_else(|error| panic!("{cql}: {error}"));
        let prepared = quorate_cql::analyse(&statement, &schema, None).unwrap_or_else(|error| panic!("{cql}: {error}"));
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
