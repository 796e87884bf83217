//! Writes rejected rows and the report, and stops the import when there are too many.
//!
//! Each run starts the files anew. The files are complete and on disk when `finish` returns.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{Reject, Source};
use crate::input::csv::{CsvReader, Record};
use crate::input::error::Error;

/// Name of the report in the folder of rejects.
pub const REPORT_FILE: &str = "report.jsonl";

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// How many rejects an import may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// This many pass, one more stops the import.
    AtMost(u64),
    /// Any number passes.
    All,
}

/// What was rejected in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Number of rejected rows.
    pub rows: u64,
    /// By file, in the order of their first reject.
    pub by_file: Vec<(&'static str, u64)>,
    /// The report.
    pub report: PathBuf,
}

/// Keeps the rejected rows of a run.
#[derive(Debug)]
pub struct RejectWriter {
    input: PathBuf,
    dir: PathBuf,
    limit: Limit,
    report: BufWriter<File>,
    files: HashMap<&'static str, RejectFile>,
    by_file: Vec<(&'static str, u64)>,
    rows: u64,
}

#[derive(Debug)]
struct RejectFile {
    source: File,
    source_path: PathBuf,
    output: BufWriter<File>,
    output_path: PathBuf,
    ends_line: bool,
}

/// A line of the report. Other programs read it: keys are only ever added.
#[derive(Serialize)]
struct ReportLine<'r> {
    file: &'r str,
    line: u64,
    offset: u64,
    column: Option<&'r str>,
    reason: String,
}

impl RejectWriter {
    /// Starts a run over the folder `input`, with rejects in `dir`, which is made if need be.
    /// Rejects of an earlier run are removed, and nothing else is.
    pub fn create(dir: &Path, input: &Path, limit: Limit) -> Result<Self, Error> {
        fs::create_dir_all(dir).map_err(Error::at(dir))?;
        if fs::canonicalize(dir).map_err(Error::at(dir))? == fs::canonicalize(input).map_err(Error::at(input))? {
            return Err(Error::RejectsIntoInput { dir: dir.to_owned() });
        }
        for file in crate::input::FILES {
            let stale = dir.join(file);
            match fs::remove_file(&stale) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(Error::at(&stale)(error)),
            }
        }
        let path = dir.join(REPORT_FILE);
        let report = BufWriter::new(File::create(&path).map_err(Error::at(&path))?);
        Ok(Self {
            input: input.to_owned(),
            dir: dir.to_owned(),
            limit,
            report,
            files: HashMap::new(),
            by_file: Vec::new(),
            rows: 0,
        })
    }

    /// Sets a row aside. [`Error::TooManyRejects`] if it was one too many; the row is written
    /// nevertheless, and everything so far is on disk.
    pub fn reject(&mut self, reject: &Reject) -> Result<(), Error> {
        let Source { file, line, offset, .. } = reject.source;
        let entry = ReportLine { file, line, offset, column: reject.column, reason: reject.reason.to_string() };
        let path = self.report_path();
        serde_json::to_writer(&mut self.report, &entry).map_err(|error| Error::at(&path)(error.into()))?;
        self.report.write_all(b"\n").map_err(Error::at(&path))?;
        self.file(file)?.copy(reject.source)?;
        self.rows += 1;
        match self.by_file.iter_mut().find(|(name, _)| *name == file) {
            Some((_, count)) => *count += 1,
            None => self.by_file.push((file, 1)),
        }
        match self.limit {
            Limit::AtMost(limit) if self.rows > limit => {
                self.sync()?;
                Err(Error::TooManyRejects { rejected: self.rows, limit, report: self.report_path() })
            }
            Limit::AtMost(_) | Limit::All => Ok(()),
        }
    }

    /// Number of rows set aside so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Makes everything so far durable.
    pub fn sync(&mut self) -> Result<(), Error> {
        for file in self.files.values_mut() {
            sync(&mut file.output, &file.output_path)?;
        }
        let path = self.report_path();
        sync(&mut self.report, &path)
    }

    /// Ends the run: everything is on disk.
    pub fn finish(mut self) -> Result<Rejected, Error> {
        self.sync()?;
        Ok(Rejected { rows: self.rows, report: self.report_path(), by_file: self.by_file })
    }

    fn report_path(&self) -> PathBuf {
        self.dir.join(REPORT_FILE)
    }

    fn file(&mut self, name: &'static str) -> Result<&mut RejectFile, Error> {
        match self.files.entry(name) {
            std::collections::hash_map::Entry::Occupied(entry) => Ok(entry.into_mut()),
            std::collections::hash_map::Entry::Vacant(entry) => {
                let file = RejectFile::create(self.input.join(name), self.dir.join(name))?;
                Ok(entry.insert(file))
            }
        }
    }
}

impl RejectFile {
    /// A file of rejects that starts with the header of its source.
    fn create(source_path: PathBuf, output_path: PathBuf) -> Result<Self, Error> {
        let source = File::open(&source_path).map_err(Error::at(&source_path))?;
        let mut header = Record::default();
        CsvReader::new(BufReader::new(&source)).read(&mut header).map_err(Error::at(&source_path))?;
        let output = BufWriter::new(File::create(&output_path).map_err(Error::at(&output_path))?);
        let mut file = Self { source, source_path, output, output_path, ends_line: true };
        file.append(0, header.len_bytes())?;
        Ok(file)
    }

    fn copy(&mut self, row: Source) -> Result<(), Error> {
        if !self.ends_line {
            self.write(b"\n")?;
        }
        self.append(row.offset, row.len)
    }

    fn append(&mut self, offset: u64, len: u64) -> Result<(), Error> {
        self.source.seek(SeekFrom::Start(offset)).map_err(Error::at(&self.source_path))?;
        let mut left = len;
        let mut chunk = [0; 8 * 1024];
        while left > 0 {
            let most = usize::try_from(left).map_or(chunk.len(), |left| left.min(chunk.len()));
            let read = self.source.read(&mut chunk[..most]).map_err(Error::at(&self.source_path))?;
            if read == 0 {
                let gone = io::Error::new(io::ErrorKind::UnexpectedEof, "the file became shorter during the import");
                return Err(Error::at(&self.source_path)(gone));
            }
            let mut bytes = &chunk[..read];
            if offset == 0 && left == len {
                bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
            }
            self.write(bytes)?;
            left -= read as u64;
        }
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.ends_line = bytes.last().is_none_or(|byte| *byte == b'\n');
        self.output.write_all(bytes).map_err(Error::at(&self.output_path))
    }
}

fn sync(file: &mut BufWriter<File>, path: &Path) -> Result<(), Error> {
    file.flush().and_then(|()| file.get_ref().sync_all()).map_err(Error::at(path))
}
