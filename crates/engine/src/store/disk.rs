//! The store on disk: fjall, an LSM tree with a journal.
//!
//! A commit reaches the operating system before it returns, so a killed process loses nothing it
//! acknowledged. Blocks carry checksums; fjall refuses those that do not match.
//!
//! Closing writes the buffers out and empties the journal, because fjall reads a whole journal
//! when it opens, even where every entry of it has reached the tables.

use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fjall::compaction::Leveled;
use fjall::config::{
    BlockSizePolicy, BloomConstructionPolicy, CompressionPolicy, FilterPolicy, FilterPolicyEntry, PinningPolicy,
};
use fjall::{AbstractTree, CompressionType, Database, Iter, Keyspace, KeyspaceCreateOptions, OwnedWriteBatch};
use fjall::{PersistMode, Readable, Slice};
use parking_lot::Mutex;

use crate::error::Error;
use crate::store::lock_file::LockFile;
use crate::store::{Space, StoreOptions, format};

const DATA: &str = "data";
/// What fjall writes last when it makes a database.
const COMPLETE_MARKER: &str = "version";
const JOURNAL_EXTENSION: &str = "jnl";
/// One: of several, fjall keeps the first spinning on the queue for as long as another compacts.
const WORKERS: usize = 1;
/// Tables are small so that a compaction of the upper levels is short: while it runs nothing flushes.
const TABLE_BYTES: u64 = 16 << 20;
/// How far beyond its size a write buffer may grow before fjall itself acts.
const BUFFER_SLACK: u64 = 4;
const JOURNAL_BYTES: u64 = 128 << 20;
const OPEN_FILES: usize = 256;

/// A store in a directory.
pub(crate) struct Disk {
    database: Database,
    spaces: Spaces,
    data: PathBuf,
    /// Released last.
    _lock: LockFile,
}

/// The right to seal a write buffer.
#[derive(Default)]
struct Sealing(Mutex<()>);

#[derive(Clone)]
struct Spaces {
    write_buffer_bytes: u64,
    /// Held by whoever seals a write buffer.
    sealing: Arc<Sealing>,
    rows: Keyspace,
    index: Keyspace,
    meta: Keyspace,
}

impl Spaces {
    fn of(&self, space: Space) -> &Keyspace {
        match space {
            Space::Rows => &self.rows,
            Space::Index => &self.index,
            Space::Meta => &self.meta,
        }
    }

    /// Seals write buffers that are full. fjall leaves that to its worker, which may be busy
    /// compacting for seconds, and the buffers would grow meanwhile.
    fn seal_full_buffers(&self) -> Result<(), Error> {
        let is_full = |keyspace: &Keyspace| keyspace.tree.active_memtable().size() >= self.write_buffer_bytes;
        for keyspace in [&self.rows, &self.index] {
            if is_full(keyspace)
                && let Some(_sealing) = self.sealing.0.try_lock()
                && is_full(keyspace)
            {
                keyspace.rotate_memtable()?;
            }
        }
        Ok(())
    }
}

impl Disk {
    pub(crate) fn open(directory: &Path, options: StoreOptions) -> Result<Self, Error> {
        std::fs::create_dir_all(directory)?;
        let lock = LockFile::acquire(directory)?;
        let data = directory.join(DATA);
        format::check(directory, &data)?;
        remove_unfinished(&data)?;
        let database = Database::builder(&data)
            .cache_size(options.cache_bytes)
            .worker_threads(WORKERS)
            .max_journaling_size(JOURNAL_BYTES)
            .max_cached_files(Some(OPEN_FILES))
            .open()?;
        let buffer = options.write_buffer_bytes;
        let spaces = Spaces {
            write_buffer_bytes: buffer,
            sealing: Arc::default(),
            rows: database.keyspace("rows", || row_options(buffer))?,
            index: database.keyspace("index", || row_options(buffer))?,
            meta: database.keyspace("meta", || row_options(buffer))?,
        };
        Ok(Self { database, spaces, data, _lock: lock })
    }

    pub(crate) fn journal_directory(&self) -> &Path {
        &self.data
    }

    pub(crate) fn get(&self, space: Space, key: &[u8]) -> Result<Option<Slice>, Error> {
        Ok(self.spaces.of(space).get(key)?)
    }

    pub(crate) fn snapshot(&self) -> DiskSnapshot {
        DiskSnapshot { snapshot: self.database.snapshot(), spaces: self.spaces.clone() }
    }

