//! Records of a CSV file, strictly by RFC 4180, with the place where each one starts.
//!
//! Common readers guess what a stray quote was meant to be. An import must not: what is not well
//! formed is reported with its line and byte offset, and reading goes on at the next line. A
//! record never takes more memory than [`RECORD_LIMIT_BYTES`], whatever the file holds. Lines may
//! end in LF or CRLF; a byte order mark at the start of the file is skipped; nothing is trimmed.

use std::io::{self, BufRead};

use memchr::{memchr, memchr_iter, memchr2};

/// The longest record, with its line end. A longer one is malformed, because a quote that is never
/// closed would otherwise swallow the memory.
pub const RECORD_LIMIT_BYTES: usize = 1 << 20;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// What makes a record malformed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Flaw {
    /// Fewer fields than the header.
    #[error("too few fields: {found} instead of {expected}")]
    TooFewFields {
        /// Fields of the record.
        found: usize,
        /// Fields of the header.
        expected: usize,
    },
    /// More fields than the header.
    #[error("too many fields: {found} instead of {expected}")]
    TooManyFields {
        /// Fields of the record.
        found: usize,
        /// Fields of the header.
        expected: usize,
    },
    /// Not UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
    /// A quote inside a field that does not start with one.
    #[error("a quote inside an unquoted field")]
    QuoteInField,
    /// Something else than a comma or the line end after a closing quote.
    #[error("text after a closing quote")]
    TextAfterQuote,
    /// The file ends and the quote is still open.
    #[error("the file ends inside quotes")]
    OpenQuote,
    /// Longer than [`RECORD_LIMIT_BYTES`].
    #[error("longer than 1 MiB")]
    TooLong,
}

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A record of any number of fields.
    Record,
    /// Something that is no record.
    Malformed(Flaw),
    /// Nothing: the file is at its end.
    End,
}

/// A record and where it stands. Reused for one record after the other.
#[derive(Debug, Default)]
pub struct Record {
    raw: Vec<u8>,
    /// The fields, each followed by one byte that is not part of it.
    text: String,
    /// Start and end of each field in `text`.
    fields: Vec<(usize, usize)>,
    line: u64,
    offset: u64,
    len: u64,
}

impl Record {
    /// Number of fields.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there is no field; a record that was read has at least one.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// A field, unquoted; `None` beyond the last one.
    pub fn field(&self, index: usize) -> Option<&str> {
        self.fields.get(index).map(|&(start, end)| &self.text[start..end])
    }

    /// Physical line on which the record starts; the first one of the file is 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Where the record starts, in bytes from the start of the file.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Length in the file in bytes, with the line end.
    pub fn len_bytes(&self) -> u64 {
        self.len
    }
}

/// Reads records one after the other.
#[derive(Debug)]
pub struct CsvReader<R> {
    input: R,
    line: u64,
    offset: u64,
}

impl<R: BufRead> CsvReader<R> {
    /// A reader of a file from its start.
    pub fn new(input: R) -> Self {
        Self { input, line: 1, offset: 0 }
    }

    /// Reads the next record. After a malformed one the next is what follows its last line.
    pub fn read(&mut self, record: &mut Record) -> io::Result<Step> {
        record.raw.clear();
        record.fields.clear();
        record.line = self.line;
        record.offset = self.offset;
        let line = self.append_line(&mut record.raw)?;
        if record.offset == 0 && record.raw.starts_with(BYTE_ORDER_MARK) {
            record.raw.drain(..BYTE_ORDER_MARK.len());
        }
        let step = match line {
            Line::TooLong => Step::Malformed(Flaw::TooLong),
            Line::End => Step::End,
            Line::Whole => self.split(record)?,
        };
        record.len = self.offset - record.offset;
        Ok(step)
    }

