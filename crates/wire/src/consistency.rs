//! Consistency levels: read, named, and checked as a healthy cluster with the keyspace's replication would.
//!
//! One node that holds every row satisfies whatever level a full cluster could. What no such
//! cluster could satisfy, or what makes no sense for a statement, is refused with Cassandra's
//! words (`db/ConsistencyLevel.java`).

use std::fmt;

use quorate_cql::plan::{Condition, Modify, Plan};
use quorate_engine::Engine;

use crate::codec::{Malformed, Reader};
use crate::failure::Failure;

/// A consistency level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consistency {
    /// Not even a replica.
    Any = 0,
    /// One replica.
    One = 1,
    /// Two.
    Two = 2,
    /// Three.
    Three = 3,
    /// A majority.
    Quorum = 4,
    /// All.
    All = 5,
    /// A majority of this data centre.
    LocalQuorum = 6,
    /// A majority of each.
    EachQuorum = 7,
    /// Linearisable.
    Serial = 8,
    /// Linearisable in this data centre.
    LocalSerial = 9,
    /// One replica of this data centre.
    LocalOne = 10,
}

impl Consistency {
    const ALL: [Self; 11] = [
        Self::Any,
        Self::One,
        Self::Two,
        Self::Three,
        Self::Quorum,
        Self::All,
        Self::LocalQuorum,
        Self::EachQuorum,
        Self::Serial,
        Self::LocalSerial,
        Self::LocalOne,
    ];

    /// `[consistency]`
    pub(crate) fn read(body: &mut Reader<'_>) -> Result<Self, Malformed> {
        let code = body.short()?;
        let known = Self::ALL.get(usize::from(code)).copied();
        known.ok_or_else(|| Malformed::Unknown { what: format!("Unknown code {code} for a consistency level") })
    }

    /// `[consistency]`
    pub(crate) fn code(self) -> u16 {
        self as u16
    }

    fn is_serial(self) -> bool {
        matches!(self, Self::Serial | Self::LocalSerial)
    }
}

impl fmt::Display for Consistency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "ANY",
            Self::One => "ONE",
            Self::Two => "TWO",
            Self::Three => "THREE",
            Self::Quorum => "QUORUM",
            Self::All => "ALL",
            Self::LocalQuorum => "LOCAL_QUORUM",
            Self::EachQuorum => "EACH_QUORUM",
            Self::Serial => "SERIAL",
            Self::LocalSerial => "LOCAL_SERIAL",
            Self::LocalOne => "LOCAL_ONE",
        })
    }
}

/// Whether a statement may run at these levels.
pub(crate) fn check(
    plan: &Plan,
    consistency: Consistency,
    serial: Option<Consistency>,
    engine: &Engine,
) -> Result<(), Failure> {
    match plan {
        Plan::Select(select) => {
            if consistency == Consistency::Any {
                return Err(Failure::invalid("ANY ConsistencyLevel is only supported for writes"));
            }
            check_replicas(&select.table.keyspace, consistency, engine)
        }
        Plan::Modify(modify) => check_write(modify, consistency, serial, engine),
        Plan::Batch(batch) => {
            batch.statements.iter().try_for_each(|modify| check_write(modify, consistency, serial, engine))
        }
        _ => Ok(()),
    }
}

fn check_write(
    modify: &Modify,
    consistency: Consistency,
    serial: Option<Consistency>,
    engine: &Engine,
) -> Result<(), Failure> {
    let is_conditional = !matches!(modify.condition, Condition::None);
    if serial.is_some_and(|serial| !serial.is_serial()) && is_conditional {
        return Err(Failure::invalid(
            "Invalid consistency for conditional update. Must be one of SERIAL or LOCAL_SERIAL",
        ));
    }
    if modify.table.is_counter() && consistency == Consistency::Any {
        let table = &modify.table.name;
        return Err(Failure::invalid(format!("Consistency level ANY is not yet supported for counter table {table}")));
    }
    if consistency.is_serial() {
        return Err(Failure::invalid(if is_conditional {
            format!(
                "{consistency} is not supported as conditional update commit consistency. Use ANY if you mean \
                 \"make sure it is accepted but I don't care how many replicas commit it for non-SERIAL reads\""
            )
        } else if modify.table.is_counter() {
            "Counter operations are inherently non-serializable".to_owned()
        } else {
            "You must use conditional updates for serializable writes".to_owned()
        }));
    }
    check_replicas(&modify.table.keyspace, consistency, engine)
}

/// Refuses a fixed number of replicas that the keyspace does not have.
fn check_replicas(keyspace: &str, consistency: Consistency, engine: &Engine) -> Result<(), Failure> {
    let required = match consistency {
        Consistency::Two => 2,
        Consistency::Three => 3,
        _ => return Ok(()),
    };
    let schema = engine.schema();
    let Some(keyspace) = schema.keyspaces.get(keyspace) else { return Ok(()) };
    let options = keyspace.replication.iter().filter(|(name, _)| *name != "class");
    // `3/1` is three replicas, one of them transient.
    let factor = |value: &String| value.split('/').next().and_then(|factor| factor.parse::<i32>().ok());
    let alive = options.filter_map(|(_, value)| factor(value)).sum::<i32>().max(1);
    if alive < required {
        return Err(Failure::Unavailable { consistency, required, alive });
    }
    Ok(())
}
