//! `quorate verify`: every copy compared with the log.

use quorate_clinic::verify::{self, Report};

use super::Run;
use crate::connection::{Absent, Connection};
use crate::console::Console;
use crate::failure::Exit;
use crate::progress::Progress;
use crate::render::{Table, counted, number};

/// Differences that people are shown; programs get all that the library lists.
const SHOWN: usize = 20;

/// Prove that every denormalised copy is what the log says
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Ends with 1 if anything differs. Cells are shown in hexadecimal, because they may be personal.

Examples:
  quorate verify
  quorate verify --json | jq .total_differences")]
pub(crate) struct Options {}

/// Verifies and shows what differs.
pub(crate) async fn run(run: &Run<'_>, _options: &Options) -> anyhow::Result<Exit> {
    let Run { console, settings } = run;
    let connection = Connection::open(settings, Absent::Refuse).await?;
    let clinic = connection.clinic().await?;
    let report = with_progress(console, &clinic).await?;
    drop(clinic);
    connection.close().await?;
    if console.json() {
        console.json_data(&report)?;
    } else {
        show(console, &report)?;
    }
    if report.is_clean() {
        return Ok(Exit::Done);
    }
    console.next("quorate repair");
    Ok(Exit::Failed)
}

/// Verifies with a bar.
pub(crate) async fn with_progress(console: &Console, clinic: &quorate_clinic::Clinic) -> anyhow::Result<Report> {
    let mut progress = Progress::start(console, "verify", "‰");
    let report = verify::run(clinic, &mut |part| progress.per_mille(part)).await?;
    Ok(report)
}

/// Shows a report to people.
pub(crate) fn show(console: &Console, report: &Report) -> anyhow::Result<()> {
    let mut table = Table::new(&["difference", "table", "expected", "found"]).widest(60);
    for difference in report.differences.iter().take(SHOWN) {
        let text = |cells: &Option<String>| cells.clone().unwrap_or_else(|| "-".to_owned());
        let kind = match difference.kind {
            verify::Kind::Missing => "missing",
            verify::Kind::Extra => "extra",
            verify::Kind::Wrong => "wrong",
        };
        table.row([kind.to_owned(), difference.table.to_owned(), text(&difference.expected), text(&difference.found)]);
    }
    if !table.is_empty() {
        console.data(&table.text(console, ""))?;
    }
    for violation in &report.violations {
        console.data(violation)?;
    }
    console.data(&summary(report))?;
    Ok(())
}

/// A report in one line.
pub(crate) fn summary(report: &Report) -> String {
    let differences = counted(report.total_differences, "difference", "differences");
    let violations = match report.violations.len() {
        0 => String::new(),
        1 => ", 1 rule broken".to_owned(),
        several => format!(", {several} rules broken"),
    };
    let (rows, events) = (number(report.rows), counted(report.events, "event", "events"));
    format!("{rows} rows compared with {events}: {differences}{violations}")
}
