//! The lines of the input, read on a thread of their own because standard input blocks.
//!
//! The channel is short: reading waits for executing, so memory does not grow with the input.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::Path;

use anyhow::Context as _;
use quorate_clinic::commands::Request;
use serde_json::Value;
use tokio::sync::mpsc;

use super::reply::Reply;

/// The longest line. An event holds 32 KiB, so a longer command could not be stored anyway.
const LONGEST_BYTES: u64 = 1024 * 1024;
/// Lines that are read ahead.
const AHEAD: usize = 64;

/// The lines as they arrive; an error ends them.
pub(super) type Lines = mpsc::Receiver<anyhow::Result<Line>>;

/// A line of the input.
#[derive(Debug)]
pub(super) struct Line {
    /// Which one, from 1.
    number: u64,
    /// Its bytes, or nothing if they are too many.
    bytes: Option<Vec<u8>>,
}

/// What the input holds next.
enum Next {
    Line(Vec<u8>),
    TooLong,
    End,
}

/// The file, or standard input.
pub(super) fn open(file: Option<&Path>) -> anyhow::Result<Box<dyn BufRead + Send>> {
    match file {
        Some(path) if path != Path::new("-") => {
            let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
            Ok(Box::new(BufReader::new(file)))
        }
        _ => Ok(Box::new(BufReader::new(io::stdin()))),
    }
}

/// Starts reading; blank lines are left out.
pub(super) fn read(source: Box<dyn BufRead + Send>) -> Lines {
    let (sender, lines) = mpsc::channel(AHEAD);
    std::thread::spawn(move || {
        let mut source = source;
        let mut number = 0;
        loop {
            number += 1;
            let line = match next(&mut source) {
                Ok(Next::End) => return,
                Ok(Next::Line(bytes)) if bytes.trim_ascii().is_empty() => continue,
                Ok(Next::Line(bytes)) => Ok(Line { number, bytes: Some(bytes) }),
                Ok(Next::TooLong) => Ok(Line { number, bytes: None }),
                Err(error) => Err(error).context("cannot read the commands"),
            };
            let failed = line.is_err();
            if sender.blocking_send(line).is_err() || failed {
                return;
            }
        }
    });
    lines
}

fn next(source: &mut dyn BufRead) -> io::Result<Next> {
    let mut bytes = Vec::new();
    if source.take(LONGEST_BYTES + 1).read_until(b'\n', &mut bytes)? == 0 {
        return Ok(Next::End);
    }
    if bytes.last() == Some(&b'\n') || bytes.len() as u64 <= LONGEST_BYTES {
        return Ok(Next::Line(bytes));
    }
    source.skip_until(b'\n')?;
    Ok(Next::TooLong)
}

impl Line {
    /// The command that the line holds, or the answer that it holds none.
    pub(super) fn request(self) -> Result<Request, Reply> {
        let wrong = |what: &str| Reply::invalid(&format!("line {}: {what}", self.number));
        let Some(bytes) = &self.bytes else {
            return Err(wrong(&format!("longer than {LONGEST_BYTES} bytes")));
        };
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(object)) => Request::from_json(object).map_err(|error| Reply::of(Err(error))),
            Ok(_) => Err(wrong("a JSON object is expected")),
            // The parser's own text can quote the input, which may be personal.
            Err(error) => Err(wrong(&format!("no JSON, at column {}", error.column()))),
        }
    }
}
