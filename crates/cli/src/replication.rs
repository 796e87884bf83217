//! How many copies there are where nobody says so: what the cluster can hold, three at most.
//!
//! Three copies on a cluster of one node would make every quorum unreachable, so the usual number
//! bends to the nodes that there are.

use std::collections::BTreeMap;

use quorate_clinic::schema::Replication;
use quorate_session::{Class, Target};

use crate::connection::Connection;

/// Copies that survive the loss of a node without losing the quorum.
const COPIES: u32 = 3;

/// The usual choice, without asking the cluster.
pub(crate) fn usual(target: &Target) -> Replication {
    match target {
        Target::Cluster(_) => Replication::Simple(COPIES),
        _ => Replication::Simple(1),
    }
}

/// The usual choice, as far as the cluster has nodes for it.
pub(crate) async fn fitting(connection: &Connection, target: &Target) -> anyhow::Result<Replication> {
    if !matches!(target, Target::Cluster(_)) {
        return Ok(usual(target));
    }
    let mut nodes: BTreeMap<String, u32> = BTreeMap::new();
    // The node that answers is in `local`, all others of the cluster are in its `peers`.
    for cql in ["SELECT data_center FROM system.local", "SELECT data_center FROM system.peers"] {
        let statement = connection.session().prepare(cql, Class::Read).await?;
        let rows = connection.session().execute(&statement, ()).await?;
        for row in rows.typed::<(Option<String>,)>()? {
            if let (Some(centre),) = row? {
                *nodes.entry(centre).or_default() += 1;
            }
        }
    }
    Ok(Replication::DataCentres(nodes.into_iter().map(|(centre, count)| (centre, count.min(COPIES))).collect()))
}
