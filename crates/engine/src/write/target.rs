//! Where a write goes: the partitions and rows that its key terms name.

use std::borrow::Cow;

use quorate_cql::codec;
use quorate_cql::order;
use quorate_cql::plan::{ClusteringBound, InValues, Modify, Rows};

use crate::error::Error;
use crate::keys::{self, Bound, ByteRange};
use crate::layout::TableLayout;
use crate::term::{self, Bindings};

/// Longest serialised partition key, bytes (`cql3/QueryProcessor.java`, `validateKey`).
const MAX_KEY: usize = 65_535;

/// A partition: its token and what all of its keys begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Partition {
    pub(crate) token: i64,
    pub(crate) prefix: Vec<u8>,
}

/// Clustering of one row: its encoded form, and components whose encoding loses information.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RowTarget {
    pub(crate) clustering: Vec<u8>,
    pub(crate) originals: Vec<(u16, Vec<u8>)>,
}

/// Rows of a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// None in particular: the statement names no clustering.
    Whole,
    /// These.
    Rows(Vec<RowTarget>),
    /// All in these ranges.
    Ranges(Vec<ByteRange>),
}

/// The partitions that a statement names: the product of its key components.
pub(crate) fn partitions(
    layout: &TableLayout,
    modify: &Modify,
    bindings: &Bindings<'_>,
) -> Result<Vec<Partition>, Error> {
    let columns = layout.table.partition_key();
    let mut choices = Vec::with_capacity(columns.len());
    for (column, values) in columns.iter().zip(&modify.partition) {
        choices.push(term::evaluate_in(values, &column.name, bindings)?);
    }
    let mut partitions = product(&choices).map(|key| partition(layout, &key)).collect::<Result<Vec<_>, _>>()?;
    if partitions.len() > 1 {
        partitions.sort_unstable_by(|left, right| left.prefix.cmp(&right.prefix));
        partitions.dedup();
    }
    Ok(partitions)
}

/// One partition by its components.
pub(crate) fn partition(layout: &TableLayout, components: &[&[u8]]) -> Result<Partition, Error> {
    if let [single] = components
        && single.is_empty()
    {
        return Err(Error::invalid("Key may not be empty"));
    }
    let length = serialised_length(components);
    if length > MAX_KEY {
        return Err(Error::invalid(format!("Key length of {length} is longer than maximum of {MAX_KEY}")));
    }
    let mut prefix = Vec::with_capacity(16 + length);
    keys::push_partition(layout.number, components, &mut prefix);
    Ok(Partition { token: keys::token_of(&prefix), prefix })
}

fn serialised_length(components: &[&[u8]]) -> usize {
    match components {
        [single] => single.len(),
        several => several.iter().map(|component| component.len() + 3).sum(),
    }
}

/// The rows that a statement names within each of its partitions.
pub(crate) fn rows(layout: &TableLayout, rows: &Rows, bindings: &Bindings<'_>) -> Result<Target, Error> {
    match rows {
        Rows::All => Ok(Target::Whole),
        Rows::Tuples { columns, tuples } => tuples_target(layout, *columns, tuples, bindings),
        Rows::Prefix { equal, from, to } => {
            let columns = layout.table.clustering();
            let mut choices = Vec::with_capacity(equal.len());
            for (column, values) in columns.iter().zip(equal) {
                choices.push(term::evaluate_in(values, &column.name, bindings)?);
            }
            if equal.len() == columns.len() {
                return Ok(Target::Rows(distinct(product(&choices).map(|values| row(layout, &values)).collect())));
            }
            let from = from.as_ref().map(|bound| values_of(layout, equal.len(), bound, bindings)).transpose()?;
            let to = to.as_ref().map(|bound| values_of(layout, equal.len(), bound, bindings)).transpose()?;
            let (from, to) = (from.as_ref().map(ValuesOf::borrow), to.as_ref().map(ValuesOf::borrow));
            let (from, to) = (from.as_ref().map(Borrowed::bound), to.as_ref().map(Borrowed::bound));
            let prefixes = product(&choices).map(|values| row(layout, &values).clustering);
            Ok(Target::Ranges(
                prefixes.flat_map(|prefix| keys::slices(layout, &prefix, equal.len(), from, to)).collect(),
            ))
        }
    }
}

