//! Opening a connection to a cluster, and finding its local data centre.
//!
//! Nodes that do not answer keep nobody out: a session opens with those that do.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use quorate_engine::Clock;
use scylla::client::session::Session;
use scylla::client::session_builder::SessionBuilder;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::Cluster;
use super::failure::{Failures, NoAnswer};
use super::profiles::Profiles;
use super::reach::{self, OnlyThoseThatAnswer, Patience, Reached};
use crate::error::Error;
use crate::target::{ClusterOptions, Compression};

/// How often each connection is asked for a sign of life.
const KEEPALIVE: Duration = Duration::from_secs(2);
/// How long a node may give no sign of life at least, whatever the time limit of a request.
const SILENCE: Duration = Duration::from_secs(5);
/// How often it is looked whether a node is connected.
const POLL: Duration = Duration::from_millis(20);

impl Cluster {
    pub(crate) async fn connect(options: &ClusterOptions, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        if options.contact_points.is_empty() {
            return Err(Error::config("no contact points: name some nodes of the cluster"));
        }
        let failures = Failures::new(&options.contact_points);
        let deadline = Instant::now() + options.connect_timeout;
        // Two rounds of questions, contact points and then all nodes, leave a third for the work itself.
        let each = options.connect_timeout / 3;
        let patience = Patience { whole: options.connect_timeout, each };
        let reached = reach::contact_points(&options.contact_points, patience).await;
        let builder = builder(options, reached.map_err(|cause| failures.unavailable(cause))?)
            .address_translator(Arc::new(OnlyThoseThatAnswer { within: each }));
        let late = |_elapsed| failures.unavailable(NoAnswer { after: options.connect_timeout });
        let driver = tokio::time::timeout_at(deadline, builder.build()).await.map_err(late)?;
        let driver = driver.map_err(|cause| failures.connection(cause))?;
        tokio::time::timeout_at(deadline, connected(&driver, Share::One)).await.map_err(late)?;
        let state = driver.get_cluster_state();
        let present = state.get_nodes_info().iter().filter_map(|node| node.datacenter.as_deref()).collect();
        let datacenter = local_datacenter(options.local_datacenter.as_deref(), &present)?;
        Ok(Self {
            profiles: Profiles::new(options, datacenter),
            driver,
            failures,
            whole: OnceCell::new(),
            connect_timeout: options.connect_timeout,
            request_timeout: options.request_timeout,
            retry_for: options.retry_for,
            clock,
        })
    }
}

/// What the driver is told.
fn builder(options: &ClusterOptions, reached: Reached) -> SessionBuilder {
    let builder = SessionBuilder::new()
        .known_nodes(reached.names)
        .known_nodes_addr(reached.addresses)
        .connection_timeout(options.connect_timeout)
        // A node that is stopped keeps its connections. One that does not answer this for as long
        // as a request may take can answer no request in time either: others are asked then.
        .keepalive_interval(KEEPALIVE)
        .keepalive_timeout(options.request_timeout.max(SILENCE))
        // Routing needs replication and table names. Columns and types it does not need, and a
        // type of somebody else's keyspace that the driver cannot read must not keep us out.
        .fetch_full_schema_metadata(false)
        .compression(match options.compression {
            Compression::None => None,
            Compression::Lz4 => Some(scylla::client::Compression::Lz4),
        });
    match &options.credentials {
        Some(credentials) => builder.user(&credentials.username, &credentials.password),
        None => builder,
    }
}

/// Of how many nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Share {
    One,
    All,
}

/// Waits until there are nodes to send requests to. The driver tries again those that did not
/// answer at first.
pub(super) async fn connected(driver: &Session, share: Share) {
    loop {
        let state = driver.get_cluster_state();
        let mut nodes = state.get_nodes_info().iter();
        let enough = match share {
            Share::One => nodes.any(|node| node.is_connected()),
            Share::All => nodes.all(|node| node.is_connected()),
        };
        if enough {
            return;
        }
        tokio::time::sleep(POLL).await;
    }
}

/// Local consistency levels mean the coordinator's data centre, so it may not be left to chance.
fn local_datacenter<'a>(asked: Option<&'a str>, present: &BTreeSet<&'a str>) -> Result<&'a str, Error> {
    let names = || present.iter().copied().collect::<Vec<_>>().join(", ");
    match asked {
        Some(name) if present.contains(name) => Ok(name),
        Some(name) => Err(Error::config(format!("the cluster has no data centre '{name}', it has: {}", names()))),
        None => match present.first() {
            Some(only) if present.len() == 1 => Ok(only),
            _ => Err(Error::config(format!("name the local data centre, one of: {}", names()))),
        },
    }
}

#[cfg(test)]
mod tests;
