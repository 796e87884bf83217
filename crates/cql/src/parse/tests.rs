//! The grammar: what parses, what does not, and that nothing makes the parser panic.

use super::{parse, parse_script};
use crate::ast::{Action, Assigned, Condition, Relation, Selector, Statement, Term};

/// Statements in the forms of Cassandra's `Parser.g` and of its `test/unit/org/apache/cassandra/cql3`.
const ACCEPTED: &[&str] = &[
    "SELECT * FROM ks.t",
    "select json a, b as c, count(*), writetime(a), ttl(b), maxwritetime(m['k']) from t where a = ? and b in (1, 2) \
     group by a, b order by b desc per partition limit 2 limit ? allow filtering;",
    "SELECT json FROM t",
    "SELECT JSON * FROM t",
    "SELECT JSON DISTINCT k FROM t",
    "SELECT distinct FROM t",
    "SELECT distinct, json FROM t",
    "SELECT DISTINCT k, s FROM t",
    "SELECT a.b.c, m[1], m[1..2], m[..2], m[1..], (a), (int) ?, (a, b), [a, 1], {a, 2}, {a: 1}, -a, a + b * -3 % 2 FROM t",
    "SELECT cast(a AS text), toDate(now()), ks.f(a), token(a, b), \"F\"(a) FROM t",
    "SELECT * FROM t WHERE token(a, b) > ? AND token(a, b) <= -9223372036854775808",
    "SELECT * FROM t WHERE (a, b) > (1, 2) AND (a) <= (?) AND (a, b) IN ((1, 2), (3, 4)) AND (b, c) IN ?",
    "SELECT * FROM t WHERE (a = 1) AND ((b) = (1)) AND c CONTAINS 1 AND m CONTAINS KEY 'x' AND m['a'] = 1",
    "SELECT * FROM t WHERE a LIKE 'x%' AND b IS NOT NULL AND expr(idx, 'q')",
    "SELECT * FROM t ORDER BY v ANN OF [1.0, 2.0] LIMIT 3",
    "INSERT INTO t (a, b) VALUES (1, 'it''s') IF NOT EXISTS USING TTL ? AND TIMESTAMP 12",
    "INSERT INTO t (a, \"B\", key, \"\") VALUES ($$it's$$, 0xCAFE, {1, 2}, {'a': 1})",
    "INSERT INTO t (a) VALUES ({street: 'x', zip: {code: 1}})",
    "INSERT INTO t (a) VALUES ((1, 'a', [1.5, -2e10, NaN, -Infinity]))",
    "INSERT INTO t (a) VALUES (P1Y2M3DT4H5M6S)",
    "INSERT INTO t (a, b) VALUES (1y2mo3w4d5h6m7s8ms9us10ns, -1h30m)",
    "INSERT INTO t (a) VALUES (6bddc89a-5644-11e4-97fc-56847afe9799)",
    "INSERT INTO t (a) VALUES ((int) 3)",
    "INSERT INTO t (a) VALUES (cast(1 AS bigint))",
    "INSERT INTO t JSON '{\"a\": 1}' DEFAULT UNSET IF NOT EXISTS",
    "INSERT INTO t JSON ? DEFAULT NULL USING TIMESTAMP :ts",
    "UPDATE t USING TIMESTAMP ? AND TTL 10 SET a = a + 1, b = b - {1}, c = [1] + c, d['k'] = ?, e.f = 2, g += 1, h -= 2 \
     WHERE k = 1 AND c IN ? IF a = 1 AND b IN (1, 2) AND d['x'] != null AND e.f > 1",
    "UPDATE t SET a = a -3 WHERE k = 0 IF EXISTS",
    "UPDATE t SET a = 1 WHERE k = 0 IF exists = 1",
    "DELETE FROM t WHERE k = 0",
    "DELETE a, b[1], c.d FROM t USING TIMESTAMP 1 WHERE k = 0 AND c >= 1 IF EXISTS",
    "BEGIN BATCH USING TIMESTAMP 1 INSERT INTO t (a) VALUES (1); UPDATE t SET a = 1 WHERE k = 1 DELETE FROM t WHERE k = 2; APPLY BATCH;",
    "BEGIN UNLOGGED BATCH APPLY BATCH",
    "BEGIN COUNTER BATCH UPDATE t SET c = c + 1 WHERE k = 1; APPLY BATCH",
    "USE \"Ks\"",
    "TRUNCATE TABLE ks.t",
    "TRUNCATE t",
    "CREATE KEYSPACE IF NOT EXISTS ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1} AND durable_writes = false",
    "CREATE TABLE ks.t (a int, b text STATIC, c map<text, frozen<list<int>>>, d tuple<int, text>, e frozen<u>, f vector<float, 3>, \
     PRIMARY KEY ((a, b), c, d)) WITH CLUSTERING ORDER BY (c DESC, d ASC) AND comment = 'x' AND compaction = {'class': 'LCS'}",
    "CREATE TABLE t (a int PRIMARY KEY, ts timestamp, text text, key int, type text, values int, list list<int>,)",
    "CREATE COLUMNFAMILY t (a int PRIMARY KEY) WITH COMPACT STORAGE",
    "CREATE TABLE t (a int PRIMARY KEY, b text MASKED WITH mask_inner(1, null), c text MASKED WITH DEFAULT)",
    "ALTER TABLE t ADD a int",
    "ALTER TABLE IF EXISTS t ADD IF NOT EXISTS (a int, b text static)",
    "ALTER TABLE t DROP (a, b) USING TIMESTAMP 10",
    "ALTER TABLE t RENAME a TO b AND c TO d",
    "ALTER TABLE t ALTER a TYPE int",
    "ALTER TABLE t WITH gc_grace_seconds = 0 AND caching = {'keys': 'ALL'}",
    "DROP TABLE IF EXISTS ks.t",
    "CREATE TYPE IF NOT EXISTS ks.ty (a int, b frozen<list<text>>)",
    "ALTER TYPE ty ADD a int",
    "ALTER TYPE ty RENAME a TO b AND c TO d",
    "DROP TYPE ks.ty",
    "CREATE INDEX ON t (a)",
    "CREATE INDEX IF NOT EXISTS i ON ks.t (keys(m)) USING 'sai' WITH OPTIONS = {'a': 'b'}",
    "CREATE CUSTOM INDEX i ON t (entries(m)) USING 'StorageAttachedIndex'",
    "DROP INDEX IF EXISTS ks.i",
    "CREATE ROLE IF NOT EXISTS r WITH PASSWORD = 'x' AND LOGIN = true AND SUPERUSER = false AND OPTIONS = {'a': 'b'} \
     AND ACCESS TO DATACENTERS {'dc1', 'dc2'} AND ACCESS FROM ALL CIDRS",
    "ALTER ROLE r WITH HASHED PASSWORD = 'x'",
    "CREATE USER u WITH PASSWORD 'p' SUPERUSER",
    "DROP ROLE IF EXISTS r",
    "GRANT SELECT, MODIFY PERMISSION ON KEYSPACE ks TO r",
    "GRANT ALL PERMISSIONS ON ALL KEYSPACES TO r",
    "GRANT SELECT ON ks.t TO 'a b'",
    "GRANT EXECUTE ON FUNCTION ks.f(int, text) TO r",
    "GRANT a TO b",
    "REVOKE DESCRIBE ON ALL ROLES FROM r",
    "LIST ALL PERMISSIONS ON TABLE t OF r NORECURSIVE",
    "LIST ROLES OF r NORECURSIVE",
    "LIST USERS",
    "DESCRIBE KEYSPACE ks",
    "DESC FULL SCHEMA WITH INTERNALS",
    "DESCRIBE ks.t",
    "DESCRIBE TABLES",
    "CREATE OR REPLACE FUNCTION f (a int) CALLED ON NULL INPUT RETURNS int LANGUAGE java AS 'return a;'",
    "CREATE MATERIALIZED VIEW v AS SELECT * FROM t WHERE a IS NOT NULL PRIMARY KEY (a)",
    "DROP AGGREGATE IF EXISTS a",
    "CREATE TRIGGER x ON t USING 'c'",
    "SELECT * /* all */ FROM t -- comment\n WHERE a = 1 // more",
];

