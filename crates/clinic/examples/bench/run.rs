//! The phases of a run, in order, and the tables that they come to.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;

use crate::child::{self, Job};
use crate::compare::Cells;
use crate::failure::Failure;
use crate::input::{self, AS_OF, Sample};
use crate::latency::median;
use crate::options::{Options, Phase};
use crate::place::Lasting;
use crate::postgres::{self, Design, Loaded, Server};
use crate::queries::Measured;
use crate::questions::ALL;
use crate::report::{Report, grouped, mebibytes, micros, millis, rate};
use crate::{commands, imports, machine, opening, queries, verification};

/// The sample that is shipped.
const SAMPLE: &str = "crates/cli/sample/synthea-60.tar.gz";
/// Commands are sent to a store of about so many records at most: what they cost does not depend on it.
const COMMANDS_SIZE: u64 = 100_000;

/// Runs the phases that were chosen.
pub(crate) fn all(options: &Options) -> Result<(), Failure> {
    fs::create_dir_all(&options.directory).map_err(Failure::at(&options.directory))?;
    let mut run = Run { options, report: Report::default(), stores: BTreeMap::new() };
    run.machine();
    if options.has(Phase::Synthea) {
        run.synthea()?;
    }
    if options.has(Phase::Import) {
        run.imports()?;
    }
    if options.has(Phase::Queries) {
        run.queries()?;
    }
    if options.has(Phase::Opening) {
        run.opening()?;
    }
    if options.has(Phase::Verify) {
        run.verify()?;
    }
    if options.has(Phase::Commands) {
        run.commands()?;
    }
    run.report.say(&format!("Load of the machine at the end: {}.", machine::load()));
    run.clear()?;
    options.markdown.as_deref().map_or(Ok(()), |file| run.report.write_into(file))
}

struct Run<'a> {
    options: &'a Options,
    report: Report,
    /// Stores by the records of their input.
    stores: BTreeMap<u64, PathBuf>,
}

