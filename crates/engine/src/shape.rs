//! Shaping: from rows to the answer. Groups, aggregates, DISTINCT, both limits and pages.
//!
//! Rows come one at a time in the order of the answer; the shaper says when it has enough. It
//! holds one row of a group at most, so memory does not grow with what is aggregated. A page ends
//! behind a whole group.

use std::cell::Cell;

use quorate_cql::json;
use quorate_cql::plan::{Select, Selector};
use quorate_cql::types::CqlType;

use crate::error::Error;
use crate::keys::{self, RowKey};
use crate::layout::TableLayout;
use crate::read::paging::PagingState;
use crate::read::record::Record;
use crate::term::Bindings;

mod aggregate;
pub(crate) mod selector;

use aggregate::Accumulator;
use selector::Scope;

/// What the shaper wants next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// The next row.
    Continue,
    /// The first row of the next partition.
    SkipPartition,
    /// Nothing.
    Stop,
}

/// How much of the answer is wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// LIMIT; `u32::MAX` without.
    pub(crate) rows: u32,
    /// PER PARTITION LIMIT, and one for DISTINCT; `u32::MAX` without.
    pub(crate) per_partition: u32,
    /// Rows of a page; `u32::MAX` without.
    pub(crate) page: u32,
}

/// Turns rows into the cells of an answer.
pub(crate) struct Shaper<'p, 'b> {
    select: &'p Select,
    layout: &'p TableLayout,
    bindings: &'p Bindings<'b>,
    now: u32,
    limits: Limits,
    aggregates: Vec<&'p Selector>,
    out: Vec<u8>,
    rows: u32,
    /// The partition of the last row, and how many of its rows or groups were answered.
    partition: Vec<u8>,
    in_partition: u32,
    /// Key of the last row that was used for the answer.
    last_key: Vec<u8>,
    group: Option<Group>,
    /// For rows that are put in order afterwards: encoded clustering, and where the row begins in `out`.
    places: Option<Vec<(Vec<u8>, usize)>>,
    /// By how many clustering columns.
    order_columns: usize,
    more: bool,
}

/// A group under way.
struct Group {
    /// The head of its rows' keys.
    key: Vec<u8>,
    first: Record<'static>,
    accumulators: Vec<Accumulator>,
}

/// The shaped answer.
pub(crate) struct Shaped {
    /// Cells as `answer::Rows` has them.
    pub(crate) cells: Vec<u8>,
    /// Number of rows.
    pub(crate) rows: u32,
    /// Whether a page ended here, with what LIMIT leaves, rows taken of the partition, and the last key.
    pub(crate) more: Option<(u32, u32, Vec<u8>)>,
}

impl<'p, 'b> Shaper<'p, 'b> {
    /// Begins; `resumed` is where the previous page ended, with the partition of its last key.
    pub(crate) fn new(
        select: &'p Select,
        layout: &'p TableLayout,
        bindings: &'p Bindings<'b>,
        now: u32,
        limits: Limits,
        resumed: Option<(&PagingState, &[u8])>,
    ) -> Self {
        let mut aggregates = Vec::new();
        if select.aggregate {
            select.selection.iter().for_each(|selector| selector::note_aggregates(selector, &mut aggregates));
        }
        let (partition, in_partition, last_key) = match resumed {
            Some((state, partition)) => (partition.to_vec(), state.in_partition, state.key.clone()),
            None => (Vec::new(), 0, Vec::new()),
        };
        Self {
            select,
            layout,
            bindings,
            now,
            limits,
            aggregates,
            out: Vec::with_capacity(256),
            rows: 0,
            partition,
            in_partition,
            last_key,
            group: None,
            places: None,
            order_columns: 0,
            more: false,
        }
    }

    /// Puts rows of several partitions in the order of the first clustering columns at the end.
    pub(crate) fn merge_by(&mut self, columns: usize) {
        self.places = Some(Vec::new());
        self.order_columns = columns;
    }

