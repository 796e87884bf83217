//! Runs a measurement in a process of its own: this program again, with the job as its argument.
//!
//! The job and its figures are JSON; the figures are the last line of the child's output.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::place::Lasting;
use crate::{commands, imports, opening, queries, verification};

/// What makes this program a child.
pub(crate) const FLAG: &str = "--job";

/// What a child is to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Job {
    /// Import into a new store.
    Import {
        /// The new store.
        store: PathBuf,
        /// The input.
        folder: PathBuf,
        /// Whether the input is a Synthea export.
        synthea: bool,
    },
    /// Ask every question many times.
    Queries {
        /// The store.
        store: PathBuf,
        /// Its input, from which ids are drawn.
        folder: PathBuf,
        /// Measured calls of each question.
        calls: usize,
    },
    /// Send commands for some time.
    Commands {
        /// The store, which is changed.
        store: PathBuf,
        /// Its input, from which ids are drawn.
        folder: PathBuf,
        /// What a returned command means.
        lasting: Lasting,
        /// Senders at once.
        tasks: usize,
        /// How long, in seconds.
        seconds: u64,
    },
    /// Open a store and ask one question.
    Open {
        /// The store.
        store: PathBuf,
        /// Its input, from which an id is drawn.
        folder: PathBuf,
        /// Whether the clinic is opened as well, as for commands.
        clinic: bool,
    },
    /// Verify a store.
    Verify {
        /// The store.
        store: PathBuf,
    },
}

/// Does a job, in the child.
pub(crate) fn serve(job: &str) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::at("runtime"))?;
    let figures = runtime.block_on(async {
        Ok::<_, Failure>(match serde_json::from_str(job)? {
            Job::Import { store, folder, synthea } => printed(&imports::measure(&store, &folder, synthea).await?)?,
            Job::Queries { store, folder, calls } => printed(&queries::measure(&store, &folder, calls).await?)?,
            Job::Commands { store, folder, lasting, tasks, seconds } => {
                printed(&commands::measure(&store, &folder, lasting, tasks, seconds).await?)?
            }
            Job::Open { store, folder, clinic } => printed(&opening::measure(&store, &folder, clinic).await?)?,
            Job::Verify { store } => printed(&verification::measure(&store).await?)?,
        })
    })?;
    println!("{figures}");
    Ok(())
}

/// Has a job done by a child and returns its figures.
pub(crate) fn figures<T: DeserializeOwned>(job: &Job) -> Result<T, Failure> {
    let program = std::env::current_exe().map_err(Failure::at("this program"))?;
    let output = Command::new(&program)
        .arg(FLAG)
        .arg(serde_json::to_string(job)?)
        .stderr(Stdio::inherit())
        .output()
        .map_err(Failure::at(&program))?;
    if !output.status.success() {
        return Err(Failure::Program { program: format!("{job:?}"), code: output.status.code() });
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(serde_json::from_str(text.lines().last().unwrap_or_default())?)
}

fn printed(figures: &impl Serialize) -> Result<String, Failure> {
    Ok(serde_json::to_string(figures)?)
}
