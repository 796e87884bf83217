//! Schema objects as bytes: keyspaces, types and tables as the catalogue stores them.
//!
//! A format of its own rather than CQL text, because identifiers (table, column, index numbers)
//! and dropped columns must come back exactly. Tags and field order never change; a new need gets
//! a new object version. Lengths are checked when reading, so damage is reported and not trusted.

use std::collections::BTreeMap;
use std::sync::Arc;

use quorate_cql::schema::{Column, ColumnKind, DroppedColumn, Index, IndexTarget, Keyspace, Table, TableOptions};
use quorate_cql::types::{CqlType, UserType};
use uuid::Uuid;

use crate::error::Error;

/// Version byte at the head of each object.
const VERSION: u8 = 1;

/// Scalar types by tag; the position is the tag and never changes.
const SCALARS: [CqlType; 20] = [
    CqlType::Ascii,
    CqlType::Bigint,
    CqlType::Blob,
    CqlType::Boolean,
    CqlType::Counter,
    CqlType::Date,
    CqlType::Decimal,
    CqlType::Double,
    CqlType::Duration,
    CqlType::Float,
    CqlType::Inet,
    CqlType::Int,
    CqlType::Smallint,
    CqlType::Text,
    CqlType::Time,
    CqlType::Timestamp,
    CqlType::Timeuuid,
    CqlType::Tinyint,
    CqlType::Uuid,
    CqlType::Varint,
];
const LIST: u8 = 32;
const SET: u8 = 33;
const MAP: u8 = 34;
const TUPLE: u8 = 35;
const UDT: u8 = 36;
const VECTOR: u8 = 37;

/// Types may nest this deep; deeper is damage.
const MAX_DEPTH: usize = 64;

/// User-defined types known so far, by name, within one keyspace.
pub(super) type Types = BTreeMap<String, Arc<UserType>>;

/// A keyspace without its tables and types.
pub(super) fn encode_keyspace(keyspace: &Keyspace) -> Vec<u8> {
    let mut out = Writer::new();
    out.map(&keyspace.replication);
    out.byte(u8::from(keyspace.durable_writes));
    out.0
}

/// Reads what `encode_keyspace` wrote.
pub(super) fn decode_keyspace(name: &str, bytes: &[u8]) -> Result<Keyspace, Error> {
    let mut input = Reader::new(bytes, name)?;
    Ok(Keyspace {
        name: name.to_owned(),
        replication: input.map()?,
        durable_writes: input.byte()? != 0,
        tables: BTreeMap::new(),
        types: BTreeMap::new(),
    })
}

/// A user-defined type.
pub(super) fn encode_user_type(definition: &UserType) -> Vec<u8> {
    let mut out = Writer::new();
    out.length(definition.fields.len());
    for (name, ty) in &definition.fields {
        out.text(name);
        out.ty(ty);
    }
    out.0
}

/// Reads what `encode_user_type` wrote; `None` when it uses a type that is not in `types` yet.
pub(super) fn decode_user_type(
    keyspace: &str,
    name: &str,
    bytes: &[u8],
    types: &Types,
) -> Result<Option<UserType>, Error> {
    let mut input = Reader::new(bytes, name)?;
    let mut fields = Vec::new();
    for _ in 0..input.length()? {
        let field = input.text()?;
        match input.ty(types, MAX_DEPTH)? {
            Some(ty) => fields.push((field, ty)),
            None => return Ok(None),
        }
    }
    Ok(Some(UserType { keyspace: keyspace.to_owned(), name: name.to_owned(), fields }))
}

/// A table with its columns, options, dropped columns and indexes.
pub(super) fn encode_table(table: &Table) -> Vec<u8> {
    let mut out = Writer::new();
    out.uuid(table.id);
    out.length(table.partition_key_len);
    out.length(table.clustering_len);
    out.length(table.columns.len());
    for column in &table.columns {
        out.column(column);
    }
    out.text(&table.options.comment);
    out.int(table.options.default_time_to_live);
    out.int(table.options.gc_grace_seconds);
    out.map(&table.options.other);
    out.length(table.dropped.len());
    for dropped in table.dropped.values() {
        out.column(&dropped.column);
        out.0.extend_from_slice(&dropped.dropped_at_micros.to_be_bytes());
    }
    out.length(table.indexes.len());
    for index in table.indexes.values() {
        out.text(&index.name);
        out.text(&index.column);
        out.byte(target_tag(index.target));
        out.uuid(index.id);
    }
    out.0
}

