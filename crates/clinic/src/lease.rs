//! A lease on work that one process at a time does and that no event orders.
//!
//! A claim protects an append, and a dead holder is fenced by an event. Counters are incremented
//! without an append, so whoever reconciles them holds a lease instead: it shows that it lives by
//! changing its mark while it works, and nobody takes it over before the mark stood still for
//! longer than a renewal can take. Who takes over waits until what the last holder sent has
//! arrived. A holder that lost the lease learns so at its next renewal and must stop.

use std::time::Duration;

use uuid::Uuid;

use crate::claims::{HOLDER, RELEASE, TAKE, TAKE_OVER};
use crate::error::Error;
use crate::store::Store;

/// How long the mark of a living holder may stand still.
const TERM: Duration = Duration::from_secs(3);
/// How often a holder changes its mark, in microseconds.
const RENEW_MICROS: i64 = 500_000;
/// How long a request of the last holder may still arrive.
const SETTLE: Duration = Duration::from_secs(2);
/// The claims table names a stream; a lease has none.
const NO_STREAM: i32 = 0;

/// A lease that is held. Must be given back with `release`.
pub(crate) struct Lease {
    name: &'static str,
    mark: Uuid,
    renewed_micros: i64,
}

impl Lease {
    /// Takes a lease; `None` if somebody who lives has it.
    pub(crate) async fn take(store: &Store, name: &'static str) -> Result<Option<Self>, Error> {
        let mark = store.new_id();
        if store.conditional(TAKE, (name, NO_STREAM, mark)).await?.applied {
            return Ok(Some(Self { name, mark, renewed_micros: store.now_micros() }));
        }
        let Some(holder) = holder(store, name).await? else { return Ok(None) };
        tokio::time::sleep(TERM).await;
        if self::holder(store, name).await? != Some(holder) {
            return Ok(None);
        }
        if !store.conditional(TAKE_OVER, (NO_STREAM, mark, name, holder)).await?.applied {
            return Ok(None);
        }
        let lease = Self { name, mark, renewed_micros: store.now_micros() };
        tokio::time::sleep(SETTLE).await;
        Ok(Some(lease))
    }

    /// Shows that the holder lives, if that is due; false if the lease is lost.
    pub(crate) async fn renew(&mut self, store: &Store) -> Result<bool, Error> {
        let now = store.now_micros();
        if now - self.renewed_micros < RENEW_MICROS {
            return Ok(true);
        }
        let next = store.new_id();
        let renewed = store.conditional(TAKE_OVER, (NO_STREAM, next, self.name, self.mark)).await?.applied;
        self.mark = next;
        self.renewed_micros = now;
        Ok(renewed)
    }

    /// Gives the lease back.
    pub(crate) async fn release(self, store: &Store) -> Result<(), Error> {
        store.conditional(RELEASE, (self.name, self.mark)).await?;
        Ok(())
    }
}

async fn holder(store: &Store, name: &str) -> Result<Option<Uuid>, Error> {
    let rows = store.read_serial(HOLDER, (name,)).await?;
    Ok(rows.first::<(i32, Uuid)>()?.map(|(_, mark)| mark))
}
