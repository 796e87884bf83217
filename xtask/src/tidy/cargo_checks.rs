//! The checks that cargo's own tools make: the dependency graph, formatting, lints.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::Finding;
use crate::workspace;

/// The release whose clippy judges. A newer one has lints that this code was never held against.
const JUDGING_RELEASE: &str = "rustc 1.95.";

/// The workspace's packages as `cargo metadata` describes them.
pub(super) fn metadata() -> Result<Value> {
    let output = workspace::cargo()
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .output()
        .context("cannot run cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    serde_json::from_slice(&output.stdout).context("cargo metadata wrote no JSON")
}

/// The files that `cargo fmt` would change.
pub(super) fn formatting(root: &Path) -> Result<Vec<Finding>> {
    let output =
        workspace::cargo().args(["fmt", "--all", "--", "--check", "-l"]).output().context("cannot run cargo fmt")?;
    let listed = String::from_utf8_lossy(&output.stdout);
    let mut findings: Vec<Finding> = listed
        .lines()
        .filter(|line| Path::new(line).is_absolute())
        .map(|line| {
            let path = Path::new(line).strip_prefix(root).unwrap_or(Path::new(line));
            Finding::new(&path.display().to_string(), 1, "not formatted: run `cargo fmt`")
        })
        .collect();
    if !output.status.success() && findings.is_empty() {
        let first = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        findings.push(Finding::new("rustfmt.toml", 1, format!("cargo fmt failed: {first}")));
    }
    Ok(findings)
}

/// Runs clippy over everything; its own output says what it found.
pub(super) fn clippy() -> Result<bool> {
    let mut command = workspace::cargo();
    command.args(["clippy", "--workspace", "--all-targets", "--quiet"]);
    if judges()? {
        command.args(["--", "-D", "warnings"]);
    } else {
        println!("clippy's findings are shown only: this is not the release that judges ({JUDGING_RELEASE}x)");
    }
    Ok(command.status().context("cannot run cargo clippy")?.success())
}

fn judges() -> Result<bool> {
    let output = Command::new("rustc").arg("--version").output().context("cannot run rustc")?;
    Ok(String::from_utf8_lossy(&output.stdout).starts_with(JUDGING_RELEASE))
}
