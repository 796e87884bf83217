//! Restrictions as a way to the rows: keys, intervals, an index, and what is left to filter.

use crate::analyse::invalid;
use crate::analyse::relation::{self, Contained, Kind, Restriction};
use crate::analyse::term;
use crate::error::Error;
use crate::plan::{ClusteringBound, Filter, FilterOn, InValues, IndexRead, Operator, Partitions, Rows, Term};
use crate::schema::{Index, IndexTarget, Table};

use super::Restrictions;

/// Tuples that one statement may ask for as the product of its IN lists; more would exhaust memory.
const MAX_TUPLES: usize = 65_536;

/// The index that answers the restriction, if there is one.
pub(super) fn supporting_index<'a>(table: &'a Table, restriction: &Restriction) -> Option<&'a Index> {
    restriction.columns.iter().enumerate().find_map(|(at, column)| {
        let name = &table.columns[*column].name;
        table.indexes.values().find(|index| index.column == *name && supported(index, restriction, at).is_some())
    })
}

/// What the index is asked for, if it can answer the restriction of its column.
fn supported<'r>(index: &Index, restriction: &'r Restriction, at: usize) -> Option<Asked<'r>> {
    match (&restriction.kind, index.target) {
        (Kind::Eq(value), IndexTarget::Value | IndexTarget::Full) => Some(Asked::Value(value)),
        (Kind::Parts(values), IndexTarget::Value | IndexTarget::Full) => Some(Asked::Value(&values[at])),
        (Kind::Contains(tests), target) => tests.iter().enumerate().find_map(|(position, test)| {
            let fits = match target {
                IndexTarget::Values => test.operator == Operator::Contains,
                IndexTarget::Keys => test.operator == Operator::ContainsKey,
                IndexTarget::Entries => test.entry.is_some(),
                IndexTarget::Value | IndexTarget::Full => false,
            };
            fits.then_some(Asked::Test(position, test))
        }),
        _ => None,
    }
}

enum Asked<'r> {
    Value(&'r Term),
    Test(usize, &'r Contained),
}

/// How many tests a restriction makes of its column.
pub(super) fn tests(restriction: &Restriction) -> usize {
    match &restriction.kind {
        Kind::Contains(tests) => tests.len(),
        _ => 1,
    }
}

impl Restrictions<'_> {
    /// Which partitions are read.
    pub(in crate::analyse) fn partitions(&self) -> Partitions {
        if let Some(token) = &self.token {
            return Partitions::Tokens { from: token.from.clone(), to: token.to.clone() };
        }
        match self.partition_keys() {
            Some(keys) => Partitions::Keys(keys),
            None => Partitions::Tokens { from: None, to: None },
        }
    }

    /// The values of each partition key component, if all have some.
    pub(in crate::analyse) fn partition_keys(&self) -> Option<Vec<InValues>> {
        if self.partition.len() < self.table.partition_key_len {
            return None;
        }
        let values = self.partition.iter().map(|restriction| match &restriction.kind {
            Kind::Eq(value) => Some(InValues::Terms(vec![value.clone()])),
            Kind::In(values) => Some(values.clone()),
            _ => None,
        });
        values.collect()
    }

    /// Which rows of a partition are read.
    pub(in crate::analyse) fn rows(&self) -> Result<Rows, Error> {
        let taken = self.ordered();
        if taken.is_empty() {
            return Ok(Rows::All);
        }
        if taken
            .iter()
            .any(|restriction| matches!(restriction.kind, Kind::Tuples(_) | Kind::Whole(_) | Kind::BoundTuples(_)))
        {
            return self.tuples(taken);
        }
        let mut equal = Vec::new();
        let (mut lower, mut upper) = (None, None);
        for restriction in taken {
            match &restriction.kind {
                Kind::Eq(value) => equal.push(InValues::Terms(vec![value.clone()])),
                Kind::In(values) => equal.push(values.clone()),
                Kind::Parts(values) => equal.extend(values.iter().map(|value| InValues::Terms(vec![value.clone()]))),
                Kind::Slice { from, to } => (lower, upper) = (from.clone(), to.clone()),
                _ => {}
            }
        }
        Ok(Rows::Prefix { equal, from: lower, to: upper })
    }

    /// The leading clustering restrictions that make one interval per combination of values.
    fn ordered(&self) -> &[Restriction] {
        let mut position = self.table.partition_key_len;
        let mut count = 0;
        for restriction in &self.clustering {
            if restriction.is_contains() || restriction.first() != position {
                break;
            }
            count += 1;
            if restriction.is_slice() {
                break;
            }
            position = restriction.last() + 1;
        }
        &self.clustering[..count]
    }

    /// Rows by lists of tuples: the product of everything before and after them.
    fn tuples(&self, taken: &[Restriction]) -> Result<Rows, Error> {
        if let [Restriction { columns, kind }] = taken {
            match kind {
                Kind::Whole(tuple) => {
                    let tuples = InValues::Terms(vec![tuple.clone()]);
                    return Ok(Rows::Tuples { columns: columns.len(), tuples });
                }
                Kind::BoundTuples(tuples) => {
                    return Ok(Rows::Tuples { columns: columns.len(), tuples: tuples.clone() });
                }
                _ => {}
            }
        }
        let mut product: Vec<Vec<Term>> = vec![Vec::new()];
        let mut positions = Vec::new();
        for restriction in taken {
            let choices: Vec<Vec<Term>> = match &restriction.kind {
                Kind::Eq(value) => vec![vec![value.clone()]],
                Kind::Parts(values) => vec![values.clone()],
                Kind::In(InValues::Terms(values)) => values.iter().map(|value| vec![value.clone()]).collect(),
                Kind::Tuples(tuples) => tuples.clone(),
                _ => {
                    let text = "Tuples of clustering columns together with slices or bound lists of other ones";
                    return Err(Error::unsupported(text));
                }
            };
            if product.len().saturating_mul(choices.len()) > MAX_TUPLES {
                return Err(Error::unsupported(format!("More than {MAX_TUPLES} combinations of clustering columns")));
            }
            product = product
                .iter()
                .flat_map(|left| choices.iter().map(move |right| left.iter().chain(right).cloned().collect()))
                .collect();
            positions.extend(&restriction.columns);
        }
        let ty = relation::tuple_type(self.table, &positions);
        let tuples = product.into_iter().map(|parts| term::compose(&ty, parts)).collect::<Result<_, _>>()?;
        Ok(Rows::Tuples { columns: positions.len(), tuples: InValues::Terms(tuples) })
    }

    /// The index to read through, and the conditions that remain to be checked on each row.
    pub(in crate::analyse) fn index_and_filters(&self) -> Result<(Option<IndexRead>, Vec<Filter>), Error> {
        let mut remaining: Vec<&Restriction> = self.other.iter().collect();
        remaining.extend(&self.clustering[self.ordered().len()..]);
        if self.partition_keys().is_none() {
            remaining.extend(&self.partition);
        }
        let mut read = None;
        let mut filters = Vec::new();
        let candidates = self.other.iter().chain(&self.clustering).chain(&self.partition);
        let chosen = candidates
            .filter(|_| self.uses_index)
            .find_map(|restriction| Some((restriction, supporting_index(self.table, restriction)?)));
        let mut answered: Option<(*const Restriction, usize)> = None;
        if let Some((restriction, index)) = chosen {
            let column = self.table.position(&index.column);
            let at = restriction.columns.iter().position(|known| Some(*known) == column).unwrap_or(0);
            let value = match supported(index, restriction, at) {
                Some(Asked::Value(value)) => {
                    answered = Some((std::ptr::from_ref(restriction), at));
                    Some(value.clone())
                }
                Some(Asked::Test(position, test)) => {
                    answered = Some((std::ptr::from_ref(restriction), position));
                    Some(relation::entry_term(test)?.unwrap_or_else(|| test.value.clone()))
                }
                None => None,
            };
            read = value.map(|value| IndexRead { index: index.clone(), value });
        }
        for restriction in remaining {
            let skip = answered.filter(|(known, _)| std::ptr::eq(*known, restriction)).map(|(_, at)| at);
            filters_of(restriction, skip, &mut filters)?;
        }
        let null = |filter: &Filter| {
            matches!(&filter.values, InValues::Terms(terms)
            if terms.iter().any(|term| matches!(term, Term::Constant(None))))
        };
        if let Some(filter) = filters.iter().find(|filter| null(filter)) {
            let name = &self.table.columns[filter.column].name;
            return Err(invalid(format!("Unsupported null value for column {name}")));
        }
        Ok((read, filters))
    }
}

