//! Rows of known partitions, in the given order.

use super::restrict::RowRange;
use super::{Found, Source, end_of, just_after, key_of};
use crate::error::Error;
use crate::keys::Kind;
use crate::store::{Scan, Slice, Space};

/// Reads the same rows of one partition after the other.
pub(crate) struct PartitionReader<'s> {
    source: Source<'s>,
    partitions: Vec<Vec<u8>>,
    rows: Vec<RowRange>,
    reversed: bool,
    /// The partition being read.
    partition: usize,
    /// Its next range, in reading order.
    range: usize,
    /// Whether the partition has been begun.
    begun: bool,
    scan: Option<Scan>,
    statics: Option<(Slice, Slice)>,
    /// Go on after this key; only for the partition that reading begins with.
    after: Option<Vec<u8>>,
}

impl<'s> PartitionReader<'s> {
    /// Begins; with `after`, behind that key, which must be of one of the partitions.
    pub(super) fn new(
        source: Source<'s>,
        partitions: Vec<Vec<u8>>,
        rows: Vec<RowRange>,
        reversed: bool,
        after: Option<&[u8]>,
    ) -> Result<Self, Error> {
        let mut partition = 0;
        let mut resume = None;
        if let Some(key) = after {
            let parsed = source.parse(key)?;
            let found = partitions.iter().position(|prefix| prefix == parsed.partition());
            partition = found.ok_or(Error::PagingState)?;
            if parsed.kind == Kind::Row {
                resume = Some(key.to_vec());
            } else {
                partition += 1;
            }
        }
        Ok(Self {
            source,
            partitions,
            rows,
            reversed,
            partition,
            range: 0,
            begun: false,
            scan: None,
            statics: None,
            after: resume,
        })
    }

    pub(super) fn next(&mut self) -> Result<Option<Found>, Error> {
        while self.partition < self.partitions.len() {
            if !self.begun {
                self.begun = true;
                self.statics = self.source.static_row(&self.partitions[self.partition])?;
            }
            if let Some((key, row)) = self.next_row()? {
                let statics = self.statics.as_ref().map(|(_, row)| row.clone());
                return Ok(Some(Found { key, row: Some(row), statics }));
            }
            let ended = self.statics.take();
            self.skip_partition();
            if let Some((key, row)) = ended {
                return Ok(Some(Found { key, row: None, statics: Some(row) }));
            }
        }
        Ok(None)
    }

    pub(super) fn skip_partition(&mut self) {
        self.partition += 1;
        self.range = 0;
        self.begun = false;
        self.scan = None;
        self.statics = None;
        self.after = None;
    }

    fn next_row(&mut self) -> Result<Option<(Slice, Slice)>, Error> {
        loop {
            if let Some(scan) = &mut self.scan {
                if let Some(pair) = scan.next() {
                    return pair.map(Some);
                }
                self.scan = None;
            }
            let place = if self.reversed { self.rows.len().checked_sub(self.range + 1) } else { Some(self.range) };
            let Some(range) = place.and_then(|place| self.rows.get(place)) else { return Ok(None) };
            self.range += 1;
            let partition = &self.partitions[self.partition];
            match range {
                RowRange::Point(clustering) => {
                    let key = key_of(partition, Kind::Row, clustering);
                    if self.is_behind(&key) {
                        continue;
                    }
                    if let Some(row) = self.source.snapshot.get(Space::Rows, &key)? {
                        return Ok(Some((Slice::from(key), row)));
                    }
                }
                RowRange::Slice(range) => {
                    let start = key_of(partition, Kind::Row, &range.start);
                    let end = match &range.end {
                        Some(end) => Some(key_of(partition, Kind::Row, end)),
                        None => end_of(&key_of(partition, Kind::Row, &[])),
                    };
                    self.scan = self.open(start, end);
                }
            }
        }
    }

    /// Opens a scan over what of a range is still to be read.
    fn open(&self, mut start: Vec<u8>, mut end: Option<Vec<u8>>) -> Option<Scan> {
        if let Some(after) = &self.after {
            if self.reversed {
                end = Some(end.map_or_else(|| after.clone(), |end| end.min(after.clone())));
            } else {
                start = start.max(just_after(after));
            }
        }
        if end.as_ref().is_some_and(|end| *end <= start) {
            return None;
        }
        Some(self.source.snapshot.range(Space::Rows, &start, end.as_deref(), self.reversed))
    }

    /// Whether a previous page got as far as this key.
    fn is_behind(&self, key: &[u8]) -> bool {
        self.after.as_ref().is_some_and(
            |after| {
                if self.reversed { key >= after.as_slice() } else { key <= after.as_slice() }
            },
        )
    }
}
