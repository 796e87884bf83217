//! Numbers that look drawn and are the same for ever.
//!
//! Every thing that is generated has its own sequence, found from the seed, its kind and its
//! number alone. So a record can be made without the records before it, and nothing has to be
//! remembered. The generator is `SplitMix64` (Steele, Lea and Flood, 2014); it is not for secrets.

/// What a sequence is for, so that customer 7 and doctor 7 have nothing in common.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Organisation = 1,
    Doctor,
    Customer,
    Account,
    Record,
    Review,
    Fault,
}

/// A sequence of numbers.
#[derive(Debug, Clone)]
pub(super) struct Draws(u64);

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Draws {
    pub(super) fn of(seed: u64, kind: Kind, number: u64) -> Self {
        let mut draws = Self(seed);
        for part in [kind as u64, number] {
            draws.0 = draws.next() ^ part.wrapping_mul(STEP);
        }
        draws
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A number below `end`; 0 if `end` is 0.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        // The high half of the product; its bias is below 2^-32 for all ends used here.
        let high = (u128::from(self.next()) * u128::from(end)) >> 64;
        u64::try_from(high).unwrap_or(0)
    }

    /// Whether something that happens once in `times` happens.
    pub(super) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// An index below `len`.
    pub(super) fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).unwrap_or(0)
    }

    /// One of some.
    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.index(from.len())]
    }

    /// An index, each as likely as its weight says; the weights are given summed up.
    pub(super) fn weighted(&mut self, sums: &[u64]) -> usize {
        let drawn = self.below(sums.last().copied().unwrap_or(0));
        sums.partition_point(|sum| *sum <= drawn)
    }
}

/// Sums of weights that fall like Zipf's, `1 / (rank + flatness)`, in integers so that every
/// machine draws the same.
pub(super) fn zipf_sums(len: usize, flatness: u64) -> Vec<u64> {
    let mut sum = 0;
    (0..len as u64)
        .map(|rank| {
            sum += 1_000_000_000 / (rank + flatness);
            sum
        })
        .collect()
}