#[test]
fn cassandras_forms_parse() {
    for cql in ACCEPTED {
        if let Err(error) = parse(cql) {
            panic!("{cql}: {error}");
        }
    }
}

/// Texts recorded from Apache Cassandra 5.0.9.
#[test]
fn what_is_no_cql_is_refused_in_cassandras_words() {
    let cases = [
        (
            "SELECT * FROM ks.t GARBAGE foo bar baz",
            "line 1:19 mismatched input 'GARBAGE' expecting EOF (SELECT * FROM ks.t [GARBAGE]...)",
        ),
        (
            "SELECT * FROM ks.t WHERE k = 1 LIMITT 5 ALLOW FILTERING",
            "line 1:31 no viable alternative at input 'LIMITT' (...t WHERE k = 1 [LIMITT]...)",
        ),
        ("SELEC * FROM ks.t", "line 1:0 no viable alternative at input 'SELEC' ([SELEC]...)"),
        ("SELECT * FORM ks.t", "line 1:9 mismatched input 'FORM' expecting K_FROM (SELECT * [FORM]...)"),
        ("SELECT FROM ks.t", "line 1:7 no viable alternative at input 'FROM' (SELECT [FROM]...)"),
        ("SELECT * FROM ks.t WHERE", "line 0:-1 no viable alternative at input '<EOF>'"),
        ("SELECT * FROM ks.t WHERE k 1", "line 1:27 no viable alternative at input '1' (...* FROM ks.t WHERE [k] 1)"),
        (
            "INSERT INTO ks.t (k, v VALUES (1, 2)",
            "line 1:23 mismatched input 'VALUES' expecting ')' (...ks.t (k, v [VALUES]...)",
        ),
        (
            "INSERT INTO ks.t (k, v) VALUES (a, 2)",
            "line 1:33 no viable alternative at input ',' (...(k, v) VALUES ([a],...)",
        ),
        (
            "INSERT INTO ks.t (k, v) VALUE (1, 2)",
            "line 1:24 mismatched input 'VALUE' expecting K_VALUES (....t (k, v) [VALUE]...)",
        ),
        ("UPDATE ks.t v = 1 WHERE k = 1", "line 1:12 mismatched input 'v' expecting K_SET (UPDATE ks.t [v]...)"),
        ("UPDATE ks.t SET v = 1", "line 0:-1 mismatched input '<EOF>' expecting K_WHERE"),
        ("DELETE * FROM ks.t WHERE k = 1", "line 1:7 mismatched input '*' expecting K_FROM (DELETE [*]...)"),
        (
            "CREATE TABLE ks.x (k int PRIMARY, v int)",
            "line 1:32 mismatched input ',' expecting K_KEY (...ks.x (k int PRIMARY[,]...)",
        ),
        (
            "CREATE TABLE ks.x (select int PRIMARY KEY)",
            "line 1:19 no viable alternative at input 'select' (CREATE TABLE ks.x ([select]...)",
        ),
        ("CREATE TABEL ks.x (k int)", "line 1:7 no viable alternative at input 'TABEL' ([CREATE] TABEL...)"),
        ("DROP ks.t", "line 1:5 no viable alternative at input 'ks' ([DROP] ks...)"),
        ("SELECT a b FROM ks.t", "line 1:9 no viable alternative at input 'b' (SELECT [a] b...)"),
        (
            "SELECT * FROM ks.t WHERE k = 1 ORDER c1",
            "line 1:37 mismatched input 'c1' expecting K_BY (...WHERE k = 1 ORDER [c1])",
        ),
        (
            "SELECT * FROM ks.t WHERE tx_date > CURRENT_DATE AND tx_date < (CURRENT_DATE + INTERVAL '1 month')",
            "line 1:48 no viable alternative at input 'AND' (...ks.t WHERE tx_date > [CURRENT_DATE] AND...)",
        ),
        ("SELECT * FROM ks.t WHERE a = 'unterminated", "line 1:42 mismatched character '<EOF>' expecting '''"),
    ];
    for (cql, text) in cases {
        assert_eq!(parse(cql).expect_err(cql).to_string(), text, "{cql}");
    }
}

