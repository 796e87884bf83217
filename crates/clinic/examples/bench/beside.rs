//! The clinic's answers and times beside `PostgreSQL`'s, and beside its own at other sizes.

use std::path::Path;

use crate::compare::Cells;
use crate::failure::Failure;
use crate::input::Sample;
use crate::options::Options;
use crate::postgres::{self, Design, Loaded, Server};
use crate::queries::{self, Measured};
use crate::questions::ALL;
use crate::report::{Report, grouped, mebibytes, millis, power, ratio};

/// What was asked at a size.
pub(crate) struct Asked {
    /// Records of the input.
    pub(crate) size: u64,
    /// The clinic's figures.
    pub(crate) clinic: queries::Figures,
    /// `PostgreSQL`'s, if it took part.
    pub(crate) peer: Option<Peer>,
}

/// What `PostgreSQL` came to at a size.
pub(crate) struct Peer {
    loaded: Loaded,
    on_read: Vec<Measured>,
    prepared: Vec<Measured>,
}

/// Loads a folder into a database of its own and asks it everything.
pub(crate) async fn peer(server: &Server, size: u64, folder: &Path, options: &Options) -> Result<Peer, Failure> {
    let sample = Sample::read(folder)?;
    let client = server.connect(&format!("clinic_{size}"), true).await?;
    let loaded = postgres::load(&client, folder).await?;
    let (mut on_read, mut prepared) = (Vec::new(), Vec::new());
    for _ in 0..options.repeat {
        on_read.push(postgres::ask(&client, &sample, Design::OnRead, options.calls).await?);
        prepared.push(postgres::ask(&client, &sample, Design::Prepared, options.calls).await?);
    }
    Ok(Peer { loaded, on_read: queries::median(&on_read), prepared: queries::median(&prepared) })
}

/// Each question at each size, and how much more the slow calls take at the largest than at the smallest.
pub(crate) fn growth(report: &mut Report, all: &[Asked], options: &Options) {
    let mut header = vec!["question".to_owned()];
    for asked in all {
        header.extend([format!("p50 {}", power(asked.size)), format!("p99 {}", power(asked.size)), "max".to_owned()]);
    }
    header.extend(["p50 ratio".to_owned(), "p99 ratio".to_owned()]);
    let mut rows = Vec::new();
    for (index, question) in ALL.iter().enumerate() {
        let quoted: Vec<_> = all.iter().filter_map(|asked| Some(asked.clinic.questions.get(index)?.quoted)).collect();
        let mut row = vec![question.name.to_owned()];
        for quoted in &quoted {
            row.extend([millis(quoted.p50), millis(quoted.p99), millis(quoted.max)]);
        }
        if let (Some(small), Some(large)) = (quoted.first(), quoted.last()) {
            row.extend([ratio(large.p50, small.p50), ratio(large.p99, small.p99)]);
        }
        rows.push(row);
    }
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    report.table(&header, &rows);
    let peaks: Vec<String> =
        all.iter().map(|asked| format!("{} at {}", mebibytes(asked.clinic.peak), power(asked.size))).collect();
    report.say(&format!(
        "Milliseconds; {} calls each after {} that do not count, one after the other, with random ids that exist; \
         the run of median p99 of {}. Peak memory in MiB: {}.",
        grouped(options.calls as u64),
        queries::WARM_UP,
        options.repeat,
        peaks.join(", "),
    ));
}

/// Each question beside both designs, a table per size.
pub(crate) fn peers(report: &mut Report, version: &str, all: &[Asked]) {
    for asked in all {
        let Some(peer) = &asked.peer else { continue };
        report.heading(&format!("Beside PostgreSQL at {} records", power(asked.size)));
        let mut rows = Vec::new();
        for (index, question) in ALL.iter().enumerate() {
            let at = |of: &[Measured]| of.get(index).cloned().unwrap_or_default();
            let (clinic, on_read, prepared) = (at(&asked.clinic.questions), at(&peer.on_read), at(&peer.prepared));
            rows.push(vec![
                question.name.to_owned(),
                millis(clinic.quoted.p50),
                millis(clinic.quoted.p99),
                millis(on_read.quoted.p50),
                millis(on_read.quoted.p99),
                millis(prepared.quoted.p50),
                millis(prepared.quoted.p99),
                agreement(&clinic.answers, &[&on_read.answers, &prepared.answers]),
            ]);
        }
        let header = ["question", "p50", "p99", "on read p50", "p99", "prepared p50", "p99", "same answers"];
        report.table(&header, &rows);
        let Loaded { tables, indexes, aggregates, tables_bytes, aggregates_bytes } = peer.loaded;
        report.say(&format!(
            "{version}, one connection through a local socket, prepared statements. Loading: {tables:.1} s by COPY, \
             {indexes:.1} s for indexes and statistics, {aggregates:.1} s for the aggregates; {} MiB and {} MiB.",
            mebibytes(tables_bytes.unsigned_abs()),
            mebibytes(aggregates_bytes.unsigned_abs()),
        ));
    }
}

/// How many answers are the same, as `40 of 40`; the first that is not goes to the terminal.
fn agreement(ours: &[Cells], peers: &[&Vec<Cells>]) -> String {
    let (mut same, mut compared) = (0, 0);
    for peer in peers {
        for (one, other) in ours.iter().zip(peer.iter()) {
            compared += 1;
            if one == other {
                same += 1;
            } else if same + 1 == compared {
                eprintln!("answers differ:\n  clinic:     {one:?}\n  PostgreSQL: {other:?}");
            }
        }
    }
    format!("{same} of {compared}")
}
