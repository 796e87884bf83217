//! The store in memory: an ordered map that keeps old values while a snapshot may read them.
//!
//! For tests and for engines that need no disk. Scans take the lock for a handful of keys at a
//! time, so a slow reader never holds up a writer.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::sync::Arc;

use fjall::Slice;
use parking_lot::{Mutex, RwLock};

use crate::store::Space;

const PAIRS_A_LOCK: usize = 64;

/// A store in memory.
#[derive(Default)]
pub(crate) struct Memory {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    spaces: RwLock<Spaces>,
    /// Open snapshots: moment and how many.
    open: Mutex<BTreeMap<u64, usize>>,
}

#[derive(Default)]
struct Spaces {
    /// Number of batches so far: the present moment.
    moment: u64,
    rows: Map,
    index: Map,
    meta: Map,
    /// Keys that were removed while a snapshot could still see them.
    removed: Vec<(Space, Slice)>,
}

/// Versions of each key, oldest first: the moment from which on it holds, and the value.
type Map = BTreeMap<Slice, Vec<(u64, Option<Slice>)>>;

impl Spaces {
    fn of(&self, space: Space) -> &Map {
        match space {
            Space::Rows => &self.rows,
            Space::Index => &self.index,
            Space::Meta => &self.meta,
        }
    }

    fn of_mut(&mut self, space: Space) -> &mut Map {
        match space {
            Space::Rows => &mut self.rows,
            Space::Index => &mut self.index,
            Space::Meta => &mut self.meta,
        }
    }

    fn set(&mut self, space: Space, key: Slice, value: Option<Slice>, oldest: u64) {
        let moment = self.moment;
        if value.is_none() {
            self.removed.push((space, key.clone()));
        }
        let versions = self.of_mut(space).entry(key).or_default();
        let still_read = versions.iter().rposition(|version| version.0 <= oldest).unwrap_or(0);
        versions.drain(..still_read);
        versions.push((moment, value));
    }

    /// Forgets removed keys once no snapshot is older than the removal.
    fn sweep(&mut self) {
        for (space, key) in std::mem::take(&mut self.removed) {
            let map = self.of_mut(space);
            if map.get(&key).and_then(|versions| versions.last()).is_some_and(|version| version.1.is_none()) {
                map.remove(&key);
            }
        }
    }
}

fn visible(versions: &[(u64, Option<Slice>)], moment: u64) -> Option<&Slice> {
    versions.iter().rev().find(|version| version.0 <= moment)?.1.as_ref()
}

impl Memory {
    pub(crate) fn get(&self, space: Space, key: &[u8]) -> Option<Slice> {
        let spaces = self.shared.spaces.read();
        visible(spaces.of(space).get(key)?, u64::MAX).cloned()
    }

    pub(crate) fn snapshot(&self) -> MemorySnapshot {
        let spaces = self.shared.spaces.read();
        let moment = spaces.moment;
        *self.shared.open.lock().entry(moment).or_default() += 1;
        MemorySnapshot(Arc::new(Moment { shared: Arc::clone(&self.shared), moment }))
    }

    pub(crate) fn batch(&self) -> MemoryBatch<'_> {
        MemoryBatch { memory: self, changes: Vec::new() }
    }
}

/// A moment of the store. Scans share it, so that what they read stays.
pub(crate) struct MemorySnapshot(Arc<Moment>);

struct Moment {
    shared: Arc<Shared>,
    moment: u64,
}

impl Drop for Moment {
    fn drop(&mut self) {
        let mut open = self.shared.open.lock();
        if let Some(count) = open.get_mut(&self.moment) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.moment);
            }
        }
    }
}

impl MemorySnapshot {
    pub(crate) fn get(&self, space: Space, key: &[u8]) -> Option<Slice> {
        let spaces = self.0.shared.spaces.read();
        visible(spaces.of(space).get(key)?, self.0.moment).cloned()
    }

    pub(crate) fn range(&self, space: Space, start: &[u8], end: Option<&[u8]>, reverse: bool) -> MemoryScan {
        MemoryScan {
            moment: Arc::clone(&self.0),
            space,
            start: Bound::Included(Slice::from(start)),
            end: end.map_or(Bound::Unbounded, |end| Bound::Excluded(Slice::from(end))),
            reverse,
            ready: VecDeque::new(),
            exhausted: end.is_some_and(|end| end <= start),
        }
    }
}

/// A range of keys at a moment.
pub(crate) struct MemoryScan {
    moment: Arc<Moment>,
    space: Space,
    start: Bound<Slice>,
    end: Bound<Slice>,
    reverse: bool,
    ready: VecDeque<(Slice, Slice)>,
    exhausted: bool,
}

impl MemoryScan {
    fn fill(&mut self) {
        let spaces = self.moment.shared.spaces.read();
        let range = spaces.of(self.space).range((self.start.clone(), self.end.clone()));
        let moment = self.moment.moment;
        let pairs = |(key, versions): (&Slice, &Vec<(u64, Option<Slice>)>)| {
            Some((key.clone(), visible(versions, moment)?.clone()))
        };
        if self.reverse {
            self.ready.extend(range.rev().filter_map(pairs).take(PAIRS_A_LOCK));
        } else {
            self.ready.extend(range.filter_map(pairs).take(PAIRS_A_LOCK));
        }
        match self.ready.back() {
            Some((last, _)) if self.reverse => self.end = Bound::Excluded(last.clone()),
            Some((last, _)) => self.start = Bound::Excluded(last.clone()),
            None => {}
        }
        // A start that is excluded and equal to the end would be a range that the map refuses.
        self.exhausted = self.ready.len() < PAIRS_A_LOCK || is_closed(&self.start, &self.end);
    }
}

fn is_closed(start: &Bound<Slice>, end: &Bound<Slice>) -> bool {
    match (start, end) {
        (Bound::Included(start) | Bound::Excluded(start), Bound::Included(end) | Bound::Excluded(end)) => start >= end,
        _ => false,
    }
}

impl Iterator for MemoryScan {
    type Item = (Slice, Slice);

    fn next(&mut self) -> Option<Self::Item> {
        if self.ready.is_empty() && !self.exhausted {
            self.fill();
        }
        self.ready.pop_front()
    }
}

/// Changes that happen together.
pub(crate) struct MemoryBatch<'s> {
    memory: &'s Memory,
    changes: Vec<(Space, Slice, Option<Slice>)>,
}

impl MemoryBatch<'_> {
    pub(crate) fn put(&mut self, space: Space, key: &[u8], value: &[u8]) {
        self.changes.push((space, key.into(), Some(value.into())));
    }

    pub(crate) fn remove(&mut self, space: Space, key: &[u8]) {
        self.changes.push((space, key.into(), None));
    }

    pub(crate) fn commit(self) {
        let mut spaces = self.memory.shared.spaces.write();
        let before = spaces.moment;
        let oldest = self.memory.shared.open.lock().keys().next().copied();
        if oldest.is_none() {
            spaces.sweep();
        }
        spaces.moment += 1;
        for (space, key, value) in self.changes {
            spaces.set(space, key, value, oldest.unwrap_or(before));
        }
    }
}
