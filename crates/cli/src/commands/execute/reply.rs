//! Answers: one JSON line per command, written in the order of the commands.

use std::collections::BTreeMap;
use std::io::{self, Write as _};

use quorate_clinic::Error;
use quorate_clinic::commands::Receipt;
use quorate_session::Error as SessionError;
use serde_json::json;

use crate::failure::message;

/// An answer, as it is written.
#[derive(Debug)]
pub(super) struct Reply {
    ok: bool,
    text: String,
}

/// Answers that wait for those before them.
#[derive(Debug, Default)]
pub(super) struct Replies {
    waiting: BTreeMap<u64, Reply>,
    done: u64,
    failed: u64,
}

impl Reply {
    /// The answer to what a command came to.
    pub(super) fn of(outcome: Result<Receipt, Error>) -> Self {
        match outcome {
            Ok(receipt) => {
                let fields = json!({"ok": true, "id": receipt.id, "stream": receipt.stream, "seq": receipt.seq});
                Self { ok: true, text: fields.to_string() }
            }
            Err(error) => Self::failed(error.code(), &reason(&error)),
        }
    }

    /// The answer to what is no command.
    pub(super) fn invalid(message: &str) -> Self {
        Self::failed("invalid", message)
    }

    fn failed(code: &str, message: &str) -> Self {
        Self { ok: false, text: json!({"ok": false, "error": code, "message": message}).to_string() }
    }
}

/// Why a command failed, and whether it may have been done where that could be in doubt.
fn reason(error: &Error) -> String {
    match error {
        // A write whose outcome is open was a preparation, for instance a claim: no event was appended.
        Error::Unavailable(SessionError::Unknown { cause }) => format!("nothing was done: {}", message(cause.as_ref())),
        Error::Unavailable(cause) => format!("nothing was done: {}", message(cause)),
        _ => message(error),
    }
}

impl Replies {
    /// Takes the answer to a line, counted from 0.
    pub(super) fn add(&mut self, number: u64, reply: Reply) {
        self.waiting.insert(number, reply);
    }

    /// Writes every answer whose turn it is, so that the client sees them.
    pub(super) fn write(&mut self) -> io::Result<()> {
        let mut text = String::new();
        while let Some(reply) = self.waiting.remove(&self.written()) {
            text.push_str(&reply.text);
            text.push('\n');
            *(if reply.ok { &mut self.done } else { &mut self.failed }) += 1;
        }
        if text.is_empty() {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()
    }

    /// Answers that were written.
    pub(super) fn written(&self) -> u64 {
        self.done + self.failed
    }

    /// Commands that were done.
    pub(super) fn done(&self) -> u64 {
        self.done
    }

    /// Lines that failed.
    pub(super) fn failed(&self) -> u64 {
        self.failed
    }
}
