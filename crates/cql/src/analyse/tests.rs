//! Plans: which partitions, rows, filters and index a statement becomes.

use std::sync::Arc;

use crate::parse;
use crate::plan::{
    Change, Condition, InValues, Modify, Operator, Partitions, Plan, Prepared, Rows, SchemaChange, Select, Term,
};
use crate::schema::{Keyspace, Schema};

const TABLES: [&str; 5] = [
    "CREATE TABLE ks.t (a int, b int, c int, d int, s int static, v int, m map<text, int>, PRIMARY KEY ((a, b), c, d)) \
     WITH CLUSTERING ORDER BY (c DESC, d ASC)",
    "CREATE INDEX by_v ON ks.t (v)",
    "CREATE INDEX by_m ON ks.t (entries(m))",
    "CREATE TABLE ks.n (k int PRIMARY KEY, n counter)",
    "CREATE TABLE ks.e (k int PRIMARY KEY, v int)",
];

fn schema() -> Schema {
    let mut schema = Schema::default();
    let keyspace = "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}";
    for cql in [keyspace].iter().chain(&TABLES) {
        let Plan::Schema(change) = analyse(&schema, cql).plan else { panic!("{cql} changes no schema") };
        match *change {
            SchemaChange::PutKeyspace { keyspace, .. } => {
                schema.keyspaces.insert(keyspace.name.clone(), keyspace);
            }
            SchemaChange::PutTable { table, .. } => {
                let keyspace: &mut Keyspace = Arc::make_mut(schema.keyspaces.get_mut("ks").expect("ks exists"));
                keyspace.tables.insert(table.name.clone(), table);
            }
            other => panic!("{other:?}"),
        }
    }
    schema
}

fn analyse(schema: &Schema, cql: &str) -> Prepared {
    let statement = parse::parse(cql).unwrap_or_else(|error| panic!("{cql}: {error}"));
    super::analyse(&statement, schema, Some("ks")).unwrap_or_else(|error| panic!("{cql}: {error}"))
}

fn select(cql: &str) -> Select {
    match analyse(&schema(), cql).plan {
        Plan::Select(select) => *select,
        other => panic!("{other:?}"),
    }
}

fn modify(cql: &str) -> Modify {
    match analyse(&schema(), cql).plan {
        Plan::Modify(modify) => *modify,
        other => panic!("{other:?}"),
    }
}

fn int(value: i32) -> Vec<u8> {
    value.to_be_bytes().to_vec()
}

/// The constants that a component may take.
fn constants(values: &InValues) -> Vec<Vec<u8>> {
    let InValues::Terms(terms) = values else { panic!("{values:?}") };
    let constant = |term: &Term| match term {
        Term::Constant(Some(bytes)) => bytes.clone(),
        other => panic!("{other:?}"),
    };
    terms.iter().map(constant).collect()
}

#[test]
fn keys_and_slices_become_intervals() {
    let plan =
        select("SELECT * FROM t WHERE b = 2 AND a IN (1, 3) AND c = 4 AND d > 5 AND d <= 6 ORDER BY c ASC, d DESC");
    let Partitions::Keys(keys) = &plan.partitions else { panic!("{:?}", plan.partitions) };
    assert_eq!(keys.iter().map(constants).collect::<Vec<_>>(), [vec![int(1), int(3)], vec![int(2)]]);
    let Rows::Prefix { equal, from: Some(from), to: Some(to) } = &plan.rows else { panic!("{:?}", plan.rows) };
    assert_eq!(equal.iter().map(constants).collect::<Vec<_>>(), [vec![int(4)]]);
    assert!(!from.inclusive && to.inclusive);
    assert!(plan.reversed && plan.merge_partitions && plan.clustering_restricted);
    assert!(plan.filters.is_empty() && plan.index.is_none());
}

#[test]
fn tuples_multiply_with_single_columns() {
    let plan = select("SELECT * FROM t WHERE a = 1 AND b = 2 AND (c, d) IN ((3, 4), (5, 6))");
    let Rows::Tuples { columns: 2, tuples } = &plan.rows else { panic!("{:?}", plan.rows) };
    // A tuple is its fields, each after a length of four bytes.
    let tuple = |first, second| [int(4), int(first), int(4), int(second)].concat();
    assert_eq!(constants(tuples), [tuple(3, 4), tuple(5, 6)]);
}

