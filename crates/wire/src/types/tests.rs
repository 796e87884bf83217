//! Class names as Cassandra's own classes print them.

use std::sync::Arc;

use super::class_name;
use quorate_cql::types::{CqlType, UserType};

fn vector(element: CqlType) -> CqlType {
    CqlType::Vector { element: Arc::new(element), dimensions: 3 }
}

#[test]
fn a_vector_is_named_by_its_class() {
    assert_eq!(
        class_name(&vector(CqlType::Float), false),
        "org.apache.cassandra.db.marshal.VectorType(org.apache.cassandra.db.marshal.FloatType , 3)"
    );
}

#[test]
fn a_user_type_is_named_with_its_fields_in_hexadecimal() {
    let fields = vec![("street".to_owned(), CqlType::Text), ("zip".to_owned(), CqlType::Int)];
    let definition = UserType { keyspace: "ks".to_owned(), name: "address".to_owned(), fields };
    let ty = CqlType::Udt { definition: Arc::new(definition), frozen: false };
    assert_eq!(
        class_name(&ty, false),
        "org.apache.cassandra.db.marshal.UserType(ks,61646472657373,\
         737472656574:org.apache.cassandra.db.marshal.UTF8Type,7a6970:org.apache.cassandra.db.marshal.Int32Type)"
    );
}
