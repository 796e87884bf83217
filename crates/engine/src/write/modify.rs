//! INSERT, UPDATE and DELETE become mutations of keys.
//!
//! What `cql3/statements/UpdateStatement.java` and `DeleteStatement.java` do in
//! `addUpdateForKey`: rows get their cells and, on INSERT, the marker; static columns go to the
//! partition's static row; DELETE without columns deletes rows, ranges or the partition.

use quorate_cql::plan::{ModifyKind, Operation};
use quorate_cql::schema::ColumnKind;

use crate::error::Error;
use crate::keys::{self, Kind};
use crate::layout::TableLayout;
use crate::row::{self, Deletion, Row, RowView};
use crate::store::{Slice, Space, Store};
use crate::timestamp::Timestamps;
use crate::write::Write;
use crate::write::attributes::Attributes;
use crate::write::effect::{self, Context, Effect};
use crate::write::mutation::{Mutations, Scope};
use crate::write::target::{RowTarget, Target};
use crate::write::tombstones::Tombstones;

/// What building mutations needs besides the statement.
pub(crate) struct Builder<'b> {
    pub(crate) store: &'b Store,
    pub(crate) timestamps: &'b Timestamps,
    pub(crate) mutations: &'b mut Mutations,
}

impl Builder<'_> {
    /// Adds the mutations of one statement to one partition.
    pub(crate) fn add(
        &mut self,
        origin: usize,
        write: &Write<'_>,
        partition: &[u8],
        target: &Target,
        attributes: Attributes,
    ) -> Result<(), Error> {
        let modify = write.modify;
        if modify.kind == ModifyKind::Delete && modify.operations.is_empty() {
            self.delete(origin, write.layout, partition, target, attributes);
            return Ok(());
        }
        let is_static = |operation: &&Operation| is_static(write.layout, operation);
        if modify.operations.iter().any(|operation| is_static(&operation)) {
            self.change_row(origin, write, (partition, Kind::Static, &RowTarget::default()), attributes)?;
        }
        match target {
            Target::Rows(rows) => {
                for row in rows {
                    self.change_row(origin, write, (partition, Kind::Row, row), attributes)?;
                }
                Ok(())
            }
            Target::Whole if write.layout.table.clustering_len == 0 => {
                self.change_row(origin, write, (partition, Kind::Row, &RowTarget::default()), attributes)
            }
            // Statics only; analysis lets nothing else name no clustering.
            Target::Whole | Target::Ranges(_) => Ok(()),
        }
    }

    fn change_row(
        &mut self,
        origin: usize,
        write: &Write<'_>,
        (partition, kind, row): (&[u8], Kind, &RowTarget),
        mut attributes: Attributes,
    ) -> Result<(), Error> {
        let layout = write.layout;
        let wanted = |operation: &&Operation| is_static(layout, operation) == (kind == Kind::Static);
        let operations = || write.modify.operations.iter().filter(wanted);
        let columns = &layout.table.columns;
        let reads = operations().any(|operation| effect::needs_read(operation, &columns[operation.column]));
        let stored = if reads { self.stored(partition, kind, row)? } else { None };
        if layout.counter {
            attributes.timestamp = after_stored(stored.as_ref(), attributes.timestamp)?;
        }
        let context = Context {
            kind: write.modify.kind,
            bindings: &write.bindings,
            attributes,
            timestamps: self.timestamps,
            stored: stored.as_ref(),
        };
        let mut effects: Vec<Effect<'_>> = Vec::with_capacity(write.modify.operations.len());
        for operation in operations() {
            effect::evaluate(operation, &columns[operation.column], &context, &mut effects)?;
        }
        let inserts_row = write.modify.kind == ModifyKind::Insert && kind == Kind::Row;
        let marker = inserts_row.then(|| attributes.marker());
        if marker.is_none() && effects.is_empty() {
            return Ok(());
        }
        let is_whole = marker.is_some() && layout.whole_row == Some(effects.len());
        let scope = if is_whole { Scope::Whole } else { Scope::Part };
        let originals = row.originals.iter().map(|(place, bytes)| (*place, bytes.as_slice())).collect();
        self.mutations.push(
            origin,
            (scope, attributes.timestamp),
            partition,
            |key| push_rest(kind, &row.clustering, key),
            |value| effect::pack(layout, &attributes, marker, originals, &mut effects, value),
        );
        Ok(())
    }

    fn stored(&self, partition: &[u8], kind: Kind, row: &RowTarget) -> Result<Option<Slice>, Error> {
        let mut key = partition.to_vec();
        push_rest(kind, &row.clustering, &mut key);
        self.store.get(Space::Rows, &key)
    }

    fn delete(
        &mut self,
        origin: usize,
        layout: &TableLayout,
        partition: &[u8],
        target: &Target,
        attributes: Attributes,
    ) {
        let deletion = Deletion { timestamp: attributes.timestamp, local: attributes.now };
        match target {
            Target::Rows(rows) => rows.iter().for_each(|row| self.delete_row(origin, partition, row, deletion)),
            // The partition's only row: its own deletion says the same, and costs other rows nothing.
            Target::Whole if layout.table.clustering_len == 0 && !layout.table.has_static() => {
                self.delete_row(origin, partition, &RowTarget::default(), deletion);
            }
            Target::Whole => {
                let tombstones = Tombstones { partition: Some(deletion), ranges: Vec::new() };
                self.delete_many(origin, partition, &tombstones, deletion.timestamp);
            }
            Target::Ranges(ranges) if ranges.is_empty() => {}
            Target::Ranges(ranges) => {
                let ranges = ranges.iter().map(|range| (range.clone(), deletion)).collect();
                let tombstones = Tombstones { partition: None, ranges };
                self.delete_many(origin, partition, &tombstones, deletion.timestamp);
            }
        }
    }

    fn delete_row(&mut self, origin: usize, partition: &[u8], target: &RowTarget, deletion: Deletion) {
        let originals = target.originals.iter().map(|(place, bytes)| (*place, bytes.as_slice())).collect();
        let deleted = Row { deletion: Some(deletion), originals, ..Row::default() };
        self.mutations.push(
            origin,
            (Scope::Deletion, deletion.timestamp),
            partition,
            |key| push_rest(Kind::Row, &target.clustering, key),
            |value| row::write(&deleted, value),
        );
    }

    fn delete_many(&mut self, origin: usize, partition: &[u8], tombstones: &Tombstones, timestamp: i64) {
        self.mutations.push(
            origin,
            (Scope::Deletion, timestamp),
            partition,
            |key| keys::push_kind(Kind::Tombstones, key),
            |value| tombstones.write(value),
        );
    }
}

/// Appends kind and clustering.
pub(crate) fn push_rest(kind: Kind, clustering: &[u8], key: &mut Vec<u8>) {
    keys::push_kind(kind, key);
    key.extend_from_slice(clustering);
}

fn is_static(layout: &TableLayout, operation: &Operation) -> bool {
    layout.table.columns[operation.column].kind == ColumnKind::Static
}

/// A counter's new sum must win over the one it was computed from, whatever the clock says.
fn after_stored(stored: Option<&Slice>, timestamp: i64) -> Result<i64, Error> {
    let Some(stored) = stored else { return Ok(timestamp) };
    let mut after = timestamp;
    for item in RowView::read(stored)?.items() {
        if let row::Item::Cell(cell) = item? {
            after = after.max(cell.timestamp.saturating_add(1));
        }
    }
    Ok(after)
}
