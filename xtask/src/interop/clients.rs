//! The clients: what each needs, how that is installed, and the command that runs its program.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::workspace;

/// A client.
pub(super) struct Client {
    /// Its name on the command line.
    pub(super) name: &'static str,
    /// What it is.
    pub(super) about: &'static str,
    /// Programs without which it cannot run, each with a flag that makes it say its version.
    tools: &'static [(&'static str, &'static str)],
    /// Installs what it needs and gives the command that runs it against host and port.
    pub(super) prepare: fn(&str, &str) -> Result<Command>,
}

/// All of them.
pub(super) const CLIENTS: &[Client] = &[
    Client { name: "rust", about: "scylla 1.9", tools: &[], prepare: rust },
    Client { name: "python", about: "cassandra-driver 3.30", tools: &[("python3", "--version")], prepare: python },
    Client { name: "cqlsh", about: "cqlsh 6.2", tools: &[("python3", "--version")], prepare: cqlsh },
    Client { name: "go", about: "gocql 1.7", tools: &[("go", "version")], prepare: go },
    Client {
        name: "java",
        about: "java-driver 4.17",
        tools: &[("java", "-version"), ("mvn", "-version")],
        prepare: java,
    },
    Client {
        name: "node",
        about: "cassandra-driver 4.8",
        tools: &[("node", "--version"), ("npm", "--version")],
        prepare: node,
    },
];

/// What cqlsh and its driver need; the two compressions are optional parts of the driver.
const PYTHON_PACKAGES: [&str; 4] = ["cassandra-driver==3.30.1", "cqlsh==6.2.2", "lz4", "python-snappy"];

impl Client {
    /// The first of its tools that this machine does not have.
    pub(super) fn missing_tool(&self) -> Option<&'static str> {
        let missing = |(tool, version): &&(&str, &str)| {
            let status = Command::new(tool).arg(version).stdout(Stdio::null()).stderr(Stdio::null()).status();
            !status.is_ok_and(|status| status.success())
        };
        self.tools.iter().find(missing).map(|(tool, _)| *tool)
    }
}

fn program(client: &str) -> PathBuf {
    workspace::root().join("xtask/interop").join(client)
}

/// A folder below `target/interop`, which is there.
fn installed(client: &str) -> Result<PathBuf> {
    let folder = workspace::target().join("interop").join(client);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// Runs a package manager, unless the file that it ends with is there.
fn install(command: &mut Command, done: &Path) -> Result<()> {
    if done.exists() {
        return Ok(());
    }
    let name = command.get_program().to_owned();
    let status = command.stdin(Stdio::null()).status().with_context(|| format!("cannot run {}", name.display()))?;
    if !status.success() {
        bail!("{} could not install what is needed", name.display());
    }
    Ok(())
}

/// The Rust driver's program is a test of the crate: it starts a server of its own.
fn rust(_: &str, _: &str) -> Result<Command> {
    let test = || {
        let mut command = workspace::cargo();
        command.args(["test", "--quiet", "--package", "quorate-wire", "--test", "suite"]);
        command
    };
    // Building takes longer than a program may be silent.
    if !test().arg("--no-run").status().context("cannot run cargo")?.success() {
        bail!("the program does not build");
    }
    let mut command = test();
    command.arg("driver");
    Ok(command)
}

fn python_environment() -> Result<PathBuf> {
    let folder = installed("python")?;
    install(Command::new("python3").args(["-m", "venv"]).arg(&folder), &folder.join("bin/pip"))?;
    let pip = folder.join("bin/pip");
    install(Command::new(pip).args(["install", "--quiet"]).args(PYTHON_PACKAGES), &folder.join("bin/cqlsh"))?;
    Ok(folder.join("bin"))
}

fn python(host: &str, port: &str) -> Result<Command> {
    let mut command = Command::new(python_environment()?.join("python"));
    command.arg(program("python").join("client.py")).args([host, port]);
    Ok(command)
}

fn cqlsh(host: &str, port: &str) -> Result<Command> {
    let programs = python_environment()?;
    let mut command = Command::new(programs.join("python"));
    command.arg(program("cqlsh").join("client.py")).arg(programs.join("cqlsh")).args([host, port]);
    Ok(command)
}

fn go(host: &str, port: &str) -> Result<Command> {
    let client = installed("go")?.join("client");
    let mut build = Command::new("go");
    build.current_dir(program("go")).args([OsStr::new("build"), OsStr::new("-o"), client.as_os_str()]);
    let status = build.status().context("cannot run go")?;
    if !status.success() {
        bail!("the program does not build");
    }
    let mut command = Command::new(client);
    command.args([host, port]);
    Ok(command)
}

fn java(host: &str, port: &str) -> Result<Command> {
    let jars = installed("java")?.join("lib");
    let mut maven = Command::new("mvn");
    maven.args(["-q", "-B", "-f"]).arg(program("java").join("pom.xml")).arg("dependency:copy-dependencies");
    maven.arg(format!("-DoutputDirectory={}", jars.display()));
    install(&mut maven, &jars.join("java-driver-core-4.17.0.jar"))?;
    let mut command = Command::new("java");
    command.arg("-cp").arg(jars.join("*")).arg("-Dorg.slf4j.simpleLogger.defaultLogLevel=off");
    command.arg(program("java").join("src/main/java/Client.java")).args([host, port]);
    Ok(command)
}

fn node(host: &str, port: &str) -> Result<Command> {
    let folder = installed("node")?;
    fs::copy(program("node").join("package.json"), folder.join("package.json")).context("cannot copy package.json")?;
    let modules = folder.join("node_modules");
    let mut npm = Command::new("npm");
    npm.current_dir(&folder).args(["install", "--silent", "--no-audit", "--no-fund"]);
    install(&mut npm, &modules.join("cassandra-driver"))?;
    let mut command = Command::new("node");
    command.env("NODE_PATH", modules).arg(program("node").join("client.js")).args([host, port]);
    Ok(command)
}
