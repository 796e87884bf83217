//! `quorate repair`: what differs from the log is put right.

use quorate_clinic::repair;

use super::{Run, verify};
use crate::connection::{Absent, Connection};
use crate::failure::Exit;
use crate::progress::Progress;
use crate::render::counted;

/// Put right every row that differs from the log, and verify again
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Each repair is itself an event of the log. Where much is wrong, `quorate rebuild` is faster.

Examples:
  quorate repair
  quorate repair --json")]
pub(crate) struct Options {}

/// Repairs, and shows what a verification finds afterwards.
pub(crate) async fn run(run: &Run<'_>, _options: &Options) -> anyhow::Result<Exit> {
    let Run { console, settings } = run;
    let connection = Connection::open(settings, Absent::Refuse).await?;
    let clinic = connection.clinic().await?;
    let mut progress = Progress::start(console, "repair", "‰");
    let repaired = repair::repair(&clinic, &mut |part| progress.per_mille(part)).await?;
    drop(progress);
    drop(clinic);
    connection.close().await?;
    if console.json() {
        console.json_data(&repaired)?;
    } else {
        console.data(&format!("{} put right", counted(repaired.rows, "row", "rows")))?;
        verify::show(console, &repaired.after)?;
    }
    if repaired.after.is_clean() {
        return Ok(Exit::Done);
    }
    console.next("quorate rebuild");
    Ok(Exit::Failed)
}
