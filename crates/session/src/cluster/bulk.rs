//! Many independent writes: grouped by partition, bounded in flight, repeated until done.
//!
//! Writes of one partition travel in one unlogged batch: one mutation for the replicas, and no
//! batch size warning (`BatchStatement.verifyBatchSize` looks at batches over several mutations).
//! Writes of several partitions are never put together: that would burden one coordinator.

use std::collections::HashMap;
use std::time::Duration;

use futures::StreamExt as _;
use futures::future::{BoxFuture, FutureExt as _};
use tokio::time::Instant;

use super::{Cluster, prepared};
use crate::error::Error;
use crate::statement::Bound;
use crate::target::Class;

/// Most statements in a batch.
const BATCH_STATEMENTS: usize = 32;
/// Most bytes of values in a batch of several statements.
const BATCH_BYTES: usize = 20 * 1024;
/// Most requests in flight per call.
const IN_FLIGHT: usize = 256;
/// First and longest pause before a repetition.
const PAUSE: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(2));

impl Cluster {
    pub(crate) fn write_all(&self, writes: Vec<Bound>) -> BoxFuture<'_, Result<(), Error>> {
        async move {
            let deadline = Instant::now() + self.retry_for;
            let requests = group(writes).into_iter().map(|group| self.write_group(group, deadline));
            let mut done = futures::stream::iter(requests).buffer_unordered(IN_FLIGHT);
            while let Some(outcome) = done.next().await {
                outcome?;
            }
            Ok(())
        }
        .boxed()
    }

    async fn write_group(&self, group: Vec<Bound>, deadline: Instant) -> Result<(), Error> {
        let mut attempt = 0;
        loop {
            let error = match self.send(&group).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            let pause = pause(attempt, self.clock.random());
            if !error.is_transient() || Instant::now() + pause > deadline {
                return Err(error);
            }
            tracing::debug!(attempt, %error, "repeating a write");
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    async fn send(&self, group: &[Bound]) -> Result<(), Error> {
        if let [bound] = group {
            return self.run(prepared(bound)?, Class::Write, bound.values()).await.map(drop);
        }
        self.batch(group, Class::Write).await.map(drop)
    }
}

/// Groups of writes of one partition each, in the order of their first writes.
fn group(writes: Vec<Bound>) -> Vec<Vec<Bound>> {
    struct Open {
        position: usize,
        bytes: usize,
    }
    let mut groups: Vec<Vec<Bound>> = Vec::new();
    let mut open: HashMap<Vec<u8>, Open> = HashMap::new();
    for bound in writes {
        let bytes = bound.values().byte_len();
        let Some(partition) = bound.partition() else {
            groups.push(vec![bound]);
            continue;
        };
        match open.get_mut(&partition) {
            Some(open) if open.bytes + bytes <= BATCH_BYTES && groups[open.position].len() < BATCH_STATEMENTS => {
                open.bytes += bytes;
                groups[open.position].push(bound);
            }
            _ => {
                open.insert(partition, Open { position: groups.len(), bytes });
                groups.push(vec![bound]);
            }
        }
    }
    groups
}

/// Doubling pauses, of which the second half is left to chance so that repetitions spread.
fn pause(attempt: u32, random: u128) -> Duration {
    let full = PAUSE.0.saturating_mul(1 << attempt.min(16)).min(PAUSE.1);
    let share = u32::from(u16::try_from(random & 0xFFFF).unwrap_or_default());
    full / 2 + (full / 2) * share / 0x1_0000
}

#[cfg(test)]
mod tests;
