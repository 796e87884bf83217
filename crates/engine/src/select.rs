//! SELECT: chooses the way to the rows, keeps those that are live and pass the filters, and hands
//! them to the shaper.
//!
//! A `Program` is what does not depend on bound values, made once per analysis. Execution reads
//! one snapshot and changes nothing.

use std::sync::Arc;

use bytes::Bytes;
use quorate_cql::codec;
use quorate_cql::plan::{ColumnSpec, Partitions, Rows as RowRestriction, Select, Term};
use quorate_cql::schema::ColumnKind;
use quorate_cql::types::CqlType;

use crate::answer::Rows;
use crate::error::Error;
use crate::filter::Check;
use crate::keys::{self, RowKey};
use crate::layout::TableLayout;
use crate::read::paging::PagingState;
use crate::read::record::{Needs, Record};
use crate::read::{Access, Found, Reader, Source, restrict};
use crate::row::RowView;
use crate::shape::{Flow, Limits, Shaper, selector};
use crate::store::Snapshot;
use crate::term::{self, Bindings, Evaluated};

/// What a SELECT needs at every execution.
#[derive(Debug)]
pub(crate) struct Program {
    /// The table.
    pub(crate) layout: Arc<TableLayout>,
    needs: Needs,
    /// Whether a partition that has static values only answers a row.
    static_only: bool,
    /// Number of leading clustering columns that rows of several partitions are ordered by.
    order_columns: usize,
    /// Tells statements apart in paging states.
    fingerprint: u32,
}

/// One execution's page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page<'a> {
    /// Rows of it; `None` for all.
    pub(crate) size: Option<u32>,
    /// Where it begins.
    pub(crate) state: Option<&'a [u8]>,
}

impl Program {
    /// Prepares a SELECT; `text` is its CQL, `order_columns` the number of clustering columns that ORDER BY reaches.
    pub(crate) fn new(select: &Select, layout: Arc<TableLayout>, text: &str, order_columns: usize) -> Self {
        let mut needs = Needs::default();
        for selector in &select.selection {
            selector::note_needs(selector, &layout, &mut needs);
        }
        for filter in &select.filters {
            needs.value(&layout, filter.column);
        }
        let indexed = select.index.as_ref().and_then(|read| layout.table.position(&read.index.column));
        if let Some(column) = indexed {
            needs.value(&layout, column);
        }
        let beyond_partition = |column: usize| {
            matches!(layout.table.columns[column].kind, ColumnKind::Regular | ColumnKind::Clustering { .. })
        };
        let filtered = select.filters.iter().map(|filter| filter.column).chain(indexed).any(beyond_partition);
        let static_only = layout.table.has_static() && !select.clustering_restricted && !filtered;
        let mut identity = text.as_bytes().to_vec();
        identity.extend_from_slice(layout.table.id.as_bytes());
        Self { layout, needs, static_only, order_columns, fingerprint: crc32fast::hash(&identity) }
    }

    /// Runs it.
    pub(crate) fn run(
        &self,
        select: &Select,
        columns: &Arc<[ColumnSpec]>,
        snapshot: &Snapshot,
        bindings: &Bindings<'_>,
        page: Page<'_>,
    ) -> Result<Rows, Error> {
        let layout = &*self.layout;
        let state = page.state.map(|bytes| PagingState::decode(bytes, self.fingerprint)).transpose()?;
        let limits = limits(select, bindings, page.size, state.as_ref())?;
        let answer = |cells: Vec<u8>, row_count: u32, paging_state| Rows {
            columns: Arc::clone(columns),
            cells: Bytes::from(cells),
            row_count: usize::try_from(row_count).unwrap_or(usize::MAX),
            paging_state,
        };
        let now = seconds(bindings.now_micros);
        let resumed = match &state {
            Some(state) => {
                let key = RowKey::parse(&state.key, layout.table.partition_key_len).map_err(|_| Error::PagingState)?;
                Some((state, key))
            }
            None => None,
        };
        let mut shaper = Shaper::new(
            select,
            layout,
            bindings,
            now,
            limits,
            resumed.as_ref().map(|(state, key)| (*state, key.partition())),
        );
        if select.merge_partitions {
            shaper.merge_by(self.order_columns);
        }
        let mut last_partition = None;
        if let Some(access) = self.access(select, bindings)? {
            last_partition = access.last_partition().map(<[u8]>::to_vec);
            let source = Source { snapshot, layout, statics: self.needs.statics || self.static_only };
            let reader = Reader::new(source, access, state.as_ref().map(|state| state.key.as_slice()))?;
            let begun = resumed.as_ref().filter(|(_, key)| key.kind == keys::Kind::Row).map(|(_, key)| key.partition());
            self.drain(select, reader, &mut shaper, bindings, begun)?;
        }
        let page = shaper.finish()?;
        let more = page.more.filter(|(_, in_partition, key)| {
            let in_last = last_partition.as_deref().is_some_and(|last| key.starts_with(last));
            !(in_last && (*in_partition >= limits.per_partition || self.is_all_of_partition(key)))
        });
        let next = more.map(|(limit, in_partition, key)| {
            PagingState { statement: self.fingerprint, limit, in_partition, key }.encode()
        });
        Ok(answer(page.cells, page.rows, next))
    }

