//! The horizon: no write of the store had a later timestamp.
//!
//! Whoever writes a whole row later than the horizon need not read what it replaces: nothing
//! stored can win over it. The stripes know the horizon exactly while the store is open; on disk
//! is a bound that lies ahead of it, so that a killed process leaves no write beyond the bound.

use std::sync::atomic::{AtomicI64, Ordering};

use parking_lot::Mutex;

use crate::error::Error;
use crate::store::{Space, Store};

/// Key of the bound in the `Meta` space.
const KEY: &[u8] = b"h";
/// How far ahead of a write the bound is set: it is written once per span. Microseconds.
const AHEAD: i64 = 600_000_000;

/// The bound on disk.
#[derive(Debug)]
pub(crate) struct Horizon {
    bound: AtomicI64,
    raising: Mutex<()>,
}

impl Horizon {
    /// Reads the bound. A store without one either is empty, or anything may be in it.
    pub(crate) fn load(store: &Store) -> Result<Self, Error> {
        let bound = match store.get(Space::Meta, KEY)? {
            Some(stored) => {
                let bytes = stored.as_ref().try_into().map_err(|_| Error::corrupt("the horizon of timestamps"))?;
                i64::from_be_bytes(bytes)
            }
            None => match store.snapshot().range(Space::Rows, &[], None, false).next().transpose()? {
                Some(_) => i64::MAX,
                None => i64::MIN,
            },
        };
        Ok(Self { bound: AtomicI64::new(bound), raising: Mutex::new(()) })
    }

    /// No write so far had a later timestamp.
    pub(crate) fn bound(&self) -> i64 {
        self.bound.load(Ordering::Acquire)
    }

    /// Moves the bound over a timestamp, before anything is written with it.
    pub(crate) fn cover(&self, store: &Store, timestamp: i64) -> Result<(), Error> {
        if timestamp <= self.bound() {
            return Ok(());
        }
        let _raising = self.raising.lock();
        if timestamp <= self.bound() {
            return Ok(());
        }
        self.set(store, timestamp.saturating_add(AHEAD))
    }

    /// Moves the bound to what was really written, when nobody writes any more.
    pub(crate) fn settle(&self, store: &Store, greatest: i64) -> Result<(), Error> {
        if greatest < self.bound() { self.set(store, greatest) } else { Ok(()) }
    }

    fn set(&self, store: &Store, bound: i64) -> Result<(), Error> {
        let mut batch = store.batch();
        batch.put(Space::Meta, KEY, &bound.to_be_bytes());
        batch.commit()?;
        self.bound.store(bound, Ordering::Release);
        Ok(())
    }
}
