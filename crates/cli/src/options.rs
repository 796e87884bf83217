//! The command line: what can be typed, and the help for it.
//!
//! Settings that a file or the environment can give as well are texts here; `config` reads them
//! all in one way. Nothing is decided here.

use clap::{Args, Parser, Subcommand};

use crate::commands::{
    backup, completions, cql_server, demo, execute, generate, import, query, rebuild, reminders, repair, reset,
    restore, schema, settings, verify,
};
use crate::log::Level;

const EXAMPLES: &str = "\
Examples:
  quorate                                  a demonstration in a new folder, with sample data
  quorate schema apply                     make the clinic's keyspace
  quorate generate DIR                     made-up data to try it with
  quorate import DIR                       load a folder of CSV files into it
  quorate query q2 --customer 17           ask one of the 14 questions
  quorate do FILE                          send commands, one JSON object per line
  quorate verify                           prove that every copy is right
  quorate reset --yes                      remove the keyspace
  quorate cql-server                       serve the store to cqlsh and every driver

All of them work on an embedded store (--store DIR) and on an Apache Cassandra cluster
(--contact-points HOST:PORT,…) alike.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 input refused.";

/// Query-first applications on Apache Cassandra, or on an embedded engine that speaks its CQL
#[derive(Debug, Parser)]
#[command(name = "quorate", version, about, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    /// Absent: the demonstration.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Demo(demo::Options),
    Schema(schema::Options),
    Generate(generate::Options),
    Import(import::Options),
    Query(query::Options),
    Do(execute::Options),
    Reminders(reminders::Options),
    Verify(verify::Options),
    Repair(repair::Options),
    Rebuild(rebuild::Options),
    Backup(backup::Options),
    Restore(restore::Options),
    Reset(reset::Options),
    CqlServer(cql_server::Options),
    Config(settings::Options),
    Completions(completions::Options),
}

/// What every command takes.
#[derive(Debug, Default, Args)]
#[expect(clippy::doc_markdown, reason = "these comments are shown as help, where backticks are noise")]
pub(crate) struct Global {
    /// Write data as JSON, for programs
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// What to log on standard error
    #[arg(
        long,
        global = true,
        value_name = "LEVEL",
        env = "QUORATE_LOG",
        default_value = "warn",
        hide_short_help = true
    )]
    pub(crate) log: Level,
    /// A TOML file with settings [default: quorate/config.toml in the user's configuration folder]
    #[arg(long, global = true, value_name = "FILE", help_heading = "Where the data are")]
    pub(crate) config: Option<std::path::PathBuf>,
    /// Directory of the embedded store [default: quorate in the user's data folder]
    #[arg(long, global = true, value_name = "DIR", help_heading = "Where the data are")]
    pub(crate) store: Option<String>,
    /// When a write to the embedded store counts as done: sync (on the disk) or periodic (survives
    /// the end of the process, on the disk within seconds) [default: periodic]
    #[arg(long, global = true, value_name = "WHEN", help_heading = "Where the data are")]
    pub(crate) durability: Option<String>,
    /// Keyspace of the clinic [default: wearedoctors]
    #[arg(long, global = true, value_name = "NAME", help_heading = "Where the data are")]
    pub(crate) keyspace: Option<String>,
    /// Some nodes of a Cassandra cluster, as host or host:port, with commas
    #[arg(long, global = true, value_name = "HOSTS", help_heading = "On a cluster")]
    pub(crate) contact_points: Option<String>,
    /// The data centre to ask [default: the only one]
    #[arg(long, global = true, value_name = "NAME", help_heading = "On a cluster")]
    pub(crate) local_dc: Option<String>,
    /// Consistency of reads [default: LOCAL_QUORUM]
    #[arg(long, global = true, value_name = "LEVEL", help_heading = "On a cluster", hide_short_help = true)]
    pub(crate) consistency: Option<String>,
    /// Consistency of writes [default: LOCAL_QUORUM]
    #[arg(long, global = true, value_name = "LEVEL", help_heading = "On a cluster", hide_short_help = true)]
    pub(crate) write_consistency: Option<String>,
    /// Consistency of conditional statements [default: LOCAL_SERIAL]
    #[arg(long, global = true, value_name = "LEVEL", help_heading = "On a cluster", hide_short_help = true)]
    pub(crate) serial_consistency: Option<String>,
    /// Compression of the connections: none or lz4 [default: none]
    #[arg(long, global = true, value_name = "KIND", help_heading = "On a cluster", hide_short_help = true)]
    pub(crate) compression: Option<String>,
    /// How long connecting may take, in seconds [default: 5]
    #[arg(long, global = true, value_name = "SECONDS", help_heading = "On a cluster", hide_short_help = true)]
    pub(crate) connect_timeout: Option<String>,
    /// How long one request may take, in seconds [default: 10]
    #[arg(long, global = true, value_name = "SECONDS", help_heading = "On a cluster", hide_short_help = true)]
    pub(crate) request_timeout: Option<String>,
}

#[cfg(test)]
mod tests;
