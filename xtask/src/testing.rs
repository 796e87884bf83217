//! `cargo xtask test`: the one test command, the same on a laptop and in continuous integration.
//!
//! It builds, runs the tidiness checks, starts one Cassandra for all suites and runs every test. What it started it ends,
//! also when something fails on the way. Its last line counts what the test programs themselves reported.

mod server;
mod tally;

use std::io::{BufRead, BufReader};
use std::process::{ExitCode, Stdio};

use anyhow::{Context, Result, bail};

use crate::options::Options;
use crate::{tidy, workspace};
pub(crate) use server::Server;
use tally::Tally;

/// Where the suites find a Cassandra: `host:port`, several separated by commas.
const VARIABLE: &str = "QUORATE_TEST_CASSANDRA";

/// Runs `cargo xtask test`.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let status = workspace::cargo().args(["test", "--workspace", "--no-run"]).status().context("cannot run cargo")?;
    if !status.success() {
        bail!("the tests do not build");
    }
    let is_tidy = tidy::check(true)?;
    let server = if options.has("--embedded-only") {
        Server::skipped("--embedded-only was given")
    } else {
        Server::find_or_start(VARIABLE)?
    };
    let mut tally = run_tests(&server)?;
    let mut passes = is_tidy && tally.failed == 0;
    if let Some(reason) = server.reason_for_skipping() {
        tally.skipped += 1;
        println!("skipped: everything on a real Cassandra, because {reason}");
        if std::env::var("CI").is_ok_and(|value| value == "true") {
            println!("in continuous integration nothing may be skipped");
            passes = false;
        }
    }
    server.stop()?;
    if !is_tidy {
        println!("not tidy: see above, or run `cargo xtask tidy`");
    }
    println!("{tally}");
    Ok(if passes { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run_tests(server: &Server) -> Result<Tally> {
    let mut command = workspace::cargo();
    command.args(["test", "--workspace", "--no-fail-fast"]).stdout(Stdio::piped());
    match server.contact_points() {
        Some(contact_points) => command.env(VARIABLE, contact_points),
        None => command.env_remove(VARIABLE),
    };
    let mut child = command.spawn().context("cannot run cargo test")?;
    let output = child.stdout.take().context("cargo test without output")?;
    let mut tally = Tally::default();
    for line in BufReader::new(output).lines() {
        let line = line.context("cannot read what cargo test prints")?;
        println!("{line}");
        tally.read(&line);
    }
    let status = child.wait().context("cannot wait for cargo test")?;
    if !status.success() && tally.failed == 0 {
        // A test program that dies prints no result line.
        tally.failed = 1;
    }
    Ok(tally)
}
