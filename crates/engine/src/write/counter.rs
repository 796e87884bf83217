//! Counters: read, add, write, under the partition's lock.
//!
//! One node keeps the sum itself rather than shards per node (`db/context/CounterContext.java`).
//! A deleted counter stays deleted until its tombstone is forgotten, as in Cassandra
//! (CASSANDRA-7346): `merge` lets the tombstone win.

use std::borrow::Cow;

use quorate_cql::codec;
use quorate_cql::schema::Column;

use crate::error::Error;
use crate::term::Evaluated;
use crate::write::effect::{Context, Effect, push_cell};

/// `c = c + by`, or `-` when negative. Sums wrap as 64-bit additions do.
pub(crate) fn increment<'a>(
    column: &Column,
    context: &Context<'_, 'a>,
    by: Evaluated<'a>,
    negative: bool,
    out: &mut Vec<Effect<'a>>,
) -> Result<(), Error> {
    let by = match by {
        Evaluated::Unset => return Ok(()),
        Evaluated::Null => return Err(Error::invalid("Invalid null value for counter increment")),
        Evaluated::Value(value) => {
            codec::bigint(&value).ok_or_else(|| Error::invalid("Invalid null value for counter increment"))?
        }
    };
    let by = if negative {
        by.checked_neg().ok_or_else(|| {
            Error::invalid(format!(
                "The negation of {by} overflows supported counter precision (signed 8 bytes integer)"
            ))
        })?
    } else {
        by
    };
    let current = context.live_cells(column.id)?.first().and_then(|cell| codec::bigint(cell.value)).unwrap_or(0);
    push_cell(column.id, None, Some(Cow::Owned(current.wrapping_add(by).to_be_bytes().to_vec())), out);
    Ok(())
}
