//! Resolving: mutations meet what is stored, and become puts and removals of one store batch.
//!
//! The caller holds the partitions' stripes. Rows are read, merged and written whole; index
//! entries go along; a deletion of a range rewrites the rows that it covers. A whole row that is
//! later than anything in its partition replaces what is stored unseen. A partition without
//! deletions, which is nearly every one, costs no look-up for them: see `deletions`.

use crate::error::Error;
use crate::keys::{self, ByteRange, Kind, melt, successor};
use crate::layout::TableLayout;
use crate::lock::Held;
use crate::merge::{merge, purge};
use crate::row::{self, Row, RowView};
use crate::store::{Batch, Slice, Space, Store};
use crate::write::deletions::{Deleted, Deletions};
use crate::write::index;
use crate::write::mutation::{Mutation, Mutations, Scope};
use crate::write::tombstones::Tombstones;

/// Resolves one partition after the other into a batch.
pub(crate) struct Resolver<'r, 's> {
    pub(crate) store: &'s Store,
    pub(crate) deletions: &'r Deletions,
    /// The stripes of all partitions.
    pub(crate) held: &'r Held<'s>,
    /// The moment, seconds since 1970.
    pub(crate) now: u32,
    pub(crate) batch: Batch<'s>,
    /// A row being packed; kept for its capacity.
    pub(crate) packed: Vec<u8>,
}