/// One row by its clustering components, or a prefix of it.
pub(crate) fn row(layout: &TableLayout, values: &[&[u8]]) -> RowTarget {
    let mut target = RowTarget::default();
    for (place, value) in values.iter().enumerate() {
        keys::push_clustering(layout, place, value, &mut target.clustering);
        if layout.lossy_clustering && !order::is_canonical(&layout.table.clustering()[place].ty, value) {
            target.originals.push((u16::try_from(place).unwrap_or(u16::MAX), value.to_vec()));
        }
    }
    target
}

/// `(a, b) IN ((…), (…))`: rows, or ranges when the tuples name only the first clustering columns.
fn tuples_target(
    layout: &TableLayout,
    columns: usize,
    tuples: &InValues,
    bindings: &Bindings<'_>,
) -> Result<Target, Error> {
    let name = tuple_name(layout, columns);
    let mut targets = Vec::new();
    for tuple in term::evaluate_in(tuples, &name, bindings)? {
        let fields = codec::fields(&tuple).collect::<Result<Option<Vec<_>>, _>>()?;
        let values = fields.filter(|fields| fields.len() == columns);
        let values =
            values.ok_or_else(|| Error::invalid(format!("Invalid null value in condition for columns: {name}")))?;
        targets.push(row(layout, &values));
    }
    if columns == layout.table.clustering_len {
        return Ok(Target::Rows(distinct(targets)));
    }
    Ok(Target::Ranges(targets.into_iter().map(|target| ByteRange::prefix(target.clustering)).collect()))
}

fn tuple_name(layout: &TableLayout, columns: usize) -> String {
    let names: Vec<&str> = layout.table.clustering().iter().take(columns).map(|column| column.name.as_str()).collect();
    format!("({})", names.join(", "))
}

/// The same row twice (`IN (1, 1)`) is one row.
fn distinct(mut rows: Vec<RowTarget>) -> Vec<RowTarget> {
    if rows.len() > 1 {
        rows.sort_by(|left, right| left.clustering.cmp(&right.clustering));
        rows.dedup_by(|next, first| next.clustering == first.clustering);
    }
    rows
}

/// A bound's values, once known.
struct ValuesOf<'a> {
    values: Vec<Cow<'a, [u8]>>,
    inclusive: bool,
}

/// The same, as `keys` takes them.
struct Borrowed<'v> {
    values: Vec<&'v [u8]>,
    inclusive: bool,
}

impl ValuesOf<'_> {
    fn borrow(&self) -> Borrowed<'_> {
        Borrowed { values: self.values.iter().map(AsRef::as_ref).collect(), inclusive: self.inclusive }
    }
}

impl Borrowed<'_> {
    fn bound(&self) -> Bound<'_> {
        Bound { values: &self.values, inclusive: self.inclusive }
    }
}

fn values_of<'a>(
    layout: &TableLayout,
    fixed: usize,
    bound: &'a ClusteringBound,
    bindings: &Bindings<'a>,
) -> Result<ValuesOf<'a>, Error> {
    let columns = layout.table.clustering().iter().skip(fixed);
    let mut values = Vec::with_capacity(bound.values.len());
    for (term, column) in bound.values.iter().zip(columns) {
        values.push(term::required(term::evaluate(term, bindings)?, &column.name)?);
    }
    Ok(ValuesOf { values, inclusive: bound.inclusive })
}

/// Every way to take one value of each component; nothing when a component has none.
fn product<'c>(choices: &'c [Vec<Cow<'_, [u8]>>]) -> impl Iterator<Item = Vec<&'c [u8]>> {
    let total: usize = choices.iter().map(Vec::len).product();
    (0..total).map(move |number| {
        let mut rest = number;
        let mut values: Vec<&[u8]> = Vec::with_capacity(choices.len());
        for choice in choices.iter().rev() {
            values.push(&choice[rest % choice.len()]);
            rest /= choice.len();
        }
        values.reverse();
        values
    })
}
