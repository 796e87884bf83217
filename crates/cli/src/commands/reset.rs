//! `quorate reset`: the keyspace is removed, the last of the steps create, load, select, reset.

use super::Run;
use crate::connection::{Absent, Connection};
use crate::failure::{Exit, Failure};

/// Remove the clinic's keyspace with everything in it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quorate backup before.log && quorate reset --yes")]
pub(crate) struct Options {
    /// Really remove it
    #[arg(long)]
    yes: bool,
}

/// Drops the keyspace.
pub(crate) async fn run(run: &Run<'_>, options: &Options) -> anyhow::Result<Exit> {
    let Run { console, settings } = run;
    let keyspace = settings.keyspace()?;
    if !options.yes {
        return Err(Failure::usage(format!(
            "this removes keyspace {keyspace} with everything in it: keep it with `quorate backup FILE`, \
             or say so with `quorate reset --yes`"
        ))
        .into());
    }
    let connection = Connection::open(settings, Absent::Refuse).await?;
    connection.store().schema("DROP KEYSPACE IF EXISTS {ks}").await?;
    connection.close().await?;
    if console.json() {
        console.json_data(&serde_json::json!({ "removed": keyspace }))?;
    } else {
        console.note(&format!("keyspace {keyspace} is removed"));
    }
    console.next("quorate schema apply");
    Ok(Exit::Done)
}
