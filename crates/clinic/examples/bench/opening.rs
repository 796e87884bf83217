//! How long a store takes to open until it has answered one question.

use std::path::Path;
use std::time::Instant;

use quorate_clinic::queries::{self, Arguments, Reader};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::input::{AS_OF_MS, Sample};
use crate::place::{self, KEYSPACE, Lasting, Place};

/// What opening came to; times in milliseconds since the beginning.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Figures {
    /// The store is open, and the clinic where it was asked for.
    pub(crate) open: f64,
    /// Q2 is answered.
    pub(crate) answered: f64,
    /// The store is closed.
    pub(crate) closed: f64,
}

/// Opens a store and asks Q2, in the child.
pub(crate) async fn measure(store: &Path, folder: &Path, clinic: bool) -> Result<Figures, Failure> {
    let sample = Sample::read(folder)?;
    let customer = sample.customers.first().map(ToString::to_string);
    let arguments = Arguments { customer, ..Arguments::default() };
    let begin = Instant::now();
    let passed = || begin.elapsed().as_secs_f64() * 1_000.0;
    if clinic {
        let place = Place::open(store, Lasting::Periodic).await?;
        let open = passed();
        queries::run(place.clinic.reader(), 2, &arguments, AS_OF_MS).await?;
        let answered = passed();
        place.close().await?;
        return Ok(Figures { open, answered, closed: passed() });
    }
    let session = place::session(store, Lasting::Periodic).await?;
    let open = passed();
    let reader = Reader::new(session.clone(), KEYSPACE);
    queries::run(&reader, 2, &arguments, AS_OF_MS).await?;
    let answered = passed();
    drop(reader);
    session.close().await?;
    Ok(Figures { open, answered, closed: passed() })
}
