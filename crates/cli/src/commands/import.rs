//! `quorate import`: a folder of the source system becomes a clinic.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use quorate_clinic::import::{self, Progress as Step, Report, Source};
use quorate_clinic::input::Limit;
use quorate_clinic::{Clinic, Error, schema};

use super::Run;
use crate::config::Settings;
use crate::connection::{Absent, Connection};
use crate::console::Console;
use crate::failure::{self, Exit, Failure};
use crate::progress::{Progress, Share, duration, per_second};
use crate::render::{Table, counted, number};
use crate::replication;

/// Load a folder of CSV files; what cannot be loaded is set aside with its reason
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Running the same import again changes nothing; one that was interrupted goes on. The clinic's
tables are made where there are none. Ends with 3 if the input was refused or too many rows were
set aside.

Examples:
  quorate import ./export
  quorate import ./synthea/csv --format synthea --shift-to-now
  quorate import ./export --as-of 2026-01-01 --max-rejects all --rejects ./faulty --json")]
pub(crate) struct Options {
    /// The folder
    directory: PathBuf,
    /// What the files are: the seven tables of the relational source, or a Synthea CSV export
    #[arg(long, value_enum, default_value = "relational")]
    format: Format,
    /// Move all times so that the newest tenth of the encounters lies ahead (synthea only)
    #[arg(long)]
    shift_to_now: bool,
    /// Records before this instant are completed, the others appointments [default: now]
    #[arg(long, value_name = "INSTANT")]
    as_of: Option<String>,
    /// How many rows may be set aside: a number, or all
    #[arg(long, value_name = "N", default_value = "100", value_parser = limit)]
    max_rejects: Limit,
    /// Folder for the rows that are set aside
    #[arg(long, value_name = "DIR", default_value = "rejects")]
    rejects: PathBuf,
}

/// What the files are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Relational,
    Synthea,
}

/// Imports, and shows what became of each file.
pub(crate) async fn run(run: &Run<'_>, options: &Options) -> anyhow::Result<Exit> {
    let Run { console, settings } = run;
    let source = options.source()?;
    let import = import::Options {
        as_of_ms: options.as_of.as_deref().map(|text| failure::instant("--as-of", text)).transpose()?,
        rejects: options.rejects.clone(),
        max_rejects: options.max_rejects,
    };
    let connection = Connection::open(settings, Absent::Make).await?;
    let clinic = clinic(&connection, settings).await?;
    let started = Instant::now();
    let report = with_progress(console, &clinic, &source, &import).await?;
    clinic.settle().await?;
    let took = started.elapsed();
    drop(clinic);
    connection.close().await?;
    show(console, &report, took)?;
    Ok(conclude(console, &report))
}

/// The clinic, in tables that are made if there are none.
async fn clinic(connection: &Connection, settings: &Settings) -> anyhow::Result<Clinic> {
    match connection.clinic().await {
        Err(error) if matches!(error.downcast_ref(), Some(Error::Schema { .. })) => {
            let replication = replication::fitting(connection, &settings.target()?).await?;
            schema::apply(&connection.store(), &replication).await?;
            connection.clinic().await
        }
        opened => opened,
    }
}

/// Imports with a bar.
pub(crate) async fn with_progress(
    console: &Console,
    clinic: &Clinic,
    source: &Source,
    options: &import::Options,
) -> anyhow::Result<Report> {
    let mut progress = Progress::start(console, "import", "rows");
    let mut file = "";
    let report = import::run(clinic, source, options, &mut |step: Step| {
        if file != step.file {
            file = step.file;
            progress.restart();
        }
        progress.at(step.file, step.rows, Share { part: step.bytes, whole: step.bytes_total });
    })
    .await?;
    Ok(report)
}

impl Options {
    fn source(&self) -> Result<Source, Failure> {
        if !self.directory.is_dir() {
            return Err(Failure::usage(format!("{} is no folder", self.directory.display())));
        }
        match self.format {
            Format::Synthea => {
                Ok(Source::Synthea { directory: self.directory.clone(), shift_to_now: self.shift_to_now })
            }
            Format::Relational if self.shift_to_now => Err(Failure::usage(
                "--shift-to-now is for --format synthea: the times of a relational source are facts",
            )),
            Format::Relational => Ok(Source::Relational(self.directory.clone())),
        }
    }
}

fn limit(text: &str) -> Result<Limit, Failure> {
    match text.parse() {
        Ok(most) => Ok(Limit::AtMost(most)),
        Err(_) if text == "all" => Ok(Limit::All),
        Err(_) => Err(Failure::usage("expected a number or all")),
    }
}

fn show(console: &Console, report: &Report, took: Duration) -> anyhow::Result<()> {
    if console.json() {
        let mut value = serde_json::to_value(report)?;
        if let Some(fields) = value.as_object_mut() {
            fields.insert("seconds".to_owned(), serde_json::json!(took.as_secs_f64()));
        }
        return console.json_data(&value);
    }
    let mut table = Table::new(&["file", "read", "imported", "unchanged", "set aside"]);
    for file in &report.files {
        let counts = [file.read, file.imported, file.unchanged, file.rejected].map(number);
        table.row(std::iter::once(file.file.to_owned()).chain(counts));
    }
    console.data(&table.text(console, ""))?;
    for notice in &report.notices {
        console.note(&format!("notice: {notice}"));
    }
    let read: u64 = report.files.iter().map(|file| file.read).sum();
    let rate = per_second(read, took).map_or_else(String::new, |rate| format!(", {} per second", number(rate)));
    console.note(&format!("{} in {}{rate}", counted(read, "row", "rows"), duration(took)));
    Ok(())
}

fn conclude(console: &Console, report: &Report) -> Exit {
    let rejected = report.rejected();
    if rejected > 0 {
        console.note(&format!(
            "{} set aside: see {}, correct them there and import that folder",
            counted(rejected, "row was", "rows were"),
            report.rejects.join("report.jsonl").display()
        ));
    }
    if report.stopped {
        console.note(
            "quorate: stopped, because more rows were set aside than --max-rejects allows: correct them, \
             or allow more with --max-rejects N or all",
        );
        return Exit::Refused;
    }
    if report.is_unchanged() {
        console.note("nothing is new: everything was imported before");
    }
    console.next("quorate query q1, or quorate verify");
    Exit::Done
}
