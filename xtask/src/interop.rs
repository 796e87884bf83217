//! `cargo xtask interop`: the clients that people use, each as a small program against `quorate cql-server`.
//!
//! The programs are in `xtask/interop/`, one folder for each client. What they need is installed
//! below `target/interop` with the package manager of their language. A client whose toolchain is
//! missing is skipped, and named. A program that prints `restart` gets the server restarted on the
//! store that it had.

mod clients;
mod server;

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::options::Options;
use crate::workspace;
use clients::CLIENTS;
use server::Server;

/// How long a program may say nothing.
const SILENCE: Duration = Duration::from_mins(3);

/// Runs `cargo xtask interop [CLIENTS…]`.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let chosen = options.words();
    if let Some(unknown) = chosen.iter().find(|word| CLIENTS.iter().all(|client| client.name != **word)) {
        let names: Vec<&str> = CLIENTS.iter().map(|client| client.name).collect();
        bail!("no client `{unknown}`; there are: {}", names.join(", "));
    }
    let profile: &[&str] = if options.has("--release") { &["--release"] } else { &[] };
    let built = workspace::cargo().args(["build", "--package", "quorate"]).args(profile).status();
    if !built.context("cannot run cargo")?.success() {
        bail!("the server does not build");
    }
    let mut server = Server::start(options.has("--release"))?;
    let mut failed = Vec::new();
    for client in CLIENTS.iter().filter(|client| chosen.is_empty() || chosen.iter().any(|name| name == client.name)) {
        println!("{} ({})", client.name, client.about);
        if let Some(tool) = client.missing_tool() {
            println!("skipped: {}, because there is no `{tool}`", client.name);
            continue;
        }
        let command = (client.prepare)(&server.host(), &server.port());
        if let Err(error) = command.and_then(|command| accompany(command, &mut server)) {
            println!("failed: {}: {error:#}", client.name);
            failed.push(client.name);
        }
    }
    server.stop()?;
    if failed.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    println!("failed: {}", failed.join(", "));
    Ok(ExitCode::FAILURE)
}

/// Runs a program to its end, shows what it says, and restarts the server where it asks for that.
fn accompany(mut command: Command, server: &mut Server) -> Result<()> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("cannot run it")?;
    let outcome = listen(&mut child, server);
    if outcome.is_err() {
        // It may have ended by itself.
        drop(child.kill());
    }
    let status = child.wait().context("cannot wait for it")?;
    outcome?;
    if !status.success() {
        bail!("it ended with {status}");
    }
    Ok(())
}

fn listen(child: &mut Child, server: &mut Server) -> Result<()> {
    let (output, input) = (child.stdout.take(), child.stdin.take());
    let (output, mut input) = output.zip(input).context("a program without input and output")?;
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if tell.send(line).is_err() {
                return;
            }
        }
    });
    loop {
        match told.recv_timeout(SILENCE) {
            Ok(line) if line == "restart" => {
                server.restart()?;
                writeln!(input).context("it does not listen")?;
            }
            Ok(line) => println!("  {line}"),
            Err(mpsc::RecvTimeoutError::Disconnected) => return Ok(()),
            Err(mpsc::RecvTimeoutError::Timeout) => bail!("it said nothing for {} s", SILENCE.as_secs()),
        }
    }
}
