//! Virtual keyspaces: what clients ask of `system` and `system_schema`.
//!
//! Their rows are made of the catalogue whenever the schema has changed, in a store in memory, so
//! that every SELECT works on them as on any table. Nobody can write to them. Only what this engine
//! can answer truly is here: a table that is missing is unknown, as in an older Cassandra.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use quorate_cql::schema::{Column, ColumnKind, Keyspace, Table, TableOptions};
use quorate_cql::types::CqlType;
use uuid::Uuid;

use crate::catalog::Snapshot;
use crate::error::Error;
use crate::store::Store;

mod empty_tables;
mod fill;
mod schema_rows;
mod virtual_schema;

use fill::Filler;

/// The version that is announced: the one whose behaviour is followed.
const RELEASE: &str = "5.0.9";
/// The name of the cluster of one.
pub(crate) const CLUSTER: &str = "quorate";
/// The token of its node.
pub(crate) const TOKEN: &str = "-9223372036854775808";
/// The port on which nodes of a cluster would talk to each other; nobody listens.
pub(crate) const STORAGE_PORT: i32 = 7000;

/// The address of the node where nobody knows another one.
pub(crate) const NODE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9042);

/// Whether a keyspace is virtual.
pub(crate) fn is_virtual(keyspace: &str) -> bool {
    matches!(keyspace, "system" | "system_schema" | virtual_schema::KEYSPACE)
}

/// The virtual keyspaces.
pub(crate) fn keyspaces() -> BTreeMap<String, Arc<Keyspace>> {
    let mut keyspaces = BTreeMap::new();
    for (name, tables) in [
        ("system", system_tables()),
        ("system_schema", schema_rows::tables()),
        (virtual_schema::KEYSPACE, virtual_schema::tables()),
    ] {
        let replication = [("class".to_owned(), "org.apache.cassandra.locator.LocalStrategy".to_owned())];
        let keyspace = Keyspace {
            name: name.to_owned(),
            replication: replication.into(),
            durable_writes: true,
            tables: tables.into_iter().map(|table| (table.name.clone(), Arc::new(table))).collect(),
            types: BTreeMap::new(),
        };
        keyspaces.insert(name.to_owned(), Arc::new(keyspace));
    }
    keyspaces
}

/// The rows of all virtual tables for a schema.
pub(crate) fn rows(catalog: &Snapshot, node: SocketAddr) -> Result<Store, Error> {
    let store = Store::in_memory();
    let mut filler = Filler::new(&store, catalog);
    fill_local(&mut filler, catalog, node)?;
    for keyspace in catalog.schema.keyspaces.values() {
        if keyspace.name == virtual_schema::KEYSPACE {
            virtual_schema::fill(&mut filler, keyspace)?;
        } else {
            schema_rows::fill(&mut filler, keyspace)?;
        }
    }
    filler.finish()?;
    Ok(store)
}

fn fill_local(filler: &mut Filler<'_>, catalog: &Snapshot, node: SocketAddr) -> Result<(), Error> {
    let address = match node.ip() {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    let host = Uuid::from_u128(0x7175_6f72_6174_4000_8000_0000_0000_0001);
    let text = |text: &str| Some(text.as_bytes().to_vec());
    let port = |port: i32| Some(port.to_be_bytes().to_vec());
    filler.row(
        "system",
        "local",
        &[
            ("key", text("local")),
            ("bootstrapped", text("COMPLETED")),
            ("broadcast_address", Some(address.clone())),
            ("broadcast_port", port(STORAGE_PORT)),
            ("cluster_name", text(CLUSTER)),
            ("cql_version", text("3.4.7")),
            ("data_center", text("datacenter1")),
            ("gossip_generation", port(1)),
            ("host_id", Some(host.as_bytes().to_vec())),
            ("listen_address", Some(address.clone())),
            ("listen_port", port(STORAGE_PORT)),
            ("native_protocol_version", text("4")),
            ("partitioner", text("org.apache.cassandra.dht.Murmur3Partitioner")),
            ("rack", text("rack1")),
            ("release_version", text(RELEASE)),
            ("rpc_address", Some(address.clone())),
            ("rpc_port", port(i32::from(node.port()))),
            ("schema_version", Some(catalog.schema.version.as_bytes().to_vec())),
            ("tokens", Some(fill::texts(&[TOKEN]))),
        ],
    )
}

fn system_tables() -> Vec<Table> {
    let tokens = || CqlType::Set { element: Arc::new(CqlType::Text), frozen: false };
    vec![
        table(
            1,
            "system",
            "local",
            &[("key", CqlType::Text)],
            &[],
            &[
                ("bootstrapped", CqlType::Text),
                ("broadcast_address", CqlType::Inet),
                ("broadcast_port", CqlType::Int),
                ("cluster_name", CqlType::Text),
                ("cql_version", CqlType::Text),
                ("data_center", CqlType::Text),
                ("gossip_generation", CqlType::Int),
                ("host_id", CqlType::Uuid),
                ("listen_address", CqlType::Inet),
                ("listen_port", CqlType::Int),
                ("native_protocol_version", CqlType::Text),
                ("partitioner", CqlType::Text),
                ("rack", CqlType::Text),
                ("release_version", CqlType::Text),
                ("rpc_address", CqlType::Inet),
                ("rpc_port", CqlType::Int),
                ("schema_version", CqlType::Uuid),
                ("tokens", tokens()),
            ],
        ),
        table(
            2,
            "system",
            "peers",
            &[("peer", CqlType::Inet)],
            &[],
            &[
                ("data_center", CqlType::Text),
                ("host_id", CqlType::Uuid),
                ("preferred_ip", CqlType::Inet),
                ("rack", CqlType::Text),
                ("release_version", CqlType::Text),
                ("rpc_address", CqlType::Inet),
                ("schema_version", CqlType::Uuid),
                ("tokens", tokens()),
            ],
        ),
    ]
}

/// Describes a virtual table. `number` is its own among virtual tables, below `catalog`'s first.
fn table(
    number: u32,
    keyspace: &str,
    name: &str,
    partition: &[(&str, CqlType)],
    clustering: &[(&str, CqlType)],
    values: &[(&str, CqlType)],
) -> Table {
    let kinds = partition
        .iter()
        .map(|column| (column, ColumnKind::PartitionKey))
        .chain(clustering.iter().map(|column| (column, ColumnKind::Clustering { descending: false })))
        .chain(values.iter().map(|column| (column, ColumnKind::Regular)));
    let columns = (0_u32..)
        .zip(kinds)
        .map(|(id, ((name, ty), kind))| Column { name: (*name).to_owned(), kind, ty: ty.clone(), id })
        .collect();
    Table {
        keyspace: keyspace.to_owned(),
        name: name.to_owned(),
        id: Uuid::from_u128(u128::from(number) << 96),
        columns,
        partition_key_len: partition.len(),
        clustering_len: clustering.len(),
        options: TableOptions {
            comment: String::new(),
            default_time_to_live: 0,
            gc_grace_seconds: 0,
            other: BTreeMap::new(),
        },
        dropped: BTreeMap::new(),
        indexes: BTreeMap::new(),
    }
}