    /// Takes a row that belongs to the answer.
    pub(crate) fn row(&mut self, key: &RowKey<'_>, record: &Record<'_>) -> Result<Flow, Error> {
        if !self.select.aggregate && self.select.group_by.is_none() {
            return self.plain_row(key, record);
        }
        let group_len = self.group_len(key)?;
        if let Some(group) = &mut self.group {
            if self.select.group_by.is_none() || group.key == key.bytes[..group_len] {
                self.last_key.clear();
                self.last_key.extend_from_slice(key.bytes);
                return self.feed(record);
            }
            if self.finish_group()? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        self.enter(key.partition());
        if self.in_partition >= self.limits.per_partition {
            return Ok(Flow::SkipPartition);
        }
        self.last_key.clear();
        self.last_key.extend_from_slice(key.bytes);
        self.begin_group(key.bytes[..group_len].to_vec(), record.to_owned());
        self.feed(record)
    }

    /// Ends: there are no more rows, or no more are wanted.
    pub(crate) fn finish(mut self) -> Result<Shaped, Error> {
        if self.group.is_some() {
            self.finish_group()?;
        } else if self.select.aggregate && self.select.group_by.is_none() && self.rows == 0 {
            let columns = self.layout.table.columns.len();
            self.begin_group(Vec::new(), Record { values: vec![None; columns], times: vec![Vec::new(); columns] });
            self.finish_group()?;
            self.more = false;
        }
        if let Some(places) = self.places.take() {
            self.put_in_order(&places);
        }
        let left = self.limits.rows.saturating_sub(if self.limits.rows == u32::MAX { 0 } else { self.rows });
        let more = self.more.then_some((left, self.in_partition, self.last_key));
        Ok(Shaped { cells: self.out, rows: self.rows, more })
    }

    fn plain_row(&mut self, key: &RowKey<'_>, record: &Record<'_>) -> Result<Flow, Error> {
        self.enter(key.partition());
        if self.in_partition >= self.limits.per_partition {
            return Ok(Flow::SkipPartition);
        }
        if self.places.is_some() {
            let begin = self.out.len();
            let order = self.encoded_head(key, self.order_columns)?.to_vec();
            self.places.get_or_insert_default().push((order, begin));
        }
        self.write(record, &[])?;
        let flow = self.count();
        if flow == Flow::Stop && self.more {
            self.last_key.extend_from_slice(key.bytes);
        }
        Ok(flow)
    }

    /// Counts a row of the answer.
    fn count(&mut self) -> Flow {
        self.rows += 1;
        self.in_partition += 1;
        if self.places.is_none() && self.rows >= self.limits.rows {
            Flow::Stop
        } else if self.rows >= self.limits.page {
            self.more = true;
            self.last_key.clear();
            Flow::Stop
        } else if self.in_partition >= self.limits.per_partition {
            Flow::SkipPartition
        } else {
            Flow::Continue
        }
    }

    fn enter(&mut self, partition: &[u8]) {
        if self.partition != partition {
            self.partition.clear();
            self.partition.extend_from_slice(partition);
            self.in_partition = 0;
        }
    }

    fn begin_group(&mut self, key: Vec<u8>, first: Record<'static>) {
        let accumulators = self
            .aggregates
            .iter()
            .filter_map(|selector| match selector {
                Selector::Aggregate { aggregate, ty, .. } => Some(Accumulator::new(*aggregate, ty)),
                _ => None,
            })
            .collect();
        self.group = Some(Group { key, first, accumulators });
    }

    fn feed(&mut self, record: &Record<'_>) -> Result<Flow, Error> {
        let Some(group) = &mut self.group else { return Ok(Flow::Continue) };
        let scope =
            Scope { record, aggregates: &[], next_aggregate: Cell::new(0), bindings: self.bindings, now: self.now };
        for (selector, accumulator) in self.aggregates.iter().zip(&mut group.accumulators) {
            selector::feed(selector, accumulator, self.layout, &scope)?;
        }
        Ok(Flow::Continue)
    }

    fn finish_group(&mut self) -> Result<Flow, Error> {
        let Some(group) = self.group.take() else { return Ok(Flow::Continue) };
        let results: Vec<Option<Vec<u8>>> = group.accumulators.iter().map(Accumulator::finish).collect();
        let last_key = std::mem::take(&mut self.last_key);
        self.write(&group.first, &results)?;
        let flow = self.count();
        self.last_key = last_key;
        Ok(flow)
    }

    /// Length of the head of a key that names its row's group.
    fn group_len(&self, key: &RowKey<'_>) -> Result<usize, Error> {
        let table = &self.layout.table;
        let columns = self.select.group_by.unwrap_or(0).saturating_sub(table.partition_key_len);
        if columns == 0 || key.clustering().is_empty() {
            return Ok(key.partition_len);
        }
        Ok(key.bytes.len() - key.clustering().len() + self.encoded_head(key, columns)?.len())
    }

    /// The first components of a key's clustering, encoded.
    fn encoded_head<'k>(&self, key: &RowKey<'k>, columns: usize) -> Result<&'k [u8], Error> {
        let all = key.clustering();
        let mut rest = all;
        if !all.is_empty() {
            for (place, column) in self.layout.table.clustering().iter().enumerate().take(columns) {
                keys::decode_clustering(column, self.layout.is_descending(place), &mut rest)?;
            }
        }
        Ok(&all[..all.len() - rest.len()])
    }

    /// Writes one row of the answer.
    fn write(&mut self, record: &Record<'_>, aggregates: &[Option<Vec<u8>>]) -> Result<(), Error> {
        let scope = Scope { record, aggregates, next_aggregate: Cell::new(0), bindings: self.bindings, now: self.now };
        if self.select.json {
            let text = json_row(self.select, self.layout, &scope)?;
            push_cell(Some(text.as_bytes()), &mut self.out);
            return Ok(());
        }
        for selector in &self.select.selection {
            if let Selector::Column(column) = selector {
                push_cell(record.values[*column].as_deref(), &mut self.out);
            } else {
                push_cell(selector::evaluate(selector, self.layout, &scope)?.as_deref(), &mut self.out);
            }
        }
        Ok(())
    }

    /// Puts rows of several partitions in clustering order, those of equal order as they came, and cuts at LIMIT.
    fn put_in_order(&mut self, places: &[(Vec<u8>, usize)]) {
        let ends = places.iter().skip(1).map(|place| place.1).chain([self.out.len()]).collect::<Vec<_>>();
        let mut rows: Vec<(&[u8], &[u8])> = Vec::with_capacity(places.len());
        for ((clustering, start), end) in places.iter().zip(ends) {
            rows.push((clustering, &self.out[*start..end]));
        }
        if self.select.reversed {
            rows.sort_by(|left, right| right.0.cmp(left.0));
        } else {
            rows.sort_by(|left, right| left.0.cmp(right.0));
        }
        rows.truncate(usize::try_from(self.limits.rows).unwrap_or(usize::MAX));
        self.rows = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        self.out = rows.into_iter().flat_map(|row| row.1).copied().collect();
    }
}

