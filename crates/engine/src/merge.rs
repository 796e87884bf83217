//! Reconciliation: two versions of a row become one.
//!
//! One pure function with the rules of Cassandra's `db/rows/Cells.java` (`resolveRegular`,
//! `resolveCounter`), `db/rows/Row.java` (`Merger`), `db/LivenessInfo.java` and
//! `db/DeletionTime.java`. It is commutative, associative and idempotent, so the order in which
//! writes arrive does not matter; a deletion that covers the tombstone of a counter is the one
//! exception, and is one in Cassandra. It knows no clock: an expiring cell ranks the same before and
//! after its end. `purge` alone looks at the time, and only forgets.

use std::cmp::Ordering;

use crate::layout::TableLayout;
use crate::row::{Cell, Deletion, Item, Liveness, Row, State};

/// Merges two versions of one row under the deletion of its partition or of a range over it.
///
/// Of clustering components that are equal but were bound differently (1.0 and 1.00) the left
/// row's stay, as `db/rows/Rows.java` keeps those of the existing row.
pub(crate) fn merge<'a>(layout: &TableLayout, left: &Row<'a>, right: &Row<'a>, covering: Option<Deletion>) -> Row<'a> {
    let deletion = left.deletion.max(right.deletion).filter(|own| is_newer(*own, covering));
    let active = deletion.or(covering);
    let marker = later_marker(left.marker, right.marker).filter(|marker| !is_covered(marker.timestamp, active));
    let originals = if left.originals.is_empty() { right.originals.clone() } else { left.originals.clone() };
    let mut items = Vec::with_capacity(left.items.len().max(right.items.len()));
    let (mut l, mut r) = (left.items.as_slice(), right.items.as_slice());
    while let Some(column) = next_column(l, r) {
        let (mine, theirs);
        (mine, l) = l.split_at(run(l, column));
        (theirs, r) = r.split_at(run(r, column));
        merge_column(layout, column, mine, theirs, active, &mut items);
    }
    Row { marker, deletion, originals, items }
}

/// Forgets what is no longer needed: tombstones, and what expired, when their grace period is over.
///
/// `db/partitions/PurgeFunction.java`: purgeable is what was deleted before `now − grace`; an
/// expired cell counts as deleted when it was written (`db/rows/AbstractCell.java`, `purge`).
pub(crate) fn purge(row: &mut Row<'_>, now: u32, grace: u32) {
    let before = now.saturating_sub(grace);
    row.deletion = row.deletion.filter(|deletion| deletion.local >= before);
    row.marker =
        row.marker.filter(|marker| marker.is_live(now) || marker.expiry.is_none_or(|expiry| expiry.at >= before));
    row.items.retain_mut(|item| match item {
        Item::Complex { deletion, .. } => deletion.local >= before,
        Item::Cell(cell) => {
            if let State::Expiring(expiry) = cell.state
                && expiry.is_over(now)
            {
                cell.state = State::Tombstone { local: expiry.at.saturating_sub(expiry.ttl) };
                cell.value = &[];
            }
            !matches!(cell.state, State::Tombstone { local } if local < before)
        }
    });
}

/// Which of two cells of the same column and path stays.
pub(crate) fn reconcile<'a>(counter: bool, left: Cell<'a>, right: Cell<'a>) -> Cell<'a> {
    let order = if counter { counter_order(&left, &right) } else { cell_order(&left, &right) };
    if order.is_ge() { left } else { right }
}

/// Rank of regular cells: the greater wins.
fn cell_order(left: &Cell<'_>, right: &Cell<'_>) -> Ordering {
    (left.timestamp.cmp(&right.timestamp))
        .then_with(|| rank(left).cmp(&rank(right)))
        .then_with(|| left.value.cmp(right.value))
        .then_with(|| ttl(left).cmp(&ttl(right)))
}

/// A counter's tombstone wins whatever the timestamps (CASSANDRA-7346).
fn counter_order(left: &Cell<'_>, right: &Cell<'_>) -> Ordering {
    (is_tombstone(left).cmp(&is_tombstone(right))).then_with(|| cell_order(left, right))
}

/// At one timestamp a tombstone beats an expiring cell, which beats a live one; of two that end,
/// the later.
fn rank(cell: &Cell<'_>) -> (u8, u32) {
    match cell.state {
        State::Live => (0, 0),
        State::Expiring(expiry) => (1, expiry.at),
        State::Tombstone { local } => (2, local),
    }
}