fn filters_of(restriction: &Restriction, skip: Option<usize>, filters: &mut Vec<Filter>) -> Result<(), Error> {
    let column = restriction.first();
    let mut push = |column, on, operator, values| filters.push(Filter { column, on, operator, values });
    let one = |value: &Term| InValues::Terms(vec![value.clone()]);
    match &restriction.kind {
        Kind::Eq(value) if skip.is_none() => push(column, FilterOn::Value, Operator::Eq, one(value)),
        Kind::Eq(_) => {}
        Kind::In(values) => push(column, FilterOn::Value, Operator::In, values.clone()),
        Kind::Parts(values) => {
            for (at, (column, value)) in restriction.columns.iter().zip(values).enumerate() {
                if skip != Some(at) {
                    push(*column, FilterOn::Value, Operator::Eq, one(value));
                }
            }
        }
        Kind::Whole(_) => return Err(Error::unsupported("Filtering by a tuple that is bound whole")),
        Kind::Tuples(_) | Kind::BoundTuples(_) => return Err(invalid("Multicolumn IN filters are not supported")),
        Kind::Slice { .. } if restriction.columns.len() > 1 => {
            return Err(invalid("Multi-column slice restrictions cannot be used for filtering."));
        }
        Kind::Slice { from, to } => {
            if let Some(ClusteringBound { values, inclusive }) = from {
                let operator = if *inclusive { Operator::Ge } else { Operator::Gt };
                push(column, FilterOn::Value, operator, one(&values[0]));
            }
            if let Some(ClusteringBound { values, inclusive }) = to {
                let operator = if *inclusive { Operator::Le } else { Operator::Lt };
                push(column, FilterOn::Value, operator, one(&values[0]));
            }
        }
        Kind::Contains(tests) => {
            for (at, test) in tests.iter().enumerate() {
                if skip != Some(at) {
                    push(column, test.on.clone(), test.operator, one(&test.value));
                }
            }
        }
    }
    Ok(())
}
