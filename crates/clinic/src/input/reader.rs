//! Reads one file of an import: its header once, then one row or reject after the other.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::csv::{CsvReader, Flaw, Record, Step};
use super::error::{Error, HeaderProblem};
use super::fields::{Fault, Fields};
use super::reject::{Reason, Reject, Source};
use super::table::{Layout, Table};

/// Large enough that the system calls do not show, small enough for many files at once.
const BUFFER_BYTES: usize = 256 * 1024;

/// A file whose header was read.
#[derive(Debug)]
pub(super) struct TableReader {
    path: PathBuf,
    table: &'static Table,
    reader: CsvReader<BufReader<File>>,
    record: Record,
    layout: Layout,
    unknown: Vec<String>,
}

impl TableReader {
    pub(super) fn open(dir: &Path, table: &'static Table) -> Result<Self, Error> {
        let path = dir.join(table.file);
        let file = File::open(&path).map_err(Error::at(&path))?;
        let mut reader = CsvReader::new(BufReader::with_capacity(BUFFER_BYTES, file));
        let mut record = Record::default();
        let problem = match reader.read(&mut record).map_err(Error::at(&path))? {
            Step::Record => None,
            Step::Malformed(flaw) => Some(HeaderProblem::Malformed(flaw)),
            Step::End => Some(HeaderProblem::Empty),
        };
        if let Some(problem) = problem {
            return Err(Error::Header { file: table.file, problem });
        }
        let (layout, unknown) = Layout::of(table, &record)?;
        Ok(Self { path, table, reader, record, layout, unknown })
    }

    /// The header's columns that the table does not know.
    pub(super) fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// The next row, as `read` makes it, or its reject; `None` at the end of the file.
    pub(super) fn next<T>(
        &mut self,
        read: impl FnOnce(Fields<'_>, Source) -> Result<T, Fault>,
    ) -> Result<Option<Result<T, Reject>>, Error> {
        let step = self.reader.read(&mut self.record).map_err(Error::at(&self.path))?;
        let source = Source {
            file: self.table.file,
            line: self.record.line(),
            offset: self.record.offset(),
            len: self.record.len_bytes(),
        };
        let malformed = |flaw| Ok(Some(Err(source.reject(None, Reason::Malformed(flaw)))));
        match step {
            Step::End => return Ok(None),
            Step::Malformed(flaw) => return malformed(flaw),
            Step::Record => {}
        }
        let (found, expected) = (self.record.len(), self.layout.width());
        if found < expected {
            return malformed(Flaw::TooFewFields { found, expected });
        }
        if found > expected {
            return malformed(Flaw::TooManyFields { found, expected });
        }
        let fields = Fields { layout: &self.layout, record: &self.record };
        Ok(Some(read(fields, source).map_err(|fault| fault.at(source))))
    }
}
