//! What a batch may hold, with Cassandra's messages (`cql3/statements/BatchStatement.java`).

use quorate_cql::plan::{BatchKind, Condition};

use crate::error::Error;
use crate::write::Write;

/// Refuses combinations that no batch may have. `has_timestamp`: the batch itself has `USING TIMESTAMP`.
pub(crate) fn validate(kind: BatchKind, has_timestamp: bool, writes: &[Write<'_>]) -> Result<(), Error> {
    let conditional = writes.iter().any(|write| !matches!(write.modify.condition, Condition::None));
    let counters = writes.iter().any(|write| write.layout.counter);
    let others = writes.iter().any(|write| !write.layout.counter);
    if has_timestamp {
        if conditional {
            return Err(Error::invalid("Cannot provide custom timestamp for conditional BATCH"));
        }
        if kind == BatchKind::Counter {
            return Err(Error::invalid("Cannot provide custom timestamp for counter BATCH"));
        }
        if writes.iter().any(|write| write.modify.timestamp.is_some()) {
            return Err(Error::invalid("Timestamp must be set either on BATCH or individual statements"));
        }
        if counters {
            return Err(Error::invalid("Cannot provide custom timestamp for a BATCH containing counters"));
        }
    }
    if kind == BatchKind::Counter && others {
        return Err(Error::invalid("Cannot include non-counter statement in a counter batch"));
    }
    if counters && others {
        return Err(Error::invalid("Counter and non-counter mutations cannot exist in the same batch"));
    }
    if kind == BatchKind::Logged && counters {
        return Err(Error::invalid("Cannot include a counter statement in a logged batch"));
    }
    if conditional && writes.windows(2).any(|pair| pair[0].layout.number != pair[1].layout.number) {
        return Err(Error::invalid("Batch with conditions cannot span multiple tables"));
    }
    Ok(())
}
