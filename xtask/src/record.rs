//! `cargo xtask record`: writes the expected output of the engine's scripts from what a running Cassandra answers.
//!
//! The recording program is an example of the engine crate, because it prints values as the engine's tests do.

use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::workspace;

/// Records the given scripts, or all of them.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let status = workspace::cargo()
        .args(["run", "--quiet", "--package", "quorate-engine", "--example", "record", "--"])
        .args(arguments)
        .status()
        .context("cannot run cargo")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
