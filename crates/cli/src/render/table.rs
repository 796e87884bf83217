//! Text in columns, as wide as their widest value.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::console::Console;

/// Blanks between columns.
const GAP: &str = "  ";

/// Rows of texts that are shown in columns; numbers stand at the right.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    columns: usize,
    widest: Option<usize>,
}

impl Table {
    /// A table with these headings.
    pub(crate) fn new(head: &[impl AsRef<str>]) -> Self {
        let head: Vec<String> = head.iter().map(|text| text.as_ref().to_owned()).collect();
        Self { columns: head.len(), head, ..Self::default() }
    }

    /// A table without headings.
    pub(crate) fn headless(columns: usize) -> Self {
        Self { columns, ..Self::default() }
    }

    /// Cuts texts that are wider than this many columns of the terminal.
    pub(crate) fn widest(mut self, columns: usize) -> Self {
        self.widest = Some(columns);
        self
    }

    /// Appends a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = impl Into<String>>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// Whether there is nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table as text, without a line break at the end.
    pub(crate) fn text(&self, console: &Console, indent: &str) -> String {
        let cut = |text: &String| self.widest.map_or_else(|| text.clone(), |widest| shortened(text, widest));
        let rows: Vec<Vec<String>> = self.rows.iter().map(|row| row.iter().map(cut).collect()).collect();
        let all = || rows.iter().chain(Some(&self.head).filter(|head| !head.is_empty()));
        let width = |column: usize| all().filter_map(|row| row.get(column)).map(|text| text.width()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.columns).map(width).collect();
        let right: Vec<bool> = (0..self.columns).map(|column| is_numeric(&rows, column)).collect();
        let line = |row: &[String]| {
            let cells = row.iter().zip(&widths).zip(&right).map(|((text, width), right)| padded(text, *width, *right));
            format!("{indent}{}", cells.collect::<Vec<_>>().join(GAP)).trim_end().to_owned()
        };
        let mut lines = Vec::with_capacity(rows.len() + 1);
        if !self.head.is_empty() {
            lines.push(console.bold(&line(&self.head)));
        }
        lines.extend(rows.iter().map(|row| line(row)));
        lines.join("\n")
    }
}

fn padded(text: &str, width: usize, right: bool) -> String {
    let blanks = " ".repeat(width.saturating_sub(text.width()));
    if right { format!("{blanks}{text}") } else { format!("{text}{blanks}") }
}

/// Whether a column holds numbers only, so that their digits should stand under each other.
fn is_numeric(rows: &[Vec<String>], column: usize) -> bool {
    let numeric = |text: &str| {
        let plain = text.trim_start_matches('-');
        plain.starts_with(|first: char| first.is_ascii_digit())
            && plain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',')
    };
    let mut values = rows.iter().filter_map(|row| row.get(column)).filter(|text| *text != "-").peekable();
    values.peek().is_some() && values.all(|text| numeric(text))
}

/// The text, or as much of it as fits with an ellipsis behind it.
fn shortened(text: &str, widest: usize) -> String {
    if text.width() <= widest {
        return text.to_owned();
    }
    let mut used = 1;
    let fits = |character: &char| {
        used += character.width().unwrap_or(0);
        used <= widest
    };
    let mut kept: String = text.chars().take_while(fits).collect();
    kept.truncate(kept.trim_end().len());
    kept.push('…');
    kept
}
