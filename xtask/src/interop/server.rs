//! The server that the clients talk to: `quorate cql-server` on a store of its own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::workspace;

/// A running server.
pub(super) struct Server {
    program: PathBuf,
    store: PathBuf,
    /// Address and port, the same after a restart.
    address: String,
    child: Child,
}

impl Server {
    /// Starts on an empty store, on a port that is free.
    pub(super) fn start(release: bool) -> Result<Self> {
        let target = workspace::target();
        let program = target.join(if release { "release" } else { "debug" }).join("quorate");
        let store = target.join("interop/store");
        if store.exists() {
            fs::remove_dir_all(&store).with_context(|| format!("cannot remove {}", store.display()))?;
        }
        let (child, address) = launch(&program, &store, "127.0.0.1:0")?;
        Ok(Self { program, store, address, child })
    }

    /// The address without the port.
    pub(super) fn host(&self) -> String {
        self.address.rsplit_once(':').map_or_else(String::new, |(host, _)| host.to_owned())
    }

    /// The port.
    pub(super) fn port(&self) -> String {
        self.address.rsplit_once(':').map_or_else(String::new, |(_, port)| port.to_owned())
    }

    /// Ends the server and starts it on the same store and port.
    pub(super) fn restart(&mut self) -> Result<()> {
        self.end()?;
        (self.child, _) = launch(&self.program, &self.store, &self.address)?;
        Ok(())
    }

    /// Ends the server and removes its store.
    pub(super) fn stop(mut self) -> Result<()> {
        self.end()?;
        fs::remove_dir_all(&self.store).with_context(|| format!("cannot remove {}", self.store.display()))
    }

    fn end(&mut self) -> Result<()> {
        let pid = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status().context("cannot run kill")?;
        let status = self.child.wait().context("cannot wait for the server")?;
        if !told.success() || !status.success() {
            bail!("the server ended with {status}");
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already, unless something failed on the way.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn launch(program: &PathBuf, store: &PathBuf, listen: &str) -> Result<(Child, String)> {
    let mut child = Command::new(program)
        .args(["cql-server", "--listen", listen, "--store"])
        .arg(store)
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {}", program.display()))?;
    let output = child.stdout.take().context("a server without output")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line).context("cannot read what the server prints")?;
    match line.trim().strip_prefix("listening on ") {
        Some(address) => Ok((child, address.to_owned())),
        None => bail!("the server did not start"),
    }
}
