//! What a failure means to the user: the line on standard error and the exit code.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use quorate_clinic::Error as ClinicError;
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

fn exit(error: &anyhow::Error) -> Exit {
    error.chain().find_map(exit_of).unwrap_or(Exit::Failed)
}

fn exit_of(cause: &(dyn std::error::Error + 'static)) -> Option<Exit> {
    if let Some(failure) = cause.downcast_ref::<Failure>() {
        return Some(match failure {
            Failure::Usage { .. } => Exit::Usage,
            Failure::NoStore { .. } | Failure::NotEmpty { .. } | Failure::Missing { .. } => Exit::Failed,
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
