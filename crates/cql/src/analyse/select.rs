//! Analysis of SELECT: which rows, in which order, shaped how.
//!
//! Follows `SelectStatement.RawStatement.prepare` of Cassandra 5.0: restrictions, selection,
//! DISTINCT, GROUP BY, ORDER BY, filtering, limits, in that order.

use std::sync::Arc;

use crate::ast;
use crate::error::Error;
use crate::plan::{ColumnSpec, Plan, Prepared, Select, Selector, Term};
use crate::schema::{ColumnKind, Table};
use crate::types::CqlType;

use super::invalid;
use super::restrictions::{Manner, Restrictions, StatementKind};
use super::scope::{self, Receiver, Scope, existing_column};
use super::selection::Selection;
use super::term::AGGREGATES;

pub(super) fn analyse(mut scope: Scope<'_>, select: &ast::Select) -> Result<Prepared, Error> {
    let table = scope.table(&select.table)?;
    scope.token_table = Some(Arc::clone(&table));
    let only_static = scope.selects_only_statics(&table, select)?;
    let manner = Manner { kind: StatementKind::Select, only_static, allow_filtering: select.allow_filtering };
    check_orderings(&table, select)?;
    let restrictions = Restrictions::new(&mut scope, &table, &select.relations, manner)?;
    let selection = scope.selection(&table, &select.selectors)?;
    if select.distinct {
        if select.per_partition_limit.is_some() {
            return Err(invalid("PER PARTITION LIMIT is not allowed with SELECT DISTINCT queries"));
        }
        check_distinct(&table, &selection, &restrictions)?;
    }
    let group_by = group_by(&table, select, &restrictions)?;
    if selection.aggregate && group_by.is_none() && select.per_partition_limit.is_some() {
        return Err(invalid("PER PARTITION LIMIT is not allowed with aggregate queries."));
    }
    let reversed = reversed(&table, select, &restrictions)?;
    restrictions.check_needs_filtering(select.allow_filtering)?;
    let limit = scope.limit(&table, "[limit]", select.limit.as_ref())?;
    let per_partition_limit = scope.limit(&table, "[per_partition_limit]", select.per_partition_limit.as_ref())?;
    warn_of_wide_aggregation(&mut scope, select, &selection, &restrictions);
    let (index, filters) = restrictions.index_and_filters()?;
    let columns = answered(&table, select, &selection);
    let plan = Select {
        partitions: restrictions.partitions(),
        rows: restrictions.rows()?,
        clustering_restricted: restrictions.restricts_clustering(),
        filters,
        index,
        reversed,
        merge_partitions: restrictions.partition_is_in() && !select.order_by.is_empty(),
        names: selection.columns.iter().map(|column| json_name(&column.name)).collect(),
        selection: selection.selectors,
        distinct: select.distinct,
        json: select.json,
        group_by,
        aggregate: selection.aggregate,
        limit,
        per_partition_limit,
        table: Arc::clone(&table),
    };
    Ok(scope.finish(Plan::Select(Box::new(plan)), columns, Some(&table)))
}

impl Scope<'_> {
    /// Whether nothing but statics, or partition key and at least one static, is selected.
    ///
    /// As in `SelectStatement.selectOnlyStaticColumns`, this is the first look at the selectors, and it ends with the
    /// first that answers: what is wrong with those behind it, or in a table without statics, is seen after the
    /// restrictions.
    fn selects_only_statics(&mut self, table: &Table, select: &ast::Select) -> Result<bool, Error> {
        if !table.has_static() {
            return Ok(false);
        }
        let mut any_static = false;
        let mut any_other = false;
        for selected in &select.selectors {
            for position in self.looked_at(table, &selected.selector)? {
                match table.columns[position].kind {
                    ColumnKind::PartitionKey => {}
                    ColumnKind::Static => any_static = true,
                    ColumnKind::Clustering { .. } | ColumnKind::Regular => any_other = true,
                }
            }
            if any_static && any_other {
                break;
            }
        }
        Ok(any_static && !any_other)
    }

    fn limit(&mut self, table: &Table, name: &str, limit: Option<&ast::Term>) -> Result<Option<Term>, Error> {
        let Some(limit) = limit else { return Ok(None) };
        let term = self.term(limit, &Receiver::of_table(table, name, CqlType::Int))?;
        if let ast::Term::Constant(constant) = limit
            && constant.text.parse::<i64>().is_ok_and(|rows| rows <= 0)
        {
            return Err(invalid("LIMIT must be strictly positive"));
        }
        Ok(Some(term))
    }
}

fn answered(table: &Table, select: &ast::Select, selection: &Selection) -> Vec<ColumnSpec> {
    if select.json {
        return vec![scope::spec(table, "[json]".to_owned(), CqlType::Text)];
    }
    selection.columns.clone()
}

/// A column's name as a key of the JSON object: quoted when it is not all lower case.
fn json_name(name: &str) -> String {
    if name.chars().any(char::is_uppercase) { format!("\"{name}\"") } else { name.to_owned() }
}

fn check_orderings(table: &Table, select: &ast::Select) -> Result<(), Error> {
    for ordering in &select.order_by {
        existing_column(table, &ordering.column)?;
        if ordering.nearest_to.is_some() {
            return Err(Error::unsupported("ORDER BY … ANN OF"));
        }
    }
    Ok(())
}

