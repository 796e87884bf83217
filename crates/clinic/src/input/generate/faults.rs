//! Bad rows on purpose: one of each kind that an import sets aside, and a list of them.
//!
//! A fault is always an additional row, made from a good one that stays. So nothing good falls
//! because of it, and exactly the listed rows must be set aside.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::draws::{Draws, Kind};
use super::sheet::{self, Place, Sheet};
use crate::input::error::Error;
use crate::input::rows::{LocationRow, Row as _};
use crate::input::table::Table;

/// The list of faults in a generated folder, one JSON object per line.
pub const FAULTS_FILE: &str = "faults.jsonl";

/// A row that was broken on purpose.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FaultEntry {
    /// Which file.
    pub file: String,
    /// Physical line on which the row starts; the header's is 1.
    pub line: u64,
    /// Where the row starts, in bytes from the start of the file.
    pub offset: u64,
    /// The column to blame, if it is one.
    pub column: Option<String>,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What can be wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FaultKind {
    /// A field is missing.
    TooFewFields,
    /// There is a field too many.
    TooManyFields,
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// A quote inside an unquoted field.
    QuoteInField,
    /// Text after a closing quote.
    TextAfterQuote,
    /// The file ends inside quotes.
    OpenQuote,
    /// A mandatory value is empty.
    Missing,
    /// A value that is none of its column.
    Unparsable,
    /// An amount below zero.
    NegativeAmount,
    /// A rating above 5.
    RatingOutOfRange,
    /// A reference to what is not there.
    UnknownReference,
    /// A reference to a row that is itself a fault.
    ReferenceToFault,
    /// A doctor of another organisation than the account's.
    OtherOrganisation,
    /// A country that is not the state's.
    CountryNotOfState,
    /// The same id with other content.
    OtherContent,
    /// The same row again. It is counted, but not set aside.
    Identical,
}

impl FaultKind {
    /// Whether the row must be set aside.
    pub fn is_rejected(self) -> bool {
        self != Self::Identical
    }

    /// Whether the row alone tells, without looking at any other.
    pub fn shows_in_row(self) -> bool {
        !matches!(
            self,
            Self::UnknownReference
                | Self::ReferenceToFault
                | Self::OtherOrganisation
                | Self::CountryNotOfState
                | Self::OtherContent
                | Self::Identical
        )
    }
}

/// A way to break a row of a table: the column, and the text that goes there.
type Break = (FaultKind, &'static str, &'static str);

/// Ways that depend on the table; the first mandatory column is always the key.
const BREAKS: [(&str, &[Break]); 7] = [
    ("location.csv", &[(FaultKind::Missing, "REGION_NAME", ""), (FaultKind::OtherContent, "STATE_NAME", "Elsewhere")]),
    (
        "organisation.csv",
        &[
            (FaultKind::Missing, "ORG_TYPE", ""),
            (FaultKind::UnknownReference, "REGION_ID", "atlantis"),
            (FaultKind::Unparsable, "CURRENCY", "dollars"),
            (FaultKind::Unparsable, "TIME_ZONE", "Mars/Olympus"),
            (FaultKind::Unparsable, "UPDATED_AT", "2026-02-30"),
            (FaultKind::OtherContent, "ORG_TYPE", "Bakery"),
        ],
    ),
    (
        "customer.csv",
        &[
            (FaultKind::Missing, "LAST_NAME", ""),
            (FaultKind::Unparsable, "JOINED_DATE", "2020-01-01T10:00:00"),
            (FaultKind::UnknownReference, "STATE_ID", "atlantis"),
            (FaultKind::CountryNotOfState, "COUNTRY_ID", "AQ"),
            (FaultKind::OtherContent, "FIRST_NAME", "Somebody Else"),
        ],
    ),
    (
        "doctor.csv",
        &[
            (FaultKind::Missing, "FIRST_NAME", ""),
            (FaultKind::Unparsable, "EXPERIENCE_YEAR", "many"),
            (FaultKind::Unparsable, "BIRTH_YEAR", "1970.0"),
            (FaultKind::Unparsable, "CREDENTIAL_D", "June 1999"),
            (FaultKind::UnknownReference, "ORG_ID", "O-none"),
            (FaultKind::OtherContent, "LAST_NAME", "Somebody Else"),
        ],
    ),
    (
        "account.csv",
        &[
            (FaultKind::Missing, "ACCOUNT_TYPE", ""),
            (FaultKind::Unparsable, "OPENED_AT", "292278994-08-17"),
            (FaultKind::UnknownReference, "CUST_ID", "C-none"),
            (FaultKind::UnknownReference, "ORG_ID", "O-none"),
            (FaultKind::OtherContent, "ACCOUNT_TYPE", "for ever"),
        ],
    ),
    (
        "record.csv",
        &[
            (FaultKind::Missing, "MEDICAL_PURPOSE", ""),
            (FaultKind::Unparsable, "TX_DATE", "1700000000000"),
            (FaultKind::Unparsable, "MEDICAL_AMT", "1e2"),
            (FaultKind::NegativeAmount, "MEDICAL_AMT", "-0.01"),
            (FaultKind::UnknownReference, "ACCOUNT_ID", "A-none"),
            (FaultKind::UnknownReference, "DOC_ID", "D-none"),
            (FaultKind::OtherContent, "MEDICAL_AMT", "999999.99"),
        ],
    ),
    (
        "review.csv",
        &[
            (FaultKind::Missing, "REVIEW_DATE", ""),
            (FaultKind::Unparsable, "REVIEW_RATING", "4.5"),
            (FaultKind::RatingOutOfRange, "REVIEW_RATING", "6"),
            (FaultKind::UnknownReference, "CUST_ID", "C-none"),
            (FaultKind::UnknownReference, "ORG_ID", "O-none"),
            (FaultKind::OtherContent, "REVIEW_COMMENT", "On second thoughts"),
        ],
    ),
];

