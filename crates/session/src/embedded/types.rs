//! The engine's column descriptions as the codec's.
//!
//! The native protocol does not say whether a collection is frozen, so neither does the codec.

use quorate_cql::types::{CqlType, UserType};
use quorate_engine::ColumnSpec as EngineColumn;

use std::sync::Arc;

use crate::codec::{CollectionType, ColumnSpec, ColumnType, NativeType, TableSpec, UserDefinedType};

pub(super) fn columns(columns: &[EngineColumn]) -> Box<[ColumnSpec<'static>]> {
    columns.iter().map(column).collect()
}

fn column(column: &EngineColumn) -> ColumnSpec<'static> {
    let table = TableSpec::owned(column.keyspace.clone(), column.table.clone());
    ColumnSpec::owned(column.name.clone(), column_type(&column.ty), table)
}

fn column_type(ty: &CqlType) -> ColumnType<'static> {
    let native = match ty {
        CqlType::Ascii => NativeType::Ascii,
        CqlType::Bigint => NativeType::BigInt,
        CqlType::Blob => NativeType::Blob,
        CqlType::Boolean => NativeType::Boolean,
        CqlType::Counter => NativeType::Counter,
        CqlType::Date => NativeType::Date,
        CqlType::Decimal => NativeType::Decimal,
        CqlType::Double => NativeType::Double,
        CqlType::Duration => NativeType::Duration,
        CqlType::Float => NativeType::Float,
        CqlType::Inet => NativeType::Inet,
        CqlType::Int => NativeType::Int,
        CqlType::Smallint => NativeType::SmallInt,
        CqlType::Text => NativeType::Text,
        CqlType::Time => NativeType::Time,
        CqlType::Timestamp => NativeType::Timestamp,
        CqlType::Timeuuid => NativeType::Timeuuid,
        CqlType::Tinyint => NativeType::TinyInt,
        CqlType::Uuid => NativeType::Uuid,
        CqlType::Varint => NativeType::Varint,
        CqlType::List { element, .. } => return collection(CollectionType::List(boxed(element))),
        CqlType::Set { element, .. } => return collection(CollectionType::Set(boxed(element))),
        CqlType::Map { key, value, .. } => return collection(CollectionType::Map(boxed(key), boxed(value))),
        CqlType::Tuple(parts) => return ColumnType::Tuple(parts.iter().map(column_type).collect()),
        CqlType::Udt { definition, .. } => return user_type(definition),
        CqlType::Vector { element, dimensions } => {
            // The grammar allows up to 8,192 dimensions.
            let dimensions = u16::try_from(*dimensions).unwrap_or(u16::MAX);
            return ColumnType::Vector { typ: boxed(element), dimensions };
        }
    };
    ColumnType::Native(native)
}

fn boxed(ty: &CqlType) -> Box<ColumnType<'static>> {
    Box::new(column_type(ty))
}

fn collection(typ: CollectionType<'static>) -> ColumnType<'static> {
    ColumnType::Collection { frozen: false, typ }
}

fn user_type(definition: &UserType) -> ColumnType<'static> {
    let fields = definition.fields.iter();
    ColumnType::UserDefinedType {
        frozen: false,
        definition: Arc::new(UserDefinedType {
            name: definition.name.clone().into(),
            keyspace: definition.keyspace.clone().into(),
            field_types: fields.map(|(name, ty)| (name.clone().into(), column_type(ty))).collect(),
        }),
    }
}
