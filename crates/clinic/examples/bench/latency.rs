//! Times of single calls, and what is quoted of them.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Times of calls, in the order in which they were made.
#[derive(Debug, Clone, Default)]
pub(crate) struct Latencies(Vec<u64>);

/// What is quoted of many calls; times in nanoseconds.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Quoted {
    /// How many calls.
    pub(crate) calls: usize,
    /// Half of the calls took less.
    pub(crate) p50: u64,
    /// 99 of 100 calls took less.
    pub(crate) p99: u64,
    /// The slowest call.
    pub(crate) max: u64,
}

impl Latencies {
    /// Adds a call.
    pub(crate) fn add(&mut self, took: Duration) {
        self.0.push(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
    }

    /// Adds what another has.
    pub(crate) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// How many calls there were.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// What is quoted of them.
    pub(crate) fn quoted(mut self) -> Quoted {
        self.0.sort_unstable();
        Quoted {
            calls: self.0.len(),
            p50: self.percentile(50),
            p99: self.percentile(99),
            max: self.0.last().copied().unwrap_or(0),
        }
    }

    /// The smallest time that so many of 100 calls do not exceed (nearest rank); sorted before.
    fn percentile(&self, of_100: usize) -> u64 {
        let rank = (self.0.len() * of_100).div_ceil(100).max(1);
        self.0.get(rank - 1).copied().unwrap_or(0)
    }
}

impl Quoted {
    /// Of some runs the one whose slow calls are in the middle.
    pub(crate) fn median(mut runs: Vec<Self>) -> Self {
        runs.sort_unstable_by_key(|run| run.p99);
        runs.get(runs.len() / 2).copied().unwrap_or_default()
    }
}

/// The median of some durations; zero of none.
pub(crate) fn median(mut of: Vec<Duration>) -> Duration {
    of.sort_unstable();
    of.get(of.len() / 2).copied().unwrap_or_default()
}