/// Reads what `encode_table` wrote.
pub(super) fn decode_table(keyspace: &str, name: &str, bytes: &[u8], types: &Types) -> Result<Table, Error> {
    let mut input = Reader::new(bytes, name)?;
    let id = input.uuid()?;
    let partition_key_len = input.length()?;
    let clustering_len = input.length()?;
    let mut columns = Vec::new();
    for _ in 0..input.length()? {
        columns.push(input.column(types)?);
    }
    if partition_key_len + clustering_len > columns.len() {
        return Err(input.damaged());
    }
    let options = TableOptions {
        comment: input.text()?,
        default_time_to_live: input.int()?,
        gc_grace_seconds: input.int()?,
        other: input.map()?,
    };
    let mut dropped = BTreeMap::new();
    for _ in 0..input.length()? {
        let column = input.column(types)?;
        let dropped_at_micros = i64::from_be_bytes(input.array()?);
        dropped.insert(column.name.clone(), DroppedColumn { column, dropped_at_micros });
    }
    let mut indexes = BTreeMap::new();
    for _ in 0..input.length()? {
        let index = Index { name: input.text()?, column: input.text()?, target: input.target()?, id: input.uuid()? };
        indexes.insert(index.name.clone(), index);
    }
    Ok(Table {
        keyspace: keyspace.to_owned(),
        name: name.to_owned(),
        id,
        columns,
        partition_key_len,
        clustering_len,
        options,
        dropped,
        indexes,
    })
}

