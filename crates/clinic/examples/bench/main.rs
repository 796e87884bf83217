//! `cargo xtask bench clinic`: what the clinic costs on the embedded engine, with `PostgreSQL` beside it.
//!
//! Each measurement runs in a process of its own, so that its peak of memory is its own. Nothing
//! here fails because something was slow: the program prints figures and goals, people judge.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark talks to the terminal")]

mod beside;
mod child;
mod clock;
mod commands;
mod compare;
mod failure;
mod files;
mod imports;
mod input;
mod latency;
mod machine;
mod opening;
mod options;
mod place;
mod postgres;
mod queries;
mod questions;
mod report;
mod run;
mod verification;

use std::process::ExitCode;

use failure::Failure;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match start(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Help) => {
            println!("{}", options::USAGE);
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("bench: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn start(arguments: &[String]) -> Result<(), Failure> {
    if let [flag, job] = arguments
        && flag == child::FLAG
    {
        return child::serve(job);
    }
    run::all(&options::Options::parse(arguments)?)
}
