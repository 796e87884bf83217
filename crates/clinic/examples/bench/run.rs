//! The phases of a run, in order, and the tables that they come to.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::beside::{self, Asked};
use crate::child::{self, Job};
use crate::failure::Failure;
use crate::files::{self, copy_tree, remove};
use crate::input::{self, AS_OF, Sample};
use crate::latency::median;
use crate::options::{Options, Phase};
use crate::place::Lasting;
use crate::postgres::Server;
use crate::queries::Measured;
use crate::report::{Report, grouped, mebibytes, micros, millis, power, rate, shown};
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
        let folder = match &self.options.synthea {
            Some(folder) => folder.clone(),
            None => files::unpacked(Path::new(SAMPLE), &self.options.directory.join("sample"))?,
        };
        let store = self.options.directory.join("store-synthea");
        let (figures, _) = self.import(&store, &folder, true)?;
        discard(&store)?;
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
                mebibytes(figures.written),
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
            "written MiB",
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
            let runs: Vec<Vec<Measured>> = runs.into_iter().map(|run| run.questions).collect();
            let clinic = queries::Figures { questions: queries::median(&runs), peak };
            let peer = match &server {
                Some(server) => Some(runtime.block_on(beside::peer(server, size, &folder, self.options))?),
                None => None,
            };
            all.push(Asked { size, clinic, peer });
        }
        self.report.heading("Questions by size");
        beside::growth(&mut self.report, &all, self.options);
        match &server {
            None => self.report.say("PostgreSQL is not compared: it is not installed, or was left out."),
            Some(server) => beside::peers(&mut self.report, &server.version(), &all),
        }
        Ok(())
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
                answered.push(Duration::from_secs_f64(figures.answered / 1_000.0));
                closed.push(Duration::from_secs_f64(figures.closed / 1_000.0));
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
        self.stores.values().try_for_each(|store| discard(store))
    }
}

/// Removes a store and what its import set aside.
fn discard(store: &Path) -> Result<(), Failure> {
    remove(store)?;
    remove(&imports::rejects_of(store))
}
