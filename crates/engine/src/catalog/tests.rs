//! The catalogue comes back as it was, and a change does what the schema says.

use std::collections::BTreeMap;
use std::sync::Arc;

use quorate_cql::plan::SchemaChange;
use quorate_cql::schema::{
    Column, ColumnKind, DroppedColumn, Index, IndexTarget, Keyspace, Schema, Table, TableOptions,
};
use quorate_cql::types::{CqlType, UserType};
use uuid::Uuid;

use super::{Catalog, Snapshot, number_of};
use crate::answer::{SchemaChanged, SchemaTarget};
use crate::clock::Clock;
use crate::error::Error;
use crate::store::{Space, Store};

struct Still;

impl Clock for Still {
    fn now_micros(&self) -> i64 {
        0
    }

    fn random(&self) -> u128 {
        0x1111_2222_3333_4444_5555_6666_7777_8888
    }
}

fn change(catalog: &Catalog, store: &Store, change: SchemaChange) -> Option<SchemaChanged> {
    catalog.change(store, &Still, |_: &Snapshot| Ok::<_, Error>(change)).unwrap()
}

fn keyspace(name: &str) -> Arc<Keyspace> {
    Arc::new(Keyspace {
        name: name.to_owned(),
        replication: BTreeMap::from([("class".to_owned(), "SimpleStrategy".to_owned())]),
        durable_writes: false,
        tables: BTreeMap::new(),
        types: BTreeMap::new(),
    })
}

fn user_type(name: &str, fields: &[(&str, CqlType)]) -> Arc<UserType> {
    Arc::new(UserType {
        keyspace: "ks".to_owned(),
        name: name.to_owned(),
        fields: fields.iter().map(|(name, ty)| ((*name).to_owned(), ty.clone())).collect(),
    })
}

fn table(name: &str, values: &[CqlType]) -> Table {
    let mut columns = vec![
        Column { name: "k".to_owned(), kind: ColumnKind::PartitionKey, ty: CqlType::Int, id: 0 },
        Column { name: "c".to_owned(), kind: ColumnKind::Clustering { descending: true }, ty: CqlType::Text, id: 1 },
    ];
    for (id, ty) in (2..).zip(values) {
        let kind = if id == 2 { ColumnKind::Static } else { ColumnKind::Regular };
        columns.push(Column { name: format!("v{id}"), kind, ty: ty.clone(), id });
    }
    let gone = Column { name: "gone".to_owned(), kind: ColumnKind::Regular, ty: CqlType::Varint, id: 77 };
    let index =
        Index { name: "by_v3".to_owned(), column: "v3".to_owned(), target: IndexTarget::Entries, id: Uuid::nil() };
    Table {
        keyspace: "ks".to_owned(),
        name: name.to_owned(),
        id: Uuid::nil(),
        columns,
        partition_key_len: 1,
        clustering_len: 1,
        options: TableOptions {
            comment: "what it is for".to_owned(),
            default_time_to_live: 60,
            gc_grace_seconds: 5,
            other: BTreeMap::from([("compaction".to_owned(), "{'class': 'x'}".to_owned())]),
        },
        dropped: BTreeMap::from([("gone".to_owned(), DroppedColumn { column: gone, dropped_at_micros: -9 })]),
        indexes: BTreeMap::from([("by_v3".to_owned(), index)]),
    }
}

fn all_types(inner: &Arc<UserType>) -> Vec<CqlType> {
    let int = Arc::new(CqlType::Int);
    let udt = CqlType::Udt { definition: Arc::clone(inner), frozen: true };
    vec![
        CqlType::Duration,
        CqlType::Map { key: Arc::new(CqlType::Text), value: Arc::clone(&int), frozen: false },
        CqlType::List { element: Arc::new(udt.clone()), frozen: true },
        CqlType::Set { element: int, frozen: false },
        CqlType::Tuple([CqlType::Inet, udt.clone(), CqlType::Decimal].into()),
        CqlType::Vector { element: Arc::new(CqlType::Float), dimensions: 8192 },
        CqlType::Udt { definition: Arc::clone(inner), frozen: false },
    ]
}

fn real(schema: &Schema) -> BTreeMap<String, String> {
    let keyspaces = schema.keyspaces.iter().filter(|(name, _)| !crate::system::is_virtual(name));
    keyspaces.map(|(name, keyspace)| (name.clone(), format!("{keyspace:?}"))).collect()
}

fn with_everything(store: &Store) -> Catalog {
    let catalog = Catalog::load(store).unwrap();
    change(&catalog, store, SchemaChange::PutKeyspace { keyspace: keyspace("ks"), created: true });
    // Named so that it is read before the type that it is made of.
    let inner = user_type("z_inner", &[("x", CqlType::Int)]);
    let outer = user_type("a_outer", &[("in", CqlType::Udt { definition: Arc::clone(&inner), frozen: true })]);
    change(&catalog, store, SchemaChange::PutType { definition: Arc::clone(&inner), created: true });
    change(&catalog, store, SchemaChange::PutType { definition: outer, created: true });
    let table = Arc::new(table("t", &all_types(&inner)));
    change(&catalog, store, SchemaChange::PutTable { table, created: true });
    catalog
}

