//! One file of a generated folder: rows in any order of columns, and where each one ends up.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::dice::Dice;

/// A row by column names.
pub(super) type Cells = BTreeMap<&'static str, String>;

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Fate {
    New,
    /// The same as an earlier row.
    Repeated,
    /// Set aside; one of these columns is to blame. None: the line is malformed.
    Rejected(Vec<&'static str>),
}

/// How a line is made wrong as CSV.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Damage {
    TooFew,
    TooMany,
    BadUtf8,
    QuoteInside,
    TextAfterQuote,
    EndsInQuotes,
}

struct Line {
    place: f64,
    cells: Cells,
    fate: Fate,
    damage: Option<Damage>,
}

/// A row that must be set aside.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Expected {
    pub(super) line: u64,
    pub(super) offset: u64,
    pub(super) columns: Vec<&'static str>,
}

/// What an import must say of a file.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) read: u64,
    pub(super) repeated: u64,
    pub(super) rejects: Vec<Expected>,
    /// The file of rejects, byte by byte.
    pub(super) rejected_bytes: Vec<u8>,
}

pub(super) struct Sheet {
    pub(super) file: &'static str,
    columns: &'static [&'static str],
    lines: Vec<Line>,
}

impl Sheet {
    pub(super) fn new(file: &'static str, columns: &'static [&'static str]) -> Self {
        Self { file, columns, lines: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    pub(super) fn cells(&self, row: usize) -> &Cells {
        &self.lines[row].cells
    }

    /// A row that is imported.
    pub(super) fn good(&mut self, cells: Cells) {
        let place = f64::from(u32::try_from(self.lines.len()).unwrap());
        self.lines.push(Line { place, cells, fate: Fate::New, damage: None });
    }

    /// A row somewhere behind all of the first `behind` rows.
    pub(super) fn later(&mut self, dice: &mut Dice, behind: usize, cells: Cells, fate: Fate) {
        let place = Self::somewhere(dice, behind, self.lines.len());
        self.lines.push(Line { place, cells, fate, damage: None });
    }

    pub(super) fn damaged(&mut self, dice: &mut Dice, cells: Cells, damage: Damage) {
        let place = match damage {
            Damage::EndsInQuotes => f64::MAX,
            _ => Self::somewhere(dice, 0, self.lines.len()),
        };
        self.lines.push(Line { place, cells, fate: Fate::Rejected(Vec::new()), damage: Some(damage) });
    }

    fn somewhere(dice: &mut Dice, from: usize, to: usize) -> f64 {
        f64::from(u32::try_from(from + dice.below(to - from + 1)).unwrap()) - 0.5
    }

    /// Writes the file and says what an import must make of it.
    pub(super) fn write(mut self, dice: &mut Dice, directory: &Path) -> Outcome {
        self.lines.sort_by(|a, b| a.place.total_cmp(&b.place));
        let end = if dice.percent(40) { "\r\n" } else { "\n" };
        let mut columns = self.columns.to_vec();
        if dice.percent(50) {
            columns.insert(dice.below(columns.len()), "LEGACY_NOTE");
        }
        for at in (1..columns.len()).rev() {
            columns.swap(at, dice.below(at + 1));
        }
        let mut bytes = columns.join(",").into_bytes();
        bytes.extend_from_slice(end.as_bytes());
        let mut outcome = Outcome { rejected_bytes: bytes.clone(), ..Outcome::default() };
        for line in &self.lines {
            let start = bytes.len();
            let number = 1 + memchr::memchr_iter(b'\n', &bytes).count();
            encode(dice, &columns, line, &mut bytes);
            if line.damage != Some(Damage::EndsInQuotes) {
                bytes.extend_from_slice(end.as_bytes());
            }
            outcome.read += 1;
            match &line.fate {
                Fate::New => {}
                Fate::Repeated => outcome.repeated += 1,
                Fate::Rejected(columns) => {
                    outcome.rejected_bytes.extend_from_slice(&bytes[start..]);
                    let columns = columns.clone();
                    outcome.rejects.push(Expected { line: number as u64, offset: start as u64, columns });
                }
            }
        }
        fs::write(directory.join(self.file), bytes).unwrap();
        outcome
    }
}

fn encode(dice: &mut Dice, columns: &[&str], line: &Line, bytes: &mut Vec<u8>) {
    let mut fields: Vec<Vec<u8>> = columns
        .iter()
        .map(|column| {
            let text = match *column {
                "LEGACY_NOTE" => "old, \"kept\"",
                column => line.cells.get(column).map_or("", String::as_str),
            };
            // Where a malformed line ends must not depend on how it is read.
            if line.damage.is_some() {
                text.replace(['"', ',', '\n', '\r'], " ").into_bytes()
            } else {
                quoted(dice, text)
            }
        })
        .collect();
    match line.damage {
        None => {}
        Some(Damage::TooFew) => drop(fields.pop()),
        Some(Damage::TooMany) => fields.push(b"one more".to_vec()),
        Some(Damage::BadUtf8) => fields[1] = b"K\xC3(hn".to_vec(),
        Some(Damage::QuoteInside) => fields[1] = b"5\" tube".to_vec(),
        Some(Damage::TextAfterQuote) => fields[1] = b"\"five\"th".to_vec(),
        Some(Damage::EndsInQuotes) => fields[1] = b"\"never closed".to_vec(),
    }
    bytes.extend_from_slice(&fields.join(&b','));
}

fn quoted(dice: &mut Dice, text: &str) -> Vec<u8> {
    if text.contains(['"', ',', '\n', '\r']) || dice.percent(15) {
        format!("\"{}\"", text.replace('"', "\"\"")).into_bytes()
    } else {
        text.as_bytes().to_vec()
    }
}