/// Texts of `Parser.g`'s own refusals.
#[test]
fn rules_beyond_the_grammar_have_cassandras_text() {
    let cases = [
        ("UPDATE t SET a = 1, a = 2 WHERE k = 0", "Multiple incompatible setting of column a"),
        ("UPDATE t SET a = b + 1 WHERE k = 0", "Only expressions of the form X = X +<value> are supported."),
        ("UPDATE t SET a = [1] + b WHERE k = 0", "Only expressions of the form X = <value> + X are supported."),
        ("SELECT * FROM ?", "Bind variables cannot be used for table names"),
        ("CREATE TYPE date (a int)", "Invalid (reserved) user type name date"),
        (
            "CREATE KEYSPACE k WITH replication = {'class': ?}",
            "Invalid property value: ? for property: 'class' (bind variables are not supported in DDL queries)",
        ),
    ];
    for (cql, text) in cases {
        assert_eq!(parse(cql).expect_err(cql).to_string(), text, "{cql}");
    }
}

#[test]
fn bind_variables_are_numbered_in_the_order_of_the_text() {
    let cql = "UPDATE t USING TTL ? SET a = ? WHERE k = :k IF b = ?";
    let Ok(Statement::Modify(modify)) = parse(cql) else { panic!("no modification") };
    assert!(matches!(&modify.ttl, Some(Term::Marker(marker)) if marker.index == 0));
    let Action::Update { assignments, relations } = &modify.action else { panic!("no update") };
    assert!(matches!(&assignments[0].value, Assigned::Value(Term::Marker(marker)) if marker.index == 1));
    assert!(matches!(&relations[0], Relation::Single { value: Term::Marker(marker), .. }
        if marker.index == 2 && marker.name.as_deref() == Some("k")));
    assert!(matches!(&modify.condition, Condition::Columns(conditions) if conditions.len() == 1));
}

