//! When what was written survives the machine: one thread syncs the journal for everybody.
//!
//! A commit has reached the operating system when it returns, so a killed process loses nothing.
//! `Sync` adds a wait until the disk has it; all writers that wait share the next sync. `Periodic`
//! does not wait; the thread syncs a few times a second.
//!
//! The thread syncs through a file handle of its own. fjall's own sync holds the lock that every
//! commit needs, so nobody could write while the disk works. That the newest journal file is the
//! only one to sync follows from fjall: it syncs a journal before it begins the next.
//!
//! After a failed sync nothing is known of what the disk has: every later wait fails too.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use crate::error::Error;

const PERIOD: Duration = Duration::from_millis(200);
const JOURNAL_EXTENSION: &str = "jnl";

/// Called once when the disk has what was written, or never will.
type Callback = Box<dyn FnOnce(Result<(), Error>) + Send>;

/// Makes writes durable.
pub(crate) struct Syncer {
    /// `None` where there is no disk.
    shared: Option<Arc<Shared>>,
    thread: Option<JoinHandle<()>>,
    waits: bool,
}

struct Shared {
    journals: PathBuf,
    state: Mutex<State>,
    /// Signalled when there is something to sync, or the end has come.
    work: Condvar,
    /// Signalled after each sync.
    synced: Condvar,
}

#[derive(Default)]
struct State {
    /// Writes so far, and how many of them the disk has.
    written: u64,
    durable: u64,
    callbacks: Vec<Callback>,
    failed: Option<ErrorKind>,
    stopping: bool,
}

impl Syncer {
    /// For a store in memory: everything is as durable as it will ever be.
    pub(crate) fn none() -> Self {
        Self { shared: None, thread: None, waits: false }
    }

    /// Begins syncing the journals in a directory. `waits`: writes are acknowledged when the disk
    /// has them (`Sync`), rather than at once (`Periodic`).
    pub(crate) fn start(journals: &Path, waits: bool) -> Result<Self, Error> {
        let shared = Arc::new(Shared {
            journals: journals.to_path_buf(),
            state: Mutex::new(State::default()),
            work: Condvar::new(),
            synced: Condvar::new(),
        });
        let thread = std::thread::Builder::new().name("quorate-sync".to_owned()).spawn({
            let shared = Arc::clone(&shared);
            move || run(&shared, waits)
        })?;
        Ok(Self { shared: Some(shared), thread: Some(thread), waits })
    }

    /// Notes a commit; waits until it is acknowledged as configured.
    pub(crate) fn wait(&self) -> Result<(), Error> {
        let Some(shared) = &self.shared else { return Ok(()) };
        let mut state = shared.state.lock();
        let ticket = state.note(shared);
        while self.waits && state.durable < ticket && state.failed.is_none() {
            shared.synced.wait(&mut state);
        }
        state.verdict()
    }

    /// Notes a commit; calls back when it is acknowledged as configured, from this thread or another.
    pub(crate) fn on_durable(&self, callback: impl FnOnce(Result<(), Error>) + Send + 'static) {
        let Some(shared) = &self.shared else { return callback(Ok(())) };
        let mut state = shared.state.lock();
        state.note(shared);
        if self.waits && state.failed.is_none() {
            state.callbacks.push(Box::new(callback));
            return;
        }
        let verdict = state.verdict();
        drop(state);
        callback(verdict);
    }
}

impl Drop for Syncer {
    /// Syncs a last time.
    fn drop(&mut self) {
        if let Some(shared) = &self.shared {
            shared.state.lock().stopping = true;
            shared.work.notify_one();
        }
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been reported by its hook; there is nothing left to sync with.
            drop(thread.join());
        }
    }
}

impl State {
    fn note(&mut self, shared: &Shared) -> u64 {
        self.written += 1;
        if self.written == self.durable + 1 {
            shared.work.notify_one();
        }
        self.written
    }

    fn verdict(&self) -> Result<(), Error> {
        match self.failed {
            Some(kind) => Err(Error::Io(kind.into())),
            None => Ok(()),
        }
    }
}

fn run(shared: &Shared, waits: bool) {
    let mut journal = None;
    let mut state = shared.state.lock();
    loop {
        while state.written == state.durable && !state.stopping {
            shared.work.wait(&mut state);
        }
        if state.written == state.durable {
            return;
        }
        if !waits && !state.stopping {
            shared.work.wait_for(&mut state, PERIOD);
        }
        let ticket = state.written;
        let callbacks = std::mem::take(&mut state.callbacks);
        drop(state);
        let outcome = sync_newest(&shared.journals, &mut journal);
        state = shared.state.lock();
        state.durable = ticket;
        if let Err(error) = outcome {
            state.failed = Some(error.kind());
        }
        let failed = state.failed;
        shared.synced.notify_all();
        drop(state);
        for callback in callbacks {
            callback(failed.map_or(Ok(()), |kind| Err(Error::Io(kind.into()))));
        }
        state = shared.state.lock();
    }
}

/// A journal being synced.
struct Journal {
    number: u64,
    file: File,
}

fn sync_newest(journals: &Path, current: &mut Option<Journal>) -> std::io::Result<()> {
    let path = |number: u64| journals.join(format!("{number}.{JOURNAL_EXTENSION}"));
    let newest = match current {
        Some(journal) if !path(journal.number + 1).exists() => return journal.file.sync_data(),
        _ => newest(journals)?,
    };
    let file = File::open(path(newest))?;
    file.sync_data()?;
    *current = Some(Journal { number: newest, file });
    Ok(())
}

fn newest(journals: &Path) -> std::io::Result<u64> {
    let mut newest = None;
    for entry in std::fs::read_dir(journals)? {
        let name = entry?.file_name();
        let number =
            name.to_str().and_then(|name| name.strip_suffix(JOURNAL_EXTENSION)?.strip_suffix('.')?.parse().ok());
        newest = newest.max(number);
    }
    newest.ok_or_else(|| ErrorKind::NotFound.into())
}

#[cfg(test)]
mod tests;
