//! `quorate generate`: a folder of made-up data of any size, to try and to measure with.

use std::path::PathBuf;

use quorate_clinic::input::generate::{self, Plan, Written};
use quorate_session::Clock as _;

use super::Run;
use crate::clock::SystemClock;
use crate::console::Console;
use crate::failure::{self, Exit};
use crate::progress::{Progress, Share};
use crate::render::{Table, number};

/// Files of a generated folder, for the bar.
const FILES: [&str; 7] =
    ["location.csv", "organisation.csv", "customer.csv", "doctor.csv", "account.csv", "record.csv", "review.csv"];

/// Write a folder of made-up data that `quorate import` reads
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The same customers, seed and as-of give the same bytes. Nobody in the data exists.

Examples:
  quorate generate ./made-up
  quorate generate --customers 100000 --seed 7 --as-of 2026-01-01 ./large")]
pub(crate) struct Options {
    /// The folder; it is made if need be
    directory: PathBuf,
    /// How many customers; each has one to four accounts and about nine records
    #[arg(long, value_name = "N", default_value = "1000", value_parser = clap::value_parser!(u64).range(1..))]
    customers: u64,
    /// Another seed gives other data
    #[arg(long, value_name = "S", default_value = "1")]
    seed: u64,
    /// Completed records are before this day, appointments after it [default: today]
    #[arg(long, value_name = "INSTANT")]
    as_of: Option<String>,
    /// One bad row after so many good ones, of every kind; faults.jsonl lists them
    #[arg(long, value_name = "ROWS", hide = true, value_parser = clap::value_parser!(u64).range(1..))]
    rows_per_fault: Option<u64>,
}

/// Writes the folder.
pub(crate) fn run(run: &Run<'_>, options: &Options) -> anyhow::Result<Exit> {
    let console = run.console;
    let plan = Plan {
        customers: options.customers,
        seed: options.seed,
        as_of_ms: match &options.as_of {
            Some(text) => failure::instant("--as-of", text)?,
            None => SystemClock.now_micros().div_euclid(1_000),
        },
        rows_per_fault: options.rows_per_fault,
    };
    let mut progress = Progress::start(console, "generate", "rows");
    let written = generate::write(&plan, &options.directory, &mut |file, rows| {
        let done = FILES.iter().position(|name| *name == file).unwrap_or(0);
        // How long a file gets is not known before; the bar counts files and the text rows.
        progress.at(file, rows, Share { part: done as u64, whole: FILES.len() as u64 });
    })
    .map_err(quorate_clinic::Error::from)?;
    drop(progress);
    show(console, &written)?;
    console.next(&format!("quorate import {}", options.directory.display()));
    Ok(Exit::Done)
}

fn show(console: &Console, written: &Written) -> anyhow::Result<()> {
    if console.json() {
        return console.json_data(written);
    }
    let mut table = Table::new(&["file", "rows"]);
    for (file, rows) in &written.files {
        table.row([(*file).to_owned(), number(*rows)]);
    }
    Ok(console.data(&table.text(console, ""))?)
}
