//! Every statement of `verdicts/statements.cql` gets the verdict that Apache Cassandra 5.0.9 gave.
//!
//! `verdicts/verdicts.tsv` holds what the node answered: the protocol's error code and text, or `ok`.

use std::sync::Arc;

use quorate_cql::Error;
use quorate_cql::plan::{Plan, Prepared, SchemaChange};
use quorate_cql::schema::{Keyspace, Schema};

const STATEMENTS: &str = include_str!("verdicts/statements.cql");
const VERDICTS: &str = include_str!("verdicts/verdicts.tsv");

/// Statements of the source documents in their order: each is applied to the schema where it was accepted.
const DOCUMENTS: &str = include_str!("verdicts/documents.tsv");

#[test]
fn verdicts_are_cassandras() {
    let mut schema = Schema::default();
    apply(&mut schema, "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
    let (setup, _) = STATEMENTS.split_once("\n\n").expect("a blank line behind the schema");
    for cql in setup.lines().skip(1) {
        apply(&mut schema, cql);
    }
    compare(&mut schema, VERDICTS, false);
}

#[test]
fn the_source_documents_get_cassandras_verdicts() {
    let mut schema = Schema::default();
    apply(&mut schema, "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
    compare(&mut schema, DOCUMENTS, true);
}

fn compare(schema: &mut Schema, verdicts: &str, keep: bool) {
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in verdicts.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.splitn(3, '\t').collect();
        let [code, text, cql] = fields[..] else { panic!("no three fields: {line}") };
        count += 1;
        let verdict = analyse(schema, cql);
        let (our_code, our_text) = match &verdict {
            Ok(_) => ("ok".to_owned(), String::new()),
            Err(error) => (format!("{:04x}", error.code()), error.to_string()),
        };
        if (our_code.as_str(), ordered(&our_text)) != (code, ordered(text)) {
            wrong.push(format!("{cql}\n  Cassandra: {code} {text}\n  here:      {our_code} {our_text}"));
        } else if keep && cql.starts_with("CREATE") && verdict.is_ok() {
            apply(schema, cql);
        }
    }
    assert!(count > 50, "{count} verdicts only");
    assert!(wrong.is_empty(), "{} of {count} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// Cassandra lists signatures of functions in the order of a hash table: here they are sorted.
fn ordered(text: &str) -> String {
    match text.split_once("signatures: ") {
        Some((before, list)) => {
            let mut signatures: Vec<&str> = list.trim_end_matches(')').split(", system.").collect();
            for signature in &mut signatures {
                *signature = signature.trim_start_matches("system.");
            }
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
