//! Which lines may run at once: those that name a common id keep their order.
//!
//! A line waits for the newest earlier line of each of its ids; as that one waited for the one
//! before it, the order of all of them is kept. A pure data structure: it runs nothing.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use quorate_clinic::commands::OrderKey;
use uuid::Uuid;

/// Lines that are not finished.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    ready: VecDeque<u64>,
    unfinished: BTreeSet<u64>,
    /// How many others a line still waits for.
    waits_for: HashMap<u64, usize>,
    /// Which lines wait for a line.
    followers: HashMap<u64, Vec<u64>>,
    /// The newest unfinished line of an id.
    newest: HashMap<Uuid, u64>,
    ids: HashMap<u64, Vec<Uuid>>,
    /// The newest unfinished line that all later ones wait for.
    barrier: Option<u64>,
}

impl Schedule {
    /// Adds a line, whose number is greater than that of any before.
    pub(super) fn add(&mut self, number: u64, key: OrderKey) {
        let mut before: HashSet<u64> = self.barrier.into_iter().collect();
        match key {
            OrderKey::Everything => {
                before.extend(&self.unfinished);
                self.barrier = Some(number);
            }
            OrderKey::Ids(ids) => {
                for id in &ids {
                    // The same id twice in a line must not make it wait for itself.
                    before.extend(self.newest.insert(*id, number).filter(|newest| *newest != number));
                }
                self.ids.insert(number, ids);
            }
        }
        self.unfinished.insert(number);
        if before.is_empty() {
            self.ready.push_back(number);
            return;
        }
        self.waits_for.insert(number, before.len());
        for earlier in before {
            self.followers.entry(earlier).or_default().push(number);
        }
    }

    /// Adds a line that nothing is known of but its place, where only one runs at a time.
    pub(super) fn add_last(&mut self, number: u64) {
        self.unfinished.insert(number);
        self.ready.push_back(number);
    }

    /// The next line that may run now.
    pub(super) fn next(&mut self) -> Option<u64> {
        self.ready.pop_front()
    }

    /// Notes that a line is finished, so that others may run.
    pub(super) fn finish(&mut self, number: u64) {
        self.unfinished.remove(&number);
        if self.barrier == Some(number) {
            self.barrier = None;
        }
        for id in self.ids.remove(&number).unwrap_or_default() {
            if self.newest.get(&id) == Some(&number) {
                self.newest.remove(&id);
            }
        }
        for follower in self.followers.remove(&number).unwrap_or_default() {
            if let Some(left) = self.waits_for.get_mut(&follower) {
                *left -= 1;
                if *left == 0 {
                    self.waits_for.remove(&follower);
                    self.ready.push_back(follower);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
