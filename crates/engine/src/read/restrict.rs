//! A statement's restrictions, with their values, as ranges of keys.

use std::borrow::Cow;
use std::cmp::Ordering;

use quorate_cql::codec;
use quorate_cql::order;
use quorate_cql::plan::{ClusteringBound, InValues, Rows, TokenBound};

use super::end_of;
use crate::error::Error;
use crate::keys::{self, Bound, ByteRange};
use crate::layout::TableLayout;
use crate::term::{self, Bindings, Evaluated};

/// The longest partition key, bytes (`cql3/QueryProcessor.java`).
const MAX_KEY: usize = 65_535;

/// Rows of a partition, by their encoded clustering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RowRange {
    /// The one row with this full clustering.
    Point(Vec<u8>),
    /// All rows in a range.
    Slice(ByteRange),
}

impl RowRange {
    fn start(&self) -> &[u8] {
        match self {
            Self::Point(start) => start,
            Self::Slice(range) => &range.start,
        }
    }
}

/// Whether an encoded clustering is in one of the ranges, which are in key order.
pub(super) fn contains(rows: &[RowRange], clustering: &[u8]) -> bool {
    let after = rows.partition_point(|range| range.start() <= clustering);
    after.checked_sub(1).and_then(|place| rows.get(place)).is_some_and(|range| match range {
        RowRange::Point(point) => point == clustering,
        RowRange::Slice(range) => range.end.as_deref().is_none_or(|end| clustering < end),
    })
}

/// Prefixes of the keys of the partitions that a product of values names, in the order of the
/// values and each once, which is the order in which Cassandra answers them.
pub(crate) fn partitions(
    layout: &TableLayout,
    values: &[InValues],
    bindings: &Bindings<'_>,
) -> Result<Vec<Vec<u8>>, Error> {
    let columns = layout.table.partition_key();
    if let [InValues::Terms(terms)] = values
        && let [term] = terms.as_slice()
    {
        let value = term::required(term::evaluate(term, bindings)?, &columns[0].name)?;
        return Ok(vec![partition(layout, &[&value])?]);
    }
    let mut keys: Vec<Vec<Cow<'_, [u8]>>> = vec![Vec::new()];
    for (column, values) in columns.iter().zip(values) {
        let mut choices = term::evaluate_in(values, &column.name, bindings)?;
        choices.sort_by(|left, right| order::compare(&column.ty, left, right));
        choices.dedup_by(|left, right| order::compare(&column.ty, left, right) == Ordering::Equal);
        keys = product(keys, &choices);
    }
    keys.iter().map(|key| partition(layout, &key.iter().map(AsRef::as_ref).collect::<Vec<&[u8]>>())).collect()
}

/// The prefix of one partition's keys.
fn partition(layout: &TableLayout, components: &[&[u8]]) -> Result<Vec<u8>, Error> {
    let length: usize = match components {
        [single] => single.len(),
        several => several.iter().map(|component| component.len() + 3).sum(),
    };
    if length == 0 {
        return Err(Error::invalid("Key may not be empty"));
    }
    if length > MAX_KEY {
        return Err(Error::invalid(format!("Key length of {length} is longer than maximum of {MAX_KEY}")));
    }
    let mut prefix = Vec::with_capacity(length + 16);
    keys::push_partition(layout.number, components, &mut prefix);
    Ok(prefix)
}

/// From a key (inside) to another (outside; `None` = the last of the store).
pub(crate) type KeyRange = (Vec<u8>, Option<Vec<u8>>);

/// The keys between two tokens; `None` when there are none.
pub(crate) fn tokens(
    layout: &TableLayout,
    from: Option<&TokenBound>,
    to: Option<&TokenBound>,
    bindings: &Bindings<'_>,
) -> Result<Option<KeyRange>, Error> {
    let mut table = Vec::with_capacity(4);
    keys::push_table(layout.number, &mut table);
    let edge = |bound: &TokenBound| -> Result<Vec<u8>, Error> {
        let mut edge = table.clone();
        keys::push_token(token(bound, bindings)?, &mut edge);
        Ok(edge)
    };
    let start = match from {
        None => table.clone(),
        Some(bound) if bound.inclusive => edge(bound)?,
        Some(bound) => match end_of(&edge(bound)?) {
            Some(start) => start,
            None => return Ok(None),
        },
    };
    let end = match to {
        None => end_of(&table),
        // The least token stands for the end of the ring as an upper bound (`db/PartitionPosition.java`).
        Some(bound) if token(bound, bindings)? == i64::MIN => end_of(&table),
        Some(bound) if bound.inclusive => end_of(&edge(bound)?),
        Some(bound) => Some(edge(bound)?),
    };
    Ok(end.as_ref().is_none_or(|end| *end > start).then_some((start, end)))
}

fn token(bound: &TokenBound, bindings: &Bindings<'_>) -> Result<i64, Error> {
    let value = match term::evaluate(&bound.value, bindings)? {
        Evaluated::Value(value) => value,
        Evaluated::Null | Evaluated::Unset => return Err(Error::invalid("Invalid null token value")),
    };
    codec::bigint(&value).ok_or_else(|| Error::invalid("Invalid null token value"))
}

