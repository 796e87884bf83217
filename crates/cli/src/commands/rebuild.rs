//! `quorate rebuild`: the views are emptied and made anew from the log.

use quorate_clinic::repair;

use super::Run;
use crate::connection::{Absent, Connection};
use crate::failure::Exit;
use crate::progress::Progress;
use crate::render::counted;

/// Empty every view and make it anew from the log
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Questions that are asked meanwhile find less than there is. Interrupted, it goes on when the clinic
is opened the next time.

Examples:
  quorate rebuild
  quorate rebuild && quorate verify")]
pub(crate) struct Options {}

/// Rebuilds.
pub(crate) async fn run(run: &Run<'_>, _options: &Options) -> anyhow::Result<Exit> {
    let Run { console, settings } = run;
    let connection = Connection::open(settings, Absent::Refuse).await?;
    let clinic = connection.clinic().await?;
    let mut progress = Progress::start(console, "rebuild", "‰");
    let events = repair::rebuild(&clinic, &mut |part| progress.per_mille(part)).await?;
    drop(progress);
    clinic.settle().await?;
    drop(clinic);
    connection.close().await?;
    if console.json() {
        console.json_data(&serde_json::json!({ "events": events }))?;
    } else {
        console.data(&format!("every view was made anew from {}", counted(events, "event", "events")))?;
    }
    console.next("quorate verify");
    Ok(Exit::Done)
}
