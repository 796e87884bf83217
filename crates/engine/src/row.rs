//! A row as stored: one packed value, read without copying.
//!
//! ```text
//! flags (1): bits 5–7 format (1), see the constants
//! base timestamp (8, LE)        the marker's; else that of the first cell or of the deletion
//! [ttl, expiry]                 varints, when the marker expires
//! [timestamp (8, LE), local]    the row's deletion
//! [count, (place, length, bytes)…]  clustering components whose key form loses information
//! items until the end, by column id, then by path
//! ```
//! A plain row's items are `column id, length, value`: every cell live, at the base timestamp. In
//! any other row each item carries a flag byte. A null value is a tombstone item, never an empty
//! value. Local times are seconds since 1970.
//!
//! Reading never merges and never consults another key: writes resolve (`merge`). What has expired
//! is still here until a write drops it, so whoever reads passes the time.

use crate::error::Error;

pub(crate) mod value;
pub(crate) mod varint;
mod writer;

pub(crate) use writer::{push_deletion, write};

const FORMAT: u8 = 1 << 5;
const FORMAT_MASK: u8 = 0b1110_0000;
const HAS_MARKER: u8 = 1;
const MARKER_EXPIRES: u8 = 2;
const HAS_DELETION: u8 = 4;
const HAS_ORIGINALS: u8 = 8;
const PLAIN: u8 = 16;

const ITEM_OWN_TIMESTAMP: u8 = 1;
const ITEM_EXPIRING: u8 = 2;
const ITEM_TOMBSTONE: u8 = 4;
const ITEM_PATH: u8 = 8;
const ITEM_COMPLEX_DELETION: u8 = 16;
/// With `ITEM_EXPIRING`: expires as the marker does.
const ITEM_MARKER_EXPIRY: u8 = 32;

/// A deletion: covers whatever has a timestamp up to its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Deletion {
    /// Microseconds since 1970, or what the client gave.
    pub(crate) timestamp: i64,
    /// When it was made, seconds since 1970: it may be forgotten a grace period later.
    pub(crate) local: u32,
}

/// An expiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Expiry {
    /// Time to live as written, seconds.
    pub(crate) ttl: u32,
    /// Seconds since 1970 from which on it is gone.
    pub(crate) at: u32,
}

/// The row marker that INSERT writes: keeps a row alive without any cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Liveness {
    /// Microseconds since 1970.
    pub(crate) timestamp: i64,
    /// When it ends.
    pub(crate) expiry: Option<Expiry>,
}

/// What a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// A value.
    Live,
    /// A value until then.
    Expiring(Expiry),
    /// A deletion of this cell.
    Tombstone {
        /// When it was made, seconds since 1970.
        local: u32,
    },
}

/// A cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell<'a> {
    /// The column's id.
    pub(crate) column: u32,
    /// Which cell of a multi-cell column: list cell's timeuuid, set element, map key, field number (2, BE).
    pub(crate) path: Option<&'a [u8]>,
    /// Microseconds since 1970.
    pub(crate) timestamp: i64,
    /// Live, expiring or deleted.
    pub(crate) state: State,
    /// The serialised value; empty for tombstones and set elements.
    pub(crate) value: &'a [u8],
}

/// What a row holds besides marker and deletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Item<'a> {
    /// A multi-cell column was deleted as a whole. Comes before its cells.
    Complex {
        /// The column's id.
        column: u32,
        /// The deletion.
        deletion: Deletion,
    },
    /// A cell.
    Cell(Cell<'a>),
}

/// Clustering components as they were bound, by place, for types whose key form loses information.
pub(crate) type Originals<'a> = Vec<(u16, &'a [u8])>;

/// A row taken apart: what `merge` works on and `write` packs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Row<'a> {
    /// The row marker.
    pub(crate) marker: Option<Liveness>,
    /// The row's deletion.
    pub(crate) deletion: Option<Deletion>,
    /// See `Originals`.
    pub(crate) originals: Originals<'a>,
    /// By column id; complex deletions before cells; cells by path.
    pub(crate) items: Vec<Item<'a>>,
}

