//! One Cassandra process: its directory, its recorded process id, starting it, and the signals it gets.
//!
//! A recorded id counts only while that process still carries this node's storage directory on its command line,
//! so an id that the system has given to another program is never signalled.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::cluster::Shape;
use super::java::Tools;
use super::{PORT, config, launch};

/// A start takes 7 s on an idle machine; a busy one with three nodes took 40 s.
const START_LIMIT: Duration = Duration::from_mins(4);
const STOP_LIMIT: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(200);
const TAIL_LINES: usize = 40;

/// A node of a cluster; the process may or may not run.
#[derive(Debug)]
pub(crate) struct Node {
    directory: PathBuf,
    shape: Shape,
    number: u8,
}

impl Node {
    /// The node `number` (from 1) of the cluster kept in `directory`.
    pub(super) fn new(directory: &Path, shape: Shape, number: u8) -> Self {
        Self { directory: directory.join(format!("node{number}")), shape, number }
    }

    /// The number, from 1; also the last part of the address.
    pub(crate) fn number(&self) -> u8 {
        self.number
    }

    /// Where clients connect.
    pub(crate) fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, self.number], PORT))
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    pub(super) fn jmx_port(&self) -> u16 {
        7198 + u16::from(self.number)
    }

    pub(super) fn heap(&self) -> &'static str {
        if self.shape.nodes == 1 { "1G" } else { "768M" }
    }

    /// The argument on the JVM's command line by which the process is recognised as this node.
    pub(super) fn marker(&self) -> String {
        format!("-Dcassandra.storagedir={}", self.directory.display())
    }

    /// One line for people: address, process id, state.
    pub(crate) fn describe(&self) -> String {
        match self.process() {
            Some(pid) if is_paused(pid) => format!("{} pid {pid} paused", self.address()),
            Some(pid) => format!("{} pid {pid} running", self.address()),
            None => format!("{} stopped", self.address()),
        }
    }

    /// The process id, if the recorded process still is this node.
    pub(crate) fn process(&self) -> Option<u32> {
        let pid: u32 = fs::read_to_string(self.pid_file()).ok()?.trim().parse().ok()?;
        let command_line = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        let marker = self.marker();
        command_line.split(|byte| *byte == 0).any(|word| word == marker.as_bytes()).then_some(pid)
    }

    /// Starts the node and waits until it serves clients. Does nothing where it already runs.
    pub(crate) fn start(&self, tools: &Tools, jars: &Path) -> Result<()> {
        if self.process().is_some() {
            return Ok(());
        }
        if TcpStream::connect_timeout(&self.address(), Duration::from_secs(1)).is_ok() {
            bail!("{} is in use by a program that this checkout did not start", self.address());
        }
        self.write_files()?;
        let log = File::create(self.log("stdout.log")).context("cannot write the node's output file")?;
        let errors = log.try_clone().context("cannot share the node's output file")?;
        let mut child = launch::daemon(tools, jars, self)
            .current_dir(&self.directory)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .process_group(0)
            .spawn()
            .context("cannot start java")?;
        fs::write(self.pid_file(), child.id().to_string()).context("cannot record the process id")?;
        if let Err(error) = self.await_start(&mut child) {
            let tail = self.log_tail();
            self.kill()?;
            child.wait().context("cannot reap the node that failed")?;
            return Err(error.context(format!("{}\nnode {} did not start; its log ends so", tail, self.number)));
        }
        Ok(())
    }

    /// Asks the node to stop, and ends it where it does not within 30 s.
    pub(crate) fn stop(&self) -> Result<()> {
        let Some(pid) = self.process() else {
            return Ok(());
        };
        signal(pid, "CONT")?;
        signal(pid, "TERM")?;
        let end = Instant::now() + STOP_LIMIT;
        while self.process().is_some() {
            if Instant::now() > end {
                return self.kill();
            }
            thread::sleep(POLL);
        }
        self.forget()
    }

    /// Ends the node at once, as a lost machine would.
    pub(crate) fn kill(&self) -> Result<()> {
        if let Some(pid) = self.process() {
            signal(pid, "KILL")?;
            while self.process().is_some() {
                thread::sleep(POLL);
            }
        }
        self.forget()
    }

    /// Stops the node's clock: connections stay open, nothing is answered.
    pub(crate) fn pause(&self) -> Result<()> {
        signal(self.running()?, "STOP")
    }

    /// Lets a paused node go on.
    pub(crate) fn resume(&self) -> Result<()> {
        signal(self.running()?, "CONT")
    }

    /// Whether this node has seen `peer` come up since it started, and not go down after that.
    pub(super) fn sees(&self, peer: &Node) -> bool {
        let name = format!("/127.0.0.{}:7000 is now ", peer.number);
        let text = fs::read_to_string(self.log("system.log")).unwrap_or_default();
        text.lines().rev().find_map(|line| line.split_once(&name)).is_some_and(|(_, state)| state.starts_with("UP"))
    }

    fn running(&self) -> Result<u32> {
        self.process().with_context(|| format!("node {} does not run", self.number))
    }

    fn pid_file(&self) -> PathBuf {
        self.directory.join("pid")
    }

    fn log(&self, name: &str) -> PathBuf {
        self.directory.join("logs").join(name)
    }

    fn forget(&self) -> Result<()> {
        match fs::remove_file(self.pid_file()) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).context("cannot remove the pid file")
            }
            _ => Ok(()),
        }
    }

    fn write_files(&self) -> Result<()> {
        let logs = self.directory.join("logs");
        fs::create_dir_all(&logs).with_context(|| format!("cannot make {}", logs.display()))?;
        // Start-up is recognised in the log, so the log of an earlier run must not be in the way.
        if self.log("system.log").exists() {
            fs::rename(self.log("system.log"), self.log("system.log.previous"))
                .context("cannot set the old log aside")?;
        }
        fs::write(self.directory.join("cassandra.yaml"), config::yaml(self.shape, self.number))
            .context("cannot write cassandra.yaml")?;
        fs::write(self.directory.join("logback.xml"), config::logback()).context("cannot write logback.xml")
    }

    fn await_start(&self, child: &mut Child) -> Result<()> {
        let end = Instant::now() + START_LIMIT;
        // The default superuser is created once per data directory, some time after start-up.
        let created = self.directory.join("superuser-created");
        let mut wanted = vec!["Startup complete"];
        if self.shape.password && self.number == 1 && !created.exists() {
            wanted.push("Created default superuser role");
        }
        loop {
            if let Some(status) = child.try_wait().context("cannot watch the node")? {
                bail!("java ended with {status}");
            }
            let log = fs::read_to_string(self.log("system.log")).unwrap_or_default();
            let complete = wanted.iter().all(|line| log.contains(line));
            if complete && TcpStream::connect_timeout(&self.address(), Duration::from_secs(1)).is_ok() {
                break;
            }
            if Instant::now() > end {
                bail!("no start-up within {} s", START_LIMIT.as_secs());
            }
            thread::sleep(POLL);
        }
        if self.shape.password {
            fs::write(created, "").context("cannot note the superuser")?;
        }
        Ok(())
    }

    fn log_tail(&self) -> String {
        let mut text = fs::read_to_string(self.log("stdout.log")).unwrap_or_default();
        text.push_str(&fs::read_to_string(self.log("system.log")).unwrap_or_default());
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
    }
}

fn is_paused(pid: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    status.rsplit_once(") ").is_some_and(|(_, fields)| fields.starts_with('T'))
}

/// Sends a signal with the shell's own `kill`, because the standard library has none and calling the system needs unsafe code.
fn signal(pid: u32, name: &str) -> Result<()> {
    let status = Command::new("sh").args(["-c", &format!("kill -{name} {pid}")]).status().context("cannot run sh")?;
    if !status.success() {
        bail!("kill -{name} {pid} failed");
    }
    Ok(())
}
