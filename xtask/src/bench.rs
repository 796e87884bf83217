//! `cargo xtask bench NAME`: the benchmark programs, always built with optimisation.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::workspace;

/// Each benchmark's name with the package and the example that is its program.
const PROGRAMS: [(&str, &str, &str); 3] =
    [("clinic", "quorate-clinic", "bench"), ("engine", "quorate-engine", "reads"), ("wire", "quorate-wire", "load")];

/// Runs the named benchmark with the arguments that follow its name.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let names = PROGRAMS.map(|(name, _, _)| name).join(", ");
    let Some((name, rest)) = arguments.split_first() else {
        bail!("which benchmark? one of: {names}");
    };
    let program = PROGRAMS.iter().find(|(program, _, _)| program == name);
    let (_, package, example) = program.with_context(|| format!("no benchmark `{name}`; there are: {names}"))?;
    let status = workspace::cargo()
        .args(["run", "--release", "--quiet", "--package", package, "--example", example, "--"])
        .args(rest)
        .status()
        .context("cannot run cargo")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
