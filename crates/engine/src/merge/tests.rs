//! Reconciliation: the rules one by one, and as laws over generated rows.

use std::sync::Arc;

use quorate_cql::schema::ColumnKind;
use quorate_cql::types::CqlType;

use super::{merge, purge};
use crate::fixture::{Generator, map_of_int_to_blob, table};
use crate::layout::TableLayout;
use crate::row::{Cell, Deletion, Expiry, Item, Liveness, Row, State};

const PATHS: [[u8; 4]; 3] = [[0, 0, 0, 1], [0, 0, 0, 2], [0xFF, 0xFF, 0xFF, 0xFF]];
const VALUES: [&[u8]; 3] = [b"", b"a", b"b"];

fn layout(counter: bool) -> TableLayout {
    let plain = if counter { CqlType::Counter } else { CqlType::Blob };
    let columns = [
        ("k", ColumnKind::PartitionKey, CqlType::Int),
        ("m", ColumnKind::Regular, map_of_int_to_blob()),
        ("v", ColumnKind::Regular, plain),
    ];
    TableLayout::new(1, Arc::new(table(&columns)))
}

fn deletion(generator: &mut Generator) -> Deletion {
    Deletion { timestamp: i64::from(generator.byte(4)), local: u32::from(generator.byte(3)) }
}

fn expiry(generator: &mut Generator) -> Expiry {
    Expiry { ttl: u32::from(generator.byte(3)) + 1, at: u32::from(generator.byte(3)) + 100 }
}

/// Small ranges, so that ties of every kind arise.
fn cell(generator: &mut Generator, column: u32, path: Option<&'static [u8]>) -> Cell<'static> {
    let state = match generator.below(3) {
        0 => State::Live,
        1 => State::Expiring(expiry(generator)),
        _ => State::Tombstone { local: u32::from(generator.byte(3)) },
    };
    let value = match state {
        State::Tombstone { .. } => &[],
        _ => VALUES[usize::from(generator.byte(3))],
    };
    Cell { column, path, timestamp: i64::from(generator.byte(4)), state, value }
}

/// A row as a write could have made it: nothing in it that its own deletions cover.
fn row(generator: &mut Generator, layout: &TableLayout) -> Row<'static> {
    let mut row = Row::default();
    if generator.once_in(2) {
        let expiry = generator.once_in(2).then(|| expiry(generator));
        row.marker = Some(Liveness { timestamp: i64::from(generator.byte(4)), expiry });
    }
    // A counter's tombstone that beat a later cell and is then covered by a deletion is the one case
    // in which order matters, in Cassandra too.
    row.deletion = (!layout.counter && generator.once_in(3)).then(|| deletion(generator));
    if !layout.counter && generator.once_in(3) {
        row.items.push(Item::Complex { column: 1, deletion: deletion(generator) });
    }
    let mut paths: Vec<&'static [u8]> = PATHS.iter().map(<[u8; 4]>::as_slice).collect();
    paths.sort_by(|left, right| layout.compare_paths(1, left, right));
    for path in paths {
        if generator.once_in(2) {
            row.items.push(Item::Cell(cell(generator, 1, Some(path))));
        }
    }
    if generator.once_in(2) {
        row.items.push(Item::Cell(cell(generator, 2, None)));
    }
    merge(layout, &row, &Row::default(), None)
}

#[test]
fn merging_is_commutative_associative_and_idempotent() {
    for counter in [false, true] {
        let layout = layout(counter);
        for seed in 0..20_000 {
            let mut generator = Generator::new(seed);
            let (a, b, c) = (row(&mut generator, &layout), row(&mut generator, &layout), row(&mut generator, &layout));
            let (ab, bc) = (merge(&layout, &a, &b, None), merge(&layout, &b, &c, None));
            assert_eq!(ab, merge(&layout, &b, &a, None), "seed {seed}");
            assert_eq!(merge(&layout, &ab, &c, None), merge(&layout, &a, &bc, None), "seed {seed}");
            assert_eq!(merge(&layout, &a, &a, None), a, "seed {seed}");
        }
    }
}

#[test]
fn a_covering_deletion_may_come_before_or_after() {
    let layout = layout(false);
    for seed in 0..20_000 {
        let mut generator = Generator::new(seed);
        let (a, b) = (row(&mut generator, &layout), row(&mut generator, &layout));
        let covering = Some(deletion(&mut generator));
        let covered_first = merge(&layout, &a, &Row::default(), covering);
        let later = merge(&layout, &covered_first, &b, covering);
        assert_eq!(later, merge(&layout, &a, &b, covering), "seed {seed}");
    }
}

