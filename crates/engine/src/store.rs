//! The ordered key-value store under the engine: three spaces, snapshots, atomic batches.
//!
//! Two implementations with one meaning: `disk` (fjall) and `memory`. Nothing here knows what
//! keys and values mean. A batch is seen whole or not at all by snapshots opened later, and
//! survives the process once `commit` returned; surviving the machine is `durability`'s business.

use std::path::Path;

pub(crate) use fjall::Slice;

use crate::error::Error;

mod disk;
mod format;
mod lock_file;
mod memory;

use disk::Disk;
use memory::Memory;

/// A space of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Space {
    /// All tables' partitions.
    Rows,
    /// All secondary indexes' entries.
    Index,
    /// The catalogue.
    Meta,
}

/// How to open a store on disk.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StoreOptions {
    /// Bytes of blocks kept in memory for reading.
    pub(crate) cache_bytes: u64,
    /// Bytes of one write buffer; there may be four of them for rows.
    pub(crate) write_buffer_bytes: u64,
}

/// A store.
pub(crate) enum Store {
    /// In a directory.
    Disk(Disk),
    /// In memory only.
    Memory(Memory),
}

/// A moment of the store.
pub(crate) enum Snapshot {
    /// Of a store in a directory.
    Disk(disk::DiskSnapshot),
    /// Of a store in memory.
    Memory(memory::MemorySnapshot),
}

/// Pairs of key and value in key order, or in reverse.
pub(crate) enum Scan {
    /// Of a store in a directory.
    Disk(disk::DiskScan),
    /// Of a store in memory.
    Memory(memory::MemoryScan),
}

/// Changes that happen together.
pub(crate) enum Batch<'s> {
    /// Of a store in a directory.
    Disk(disk::DiskBatch<'s>),
    /// Of a store in memory.
    Memory(memory::MemoryBatch<'s>),
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self { cache_bytes: 32 << 20, write_buffer_bytes: 8 << 20 }
    }
}

impl Store {
    /// Opens the store in `directory`, creating it when there is none.
    ///
    /// # Errors
    /// `LockHeld` when another process has it open, `NewerFormat` and `Corrupt` when it must not be
    /// touched, else what the file system says.
    pub(crate) fn open(directory: &Path, options: StoreOptions) -> Result<Self, Error> {
        Disk::open(directory, options).map(Self::Disk)
    }

    /// A store that lives and dies with this value.
    pub(crate) fn in_memory() -> Self {
        Self::Memory(Memory::default())
    }

    /// The directory whose journal must be synced for durability; `None` in memory.
    pub(crate) fn journal_directory(&self) -> Option<&Path> {
        match self {
            Self::Disk(disk) => Some(disk.journal_directory()),
            Self::Memory(_) => None,
        }
    }

    /// The latest value of a key.
    pub(crate) fn get(&self, space: Space, key: &[u8]) -> Result<Option<Slice>, Error> {
        match self {
            Self::Disk(disk) => disk.get(space, key),
            Self::Memory(memory) => Ok(memory.get(space, key)),
        }
    }

    /// The present moment, for reading several keys that belong together.
    pub(crate) fn snapshot(&self) -> Snapshot {
        match self {
            Self::Disk(disk) => Snapshot::Disk(disk.snapshot()),
            Self::Memory(memory) => Snapshot::Memory(memory.snapshot()),
        }
    }

    /// Begins a batch.
    pub(crate) fn batch(&self) -> Batch<'_> {
        match self {
            Self::Disk(disk) => Batch::Disk(disk.batch()),
            Self::Memory(memory) => Batch::Memory(memory.batch()),
        }
    }

    /// Removes all keys that begin with `prefix`, in batches: not atomic, for keys that nobody can
    /// reach any more (a dropped or truncated table, a dropped index).
    pub(crate) fn erase(&self, space: Space, prefix: &[u8]) -> Result<(), Error> {
        const KEYS_A_BATCH: usize = 4096;
        let mut end = prefix.to_vec();
        let end = crate::keys::successor(&mut end).then_some(end);
        loop {
            let mut batch = self.batch();
            let mut keys = 0;
            for pair in self.snapshot().range(space, prefix, end.as_deref(), false).take(KEYS_A_BATCH) {
                batch.remove(space, &pair?.0);
                keys += 1;
            }
            batch.commit()?;
            if keys < KEYS_A_BATCH {
                return Ok(());
            }
        }
    }

    /// Writes out everything so that the next opening is quick, and closes.
    pub(crate) fn close(self) -> Result<(), Error> {
        match self {
            Self::Disk(disk) => disk.close(),
            Self::Memory(_) => Ok(()),
        }
    }
}

impl Snapshot {
    /// A key's value at the moment.
    pub(crate) fn get(&self, space: Space, key: &[u8]) -> Result<Option<Slice>, Error> {
        match self {
            Self::Disk(snapshot) => snapshot.get(space, key),
            Self::Memory(snapshot) => Ok(snapshot.get(space, key)),
        }
    }

    /// Keys from `start` (inclusive) to `end` (exclusive; `None` = to the last), forward or from the end.
    pub(crate) fn range(&self, space: Space, start: &[u8], end: Option<&[u8]>, reverse: bool) -> Scan {
        match self {
            Self::Disk(snapshot) => Scan::Disk(snapshot.range(space, start, end, reverse)),
            Self::Memory(snapshot) => Scan::Memory(snapshot.range(space, start, end, reverse)),
        }
    }
}

impl Iterator for Scan {
    type Item = Result<(Slice, Slice), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Disk(scan) => scan.next(),
            Self::Memory(scan) => scan.next().map(Ok),
        }
    }
}

impl Batch<'_> {
    /// Sets a key. A batch names a key at most once.
    pub(crate) fn put(&mut self, space: Space, key: &[u8], value: &[u8]) {
        match self {
            Self::Disk(batch) => batch.put(space, key, value),
            Self::Memory(batch) => batch.put(space, key, value),
        }
    }

    /// Removes a key.
    pub(crate) fn remove(&mut self, space: Space, key: &[u8]) {
        match self {
            Self::Disk(batch) => batch.remove(space, key),
            Self::Memory(batch) => batch.remove(space, key),
        }
    }

    /// Makes the changes. The operating system has them when this returns.
    pub(crate) fn commit(self) -> Result<(), Error> {
        match self {
            Self::Disk(batch) => batch.commit(),
            Self::Memory(batch) => {
                batch.commit();
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests;