fn target_tag(target: IndexTarget) -> u8 {
    match target {
        IndexTarget::Value => 0,
        IndexTarget::Values => 1,
        IndexTarget::Keys => 2,
        IndexTarget::Entries => 3,
        IndexTarget::Full => 4,
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn new() -> Self {
        Self(vec![VERSION])
    }

    fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    fn int(&mut self, value: i32) {
        self.0.extend_from_slice(&value.to_be_bytes());
    }

    /// Counts of schema objects; Cassandra's names and column numbers are far below 2^32.
    fn length(&mut self, length: usize) {
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        self.0.extend_from_slice(&length.to_be_bytes());
    }

    fn text(&mut self, text: &str) {
        self.length(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn uuid(&mut self, id: Uuid) {
        self.0.extend_from_slice(id.as_bytes());
    }

    fn map(&mut self, map: &BTreeMap<String, String>) {
        self.length(map.len());
        for (key, value) in map {
            self.text(key);
            self.text(value);
        }
    }

    fn column(&mut self, column: &Column) {
        self.text(&column.name);
        self.byte(match column.kind {
            ColumnKind::PartitionKey => 0,
            ColumnKind::Clustering { descending: false } => 1,
            ColumnKind::Clustering { descending: true } => 2,
            ColumnKind::Static => 3,
            ColumnKind::Regular => 4,
        });
        self.0.extend_from_slice(&column.id.to_be_bytes());
        self.ty(&column.ty);
    }

    fn ty(&mut self, ty: &CqlType) {
        match ty {
            CqlType::List { element, frozen } => self.parts(LIST, *frozen, &[element]),
            CqlType::Set { element, frozen } => self.parts(SET, *frozen, &[element]),
            CqlType::Map { key, value, frozen } => self.parts(MAP, *frozen, &[key, value]),
            CqlType::Tuple(elements) => {
                self.byte(TUPLE);
                self.length(elements.len());
                for element in elements.iter() {
                    self.ty(element);
                }
            }
            CqlType::Udt { definition, frozen } => {
                self.parts(UDT, *frozen, &[]);
                self.text(&definition.name);
            }
            CqlType::Vector { element, dimensions } => {
                self.byte(VECTOR);
                self.0.extend_from_slice(&dimensions.to_be_bytes());
                self.ty(element);
            }
            scalar => {
                let tag = SCALARS.iter().position(|known| known == scalar);
                self.byte(tag.and_then(|tag| u8::try_from(tag).ok()).unwrap_or(u8::MAX));
            }
        }
    }

    fn parts(&mut self, tag: u8, frozen: bool, parts: &[&CqlType]) {
        self.byte(tag);
        self.byte(u8::from(frozen));
        for part in parts {
            self.ty(part);
        }
    }
}

struct Reader<'a> {
    rest: &'a [u8],
    object: &'a str,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8], object: &'a str) -> Result<Self, Error> {
        let mut reader = Self { rest: bytes, object };
        match reader.byte()? {
            VERSION => Ok(reader),
            newer => Err(Error::NewerFormat { found: newer.into(), supported: VERSION.into() }),
        }
    }

    fn damaged(&self) -> Error {
        Error::corrupt(format!("the catalogue's entry for {}", self.object))
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Error> {
        let (head, tail) = self.rest.split_at_checked(length).ok_or_else(|| self.damaged())?;
        self.rest = tail;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (head, tail) = self.rest.split_first_chunk::<N>().ok_or_else(|| self.damaged())?;
        self.rest = tail;
        Ok(*head)
    }

    fn byte(&mut self) -> Result<u8, Error> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn int(&mut self) -> Result<i32, Error> {
        self.array().map(i32::from_be_bytes)
    }

    fn length(&mut self) -> Result<usize, Error> {
        let length = u32::from_be_bytes(self.array()?);
        usize::try_from(length).map_err(|_| self.damaged())
    }

    fn text(&mut self) -> Result<String, Error> {
        let length = self.length()?;
        let bytes = self.take(length)?;
        String::from_utf8(bytes.to_vec()).map_err(|_| self.damaged())
    }

    fn uuid(&mut self) -> Result<Uuid, Error> {
        self.array().map(Uuid::from_bytes)
    }

    fn map(&mut self) -> Result<BTreeMap<String, String>, Error> {
        let mut map = BTreeMap::new();
        for _ in 0..self.length()? {
            map.insert(self.text()?, self.text()?);
        }
        Ok(map)
    }

    fn target(&mut self) -> Result<IndexTarget, Error> {
        match self.byte()? {
            0 => Ok(IndexTarget::Value),
            1 => Ok(IndexTarget::Values),
            2 => Ok(IndexTarget::Keys),
            3 => Ok(IndexTarget::Entries),
            4 => Ok(IndexTarget::Full),
            _ => Err(self.damaged()),
        }
    }

    fn column(&mut self, types: &Types) -> Result<Column, Error> {
        let name = self.text()?;
        let kind = match self.byte()? {
            0 => ColumnKind::PartitionKey,
            1 => ColumnKind::Clustering { descending: false },
            2 => ColumnKind::Clustering { descending: true },
            3 => ColumnKind::Static,
            4 => ColumnKind::Regular,
            _ => return Err(self.damaged()),
        };
        let id = u32::from_be_bytes(self.array()?);
        let ty = self.ty(types, MAX_DEPTH)?.ok_or_else(|| self.damaged())?;
        Ok(Column { name, kind, ty, id })
    }

    /// `None` when a user-defined type is not known.
    fn ty(&mut self, types: &Types, depth: usize) -> Result<Option<CqlType>, Error> {
        let depth = depth.checked_sub(1).ok_or_else(|| self.damaged())?;
        let tag = self.byte()?;
        if let Some(scalar) = SCALARS.get(usize::from(tag)) {
            return Ok(Some(scalar.clone()));
        }
        match tag {
            LIST | SET => {
                let frozen = self.byte()? != 0;
                let element = self.ty(types, depth)?.map(Arc::new);
                Ok(element.map(|element| match tag {
                    LIST => CqlType::List { element, frozen },
                    _ => CqlType::Set { element, frozen },
                }))
            }
            MAP => {
                let frozen = self.byte()? != 0;
                let key = self.ty(types, depth)?.map(Arc::new);
                let value = self.ty(types, depth)?.map(Arc::new);
                Ok(key.zip(value).map(|(key, value)| CqlType::Map { key, value, frozen }))
            }
            TUPLE => {
                let mut elements = Some(Vec::new());
                for _ in 0..self.length()? {
                    let element = self.ty(types, depth)?;
                    elements = elements.zip(element).map(|(mut elements, element)| {
                        elements.push(element);
                        elements
                    });
                }
                Ok(elements.map(|elements| CqlType::Tuple(elements.into())))
            }
            UDT => {
                let frozen = self.byte()? != 0;
                let name = self.text()?;
                Ok(types.get(&name).map(|definition| CqlType::Udt { definition: Arc::clone(definition), frozen }))
            }
            VECTOR => {
                let dimensions = u32::from_be_bytes(self.array()?);
                let element = self.ty(types, depth)?.map(Arc::new);
                Ok(element.map(|element| CqlType::Vector { element, dimensions }))
            }
            _ => Err(self.damaged()),
        }
    }
}
