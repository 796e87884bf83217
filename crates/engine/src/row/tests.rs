//! Packed rows: round trips, liveness, and what damage does.

use super::{Cell, Deletion, Expiry, Item, Liveness, Row, RowView, State, write};
use crate::fixture::Generator;

fn packed(row: &Row<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    write(row, &mut out);
    out
}

fn cell(column: u32, timestamp: i64, state: State, value: &[u8]) -> Item<'_> {
    Item::Cell(Cell { column, path: None, timestamp, state, value })
}

#[test]
fn what_insert_writes_is_compact() {
    let row = Row {
        marker: Some(Liveness { timestamp: 1_700_000_000_000_000, expiry: None }),
        items: vec![
            cell(3, 1_700_000_000_000_000, State::Live, b"abc"),
            cell(4, 1_700_000_000_000_000, State::Live, b""),
        ],
        ..Row::default()
    };
    let bytes = packed(&row);
    // Flags, timestamp, and for each cell column, length and value.
    assert_eq!(bytes.len(), 1 + 8 + (1 + 1 + 3) + (1 + 1));
    assert!(RowView::read(&bytes).unwrap().plain);
    assert_eq!(RowView::read(&bytes).unwrap().to_row().unwrap(), row);
}

#[test]
fn every_kind_of_row_comes_back() {
    let bytes: Vec<u8> = (0..=255).collect();
    for seed in 0..20_000 {
        let mut generator = Generator::new(seed);
        let row = random_row(&mut generator, &bytes);
        let packed = packed(&row);
        assert_eq!(RowView::read(&packed).unwrap().to_row().unwrap(), row, "seed {seed}");
    }
}

#[test]
fn a_row_that_is_cut_short_is_reported() {
    let bytes: Vec<u8> = (0..=255).collect();
    for seed in 0..2_000 {
        let mut generator = Generator::new(seed);
        let row = random_row(&mut generator, &bytes);
        let whole = packed(&row);
        for length in 0..whole.len() {
            // Cut between two items the rest is a row; it must then have fewer of them.
            if let Ok(read) = RowView::read(&whole[..length]).and_then(RowView::to_row) {
                assert!(read.items.len() < row.items.len(), "seed {seed}, length {length}");
            }
        }
    }
}

#[test]
fn a_newer_format_is_refused() {
    let mut bytes = packed(&Row::default());
    bytes[0] = bytes[0] & 0b0001_1111 | 2 << 5;
    RowView::read(&bytes).unwrap_err();
}

#[test]
fn a_row_lives_by_its_marker_or_any_live_cell() {
    let expiry = Expiry { ttl: 10, at: 100 };
    let marked = Row { marker: Some(Liveness { timestamp: 1, expiry: Some(expiry) }), ..Row::default() };
    let only_cell = Row { items: vec![cell(1, 1, State::Expiring(expiry), b"a")], ..Row::default() };
    let deleted = Row { items: vec![cell(1, 1, State::Tombstone { local: 5 }, b"")], ..Row::default() };
    for (row, at_99, at_100) in [(&marked, true, false), (&only_cell, true, false), (&deleted, false, false)] {
        let bytes = packed(row);
        let view = RowView::read(&bytes).unwrap();
        assert_eq!((view.is_live(99).unwrap(), view.is_live(100).unwrap()), (at_99, at_100), "{row:?}");
    }
}

fn random_row<'a>(generator: &mut Generator, bytes: &'a [u8]) -> Row<'a> {
    let timestamps = [0, 1, -1, i64::MIN, i64::MAX, 1_700_000_000_000_000];
    let timestamp = |generator: &mut Generator| timestamps[usize::from(generator.byte(6))];
    let slice = |generator: &mut Generator| {
        let start = usize::from(generator.byte(255));
        &bytes[start..start + usize::from(generator.byte(200)).min(256 - start)]
    };
    let mut row = Row::default();
    let expiry = Expiry { ttl: 300, at: 4_000_000_000 };
    if generator.once_in(2) {
        row.marker = Some(Liveness { timestamp: timestamp(generator), expiry: generator.once_in(2).then_some(expiry) });
    }
    if generator.once_in(4) {
        row.deletion = Some(Deletion { timestamp: timestamp(generator), local: 77 });
    }
    if generator.once_in(4) {
        row.originals = vec![(0, slice(generator)), (300, slice(generator))];
    }
    for column in 0..generator.below(5) {
        let column = u32::try_from(column * 100).unwrap();
        if generator.once_in(4) {
            row.items.push(Item::Complex { column, deletion: Deletion { timestamp: timestamp(generator), local: 1 } });
        }
        let state = match generator.below(4) {
            0 => State::Expiring(Expiry { ttl: 1, at: 2 }),
            1 => State::Expiring(expiry),
            2 => State::Tombstone { local: 9 },
            _ => State::Live,
        };
        let value = if matches!(state, State::Tombstone { .. }) { &[] } else { slice(generator) };
        let path = generator.once_in(2).then(|| slice(generator));
        row.items.push(Item::Cell(Cell { column, path, timestamp: timestamp(generator), state, value }));
    }
    row
}
