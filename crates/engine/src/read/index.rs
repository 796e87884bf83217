//! Rows that a secondary index names.
//!
//! An entry's key ends in the key of a row, or of a static row, which stands for the whole
//! partition; the table's number at its head is left out. Entries are in the order of those keys,
//! so rows come in token order.

use super::partition::PartitionReader;
use super::restrict::{RowRange, contains};
use super::{Access, Found, Source, end_of, key_of};
use crate::error::Error;
use crate::keys::{self, ByteRange, Kind};
use crate::store::{Scan, Slice, Space};

/// Bytes of a row's key that its entries do not repeat.
const TABLE_NUMBER: usize = 4;

/// Reads the rows of an index's entries for one value.
pub(crate) struct IndexReader<'s> {
    source: Source<'s>,
    prefix: Vec<u8>,
    /// Ranges of row keys that are still to be read, the next one last.
    ranges: Vec<(Vec<u8>, Option<Vec<u8>>)>,
    rows: Option<Vec<RowRange>>,
    scan: Option<Scan>,
    /// Of a partition that an entry names as a whole.
    inner: Option<PartitionReader<'s>>,
    /// The partition of the last row.
    partition: Vec<u8>,
    statics: Option<Slice>,
    skip: bool,
    after: Option<Vec<u8>>,
}

impl<'s> IndexReader<'s> {
    /// Begins; with `after`, behind that key of a row.
    pub(super) fn new(source: Source<'s>, access: Access, after: Option<&[u8]>) -> Result<Self, Error> {
        let Access::Index { prefix, partitions, start, end, rows } = access else {
            return Err(Error::corrupt("an access path"));
        };
        let mut ranges = match partitions {
            None => vec![(start, end)],
            Some(partitions) => {
                partitions.into_iter().map(|partition| (partition.clone(), end_of(&partition))).collect()
            }
        };
        if let Some(key) = after {
            // The entry may be the row's own or its partition's; the second is read again and skipped into.
            let begin = key_of(source.parse(key)?.partition(), Kind::Static, &[]);
            ranges.retain(|(_, end)| end.as_ref().is_none_or(|end| *end > begin));
            for (start, _) in &mut ranges {
                *start = std::mem::take(start).max(begin.clone());
            }
        }
        ranges.reverse();
        Ok(Self {
            source,
            prefix,
            ranges,
            rows,
            scan: None,
            inner: None,
            partition: Vec::new(),
            statics: None,
            skip: false,
            after: after.map(<[u8]>::to_vec),
        })
    }

    pub(super) fn next(&mut self) -> Result<Option<Found>, Error> {
        loop {
            if let Some(inner) = &mut self.inner {
                if let Some(found) = inner.next()? {
                    return Ok(Some(found));
                }
                self.inner = None;
            }
            let Some((entry, _)) = self.next_entry()? else { return Ok(None) };
            let Some(suffix) = entry.get(self.prefix.len()..) else { return Err(Error::corrupt("an index entry")) };
            let mut key = Vec::with_capacity(TABLE_NUMBER + suffix.len());
            keys::push_table(self.source.layout.number, &mut key);
            key.extend_from_slice(suffix);
            let parsed = self.source.parse(&key)?;
            let same = parsed.partition() == self.partition;
            if same && self.skip {
                continue;
            }
            if !same {
                self.skip = false;
                self.partition = parsed.partition().to_vec();
                self.statics = self.source.static_row(&self.partition)?.map(|(_, row)| row);
            }
            if parsed.kind != Kind::Row {
                self.inner = Some(self.whole_partition()?);
                continue;
            }
            let unwanted = self.rows.as_ref().is_some_and(|rows| !contains(rows, parsed.clustering()));
            if unwanted || self.after.as_ref().is_some_and(|after| key <= *after) {
                continue;
            }
            if let Some(row) = self.source.snapshot.get(Space::Rows, &key)? {
                return Ok(Some(Found { key: Slice::from(key), row: Some(row), statics: self.statics.clone() }));
            }
        }
    }

    pub(super) fn skip_partition(&mut self) {
        self.skip = true;
        self.inner = None;
    }

    fn next_entry(&mut self) -> Result<Option<(Slice, Slice)>, Error> {
        loop {
            if let Some(scan) = &mut self.scan {
                if let Some(pair) = scan.next() {
                    return pair.map(Some);
                }
                self.scan = None;
            }
            let Some((start, end)) = self.ranges.pop() else { return Ok(None) };
            let start = [self.prefix.as_slice(), start.get(TABLE_NUMBER..).unwrap_or_default()].concat();
            // An end with nothing behind the table's number is the end of the table.
            let end = match end.as_ref().and_then(|end| end.get(TABLE_NUMBER..)).filter(|end| !end.is_empty()) {
                Some(end) => Some([self.prefix.as_slice(), end].concat()),
                None => end_of(&self.prefix),
            };
            self.scan = Some(self.source.snapshot.range(Space::Index, &start, end.as_deref(), false));
        }
    }

    /// All wanted rows of the partition that the entry names.
    fn whole_partition(&self) -> Result<PartitionReader<'s>, Error> {
        let rows = self.rows.clone().unwrap_or_else(|| match self.source.layout.table.clustering_len {
            0 => vec![RowRange::Point(Vec::new())],
            _ => vec![RowRange::Slice(ByteRange { start: Vec::new(), end: None })],
        });
        let mut after = None;
        if let Some(key) = &self.after
            && self.source.parse(key)?.partition() == self.partition
        {
            after = Some(key.as_slice());
        }
        PartitionReader::new(self.source, vec![self.partition.clone()], rows, false, after)
    }
}