#[test]
fn names_fold_unless_quoted() {
    let Ok(Statement::Select(select)) = parse("SELECT Abc, \"Abc\", \"a\"\"b\" FROM T") else { panic!("no select") };
    let names: Vec<_> = select
        .selectors
        .iter()
        .map(|selected| match &selected.selector {
            Selector::Column(name) => name.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(names, ["abc", "Abc", "a\"b"]);
    assert_eq!(select.table.name, "t");
}

#[test]
fn scripts_go_on_behind_an_error() {
    let script = "USE a; SELEC b; BEGIN BATCH INSERT INTO t (a) VALUES (1); APPLY BATCH;\n-- end\nUSE c";
    let results: Vec<_> = parse_script(script).map(|(span, result)| (&script[span], result.is_ok())).collect();
    assert_eq!(
        results,
        [
            ("USE a", true),
            ("SELEC b", false),
            ("BEGIN BATCH INSERT INTO t (a) VALUES (1); APPLY BATCH", true),
            ("USE c", true)
        ]
    );
}

#[test]
fn deep_nesting_is_refused_without_exhausting_the_stack() {
    for (open, close) in [("(", ")"), ("[", "]"), ("{", "}"), ("f(", ")"), ("-", ""), ("(int)", "")] {
        let deep = 50_000;
        let term = format!("{}1{}", open.repeat(deep), close.repeat(deep));
        parse(&format!("INSERT INTO t (a) VALUES ({term})")).unwrap_err();
        parse(&format!("SELECT {term} FROM t")).unwrap_err();
    }
    parse(&format!("CREATE TABLE t (a {}int{})", "list<".repeat(50_000), ">".repeat(50_000))).unwrap_err();
    parse(&format!("SELECT a{} FROM t", ".b".repeat(50_000))).unwrap_err();
    parse(&format!("SELECT a{} FROM t", "+ 1".repeat(50_000))).unwrap_err();
    parse(&format!("SELECT * FROM t WHERE {}a = 1{}", "(".repeat(50_000), ")".repeat(50_000))).unwrap_err();
}

/// Every accepted statement, with bytes removed, doubled, replaced and tokens swapped.
#[test]
fn mutated_statements_never_panic() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap_or(0)
    };
    let alphabet: Vec<char> = "()[]{}<>'\"$?:;.,=+-*/%_aZ09µ\u{0}\n é".chars().collect();
    let mut accepted = 0;
    for round in 0..40_000 {
        let mut text: Vec<char> = ACCEPTED[round % ACCEPTED.len()].chars().collect();
        for _ in 0..=random(3) {
            if text.is_empty() {
                break;
            }
            let at = random(text.len());
            match random(4) {
                0 => drop(text.remove(at)),
                1 => text.insert(at, alphabet[random(alphabet.len())]),
                2 => text[at] = alphabet[random(alphabet.len())],
                _ => text.truncate(at.max(1)),
            }
        }
        let text: String = text.into_iter().collect();
        accepted += usize::from(parse(&text).is_ok());
        for (span, _) in parse_script(&text) {
            assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end));
        }
    }
    assert!(accepted > 1_000, "mutations should leave some statements whole: {accepted}");
}
