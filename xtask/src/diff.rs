//! `cargo xtask diff`: looks for random statements that the embedded engine answers otherwise than a real Cassandra.
//!
//! The searching program is an example of the engine crate, next to the recorder of scripts, whose parts it shares.
//! A Cassandra is taken or started as `cargo xtask test` does it.

use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::options::Options;
use crate::testing::Server;
use crate::workspace;

/// Where the program finds the Cassandra.
const VARIABLE: &str = "QUORATE_TEST_CASSANDRA";

/// Asks so many statements from the seed on.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let seed: u64 = options.value("--seed").unwrap_or("1").parse().context("--seed is a number")?;
    let statements: u64 =
        options.value("--statements").unwrap_or("1000").parse().context("--statements is a number")?;
    let server = match options.value("--contact") {
        Some(contact_point) => Server::at(contact_point),
        None => Server::find_or_start(VARIABLE)?,
    };
    let contact_points = server.contact_points().with_context(|| {
        let reason = server.reason_for_skipping().unwrap_or("it was not found");
        format!("there is no Cassandra, because {reason}")
    })?;
    let status = workspace::cargo()
        .args(["run", "--quiet", "--package", "quorate-engine", "--example", "diff", "--"])
        .args([seed.to_string(), statements.to_string()])
        .arg(workspace::target().join("diff"))
        .env(VARIABLE, contact_points)
        .status()
        .context("cannot run cargo")?;
    server.stop()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
