//! `quorate cql-server`: the embedded store behind Cassandra's native protocol, for any client.
//!
//! It ends in order when it is told to: requests under way are answered, then the store is closed.

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use quorate_engine::{Engine, Options as EngineOptions};
use quorate_session::Target;
use quorate_wire::{Accounts, Authenticator, Limits, Server, Settings as WireSettings, Tls};

use super::Run;
use crate::clock::SystemClock;
use crate::failure::{Exit, Failure};

/// Serve the embedded store to any Cassandra client, by the native protocol
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quorate cql-server                          then: cqlsh 127.0.0.1
  quorate cql-server --memory --listen 127.0.0.1:9142
  quorate cql-server --listen 0.0.0.0:9042 --tls-cert server.pem --tls-key server.key \\
      --auth password --user clinic --password-file password.txt")]
pub(crate) struct Options {
    /// Keep everything in memory: nothing is left when the server ends
    #[arg(long)]
    memory: bool,
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:9042")]
    listen: SocketAddr,
    /// The address that clients are told is this node's [default: the one that each connected to]
    #[arg(long, value_name = "ADDRESS")]
    advertise: Option<IpAddr>,
    /// Encrypt with this certificate, a PEM file with its chain
    #[arg(long, value_name = "FILE", requires = "tls_key", help_heading = "Who may connect")]
    tls_cert: Option<PathBuf>,
    /// The certificate's private key, a PEM file
    #[arg(long, value_name = "FILE", requires = "tls_cert", help_heading = "Who may connect")]
    tls_key: Option<PathBuf>,
    /// Let everybody in, or who knows the password
    #[arg(long, value_enum, default_value = "none", help_heading = "Who may connect")]
    auth: Auth,
    /// The user's name, with --auth password
    #[arg(long, value_name = "NAME", default_value = "cassandra", help_heading = "Who may connect")]
    user: String,
    /// A file with the user's password in its first line, with --auth password
    #[arg(long, value_name = "FILE", help_heading = "Who may connect")]
    password_file: Option<PathBuf>,
    /// The largest request, in MiB
    #[arg(long, value_name = "MIB", default_value = "256", help_heading = "Limits")]
    max_frame: u16,
    /// Connections at once
    #[arg(long, value_name = "NUMBER", default_value = "10000", help_heading = "Limits")]
    max_connections: usize,
    /// Requests under way on one connection
    #[arg(long, value_name = "NUMBER", default_value = "1024", help_heading = "Limits")]
    max_in_flight: usize,
    /// Prepared statements; the one not used for longest is forgotten
    #[arg(long, value_name = "NUMBER", default_value = "10000", help_heading = "Limits")]
    max_prepared: usize,
}

/// Who may connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Auth {
    /// Everybody.
    None,
    /// Who knows the password.
    Password,
}

/// Serves until the process is told to end.
pub(crate) async fn run(run: &Run<'_>, options: &Options) -> anyhow::Result<Exit> {
    let settings = WireSettings {
        advertise: options.advertise,
        tls: options.tls()?,
        authenticator: options.authenticator()?,
        limits: options.limits(),
    };
    let engine = Arc::new(open(run, options)?);
    let server = Server::bind(Arc::clone(&engine), options.listen, settings).await;
    let server = server.with_context(|| format!("cannot listen on {}", options.listen))?;
    let stop = stop_signal()?;
    if run.console.json() {
        run.console.json_data(&serde_json::json!({ "listening": server.address().to_string() }))?;
    } else {
        run.console.data(&format!("listening on {}", server.address()))?;
    }
    server.run(stop).await;
    // A request that outlived the time to finish holds the engine; the store recovers when it is opened next.
    if let Some(engine) = Arc::into_inner(engine) {
        engine.close().context("cannot close the store")?;
    }
    Ok(Exit::Done)
}

fn open(run: &Run<'_>, options: &Options) -> anyhow::Result<Engine> {
    if options.memory {
        if run.settings.store_flag().is_some() {
            return Err(Failure::usage("both --memory and --store are given: give one of them").into());
        }
        return Ok(Engine::in_memory(SystemClock::shared())?);
    }
    match run.settings.target()? {
        Target::Embedded { directory, durability } => {
            let engine = Engine::open(&directory, EngineOptions::with_durability(durability), SystemClock::shared());
            engine.with_context(|| format!("cannot open the store in {}", directory.display()))
        }
        _ => Err(Failure::usage("a cluster serves itself: name a store with --store DIR").into()),
    }
}

impl Options {
    fn tls(&self) -> anyhow::Result<Option<Tls>> {
        let (Some(certificate), Some(key)) = (&self.tls_cert, &self.tls_key) else { return Ok(None) };
        Ok(Some(Tls::from_files(certificate, key)?))
    }

    fn authenticator(&self) -> anyhow::Result<Option<Arc<dyn Authenticator>>> {
        if self.auth == Auth::None {
            return Ok(None);
        }
        let missing = || Failure::usage("--auth password needs --password-file FILE");
        let file = self.password_file.as_ref().ok_or_else(missing)?;
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let password = text.lines().next().filter(|line| !line.is_empty());
        let password = password.ok_or_else(|| Failure::usage(format!("there is no password in {}", file.display())))?;
        Ok(Some(Arc::new(Accounts::new().with(&self.user, password))))
    }

    fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        limits.frame_bytes = usize::from(self.max_frame) << 20;
        limits.connections = self.max_connections;
        limits.in_flight = self.max_in_flight.max(1);
        limits.prepared = self.max_prepared;
        limits
    }
}

/// Done when the process is told to end. From now on it does not end by itself for that.
#[cfg(unix)]
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail where there are signals")]
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    // Without a way to be told, it serves until it is ended.
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}
