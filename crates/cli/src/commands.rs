//! The subcommands, one file each: their options, their help and what they do.
//!
//! A command opens what it needs, calls the library, shows the outcome and names the next step.

use crate::config::Settings;
use crate::console::Console;
use crate::failure::Exit;
use crate::options::{Cli, Command};

pub(crate) mod backup;
pub(crate) mod completions;
pub(crate) mod cql_server;
pub(crate) mod demo;
pub(crate) mod execute;
pub(crate) mod generate;
pub(crate) mod import;
pub(crate) mod query;
pub(crate) mod rebuild;
pub(crate) mod reminders;
pub(crate) mod repair;
pub(crate) mod reset;
pub(crate) mod restore;
pub(crate) mod schema;
pub(crate) mod settings;
pub(crate) mod verify;

/// What every command is given.
pub(crate) struct Run<'a> {
    pub(crate) console: &'a Console,
    pub(crate) settings: Settings,
}

/// Does what the command line asks.
pub(crate) async fn run(cli: &Cli, console: &Console) -> anyhow::Result<Exit> {
    if let Some(Command::Completions(options)) = &cli.command {
        return completions::run(options);
    }
    arm_failpoint()?;
    let run = Run { console, settings: Settings::of_process(&cli.global)? };
    match &cli.command {
        None => demo::run(&run, &demo::Options::default()).await,
        Some(Command::Demo(options)) => demo::run(&run, options).await,
        Some(Command::Schema(options)) => schema::run(&run, options).await,
        Some(Command::Generate(options)) => generate::run(&run, options),
        Some(Command::Import(options)) => import::run(&run, options).await,
        Some(Command::Query(options)) => query::run(&run, options).await,
        Some(Command::Do(options)) => execute::run(&run, options).await,
        Some(Command::Reminders(options)) => reminders::run(&run, options).await,
        Some(Command::Verify(options)) => verify::run(&run, options).await,
        Some(Command::Repair(options)) => repair::run(&run, options).await,
        Some(Command::Rebuild(options)) => rebuild::run(&run, options).await,
        Some(Command::Backup(options)) => backup::run(&run, options).await,
        Some(Command::Restore(options)) => restore::run(&run, options).await,
        Some(Command::Reset(options)) => reset::run(&run, options).await,
        Some(Command::CqlServer(options)) => cql_server::run(&run, options).await,
        Some(Command::Config(options)) => settings::run(&run, options),
        Some(Command::Completions(options)) => completions::run(options),
    }
}

/// Lets a test kill the process at a named place: `QUORATE_FAILPOINT=appended:3`.
#[cfg(debug_assertions)]
fn arm_failpoint() -> anyhow::Result<()> {
    use crate::failure::Failure;
    use quorate_clinic::failpoint;

    let Ok(text) = std::env::var("QUORATE_FAILPOINT") else { return Ok(()) };
    let place = text.split_once(':').and_then(|(name, nth)| Some((name, nth.parse().ok()?)));
    match place {
        Some((name, nth)) if failpoint::ALL.contains(&name) => failpoint::arm(name, nth),
        _ => {
            let known = failpoint::ALL.join(", ");
            return Err(Failure::usage(format!("QUORATE_FAILPOINT is NAME:N with NAME one of {known}")).into());
        }
    }
    Ok(())
}

#[cfg(not(debug_assertions))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail where there are failpoints")]
fn arm_failpoint() -> anyhow::Result<()> {
    Ok(())
}