    pub(crate) fn batch(&self) -> DiskBatch<'_> {
        DiskBatch { batch: self.database.batch(), spaces: &self.spaces }
    }

    pub(crate) fn close(self) -> Result<(), Error> {
        let Self { database, spaces, data, _lock } = self;
        let all = [&spaces.rows, &spaces.index, &spaces.meta];
        for keyspace in all {
            keyspace.rotate_memtable_and_wait()?;
        }
        database.persist(PersistMode::SyncAll)?;
        let flushed = all
            .iter()
            .all(|keyspace| keyspace.tree.active_memtable().is_empty() && keyspace.sealed_memtable_count() == 0);
        drop(spaces);
        drop(database);
        if flushed { empty_journals(&data) } else { Ok(()) }
    }
}

/// Sequential loads and point reads alike: 4 KiB blocks, LZ4 below the first two levels, filters
/// that answer nearly every miss, and index and filter blocks of deep levels through the cache so
/// that memory stays flat however large the store is.
fn row_options(write_buffer_bytes: u64) -> KeyspaceCreateOptions {
    KeyspaceCreateOptions::default()
        .max_memtable_size(write_buffer_bytes.saturating_mul(BUFFER_SLACK))
        .compaction_strategy(Arc::new(Leveled::default().with_table_target_size(TABLE_BYTES)))
        .data_block_size_policy(BlockSizePolicy::all(4 << 10))
        .data_block_compression_policy(CompressionPolicy::new([CompressionType::None, CompressionType::Lz4]))
        .filter_policy(FilterPolicy::all(FilterPolicyEntry::Bloom(BloomConstructionPolicy::BitsPerKey(10.0))))
        .index_block_pinning_policy(PinningPolicy::new([true, true, true, false]))
        .filter_block_pinning_policy(PinningPolicy::new([true, true, true, false]))
}

/// A process that died while it made the database leaves files that fjall neither opens nor
/// replaces. Nothing was ever written to it.
fn remove_unfinished(data: &Path) -> Result<(), Error> {
    if data.exists() && !data.join(COMPLETE_MARKER).exists() {
        std::fs::remove_dir_all(data)?;
    }
    Ok(())
}

/// Every entry of the journals is in the tables: the next opening need not read them. The newest
/// file stays, empty, because fjall takes its place in the sequence of writes from the tables only
/// when there is a journal.
fn empty_journals(data: &Path) -> Result<(), Error> {
    let mut journals = Vec::new();
    for entry in std::fs::read_dir(data)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == JOURNAL_EXTENSION) {
            journals.push(path);
        }
    }
    if let [journal] = journals.as_slice() {
        let file = std::fs::OpenOptions::new().write(true).open(journal)?;
        file.set_len(0)?;
        file.sync_all()?;
    }
    Ok(())
}

/// A moment of the store.
pub(crate) struct DiskSnapshot {
    snapshot: fjall::Snapshot,
    spaces: Spaces,
}

impl DiskSnapshot {
    pub(crate) fn get(&self, space: Space, key: &[u8]) -> Result<Option<Slice>, Error> {
        Ok(self.snapshot.get(self.spaces.of(space), key)?)
    }

    pub(crate) fn range(&self, space: Space, start: &[u8], end: Option<&[u8]>, reverse: bool) -> DiskScan {
        let bounds = (Bound::Included(start), end.map_or(Bound::Unbounded, Bound::Excluded));
        DiskScan { iter: self.snapshot.range::<&[u8], _>(self.spaces.of(space), bounds), reverse }
    }
}

/// A range of keys.
pub(crate) struct DiskScan {
    iter: Iter,
    reverse: bool,
}

impl Iterator for DiskScan {
    type Item = Result<(Slice, Slice), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let guard = if self.reverse { self.iter.next_back() } else { self.iter.next() };
        guard.map(|guard| guard.into_inner().map_err(Error::from))
    }
}

/// Changes that happen together.
pub(crate) struct DiskBatch<'s> {
    batch: OwnedWriteBatch,
    spaces: &'s Spaces,
}

impl DiskBatch<'_> {
    pub(crate) fn put(&mut self, space: Space, key: &[u8], value: &[u8]) {
        self.batch.insert(self.spaces.of(space), key, value);
    }

    pub(crate) fn remove(&mut self, space: Space, key: &[u8]) {
        self.batch.remove(self.spaces.of(space), key);
    }

    pub(crate) fn commit(self) -> Result<(), Error> {
        self.batch.commit()?;
        self.spaces.seal_full_buffers()
    }
}
