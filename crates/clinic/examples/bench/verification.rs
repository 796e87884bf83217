//! How long the proof of every view takes.

use std::path::Path;
use std::time::Instant;

use quorate_clinic::verify;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::machine;
use crate::place::{Lasting, Place};

/// What a verification came to.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Figures {
    /// How long it took.
    pub(crate) seconds: f64,
    /// Events of the log.
    pub(crate) events: u64,
    /// Rows that were compared.
    pub(crate) rows: u64,
    /// Rows that differ, and rules that do not hold.
    pub(crate) wrong: u64,
    /// Peak of resident memory in bytes.
    pub(crate) peak: u64,
}

/// Verifies a store, in the child.
pub(crate) async fn measure(store: &Path) -> Result<Figures, Failure> {
    let place = Place::open(store, Lasting::Periodic).await?;
    let begin = Instant::now();
    let report = verify::run(&place.clinic, &mut |_| {}).await?;
    let seconds = begin.elapsed().as_secs_f64();
    place.close().await?;
    let wrong = report.total_differences + report.violations.len() as u64;
    Ok(Figures { seconds, events: report.events, rows: report.rows, wrong, peak: machine::peak_memory() })
}
