//! Which of many instants are among the newest: keeps `latest` buckets small during a bulk load.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::trim::KEPT;

/// The newest instants so far.
#[derive(Debug, Default)]
pub(super) struct Newest {
    kept: BinaryHeap<Reverse<i64>>,
}

impl Newest {
    /// Those that a bucket has already.
    pub(super) fn of(times: impl IntoIterator<Item = i64>) -> Self {
        let mut newest = Self::default();
        for ms in times {
            newest.admits(ms);
        }
        newest
    }

    /// Whether an instant is among the newest so far; if so it is one of them from now on.
    pub(super) fn admits(&mut self, ms: i64) -> bool {
        if self.kept.len() < KEPT {
            self.kept.push(Reverse(ms));
            return true;
        }
        // An equal instant is admitted: ties are ordered by id, which is not known here.
        match self.kept.peek() {
            Some(Reverse(oldest)) if ms >= *oldest => {
                if ms > *oldest {
                    self.kept.pop();
                    self.kept.push(Reverse(ms));
                }
                true
            }
            _ => false,
        }
    }
}
