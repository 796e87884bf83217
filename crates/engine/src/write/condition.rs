//! Conditions of lightweight transactions, checked under the partition's lock.
//!
//! Which rows are read, what counts as existing, and what a refused statement shows follow
//! `cql3/statements/CQL3CasRequest.java` and `ModificationStatement.java` (`buildCasResultSet`).

use std::collections::BTreeMap;

use quorate_cql::plan::{Condition, Filter};
use quorate_cql::schema::ColumnKind;

use crate::error::Error;
use crate::keys::{self, Kind, RowKey};
use crate::layout::TableLayout;
use crate::row::RowView;
use crate::store::{Slice, Space, Store};
use crate::term::Bindings;
use crate::write::modify::push_rest;
use crate::write::outcome::Conditional;
use crate::write::target::Target;
use crate::write::{Placed, compare};

/// The conditions on one row.
enum RowCondition<'p, 'a> {
    NotExists,
    Exists,
    Columns(Vec<(&'a Filter, &'p Bindings<'a>)>),
}

/// All conditions of a statement or batch, and what they show when refused.
struct Request<'p, 'a> {
    layout: &'p TableLayout,
    partition: &'p [u8],
    now: u32,
    on_static: Option<RowCondition<'p, 'a>>,
    /// By encoded clustering.
    on_rows: BTreeMap<&'p [u8], RowCondition<'p, 'a>>,
    /// Columns with conditions in the order in which they are named; `None` shows all columns.
    shown: Option<Vec<usize>>,
    shows_all_statics: bool,
    shows_all_regulars: bool,
}

/// A row as the conditions see it.
struct Present {
    key: Vec<u8>,
    value: Slice,
}

/// Checks the conditions of statements on one partition. `None` when all hold.
pub(crate) fn check(store: &Store, placed: &[Placed<'_, '_>], in_batch: bool) -> Result<Option<Conditional>, Error> {
    let request = Request::new(placed, in_batch)?;
    let static_row = request.read(store, Kind::Static, &[])?;
    let mut rows = Vec::with_capacity(request.on_rows.len());
    let mut holds = match &request.on_static {
        Some(condition) => request.holds(condition, static_row.as_ref())?,
        None => true,
    };
    for (clustering, condition) in &request.on_rows {
        let row = request.read(store, Kind::Row, clustering)?;
        holds = holds && request.holds(condition, row.as_ref())?;
        rows.extend(row);
    }
    if holds {
        return Ok(None);
    }
    if request.on_rows.is_empty() {
        rows.extend(request.first_row(store)?);
    }
    let positions = request.positions(in_batch);
    let mut present = Vec::with_capacity(rows.len());
    for row in &rows {
        present.push(request.show(&positions, Some(row), static_row.as_ref())?);
    }
    if rows.is_empty() && request.shows_static(static_row.as_ref(), &positions)? {
        present.push(request.show(&positions, None, static_row.as_ref())?);
    }
    Ok(Some(Conditional::refused(request.layout, &positions, present)))
}

impl<'p, 'a> Request<'p, 'a> {
    fn new(placed: &'p [Placed<'p, 'a>], in_batch: bool) -> Result<Self, Error> {
        let first = placed.first().ok_or_else(|| Error::corrupt("an empty batch"))?;
        let layout = first.write.layout;
        let partition = first.partitions.first().map_or(&[][..], |partition| partition.prefix.as_slice());
        let mut request = Self {
            layout,
            partition,
            now: first.attributes.now,
            on_static: None,
            on_rows: BTreeMap::new(),
            shown: Some(Vec::new()),
            shows_all_statics: false,
            shows_all_regulars: false,
        };
        for statement in placed {
            request.check_keys(statement, in_batch)?;
            request.add(statement)?;
        }
        Ok(request)
    }

    fn check_keys(&self, statement: &Placed<'_, '_>, in_batch: bool) -> Result<(), Error> {
        let verb = match statement.write.modify.kind {
            quorate_cql::plan::ModifyKind::Delete => "deletions",
            _ => "updates",
        };
        match statement.partitions.as_slice() {
            [only] if only.prefix == self.partition => {}
            _ if in_batch => return Err(Error::invalid("Batch with conditions cannot span multiple partitions")),
            _ => {
                let message = format!("IN on the partition key is not supported with conditional {verb}");
                return Err(Error::invalid(message));
            }
        }
        if matches!(&statement.target, Target::Rows(rows) if rows.len() != 1) {
            let message = format!("IN on the clustering key columns is not supported with conditional {verb}");
            return Err(Error::invalid(message));
        }
        Ok(())
    }

    fn add(&mut self, statement: &'p Placed<'p, 'a>) -> Result<(), Error> {
        let modify = statement.write.modify;
        let columns = &self.layout.table.columns;
        let is_static = |position: usize| columns[position].kind == ColumnKind::Static;
        self.shows_all_statics |= modify.operations.iter().any(|operation| is_static(operation.column));
        let row = match &statement.target {
            Target::Rows(rows) => rows.first().map(|row| row.clustering.as_slice()),
            Target::Whole if self.layout.table.clustering_len == 0 => Some(&[][..]),
            Target::Whole | Target::Ranges(_) => None,
        };
        self.shows_all_regulars |= row.is_some() || matches!(statement.target, Target::Ranges(_));
        match &modify.condition {
            Condition::None => Ok(()),
            Condition::NotExists => {
                self.shown = None;
                self.add_existence(row, false)
            }
            Condition::Exists => {
                self.shown = None;
                self.add_existence(row, true)
            }
            Condition::Columns(filters) => {
                // `ColumnConditions.getColumns` names regular columns before statics.
                let (statics, regulars): (Vec<_>, Vec<_>) = filters.iter().partition(|filter| is_static(filter.column));
                for filter in regulars.into_iter().chain(statics) {
                    if let Some(shown) = &mut self.shown
                        && !shown.contains(&filter.column)
                    {
                        shown.push(filter.column);
                    }
                    let row = if is_static(filter.column) { None } else { row };
                    self.add_filter(row, filter, &statement.write.bindings)?;
                }
                Ok(())
            }
        }
    }

    fn add_existence(&mut self, row: Option<&'p [u8]>, exists: bool) -> Result<(), Error> {
        let condition = if exists { RowCondition::Exists } else { RowCondition::NotExists };
        match (self.condition(row), exists) {
            (None, _) => self.set(row, condition),
            (Some(RowCondition::Exists), true) | (Some(RowCondition::NotExists), false) => {}
            (Some(RowCondition::Exists | RowCondition::NotExists), _) => {
                let message = "Cannot mix IF EXISTS and IF NOT EXISTS conditions for the same row";
                return Err(Error::invalid(message));
            }
            (Some(RowCondition::Columns(_)), _) => {
                let not = if exists { "" } else { "NOT " };
                return Err(Error::invalid(format!("Cannot mix IF conditions and IF {not}EXISTS for the same row")));
            }
        }
        Ok(())
    }

    fn add_filter(
        &mut self,
        row: Option<&'p [u8]>,
        filter: &'a Filter,
        bindings: &'p Bindings<'a>,
    ) -> Result<(), Error> {
        match self.condition(row) {
            None => self.set(row, RowCondition::Columns(vec![(filter, bindings)])),
            Some(RowCondition::Columns(filters)) => filters.push((filter, bindings)),
            Some(RowCondition::Exists | RowCondition::NotExists) => {
                return Err(Error::invalid("Cannot mix IF conditions and IF NOT EXISTS for the same row"));
            }
        }
        Ok(())
    }

    /// The condition on a row, or on the static row.
    fn condition(&mut self, row: Option<&'p [u8]>) -> Option<&mut RowCondition<'p, 'a>> {
        match row {
            Some(clustering) => self.on_rows.get_mut(clustering),
            None => self.on_static.as_mut(),
        }
    }

    fn set(&mut self, row: Option<&'p [u8]>, condition: RowCondition<'p, 'a>) {
        match row {
            Some(clustering) => {
                self.on_rows.insert(clustering, condition);
            }
            None => self.on_static = Some(condition),
        }
    }

    /// A row that exists at this moment.
    fn read(&self, store: &Store, kind: Kind, clustering: &[u8]) -> Result<Option<Present>, Error> {
        let mut key = self.partition.to_vec();
        push_rest(kind, clustering, &mut key);
        let Some(value) = store.get(Space::Rows, &key)? else { return Ok(None) };
        let live = RowView::read(&value)?.is_live(self.now)?;
        Ok(live.then_some(Present { key, value }))
    }

    /// The first row of the partition: what a condition on statics alone shows.
    fn first_row(&self, store: &Store) -> Result<Option<Present>, Error> {
        let mut start = self.partition.to_vec();
        keys::push_kind(Kind::Row, &mut start);
        let mut end = start.clone();
        let end = keys::successor(&mut end).then_some(end);
        for pair in store.snapshot().range(Space::Rows, &start, end.as_deref(), false) {
            let (key, value) = pair?;
            if RowView::read(&value)?.is_live(self.now)? {
                return Ok(Some(Present { key: key.to_vec(), value }));
            }
        }
        Ok(None)
    }

    fn holds(&self, condition: &RowCondition<'p, 'a>, row: Option<&Present>) -> Result<bool, Error> {
        match condition {
            RowCondition::NotExists => Ok(row.is_none()),
            RowCondition::Exists => Ok(row.is_some()),
            RowCondition::Columns(filters) => {
                for (filter, bindings) in filters {
                    let value = self.value(filter.column, row)?;
                    let column = &self.layout.table.columns[filter.column];
                    if !compare::holds(filter, column, value.as_deref(), bindings)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
        }
    }

    fn value(&self, position: usize, row: Option<&Present>) -> Result<Option<Vec<u8>>, Error> {
        let Some(row) = row else { return Ok(None) };
        self.layout.value(position, &RowView::read(&row.value)?, self.now)
    }

    fn positions(&self, in_batch: bool) -> Vec<usize> {
        let table = &self.layout.table;
        let Some(shown) = &self.shown else { return (0..table.columns.len()).collect() };
        // In a batch the key tells whose values they are.
        let key = if in_batch { table.partition_key_len + table.clustering_len } else { 0 };
        (0..key).chain(shown.iter().copied()).collect()
    }

    /// Whether a partition without the rows asked for still shows its statics.
    fn shows_static(&self, static_row: Option<&Present>, positions: &[usize]) -> Result<bool, Error> {
        for (position, column) in self.layout.table.columns.iter().enumerate() {
            let read = self.shows_all_statics || (self.shown.is_some() && positions.contains(&position));
            if column.kind == ColumnKind::Static && read && self.value(position, static_row)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn show(
        &self,
        positions: &[usize],
        row: Option<&Present>,
        static_row: Option<&Present>,
    ) -> Result<Vec<Option<Vec<u8>>>, Error> {
        let table = &self.layout.table;
        let mut values = Vec::with_capacity(positions.len());
        for &position in positions {
            let named = self.shown.is_some();
            values.push(match table.columns[position].kind {
                ColumnKind::PartitionKey => self.partition_component(position)?,
                ColumnKind::Clustering { .. } => match row {
                    Some(row) => Some(self.clustering_component(position - table.partition_key_len, row)?),
                    None => None,
                },
                ColumnKind::Static if named || self.shows_all_statics => self.value(position, static_row)?,
                ColumnKind::Regular if named || self.shows_all_regulars => self.value(position, row)?,
                ColumnKind::Static | ColumnKind::Regular => None,
            });
        }
        Ok(values)
    }

    fn partition_component(&self, position: usize) -> Result<Option<Vec<u8>>, Error> {
        let mut key = self.partition.to_vec();
        keys::push_kind(Kind::Row, &mut key);
        let key = RowKey::parse(&key, self.layout.table.partition_key_len)?;
        Ok(key.partition_components().nth(position).map(<[u8]>::to_vec))
    }

    fn clustering_component(&self, place: usize, row: &Present) -> Result<Vec<u8>, Error> {
        let key = RowKey::parse(&row.key, self.layout.table.partition_key_len)?;
        self.layout.clustering(place, &key, &RowView::read(&row.value)?)
    }
}
