//! Looks for statements that the embedded engine answers otherwise than a running Cassandra.
//!
//! `cargo xtask diff --seed S --statements N` runs this. Rounds with the seeds S, S + 1, … each make a random schema
//! and random statements and ask both sides. What is answered differently is made small and written to
//! `target/diff/SEED.cql`, SEED being the round's. A round with the same seed asks the same again.
//! It shares with the recorder of scripts how statements are sent and answers are written.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line program")]

#[path = "../record/answer.rs"]
mod answer;
#[path = "../record/connection.rs"]
mod connection;
#[expect(dead_code, reason = "only scripts let time pass")]
#[path = "../record/embedded.rs"]
mod embedded;
mod known;
mod random;
mod reads;
#[path = "../record/reply.rs"]
mod reply;
mod runner;
mod schema;
mod shrink;
mod statements;
mod values;
#[path = "../record/wire_types.rs"]
mod wire_types;
mod writes;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use connection::Connection;
use random::Random;
use runner::{Answers, Sides, Verdict};
use schema::Schema;
use shrink::Difference;
use statements::Statement;

/// Statements of one round, besides those that make the schema.
const ROUND: usize = 400;

/// Why the search was given up.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// The words after the command are wrong.
    #[error("usage: diff SEED STATEMENTS DIRECTORY")]
    Usage,
    /// What was found cannot be written.
    #[error("{path}: {source}")]
    File { path: PathBuf, source: std::io::Error },
    /// The connection failed.
    #[error("the connection to Cassandra: {0}")]
    Connection(#[from] std::io::Error),
    /// The server sent something that this program does not know.
    #[error("Cassandra sent {0}")]
    Unexpected(String),
    /// The engine does not open.
    #[error("the embedded engine: {0}")]
    Engine(#[from] quorate_engine::Error),
}

/// What was seen so far.
#[derive(Debug, Default)]
struct Tally {
    asked: usize,
    accepted: usize,
    known: BTreeMap<&'static str, usize>,
    signs: BTreeSet<String>,
    written: usize,
}

fn main() -> ExitCode {
    match run() {
        Ok(tally) => {
            println!("{} statements, {} of them accepted, {} differences", tally.asked, tally.accepted, tally.written);
            for (name, count) in &tally.known {
                println!("known: {name}: {count}");
            }
            if tally.written == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(failure) => {
            eprintln!("diff: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<Tally, Failure> {
    let mut arguments = std::env::args().skip(1);
    let mut number = || arguments.next().and_then(|word| word.parse::<u64>().ok()).ok_or(Failure::Usage);
    let (seed, statements) = (number()?, number()?);
    let directory = PathBuf::from(arguments.next().ok_or(Failure::Usage)?);
    fs::create_dir_all(&directory).map_err(|source| Failure::File { path: directory.clone(), source })?;
    let mut cassandra = Connection::of_environment()?;
    let statements = usize::try_from(statements).unwrap_or(usize::MAX);
    let mut tally = Tally::default();
    let mut seed = seed;
    while tally.asked < statements {
        let limit = ROUND.min(statements - tally.asked);
        let found = round(&mut cassandra, seed, limit, &mut tally)?;
        let mut report = String::new();
        for Found { script, sign, answers } in found {
            let written = match shrink::shrink(&mut cassandra, &script, &sign)? {
                Some(difference) => written(&difference),
                None => once(&script, &answers),
            };
            report.push_str(&written);
            tally.written += 1;
        }
        if !report.is_empty() {
            let path = directory.join(format!("{seed}.cql"));
            fs::write(&path, &report).map_err(|source| Failure::File { path: path.clone(), source })?;
            println!("{}:\n{report}", path.display());
        }
        seed = seed.wrapping_add(1);
    }
    Ok(tally)
}

/// A difference as it was met.
struct Found {
    /// What was done before, and last the statement itself.
    script: Vec<Statement>,
    sign: String,
    answers: Answers,
}

/// Asks the statements of one seed and answers the differences that are not like earlier ones.
fn round(cassandra: &mut Connection, seed: u64, limit: usize, tally: &mut Tally) -> Result<Vec<Found>, Failure> {
    let mut random = Random::new(seed);
    let schema = Schema::new(&mut random);
    let mut sides = Sides::fresh(cassandra)?;
    let mut found = Vec::new();
    let mut script: Vec<Statement> = Vec::new();
    let mut waiting = schema.definitions().into_iter();
    let mut lifetimes = 0;
    let last = tally.asked + limit;
    while tally.asked < last {
        let made = waiting.next().or_else(|| statements::statement(&mut random, &schema, &mut lifetimes));
        let Some(statement) = made else { break };
        let answers = sides.ask(&statement)?;
        tally.asked += 1;
        tally.accepted += usize::from(!answers.cassandra.iter().any(|line| line.starts_with("error ")));
        let one_refused = statement.writes && answers.one_refused();
        let writes = statement.writes;
        script.push(statement);
        match script.last().map(|statement| answers.verdict(statement)) {
            None | Some(Verdict::Same) => {}
            Some(Verdict::Known(name)) => *tally.known.entry(name).or_default() += 1,
            Some(Verdict::Different) => {
                let sign = answers.sign();
                let rows = sign == runner::ROWS;
                if rows || tally.signs.insert(sign.clone()) {
                    found.push(Found { script: script.clone(), sign, answers });
                }
                if rows {
                    // What follows would most likely be the same difference again.
                    break;
                }
            }
        }
        if one_refused {
            // From here on the data are not the same.
            break;
        }
        if !writes {
            script.pop();
        }
    }
    Ok(found)
}

/// What is written of a difference that did not show a second time, or that is about the schema.
fn once(script: &[Statement], answers: &Answers) -> String {
    let (schema, mut rest): (Vec<_>, Vec<_>) = script.iter().cloned().partition(|statement| statement.defines);
    let count = rest.len();
    rest.drain(..count.saturating_sub(1));
    let difference = Difference { schema, script: rest, answers: answers.clone() };
    format!("// not again; {count} statements before\n{}", written(&difference))
}

/// The script as a file of scripts has it, with both answers to the last statement.
fn written(difference: &Difference) -> String {
    let mut text = Vec::new();
    for statement in difference.schema.iter().chain(&difference.script) {
        if let Some(size) = statement.page_size {
            text.push(format!("--! page {size}\n"));
        }
        text.push(format!("{};\n", statement.cql));
    }
    for (name, lines) in [("Cassandra", &difference.answers.cassandra), ("engine", &difference.answers.engine)] {
        text.push(format!("// {name}:\n"));
        for line in lines {
            text.push(format!("-- {line}\n"));
        }
    }
    text.push("\n".to_owned());
    text.concat()
}
