//! `cargo xtask crash`: the crash, race and failure tests of the program, at length.
//!
//! The tests are those of the suite; this says how much of them to do. With `--cluster` it also
//! starts three nodes, because those tests kill and pause nodes, and ends them afterwards. They
//! need the addresses 127.0.0.1 to 127.0.0.3, so no other Cassandra may run.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::cassandra::{Cluster, Home, Shape, Tools};
use crate::options::Options;
use crate::workspace;

/// Random kills unless a number is given.
const KILLS: u64 = 200;
/// Random commands before the views are rebuilt.
const COMMANDS: &str = "100000";
/// Where the nodes are kept; apart from the cluster that people use, because these are killed.
const DIRECTORY: &str = "target/crash-nodes";

/// Runs `cargo xtask crash`.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let kills = match options.value("--kills") {
        None => KILLS,
        Some(text) => text.parse().with_context(|| format!("--kills takes a number, not `{text}`"))?,
    };
    if let Some(word) = options.words().first() {
        bail!("crash takes no `{word}`");
    }
    if !options.has("--cluster") {
        return test(kills, None);
    }
    let directory = options.value("--dir").unwrap_or(DIRECTORY);
    let home = Home::open(Some(directory))?;
    let tools = Tools::find().context("Cassandra needs Java 11 or 17, and Maven to fetch it")?;
    let cluster = Cluster::up(&home, Shape::THREE, &tools, true)?;
    let outcome = test(kills, Some((directory, &cluster)));
    cluster.down(&home)?;
    outcome
}

fn test(kills: u64, nodes: Option<(&str, &Cluster)>) -> Result<ExitCode> {
    let mut command = workspace::cargo();
    command.args(["test", "--package", "quorate", "--test", "crash"]);
    // One at a time, because one of the tests ends the nodes.
    command.args(["--", "--nocapture", "--test-threads", "1"]);
    if nodes.is_some() {
        command.args(["cluster", "cassandra", "node"]);
    }
    command.env("QUORATE_CRASH_KILLS", kills.to_string()).env("QUORATE_CRASH_COMMANDS", COMMANDS);
    if let Some((directory, cluster)) = nodes {
        command
            .env("QUORATE_TEST_CASSANDRA", cluster.contact_points())
            .env("QUORATE_CRASH_NODES", directory)
            .env("QUORATE_CRASH_XTASK", std::env::current_exe().context("cannot tell which program this is")?);
    }
    let status = command.status().context("cannot run cargo test")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