fn check_distinct(table: &Table, selection: &Selection, restrictions: &Restrictions<'_>) -> Result<(), Error> {
    if restrictions.restricts_clustering() || restrictions.restricts_regular() {
        return Err(invalid(
            "SELECT DISTINCT with WHERE clause only supports restriction by partition key and/or static columns.",
        ));
    }
    for position in &selection.uses {
        let column = &table.columns[*position];
        if !matches!(column.kind, ColumnKind::PartitionKey | ColumnKind::Static) {
            return Err(invalid(format!(
                "SELECT DISTINCT queries must only request partition key columns and/or static columns (not {})",
                column.name
            )));
        }
    }
    if !restrictions.is_key_range() {
        return Ok(());
    }
    for (position, column) in table.partition_key().iter().enumerate() {
        if !selection.uses.contains(&position) {
            return Err(invalid(format!(
                "SELECT DISTINCT queries must request all the partition key columns (missing {})",
                column.name
            )));
        }
    }
    Ok(())
}

/// The number of leading key columns that make a group (`getAggregationSpecFactory`).
fn group_by(table: &Table, select: &ast::Select, restrictions: &Restrictions<'_>) -> Result<Option<usize>, Error> {
    if select.group_by.is_empty() {
        return Ok(None);
    }
    let out_of_order = || {
        invalid("Group by currently only support groups of columns following their declared order in the PRIMARY KEY")
    };
    let key_len = table.partition_key_len + table.clustering_len;
    let mut next = 0;
    for group in &select.group_by {
        if let ast::Selector::Call(function, _) = group
            && AGGREGATES.contains(&function.name.as_str())
        {
            return Err(invalid(format!(
                "Aggregate functions are not supported within the GROUP BY clause, got: system.{}",
                function.name
            )));
        }
        let ast::Selector::Column(name) = group else {
            return Err(Error::unsupported(format!("GROUP BY {group}")));
        };
        let position = existing_column(table, name)?;
        if position >= key_len {
            return Err(invalid(format!(
                "Group by is currently only supported on the columns of the PRIMARY KEY, got {name}"
            )));
        }
        loop {
            if next >= key_len {
                return Err(out_of_order());
            }
            next += 1;
            if next - 1 == position {
                break;
            }
            if !restrictions.is_fixed(next - 1) {
                return Err(out_of_order());
            }
        }
    }
    if next < table.partition_key_len {
        return Err(invalid("Group by is not supported on only a part of the partition key"));
    }
    if select.distinct && next > table.partition_key_len {
        return Err(invalid("Grouping on clustering columns is not allowed for SELECT DISTINCT queries"));
    }
    Ok(Some(next))
}

/// Whether ORDER BY asks for the reverse of the clustering order.
fn reversed(table: &Table, select: &ast::Select, restrictions: &Restrictions<'_>) -> Result<bool, Error> {
    if select.order_by.is_empty() {
        return Ok(false);
    }
    if restrictions.uses_index() {
        return Err(invalid("ORDER BY with 2ndary indexes is not supported, except for ANN queries."));
    }
    if restrictions.is_key_range() {
        return Err(invalid("ORDER BY is only supported when the partition key is restricted by an EQ or an IN."));
    }
    let out_of_order = || {
        invalid(
            "Order by currently only supports the ordering of columns following their declared order in the PRIMARY KEY",
        )
    };
    let mut next = table.partition_key_len;
    let mut direction = None;
    let mut seen: Vec<usize> = Vec::new();
    for ordering in &select.order_by {
        let position = existing_column(table, &ordering.column)?;
        let ColumnKind::Clustering { descending } = table.columns[position].kind else {
            return Err(invalid(format!(
                "Order by is currently only supported on the clustered columns of the PRIMARY KEY, got {}",
                ordering.column
            )));
        };
        if seen.contains(&position) {
            continue;
        }
        seen.push(position);
        while next != position {
            if next > position || !restrictions.is_fixed(next) {
                return Err(out_of_order());
            }
            next += 1;
        }
        next += 1;
        let reversed = ordering.descending != descending;
        if direction.is_some_and(|known| known != reversed) {
            return Err(invalid("Unsupported order by relation"));
        }
        direction = Some(reversed);
    }
    Ok(direction.unwrap_or(false))
}

fn warn_of_wide_aggregation(
    scope: &mut Scope<'_>,
    select: &ast::Select,
    selection: &Selection,
    restrictions: &Restrictions<'_>,
) {
    if !selection.aggregate && select.group_by.is_empty() {
        return;
    }
    if restrictions.is_key_range() {
        scope.warnings.push("Aggregation query used without partition key".to_owned());
    } else if restrictions.partition_is_in() {
        scope.warnings.push("Aggregation query used on multiple partition keys (IN restriction)".to_owned());
    }
}

/// Whether an aggregate is anywhere in the selector.
pub(super) fn is_aggregate(selector: &Selector) -> bool {
    match selector {
        Selector::Aggregate { .. } => true,
        Selector::Field { of, .. } | Selector::Element { of, .. } | Selector::Slice { of, .. } => is_aggregate(of),
        Selector::Call { arguments, .. } => arguments.iter().any(is_aggregate),
        Selector::Composite { parts, .. } => parts.iter().any(is_aggregate),
        Selector::Column(_) | Selector::WriteTime { .. } | Selector::Ttl(_) | Selector::Term(_) => false,
    }
}
