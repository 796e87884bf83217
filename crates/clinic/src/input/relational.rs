//! The relational input: a folder with the seven files of the source system.
//!
//! All seven must be there, because a forgotten file would read as an empty one. The exception is
//! a folder of rejects, known by its report: it holds only the files that had rejects, and it can
//! be imported as it is once they are corrected.

use std::path::{Path, PathBuf};

use super::error::Error;
use super::reader::TableReader;
use super::reject::REPORT_FILE;
use super::rows::{AccountRow, CustomerRow, DoctorRow, LocationRow, OrganisationRow, Parse, RecordRow, ReviewRow, Row};
use super::table::Table;
use super::{Notice, Rows};

/// The seven tables, each after those it refers to.
pub const TABLES: [&Table; 7] = [
    LocationRow::TABLE,
    OrganisationRow::TABLE,
    CustomerRow::TABLE,
    DoctorRow::TABLE,
    AccountRow::TABLE,
    RecordRow::TABLE,
    ReviewRow::TABLE,
];

/// A folder of the seven files.
#[derive(Debug)]
pub struct Folder {
    dir: PathBuf,
    notices: Vec<Notice>,
}

impl Folder {
    /// Opens a folder and reads all headers, so that a file that cannot be imported is refused
    /// before anything is.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        let is_rejects = dir.join(REPORT_FILE).is_file();
        let mut notices = Vec::new();
        for table in TABLES {
            if !dir.join(table.file).is_file() {
                if is_rejects {
                    notices.push(Notice::Absent { file: table.file });
                    continue;
                }
                return Err(Error::MissingFile {
                    dir: dir.to_owned(),
                    file: table.file,
                    format: "relational",
                    expected: TABLES.map(|table| table.file).join(", "),
                });
            }
            notices.extend(Notice::unknown_columns(table, TableReader::open(dir, table)?.unknown()));
        }
        Ok(Self { dir: dir.to_owned(), notices })
    }

    /// What is worth saying once about the folder.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// The rows of a file from its start.
    #[expect(private_bounds, reason = "only the seven row types can be read, and they are all here")]
    pub fn rows<T: Parse>(&self) -> Result<Rows<T>, Error> {
        if self.notices.contains(&Notice::Absent { file: T::TABLE.file }) {
            return Ok(Box::new(std::iter::empty()));
        }
        let mut reader = TableReader::open(&self.dir, T::TABLE)?;
        Ok(Box::new(std::iter::from_fn(move || reader.next(T::parse).transpose())))
    }
}

#[cfg(test)]
mod tests;