/// Ranges of encoded clusterings, disjoint and in key order.
pub(crate) fn rows(layout: &TableLayout, rows: &Rows, bindings: &Bindings<'_>) -> Result<Vec<RowRange>, Error> {
    let mut ranges = match rows {
        Rows::All if layout.table.clustering_len == 0 => return Ok(vec![RowRange::Point(Vec::new())]),
        Rows::All => return Ok(vec![RowRange::Slice(ByteRange { start: Vec::new(), end: None })]),
        Rows::Prefix { equal, from, to } => {
            let mut prefixes = vec![Vec::new()];
            for (place, values) in equal.iter().enumerate() {
                let choices = term::evaluate_in(values, &layout.table.clustering()[place].name, bindings)?;
                prefixes = encoded_product(layout, place, prefixes, &choices);
            }
            let from = bound(layout, equal.len(), from.as_ref(), bindings)?;
            let to = bound(layout, equal.len(), to.as_ref(), bindings)?;
            if matches!(to, End::Null) {
                return Ok(Vec::new());
            }
            let mut ranges = Vec::with_capacity(prefixes.len());
            for prefix in prefixes {
                push_ranges(layout, prefix, equal.len(), &from, &to, &mut ranges);
            }
            ranges
        }
        Rows::Tuples { columns, tuples } => {
            let name = layout.table.clustering().first().map_or("", |column| column.name.as_str());
            let mut ranges = Vec::new();
            for tuple in term::evaluate_in(tuples, name, bindings)? {
                let mut prefix = Vec::new();
                let mut fields = codec::fields(&tuple);
                for (place, column) in layout.table.clustering().iter().enumerate().take(*columns) {
                    let value = fields.next().transpose()?.flatten();
                    let value = value
                        .ok_or_else(|| Error::invalid(format!("Invalid null value for column {}", column.name)))?;
                    keys::push_clustering(layout, place, value, &mut prefix);
                }
                push_ranges(layout, prefix, *columns, &End::Open, &End::Open, &mut ranges);
            }
            ranges
        }
    };
    ranges.sort_by(|left, right| left.start().cmp(right.start()));
    ranges.dedup();
    Ok(ranges)
}

/// An end of a slice with its values.
enum End<'a> {
    /// There is none.
    Open,
    /// A null, which is below every value: Cassandra answers all rows above it and none below.
    Null,
    /// These values, and whether they are inside.
    Values(Vec<Cow<'a, [u8]>>, bool),
}

impl End<'_> {
    fn values(&self) -> Vec<&[u8]> {
        match self {
            Self::Values(values, _) => values.iter().map(AsRef::as_ref).collect(),
            Self::Open | Self::Null => Vec::new(),
        }
    }

    fn bound<'v>(&self, values: &'v [&'v [u8]]) -> Option<Bound<'v>> {
        match self {
            Self::Values(_, inclusive) => Some(Bound { values, inclusive: *inclusive }),
            Self::Open | Self::Null => None,
        }
    }
}

fn bound<'a>(
    layout: &TableLayout,
    fixed: usize,
    bound: Option<&'a ClusteringBound>,
    bindings: &Bindings<'a>,
) -> Result<End<'a>, Error> {
    let Some(bound) = bound else { return Ok(End::Open) };
    let mut values = Vec::with_capacity(bound.values.len());
    for (term, column) in bound.values.iter().zip(&layout.table.clustering()[fixed..]) {
        match term::evaluate(term, bindings)? {
            Evaluated::Null if bound.values.len() == 1 => return Ok(End::Null),
            value => values.push(term::required(value, &column.name)?),
        }
    }
    Ok(End::Values(values, bound.inclusive))
}

fn push_ranges(
    layout: &TableLayout,
    prefix: Vec<u8>,
    fixed: usize,
    from: &End<'_>,
    to: &End<'_>,
    ranges: &mut Vec<RowRange>,
) {
    if fixed == layout.table.clustering_len {
        ranges.push(RowRange::Point(prefix));
        return;
    }
    let (low, high) = (from.values(), to.values());
    let found = keys::slices(layout, &prefix, fixed, from.bound(&low), to.bound(&high));
    ranges.extend(found.into_iter().map(RowRange::Slice));
}

fn encoded_product(
    layout: &TableLayout,
    place: usize,
    prefixes: Vec<Vec<u8>>,
    choices: &[Cow<'_, [u8]>],
) -> Vec<Vec<u8>> {
    let mut products = Vec::with_capacity(prefixes.len() * choices.len());
    for prefix in prefixes {
        for choice in choices {
            let mut product = prefix.clone();
            keys::push_clustering(layout, place, choice, &mut product);
            products.push(product);
        }
    }
    products
}

fn product<'a>(keys: Vec<Vec<Cow<'a, [u8]>>>, choices: &[Cow<'a, [u8]>]) -> Vec<Vec<Cow<'a, [u8]>>> {
    let mut products = Vec::with_capacity(keys.len() * choices.len());
    for key in keys {
        for choice in choices {
            let mut product = key.clone();
            product.push(choice.clone());
            products.push(product);
        }
    }
    products
}
