//! `quorate demo`: the whole clinic in a few seconds, on an embedded store in a new folder.
//!
//! Schema, sample data, the 14 answers, a visit that changes them, the proof that every copy is
//! right, and what to try next. It shows nothing that the other commands could not do.

mod answers;
mod choice;
mod visit;

use std::path::{Path, PathBuf};
use std::time::Instant;

use quorate_clinic::import::{self, Source};
use quorate_clinic::input::Limit;
use quorate_clinic::schema::{self, Replication};
use quorate_clinic::{Clinic, tables};
use quorate_session::Target;
use serde_json::{Value, json};

use super::{Run, verify};
use crate::commands::import::with_progress;
use crate::connection::Connection;
use crate::console::Console;
use crate::failure::{Exit, Failure};
use crate::progress::duration;
use crate::render::number;
use crate::sample;
use choice::Choice;

/// Show the clinic at work on sample data, in a new embedded store
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "\
The store stays, so that you can go on with it: --store names its folder, which must not exist yet;
without it a temporary one is made and named.

Examples:
  quorate
  quorate demo --store ./demo
  quorate demo --json")]
pub(crate) struct Options {}

/// Runs the demonstration.
pub(crate) async fn run(run: &Run<'_>, _options: &Options) -> anyhow::Result<Exit> {
    let Run { console, settings } = run;
    let directory = folder(settings.store_flag())?;
    let target = Target::Embedded { directory: directory.clone(), durability: settings.durability()? };
    let connection = Connection::to(&target, settings.keyspace()?).await?;
    say(console, &console.bold("Quorate: an online clinic, with one table for each question"))?;
    say(console, &format!("\n  store    {}", directory.display()))?;
    make_schema(console, &connection).await?;
    let clinic = connection.clinic().await?;
    load(console, &clinic).await?;

    let choice = Choice::of(&clinic).await?;
    say(console, &format!("\n{}", console.bold("The 14 questions")))?;
    let answers = answers::show_all(console, &clinic, &choice).await?;
    say(console, &format!("\n{}", console.bold("A visit, and what it changes")))?;
    let visit = visit::show(console, &clinic, &choice).await?;

    let started = Instant::now();
    let report = verify::with_progress(console, &clinic).await?;
    let took = duration(started.elapsed());
    say(console, &format!("\n{}", console.bold("Is every copy right?")))?;
    say(console, &format!("  {}, in {took}", verify::summary(&report)))?;
    drop(clinic);
    connection.close().await?;
    if console.json() {
        let store = directory.display().to_string();
        console.json_data(&json!({"store": store, "answers": answers, "visit": visit, "verify": report}))?;
    } else {
        next_steps(console, &directory, &choice)?;
    }
    Ok(if report.is_clean() { Exit::Done } else { Exit::Failed })
}

/// Writes a line for people.
fn say(console: &Console, text: &str) -> anyhow::Result<()> {
    if console.json() { Ok(()) } else { Ok(console.data(text)?) }
}

fn folder(asked: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    let Some(directory) = asked else { return sample::new_folder("quorate-demo") };
    let occupied = std::fs::read_dir(&directory).is_ok_and(|mut entries| entries.next().is_some());
    if occupied { Err(Failure::NotEmpty { directory }.into()) } else { Ok(directory) }
}

async fn make_schema(console: &Console, connection: &Connection) -> anyhow::Result<()> {
    let started = Instant::now();
    schema::apply(&connection.store(), &Replication::Simple(1)).await?;
    let (tables, types) = (tables::VIEWS.len() + tables::OTHERS.len(), tables::TYPES.len());
    let took = duration(started.elapsed());
    say(console, &format!("  schema   {tables} tables and {types} types, in {took}"))
}

async fn load(console: &Console, clinic: &Clinic) -> anyhow::Result<()> {
    let folder = sample::Folder::temporary("quorate-sample")?;
    let directory = sample::unpack(folder.path())?;
    let options = import::Options { as_of_ms: None, rejects: folder.path().join("rejects"), max_rejects: Limit::All };
    let started = Instant::now();
    let report = with_progress(console, clinic, &Source::Synthea { directory, shift_to_now: true }, &options).await?;
    clinic.settle().await?;
    let took = duration(started.elapsed());
    let imported = number(report.imported());
    say(console, &format!("  sample   {imported} rows of 60 made-up patients, in {took}"))
}

fn next_steps(console: &Console, directory: &Path, choice: &Choice) -> anyhow::Result<()> {
    // As it was started, because a program that was just built is rarely on the search path.
    let quorate = std::env::args().next().unwrap_or_else(|| "quorate".to_owned());
    let steps = [
        ("use this store", format!("export QUORATE_STORE={}", directory.display())),
        ("ask", format!("{quorate} query q5 --customer {} --months 12", choice.customer)),
        ("change", format!("{quorate} do FILE  ({quorate} do --help lists the commands)")),
        ("prove", format!("{quorate} verify")),
        ("remove", format!("{quorate} reset --yes")),
        ("load your own", format!("{quorate} import DIR --store ./clinic")),
    ];
    console.data(&format!("\n{}", console.bold("Go on with it")))?;
    for (what, command) in steps {
        console.data(&format!("  {what:15} {command}"))?;
    }
    Ok(())
}

/// The text in a field of an answer's row.
fn text<'a>(row: &'a Value, field: &str) -> Option<&'a str> {
    row.get(field)?.as_str()
}