/// Appends a cell.
pub(crate) fn push_cell(value: Option<&[u8]>, out: &mut Vec<u8>) {
    match value {
        Some(value) => {
            let length = i32::try_from(value.len()).unwrap_or(i32::MAX);
            out.extend_from_slice(&length.to_be_bytes());
            out.extend_from_slice(value);
        }
        None => out.extend_from_slice(&(-1_i32).to_be_bytes()),
    }
}

/// A row of `SELECT JSON` (`cql3/selection/Selection.java`, `rowToJson`).
fn json_row(select: &Select, layout: &TableLayout, scope: &Scope<'_, '_>) -> Result<String, Error> {
    let mut columns = Vec::with_capacity(select.selection.len());
    for (selector, name) in select.selection.iter().zip(&select.names) {
        let value = selector::evaluate(selector, layout, scope)?;
        let ty = match (&value, selector::type_of(selector, layout)) {
            (_, Some(ty)) => ty,
            (None, None) => CqlType::Blob,
            (Some(_), None) => {
                return Err(Error::Unsupported { what: "a function or constant in SELECT JSON".to_owned() });
            }
        };
        columns.push((name.as_str(), ty, value));
    }
    Ok(json::row_to_json(columns.iter().map(|(name, ty, value)| (*name, ty, value.as_deref()))))
}
