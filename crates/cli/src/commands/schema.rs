//! `quorate schema`: the clinic's tables, shown or made.

use clap::{Args, Subcommand};
use quorate_clinic::schema::{self, Replication};
use quorate_session::Target;

use super::Run;
use crate::connection::{Absent, Connection};
use crate::failure::Exit;
use crate::replication;

/// Show the clinic's tables as CQL, or make them
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  quorate schema show > clinic.cql
  quorate schema apply --store ./clinic
  quorate schema apply --contact-points 10.0.0.1 --replication dc1:3,dc2:3")]
pub(crate) struct Options {
    /// Absent: show
    #[command(subcommand)]
    action: Option<Action>,
}

/// What to do with the tables.
#[derive(Debug, Subcommand)]
enum Action {
    /// Write the CQL to standard output
    Show(Replicated),
    /// Make what is missing of the keyspace; change nothing that is there
    Apply(Replicated),
}

/// How many copies there are to be.
#[derive(Debug, Args)]
struct Replicated {
    /// Copies of each row: simple:3, or per data centre dc1:3,dc2:3 [default: 3 in each data
    /// centre, or as many as it has nodes]
    #[arg(long, value_name = "COPIES")]
    replication: Option<String>,
}

/// Shows or makes the tables.
pub(crate) async fn run(run: &Run<'_>, options: &Options) -> anyhow::Result<Exit> {
    match &options.action {
        None => show(run, None),
        Some(Action::Show(replicated)) => show(run, replicated.replication.as_deref()),
        Some(Action::Apply(replicated)) => apply(run, replicated.replication.as_deref()).await,
    }
}

fn show(run: &Run<'_>, replication: Option<&str>) -> anyhow::Result<Exit> {
    let Run { console, settings } = run;
    let replication = match replication {
        Some(text) => Replication::parse(text)?,
        None => replication::usual(&settings.target()?),
    };
    let statements = schema::statements(settings.keyspace()?, &replication);
    if console.json() {
        console.json_data(&statements)?;
    } else {
        console.data(&format!("{};", statements.join(";\n\n")))?;
    }
    console.next("quorate schema apply");
    Ok(Exit::Done)
}

async fn apply(run: &Run<'_>, replication: Option<&str>) -> anyhow::Result<Exit> {
    let Run { console, settings } = run;
    // A mistyped replication is to be found before anything is opened.
    let asked = replication.map(Replication::parse).transpose()?;
    let connection = Connection::open(settings, Absent::Make).await?;
    let replication = match asked {
        Some(replication) => replication,
        None => replication::fitting(&connection, &settings.target()?).await?,
    };
    let cluster = matches!(settings.target()?, Target::Cluster(_));
    for warning in replication.warnings().iter().filter(|_| cluster) {
        console.note(&format!("warning: {warning}"));
    }
    schema::apply(&connection.store(), &replication).await?;
    if console.json() {
        console.json_data(&serde_json::json!({
            "keyspace": connection.keyspace(),
            "replication": replication.to_string(),
        }))?;
    } else {
        console.note(&format!("keyspace {} is ready, with replication = {replication}", connection.keyspace()));
    }
    console.next("quorate import DIR, or quorate generate DIR for data to try it with");
    connection.close().await?;
    Ok(Exit::Done)
}
