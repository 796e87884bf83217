//! Clustering restrictions become ranges of encoded clustering bytes.
//!
//! A bound over several columns (`(a, b) > (1, 2)`) is lexicographic in value order. Where
//! ascending and descending columns mix, what it covers is not one range of keys but several; with
//! one direction the pieces touch and melt into one. Reads use this, and so do range deletions,
//! which keep the ranges in their tombstones.

use crate::keys::{push_clustering, successor};
use crate::layout::TableLayout;

/// Encoded clustering from `start` (inclusive) to `end` (exclusive; `None` = to the partition's end).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ByteRange {
    /// First bytes inside.
    pub(crate) start: Vec<u8>,
    /// First bytes outside.
    pub(crate) end: Option<Vec<u8>>,
}

impl ByteRange {
    /// Whether the bytes are inside.
    pub(crate) fn contains(&self, clustering: &[u8]) -> bool {
        clustering >= self.start.as_slice() && self.end.as_deref().is_none_or(|end| clustering < end)
    }

    /// Whether all of the other range is inside.
    pub(crate) fn includes(&self, other: &Self) -> bool {
        let beyond = match (&self.end, &other.end) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(end), Some(other)) => end >= other,
        };
        beyond && self.start <= other.start
    }

    /// All that begins with `prefix`.
    pub(crate) fn prefix(prefix: Vec<u8>) -> Self {
        let mut end = prefix.clone();
        let end = successor(&mut end).then_some(end);
        Self { start: prefix, end }
    }
}

/// An end of a slice, in value order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bound<'a> {
    /// Values of consecutive clustering columns.
    pub(crate) values: &'a [&'a [u8]],
    /// Whether rows equal to the values are inside.
    pub(crate) inclusive: bool,
}

/// Ranges of rows that begin with `prefix` (the encoded form of the first `fixed` clustering
/// columns) and lie between the bounds, disjoint and in key order.
pub(crate) fn slices(
    layout: &TableLayout,
    prefix: &[u8],
    fixed: usize,
    from: Option<Bound<'_>>,
    to: Option<Bound<'_>>,
) -> Vec<ByteRange> {
    let above = from.map(|bound| side(layout, prefix, fixed, bound, true));
    let below = to.map(|bound| side(layout, prefix, fixed, bound, false));
    match (above, below) {
        (None, None) => vec![ByteRange::prefix(prefix.to_vec())],
        (Some(ranges), None) | (None, Some(ranges)) => ranges,
        (Some(above), Some(below)) => intersect(&above, &below),
    }
}

/// What lies on one side of a bound: for each column the rows that equal the bound before it and
/// are beyond it there, and the rows that equal it altogether when the bound is inclusive.
fn side(layout: &TableLayout, prefix: &[u8], fixed: usize, bound: Bound<'_>, above: bool) -> Vec<ByteRange> {
    let mut ranges = Vec::with_capacity(bound.values.len() + 1);
    let mut equal = prefix.to_vec();
    for (offset, value) in bound.values.iter().enumerate() {
        let whole = ByteRange::prefix(equal.clone());
        push_clustering(layout, fixed + offset, value, &mut equal);
        let same = ByteRange::prefix(equal.clone());
        if above == layout.is_descending(fixed + offset) {
            ranges.push(ByteRange { start: whole.start, end: Some(same.start) });
        } else if let Some(start) = same.end {
            ranges.push(ByteRange { start, end: whole.end });
        }
    }
    if bound.inclusive {
        ranges.push(ByteRange::prefix(equal));
    }
    melt(ranges)
}

/// Sorts ranges and joins those that touch.
pub(crate) fn melt(mut ranges: Vec<ByteRange>) -> Vec<ByteRange> {
    ranges.retain(|range| range.end.as_ref().is_none_or(|end| *end > range.start));
    ranges.sort_by(|left, right| left.start.cmp(&right.start));
    let mut melted: Vec<ByteRange> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match melted.last_mut() {
            Some(last) if last.end.as_ref().is_none_or(|end| *end >= range.start) => {
                last.end = later_end(last.end.take(), range.end);
            }
            _ => melted.push(range),
        }
    }
    melted
}

fn intersect(left: &[ByteRange], right: &[ByteRange]) -> Vec<ByteRange> {
    let mut common = Vec::new();
    for a in left {
        for b in right {
            let start = a.start.clone().max(b.start.clone());
            let end = earlier_end(a.end.clone(), b.end.clone());
            if end.as_ref().is_none_or(|end| *end > start) {
                common.push(ByteRange { start, end });
            }
        }
    }
    common.sort_by(|a, b| a.start.cmp(&b.start));
    common
}

fn later_end(left: Option<Vec<u8>>, right: Option<Vec<u8>>) -> Option<Vec<u8>> {
    left.zip(right).map(|(left, right)| left.max(right))
}

fn earlier_end(left: Option<Vec<u8>>, right: Option<Vec<u8>>) -> Option<Vec<u8>> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left.min(right)),
        (left, right) => left.or(right),
    }
}
