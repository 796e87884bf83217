//! The clinic's keyspace: types, tables, settings, and how it is replicated.

use std::collections::BTreeMap;
use std::fmt;

use crate::error::Error;
use crate::store::Store;
use crate::tables::{OTHERS, TYPES, VIEWS};
use futures::future::{BoxFuture, FutureExt as _};

/// Version of the tables: a program refuses a keyspace of another.
pub const SCHEMA_VERSION: &str = "1";

/// Number of streams of a new keyspace.
pub const DEFAULT_STREAMS: i32 = 16;

/// How many copies of each row there are, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replication {
    /// `simple:N`: N copies on the next N nodes of the ring, whatever data centre they are in.
    Simple(u32),
    /// `dc1:N,dc2:M`: copies per data centre.
    DataCentres(BTreeMap<String, u32>),
}

/// What was fixed when the keyspace was made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) streams: i32,
}

impl Replication {
    /// Reads `simple:3` or `dc1:3,dc2:3`.
    ///
    /// # Errors
    /// `Invalid` says what is expected.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let wrong = || {
            Error::invalid(format!(
                "'{text}' is no replication: write simple:3, or copies per data centre such as dc1:3,dc2:3"
            ))
        };
        let mut centres = BTreeMap::new();
        for part in text.split(',') {
            let (name, copies) = part.split_once(':').ok_or_else(wrong)?;
            let copies: u32 = copies.parse().ok().filter(|copies| *copies > 0).ok_or_else(wrong)?;
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
            if name.is_empty() || !name.bytes().all(plain) || centres.insert(name.to_owned(), copies).is_some() {
                return Err(wrong());
            }
        }
        match centres.get("simple") {
            Some(copies) if centres.len() == 1 => Ok(Self::Simple(*copies)),
            Some(_) => Err(wrong()),
            None => Ok(Self::DataCentres(centres)),
        }
    }

    /// What this choice costs, where it costs something that is not evident.
    pub fn warnings(&self) -> Vec<String> {
        match self {
            Self::Simple(copies) => {
                let mut warnings = Vec::new();
                if *copies < 3 {
                    warnings.push(format!(
                        "{copies} {} of each row: the loss of one node makes QUORUM impossible for some rows; 3 copies survive it",
                        if *copies == 1 { "copy" } else { "copies" }
                    ));
                }
                warnings
            }
            Self::DataCentres(centres) => centres
                .iter()
                .filter(|(_, copies)| **copies < 3)
                .map(|(name, copies)| match copies {
                    2 => format!(
                        "2 copies in {name}: LOCAL_QUORUM needs both, so the loss of one node there stops reads and \
                         writes of its rows; 3 copies survive it"
                    ),
                    _ if centres.len() > 1 => format!(
                        "1 copy in {name}: the loss of a node there loses its rows until another data centre restores them"
                    ),
                    _ => format!("1 copy in {name} and nowhere else: the loss of a node loses its rows"),
                })
                .collect(),
        }
    }
}

impl fmt::Display for Replication {
    /// As the map of `WITH replication =`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Simple(copies) => write!(f, "{{'class': 'SimpleStrategy', 'replication_factor': {copies}}}"),
            Self::DataCentres(centres) => {
                write!(f, "{{'class': 'NetworkTopologyStrategy'")?;
                for (name, copies) in centres {
                    write!(f, ", '{name}': {copies}")?;
                }
                write!(f, "}}")
            }
        }
    }
}

/// Every statement that makes the keyspace, in order.
pub fn statements(keyspace: &str, replication: &Replication) -> Vec<String> {
    let keyspace_cql =
        format!("CREATE KEYSPACE IF NOT EXISTS {keyspace} WITH replication = {replication} AND durable_writes = true");
    let objects = TYPES.iter().chain(OTHERS).map(|cql| cql.replace("{ks}", keyspace));
    let views = VIEWS.iter().map(|view| view.create_cql(keyspace));
    std::iter::once(keyspace_cql).chain(objects).chain(views).collect()
}

/// Makes what is missing of the keyspace; changes nothing that is there.
pub fn apply<'a>(store: &'a Store, replication: &'a Replication) -> BoxFuture<'a, Result<(), Error>> {
    async move { apply_with(store, replication, DEFAULT_STREAMS).await }.boxed()
}

/// As `apply`, with a number of streams for a keyspace that is new.
pub(crate) async fn apply_with(store: &Store, replication: &Replication, streams: i32) -> Result<(), Error> {
    const SET: &str = "INSERT INTO {ks}.settings (name, value) VALUES (?, ?) IF NOT EXISTS";
    for statement in statements(store.keyspace(), replication) {
        store.schema(&statement).await?;
    }
    store.conditional(SET, ("version", SCHEMA_VERSION)).await?;
    store.conditional(SET, ("streams", streams.to_string())).await?;
    store.durable().await
}

/// What the keyspace was made with.
pub(crate) async fn settings(store: &Store) -> Result<Settings, Error> {
    const GET: &str = "SELECT value FROM {ks}.settings WHERE name = ?";
    let missing = || Error::Schema {
        what: format!("there is no clinic in keyspace {}: make it with `quorate schema apply`", store.keyspace()),
    };
    let version = match store.first::<(String,)>(GET, ("version",)).await {
        Ok(version) => version.ok_or_else(missing)?.0,
        Err(Error::Session(quorate_session::Error::Invalid { .. })) => return Err(missing()),
        Err(error) => return Err(error),
    };
    if version != SCHEMA_VERSION {
        return Err(Error::Schema {
            what: format!(
                "keyspace {} has tables of version {version}; this program reads version {SCHEMA_VERSION}",
                store.keyspace()
            ),
        });
    }
    let streams = store.first::<(String,)>(GET, ("streams",)).await?;
    let streams = streams.and_then(|(text,)| text.parse().ok()).filter(|count| *count > 0).ok_or_else(missing)?;
    Ok(Settings { streams })
}