/// A packed row, its head read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowView<'a> {
    /// The row marker.
    pub(crate) marker: Option<Liveness>,
    /// The row's deletion.
    pub(crate) deletion: Option<Deletion>,
    /// Whether every cell is live, without path, at the base timestamp.
    pub(crate) plain: bool,
    base: i64,
    originals: &'a [u8],
    items: &'a [u8],
}

impl Expiry {
    /// Whether it is over at this second.
    pub(crate) fn is_over(self, now: u32) -> bool {
        now >= self.at
    }
}

impl Liveness {
    /// Whether the marker keeps the row alive at this second.
    pub(crate) fn is_live(self, now: u32) -> bool {
        self.expiry.is_none_or(|expiry| !expiry.is_over(now))
    }
}

impl Cell<'_> {
    /// Whether the cell has a value at this second.
    pub(crate) fn is_live(&self, now: u32) -> bool {
        match self.state {
            State::Live => true,
            State::Expiring(expiry) => !expiry.is_over(now),
            State::Tombstone { .. } => false,
        }
    }
}

impl Item<'_> {
    /// The column's id.
    pub(crate) fn column(&self) -> u32 {
        match self {
            Item::Complex { column, .. } => *column,
            Item::Cell(cell) => cell.column,
        }
    }
}

impl Row<'_> {
    /// Whether nothing is left to keep.
    pub(crate) fn is_empty(&self) -> bool {
        self.marker.is_none() && self.deletion.is_none() && self.items.is_empty()
    }
}

impl<'a> RowView<'a> {
    /// Reads the head of a packed row.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        Self::head(bytes).ok_or_else(damaged)
    }

    /// The items in order. A damaged row ends with an error.
    pub(crate) fn items(&self) -> Items<'a> {
        Items {
            rest: self.items,
            plain: self.plain,
            base: self.base,
            marker_expiry: self.marker.and_then(|marker| marker.expiry),
        }
    }

    /// The cells that have a value at this second.
    pub(crate) fn live_cells(&self, now: u32) -> impl Iterator<Item = Result<Cell<'a>, Error>> + use<'a> {
        self.items().filter_map(move |item| match item {
            Ok(Item::Cell(cell)) if cell.is_live(now) => Some(Ok(cell)),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        })
    }

    /// Whether the row exists at this second: its marker or any cell is live.
    pub(crate) fn is_live(&self, now: u32) -> Result<bool, Error> {
        if self.marker.is_some_and(|marker| marker.is_live(now)) {
            return Ok(true);
        }
        Ok(self.live_cells(now).next().transpose()?.is_some())
    }

    /// Clustering components as they were bound, where their key form loses information.
    pub(crate) fn originals(&self) -> Result<Originals<'a>, Error> {
        let mut rest = self.originals;
        let mut originals = Vec::new();
        while !rest.is_empty() {
            originals.push(take_original(&mut rest).ok_or_else(damaged)?);
        }
        Ok(originals)
    }

    /// The row taken apart.
    pub(crate) fn to_row(self) -> Result<Row<'a>, Error> {
        Ok(Row {
            marker: self.marker,
            deletion: self.deletion,
            originals: self.originals()?,
            items: self.items().collect::<Result<_, _>>()?,
        })
    }

    fn head(bytes: &'a [u8]) -> Option<Self> {
        let (&flags, mut rest) = bytes.split_first()?;
        if flags & FORMAT_MASK != FORMAT {
            return None;
        }
        let base = take_i64(&mut rest)?;
        let marker = if flags & HAS_MARKER != 0 {
            let expiry = if flags & MARKER_EXPIRES != 0 { Some(take_expiry(&mut rest)?) } else { None };
            Some(Liveness { timestamp: base, expiry })
        } else {
            None
        };
        let deletion = if flags & HAS_DELETION != 0 { Some(take_deletion(&mut rest)?) } else { None };
        let mut originals: &[u8] = &[];
        if flags & HAS_ORIGINALS != 0 {
            let count = varint::take(&mut rest)?;
            let begin = rest;
            for _ in 0..count {
                take_original(&mut rest)?;
            }
            originals = &begin[..begin.len() - rest.len()];
        }
        Some(Self { marker, deletion, plain: flags & PLAIN != 0, base, originals, items: rest })
    }
}