/// Ways to break a line of any table.
const MALFORMED: [FaultKind; 5] = [
    FaultKind::TooFewFields,
    FaultKind::TooManyFields,
    FaultKind::NotUtf8,
    FaultKind::QuoteInField,
    FaultKind::TextAfterQuote,
];

/// A column that refers to a table, for references to rows that are faults themselves.
const REFERENCES: [(&str, &str, &str); 4] = [
    ("account.csv", "CUST_ID", "customer.csv"),
    ("record.csv", "ACCOUNT_ID", "account.csv"),
    ("record.csv", "DOC_ID", "doctor.csv"),
    ("review.csv", "CUST_ID", "customer.csv"),
];

/// Makes faults while a folder is generated.
#[derive(Debug)]
pub(super) struct Faults {
    seed: u64,
    rows_per_fault: u64,
    made: u64,
    /// By file: the id of a row that will be set aside.
    broken: Vec<(&'static str, String)>,
    manifest: BufWriter<File>,
    path: PathBuf,
}

impl Faults {
    pub(super) fn create(dir: &Path, seed: u64, rows_per_fault: u64) -> Result<Self, Error> {
        let path = dir.join(FAULTS_FILE);
        let manifest = BufWriter::new(File::create(&path).map_err(Error::at(&path))?);
        Ok(Self { seed, rows_per_fault, made: 0, broken: Vec::new(), manifest, path })
    }

    /// Writes a broken version of a good row that was just written, once in a while. `other_doctor`
    /// is a doctor of another organisation.
    pub(super) fn follow(
        &mut self,
        sheet: &mut Sheet,
        table: &'static Table,
        number: u64,
        row: &[String],
        other_doctor: Option<String>,
    ) -> Result<(), Error> {
        let position = BREAKS.iter().position(|(file, _)| *file == table.file).unwrap_or(0) as u64;
        let mut draws = Draws::of(self.seed, Kind::Fault, number << 3 | position);
        if !draws.once_in(self.rows_per_fault) {
            return Ok(());
        }
        // In turn, so that every kind occurs in a small folder too.
        let breaks = BREAKS.iter().find(|(file, _)| *file == table.file).map_or(&[][..], |(_, breaks)| *breaks);
        let references: Vec<_> = REFERENCES.iter().filter(|(file, _, _)| *file == table.file).collect();
        let ways = MALFORMED.len() + 1 + breaks.len() + references.len() + usize::from(other_doctor.is_some());
        let way = usize::try_from(self.made).unwrap_or(0) % ways;
        self.made += 1;
        if let Some(kind) = MALFORMED.get(way) {
            return self.malformed(sheet, table, *kind, row);
        }
        let way = way - MALFORMED.len();
        if way == 0 {
            let place = sheet.write(row)?;
            return self.note(table, place, None, FaultKind::Identical);
        }
        if let Some((kind, column, text)) = breaks.get(way - 1) {
            return self.broken_value(sheet, table, row, *kind, column, text);
        }
        if let Some((_, column, target)) = references.get(way - 1 - breaks.len()) {
            let Some((_, id)) = self.broken.iter().find(|(file, _)| file == target) else {
                return Ok(());
            };
            let id = id.clone();
            return self.broken_value(sheet, table, row, FaultKind::ReferenceToFault, column, &id);
        }
        match other_doctor {
            Some(doctor) => self.broken_value(sheet, table, row, FaultKind::OtherOrganisation, "DOC_ID", &doctor),
            None => Ok(()),
        }
    }

