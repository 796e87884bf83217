//! DESCRIBE: rows that analysis made, or what is known of the cluster, a page at a time.
//!
//! As in Cassandra a page remembers the version of the schema: who pages while the schema changes
//! is told to begin again (`cql3/statements/DescribeStatement.java`).

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use quorate_cql::codec;
use quorate_cql::plan::{ColumnSpec, Description};
use quorate_cql::types::CqlType;
use uuid::Uuid;

use crate::answer::Rows;
use crate::error::Error;
use crate::select::Page;
use crate::shape::push_cell;
use crate::system;

/// Answers DESCRIBE at a version of the schema.
pub(crate) fn run(
    description: &Description,
    columns: &Arc<[ColumnSpec]>,
    page: Page<'_>,
    version: Uuid,
    node: SocketAddr,
) -> Result<Rows, Error> {
    let cluster;
    let rows: Vec<Vec<&[u8]>> = match description {
        Description::Rows(rows) => rows.iter().map(|row| row.iter().map(String::as_bytes).collect()).collect(),
        Description::Cluster { ownership } => {
            cluster = cluster_row(*ownership, node);
            vec![cluster.iter().map(Vec::as_slice).collect()]
        }
    };
    let from = page.state.map_or(Ok(0), |state| offset(state, version))?.min(rows.len());
    let size = page.size.and_then(|size| usize::try_from(size).ok()).filter(|size| *size > 0).unwrap_or(usize::MAX);
    let to = from.saturating_add(size).min(rows.len());
    let mut cells = Vec::new();
    for cell in rows[from..to].iter().flatten() {
        push_cell(Some(cell), &mut cells);
    }
    let paging_state = (to < rows.len()).then(|| state(to, version));
    Ok(Rows { columns: Arc::clone(columns), cells: Bytes::from(cells), row_count: to - from, paging_state })
}

fn cluster_row(ownership: bool, node: SocketAddr) -> Vec<Vec<u8>> {
    let mut row: Vec<Vec<u8>> =
        [system::CLUSTER, "Murmur3Partitioner", "SimpleSnitch"].map(|text| text.as_bytes().to_vec()).into();
    if ownership {
        let endpoint = format!("/{}:{}", node.ip(), system::STORAGE_PORT);
        let endpoints = codec::encode_list(&[endpoint.as_str()]);
        row.push(codec::encode_map(&CqlType::Text, vec![(system::TOKEN.as_bytes(), endpoints.as_slice())]));
    }
    row
}

fn state(offset: usize, version: Uuid) -> Vec<u8> {
    let mut state = version.as_bytes().to_vec();
    state.extend_from_slice(&u64::try_from(offset).unwrap_or(u64::MAX).to_be_bytes());
    state
}

fn offset(state: &[u8], version: Uuid) -> Result<usize, Error> {
    let (of, offset) = state.split_first_chunk::<16>().ok_or(Error::PagingState)?;
    let offset = <[u8; 8]>::try_from(offset).map_err(|_| Error::PagingState)?;
    if Uuid::from_bytes(*of) != version {
        return Err(Error::invalid(
            "The schema has changed since the previous page of the DESCRIBE statement result. \
             Please retry the DESCRIBE statement.",
        ));
    }
    usize::try_from(u64::from_be_bytes(offset)).map_err(|_| Error::PagingState)
}