fn live(timestamp: i64, value: &'static [u8]) -> Cell<'static> {
    Cell { column: 2, path: None, timestamp, state: State::Live, value }
}

fn expiring(timestamp: i64, at: u32, value: &'static [u8]) -> Cell<'static> {
    Cell { column: 2, path: None, timestamp, state: State::Expiring(Expiry { ttl: 10, at }), value }
}

fn tombstone(timestamp: i64, local: u32) -> Cell<'static> {
    Cell { column: 2, path: None, timestamp, state: State::Tombstone { local }, value: &[] }
}

/// The cases of `resolveRegular` in `db/rows/Cells.java`, winner first.
#[test]
fn ties_resolve_as_in_cells_java() {
    let layout = layout(false);
    let cases = [
        (live(2, b"a"), live(1, b"b")),
        (live(1, b"b"), live(1, b"a")),
        (live(1, b"ab"), live(1, b"a")),
        (live(1, &[0x80]), live(1, &[0x7F])),
        (tombstone(1, 5), live(1, b"z")),
        (expiring(1, 50, b"a"), live(1, b"z")),
        (tombstone(1, 5), expiring(1, 500, b"z")),
        (expiring(1, 60, b"a"), expiring(1, 50, b"z")),
        (expiring(1, 50, b"b"), expiring(1, 50, b"a")),
        (tombstone(1, 6), tombstone(1, 5)),
        (live(2, b"a"), tombstone(1, 5)),
    ];
    for (winner, loser) in cases {
        let of = |cell| Row { items: vec![Item::Cell(cell)], ..Row::default() };
        assert_eq!(merge(&layout, &of(winner), &of(loser), None), of(winner), "{winner:?} over {loser:?}");
        assert_eq!(merge(&layout, &of(loser), &of(winner), None), of(winner), "{winner:?} over {loser:?}");
    }
}

/// `resolveCounter`: a tombstone wins whatever the timestamps.
#[test]
fn a_deleted_counter_stays_deleted() {
    let layout = layout(true);
    let of = |cell| Row { items: vec![Item::Cell(cell)], ..Row::default() };
    assert_eq!(merge(&layout, &of(live(9, b"a")), &of(tombstone(1, 5)), None), of(tombstone(1, 5)));
}

#[test]
fn a_deletion_covers_its_own_timestamp_and_earlier_ones() {
    let layout = layout(false);
    let deleted = Row { deletion: Some(Deletion { timestamp: 5, local: 1 }), ..Row::default() };
    for (timestamp, survives) in [(4, false), (5, false), (6, true)] {
        let written = Row {
            marker: Some(Liveness { timestamp, expiry: None }),
            items: vec![Item::Cell(live(timestamp, b"a"))],
            ..Row::default()
        };
        let merged = merge(&layout, &written, &deleted, None);
        assert_eq!((merged.marker.is_some(), merged.items.len()), (survives, usize::from(survives)), "{timestamp}");
    }
}

/// Overwriting a collection deletes at one microsecond before its cells.
#[test]
fn an_overwritten_collection_keeps_only_its_own_cells() {
    let layout = layout(false);
    let at = |timestamp, path: &'static [u8]| Cell { column: 1, path: Some(path), ..live(timestamp, b"a") };
    let old = Row { items: vec![Item::Cell(at(3, &PATHS[0])), Item::Cell(at(3, &PATHS[1]))], ..Row::default() };
    let complex = Item::Complex { column: 1, deletion: Deletion { timestamp: 3, local: 1 } };
    let new = Row { items: vec![complex, Item::Cell(at(4, &PATHS[1]))], ..Row::default() };
    assert_eq!(merge(&layout, &old, &new, None), new);
}

#[test]
fn purging_forgets_what_is_older_than_the_grace_period() {
    let grace = 10;
    let mut row = Row {
        marker: Some(Liveness { timestamp: 1, expiry: Some(Expiry { ttl: 5, at: 40 }) }),
        deletion: Some(Deletion { timestamp: 1, local: 89 }),
        items: vec![
            Item::Complex { column: 1, deletion: Deletion { timestamp: 1, local: 90 } },
            Item::Cell(expiring(1, 99, b"a")),
            Item::Cell(expiring(1, 101, b"b")),
        ],
        ..Row::default()
    };
    purge(&mut row, 100, grace);
    assert_eq!(row.marker, None);
    assert_eq!(row.deletion, None);
    let kept = Item::Complex { column: 1, deletion: Deletion { timestamp: 1, local: 90 } };
    // Expired at 99 with a TTL of 10: as good as deleted at 89, which is before 90.
    assert_eq!(row.items, [kept, Item::Cell(expiring(1, 101, b"b"))]);
}
