//! The two streams of the program: data on standard output, everything else on standard error.
//!
//! A reader that goes away (`quorate query … | head -1`) ends the program quietly: see
//! `failure`. What cannot be written to standard error is dropped, because nobody would read it.

use std::io::{self, IsTerminal as _, Write as _};

/// Where the program speaks, and how.
#[derive(Debug)]
pub(crate) struct Console {
    out: io::Stdout,
    err: io::Stderr,
    json: bool,
    colour: bool,
    terminal: bool,
}

impl Console {
    /// The console of this process; `json` means that programs read the data.
    pub(crate) fn new(json: bool) -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let (out, err) = (io::stdout(), io::stderr());
        Self { json, colour: out.is_terminal() && !plain, terminal: err.is_terminal(), out, err }
    }

    /// Whether data are for programs.
    pub(crate) fn json(&self) -> bool {
        self.json
    }

    /// Whether standard error is a terminal, so that a line on it can move.
    pub(crate) fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Writes data with a line break behind them.
    pub(crate) fn data(&self, text: &str) -> io::Result<()> {
        let mut out = self.out.lock();
        out.write_all(text.as_bytes())?;
        out.write_all(b"\n")?;
        out.flush()
    }

    /// Writes a value for programs, on one line.
    pub(crate) fn json_data(&self, value: &impl serde::Serialize) -> anyhow::Result<()> {
        Ok(self.data(&serde_json::to_string(value)?)?)
    }

    /// Says something to the person at the terminal.
    pub(crate) fn note(&self, text: &str) {
        drop(writeln!(self.err.lock(), "{text}"));
    }

    /// Names the step that usually follows.
    pub(crate) fn next(&self, text: &str) {
        self.note(&format!("next: {text}"));
    }

    /// A heading, where the terminal can show one.
    pub(crate) fn bold(&self, text: &str) -> String {
        self.styled("1", text)
    }

    /// Something that matters less.
    pub(crate) fn dim(&self, text: &str) -> String {
        self.styled("2", text)
    }

    fn styled(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