impl Run<'_> {
    fn machine(&mut self) {
        self.report.say(&format!(
            "Machine: {}. Load at the beginning: {}. {}. Times count as {AS_OF}. Stores are on disk; durability \
             `periodic` where nothing else is said.",
            machine::description(&self.options.directory),
            machine::load(),
            machine::said("rustc", &["--version"]).unwrap_or_default(),
        ));
    }

    fn synthea(&mut self) -> Result<(), Failure> {
        let unpacked;
        let folder = match &self.options.synthea {
            Some(folder) => folder,
            None => {
                unpacked = self.options.directory.join("sample");
                let archive = fs::File::open(SAMPLE).map_err(Failure::at(SAMPLE))?;
                tar::Archive::new(GzDecoder::new(archive)).unpack(&unpacked).map_err(Failure::at(SAMPLE))?;
                &folder_of(&unpacked)
            }
        };
        let (figures, _) = self.import(&self.options.directory.join("store-synthea"), folder, true)?;
        self.report.heading("Import of a Synthea export");
        let row = vec![
            grouped(figures.records),
            grouped(figures.rows),
            grouped(figures.rejected),
            format!("{:.2}", figures.seconds),
            rate(figures.records, figures.seconds),
            micros(figures.processor, figures.records),
            mebibytes(figures.peak),
            mebibytes(figures.stored),
        ];
        let header = ["records", "rows", "set aside", "seconds", "records/s", "CPU µs/record", "peak MiB", "store MiB"];
        self.report.table(&header, &[row]);
        Ok(())
    }

    fn imports(&mut self) -> Result<(), Failure> {
        let mut rows = Vec::new();
        for &size in &self.options.sizes {
            let folder = input::folder(&self.options.directory, size)?;
            let (figures, spread) = self.import(&self.store_path(size), &folder, false)?;
            self.stores.insert(size, self.store_path(size));
            rows.push(vec![
                grouped(figures.records),
                grouped(figures.rows),
                format!("{:.2}", figures.seconds),
                spread,
                rate(figures.records, figures.seconds),
                rate(figures.rows, figures.seconds),
                micros(figures.processor, figures.records),
                mebibytes(figures.peak),
                mebibytes(figures.stored),
            ]);
            let during: Vec<String> = figures.during.iter().map(|bytes| mebibytes(*bytes)).collect();
            eprintln!("{size}: MiB resident while records are imported: {}", during.join(" "));
        }
        self.report.heading("Import of generated folders into all views");
        let header = [
            "records",
            "rows",
            "seconds",
            "fastest–slowest",
            "records/s",
            "rows/s",
            "CPU µs/record",
            "peak MiB",
            "store MiB",
        ];
        self.report.table(&header, &rows);
        Ok(())
    }

    /// Imports a few times and returns the run of median time, with the fastest and slowest.
    fn import(&self, store: &Path, folder: &Path, synthea: bool) -> Result<(imports::Figures, String), Failure> {
        let mut runs: Vec<imports::Figures> = Vec::new();
        for _ in 0..self.options.repeat {
            remove(store)?;
            let job = Job::Import { store: store.to_owned(), folder: folder.to_owned(), synthea };
            runs.push(child::figures(&job)?);
        }
        runs.sort_unstable_by(|one, other| one.seconds.total_cmp(&other.seconds));
        let spread = match (runs.first(), runs.last()) {
            (Some(first), Some(last)) => format!("{:.2}–{:.2}", first.seconds, last.seconds),
            _ => String::new(),
        };
        Ok((runs.get(runs.len() / 2).cloned().unwrap_or_default(), spread))
    }

    fn queries(&mut self) -> Result<(), Failure> {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::at("runtime"))?;
        let server = if self.options.postgres { Server::start()? } else { None };
        let mut all = Vec::new();
        for size in self.options.sizes.clone() {
            let folder = input::folder(&self.options.directory, size)?;
            let store = self.store(size)?;
            let job = Job::Queries { store, folder: folder.clone(), calls: self.options.calls };
            let runs: Vec<queries::Figures> =
                (0..self.options.repeat).map(|_| child::figures(&job)).collect::<Result<_, _>>()?;
            let peak = runs.iter().map(|run| run.peak).max().unwrap_or(0);
            let ours = queries::Figures {
                questions: queries::median(runs.into_iter().map(|run| run.questions).collect()),
                peak,
            };
            let peer = match &server {
                Some(server) => Some(runtime.block_on(peer(server, size, &folder, self.options))?),
                None => None,
            };
            all.push((size, ours, peer));
        }
        self.report.heading("Questions by size");
        self.growth(&all);
        match &server {
            None => self.report.say("PostgreSQL is not compared: it is not installed, or was left out."),
            Some(server) => self.beside(&server.version(), &all),
        }
        Ok(())
    }

    fn growth(&mut self, all: &[(u64, queries::Figures, Option<Peer>)]) {
        let mut header = vec!["question".to_owned()];
        for (size, ..) in all {
            header.extend([format!("p50 {}", power(*size)), format!("p99 {}", power(*size)), "max".to_owned()]);
        }
        header.push("p99 ratio".to_owned());
        let mut rows = Vec::new();
        for (index, question) in ALL.iter().enumerate() {
            let quoted: Vec<_> =
                all.iter().filter_map(|(_, ours, _)| Some(ours.questions.get(index)?.quoted)).collect();
            let mut row = vec![question.name.to_owned()];
            for quoted in &quoted {
                row.extend([millis(quoted.p50), millis(quoted.p99), millis(quoted.max)]);
            }
            row.push(match (quoted.first(), quoted.last()) {
                (Some(small), Some(large)) => ratio(large.p99, small.p99),
                _ => String::new(),
            });
            rows.push(row);
        }
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        self.report.table(&header, &rows);
        let peaks: Vec<String> =
            all.iter().map(|(size, ours, _)| format!("{} at {}", mebibytes(ours.peak), power(*size))).collect();
        self.report.say(&format!(
            "Milliseconds; {} calls each after {} that do not count, one after the other, with random ids that exist; \
             the run of median p99 of {}. Peak memory in MiB: {}.",
            grouped(self.options.calls as u64),
            queries::WARM_UP,
            self.options.repeat,
            peaks.join(", "),
        ));
    }

    fn beside(&mut self, version: &str, all: &[(u64, queries::Figures, Option<Peer>)]) {
        for (size, ours, peer) in all {
            let Some(peer) = peer else { continue };
            self.report.heading(&format!("Beside PostgreSQL at {} records", power(*size)));
            let mut rows = Vec::new();
            for (index, question) in ALL.iter().enumerate() {
                let at = |of: &[Measured]| of.get(index).cloned().unwrap_or_default();
                let (clinic, on_read, prepared) = (at(&ours.questions), at(&peer.on_read), at(&peer.prepared));
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
            self.report.table(&header, &rows);
            let Loaded { tables, indexes, aggregates, tables_bytes, aggregates_bytes } = peer.loaded;
            self.report.say(&format!(
                "{version}, one connection through a local socket, prepared statements. Loading: {tables:.1} s by COPY, \
                 {indexes:.1} s for indexes and statistics, {aggregates:.1} s for the aggregates; {} MiB and {} MiB.",
                mebibytes(tables_bytes.unsigned_abs()),
                mebibytes(aggregates_bytes.unsigned_abs()),
            ));
        }
    }

    fn opening(&mut self) -> Result<(), Failure> {
        let Some(&size) = self.options.sizes.last() else { return Ok(()) };
        let (store, folder) = (self.store(size)?, input::folder(&self.options.directory, size)?);
        let mut rows = Vec::new();
        for (name, clinic) in [("session and q2", false), ("clinic and q2", true)] {
            let mut answered = Vec::new();
            let mut closed = Vec::new();
            for _ in 0..self.options.repeat * 3 {
                let job = Job::Open { store: store.clone(), folder: folder.clone(), clinic };
                let figures: opening::Figures = child::figures(&job)?;
                answered.push(Duration::from_secs_f64(figures.answered_ms / 1_000.0));
                closed.push(Duration::from_secs_f64(figures.closed_ms / 1_000.0));
            }
            rows.push(vec![name.to_owned(), shown(median(answered)), shown(median(closed))]);
        }
        if self.options.quorate.is_file() {
            let sample = Sample::read(&folder)?;
            let mut whole = Vec::new();
            for customer in sample.customers.iter().take(self.options.repeat * 3) {
                let begin = Instant::now();
                let status = Command::new(&self.options.quorate)
                    .arg("--store")
                    .arg(&store)
                    .args(["query", "q2", "--customer", &customer.to_string(), "--json"])
                    .stdout(Stdio::null())
                    .status()
                    .map_err(Failure::at(&self.options.quorate))?;
                whole.push(begin.elapsed());
                if !status.success() {
                    return Err(Failure::Program { program: "quorate query".to_owned(), code: status.code() });
                }
            }
            rows.push(vec!["`quorate query q2`, the whole process".to_owned(), String::new(), shown(median(whole))]);
        }
        self.report.heading(&format!("Opening a store of {} records", power(size)));
        self.report.table(&["", "first answer, ms", "closed again, ms"], &rows);
        Ok(())
    }

    fn verify(&mut self) -> Result<(), Failure> {
        let mut rows = Vec::new();
        for size in self.options.sizes.clone() {
            let figures: verification::Figures = child::figures(&Job::Verify { store: self.store(size)? })?;
            rows.push(vec![
                power(size),
                grouped(figures.events),
                grouped(figures.rows),
                format!("{:.2}", figures.seconds),
                rate(figures.rows, figures.seconds),
                grouped(figures.wrong),
                mebibytes(figures.peak),
            ]);
        }
        self.report.heading("Verification");
        let header = ["records", "events", "rows", "seconds", "rows/s", "differences", "peak MiB"];
        self.report.table(&header, &rows);
        Ok(())
    }

    fn commands(&mut self) -> Result<(), Failure> {
        let fitting = self.options.sizes.iter().rev().find(|size| **size <= COMMANDS_SIZE);
        let Some(&size) = fitting.or(self.options.sizes.first()) else { return Ok(()) };
        let (store, folder) = (self.store(size)?, input::folder(&self.options.directory, size)?);
        let copy = self.options.directory.join("store-commands");
        let mut rows = Vec::new();
        let mut by_command = Vec::new();
        for lasting in [Lasting::Periodic, Lasting::Sync] {
            for tasks in [1, 32] {
                remove(&copy)?;
                copy_tree(&store, &copy)?;
                let job = Job::Commands {
                    store: copy.clone(),
                    folder: folder.clone(),
                    lasting,
                    tasks,
                    seconds: self.options.seconds,
                };
                let figures: commands::Figures = child::figures(&job)?;
                let name = format!("{}, {tasks}", lasting.name());
                rows.push(vec![
                    name.clone(),
                    rate(figures.done, figures.seconds),
                    millis(figures.all.p50),
                    millis(figures.all.p99),
                    millis(figures.all.max),
                    micros(figures.processor, figures.done),
                    grouped(figures.done),
                    grouped(figures.failed),
                    mebibytes(figures.peak),
                ]);
                for (command, quoted) in figures.by_command {
                    by_command.push(vec![name.clone(), command, millis(quoted.p50), millis(quoted.p99)]);
                }
            }
        }
        remove(&copy)?;
        self.report.heading(&format!("Commands on a store of {} records", power(size)));
        let header = [
            "durability, senders",
            "commands/s",
            "p50 ms",
            "p99 ms",
            "max ms",
            "CPU µs each",
            "done",
            "failed",
            "peak MiB",
        ];
        self.report.table(&header, &rows);
        self.report.table(&["durability, senders", "command", "p50 ms", "p99 ms"], &by_command);
        Ok(())
    }

    /// The store of a size; imported now if no phase before did.
    fn store(&mut self, size: u64) -> Result<PathBuf, Failure> {
        let path = self.store_path(size);
        let here = self.stores.contains_key(&size) || (self.options.keep && path.is_dir());
        if !here {
            remove(&path)?;
            let folder = input::folder(&self.options.directory, size)?;
            let _: imports::Figures = child::figures(&Job::Import { store: path.clone(), folder, synthea: false })?;
        }
        self.stores.insert(size, path.clone());
        Ok(path)
    }

    fn store_path(&self, size: u64) -> PathBuf {
        self.options.directory.join(format!("store-{size}"))
    }

    fn clear(&self) -> Result<(), Failure> {
        if self.options.keep {
            return Ok(());
        }
        self.stores.values().try_for_each(|store| remove(store))
    }
}

