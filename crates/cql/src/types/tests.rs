//! Names of types as Cassandra prints them.

use std::sync::Arc;

use crate::types::{CqlType, UserType};

#[test]
fn types_print_as_in_system_schema() {
    let list = |element, frozen| CqlType::List { element: Arc::new(element), frozen };
    let person = |frozen| CqlType::Udt {
        definition: Arc::new(UserType { keyspace: "ks".to_owned(), name: "Person".to_owned(), fields: Vec::new() }),
        frozen,
    };
    let map = |frozen| CqlType::Map { key: Arc::new(CqlType::Text), value: Arc::new(CqlType::Int), frozen };
    // CQL3Type.toString of the same types in Apache Cassandra 5.0.
    for (ty, expected) in [
        (CqlType::Text, "text"),
        (list(CqlType::Int, false), "list<int>"),
        (list(CqlType::Int, true), "frozen<list<int>>"),
        (list(list(CqlType::Int, true), false), "list<frozen<list<int>>>"),
        (list(map(false), true), "frozen<list<frozen<map<text, int>>>>"),
        (person(false), "\"Person\""),
        (list(person(true), false), "list<frozen<\"Person\">>"),
        (CqlType::Tuple([CqlType::Int, map(false)].into()), "frozen<tuple<int, frozen<map<text, int>>>>"),
        (CqlType::Vector { element: Arc::new(CqlType::Float), dimensions: 3 }, "vector<float, 3>"),
    ] {
        assert_eq!(ty.to_string(), expected);
    }
}
