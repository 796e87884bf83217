//! Rust files as the rules see them: which crate, which lines are production code and which are tests.

use std::collections::BTreeSet;

use super::Document;
use super::lexed::masked;

/// A Rust file with what the rules need to know about it.
#[derive(Debug)]
pub(super) struct RustFile<'a> {
    /// Relative to the root of the checkout.
    pub(super) path: &'a str,
    /// The source.
    pub(super) text: &'a str,
    /// The source with comments and the insides of literals blanked out.
    pub(super) masked: String,
    /// The crate's directory name: `cql`, `engine`, …, `xtask`.
    pub(super) crate_name: &'a str,
    production: Vec<bool>,
}

impl RustFile<'_> {
    /// Whether line `line` (from 1) is production code.
    pub(super) fn is_production(&self, line: usize) -> bool {
        self.production.get(line.wrapping_sub(1)).copied().unwrap_or(false)
    }

    /// How many lines are production code, comments and empty lines included.
    pub(super) fn production_lines(&self) -> usize {
        self.production.iter().filter(|line| **line).count()
    }

    /// The line (from 1) of a byte position.
    pub(super) fn line_of(&self, position: usize) -> usize {
        1 + self.masked.as_bytes().iter().take(position).filter(|byte| **byte == b'\n').count()
    }
}

/// The Rust files among `documents` that belong to a crate of the workspace.
pub(super) fn rust_files(documents: &[Document]) -> Vec<RustFile<'_>> {
    let mut files: Vec<RustFile<'_>> = documents.iter().filter_map(read).collect();
    let test_modules: BTreeSet<String> = files.iter().flat_map(declared_test_modules).collect();
    for file in &mut files {
        let stem = file.path.strip_suffix(".rs").unwrap_or(file.path);
        let of_tests = test_modules.iter().any(|module| {
            stem == module || stem.strip_prefix(module.as_str()).is_some_and(|rest| rest.starts_with('/'))
        });
        if of_tests || !is_source_path(file.path) {
            file.production.fill(false);
        }
    }
    files
}

fn read(document: &Document) -> Option<RustFile<'_>> {
    let path = document.path.as_str();
    if path.rsplit_once('.')?.1 != "rs" {
        return None;
    }
    let crate_name = match path.split('/').collect::<Vec<_>>()[..] {
        ["crates", name, ..] => name,
        ["xtask", ..] => "xtask",
        _ => return None,
    };
    let masked = masked(&document.text);
    let mut production = vec![true; document.text.lines().count()];
    for (first, last) in inline_test_modules(&masked) {
        for line in production.iter_mut().take(last).skip(first - 1) {
            *line = false;
        }
    }
    Some(RustFile { path, text: &document.text, masked, crate_name, production })
}

/// `tests/`, `benches/` and `examples/` are programs beside the crate, not the crate.
fn is_source_path(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    parts.contains(&"src") && !parts.contains(&"tests") && parts.last() != Some(&"tests.rs")
}

/// First and last line of each `#[cfg(test)] mod name { … }`.
fn inline_test_modules(masked: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (start, body) in test_attributes(masked) {
        let Some(brace) = module_head(body).and_then(|(_, rest)| rest.starts_with('{').then_some(rest)) else {
            continue;
        };
        let open = masked.len() - brace.len();
        let mut depth = 0_usize;
        let close = masked.bytes().enumerate().skip(open).find_map(|(position, byte)| {
            match byte {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                _ => {}
            }
            (depth == 0).then_some(position)
        });
        let line = |position: usize| 1 + masked.bytes().take(position).filter(|byte| *byte == b'\n').count();
        found.push((line(start), line(close.unwrap_or(masked.len()))));
    }
    found
}

/// The paths without `.rs` of the modules that a file declares as `#[cfg(test)] mod name;`.
fn declared_test_modules(file: &RustFile<'_>) -> Vec<String> {
    let stem = file.path.strip_suffix(".rs").unwrap_or(file.path);
    let directory = match stem.rsplit_once('/') {
        Some((parent, "lib" | "main" | "mod")) => parent,
        _ => stem,
    };
    test_attributes(&file.masked)
        .filter_map(|(_, body)| module_head(body))
        .filter(|(_, rest)| rest.starts_with(';'))
        .map(|(name, _)| format!("{directory}/{name}"))
        .collect()
}

fn test_attributes(masked: &str) -> impl Iterator<Item = (usize, &str)> {
    const ATTRIBUTE: &str = "#[cfg(test)]";
    masked.match_indices(ATTRIBUTE).map(|(start, _)| (start, &masked[start + ATTRIBUTE.len()..]))
}

/// Reads `mod name` with an optional visibility; answers the name and what follows it.
fn module_head(text: &str) -> Option<(&str, &str)> {
    let mut text = text.trim_start();
    for visibility in ["pub(crate)", "pub(super)", "pub"] {
        text = text.strip_prefix(visibility).unwrap_or(text).trim_start();
    }
    let text = text.strip_prefix("mod ")?.trim_start();
    let end = text.find(|character: char| !character.is_alphanumeric() && character != '_')?;
    Some((&text[..end], text[end..].trim_start()))
}
