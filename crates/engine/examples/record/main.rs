//! Records the answers of a running Cassandra into the scripts that the engine is tested with.
//!
//! `cargo xtask record [FILES…]` runs this. The server is at `QUORATE_TEST_CASSANDRA`, or at 127.0.0.1:9042.
//! The format of the files is described in `tests/scripts/README.md`. A file is written only when all of it was recorded.
//! No driver stands between: what is written down is what the server sent.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line program")]

mod answer;
mod connection;
mod reply;
mod script;
mod wire_types;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use connection::{Connection, Page};
use reply::Reply;
use script::{Directive, Part};

/// Why a recording was given up. Errors that the server answers to a statement are answers, not this.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// A script cannot be read or written.
    #[error("{path}: {source}")]
    File { path: PathBuf, source: std::io::Error },
    /// The connection failed.
    #[error("the connection to Cassandra: {0}")]
    Connection(#[from] std::io::Error),
    /// The server sent something that this program does not know.
    #[error("Cassandra sent {0}")]
    Unexpected(String),
    /// A script breaks the format.
    #[error("{path}:{line}: {message}")]
    Script { path: PathBuf, line: usize, message: &'static str },
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("record: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    let mut paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if paths.is_empty() {
        paths = all_scripts()?;
    }
    let mut connection = Connection::of_environment()?;
    for path in paths {
        let before = read(&path)?;
        let (after, statements) = record(&mut connection, &path, &before)?;
        let outcome = if after == before { "unchanged" } else { "written" };
        fs::write(&path, after).map_err(|source| Failure::File { path: path.clone(), source })?;
        println!("{}: {statements} statements, {outcome}", path.display());
    }
    Ok(())
}

fn all_scripts() -> Result<Vec<PathBuf>, Failure> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts");
    let entries = fs::read_dir(&directory).map_err(|source| Failure::File { path: directory.clone(), source })?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "cql"));
    paths.sort();
    Ok(paths)
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|source| Failure::File { path: path.to_owned(), source })
}

/// The script with fresh answers, and the number of its statements.
fn record(connection: &mut Connection, path: &Path, text: &str) -> Result<(String, usize), Failure> {
    let parts =
        script::parse(text).map_err(|(line, message)| Failure::Script { path: path.to_owned(), line, message })?;
    prepare_keyspace(connection, path)?;
    let mut output = String::new();
    let mut page_size = None;
    let mut statements = 0;
    for part in parts {
        output.push_str(part.text());
        match part {
            Part::Kept(_) => {}
            Part::Directive(_, Directive::Page(size)) => page_size = Some(size),
            Part::Directive(_, Directive::Wait(time)) => thread::sleep(Duration::from_millis(time)),
            Part::Statement(_, statement) => {
                statements += 1;
                for line in connection.answers(&statement, page_size.take())? {
                    output.push_str(format!("-- {line}").trim_end());
                    output.push('\n');
                }
            }
        }
    }
    Ok((output, statements))
}

fn prepare_keyspace(connection: &mut Connection, path: &Path) -> Result<(), Failure> {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let statements = [
        format!("DROP KEYSPACE IF EXISTS s_{name}"),
        format!("CREATE KEYSPACE s_{name} WITH replication = {{'class': 'SimpleStrategy', 'replication_factor': 1}}"),
    ];
    for statement in statements {
        if let Reply::Error { message, .. } = connection.query(&statement, Page::default())? {
            return Err(Failure::Unexpected(format!("`{message}` for the script's keyspace")));
        }
    }
    Ok(())
}
