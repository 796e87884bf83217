//! The rules for Rust files that neither the compiler nor clippy knows.

use super::rust_files::{RustFile, rust_files};
use super::{Document, Finding, stringly};

/// Longer files hold more than one thing.
const MOST_PRODUCTION_LINES: usize = 700;

/// Names that say nothing about what a file holds.
const EMPTY_NAMES: [&str; 7] = ["util", "utils", "helper", "helpers", "common", "manager", "misc"];

/// Verbs with which a comment retells the next line instead of giving its reason.
const NARRATING_VERBS: [&str; 13] = [
    "Create",
    "Get",
    "Set",
    "Check",
    "Parse",
    "Return",
    "Now",
    "Initialize",
    "Iterate",
    "Loop",
    "Increment",
    "Call",
    "Define",
];

/// Crates that may talk to the terminal and read the clock.
const EDGES: [&str; 2] = ["cli", "xtask"];

/// Where a banned word may stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ban {
    /// Nowhere, tests included.
    Everywhere,
    /// Not in production code.
    Production,
    /// Not in production code of the crates below the command line.
    BelowTheEdges,
}

struct Word {
    text: &'static str,
    ban: Ban,
    message: &'static str,
}

const fn word(text: &'static str, ban: Ban, message: &'static str) -> Word {
    Word { text, ban, message }
}

const UNFINISHED: &str = "unfinished code; finish it or answer an error that names what is missing";
const HIDDEN_TIME: &str = "time is passed in; only the command line reads the clock";
const HIDDEN_CHANCE: &str = "randomness is passed in; only the command line draws it";
const PRINT: &str = "only the command line prints";
const SHARED_LOCK: &str = "give the shared thing a type of its own that holds its lock";
const BARE_ALLOW: &str = "use #[expect(lint, reason = \"…\")], which ends when it is no longer needed";
const PANIC: &str = "answer an error instead of panicking";

const WORDS: &[Word] = &[
    word("todo!(", Ban::Everywhere, UNFINISHED),
    word("unimplemented!(", Ban::Everywhere, UNFINISHED),
    word("dbg!(", Ban::Everywhere, "left over from debugging"),
    word("#[allow(", Ban::Everywhere, BARE_ALLOW),
    word("#![allow(", Ban::Everywhere, BARE_ALLOW),
    word(".unwrap()", Ban::Production, PANIC),
    word("Arc<Mutex<", Ban::Production, SHARED_LOCK),
    word("Arc<RwLock<", Ban::Production, SHARED_LOCK),
    word("SystemTime::now", Ban::BelowTheEdges, HIDDEN_TIME),
    word("Timestamp::now(", Ban::BelowTheEdges, HIDDEN_TIME),
    word("Zoned::now(", Ban::BelowTheEdges, HIDDEN_TIME),
    word("Utc::now(", Ban::BelowTheEdges, HIDDEN_TIME),
    word("thread_rng(", Ban::BelowTheEdges, HIDDEN_CHANCE),
    word("rand::rng(", Ban::BelowTheEdges, HIDDEN_CHANCE),
    word("rand::random", Ban::BelowTheEdges, HIDDEN_CHANCE),
    word("Uuid::new_v4(", Ban::BelowTheEdges, HIDDEN_CHANCE),
    word("Uuid::now_v", Ban::BelowTheEdges, HIDDEN_TIME),
    word("println!(", Ban::BelowTheEdges, PRINT),
    word("print!(", Ban::BelowTheEdges, PRINT),
    word("eprintln!(", Ban::BelowTheEdges, PRINT),
    word("eprint!(", Ban::BelowTheEdges, PRINT),
];

/// Checks every Rust file of the workspace's crates.
pub(super) fn check(documents: &[Document]) -> Vec<Finding> {
    let files = rust_files(documents);
    let mut findings = Vec::new();
    for file in &files {
        findings.extend(header(file));
        findings.extend(name(file));
        findings.extend(length(file));
        findings.extend(banned_words(file));
        findings.extend(panicking_expects(file));
        findings.extend(narration(file));
        findings.extend(empty_assertions(file));
        findings.extend(stringly::check(file));
    }
    findings
}

