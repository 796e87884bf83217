//! Which crate may import which: arrows point down only, and some libraries have one home.
//!
//! Development dependencies are free: a test may look at a layer from above.

use anyhow::{Context, Result};
use serde_json::Value;

use super::{Document, Finding};

/// Each crate's directory with the crates it may import. The command line may import all.
const EDGES: [(&str, &[&str]); 10] = [
    ("cql", &[]),
    ("engine", &["cql"]),
    ("wire", &["cql", "engine"]),
    ("session", &["cql", "engine"]),
    ("model", &["cql"]),
    ("clinic", &["session", "model"]),
    ("quiz", &["session", "model"]),
    ("loader", &["cql", "session"]),
    ("web", &["clinic", "quiz"]),
    ("xtask", &[]),
];

/// Libraries (by prefix) with the only crates that may use them.
const HOMES: [(&str, &[&str]); 10] = [
    ("scylla", &["session"]),
    ("fjall", &["engine"]),
    ("lsm-tree", &["engine"]),
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
    ("anyhow", &["cli", "xtask"]),
    ("axum", &["web"]),
    ("tower", &["web"]),
    ("askama", &["web"]),
    ("async-graphql", &["web"]),
];

/// Everything below `session` is synchronous.
const SYNCHRONOUS: [&str; 3] = ["cql", "engine", "model"];
const ASYNCHRONOUS_LIBRARIES: [&str; 3] = ["tokio", "futures", "async-std"];

/// Checks `cargo metadata`'s packages, and that each manifest takes over the workspace's lints.
pub(super) fn check(metadata: &Value, documents: &[Document]) -> Result<Vec<Finding>> {
    let packages = metadata["packages"].as_array().context("cargo metadata without packages")?;
    let mut findings = Vec::new();
    for package in packages {
        let path = manifest_path(package, metadata)?;
        let manifest = documents.iter().find(|document| document.path == path);
        let text = manifest.map_or("", |document| document.text.as_str());
        let crate_name = path.split('/').rev().nth(1).context("a manifest without a directory")?;
        if !text.replace(' ', "").contains("[lints]\nworkspace=true") {
            findings.push(Finding::new(&path, 1, "no `[lints] workspace = true`"));
        }
        let dependencies = package["dependencies"].as_array().context("a package without dependencies")?;
        for dependency in dependencies.iter().filter(|dependency| dependency["kind"] != "dev") {
            let name = dependency["name"].as_str().context("a dependency without a name")?;
            if let Some(message) = objection(crate_name, name, dependency["path"].as_str()) {
                findings.push(Finding::new(&path, line_of(text, name), message));
            }
        }
    }
    Ok(findings)
}

/// Why `crate_name` may not depend on `library`, which lies at `path` if it is one of ours.
fn objection(crate_name: &str, library: &str, path: Option<&str>) -> Option<String> {
    if let Some(path) = path {
        let imported = path.rsplit('/').next().unwrap_or(path);
        if crate_name == "cli" {
            return None;
        }
        let Some((_, allowed)) = EDGES.iter().find(|(name, _)| *name == crate_name) else {
            return Some(format!("crate `{crate_name}` has no place in the layers yet"));
        };
        return (!allowed.contains(&imported)).then(|| format!("`{crate_name}` may not import `{imported}`"));
    }
    let home = HOMES.iter().find(|(prefix, _)| library == *prefix || library.starts_with(&format!("{prefix}-")));
    if let Some((_, homes)) = home
        && !homes.contains(&crate_name)
    {
        return Some(format!("`{library}` belongs to `{}` only", homes.join("`, `")));
    }
    let asynchronous = SYNCHRONOUS.contains(&crate_name) && ASYNCHRONOUS_LIBRARIES.contains(&library);
    asynchronous.then(|| format!("`{crate_name}` is synchronous and does without `{library}`"))
}

fn manifest_path(package: &Value, metadata: &Value) -> Result<String> {
    let manifest = package["manifest_path"].as_str().context("a package without manifest_path")?;
    let root = metadata["workspace_root"].as_str().context("cargo metadata without workspace_root")?;
    let path = manifest.strip_prefix(root).context("a package outside the workspace")?;
    Ok(path.trim_start_matches('/').to_owned())
}

fn line_of(manifest: &str, library: &str) -> usize {
    let found = manifest
        .lines()
        .position(|line| line.strip_prefix(library).is_some_and(|rest| rest.starts_with(['.', ' ', '='])));
    found.map_or(1, |index| index + 1)
}
