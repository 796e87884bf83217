//! Deletions of a partition and of ranges of its rows: what the `Tombstones` key of it holds.
//!
//! A deletion has already removed what it covers from the rows when it is written here. It stays
//! because a write with an older timestamp may still arrive, until its grace period is over.
//!
//! ```text
//! format (1) ‖ flag (1) [timestamp, local] ‖ { start length, start, end length + 1 or 0, end, timestamp, local }…
//! ```

use crate::error::Error;
use crate::keys::ByteRange;
use crate::row::{Deletion, push_deletion, take_deletion, varint};

const FORMAT: u8 = 1;

/// The deletions of one partition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tombstones {
    /// Of the whole partition.
    pub(crate) partition: Option<Deletion>,
    /// Of ranges of encoded clustering.
    pub(crate) ranges: Vec<(ByteRange, Deletion)>,
}

impl Tombstones {
    /// The deletion that covers the row with this encoded clustering.
    pub(crate) fn covering(&self, clustering: &[u8]) -> Option<Deletion> {
        let ranges = self.ranges.iter().filter(|(range, _)| range.contains(clustering));
        ranges.map(|(_, deletion)| *deletion).max().max(self.partition)
    }

    /// Whether nothing is deleted.
    pub(crate) fn is_empty(&self) -> bool {
        self.partition.is_none() && self.ranges.is_empty()
    }

    /// Adds deletions, and drops those that another makes superfluous.
    pub(crate) fn add(&mut self, other: Self) {
        self.partition = self.partition.max(other.partition);
        for (range, deletion) in other.ranges {
            let superfluous = self.ranges.iter().any(|(old, than)| old.includes(&range) && *than >= deletion);
            if !superfluous {
                self.ranges.retain(|(old, than)| !(range.includes(old) && deletion >= *than));
                self.ranges.push((range, deletion));
            }
        }
        if let Some(partition) = self.partition {
            self.ranges.retain(|(_, deletion)| deletion.timestamp > partition.timestamp);
        }
    }

    /// Forgets deletions whose grace period is over.
    pub(crate) fn purge(&mut self, now: u32, grace: u32) {
        let before = now.saturating_sub(grace);
        self.partition = self.partition.filter(|deletion| deletion.local >= before);
        self.ranges.retain(|(_, deletion)| deletion.local >= before);
    }

    /// Appends the stored form.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.push(FORMAT);
        out.push(u8::from(self.partition.is_some()));
        if let Some(deletion) = self.partition {
            push_deletion(deletion, out);
        }
        for (range, deletion) in &self.ranges {
            varint::push(range.start.len() as u64, out);
            out.extend_from_slice(&range.start);
            varint::push(range.end.as_ref().map_or(0, |end| end.len() as u64 + 1), out);
            out.extend_from_slice(range.end.as_deref().unwrap_or_default());
            push_deletion(*deletion, out);
        }
    }

    /// Reads the stored form.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Error> {
        Self::parse(bytes).ok_or_else(|| Error::corrupt("a partition's deletions"))
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (&[FORMAT, flag], mut rest) = bytes.split_first_chunk::<2>()? else { return None };
        let partition = if flag == 1 { Some(take_deletion(&mut rest)?) } else { None };
        let mut ranges = Vec::new();
        while !rest.is_empty() {
            let start_len = usize::try_from(varint::take(&mut rest)?).ok()?;
            let start = take(&mut rest, start_len)?.to_vec();
            let end = match usize::try_from(varint::take(&mut rest)?).ok()?.checked_sub(1) {
                Some(end_len) => Some(take(&mut rest, end_len)?.to_vec()),
                None => None,
            };
            ranges.push((ByteRange { start, end }, take_deletion(&mut rest)?));
        }
        Some(Self { partition, ranges })
    }
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    Some(head)
}

#[cfg(test)]
mod tests;
