//! Runs the program on a store of its own and reads what it says.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The day before which the records of generated folders are completed.
pub(crate) const AS_OF: &str = "2026-01-15";

/// A folder with a store in it, and the program.
pub(crate) struct Program {
    folder: TempDir,
}

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Program {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// With a store that holds a generated folder.
    pub(crate) fn with_data(customers: u32) -> Self {
        let program = Self::new();
        program.generate(customers);
        program.run(["import", "data", "--as-of", AS_OF]).done();
        program
    }

    /// Generates the folder `data`.
    pub(crate) fn generate(&self, customers: u32) {
        let customers = customers.to_string();
        self.run(["generate", "data", "--customers", &customers, "--seed", "11", "--as-of", AS_OF]).done();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The program with these arguments, in its folder and with nothing of the user's environment.
    pub(crate) fn command<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_quorate"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("TMPDIR", self.folder.path())
            .env("QUORATE_STORE", self.path("store"));
        command
    }

    pub(crate) fn run<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Outcome {
        self.command(arguments).output().unwrap().into()
    }

    /// Runs the program with a text on its standard input.
    pub(crate) fn fed<'a>(&self, arguments: impl IntoIterator<Item = &'a str>, input: &str) -> Outcome {
        let mut child = piped(self.command(arguments));
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_owned();
        let writer = std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
        let outcome = child.wait_with_output().unwrap().into();
        writer.join().unwrap();
        outcome
    }

    /// The answer to a question as JSON.
    pub(crate) fn ask<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Value {
        self.run(["query"].into_iter().chain(arguments).chain(["--json", "--as-of", AS_OF])).done().json()
    }

    /// That every copy is right.
    pub(crate) fn verify(&self) {
        let report = self.run(["verify", "--json"]).done().json();
        assert_eq!(report["total_differences"], 0, "{report}");
        assert_eq!(report["violations"], serde_json::json!([]), "{report}");
        assert_ne!(report["rows"], 0, "{report}");
    }

    /// The rows of a generated file, by column.
    pub(crate) fn rows(&self, file: &str) -> Vec<std::collections::HashMap<String, String>> {
        let mut reader = csv::Reader::from_path(self.path("data").join(file)).unwrap();
        reader.deserialize().map(Result::unwrap).collect()
    }
}

/// Starts the program with all its streams at hand.
pub(crate) fn piped(mut command: Command) -> Child {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

impl From<Output> for Outcome {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Outcome {
    /// The outcome of a run that must have succeeded.
    #[track_caller]
    pub(crate) fn done(self) -> Self {
        self.ends(0)
    }

    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }

    #[track_caller]
    pub(crate) fn says(self, part: &str) -> Self {
        assert!(self.stderr.contains(part), "no '{part}' in {}", self.stderr);
        self
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }

    /// The values of the lines.
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}
