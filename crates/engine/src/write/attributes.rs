//! When a write happens and how long it lasts: `USING TIMESTAMP` and `USING TTL`.
//!
//! Messages and order of checks are those of `cql3/Attributes.java` and `cql3/UpdateParameters.java`.

use quorate_cql::codec;
use quorate_cql::plan::{Modify, ModifyKind, Term};

use crate::error::Error;
use crate::row::{Expiry, Liveness};
use crate::term::{self, Bindings, Evaluated};

/// 20 years of 365 days, seconds.
const MAX_TTL: i32 = 20 * 365 * 24 * 60 * 60;
const MICROS: i64 = 1_000_000;

/// A write's times.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attributes {
    /// Microseconds since 1970.
    pub(crate) timestamp: i64,
    /// The statement's moment, seconds since 1970.
    pub(crate) now: u32,
    /// When what it writes ends.
    pub(crate) expiry: Option<Expiry>,
}

impl Attributes {
    /// Evaluates a statement's attributes; `default_timestamp` holds where it gives none.
    pub(crate) fn of(modify: &Modify, bindings: &Bindings<'_>, default_timestamp: i64) -> Result<Self, Error> {
        let timestamp = match &modify.timestamp {
            Some(term) => timestamp(term, bindings, default_timestamp)?,
            None => default_timestamp,
        };
        let now = seconds(bindings.now_micros);
        let ttl = if modify.kind == ModifyKind::Delete { 0 } else { ttl(modify, bindings)? };
        let expiry = (ttl > 0).then(|| Expiry { ttl, at: now.saturating_add(ttl) });
        Ok(Self { timestamp, now, expiry })
    }

    /// The row marker of an INSERT at this time.
    pub(crate) fn marker(&self) -> Liveness {
        Liveness { timestamp: self.timestamp, expiry: self.expiry }
    }
}

/// Microseconds as the seconds in which deletions and expiries are told, since 1970.
pub(crate) fn seconds(micros: i64) -> u32 {
    u32::try_from(micros.div_euclid(MICROS)).unwrap_or_default()
}

/// A timestamp term; `default` where it is unset.
pub(crate) fn timestamp(term: &Term, bindings: &Bindings<'_>, default: i64) -> Result<i64, Error> {
    let given = match term::evaluate(term, bindings)? {
        Evaluated::Unset => return Ok(default),
        Evaluated::Null => return Err(Error::invalid("Invalid null value of timestamp")),
        Evaluated::Value(value) => codec::bigint(&value).ok_or_else(|| Error::invalid("Invalid timestamp value"))?,
    };
    if given == i64::MIN {
        let (least, greatest) = (i64::MIN + 1, i64::MAX);
        return Err(Error::invalid(format!("Out of bound timestamp, must be in [{least}, {greatest}]")));
    }
    Ok(given)
}

fn ttl(modify: &Modify, bindings: &Bindings<'_>) -> Result<u32, Error> {
    let default = u32::try_from(modify.table.options.default_time_to_live).unwrap_or_default();
    let Some(term) = &modify.ttl else { return Ok(default) };
    let value = match term::evaluate(term, bindings)? {
        Evaluated::Unset => return Ok(default),
        Evaluated::Null => return Ok(0),
        Evaluated::Value(value) if value.is_empty() => return Ok(0),
        Evaluated::Value(value) => codec::int(&value).ok_or_else(|| Error::invalid("Invalid timestamp value"))?,
    };
    if value > MAX_TTL {
        return Err(Error::invalid(format!("ttl is too large. requested ({value}) maximum ({MAX_TTL})")));
    }
    u32::try_from(value).map_err(|_| Error::invalid(format!("A TTL must be greater or equal to 0, but was {value}")))
}
