//! What the log says the views should be: the events folded by last write wins.
//!
//! The fold knows rows by a hash of their key and their content by a hash, so that it stays small
//! beside the views; where a row turns out to differ, its content is folded once more in full.
//! It is computed from the projection alone and never from a view.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hasher};

use crate::cells::Cells;
use crate::error::Error;
use crate::event::Entry;
use crate::log;
use crate::projection::{Change, LATEST, Mutation, project};
use crate::store::Store;
use crate::view::View;

/// Events read from the log at once: an imported one is up to 32 KiB, and more in memory.
const PAGE: u32 = 64;

/// A part of all rows: those whose key's hash has this remainder.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slice {
    pub(crate) part: u64,
    pub(crate) parts: u64,
}

impl Slice {
    pub(crate) fn has(self, key: u64) -> bool {
        key % self.parts == self.part
    }
}

/// The last write of a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Last {
    ts: i64,
    /// Hash of the content; `None` = deleted.
    pub(crate) content: Option<u64>,
    /// When it goes by itself, in milliseconds since 1970.
    pub(crate) expires_ms: Option<i64>,
}

/// The rows of a slice as they should be.
#[derive(Default)]
pub(crate) struct Fold {
    pub(crate) rows: HashMap<u64, Last>,
    /// Rows of `latest` buckets: view, key hash, sort value.
    latest: Vec<(&'static str, u64, i64)>,
    trims: Vec<(&'static str, i64, i64)>,
}

impl Fold {
    pub(crate) fn add(&mut self, slice: Slice, entry: &Entry) {
        for mutation in project(entry) {
            self.write(slice, &mutation);
        }
    }

    fn write(&mut self, slice: Slice, mutation: &Mutation) {
        let view = mutation.view;
        let (key, last) = match &mutation.change {
            Change::Put { row, expires_ms } => {
                let key = key_hash(view, row);
                let content = Some(content_hash(view, row));
                if slice.has(key)
                    && let Some(sort) = latest_sort(row)
                {
                    self.latest.push((view.name, key, sort));
                }
                (key, Last { ts: mutation.ts, content, expires_ms: *expires_ms })
            }
            Change::Delete { key } => (key_hash(view, key), Last { ts: mutation.ts, content: None, expires_ms: None }),
            Change::DeleteBelow { bound } => {
                if let Some(cutoff) = latest_sort(bound) {
                    self.trims.push((view.name, cutoff, mutation.ts));
                }
                return;
            }
        };
        if slice.has(key) {
            let known = self.rows.entry(key).or_insert(last);
            if last.ts >= known.ts {
                *known = last;
            }
        }
    }

    /// Applies the range deletions, once every event is in.
    pub(crate) fn finish(&mut self) {
        for (view, key, sort) in self.latest.drain(..) {
            if let Some(last) = self.rows.get_mut(&key) {
                let covers = |trim: &(&str, i64, i64)| trim.0 == view && sort < trim.1 && last.ts <= trim.2;
                if self.trims.iter().any(covers) {
                    last.content = None;
                }
            }
        }
    }
}

/// The content that some rows should have, in full.
pub(crate) async fn rows_in_full(
    store: &Store,
    streams: i32,
    keys: &HashSet<u64>,
    heads: &[i64],
) -> Result<HashMap<u64, (&'static View, Cells, Option<Cells>)>, Error> {
    let mut rows: HashMap<u64, (&'static View, Cells, Option<Cells>, i64)> = HashMap::new();
    let mut trims = Vec::new();
    for stream in 0..streams {
        let head = heads.get(usize::try_from(stream).unwrap_or_default()).copied().unwrap_or(0);
        each_entry(store, stream, head, |entry| {
            for mutation in project(&entry) {
                let view = mutation.view;
                let (key, row) = match mutation.change {
                    Change::Put { row, .. } => (row.prefix(view.key_len()), Some(row)),
                    Change::Delete { key } => (key, None),
                    Change::DeleteBelow { bound } => {
                        trims.push((view.name, latest_sort(&bound).unwrap_or(i64::MIN), mutation.ts));
                        continue;
                    }
                };
                let hash = key_hash(view, &key);
                if keys.contains(&hash) {
                    let known = rows.entry(hash).or_insert((view, key, None, i64::MIN));
                    if mutation.ts >= known.3 {
                        known.2 = row;
                        known.3 = mutation.ts;
                    }
                }
            }
            Ok(())
        })
        .await?;
    }
    for (view, key, row, ts) in rows.values_mut() {
        let sort = latest_sort(key);
        let covers =
            |trim: &(&str, i64, i64)| trim.0 == view.name && sort.is_some_and(|sort| sort < trim.1) && *ts <= trim.2;
        if trims.iter().any(covers) {
            *row = None;
        }
    }
    Ok(rows.into_iter().map(|(hash, (view, key, row, _))| (hash, (view, key, row))).collect())
}

/// Reads a stream's log up to a head, event by event.
pub(crate) async fn each_entry(
    store: &Store,
    stream: i32,
    head: i64,
    mut each: impl FnMut(Entry) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut next = 1;
    while next <= head {
        for entry in log::read(store, stream, next, head, PAGE).await? {
            next = entry.seq + 1;
            each(entry)?;
        }
    }
    Ok(())
}

/// The hash of a row's key, in its view.
pub(crate) fn key_hash(view: &View, cells: &Cells) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(view.name.as_bytes());
    hasher.write(cells.head(view.key_len()));
    hasher.finish()
}

/// The hash of a whole row.
pub(crate) fn content_hash(view: &View, row: &Cells) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(row.head(view.len()));
    hasher.finish()
}

/// The instant by which a row of a `latest` bucket is sorted; `None` for all other rows.
fn latest_sort(cells: &Cells) -> Option<i64> {
    let mut cells = cells.iter();
    if cells.next()?? != LATEST.as_bytes() {
        return None;
    }
    Some(i64::from_be_bytes(cells.next()??.try_into().ok()?))
}