    /// Whether the row with this key is the only one that its partition answers: the table has no clustering columns,
    /// or the row stands for static values alone (`AbstractQueryPager.Pager.onClose`, which then looks no further).
    fn is_all_of_partition(&self, key: &[u8]) -> bool {
        let table = &self.layout.table;
        table.clustering_len == 0
            || RowKey::parse(key, table.partition_key_len).is_ok_and(|key| key.kind != keys::Kind::Row)
    }

    /// Pulls rows until the shaper has enough. `seen` is a partition of which a row was answered before.
    fn drain(
        &self,
        select: &Select,
        mut reader: Reader<'_>,
        shaper: &mut Shaper<'_, '_>,
        bindings: &Bindings<'_>,
        seen: Option<&[u8]>,
    ) -> Result<(), Error> {
        let layout = &*self.layout;
        let now = seconds(bindings.now_micros);
        let checks = self.checks(select, bindings)?;
        let mut seen: Vec<u8> = seen.map(<[u8]>::to_vec).unwrap_or_default();
        while let Some(found) = reader.next()? {
            let key = RowKey::parse(&found.key, layout.table.partition_key_len)?;
            if found.row.is_none() && (!self.static_only || seen == key.partition()) {
                continue;
            }
            let Some(record) = self.record(&found, &key, now)? else { continue };
            if found.row.is_some() && self.static_only && seen != key.partition() {
                seen.clear();
                seen.extend_from_slice(key.partition());
            }
            if !passes(layout, &checks, &record)? {
                continue;
            }
            match shaper.row(&key, &record)? {
                Flow::Continue => {}
                Flow::SkipPartition => reader.skip_partition(),
                Flow::Stop => return Ok(()),
            }
        }
        Ok(())
    }

    /// The row as expressions see it; `None` when it is not live.
    fn record<'f>(&self, found: &'f Found, key: &RowKey<'f>, now: u32) -> Result<Option<Record<'f>>, Error> {
        let layout = &*self.layout;
        let mut record = Record::new(&self.needs, layout.table.columns.len());
        let row = found.row.as_ref().map(|row| RowView::read(row)).transpose()?;
        if let Some(row) = &row {
            let live = record.fill_cells(layout, &self.needs, row, now)?;
            if !live && !row.marker.is_some_and(|marker| marker.is_live(now)) {
                return Ok(None);
            }
        }
        if let Some(statics) = &found.statics
            && (self.needs.statics || row.is_none())
        {
            let live = record.fill_cells(layout, &self.needs, &RowView::read(statics)?, now)?;
            if !live && row.is_none() {
                return Ok(None);
            }
        }
        record.fill_key(layout, &self.needs, key, row.as_ref())?;
        Ok(Some(record))
    }

    /// The filters, and what the index lookup implies.
    fn checks<'a>(&self, select: &'a Select, bindings: &Bindings<'a>) -> Result<Vec<Check<'a>>, Error> {
        let table = &self.layout.table;
        let mut checks = Vec::with_capacity(select.filters.len() + 1);
        for filter in &select.filters {
            checks.push(Check::new(filter, table, bindings)?);
        }
        if let Some(read) = &select.index
            && let Some(column) = table.position(&read.index.column)
        {
            let value = term::required(term::evaluate(&read.value, bindings)?, &read.index.column)?;
            checks.push(Check::of_index(column, &table.columns[column].ty, read.index.target, value)?);
        }
        Ok(checks)
    }

