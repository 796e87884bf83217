//! Outlines of statements that are easy to mistake.

use super::*;
use crate::codec::TableSpec;

fn marker(name: &'static str, ty: ColumnType<'static>) -> ColumnSpec<'static> {
    ColumnSpec::borrowed(name, ty, TableSpec::borrowed("k", "t"))
}

fn list() -> ColumnType<'static> {
    ColumnType::Collection { frozen: false, typ: CollectionType::List(Box::new(ColumnType::Native(NativeType::Int))) }
}

fn set() -> ColumnType<'static> {
    ColumnType::Collection { frozen: false, typ: CollectionType::Set(Box::new(ColumnType::Native(NativeType::Int))) }
}

#[test]
fn verb_is_found_behind_comments() {
    assert_eq!(Outline::of("-- DROP\n/* x */ // y\n select * from t").verb, Verb::Select);
    assert_eq!(Outline::of("BEGIN UNLOGGED BATCH").verb, Verb::Modify);
    assert_eq!(Outline::of("USE k").verb, Verb::Other);
    assert_eq!(Outline::of("").verb, Verb::Other);
}

#[test]
fn if_counts_only_as_keyword_of_a_modification() {
    assert!(Outline::of("UPDATE t SET a = 1 WHERE k = 1 IF EXISTS").conditional);
    assert!(!Outline::of("UPDATE t SET a = ' IF ''IF' WHERE k = 1 -- IF").conditional);
    assert!(!Outline::of("UPDATE t SET \"IF\" = $$ IF $$ WHERE k = 1").conditional);
    assert!(!Outline::of("CREATE TABLE IF NOT EXISTS k.t (a int PRIMARY KEY)").conditional);
}

#[test]
fn classes_are_checked() {
    Outline::of("SELECT a FROM t").check(Class::SerialRead).unwrap();
    assert!(matches!(Outline::of("SELECT a FROM t").check(Class::Write), Err(Error::Invalid { .. })));
    assert!(matches!(
        Outline::of("INSERT INTO t (a) VALUES (1) IF NOT EXISTS").check(Class::Write),
        Err(Error::Invalid { .. })
    ));
    assert!(matches!(Outline::of("TRUNCATE t").check(Class::Write), Err(Error::Invalid { .. })));
}

#[test]
fn repeatable_unless_something_grows_or_varies() {
    let plain = Outline::of("UPDATE t SET s = s + ? WHERE k = ?");
    assert!(plain.is_repeatable(&[marker("s", set())]));
    assert!(!plain.is_repeatable(&[marker("s", list())]));
    assert!(!plain.is_repeatable(&[marker("s", ColumnType::Native(NativeType::Counter))]));
    assert!(Outline::of("UPDATE t SET l = ? WHERE k = ?").is_repeatable(&[marker("l", list())]));
    assert!(Outline::of("UPDATE t SET l = l - ? WHERE k = ?").is_repeatable(&[marker("l", list())]));
    assert!(!Outline::of("UPDATE t SET l = l + [1] WHERE k = 1").is_repeatable(&[]));
    assert!(!Outline::of("UPDATE t SET l = [1] + l WHERE k = 1").is_repeatable(&[]));
    assert!(!Outline::of("INSERT INTO t (k) VALUES (uuid ())").is_repeatable(&[]));
    assert!(!Outline::of("INSERT INTO t (k) VALUES (NOW())").is_repeatable(&[]));
    assert!(Outline::of("INSERT INTO t (k, uuid) VALUES (?, 'now()')").is_repeatable(&[]));
    assert!(
        !Outline::of("DELETE l[?] FROM t WHERE k = ?")
            .is_repeatable(&[marker("idx(l)", ColumnType::Native(NativeType::Int))])
    );
}
