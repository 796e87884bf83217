//! `quorate schema`: the clinic's tables, shown or made.

use std::str::FromStr as _;

use clap::{Args, Subcommand};
use quorate_clinic::queries::models::Model;
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
  quorate schema apply --contact-points 10.0.0.1 --replication dc1:3,dc2:3
  quorate schema show --model consolidated")]
pub(crate) struct Options {
    /// Absent: show
    #[command(subcommand)]
    action: Option<Action>,
}

/// What to do with the tables.
#[derive(Debug, Subcommand)]
enum Action {
    /// Write the CQL to standard output
    Show(Wanted),
    /// Make what is missing of the keyspace; change nothing that is there
    Apply(Wanted),
}

/// Which tables, and how many copies of them.
#[derive(Debug, Default, Args)]
struct Wanted {
    /// udt: the tables that the clinic runs on. query, consolidated: the two other data models, to
    /// compare; they are made in a keyspace of their own, with the model's name behind
    #[arg(long, value_name = "MODEL", default_value = "udt", value_parser = Model::from_str)]
    model: Model,
    /// Copies of each row: simple:3, or per data centre dc1:3,dc2:3 [default: 3 in each data
    /// centre, or as many as it has nodes]
    #[arg(long, value_name = "COPIES")]
    replication: Option<String>,
}

/// Shows or makes the tables.
pub(crate) async fn run(run: &Run<'_>, options: &Options) -> anyhow::Result<Exit> {
    match &options.action {
        None => show(run, &Wanted::default()),
        Some(Action::Show(wanted)) => show(run, wanted),
        Some(Action::Apply(wanted)) => apply(run, wanted).await,
    }
}

fn show(run: &Run<'_>, wanted: &Wanted) -> anyhow::Result<Exit> {
    let Run { console, settings } = run;
    let replication = match &wanted.replication {
        Some(text) => Replication::parse(text)?,
        None => replication::usual(&settings.target()?),
    };
    let statements = wanted.model.statements(&wanted.keyspace(settings.keyspace()?), &replication);
    if console.json() {
        console.json_data(&statements)?;
    } else {
        console.data(&format!("{};", statements.join(";\n\n")))?;
    }
    console.next("quorate schema apply");
    Ok(Exit::Done)
}

async fn apply(run: &Run<'_>, wanted: &Wanted) -> anyhow::Result<Exit> {
    let Run { console, settings } = run;
    // A mistyped replication is to be found before anything is opened.
    let asked = wanted.replication.as_deref().map(Replication::parse).transpose()?;
    let connection = Connection::open(settings, Absent::Make).await?;
    let replication = match asked {
        Some(replication) => replication,
        None => replication::fitting(&connection, &settings.target()?).await?,
    };
    let cluster = matches!(settings.target()?, Target::Cluster(_));
    for warning in replication.warnings().iter().filter(|_| cluster) {
        console.note(&format!("warning: {warning}"));
    }
    let keyspace = wanted.keyspace(connection.keyspace());
    if wanted.model == Model::Udt {
        schema::apply(&connection.store(), &replication).await?;
    } else {
        for statement in wanted.model.statements(&keyspace, &replication) {
            connection.store().schema(&statement).await?;
        }
    }
    if console.json() {
        console.json_data(&serde_json::json!({ "keyspace": keyspace, "replication": replication.to_string() }))?;
    } else {
        console.note(&format!("keyspace {keyspace} is ready, with replication = {replication}"));
    }
    if wanted.model == Model::Udt {
        console.next("quorate import DIR, or quorate generate DIR for data to try it with");
    } else {
        console.next("quorate schema apply, for the tables that the clinic runs on");
    }
    connection.close().await?;
    Ok(Exit::Done)
}

impl Wanted {
    /// The models have tables of the same names.
    fn keyspace(&self, given: &str) -> String {
        match self.model {
            Model::Udt => given.to_owned(),
            other => format!("{given}_{}", other.name()),
        }
    }
}
