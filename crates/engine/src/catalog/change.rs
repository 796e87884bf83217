//! What a change of the schema makes of it: pure, from one snapshot to the next.
//!
//! It gives new tables and indexes their identifiers, and tells what the store must record, build
//! and clear. It touches no store, so a change that fails has changed nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use quorate_cql::plan::SchemaChange;
use quorate_cql::schema::{Column, DroppedColumn, Index, Keyspace, Schema, Table};
use quorate_cql::types::{CqlType, UserType};
use uuid::{Builder, Uuid};

use super::number_of;
use crate::answer::{SchemaChanged, SchemaTarget};
use crate::clock::Clock;
use crate::keys::push_table;
use crate::store::Space;

/// The next schema, and what else has to happen for it.
pub(super) struct Outcome {
    /// The schema as it shall be.
    pub(super) schema: Schema,
    /// What is announced.
    pub(super) announcement: SchemaChanged,
    /// Objects to record (`Some`) or forget.
    pub(super) records: Vec<Record>,
    /// Prefixes of keys that nobody can reach any more.
    pub(super) garbage: Vec<(Space, Vec<u8>)>,
    /// Indexes that are to be built from the rows that are there.
    pub(super) built: Vec<(Arc<Table>, Index)>,
    /// The next number to give.
    pub(super) next_number: u32,
}

/// An object of the schema to be recorded as it is now, or forgotten.
pub(super) enum Record {
    /// A keyspace's own properties.
    Keyspace(Arc<Keyspace>),
    /// A table.
    Table(Arc<Table>),
    /// A user-defined type.
    Type(Arc<UserType>),
    /// A keyspace that is no more.
    NoKeyspace(String),
    /// A table that is no more.
    NoTable(String, String),
    /// A type that is no more.
    NoType(String, String),
}

/// Gives numbers that no other table or index of the store had.
struct Numbers<'a> {
    next: u32,
    clock: &'a dyn Clock,
}

impl Numbers<'_> {
    fn identifier(&mut self) -> Uuid {
        let mut bytes = self.clock.random().to_be_bytes();
        bytes[..4].copy_from_slice(&self.next.to_be_bytes());
        self.next += 1;
        Builder::from_random_bytes(bytes).into_uuid()
    }
}

/// Applies a change; `None` when there is nothing to do.
pub(super) fn apply(schema: &Schema, change: &SchemaChange, next_number: u32, clock: &dyn Clock) -> Option<Outcome> {
    let mut outcome = Outcome {
        schema: schema.clone(),
        announcement: SchemaChanged {
            change: "UPDATED",
            target: SchemaTarget::Keyspace,
            keyspace: String::new(),
            name: String::new(),
        },
        records: Vec::new(),
        garbage: Vec::new(),
        built: Vec::new(),
        next_number,
    };
    outcome.schema.version = Builder::from_random_bytes(clock.random().to_be_bytes()).into_uuid();
    match change {
        SchemaChange::Nothing => return None,
        SchemaChange::PutKeyspace { keyspace, created } => outcome.put_keyspace(keyspace, *created),
        SchemaChange::DropKeyspace(name) => outcome.drop_keyspace(name),
        SchemaChange::PutTable { table, created } => outcome.put_table(table, *created, clock),
        SchemaChange::DropTable { keyspace, table } => outcome.drop_table(keyspace, table),
        SchemaChange::PutType { definition, created } => outcome.put_type(definition, *created),
        SchemaChange::DropType { keyspace, name } => outcome.drop_type(keyspace, name),
    }
    Some(outcome)
}

impl Outcome {
    fn announce(&mut self, change: &'static str, target: SchemaTarget, keyspace: &str, name: &str) {
        self.announcement = SchemaChanged { change, target, keyspace: keyspace.to_owned(), name: name.to_owned() };
    }

    fn put_keyspace(&mut self, keyspace: &Arc<Keyspace>, created: bool) {
        self.announce(put_word(created), SchemaTarget::Keyspace, &keyspace.name, "");
        self.records.push(Record::Keyspace(Arc::clone(keyspace)));
        self.schema.keyspaces.insert(keyspace.name.clone(), Arc::clone(keyspace));
    }

    fn drop_keyspace(&mut self, name: &str) {
        self.announce("DROPPED", SchemaTarget::Keyspace, name, "");
        self.records.push(Record::NoKeyspace(name.to_owned()));
        let Some(keyspace) = self.schema.keyspaces.remove(name) else { return };
        for table in keyspace.tables.values() {
            self.clear(table);
            self.records.push(Record::NoTable(name.to_owned(), table.name.clone()));
        }
        for definition in keyspace.types.keys() {
            self.records.push(Record::NoType(name.to_owned(), definition.clone()));
        }
    }

