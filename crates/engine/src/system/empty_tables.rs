//! Tables of `system_schema` that drivers read and that have no rows here: views, functions,
//! aggregates, triggers and masks are not supported. Their columns are those of Cassandra
//! (`schema/SchemaKeyspace.java`), because drivers name some of them.

use std::sync::Arc;

use quorate_cql::schema::Table;
use quorate_cql::types::CqlType;

use super::schema_rows::{KEYSPACE, map};
use super::table;

fn list(element: CqlType) -> CqlType {
    CqlType::List { element: Arc::new(element), frozen: true }
}

fn texts<const N: usize>(names: [&'static str; N]) -> [(&'static str, CqlType); N] {
    names.map(|name| (name, CqlType::Text))
}

/// The tables; `options` are the columns of a table's options, which a view has as well.
pub(super) fn tables(options: &[(&'static str, CqlType)]) -> Vec<Table> {
    let empty = |number, name, clustering: &[(&str, CqlType)], values: &[(&str, CqlType)]| {
        table(number, KEYSPACE, name, &texts(["keyspace_name"]), clustering, values)
    };
    let mut of_view = options.to_vec();
    of_view.extend([
        ("base_table_id", CqlType::Uuid),
        ("id", CqlType::Uuid),
        ("include_all_columns", CqlType::Boolean),
    ]);
    of_view.extend(texts(["base_table_name", "where_clause"]));
    of_view.sort_by_key(|(name, _)| *name);
    let signature = |name: &'static str| [(name, CqlType::Text), ("argument_types", list(CqlType::Text))];
    let body = [
        ("argument_names", list(CqlType::Text)),
        ("body", CqlType::Text),
        ("called_on_null_input", CqlType::Boolean),
        ("language", CqlType::Text),
        ("return_type", CqlType::Text),
    ];
    let steps = texts(["final_func", "initcond", "return_type", "state_func", "state_type"]);
    let mask = [
        ("function_argument_nulls", list(CqlType::Boolean)),
        ("function_argument_types", list(CqlType::Text)),
        ("function_argument_values", list(CqlType::Text)),
        ("function_keyspace", CqlType::Text),
        ("function_name", CqlType::Text),
    ];
    vec![
        empty(22, "views", &texts(["view_name"]), &of_view),
        empty(23, "functions", &signature("function_name"), &body),
        empty(24, "aggregates", &signature("aggregate_name"), &steps),
        empty(25, "triggers", &texts(["table_name", "trigger_name"]), &[("options", map())]),
        empty(26, "column_masks", &texts(["table_name", "column_name"]), &mask),
    ]
}