    fn split(&mut self, record: &mut Record) -> io::Result<Step> {
        let mut bytes = std::mem::take(&mut record.text).into_bytes();
        bytes.clear();
        let flaw = if memchr(b'"', &record.raw).is_none() {
            split_plain(&record.raw, &mut bytes, &mut record.fields);
            None
        } else {
            self.split_quoted(record, &mut bytes)?
        };
        if let Some(flaw) = flaw {
            return Ok(Step::Malformed(flaw));
        }
        Ok(match String::from_utf8(bytes) {
            Ok(text) => {
                record.text = text;
                Step::Record
            }
            Err(_) => Step::Malformed(Flaw::NotUtf8),
        })
    }

    /// Splits a record with quotes, reading on as long as one of them is open.
    fn split_quoted(&mut self, record: &mut Record, bytes: &mut Vec<u8>) -> io::Result<Option<Flaw>> {
        let mut at = 0;
        loop {
            let start = bytes.len();
            if record.raw.get(at) == Some(&b'"') {
                match self.quoted_field(record, at + 1, bytes)? {
                    Ok(next) => at = next,
                    Err(flaw) => return Ok(Some(flaw)),
                }
            } else {
                let rest = &record.raw[at..];
                let stop = memchr2(b',', b'"', rest).unwrap_or_else(|| without_line_end(rest).len());
                if rest.get(stop) == Some(&b'"') {
                    return Ok(Some(Flaw::QuoteInField));
                }
                bytes.extend_from_slice(&rest[..stop]);
                at += stop;
            }
            record.fields.push((start, bytes.len()));
            bytes.push(b',');
            match &record.raw[at..] {
                [b',', ..] => at += 1,
                [] | b"\n" | b"\r\n" => return Ok(None),
                _ => return Ok(Some(Flaw::TextAfterQuote)),
            }
        }
    }

    /// Copies a quoted field from behind its opening quote; gives the place behind the closing one.
    fn quoted_field(
        &mut self,
        record: &mut Record,
        mut at: usize,
        bytes: &mut Vec<u8>,
    ) -> io::Result<Result<usize, Flaw>> {
        loop {
            let rest = &record.raw[at..];
            let Some(quote) = memchr(b'"', rest) else {
                bytes.extend_from_slice(rest);
                at = record.raw.len();
                match self.append_line(&mut record.raw)? {
                    Line::Whole => continue,
                    Line::End => return Ok(Err(Flaw::OpenQuote)),
                    Line::TooLong => return Ok(Err(Flaw::TooLong)),
                }
            };
            bytes.extend_from_slice(&rest[..quote]);
            at += quote + 1;
            if record.raw.get(at) != Some(&b'"') {
                return Ok(Ok(at));
            }
            bytes.push(b'"');
            at += 1;
        }
    }

    /// Appends a physical line with its end. Of a line that makes the record too long only a part
    /// is kept, but all of it is read.
    fn append_line(&mut self, raw: &mut Vec<u8>) -> io::Result<Line> {
        let mut too_long = false;
        let mut nothing = true;
        loop {
            let buffer = match self.input.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let line_end = memchr(b'\n', buffer);
            let used = line_end.map_or(buffer.len(), |index| index + 1);
            nothing &= used == 0;
            let at_end = line_end.is_some() || used == 0;
            too_long |= raw.len() + used > RECORD_LIMIT_BYTES;
            if !too_long {
                raw.extend_from_slice(&buffer[..used]);
            }
            self.input.consume(used);
            self.offset += used as u64;
            self.line += u64::from(line_end.is_some());
            if at_end {
                break;
            }
        }
        Ok(match (nothing, too_long) {
            (true, _) => Line::End,
            (_, true) => Line::TooLong,
            (_, false) => Line::Whole,
        })
    }
}

enum Line {
    Whole,
    TooLong,
    End,
}

fn split_plain(raw: &[u8], bytes: &mut Vec<u8>, fields: &mut Vec<(usize, usize)>) {
    bytes.extend_from_slice(without_line_end(raw));
    let mut start = 0;
    for comma in memchr_iter(b',', bytes) {
        fields.push((start, comma));
        start = comma + 1;
    }
    fields.push((start, bytes.len()));
}

fn without_line_end(line: &[u8]) -> &[u8] {
    let Some(line) = line.strip_suffix(b"\n") else {
        return line;
    };
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests;
