//! Opening a connection to a cluster, and finding its local data centre.

use std::collections::BTreeSet;
use std::sync::Arc;

use quorate_engine::Clock;
use scylla::client::session_builder::SessionBuilder;

use super::Cluster;
use super::failure::{Failures, NoAnswer};
use super::profiles::Profiles;
use crate::error::Error;
use crate::target::{ClusterOptions, Compression};

impl Cluster {
    pub(crate) async fn connect(options: &ClusterOptions, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        if options.contact_points.is_empty() {
            return Err(Error::config("no contact points: name some nodes of the cluster"));
        }
        let failures = Failures::new(&options.contact_points);
        let mut builder = SessionBuilder::new()
            .known_nodes(&options.contact_points)
            .connection_timeout(options.connect_timeout)
            // Routing needs replication and table names. Columns and types it does not need, and a
            // type of somebody else's keyspace that the driver cannot read must not keep us out.
            .fetch_full_schema_metadata(false)
            .compression(match options.compression {
                Compression::None => None,
                Compression::Lz4 => Some(scylla::client::Compression::Lz4),
            });
        if let Some(credentials) = &options.credentials {
            builder = builder.user(&credentials.username, &credentials.password);
        }
        let driver = match tokio::time::timeout(options.connect_timeout, builder.build()).await {
            Ok(driver) => driver.map_err(|cause| failures.connection(cause))?,
            Err(_elapsed) => return Err(failures.unavailable(NoAnswer { after: options.connect_timeout })),
        };
        let state = driver.get_cluster_state();
        let present = state.get_nodes_info().iter().filter_map(|node| node.datacenter.as_deref()).collect();
        let datacenter = local_datacenter(options.local_datacenter.as_deref(), &present)?;
        Ok(Self {
            profiles: Profiles::new(options, datacenter),
            driver,
            failures,
            request_timeout: options.request_timeout,
            retry_for: options.retry_for,
            clock,
        })
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