#[test]
fn what_is_stored_comes_back() {
    let store = Store::in_memory();
    let catalog = with_everything(&store);
    let again = Catalog::load(&store).unwrap();
    let (before, after) = (&catalog.read().schema, &again.read().schema);
    assert_eq!(real(before), real(after));
    assert_eq!(before.version, after.version);
    assert_eq!(real(after).len(), 1);
}

#[test]
fn numbers_are_never_given_twice() {
    let store = Store::in_memory();
    let catalog = with_everything(&store);
    let number = |catalog: &Catalog, name: &str| {
        let snapshot = catalog.read();
        let table = &snapshot.schema.keyspaces["ks"].tables[name];
        (number_of(&table.id), number_of(&table.indexes["by_v3"].id))
    };
    let first = number(&catalog, "t");
    let drop = SchemaChange::DropTable { keyspace: "ks".to_owned(), table: "t".to_owned() };
    change(&catalog, &store, drop).unwrap();
    let catalog = Catalog::load(&store).unwrap();
    let fresh = Arc::new(table("t", &[CqlType::Int, CqlType::Int]));
    let created = change(&catalog, &store, SchemaChange::PutTable { table: fresh, created: true });
    let second = number(&catalog, "t");
    assert_ne!(first.0, first.1);
    assert!(second.0 > first.0.max(first.1) && second.1 > second.0, "{first:?} {second:?}");
    assert_eq!(
        created,
        Some(SchemaChanged {
            change: "CREATED",
            target: SchemaTarget::Table,
            keyspace: "ks".to_owned(),
            name: "t".to_owned()
        })
    );
}

#[test]
fn a_dropped_table_leaves_nothing_behind() {
    let store = Store::in_memory();
    let catalog = with_everything(&store);
    let (prefix, index) = {
        let snapshot = catalog.read();
        let table = &snapshot.schema.keyspaces["ks"].tables["t"];
        (number_of(&table.id).to_be_bytes(), table.indexes["by_v3"].id)
    };
    let mut batch = store.batch();
    batch.put(Space::Rows, &[&prefix[..], b"row"].concat(), b"x");
    batch.put(Space::Rows, b"\xffother", b"x");
    batch.put(Space::Index, &[index.as_bytes(), &b"entry"[..]].concat(), b"");
    batch.commit().unwrap();
    change(&catalog, &store, SchemaChange::DropKeyspace("ks".to_owned())).unwrap();
    let rows: Vec<_> =
        store.snapshot().range(Space::Rows, b"", None, false).map(|pair| pair.unwrap().0.to_vec()).collect();
    assert_eq!(rows, [b"\xffother".to_vec()]);
    assert_eq!(store.snapshot().range(Space::Index, b"", None, false).count(), 0);
    let meta: Vec<_> =
        store.snapshot().range(Space::Meta, b"", None, false).map(|pair| pair.unwrap().0.to_vec()).collect();
    assert_eq!(meta, [b"v".to_vec()]);
}

#[test]
fn a_changed_type_changes_whatever_is_made_of_it() {
    let store = Store::in_memory();
    let catalog = with_everything(&store);
    let wider = user_type("z_inner", &[("x", CqlType::Int), ("y", CqlType::Text)]);
    change(&catalog, &store, SchemaChange::PutType { definition: Arc::clone(&wider), created: false }).unwrap();
    for catalog in [&catalog, &Catalog::load(&store).unwrap()] {
        let snapshot = catalog.read();
        let keyspace = &snapshot.schema.keyspaces["ks"];
        let inner = CqlType::Udt { definition: Arc::clone(&wider), frozen: true };
        assert_eq!(keyspace.types["a_outer"].fields[0].1, inner);
        let expected = all_types(&wider);
        let found: Vec<&CqlType> = keyspace.tables["t"].values().iter().map(|column| &column.ty).collect();
        assert_eq!(found, expected.iter().collect::<Vec<_>>());
        assert_eq!(snapshot.layout(&keyspace.tables["t"]).unwrap().table.columns, keyspace.tables["t"].columns);
    }
}

#[test]
fn damage_is_told() {
    let store = Store::in_memory();
    drop(with_everything(&store));
    let key = b"tks\0t";
    let bytes = store.get(Space::Meta, key).unwrap().unwrap();
    for cut in 0..bytes.len() {
        let mut batch = store.batch();
        batch.put(Space::Meta, key, &bytes[..cut]);
        batch.commit().unwrap();
        assert!(matches!(Catalog::load(&store), Err(Error::Corrupt { .. })), "cut at {cut}");
    }
    let mut newer = bytes.to_vec();
    newer[0] = 9;
    let mut batch = store.batch();
    batch.put(Space::Meta, key, &newer);
    batch.commit().unwrap();
    assert!(matches!(Catalog::load(&store), Err(Error::NewerFormat { found: 9, supported: 1 })));
}
