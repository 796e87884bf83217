//! A clinic of its own, embedded or on a cluster, with the program that works on it and is killed.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use quorate_session::{ClusterOptions, Durability, Target};
use serde_json::Value;
use tempfile::TempDir;

/// Longer than anything takes; what is not done then hangs.
const PATIENCE: Duration = Duration::from_mins(10);

/// Where the clinic is.
pub(super) struct Place {
    folder: TempDir,
    points: Option<String>,
    timeout: Option<&'static str>,
    pub(super) keyspace: String,
}

/// How the program is ended.
#[derive(Debug, Clone)]
pub(super) enum Kill {
    Never,
    /// At a failpoint, when it is reached for the nth time.
    At(&'static str, u64),
    /// By SIGKILL after this time.
    After(Duration),
}

/// What the program said before it ended.
#[derive(Debug)]
pub(super) struct Sent {
    /// Exit code; none if it was killed.
    pub(super) code: Option<i32>,
    /// The answers that are complete.
    pub(super) answers: Vec<Value>,
    pub(super) stderr: String,
    pub(super) took: Duration,
    /// The longest time without an answer, up to the last answer.
    pub(super) longest_gap: Duration,
}

/// The program at work.
pub(super) struct Running {
    child: Child,
    started: Instant,
    stdout: JoinHandle<(Vec<Value>, Duration)>,
    stderr: JoinHandle<String>,
}

impl Place {
    pub(super) fn embedded() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), points: None, timeout: None, keyspace: "wearedoctors".to_owned() }
    }

    /// A keyspace of a cluster; what was in it is removed.
    pub(super) fn cluster(points: &str, keyspace: &str) -> Self {
        let points = Some(points.to_owned());
        let place = Self { folder: tempfile::tempdir().unwrap(), points, timeout: None, keyspace: keyspace.to_owned() };
        // There may be none: then this fails and nothing is lost.
        drop(place.run(&["reset", "--yes"]));
        place
    }

    /// With another limit for a request, in seconds.
    pub(super) fn with_timeout(mut self, seconds: &'static str) -> Self {
        self.timeout = Some(seconds);
        self
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn target(&self) -> Target {
        match &self.points {
            None => Target::Embedded { directory: self.path("store"), durability: Durability::Periodic },
            Some(points) => Target::Cluster(ClusterOptions::new(points.split(','))),
        }
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_quorate"));
        command.args(arguments).current_dir(self.folder.path()).env_clear().env("HOME", self.folder.path());
        command.env("TMPDIR", self.folder.path()).env("QUORATE_KEYSPACE", &self.keyspace);
        match &self.points {
            None => command.env("QUORATE_STORE", self.path("store")),
            Some(points) => command.env("QUORATE_CONTACT_POINTS", points),
        };
        command.envs(self.timeout.map(|seconds| ("QUORATE_REQUEST_TIMEOUT", seconds)));
        command
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Sent {
        start(self.command(arguments)).end(None)
    }

    /// Runs what must succeed.
    #[track_caller]
    pub(super) fn done(&self, arguments: &[&str]) -> Sent {
        let sent = self.run(arguments);
        assert_eq!(sent.code, Some(0), "{arguments:?}: {sent:?}");
        sent
    }

    /// Starts something that may be killed.
    pub(super) fn begin(&self, arguments: &[&str]) -> Running {
        start(self.command(arguments))
    }

    /// Starts sending lines from a file of that name.
    pub(super) fn begin_named(&self, file: &str, lines: &[Value], kill: &Kill) -> Running {
        let text: Vec<String> = lines.iter().map(Value::to_string).collect();
        std::fs::write(self.path(file), text.join("\n") + "\n").unwrap();
        let mut command = self.command(&["do", "--tasks", "8", file]);
        if let Kill::At(place, nth) = kill {
            command.env("QUORATE_FAILPOINT", format!("{place}:{nth}"));
        }
        start(command)
    }

    pub(super) fn send(&self, lines: &[Value], kill: &Kill) -> Sent {
        self.begin_named("lines.jsonl", lines, kill).end(match kill {
            Kill::After(delay) => Some(*delay),
            Kill::Never | Kill::At(..) => None,
        })
    }

    /// Imports the folder `data` of another place.
    pub(super) fn import(&self, from: &Self, kill: &Kill) -> Sent {
        let data = from.path("data").display().to_string();
        let mut command = self.command(&["import", &data, "--as-of", "2026-01-15", "--json"]);
        if let Kill::At(place, nth) = kill {
            command.env("QUORATE_FAILPOINT", format!("{place}:{nth}"));
        }
        let delay = if let Kill::After(delay) = kill { Some(*delay) } else { None };
        start(command).end(delay)
    }

    /// That every copy is right.
    #[track_caller]
    pub(super) fn verify(&self, when: &str) {
        let sent = self.run(&["verify", "--json"]);
        let report = sent.answers.first().unwrap_or_else(|| panic!("{when}: no report: {sent:?}"));
        assert_eq!(report["total_differences"], 0, "{when}: {report}");
        assert_eq!(report["violations"], serde_json::json!([]), "{when}: {report}");
        assert_eq!(sent.code, Some(0), "{when}");
    }
}

impl Running {
    /// Waits for the end, or brings it about after a time.
    pub(super) fn end(mut self, kill_after: Option<Duration>) -> Sent {
        let status = self.wait(kill_after);
        let (answers, longest_gap) = self.stdout.join().unwrap();
        let stderr = self.stderr.join().unwrap();
        Sent { code: status.code(), answers, stderr, took: self.started.elapsed(), longest_gap }
    }

    fn wait(&mut self, kill_after: Option<Duration>) -> ExitStatus {
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            if kill_after.is_some_and(|delay| self.started.elapsed() >= delay) {
                self.child.kill().unwrap();
                return self.child.wait().unwrap();
            }
            if self.started.elapsed() > PATIENCE {
                self.child.kill().unwrap();
                panic!("it hangs");
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

/// The cluster that the tests may use.
pub(super) fn cassandra() -> Option<String> {
    std::env::var("QUORATE_TEST_CASSANDRA").ok()
}

fn start(mut command: Command) -> Running {
    let started = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let out = child.stdout.take().unwrap();
    let mut err = child.stderr.take().unwrap();
    let stdout = std::thread::spawn(move || read_answers(&mut BufReader::new(out)));
    let stderr = std::thread::spawn(move || {
        let mut text = String::new();
        err.read_to_string(&mut text).unwrap();
        text
    });
    Running { child, started, stdout, stderr }
}

/// The lines that are complete: the kill may have cut the last one.
fn read_answers(out: &mut BufReader<std::process::ChildStdout>) -> (Vec<Value>, Duration) {
    let (mut answers, mut text, mut last, mut longest) = (Vec::new(), String::new(), Instant::now(), Duration::ZERO);
    let mut pending = String::new();
    while out.read_line(&mut text).unwrap() > 0 {
        longest = longest.max(last.elapsed());
        last = Instant::now();
        pending.push_str(&text);
        // Reports are written over several lines.
        if text.ends_with('\n')
            && let Ok(value) = serde_json::from_str(&pending)
        {
            answers.push(value);
            pending.clear();
        }
        text.clear();
    }
    (answers, longest)
}
