//! Errors flattened to text: `Result<_, String>` and `map_err` that keeps only the message.
//!
//! Such an error can be printed and nothing else: no caller can match on it, and its source is lost.

use super::Finding;
use super::rust_files::RustFile;

/// Finds both forms in production code.
pub(super) fn check(file: &RustFile<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for position in string_results(&file.masked) {
        findings.push((position, "`Result<_, String>`: make an error type that callers can match on"));
    }
    for position in flattening_closures(file) {
        findings.push((position, "`map_err` keeps only the text; keep the error as `source`"));
    }
    let findings =
        findings.into_iter().map(|(position, message)| Finding::new(file.path, file.line_of(position), message));
    findings.filter(|finding| file.is_production(finding.line)).collect()
}

/// Positions of `Result<…, String>`.
fn string_results(masked: &str) -> Vec<usize> {
    const OPEN: &str = "Result<";
    let mut found = Vec::new();
    for (start, _) in masked.match_indices(OPEN) {
        let arguments = enclosed(&masked[start + OPEN.len() - 1..], b'<', b'>');
        let last = arguments.and_then(|arguments| arguments.rsplit_once(','));
        if last.is_some_and(|(_, last)| last.trim() == "String") {
            found.push(start);
        }
    }
    found
}

/// Positions of `.map_err(|e| …)` whose closure turns `e` into text.
fn flattening_closures(file: &RustFile<'_>) -> Vec<usize> {
    const OPEN: &str = ".map_err(";
    let mut found = Vec::new();
    for (start, _) in file.masked.match_indices(OPEN) {
        let from = start + OPEN.len() - 1;
        let Some(inner) = enclosed(&file.masked[from..], b'(', b')') else {
            continue;
        };
        let raw = &file.text[from + 1..from + 1 + inner.len()];
        if inner.trim() == "ToString::to_string" || closure_flattens(inner, raw) {
            found.push(start);
        }
    }
    found
}

fn closure_flattens(inner: &str, raw: &str) -> bool {
    let Some((parameter, body)) = inner.trim_start().strip_prefix('|').and_then(|rest| rest.split_once('|')) else {
        return false;
    };
    let name = parameter.split(':').next().unwrap_or_default().trim();
    if name.is_empty() || name.starts_with('_') {
        return false;
    }
    if body.contains(&format!("{name}.to_string()")) {
        return true;
    }
    let captured = [format!("{{{name}}}"), format!("{{{name}:"), format!(", {name})")];
    body.contains("format!(") && captured.iter().any(|capture| raw.contains(capture.as_str()))
}

/// What stands between the first byte of `text`, which is `open`, and the `close` that matches it.
fn enclosed(text: &str, open: u8, close: u8) -> Option<&str> {
    let mut depth = 0_usize;
    for (position, byte) in text.bytes().enumerate() {
        if byte == open {
            depth += 1;
        } else if byte == close && !(close == b'>' && position > 0 && text.as_bytes()[position - 1] == b'-') {
            depth -= 1;
            if depth == 0 {
                return Some(&text[1..position]);
            }
        }
    }
    None
}
