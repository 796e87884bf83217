//! `cargo xtask`: the project's own tasks, so that a contributor and the continuous integration run the same commands.
//!
//! Each task is one module: a real Cassandra on the loopback addresses, the one test command, the tidiness checks.
//! It depends on `anyhow` and `serde_json` only, because every task waits for this program to compile first.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a task runner talks to the terminal")]

mod bench;
mod cassandra;
mod crash;
mod diff;
mod interop;
mod options;
mod record;
mod testing;
mod tidy;
mod workspace;

use std::process::ExitCode;

use options::Options;

const USAGE: &str = "\
usage: cargo xtask TASK

  test [--embedded-only]       every check and every test; starts a Cassandra for the cluster part
  tidy [--fast]                layering, style, links, formatting, lints (--fast: without clippy)
  cassandra up                 start Cassandra on 127.0.0.1 (also: --nodes 3, --password, --fresh)
  cassandra down | status      stop it, or say what runs
  cassandra kill-node N        end one node at once, as a lost machine would
  cassandra start-node N       start it again
  cassandra pause-node N       stop a node's clock: it keeps its connections and answers nothing
  cassandra resume-node N      let it go on
  cassandra nodetool ARGS…     Cassandra's own nodetool, on node 1
  record [FILES…]              write the expected output of the engine's scripts from a running Cassandra
  diff [--seed S]              ask a Cassandra and the engine the same random statements and report differences
                               (also: --statements N, --contact HOST:PORT; else one is taken or started)
  bench NAME [ARGS…]           run a benchmark program
  interop [CLIENTS…]           run the programs of rust, python, cqlsh, go, java and node against cql-server
  crash [--kills N]            kill the program N times (200), race it, rebuild it after 100,000 commands
  crash --cluster              the races on three nodes, of which some are killed and paused

Every cassandra command takes --dir DIR; without it the directory is .cassandra in the checkout.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> anyhow::Result<ExitCode> {
    let Some((task, rest)) = arguments.split_first() else {
        println!("{USAGE}");
        return Ok(ExitCode::FAILURE);
    };
    match task.as_str() {
        "test" => testing::run(&Options::parse(rest, &["--embedded-only"], &[])?),
        "tidy" => tidy::run(&Options::parse(rest, &["--fast"], &[])?),
        "cassandra" => cassandra::run(rest),
        "record" => record::run(rest),
        "diff" => diff::run(&Options::parse(rest, &[], &["--seed", "--statements", "--contact"])?),
        "bench" => bench::run(rest),
        "interop" => interop::run(&Options::parse(rest, &["--release"], &[])?),
        "crash" => crash::run(&Options::parse(rest, &["--cluster"], &["--kills", "--dir"])?),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        other => anyhow::bail!("no task `{other}`\n{USAGE}"),
    }
}
