//! Tables for the terminal and, in the same words, for the documentation.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::failure::Failure;

const BEGIN: &str = "<!-- figures -->";
const END: &str = "<!-- end -->";

/// What was measured so far. Each part is printed when it is known.
#[derive(Debug, Default)]
pub(crate) struct Report(String);

impl Report {
    /// A heading.
    pub(crate) fn heading(&mut self, text: &str) {
        self.put(&format!("\n### {text}\n"));
    }

    /// A paragraph.
    pub(crate) fn say(&mut self, text: &str) {
        self.put(&format!("\n{text}\n"));
    }

    /// A table in Markdown, which reads well on a terminal too: columns are as wide as their widest cell.
    pub(crate) fn table(&mut self, header: &[&str], rows: &[Vec<String>]) {
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
            cells.chain([header.get(column).map_or(0, |cell| cell.chars().count())]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..header.len()).map(width).collect();
        let mut text = String::from("\n");
        let header: Vec<String> = header.iter().map(|cell| (*cell).to_owned()).collect();
        line(&mut text, &header, &widths);
        let rule: Vec<String> = widths
            .iter()
            .enumerate()
            .map(|(column, width)| if column == 0 { "-".repeat(*width) } else { format!("{}:", "-".repeat(width - 1)) })
            .collect();
        line(&mut text, &rule, &widths);
        for row in rows {
            line(&mut text, row, &widths);
        }
        self.put(&text);
    }

    /// Writes everything between the two marks of a file.
    pub(crate) fn write_into(&self, file: &Path) -> Result<(), Failure> {
        let text = fs::read_to_string(file).map_err(Failure::at(file))?;
        let marks = text.find(BEGIN).zip(text.find(END)).filter(|(begin, end)| begin < end);
        let Some((begin, end)) = marks else {
            return Err(Failure::Malformed { path: file.to_owned(), what: "the marks for the figures are missing" });
        };
        let (before, after) = (&text[..begin + BEGIN.len()], &text[end..]);
        fs::write(file, format!("{before}\n{}\n{after}", self.0)).map_err(Failure::at(file))
    }

    fn put(&mut self, text: &str) {
        print!("{text}");
        self.0.push_str(text);
    }
}

fn line(text: &mut String, cells: &[String], widths: &[usize]) {
    for (index, (cell, width)) in cells.iter().zip(widths).enumerate() {
        let pad = " ".repeat(width.saturating_sub(cell.chars().count()));
        let (before, after) = if index == 0 { ("", pad.as_str()) } else { (pad.as_str(), "") };
        let _ = write!(text, "| {before}{cell}{after} ");
    }
    text.push_str("|\n");
}

/// A time in milliseconds, with as many digits as mean something.
pub(crate) fn millis(nanos: u64) -> String {
    let ms = Duration::from_nanos(nanos).as_secs_f64() * 1_000.0;
    if ms < 10.0 { format!("{ms:.3}") } else { format!("{ms:.1}") }
}

/// A number of bytes in MiB.
pub(crate) fn mebibytes(bytes: u64) -> String {
    grouped((bytes + (1 << 19)) >> 20)
}

/// A whole number with a comma after each three digits.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Seconds spread over a number of things, in microseconds each.
pub(crate) fn micros(seconds: f64, count: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "an average")]
    let each = seconds * 1e6 / count.max(1) as f64;
    format!("{each:.0}")
}

/// So many things a second.
pub(crate) fn rate(count: u64, seconds: f64) -> String {
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate")]
    let rate = (count as f64 / seconds.max(1e-9)).round() as u64;
    grouped(rate)
}

/// `10⁶`, or the number itself where it is no power of ten.
pub(crate) fn power(size: u64) -> String {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let exponent = size.max(1).ilog10();
    match RAISED.get(exponent as usize) {
        Some(raised) if 10_u64.pow(exponent) == size => format!("10{raised}"),
        _ => grouped(size),
    }
}

/// How many times as much.
pub(crate) fn ratio(large: u64, small: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a ratio of times")]
    let ratio = large as f64 / small.max(1) as f64;
    format!("{ratio:.2}")
}

/// A time in milliseconds with one decimal.
pub(crate) fn shown(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1_000.0)
}
