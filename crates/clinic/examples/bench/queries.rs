//! How long each question takes, asked many times with ids that exist.

use std::path::Path;
use std::time::Instant;

use quorate_clinic::queries::{self, Reader};
use serde::{Deserialize, Serialize};

use crate::compare::{self, Cells};
use crate::failure::Failure;
use crate::input::{AS_OF_MS, Sample};
use crate::latency::{Latencies, Quoted};
use crate::machine;
use crate::place::{self, KEYSPACE, Lasting};
use crate::questions::ALL;

/// Calls before the measured ones: they prepare the statement.
pub(crate) const WARM_UP: usize = 100;
/// Answers that are compared with a peer's.
pub(crate) const COMPARED: usize = 40;

/// What all questions came to.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Figures {
    /// In the order of `questions::ALL`.
    pub(crate) questions: Vec<Measured>,
    /// Peak of resident memory in bytes.
    pub(crate) peak: u64,
}

/// What a question came to.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Measured {
    /// Times of the calls.
    pub(crate) quoted: Quoted,
    /// The first answers.
    pub(crate) answers: Vec<Cells>,
}

/// Of some runs of all questions the middle one of each question.
pub(crate) fn median(runs: &[Vec<Measured>]) -> Vec<Measured> {
    let question = |index: usize| {
        let of: Vec<&Measured> = runs.iter().filter_map(|run| run.get(index)).collect();
        let quoted = Quoted::median(of.iter().map(|measured| measured.quoted).collect());
        Measured { quoted, answers: of.first().map(|measured| measured.answers.clone()).unwrap_or_default() }
    };
    (0..ALL.len()).map(question).collect()
}

/// Asks every question, in the child. One call follows the other.
pub(crate) async fn measure(store: &Path, folder: &Path, calls: usize) -> Result<Figures, Failure> {
    let sample = Sample::read(folder)?;
    let session = place::session(store, Lasting::Periodic).await?;
    let reader = Reader::new(session.clone(), KEYSPACE);
    let mut figures = Figures::default();
    for question in ALL {
        let mut dice = question.dice();
        let mut measured = Measured::default();
        let mut latencies = Latencies::default();
        for call in 0..WARM_UP + calls {
            let arguments = question.arguments(question.draw(&sample, &mut dice));
            let begin = Instant::now();
            let answer = queries::run(&reader, question.number, &arguments, AS_OF_MS).await?;
            let took = begin.elapsed();
            if call < COMPARED {
                measured.answers.push(compare::of_clinic(&answer.json, question.fields));
            }
            if call >= WARM_UP {
                latencies.add(took);
            }
        }
        measured.quoted = latencies.quoted();
        figures.questions.push(measured);
    }
    drop(reader);
    session.close().await?;
    figures.peak = machine::peak_memory();
    Ok(figures)
}