/// What PostgreSQL came to at a size.
struct Peer {
    loaded: Loaded,
    on_read: Vec<Measured>,
    prepared: Vec<Measured>,
}

async fn peer(server: &Server, size: u64, folder: &Path, options: &Options) -> Result<Peer, Failure> {
    let sample = Sample::read(folder)?;
    let client = server.connect(&format!("clinic_{size}"), true).await?;
    let loaded = postgres::load(&client, folder).await?;
    let (mut on_read, mut prepared) = (Vec::new(), Vec::new());
    for _ in 0..options.repeat {
        on_read.push(postgres::ask(&client, &sample, Design::OnRead, options.calls).await?);
        prepared.push(postgres::ask(&client, &sample, Design::Prepared, options.calls).await?);
    }
    Ok(Peer { loaded, on_read: queries::median(on_read), prepared: queries::median(prepared) })
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

/// The folder itself, or the only folder in it.
fn folder_of(unpacked: &Path) -> PathBuf {
    if unpacked.join("patients.csv").is_file() {
        return unpacked.to_owned();
    }
    let inner = fs::read_dir(unpacked).into_iter().flatten().flatten().map(|entry| entry.path());
    inner.filter(|path| path.join("patients.csv").is_file()).last().unwrap_or_else(|| unpacked.to_owned())
}

fn remove(directory: &Path) -> Result<(), Failure> {
    if directory.exists() { fs::remove_dir_all(directory).map_err(Failure::at(directory)) } else { Ok(()) }
}

fn copy_tree(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::create_dir_all(to).map_err(Failure::at(to))?;
    for entry in fs::read_dir(from).map_err(Failure::at(from))? {
        let entry = entry.map_err(Failure::at(from))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_tree(&source, &target)?;
        } else {
            fs::copy(&source, &target).map_err(Failure::at(&source))?;
        }
    }
    Ok(())
}

/// `10⁶`, or the number itself where it is no power of ten.
fn power(size: u64) -> String {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let exponent = size.max(1).ilog10();
    match RAISED.get(exponent as usize) {
        Some(raised) if 10_u64.pow(exponent) == size => format!("10{raised}"),
        _ => grouped(size),
    }
}

fn ratio(large: u64, small: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a ratio of times")]
    let ratio = large as f64 / small.max(1) as f64;
    format!("{ratio:.2}")
}

fn shown(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1_000.0)
}