#[test]
fn an_index_answers_one_condition_and_the_rest_is_filtered() {
    let plan = select("SELECT * FROM t WHERE v = 7 AND m['x'] = 1 AND s > 2 ALLOW FILTERING");
    let index = plan.index.expect("an index");
    assert_eq!(index.index.name, "by_m", "the first column of the table that has one");
    assert!(matches!(plan.partitions, Partitions::Tokens { from: None, to: None }));
    let operators: Vec<Operator> = plan.filters.iter().map(|filter| filter.operator).collect();
    assert_eq!(operators, [Operator::Gt, Operator::Eq], "in the order of columns: s, then v");

    let entry = select("SELECT * FROM t WHERE m['x'] = 1").index.expect("an index");
    assert_eq!(entry.index.name, "by_m");
    let Term::Constant(Some(value)) = entry.value else { panic!("{:?}", entry.value) };
    assert_eq!(value, [int(1), b"x".to_vec(), int(4), int(1)].concat(), "key, then value, as a tuple");
}

#[test]
fn partial_keys_are_filtered_on_the_whole_range() {
    let plan = select("SELECT * FROM t WHERE a = 1 AND d = 3 ALLOW FILTERING");
    assert!(matches!(plan.partitions, Partitions::Tokens { from: None, to: None }));
    assert!(matches!(plan.rows, Rows::All));
    let columns: Vec<usize> = plan.filters.iter().map(|filter| filter.column).collect();
    assert_eq!(columns, [3, 0]);
}

#[test]
fn groups_count_the_fixed_columns_before_them() {
    assert_eq!(select("SELECT count(*) FROM t GROUP BY a, b").group_by, Some(2));
    assert_eq!(select("SELECT count(*) FROM t WHERE a = 1 AND b = 2 AND c = 3 GROUP BY d").group_by, Some(4));
    assert_eq!(select("SELECT count(*) FROM t WHERE a = 1 AND b = 2").group_by, None);
}

#[test]
fn modifications_say_which_rows() {
    assert!(matches!(modify("DELETE FROM t WHERE a = 1 AND b = 2").rows, Rows::All));
    assert!(matches!(&modify("DELETE FROM t WHERE a = 1 AND b = 2 AND c = 3").rows,
        Rows::Prefix { equal, from: None, to: None } if equal.len() == 1));
    assert!(matches!(&modify("DELETE FROM t WHERE a = 1 AND b = 2 AND c = 3 AND d < 4").rows,
        Rows::Prefix { equal, from: None, to: Some(_) } if equal.len() == 1));
    assert!(matches!(modify("INSERT INTO t (a, b, s) VALUES (1, 2, 3)").rows, Rows::All));
    let insert = modify("INSERT INTO t (a, b, c, d, v) VALUES (1, 2, 3, 4, null) IF NOT EXISTS");
    assert!(matches!(insert.condition, Condition::NotExists));
    assert!(matches!(insert.operations[0].change, Change::Set(Term::Constant(None))));
    let counter = modify("UPDATE n SET n = n - 2 WHERE k = 1");
    assert!(matches!(&counter.operations[0].change,
        Change::Increment { by: Term::Constant(Some(two)), negative: true } if *two == 2_i64.to_be_bytes()));
}

#[test]
fn dropped_columns_never_lend_their_number() {
    let mut schema = schema();
    let mut ids = Vec::new();
    for cql in ["ALTER TABLE e DROP v USING TIMESTAMP 5", "ALTER TABLE e ADD w int", "ALTER TABLE e ADD v int"] {
        let Plan::Schema(change) = analyse(&schema, cql).plan else { panic!("{cql}") };
        let SchemaChange::PutTable { table, created: false } = *change else { panic!("{cql}") };
        ids.push(table.columns.iter().map(|column| column.id).collect::<Vec<_>>());
        let keyspace: &mut Keyspace = Arc::make_mut(schema.keyspaces.get_mut("ks").expect("ks exists"));
        keyspace.tables.insert(table.name.clone(), table);
    }
    assert_eq!(ids, [vec![0], vec![0, 2], vec![0, 3, 2]]);
}

#[test]
fn what_is_out_of_scope_is_refused_by_name() {
    let cases = [
        ("CREATE MATERIALIZED VIEW w AS SELECT * FROM t PRIMARY KEY (a)", "Materialized views"),
        (
            "CREATE FUNCTION f (a int) RETURNS NULL ON NULL INPUT RETURNS int LANGUAGE java AS ''",
            "User-defined functions",
        ),
        ("CREATE CUSTOM INDEX ON t (v) USING 'StorageAttachedIndex'", "Storage-attached indexes (SAI)"),
        ("CREATE TABLE x (k int PRIMARY KEY) WITH COMPACT STORAGE", "COMPACT STORAGE"),
        ("CREATE TABLE x (k int PRIMARY KEY) WITH cdc = true", "Change data capture (cdc)"),
    ];
    for (cql, what) in cases {
        let statement = parse::parse(cql).unwrap_or_else(|error| panic!("{cql}: {error}"));
        let error = super::analyse(&statement, &schema(), Some("ks")).expect_err(cql);
        assert_eq!(error.to_string(), format!("{what} is not supported"));
    }
}
