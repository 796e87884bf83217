//! Packs rows into the format that `row` describes.

use crate::row::{self, Cell, Deletion, Expiry, Item, Row, State, varint};

/// Appends the packed form of a row.
pub(crate) fn write(row: &Row<'_>, out: &mut Vec<u8>) {
    let base = base_timestamp(row);
    let plain = row.items.iter().all(|item| is_plain(item, base));
    let marker_expiry = row.marker.and_then(|marker| marker.expiry);
    out.push(flags(row, marker_expiry, plain));
    out.extend_from_slice(&base.to_le_bytes());
    if let Some(expiry) = marker_expiry {
        push_expiry(expiry, out);
    }
    if let Some(deletion) = row.deletion {
        push_deletion(deletion, out);
    }
    if !row.originals.is_empty() {
        varint::push(row.originals.len() as u64, out);
        for (place, bytes) in &row.originals {
            varint::push(u64::from(*place), out);
            push_bytes(bytes, out);
        }
    }
    for item in &row.items {
        match item {
            Item::Cell(cell) if plain => {
                varint::push(u64::from(cell.column), out);
                push_bytes(cell.value, out);
            }
            Item::Cell(cell) => push_cell(cell, base, marker_expiry, out),
            Item::Complex { column, deletion } => {
                varint::push(u64::from(*column), out);
                out.push(row::ITEM_COMPLEX_DELETION);
                push_deletion(*deletion, out);
            }
        }
    }
}

/// Appends a deletion as rows and partitions keep it.
pub(crate) fn push_deletion(deletion: Deletion, out: &mut Vec<u8>) {
    out.extend_from_slice(&deletion.timestamp.to_le_bytes());
    varint::push(u64::from(deletion.local), out);
}

fn base_timestamp(row: &Row<'_>) -> i64 {
    if let Some(marker) = row.marker {
        return marker.timestamp;
    }
    let first_cell = row.items.iter().find_map(|item| match item {
        Item::Cell(cell) => Some(cell.timestamp),
        Item::Complex { .. } => None,
    });
    first_cell.or(row.deletion.map(|deletion| deletion.timestamp)).unwrap_or_default()
}

fn is_plain(item: &Item<'_>, base: i64) -> bool {
    matches!(item, Item::Cell(Cell { path: None, timestamp, state: State::Live, .. }) if *timestamp == base)
}

fn flags(row: &Row<'_>, marker_expiry: Option<Expiry>, plain: bool) -> u8 {
    let mut flags = row::FORMAT;
    for (set, flag) in [
        (row.marker.is_some(), row::HAS_MARKER),
        (marker_expiry.is_some(), row::MARKER_EXPIRES),
        (row.deletion.is_some(), row::HAS_DELETION),
        (!row.originals.is_empty(), row::HAS_ORIGINALS),
        (plain, row::PLAIN),
    ] {
        if set {
            flags |= flag;
        }
    }
    flags
}

fn push_cell(cell: &Cell<'_>, base: i64, marker_expiry: Option<Expiry>, out: &mut Vec<u8>) {
    varint::push(u64::from(cell.column), out);
    let mut flags = match cell.state {
        State::Live => 0,
        State::Expiring(expiry) if Some(expiry) == marker_expiry => row::ITEM_EXPIRING | row::ITEM_MARKER_EXPIRY,
        State::Expiring(_) => row::ITEM_EXPIRING,
        State::Tombstone { .. } => row::ITEM_TOMBSTONE,
    };
    if cell.timestamp != base {
        flags |= row::ITEM_OWN_TIMESTAMP;
    }
    if cell.path.is_some() {
        flags |= row::ITEM_PATH;
    }
    out.push(flags);
    if cell.timestamp != base {
        out.extend_from_slice(&cell.timestamp.to_le_bytes());
    }
    match cell.state {
        State::Tombstone { local } => varint::push(u64::from(local), out),
        State::Expiring(expiry) if flags & row::ITEM_MARKER_EXPIRY == 0 => push_expiry(expiry, out),
        State::Live | State::Expiring(_) => {}
    }
    if let Some(path) = cell.path {
        push_bytes(path, out);
    }
    if !matches!(cell.state, State::Tombstone { .. }) {
        push_bytes(cell.value, out);
    }
}

fn push_expiry(expiry: Expiry, out: &mut Vec<u8>) {
    varint::push(u64::from(expiry.ttl), out);
    varint::push(u64::from(expiry.at), out);
}

fn push_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    varint::push(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}