impl Resolver<'_, '_> {
    /// Resolves sorted mutations. `layouts` answers the table of an origin.
    pub(crate) fn resolve<'l>(
        &mut self,
        mutations: &Mutations,
        layouts: impl Fn(usize) -> &'l TableLayout,
    ) -> Result<(), Error> {
        let mut rest = mutations.list();
        while let Some(first) = rest.first() {
            let partition = mutations.partition(first);
            let same = rest.iter().take_while(|mutation| mutations.key(mutation).starts_with(partition)).count();
            let (group, tail) = rest.split_at(same);
            rest = tail;
            self.resolve_partition(layouts(first.origin), mutations, group)?;
        }
        Ok(())
    }

    fn resolve_partition(
        &mut self,
        layout: &TableLayout,
        mutations: &Mutations,
        group: &[Mutation],
    ) -> Result<(), Error> {
        let kind_at = |mutation: &Mutation| mutations.key(mutation)[mutation.partition_len];
        let deletions = group.iter().take_while(|mutation| kind_at(mutation) == Kind::Tombstones as u8).count();
        let (deletions, mut rows) = group.split_at(deletions);
        let Some(first) = group.first() else { return Ok(()) };
        let partition = mutations.partition(first);
        let tombstones = self.tombstones(layout, partition, mutations, deletions, rows)?;
        let horizon = self.horizon(layout, partition, &tombstones);
        while let Some(first) = rows.first() {
            let key = mutations.key(first);
            let same = rows.iter().take_while(|mutation| mutations.key(mutation) == key).count();
            let (versions, tail) = rows.split_at(same);
            rows = tail;
            match versions {
                [only] if only.scope == Scope::Whole && only.timestamp > horizon => {
                    self.batch.put(Space::Rows, key, mutations.value(only));
                }
                _ => self.resolve_row(layout, key, first.partition_len, mutations, versions, &tombstones)?,
            }
        }
        Ok(())
    }

    /// A whole row that is later than this wins over whatever is stored. The deletion of a row must
    /// stay with it: it also covers columns that the table may get later.
    fn horizon(&self, layout: &TableLayout, partition: &[u8], tombstones: &Tombstones) -> i64 {
        if tombstones.is_empty() && !self.deletions.contains(Deleted::Row, layout.number) {
            self.held.horizon(partition)
        } else {
            i64::MAX
        }
    }

    /// The partition's deletions, new ones included; those are written, and what they cover is
    /// removed from rows that no mutation touches.
    fn tombstones(
        &mut self,
        layout: &TableLayout,
        partition: &[u8],
        mutations: &Mutations,
        deletions: &[Mutation],
        rows: &[Mutation],
    ) -> Result<Tombstones, Error> {
        if deletions.is_empty() && !self.deletions.contains(Deleted::Many, layout.number) {
            return Ok(Tombstones::default());
        }
        let mut key = partition.to_vec();
        keys::push_kind(Kind::Tombstones, &mut key);
        let mut tombstones = match self.store.get(Space::Rows, &key)? {
            Some(stored) => Tombstones::read(&stored)?,
            None => Tombstones::default(),
        };
        if deletions.is_empty() {
            return Ok(tombstones);
        }
        self.deletions.add(self.store, Deleted::Many, layout.number)?;
        let mut new = Tombstones::default();
        for deletion in deletions {
            new.add(Tombstones::read(mutations.value(deletion))?);
        }
        self.cover(layout, partition, &new, |key| {
            rows.binary_search_by(|mutation| mutations.key(mutation).cmp(key)).is_ok()
        })?;
        tombstones.add(new);
        let mut kept = tombstones.clone();
        kept.purge(self.now, grace(layout));
        if kept.is_empty() {
            self.batch.remove(Space::Rows, &key);
        } else {
            self.packed.clear();
            kept.write(&mut self.packed);
            self.batch.put(Space::Rows, &key, &self.packed);
        }
        Ok(tombstones)
    }

    /// Rewrites the stored rows that the deletions cover, except those for which `is_mutated`.
    fn cover(
        &mut self,
        layout: &TableLayout,
        partition: &[u8],
        deletions: &Tombstones,
        is_mutated: impl Fn(&[u8]) -> bool,
    ) -> Result<(), Error> {
        let snapshot = self.store.snapshot();
        for (start, end) in covered_keys(partition, deletions) {
            for pair in snapshot.range(Space::Rows, &start, end.as_deref(), false) {
                let (key, value) = pair?;
                if !is_mutated(&key) {
                    self.merge_into(layout, &key, partition.len(), Some(&value), &[], deletions)?;
                }
            }
        }
        Ok(())
    }

    fn resolve_row(
        &mut self,
        layout: &TableLayout,
        key: &[u8],
        partition_len: usize,
        mutations: &Mutations,
        versions: &[Mutation],
        tombstones: &Tombstones,
    ) -> Result<(), Error> {
        if versions.iter().any(|version| version.scope == Scope::Deletion) {
            self.deletions.add(self.store, Deleted::Row, layout.number)?;
        }
        let stored = self.store.get(Space::Rows, key)?;
        match versions {
            [only] if stored.is_none() && tombstones.is_empty() => {
                let value = mutations.value(only);
                index::update(layout, key, None, Some(&RowView::read(value)?), &mut self.batch)?;
                self.batch.put(Space::Rows, key, value);
                Ok(())
            }
            _ => {
                let versions: Vec<&[u8]> = versions.iter().map(|version| mutations.value(version)).collect();
                self.merge_into(layout, key, partition_len, stored.as_ref(), &versions, tombstones)
            }
        }
    }

    /// Merges what is stored, new versions and deletions over them, and stores the result.
    fn merge_into(
        &mut self,
        layout: &TableLayout,
        key: &[u8],
        partition_len: usize,
        stored: Option<&Slice>,
        versions: &[&[u8]],
        tombstones: &Tombstones,
    ) -> Result<(), Error> {
        let is_row = key[partition_len] == Kind::Row as u8;
        let covering = if is_row { tombstones.covering(&key[partition_len + 1..]) } else { tombstones.partition };
        let before = stored.map(|stored| RowView::read(stored)).transpose()?;
        let mut row = match &before {
            Some(view) => view.to_row()?,
            None => Row::default(),
        };
        if versions.is_empty() {
            row = merge(layout, &row, &Row::default(), covering);
        }
        for version in versions {
            row = merge(layout, &row, &RowView::read(version)?.to_row()?, covering);
        }
        purge(&mut row, self.now, grace(layout));
        if row.is_empty() {
            index::update(layout, key, before.as_ref(), None, &mut self.batch)?;
            if before.is_some() {
                self.batch.remove(Space::Rows, key);
            }
            return Ok(());
        }
        self.packed.clear();
        row::write(&row, &mut self.packed);
        let after = RowView::read(&self.packed)?;
        index::update(layout, key, before.as_ref(), Some(&after), &mut self.batch)?;
        if stored.is_none_or(|stored| **stored != *self.packed) {
            self.batch.put(Space::Rows, key, &self.packed);
        }
        Ok(())
    }
}

fn grace(layout: &TableLayout) -> u32 {
    u32::try_from(layout.table.options.gc_grace_seconds).unwrap_or_default()
}

/// Ranges of keys that deletions cover, disjoint.
fn covered_keys(partition: &[u8], deletions: &Tombstones) -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
    let mut rows = partition.to_vec();
    keys::push_kind(Kind::Row, &mut rows);
    let mut end = rows.clone();
    let end = successor(&mut end).then_some(end);
    if deletions.partition.is_some() {
        let mut start = partition.to_vec();
        keys::push_kind(Kind::Static, &mut start);
        return vec![(start, end)];
    }
    let ranges: Vec<ByteRange> = deletions.ranges.iter().map(|(range, _)| range.clone()).collect();
    let in_rows = |clustering: Vec<u8>| [rows.as_slice(), clustering.as_slice()].concat();
    melt(ranges)
        .into_iter()
        .map(|range| (in_rows(range.start), range.end.map(in_rows).or_else(|| end.clone())))
        .collect()
}
