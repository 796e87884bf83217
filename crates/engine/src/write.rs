//! Writing: analysed statements change the store.
//!
//! One call is one atomic change: key terms name partitions, their stripes are locked, terms become
//! mutations, mutations are resolved against what is stored, and one batch commits. Conditions are
//! checked under the same locks. What is durable when is `durability`'s business.

use quorate_cql::plan::{Condition, Modify};

use crate::error::Error;
use crate::layout::TableLayout;
use crate::lock::{Held, Stripes};
use crate::store::Store;
use crate::term::Bindings;
use crate::timestamp::Timestamps;

mod attributes;
pub(crate) mod batch;
mod compare;
mod condition;
mod counter;
mod deletions;
mod effect;
mod horizon;
pub(crate) mod index;
mod json;
mod list;
mod modify;
mod mutation;
mod outcome;
mod resolve;
mod target;
mod tombstones;

pub(crate) use attributes::timestamp;
pub(crate) use outcome::{Conditional, Outcome};

use attributes::Attributes;
use deletions::Deletions;
use horizon::Horizon;
use modify::Builder;
use mutation::Mutations;
use resolve::Resolver;
use target::{Partition, Target};

/// One modification with the values it runs with.
#[derive(Clone, Copy)]
pub(crate) struct Write<'a> {
    /// The table, at the schema version for which `modify` was analysed.
    pub(crate) layout: &'a TableLayout,
    /// What to do.
    pub(crate) modify: &'a Modify,
    /// With what.
    pub(crate) bindings: Bindings<'a>,
}

/// What writers of one store share.
pub(crate) struct Writer {
    stripes: Stripes,
    horizon: Horizon,
    timestamps: Timestamps,
    deletions: Deletions,
}

/// A write whose keys are known.
struct Placed<'w, 'a> {
    write: &'w Write<'a>,
    attributes: Attributes,
    partitions: Vec<Partition>,
    target: Target,
}

impl Writer {
    /// Prepares for writing to a store.
    pub(crate) fn new(store: &Store) -> Result<Self, Error> {
        let horizon = Horizon::load(store)?;
        Ok(Self {
            stripes: Stripes::new(horizon.bound()),
            horizon,
            timestamps: Timestamps::default(),
            deletions: Deletions::load(store)?,
        })
    }

    /// Leaves a note for the next opening of the store. Nobody may write any more.
    pub(crate) fn close(&self, store: &Store) -> Result<(), Error> {
        self.horizon.settle(store, self.stripes.horizon())
    }

    /// A timestamp that no other write of this process has, microseconds since 1970.
    pub(crate) fn next_timestamp(&self, now_micros: i64) -> i64 {
        self.timestamps.next(now_micros)
    }

    /// Applies modifications as one atomic change with one default timestamp: the client's, else a
    /// new one. `in_batch` says that they are a batch, which shapes the answer of conditions.
    ///
    /// Counters are the exception to atomic: each of their statements commits by itself, as
    /// Cassandra promises no more for counter batches.
    pub(crate) fn write(&self, store: &Store, writes: &[Write<'_>], in_batch: bool) -> Result<Outcome, Error> {
        if writes.iter().any(|write| write.modify.json.is_some()) {
            return self.write_json(store, writes, in_batch);
        }
        let Some(first) = writes.first() else { return Ok(Outcome::Done) };
        let bindings = first.bindings;
        let default = bindings.timestamp_micros.unwrap_or_else(|| self.timestamps.next(bindings.now_micros));
        let placed = writes.iter().map(|write| place(write, default)).collect::<Result<Vec<_>, _>>()?;
        let tokens = placed.iter().flat_map(|placed| placed.partitions.iter().map(|partition| partition.token));
        let mut held = self.stripes.lock(tokens);
        if writes.iter().any(|write| !matches!(write.modify.condition, Condition::None)) {
            let refused = condition::check(store, &placed, in_batch)?;
            if let Some(refused) = refused {
                return Ok(Outcome::Conditional(refused));
            }
            self.commit(store, &placed, &mut held)?;
            return Ok(Outcome::Conditional(Conditional::applied(first.layout)));
        }
        let (counters, others): (Vec<_>, Vec<_>) = placed.into_iter().partition(|placed| placed.write.layout.counter);
        if !others.is_empty() {
            self.commit(store, &others, &mut held)?;
        }
        for mut counter in counters {
            counter.attributes.timestamp = self.timestamps.next(bindings.now_micros);
            self.commit(store, &[counter], &mut held)?;
        }
        Ok(Outcome::Done)
    }

    /// Writes of which some are `INSERT … JSON`, which must be read before anything else is known.
    fn write_json(&self, store: &Store, writes: &[Write<'_>], in_batch: bool) -> Result<Outcome, Error> {
        let mut expanded = Vec::with_capacity(writes.len());
        for Write { modify, bindings, .. } in writes {
            expanded.push(match &modify.json {
                Some(text) => Some(json::expand(modify, text, bindings)?),
                None => None,
            });
        }
        let plain: Vec<Write<'_>> = (writes.iter().zip(&expanded))
            .map(|(write, expanded)| Write { modify: expanded.as_ref().unwrap_or(write.modify), ..*write })
            .collect();
        self.write(store, &plain, in_batch)
    }

    fn commit(&self, store: &Store, placed: &[Placed<'_, '_>], held: &mut Held<'_>) -> Result<(), Error> {
        let mut mutations = Mutations::default();
        let mut builder = Builder { store, timestamps: &self.timestamps, mutations: &mut mutations };
        for (origin, placed) in placed.iter().enumerate() {
            for partition in &placed.partitions {
                builder.add(origin, placed.write, &partition.prefix, &placed.target, placed.attributes)?;
            }
        }
        mutations.sort();
        let now = placed.first().map_or(0, |placed| placed.attributes.now);
        let mut resolver =
            Resolver { store, deletions: &self.deletions, held, now, batch: store.batch(), packed: Vec::new() };
        resolver.resolve(&mutations, |origin| placed[origin].write.layout)?;
        let batch = resolver.batch;
        if let Some(latest) = mutations.latest() {
            self.horizon.cover(store, latest)?;
            held.raise(latest);
        }
        batch.commit()
    }
}

fn place<'w, 'a>(write: &'w Write<'a>, default_timestamp: i64) -> Result<Placed<'w, 'a>, Error> {
    let Write { layout, modify, bindings } = write;
    Ok(Placed {
        write,
        attributes: Attributes::of(modify, bindings, default_timestamp)?,
        partitions: target::partitions(layout, modify, bindings)?,
        target: target::rows(layout, &modify.rows, bindings)?,
    })
}
