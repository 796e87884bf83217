//! Where a session's data is and how it is asked: back end, consistency, time limits.
//!
//! Plain data without behaviour: opening is `Session::open`. Secrets never appear in `Debug`.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

pub use quorate_engine::Durability;

use crate::codec::{Consistency, SerialConsistency};
use crate::error::Error;

/// What a session connects to.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Target {
    /// An embedded store in a directory, which is made where there is none.
    Embedded {
        /// The store's own directory.
        directory: PathBuf,
        /// What a returned write means.
        durability: Durability,
    },
    /// An embedded store that ends with the process.
    InMemory,
    /// An Apache Cassandra cluster.
    Cluster(ClusterOptions),
}

/// How to reach and ask a cluster.
#[derive(Debug, Clone)]
pub struct ClusterOptions {
    /// `host` or `host:port` of some nodes; the others are discovered. Port 9042 where none is given.
    pub contact_points: Vec<String>,
    /// The data centre whose nodes are asked. May be left out where the cluster has only one.
    pub local_datacenter: Option<String>,
    /// For clusters that ask for a password.
    pub credentials: Option<Credentials>,
    /// Compression of the protocol's frames.
    pub compression: Compression,
    /// How long opening may take in all.
    pub connect_timeout: Duration,
    /// How long one request may take, repetitions included.
    pub request_timeout: Duration,
    /// How long `write_all` goes on repeating what failed for a passing reason.
    pub retry_for: Duration,
    /// How many replicas must answer.
    pub consistency: ConsistencyProfile,
}

/// User name and password.
#[derive(Clone)]
pub struct Credentials {
    /// The role's name.
    pub username: String,
    /// Its password.
    pub password: String,
}

/// Compression of the protocol's frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compression {
    /// None: best on a fast network.
    #[default]
    None,
    /// LZ4.
    Lz4,
}

/// How many replicas must answer, per class of statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsistencyProfile {
    /// Of reads.
    pub read: Consistency,
    /// Of writes, counter updates, and the commit of conditional statements.
    pub write: Consistency,
    /// Of the decision of conditional statements, and of serial reads.
    pub serial: SerialConsistency,
}

/// What a statement is to the application: it decides consistency, and what a failure means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// A read.
    Read,
    /// A read that sees every conditional statement that was decided, and finishes one that hangs.
    SerialRead,
    /// An unconditional write.
    Write,
    /// A statement with IF.
    Conditional,
    /// A counter update.
    Counter,
    /// A change of the schema.
    Schema,
}

impl ClusterOptions {
    /// Options with defaults: `LOCAL_QUORUM` and `LOCAL_SERIAL`, 5 s to connect, 10 s per request,
    /// `write_all` repeats for 30 s.
    pub fn new(contact_points: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            contact_points: contact_points.into_iter().map(Into::into).collect(),
            local_datacenter: None,
            credentials: None,
            compression: Compression::None,
            connect_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(10),
            retry_for: Duration::from_secs(30),
            consistency: ConsistencyProfile::default(),
        }
    }
}

impl Default for ConsistencyProfile {
    fn default() -> Self {
        Self { read: Consistency::LocalQuorum, write: Consistency::LocalQuorum, serial: SerialConsistency::LocalSerial }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("username", &self.username).finish_non_exhaustive()
    }
}

/// Reads a consistency level's name as CQL writes it (`LOCAL_QUORUM`), in any case.
pub fn consistency(name: &str) -> Result<Consistency, Error> {
    const LEVELS: [(&str, Consistency); 9] = [
        ("ANY", Consistency::Any),
        ("ONE", Consistency::One),
        ("TWO", Consistency::Two),
        ("THREE", Consistency::Three),
        ("QUORUM", Consistency::Quorum),
        ("ALL", Consistency::All),
        ("LOCAL_QUORUM", Consistency::LocalQuorum),
        ("EACH_QUORUM", Consistency::EachQuorum),
        ("LOCAL_ONE", Consistency::LocalOne),
    ];
    LEVELS.iter().find(|(level, _)| level.eq_ignore_ascii_case(name)).map(|(_, level)| *level).ok_or_else(|| {
        let names: Vec<&str> = LEVELS.iter().map(|(level, _)| *level).collect();
        Error::config(format!("unknown consistency level '{name}': one of {}", names.join(", ")))
    })
}

/// Reads a serial consistency level's name: `SERIAL` or `LOCAL_SERIAL`, in any case.
pub fn serial_consistency(name: &str) -> Result<SerialConsistency, Error> {
    if name.eq_ignore_ascii_case("SERIAL") {
        Ok(SerialConsistency::Serial)
    } else if name.eq_ignore_ascii_case("LOCAL_SERIAL") {
        Ok(SerialConsistency::LocalSerial)
    } else {
        Err(Error::config(format!("unknown serial consistency level '{name}': one of SERIAL, LOCAL_SERIAL")))
    }
}
