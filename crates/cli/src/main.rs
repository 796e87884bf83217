//! `quorate`: the one program, which turns what a user types into calls of the library crates.
//!
//! Options become settings, settings a session, and each subcommand is one file of `commands`.
//! Only this crate knows the terminal, the clock and the environment; it holds no rule of the
//! clinic and none of its queries. Standard output carries data and nothing else: progress, notices and errors
//! go to standard error.

mod clock;
mod commands;
mod config;
mod connection;
mod console;
mod failure;
mod log;
mod options;
mod progress;
mod render;
mod replication;
mod sample;

use std::process::ExitCode;

use clap::Parser as _;

use console::Console;
use options::Cli;

fn main() -> ExitCode {
    let cli = Cli::parse();
    log::start(cli.global.log);
    let console = Console::new(cli.global.json);
    let outcome = runtime().and_then(|runtime| runtime.block_on(commands::run(&cli, &console)));
    let exit = match outcome {
        Ok(exit) => exit,
        Err(error) => failure::report(&console, &error),
    };
    exit.into()
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