    fn put_table(&mut self, table: &Table, created: bool, clock: &dyn Clock) {
        self.announce(put_word(created), SchemaTarget::Table, &table.keyspace, &table.name);
        let mut table = table.clone();
        let mut numbers = Numbers { next: self.next_number, clock };
        if table.id.is_nil() {
            table.id = numbers.identifier();
        }
        // A column that was dropped without saying when was dropped now.
        for dropped in table.dropped.values_mut().filter(|dropped| dropped.dropped_at_micros == i64::MAX) {
            dropped.dropped_at_micros = clock.now_micros();
        }
        let mut unbuilt = Vec::new();
        for index in table.indexes.values_mut().filter(|index| index.id.is_nil()) {
            index.id = numbers.identifier();
            unbuilt.push(index.clone());
        }
        self.next_number = numbers.next;
        let table = Arc::new(table);
        let before = self.keyspace(&table.keyspace).and_then(|keyspace| keyspace.tables.get(&table.name).cloned());
        if let Some(before) = before {
            let gone = before.indexes.values().filter(|index| !table.indexes.contains_key(&index.name));
            self.garbage.extend(gone.map(index_prefix));
        }
        self.built.extend(unbuilt.into_iter().map(|index| (Arc::clone(&table), index)));
        self.records.push(Record::Table(Arc::clone(&table)));
        self.edit(&table.keyspace.clone(), |keyspace| {
            keyspace.tables.insert(table.name.clone(), table);
        });
    }

    fn drop_table(&mut self, keyspace: &str, name: &str) {
        self.announce("DROPPED", SchemaTarget::Table, keyspace, name);
        self.records.push(Record::NoTable(keyspace.to_owned(), name.to_owned()));
        let table = self.keyspace(keyspace).and_then(|keyspace| keyspace.tables.get(name).cloned());
        if let Some(table) = table {
            self.clear(&table);
        }
        self.edit(keyspace, |keyspace| {
            keyspace.tables.remove(name);
        });
    }

    fn put_type(&mut self, definition: &Arc<UserType>, created: bool) {
        self.announce(put_word(created), SchemaTarget::Type, &definition.keyspace, &definition.name);
        self.records.push(Record::Type(Arc::clone(definition)));
        self.edit(&definition.keyspace, |keyspace| replace_type(keyspace, definition));
    }

    fn drop_type(&mut self, keyspace: &str, name: &str) {
        self.announce("DROPPED", SchemaTarget::Type, keyspace, name);
        self.records.push(Record::NoType(keyspace.to_owned(), name.to_owned()));
        self.edit(keyspace, |keyspace| {
            keyspace.types.remove(name);
        });
    }

    fn keyspace(&self, name: &str) -> Option<&Arc<Keyspace>> {
        self.schema.keyspaces.get(name)
    }

    fn edit(&mut self, name: &str, change: impl FnOnce(&mut Keyspace)) {
        if let Some(keyspace) = self.schema.keyspaces.get_mut(name) {
            change(Arc::make_mut(keyspace));
        }
    }

    fn clear(&mut self, table: &Table) {
        self.garbage.push(table_prefix(table));
        self.garbage.extend(table.indexes.values().map(index_prefix));
    }
}

/// The prefix of a table's rows.
pub(super) fn table_prefix(table: &Table) -> (Space, Vec<u8>) {
    let mut prefix = Vec::with_capacity(4);
    push_table(number_of(&table.id), &mut prefix);
    (Space::Rows, prefix)
}

/// The prefix of an index's entries.
pub(super) fn index_prefix(index: &Index) -> (Space, Vec<u8>) {
    (Space::Index, index.id.as_bytes().to_vec())
}

fn put_word(created: bool) -> &'static str {
    if created { "CREATED" } else { "UPDATED" }
}

/// Puts a definition in place and renews every type and table that is built of it. A type that
/// uses the changed one is itself another value then, so the renewal repeats until nothing moves.
fn replace_type(keyspace: &mut Keyspace, definition: &Arc<UserType>) {
    keyspace.types.insert(definition.name.clone(), Arc::clone(definition));
    let mut changed = true;
    while changed {
        changed = false;
        let known = keyspace.types.clone();
        for held in keyspace.types.values_mut() {
            let fields = held.fields.iter().map(|(name, ty)| (name.clone(), renewed(ty, &known))).collect();
            let fresh = UserType { keyspace: held.keyspace.clone(), name: held.name.clone(), fields };
            if fresh != **held {
                *held = Arc::new(fresh);
                changed = true;
            }
        }
    }
    let known = keyspace.types.clone();
    for table in keyspace.tables.values_mut() {
        if table.columns.iter().any(|column| renewed(&column.ty, &known) != column.ty) {
            let table = Arc::make_mut(table);
            table.columns.iter_mut().for_each(|column| renew_column(column, &known));
            table.dropped.values_mut().for_each(|DroppedColumn { column, .. }| renew_column(column, &known));
        }
    }
}

fn renew_column(column: &mut Column, known: &BTreeMap<String, Arc<UserType>>) {
    column.ty = renewed(&column.ty, known);
}

/// The type with every user-defined type in it as `known` defines it.
fn renewed(ty: &CqlType, known: &BTreeMap<String, Arc<UserType>>) -> CqlType {
    let inner = |ty: &Arc<CqlType>| Arc::new(renewed(ty, known));
    match ty {
        CqlType::List { element, frozen } => CqlType::List { element: inner(element), frozen: *frozen },
        CqlType::Set { element, frozen } => CqlType::Set { element: inner(element), frozen: *frozen },
        CqlType::Map { key, value, frozen } => CqlType::Map { key: inner(key), value: inner(value), frozen: *frozen },
        CqlType::Tuple(elements) => CqlType::Tuple(elements.iter().map(|element| renewed(element, known)).collect()),
        CqlType::Vector { element, dimensions } => CqlType::Vector { element: inner(element), dimensions: *dimensions },
        CqlType::Udt { definition, frozen } => {
            CqlType::Udt { definition: Arc::clone(known.get(&definition.name).unwrap_or(definition)), frozen: *frozen }
        }
        scalar => scalar.clone(),
    }
}