fn ttl(cell: &Cell<'_>) -> u32 {
    match cell.state {
        State::Expiring(expiry) => expiry.ttl,
        State::Live | State::Tombstone { .. } => 0,
    }
}

fn is_tombstone(cell: &Cell<'_>) -> bool {
    matches!(cell.state, State::Tombstone { .. })
}

/// `LivenessInfo.supersedes`: later timestamp, then expiring over not, then later end.
fn later_marker(left: Option<Liveness>, right: Option<Liveness>) -> Option<Liveness> {
    let key = |marker: &Liveness| (marker.timestamp, marker.expiry.map(|expiry| (expiry.at, expiry.ttl)));
    [left, right].into_iter().flatten().max_by_key(key)
}

fn is_newer(own: Deletion, covering: Option<Deletion>) -> bool {
    covering.is_none_or(|covering| own.timestamp > covering.timestamp)
}

fn is_covered(timestamp: i64, deletion: Option<Deletion>) -> bool {
    deletion.is_some_and(|deletion| timestamp <= deletion.timestamp)
}

fn next_column(left: &[Item<'_>], right: &[Item<'_>]) -> Option<u32> {
    match (left.first(), right.first()) {
        (Some(left), Some(right)) => Some(left.column().min(right.column())),
        (Some(only), None) | (None, Some(only)) => Some(only.column()),
        (None, None) => None,
    }
}

/// Number of leading items of this column.
fn run(items: &[Item<'_>], column: u32) -> usize {
    items.iter().take_while(|item| item.column() == column).count()
}

fn merge_column<'a>(
    layout: &TableLayout,
    column: u32,
    left: &[Item<'a>],
    right: &[Item<'a>],
    active: Option<Deletion>,
    out: &mut Vec<Item<'a>>,
) {
    let (left_complex, left) = split_complex(left);
    let (right_complex, right) = split_complex(right);
    let complex = left_complex.max(right_complex).filter(|own| is_newer(*own, active));
    if let Some(deletion) = complex {
        out.push(Item::Complex { column, deletion });
    }
    let active = complex.or(active);
    let mut keep = |cell: Cell<'a>| {
        if !is_covered(cell.timestamp, active) {
            out.push(Item::Cell(cell));
        }
    };
    let (mut left, mut right) = (cells(left).peekable(), cells(right).peekable());
    loop {
        let order = match (left.peek(), right.peek()) {
            (Some(l), Some(r)) => compare_paths(layout, column, l.path, r.path),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return,
        };
        match order {
            Ordering::Less => left.next().into_iter().for_each(&mut keep),
            Ordering::Greater => right.next().into_iter().for_each(&mut keep),
            Ordering::Equal => {
                if let (Some(l), Some(r)) = (left.next(), right.next()) {
                    keep(resolve(layout, l, r, active));
                }
            }
        }
    }
}

/// Reconciles two cells, of which a covered one does not count.
fn resolve<'a>(layout: &TableLayout, left: Cell<'a>, right: Cell<'a>, active: Option<Deletion>) -> Cell<'a> {
    match (is_covered(left.timestamp, active), is_covered(right.timestamp, active)) {
        (true, false) => right,
        (false, true) => left,
        _ => reconcile(layout.counter, left, right),
    }
}

fn compare_paths(layout: &TableLayout, column: u32, left: Option<&[u8]>, right: Option<&[u8]>) -> Ordering {
    match (left, right) {
        (Some(left), Some(right)) => layout.compare_paths(column, left, right),
        (left, right) => left.is_some().cmp(&right.is_some()),
    }
}

fn split_complex<'s, 'a>(items: &'s [Item<'a>]) -> (Option<Deletion>, &'s [Item<'a>]) {
    match items.split_first() {
        Some((Item::Complex { deletion, .. }, cells)) => (Some(*deletion), cells),
        _ => (None, items),
    }
}

fn cells<'s, 'a>(items: &'s [Item<'a>]) -> impl Iterator<Item = Cell<'a>> + use<'s, 'a> {
    items.iter().filter_map(|item| match item {
        Item::Cell(cell) => Some(*cell),
        Item::Complex { .. } => None,
    })
}

#[cfg(test)]
mod tests;
