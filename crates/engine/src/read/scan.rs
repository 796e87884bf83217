//! Rows of all partitions in a range of tokens.

use super::restrict::{RowRange, contains};
use super::{Found, Source, end_of, just_after};
use crate::error::Error;
use crate::keys::Kind;
use crate::store::{Scan, Slice, Space};

/// After this many rows to pass over, a new scan is cheaper than going on with the old one.
const PASS_OVER: usize = 16;

/// Reads a range of keys from its start to its end.
pub(crate) struct ScanReader<'s> {
    source: Source<'s>,
    end: Option<Vec<u8>>,
    rows: Option<Vec<RowRange>>,
    scan: Scan,
    /// The partition being read: its static row, with its key.
    statics: Option<(Slice, Slice)>,
    /// A row read ahead, behind the end of a partition.
    ahead: Option<(Slice, Slice)>,
    /// Table, token and key of the partition being read.
    partition: Vec<u8>,
    /// Pass over what is left of the partition.
    skip: bool,
}

impl<'s> ScanReader<'s> {
    /// Begins; with `after`, behind that key.
    pub(super) fn new(
        source: Source<'s>,
        start: Vec<u8>,
        end: Option<Vec<u8>>,
        rows: Option<Vec<RowRange>>,
        after: Option<&[u8]>,
    ) -> Result<Self, Error> {
        let mut begin = start;
        let mut partition = Vec::new();
        let mut statics = None;
        if let Some(key) = after {
            if *key < *begin || end.as_deref().is_some_and(|end| key >= end) {
                return Err(Error::PagingState);
            }
            let parsed = source.parse(key)?;
            partition = parsed.partition().to_vec();
            if parsed.kind == Kind::Row {
                begin = just_after(key);
                statics = source.static_row(&partition)?;
            } else {
                begin = end_of(&partition).unwrap_or_else(|| just_after(key));
            }
        }
        let scan = source.snapshot.range(Space::Rows, &begin, end.as_deref(), false);
        Ok(Self { source, end, rows, scan, statics, ahead: None, partition, skip: false })
    }

    pub(super) fn next(&mut self) -> Result<Option<Found>, Error> {
        let mut over = 0;
        loop {
            let next = match self.ahead.take() {
                Some(ahead) => Some(ahead),
                None => self.scan.next().transpose()?,
            };
            let Some((key, row)) = next else { return Ok(self.end_partition()) };
            let parsed = self.source.parse(&key)?;
            if parsed.partition() != self.partition {
                let ended = self.end_partition();
                self.partition.clear();
                self.partition.extend_from_slice(parsed.partition());
                if ended.is_some() {
                    self.ahead = Some((key, row));
                    return Ok(ended);
                }
            } else if self.skip {
                over += 1;
                if over == PASS_OVER {
                    self.reopen();
                }
                continue;
            }
            match parsed.kind {
                Kind::Static if self.source.statics => self.statics = Some((key, row)),
                Kind::Tombstones | Kind::Static => {}
                Kind::Row => {
                    if self.rows.as_ref().is_some_and(|rows| !contains(rows, parsed.clustering())) {
                        continue;
                    }
                    let statics = self.statics.as_ref().map(|(_, row)| row.clone());
                    return Ok(Some(Found { key, row: Some(row), statics }));
                }
            }
        }
    }

    pub(super) fn skip_partition(&mut self) {
        self.skip = true;
        self.statics = None;
    }

    fn end_partition(&mut self) -> Option<Found> {
        self.skip = false;
        let (key, row) = self.statics.take()?;
        Some(Found { key, row: None, statics: Some(row) })
    }

    fn reopen(&mut self) {
        if let Some(start) = end_of(&self.partition) {
            self.scan = self.source.snapshot.range(Space::Rows, &start, self.end.as_deref(), false);
        }
    }
}