    /// The way to the rows; `None` when the restrictions leave none.
    fn access(&self, select: &Select, bindings: &Bindings<'_>) -> Result<Option<Access>, Error> {
        let layout = &*self.layout;
        let all_rows = matches!(select.rows, RowRestriction::All);
        let rows = restrict::rows(layout, &select.rows, bindings)?;
        if rows.is_empty() {
            return Ok(None);
        }
        if let Some(read) = &select.index {
            let value = term::required(term::evaluate(&read.value, bindings)?, &read.index.column)?;
            let mut prefix = Vec::new();
            keys::push_index_value(&read.index.id, &value, &mut prefix);
            let rows = (!all_rows).then_some(rows);
            return Ok(match &select.partitions {
                Partitions::Keys(values) => {
                    let mut partitions = restrict::partitions(layout, values, bindings)?;
                    partitions.sort_unstable();
                    Some(Access::Index { prefix, partitions: Some(partitions), start: Vec::new(), end: None, rows })
                }
                Partitions::Tokens { from, to } => restrict::tokens(layout, from.as_ref(), to.as_ref(), bindings)?
                    .map(|(start, end)| Access::Index { prefix, partitions: None, start, end, rows }),
            });
        }
        Ok(match &select.partitions {
            Partitions::Keys(values) => {
                let partitions = restrict::partitions(layout, values, bindings)?;
                Some(Access::Partitions { partitions, rows, reversed: select.reversed })
            }
            Partitions::Tokens { from, to } => restrict::tokens(layout, from.as_ref(), to.as_ref(), bindings)?
                .map(|(start, end)| Access::Tokens { start, end, rows: (!all_rows).then_some(rows) }),
        })
    }
}

/// Seconds since 1970 of a moment in microseconds; 0 before 1970.
pub(crate) fn seconds(micros: i64) -> u32 {
    u32::try_from(micros.div_euclid(1_000_000)).unwrap_or(0)
}

fn passes(layout: &TableLayout, checks: &[Check<'_>], record: &Record<'_>) -> Result<bool, Error> {
    for check in checks {
        let value = record.values[check.column].as_deref();
        if !check.matches(&layout.table.columns[check.column].ty, value)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn limits(
    select: &Select,
    bindings: &Bindings<'_>,
    page: Option<u32>,
    state: Option<&PagingState>,
) -> Result<Limits, Error> {
    let per_partition = limit(select.per_partition_limit.as_ref(), bindings)?;
    let limit = limit(select.limit.as_ref(), bindings)?;
    let aggregates_all = select.aggregate && select.group_by.is_none();
    let page = page.filter(|size| *size > 0 && *size < limit && !aggregates_all);
    if page.is_some() && select.merge_partitions {
        return Err(Error::invalid(
            "Cannot page queries with both ORDER BY and a IN restriction on the partition key; you must either \
             remove the ORDER BY or the IN and sort client side, or disable paging for this query",
        ));
    }
    Ok(Limits {
        rows: state.map_or(limit, |state| state.limit),
        per_partition: if select.distinct { per_partition.min(1) } else { per_partition },
        page: page.unwrap_or(u32::MAX),
    })
}

/// A limit's value; unset means none (`cql3/statements/SelectStatement.java`, `getLimit`).
fn limit(term: Option<&Term>, bindings: &Bindings<'_>) -> Result<u32, Error> {
    let Some(term) = term else { return Ok(u32::MAX) };
    match term::evaluate(term, bindings)? {
        Evaluated::Unset => Ok(u32::MAX),
        Evaluated::Null => Err(Error::invalid("Invalid null value of limit")),
        Evaluated::Value(value) => {
            codec::validate(&CqlType::Int, &value).map_err(|_| Error::invalid("Invalid limit value"))?;
            let limit = codec::int(&value).and_then(|limit| u32::try_from(limit).ok()).filter(|limit| *limit > 0);
            limit.ok_or_else(|| Error::invalid("LIMIT must be strictly positive"))
        }
    }
}