fn header(file: &RustFile<'_>) -> Option<Finding> {
    let opens = file.text.lines().next().is_some_and(|line| line.starts_with("//! ") && line.len() > 12);
    (!opens).then(|| Finding::new(file.path, 1, "a file opens with `//!`: what it is, why, what it never does"))
}

fn name(file: &RustFile<'_>) -> Vec<Finding> {
    let stems = file.path.split('/').map(|part| part.strip_suffix(".rs").unwrap_or(part));
    let mut findings = Vec::new();
    for stem in stems {
        if EMPTY_NAMES.contains(&stem) {
            findings.push(Finding::new(
                file.path,
                1,
                format!("`{stem}` names nothing; name the file after what it holds"),
            ));
        }
        if stem.contains("enhanced") || stem.contains("optimized") || stem.ends_with("_v2") || stem.ends_with("_new") {
            findings.push(Finding::new(file.path, 1, format!("`{stem}` stands beside what it should replace")));
        }
    }
    findings
}

fn length(file: &RustFile<'_>) -> Option<Finding> {
    let lines = file.production_lines();
    (lines > MOST_PRODUCTION_LINES)
        .then(|| Finding::new(file.path, 1, format!("{lines} production lines, more than {MOST_PRODUCTION_LINES}")))
}

fn banned_words(file: &RustFile<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in file.masked.lines().enumerate() {
        let number = index + 1;
        for word in WORDS {
            let banned = match word.ban {
                Ban::Everywhere => true,
                Ban::Production => file.is_production(number),
                Ban::BelowTheEdges => file.is_production(number) && !EDGES.contains(&file.crate_name),
            };
            if banned && contains_word(line, word.text) {
                let shown = word.text.trim_end_matches(['(', '"', '<']);
                findings.push(Finding::new(file.path, number, format!("`{shown}`: {}", word.message)));
            }
        }
    }
    findings
}

/// Whether `line` contains `word` where no longer name ends with it.
fn contains_word(line: &str, word: &str) -> bool {
    let opens_with_name = word.starts_with(|first: char| first.is_alphanumeric());
    line.match_indices(word).any(|(position, _)| {
        let before = line[..position].chars().next_back();
        !opens_with_name || !before.is_some_and(|character| character.is_alphanumeric() || character == '_')
    })
}

/// `expect` with a sentence. A scanner's own `expect(":")` answers an error and is none.
fn panicking_expects(file: &RustFile<'_>) -> Vec<Finding> {
    const OPEN: &str = ".expect(\"";
    let mut findings = Vec::new();
    for (position, _) in file.masked.match_indices(OPEN) {
        let start = position + OPEN.len();
        let length = file.masked[start..].find('"').unwrap_or(0);
        let message = &file.text[start..start + length];
        let line = file.line_of(position);
        if file.is_production(line) && message.trim().contains(' ') {
            findings.push(Finding::new(file.path, line, format!("`.expect`: {PANIC}")));
        }
    }
    findings
}

fn narration(file: &RustFile<'_>) -> Vec<Finding> {
    let lines = file.text.lines().zip(file.masked.lines()).enumerate();
    lines
        .filter_map(|(index, (line, masked))| {
            let comment = line.trim_start().strip_prefix("// ").filter(|_| masked.trim_start().starts_with("//"))?;
            let verb = comment.split(' ').next()?;
            (NARRATING_VERBS.contains(&verb) && comment.len() > verb.len()).then(|| {
                Finding::new(file.path, index + 1, format!("a comment opening with `{verb}` retells the code; say why"))
            })
        })
        .collect()
}

fn empty_assertions(file: &RustFile<'_>) -> Vec<Finding> {
    let lines = file.masked.lines().enumerate();
    lines
        .filter(|(_, line)| {
            line.trim_start().starts_with("assert!(")
                && [".is_ok())", ".is_err())", ".is_ok(),", ".is_err(),"].iter().any(|end| line.contains(end))
        })
        .map(|(index, _)| Finding::new(file.path, index + 1, "assert the value or the error, not that there is one"))
        .collect()
}
