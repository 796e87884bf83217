//! Every statement of `verdicts/statements.cql` gets the verdict that Apache Cassandra 5.0.9 gave.
//!
//! `verdicts/verdicts.tsv` holds what the node answered: the protocol's error code and text, or `ok`.

use std::sync::Arc;

use quorate_cql::Error;
use quorate_cql::plan::{Plan, Prepared, SchemaChange};
use quorate_cql::schema::{Keyspace, Schema};

const STATEMENTS: &str = include_str!("verdicts/statements.cql");
const VERDICTS: &str = include_str!("verdicts/verdicts.tsv");

#[test]
fn verdicts_are_cassandras() {
    let mut schema = Schema::default();
    apply(&mut schema, "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
    let (setup, _) = STATEMENTS.split_once("\n\n").expect("a blank line behind the schema");
    for cql in setup.lines().skip(1) {
        apply(&mut schema, cql);
    }
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in VERDICTS.lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.splitn(3, '\t');
        let (Some(code), Some(text), Some(cql)) = (fields.next(), fields.next(), fields.next()) else {
            panic!("no three fields: {line}");
        };
        count += 1;
        let (our_code, our_text) = match analyse(&schema, cql) {
            Ok(_) => ("ok".to_owned(), String::new()),
            Err(error) => (format!("{:04x}", error.code()), error.to_string()),
        };
        if (our_code.as_str(), ordered(&our_text)) != (code, ordered(text)) {
            wrong.push(format!("{cql}\n  Cassandra: {code} {text}\n  here:      {our_code} {our_text}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {count} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// Cassandra lists signatures of functions in the order of a hash table: here they are sorted.
fn ordered(text: &str) -> String {
    match text.split_once("signatures: ") {
        Some((before, list)) => {
            let mut signatures: Vec<&str> = list.trim_end_matches(')').split(", system.").collect();
            signatures.iter_mut().for_each(|signature| *signature = signature.trim_start_matches("system."));
            signatures.sort_unstable();
            format!("{before}{}", signatures.join(", "))
        }
        None => text.to_owned(),
    }
}

fn analyse(schema: &Schema, cql: &str) -> Result<Prepared, Error> {
    quorate_cql::analyse(&quorate_cql::parse(cql)?, schema, Some("ks"))
}

fn apply(schema: &mut Schema, cql: &str) {
    let prepared = analyse(schema, cql).unwrap_or_else(|error| panic!("{cql}: {error}"));
    let Plan::Schema(change) = prepared.plan else { panic!("{cql} changes no schema") };
    let mut edit = |name: &str, change: &dyn Fn(&mut Keyspace)| {
        change(Arc::make_mut(schema.keyspaces.get_mut(name).expect("the keyspace exists")));
    };
    match *change {
        SchemaChange::PutKeyspace { keyspace, .. } => drop(schema.keyspaces.insert(keyspace.name.clone(), keyspace)),
        SchemaChange::PutTable { table, .. } => edit(&table.keyspace, &|keyspace| {
            keyspace.tables.insert(table.name.clone(), Arc::clone(&table));
        }),
        SchemaChange::PutType { definition, .. } => edit(&definition.keyspace, &|keyspace| {
            keyspace.types.insert(definition.name.clone(), Arc::clone(&definition));
        }),
        other => panic!("{cql}: {other:?}"),
    }
}
