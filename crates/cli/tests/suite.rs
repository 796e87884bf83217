//! The program from outside: what it writes where, with which exit code, on an embedded store.
//!
//! One test binary, so that it is linked once; a module per subject. Expected answers are computed
//! from the input files here, by other means than the program's.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "suite/program.rs"]
mod program;

#[path = "suite/commands.rs"]
mod commands;
#[path = "suite/crashes.rs"]
mod crashes;
#[path = "suite/demo.rs"]
mod demo;
#[path = "suite/help.rs"]
mod help;
#[path = "suite/import.rs"]
mod import;
#[path = "suite/queries.rs"]
mod queries;
#[path = "suite/settings.rs"]
mod settings;
#[path = "suite/steps.rs"]
mod steps;
