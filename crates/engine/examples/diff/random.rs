//! Repeatable choices: the same seed makes the same schema, statements and values on every machine.

/// A small generator of random numbers (splitmix64).
#[derive(Debug)]
pub(crate) struct Random {
    state: u64,
}

impl Random {
    /// Begins at a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed.wrapping_mul(0x2545_f491_4f6c_dd1d).wrapping_add(1) }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 when there is none.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(1).max(1);
        usize::try_from(self.next() % bound).unwrap_or_default()
    }

    /// True so many times in a hundred.
    pub(crate) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// True rarely: where a statement is to be wrong.
    pub(crate) fn wrong(&mut self) -> bool {
        self.below(150) == 0
    }

    /// One of several.
    pub(crate) fn pick<'a, T>(&mut self, among: &'a [T]) -> Option<&'a T> {
        among.get(self.below(among.len()))
    }

    /// One of several words.
    pub(crate) fn word(&mut self, among: &[&'static str]) -> &'static str {
        self.pick(among).copied().unwrap_or_default()
    }

    /// Some of several, in their order; at least one where there is one.
    pub(crate) fn some<'a, T>(&mut self, among: &'a [T], percent: usize) -> Vec<&'a T> {
        let chosen: Vec<&T> = among.iter().filter(|_| self.percent(percent)).collect();
        if chosen.is_empty() { self.pick(among).into_iter().collect() } else { chosen }
    }
}
