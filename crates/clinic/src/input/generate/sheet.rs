//! A CSV file that is written row by row, and where each row starts.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use crate::input::error::Error;
use crate::input::table::Table;

/// Where a row starts: physical line and bytes from the start of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: u64,
    pub(super) offset: u64,
}

/// A file that is being written.
#[derive(Debug)]
pub(super) struct Sheet {
    path: PathBuf,
    output: BufWriter<File>,
    next: Place,
    row: Vec<u8>,
}

impl Sheet {
    /// A new file with the header of a table.
    pub(super) fn create(dir: &Path, table: &Table) -> Result<Self, Error> {
        let path = dir.join(table.file);
        let file = File::create(&path).map_err(Error::at(&path))?;
        let mut sheet = Self {
            output: BufWriter::with_capacity(256 * 1024, file),
            path,
            next: Place { line: 1, offset: 0 },
            row: Vec::new(),
        };
        let header: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
        sheet.write(&header)?;
        Ok(sheet)
    }

    /// Writes a row, with quotes where they are needed.
    pub(super) fn write(&mut self, fields: &[impl AsRef<str>]) -> Result<Place, Error> {
        let mut row = std::mem::take(&mut self.row);
        row.clear();
        encode(fields, &mut row);
        let place = self.write_raw(&row);
        self.row = row;
        place
    }

    /// Writes bytes as they are: a whole number of lines.
    pub(super) fn write_raw(&mut self, bytes: &[u8]) -> Result<Place, Error> {
        let place = self.next;
        self.output.write_all(bytes).map_err(Error::at(&self.path))?;
        self.next.offset += bytes.len() as u64;
        self.next.line += memchr::memchr_iter(b'\n', bytes).count() as u64;
        Ok(place)
    }

    pub(super) fn finish(mut self) -> Result<(), Error> {
        self.output.flush().map_err(Error::at(&self.path))
    }
}

/// A row as RFC 4180 has it, with a line feed at the end.
pub(super) fn encode(fields: &[impl AsRef<str>], row: &mut Vec<u8>) {
    for (index, field) in fields.iter().enumerate() {
        if index > 0 {
            row.push(b',');
        }
        let field = field.as_ref().as_bytes();
        if field.iter().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
            row.push(b'"');
            for byte in field {
                row.push(*byte);
                if *byte == b'"' {
                    row.push(b'"');
                }
            }
            row.push(b'"');
        } else {
            row.extend_from_slice(field);
        }
    }
    row.push(b'\n');
}
