//! `cargo xtask tidy`: the rules of this project that a program can check, each finding as `path:line: message`.
//!
//! The checks read text and never change it. They see what git would commit: tracked files and new files that are not ignored.
//! A rule that the compiler or clippy knows is left to them; what stands here is what neither can see.

mod cargo_checks;
mod documents;
mod layering;
mod lexed;
mod rust_files;
mod rust_rules;
mod stringly;

#[cfg(test)]
mod tests;

use std::fmt;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::options::Options;
use crate::workspace;

/// Something that breaks a rule, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    message: String,
}

impl Finding {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// A text file of the checkout; the path is relative to the root, with `/`.
#[derive(Debug)]
struct Document {
    path: String,
    text: String,
}

/// Runs `cargo xtask tidy`.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let clean = check(!options.has("--fast"))?;
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints every finding and answers whether there was none. Clippy takes longest, so it can be left out.
pub(crate) fn check(with_clippy: bool) -> Result<bool> {
    let root = workspace::root();
    let paths = listed_files(&root)?;
    let documents = read_documents(&root, &paths)?;
    let mut findings = rust_rules::check(&documents);
    findings.extend(documents::check(&documents, &paths));
    findings.extend(layering::check(&cargo_checks::metadata()?, &documents)?);
    findings.extend(cargo_checks::formatting(&root)?);
    findings.sort();
    findings.dedup();
    for finding in &findings {
        println!("{finding}");
    }
    let lints_pass = !with_clippy || cargo_checks::clippy()?;
    let clean = findings.is_empty() && lints_pass;
    if clean {
        println!("tidy: {} files, nothing found", documents.len());
    } else {
        println!("tidy: {} findings{}", findings.len(), if lints_pass { "" } else { ", and clippy's above" });
    }
    Ok(clean)
}

fn listed_files(root: &Path) -> Result<Vec<String>> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .context("cannot run git")?;
    if !output.status.success() {
        bail!("git ls-files failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let text = String::from_utf8(output.stdout).context("a file name is not UTF-8")?;
    let mut paths: Vec<String> = text.split_terminator('\0').map(str::to_owned).collect();
    // A file deleted but not yet committed is still listed.
    paths.retain(|path| root.join(path).is_file());
    Ok(paths)
}

/// Reads the files that are text; others (an archive with sample data) have no lines to check.
fn read_documents(root: &Path, paths: &[String]) -> Result<Vec<Document>> {
    let mut documents = Vec::new();
    for path in paths {
        let bytes = fs::read(root.join(path)).with_context(|| format!("cannot read {path}"))?;
        if let Ok(text) = String::from_utf8(bytes) {
            documents.push(Document { path: path.clone(), text });
        }
    }
    Ok(documents)
}
