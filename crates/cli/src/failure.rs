//! What a failure means to the user: the line on standard error and the exit code.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use quorate_clinic::Error as ClinicError;
use quorate_clinic::moment::{MomentError, parse_day, parse_instant};
use quorate_session::Error as SessionError;

use crate::console::Console;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: done.
    Done,
    /// 1: not done, or not all of it.
    Failed,
    /// 2: the command line or the configuration is wrong.
    Usage,
    /// 3: the input was refused.
    Refused,
}

/// What the command line itself finds wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum Failure {
    /// An option or setting is wrong: correct it.
    #[error("{what}")]
    Usage {
        /// Which one, where it was given, and what is expected.
        what: String,
    },
    /// A time is malformed: correct it.
    #[error("{option}: '{text}' {source}")]
    Moment {
        /// Where it was given.
        option: &'static str,
        /// What was given.
        text: String,
        /// Why it is none.
        #[source]
        source: MomentError,
    },
    /// A setting is malformed: correct it.
    #[error("{name} ({origin}): {source}")]
    Setting {
        /// Which one.
        name: &'static str,
        /// Where it was given.
        origin: String,
        /// What is expected.
        #[source]
        source: Box<SessionError>,
    },
    /// There is no store: make one, or name another directory.
    #[error("there is no store in {}: make one with `quorate schema apply` or `quorate import DIR`, or name another with --store DIR", directory.display())]
    NoStore {
        /// Where it was looked for.
        directory: PathBuf,
    },
    /// A file or folder is in the way.
    #[error("{} is not empty: name a folder that does not exist yet", directory.display())]
    NotEmpty {
        /// The folder.
        directory: PathBuf,
    },
    /// Every command was answered, but what follows them lags behind: it catches up the next time.
    #[error("the commands are done as answered, but the boards and counters could not be brought up to date: {source}")]
    Unsettled {
        /// What failed.
        #[source]
        source: Box<ClinicError>,
    },
    /// The data that were to be shown are not there.
    #[error("{what}")]
    Missing {
        /// What, and how it comes about.
        what: String,
    },
}

impl Failure {
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self::Usage { what: what.into() }
    }
}

/// The instant that an option gives, in milliseconds since 1970.
pub(crate) fn instant(option: &'static str, text: &str) -> Result<i64, Failure> {
    parse_instant(text).map_err(|source| Failure::Moment { option, text: text.to_owned(), source })
}

/// The day that an option gives, in days since 1970-01-01.
pub(crate) fn day(option: &'static str, text: &str) -> Result<i32, Failure> {
    parse_day(text).map_err(|source| Failure::Moment { option, text: text.to_owned(), source })
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Refused => 3,
        })
    }
}

/// Says what went wrong and how the program ends for it.
pub(crate) fn report(console: &Console, error: &anyhow::Error) -> Exit {
    if error.chain().any(is_broken_pipe) {
        return Exit::Done;
    }
    console.note(&format!("quorate: {}", message(error.as_ref())));
    if let Some(remedy) = error.chain().find_map(remedy) {
        console.note(&format!("try: {remedy}"));
    }
    exit(error)
}

/// The error with its causes, without those that the text before already contains.
pub(crate) fn message(error: &(dyn std::error::Error + 'static)) -> String {
    let mut message = String::new();
    let mut cause = Some(error);
    while let Some(error) = cause {
        let text = error.to_string();
        if !message.contains(&text) {
            if !message.is_empty() {
                message.push_str(": ");
            }
            message.push_str(&text);
        }
        cause = error.source();
    }
    message
}

fn is_broken_pipe(cause: &(dyn std::error::Error + 'static)) -> bool {
    cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// What usually helps, where the error itself does not say it.
fn remedy(cause: &(dyn std::error::Error + 'static)) -> Option<&'static str> {
    if let Some(Failure::Unsettled { .. }) = cause.downcast_ref::<Failure>() {
        return Some("`quorate verify` when the store answers again; no command needs to be repeated for this");
    }
    match cause.downcast_ref::<SessionError>()? {
        SessionError::Unavailable { .. } => {
            Some("see that the nodes run and that --contact-points names them, then run it again")
        }
        SessionError::Timeout { .. } => Some("repeat it, or allow more time with --request-timeout SECONDS"),
        SessionError::Unknown { .. } => Some("run the same command again: what was done is not done twice"),
        _ => None,
    }
}

fn exit(error: &anyhow::Error) -> Exit {
    error.chain().find_map(exit_of).unwrap_or(Exit::Failed)
}

fn exit_of(cause: &(dyn std::error::Error + 'static)) -> Option<Exit> {
    if let Some(failure) = cause.downcast_ref::<Failure>() {
        return Some(match failure {
            Failure::Usage { .. } | Failure::Moment { .. } | Failure::Setting { .. } => Exit::Usage,
            Failure::NoStore { .. }
            | Failure::NotEmpty { .. }
            | Failure::Unsettled { .. }
            | Failure::Missing { .. } => Exit::Failed,
        });
    }
    match cause.downcast_ref::<ClinicError>() {
        Some(ClinicError::Invalid { .. }) => return Some(Exit::Usage),
        Some(ClinicError::Input(input)) => return Some(if input.is_refusal() { Exit::Refused } else { Exit::Failed }),
        _ => {}
    }
    match cause.downcast_ref::<SessionError>() {
        Some(SessionError::Config { .. }) => Some(Exit::Usage),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