/// Iterates over a packed row's items.
#[derive(Debug, Clone)]
pub(crate) struct Items<'a> {
    rest: &'a [u8],
    plain: bool,
    base: i64,
    marker_expiry: Option<Expiry>,
}

impl<'a> Iterator for Items<'a> {
    type Item = Result<Item<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let item = if self.plain { self.take_plain() } else { self.take_item() };
        if item.is_none() {
            self.rest = &[];
        }
        Some(item.ok_or_else(damaged))
    }
}

impl<'a> Items<'a> {
    fn take_plain(&mut self) -> Option<Item<'a>> {
        let column = take_u32(&mut self.rest)?;
        let value = take_bytes(&mut self.rest)?;
        Some(Item::Cell(Cell { column, path: None, timestamp: self.base, state: State::Live, value }))
    }

    fn take_item(&mut self) -> Option<Item<'a>> {
        let column = take_u32(&mut self.rest)?;
        let (&flags, rest) = self.rest.split_first()?;
        self.rest = rest;
        if flags & ITEM_COMPLEX_DELETION != 0 {
            return Some(Item::Complex { column, deletion: take_deletion(&mut self.rest)? });
        }
        let timestamp = if flags & ITEM_OWN_TIMESTAMP != 0 { take_i64(&mut self.rest)? } else { self.base };
        let state = if flags & ITEM_TOMBSTONE != 0 {
            State::Tombstone { local: take_u32(&mut self.rest)? }
        } else if flags & ITEM_MARKER_EXPIRY != 0 {
            State::Expiring(self.marker_expiry?)
        } else if flags & ITEM_EXPIRING != 0 {
            State::Expiring(take_expiry(&mut self.rest)?)
        } else {
            State::Live
        };
        let path = if flags & ITEM_PATH != 0 { Some(take_bytes(&mut self.rest)?) } else { None };
        let value = if flags & ITEM_TOMBSTONE != 0 { &[] } else { take_bytes(&mut self.rest)? };
        Some(Item::Cell(Cell { column, path, timestamp, state, value }))
    }
}

fn take_i64(rest: &mut &[u8]) -> Option<i64> {
    let (bytes, tail) = rest.split_first_chunk::<8>()?;
    *rest = tail;
    Some(i64::from_le_bytes(*bytes))
}

fn take_u32(rest: &mut &[u8]) -> Option<u32> {
    u32::try_from(varint::take(rest)?).ok()
}

fn take_bytes<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(varint::take(rest)?).ok()?;
    let (bytes, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    Some(bytes)
}

fn take_expiry(rest: &mut &[u8]) -> Option<Expiry> {
    Some(Expiry { ttl: take_u32(rest)?, at: take_u32(rest)? })
}

/// Reads what `push_deletion` wrote.
pub(crate) fn take_deletion(rest: &mut &[u8]) -> Option<Deletion> {
    Some(Deletion { timestamp: take_i64(rest)?, local: take_u32(rest)? })
}

fn take_original<'a>(rest: &mut &'a [u8]) -> Option<(u16, &'a [u8])> {
    let place = u16::try_from(varint::take(rest)?).ok()?;
    Some((place, take_bytes(rest)?))
}

fn damaged() -> Error {
    Error::corrupt("a row")
}

#[cfg(test)]
mod tests;
