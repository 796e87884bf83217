//! The rules for every text file: no trailing blanks, no paths of somebody's machine, no dead relative link.

use std::collections::BTreeSet;

use super::{Document, Finding};

/// Directories of a machine that mean nothing on another one. Split, so that this file passes its own check.
const MACHINE_PATHS: [&str; 3] = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/tmp/br", "ief")];

/// Kinds of files that people write. Recorded and generated files are as their program wrote them.
const WRITTEN: [&str; 7] = ["rs", "md", "toml", "sh", "yml", "yaml", "html"];

/// Checks every text file; `paths` are all files of the checkout, which links may point to.
pub(super) fn check(documents: &[Document], paths: &[String]) -> Vec<Finding> {
    let targets = link_targets(paths);
    let mut findings = Vec::new();
    for document in documents {
        let extension = document.path.rsplit_once('.').map_or("", |(_, extension)| extension);
        for (index, line) in document.text.lines().enumerate() {
            for path in MACHINE_PATHS.iter().filter(|path| line.contains(*path)) {
                findings.push(Finding::new(&document.path, index + 1, format!("`{path}` is a path of one machine")));
            }
            if line.ends_with([' ', '\t']) && WRITTEN.contains(&extension) {
                findings.push(Finding::new(&document.path, index + 1, "trailing blanks"));
            }
        }
        if WRITTEN.contains(&extension) && !document.text.is_empty() && !document.text.ends_with('\n') {
            findings.push(Finding::new(&document.path, document.text.lines().count(), "no line break at the end"));
        }
        if extension == "md" {
            findings.extend(dead_links(document, &targets));
        }
    }
    findings
}

/// Every file and every directory above one.
fn link_targets(paths: &[String]) -> BTreeSet<&str> {
    let mut targets = BTreeSet::new();
    for path in paths {
        targets.insert(path.as_str());
        let mut rest = path.as_str();
        while let Some((parent, _)) = rest.rsplit_once('/') {
            targets.insert(parent);
            rest = parent;
        }
    }
    targets
}

fn dead_links(document: &Document, targets: &BTreeSet<&str>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut fenced = false;
    for (index, line) in document.text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        for link in links(line) {
            let file = link.split('#').next().unwrap_or_default();
            let elsewhere = link.contains("://") || link.starts_with("mailto:") || file.is_empty();
            if !elsewhere
                && !resolve(&document.path, file).is_some_and(|path| path.is_empty() || targets.contains(path.as_str()))
            {
                findings.push(Finding::new(&document.path, index + 1, format!("the link `{link}` leads nowhere")));
            }
        }
    }
    findings
}

/// The targets of `[text](target)` and `![text](target)` on a line, code spans left out.
fn links(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(position) = rest.find("](") {
        let in_code = line[..line.len() - rest.len() + position].matches('`').count() % 2 == 1;
        rest = &rest[position + 2..];
        let Some(end) = rest.find(')') else { break };
        let target = rest[..end].split(' ').next().unwrap_or_default();
        if !in_code && !target.is_empty() {
            found.push(target);
        }
        rest = &rest[end..];
    }
    found
}

/// `link` as seen from the file `from`, relative to the root; `None` where it leaves the checkout.
fn resolve(from: &str, link: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}