    /// Ends a file inside quotes.
    pub(super) fn end(&mut self, sheet: &mut Sheet, table: &'static Table) -> Result<(), Error> {
        let place = sheet.write_raw(b"\"this quote\nis never closed")?;
        self.note(table, place, None, FaultKind::OpenQuote)
    }

    pub(super) fn finish(mut self) -> Result<(), Error> {
        self.manifest.flush().map_err(Error::at(&self.path))
    }

    fn malformed(
        &mut self,
        sheet: &mut Sheet,
        table: &'static Table,
        kind: FaultKind,
        row: &[String],
    ) -> Result<(), Error> {
        // On one line: where a malformed row ends is only certain if it has no other lines.
        let mut row: Vec<String> = row.iter().map(|field| field.replace('\n', " ")).collect();
        row[0] = self.fresh_id(&row[0]);
        let mut line = Vec::new();
        match kind {
            FaultKind::TooFewFields => {
                row.pop();
                sheet::encode(&row, &mut line);
            }
            FaultKind::TooManyFields => {
                row.push(String::new());
                sheet::encode(&row, &mut line);
            }
            FaultKind::QuoteInField => {
                sheet::encode(&row, &mut line);
                line.insert(1, b'"');
            }
            FaultKind::TextAfterQuote => {
                line.extend_from_slice(b"\"quoted\" text,");
                sheet::encode(&row[1..], &mut line);
            }
            _ => {
                sheet::encode(&row, &mut line);
                line.insert(1, 0xFF);
            }
        }
        let place = sheet.write_raw(&line)?;
        self.note(table, place, None, kind)
    }

    fn broken_value(
        &mut self,
        sheet: &mut Sheet,
        table: &'static Table,
        row: &[String],
        kind: FaultKind,
        column: &'static str,
        text: &str,
    ) -> Result<(), Error> {
        let mut row = row.to_vec();
        let Some(index) = table.columns.iter().position(|known| known.name == column) else {
            return Ok(());
        };
        text.clone_into(&mut row[index]);
        if kind != FaultKind::OtherContent {
            row[0] = self.fresh_id(&row[0]);
            if !self.broken.iter().any(|(file, _)| *file == table.file) {
                self.broken.push((table.file, row[0].clone()));
            }
        }
        let place = sheet.write(&row)?;
        // An import knows a row's content by a digest, so it can blame only the id; names of locations it compares.
        let is_name = table.file == LocationRow::TABLE.file;
        let blamed = if kind == FaultKind::OtherContent && !is_name { table.columns[0].name } else { column };
        self.note(table, place, Some(blamed), kind)
    }

    /// An id that no good row has.
    fn fresh_id(&self, id: &str) -> String {
        format!("{id}-x{}", self.made)
    }

    fn note(
        &mut self,
        table: &'static Table,
        place: Place,
        column: Option<&'static str>,
        kind: FaultKind,
    ) -> Result<(), Error> {
        let entry = FaultEntry {
            file: table.file.to_owned(),
            line: place.line,
            offset: place.offset,
            column: column.map(str::to_owned),
            kind,
        };
        serde_json::to_writer(&mut self.manifest, &entry).map_err(|error| Error::at(&self.path)(error.into()))?;
        self.manifest.write_all(b"\n").map_err(Error::at(&self.path))
    }
}
