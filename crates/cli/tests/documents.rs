//! The documents tell the truth about the program: every command line in them parses, every option
//! that they give a question is one that it takes, and every read that they show is legal CQL.
//!
//! `--help` behind a command line makes the program read all of it and do nothing: it is refused
//! exactly if a subcommand, an option or a value is none.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use quorate_clinic::schema::{self, Replication};
use quorate_session::{Class, Clock, Session, Target};

/// Options that every command takes, as far as the documents name them.
const GLOBAL: [&str; 7] =
    ["--as-of", "--json", "--store", "--keyspace", "--contact-points", "--local-dc", "--durability"];

/// Where a document has something, and what.
#[derive(Debug, Clone)]
struct Found {
    place: String,
    text: String,
}

/// The readme and everything in `docs`.
fn documents() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut paths: Vec<PathBuf> = fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.push(root.join("README.md"));
    paths.sort();
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

/// Lines of code blocks and pieces of code within lines.
fn code(document: &str, text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut in_block = false;
    for (number, line) in (1..).zip(text.lines()) {
        let place = format!("{document}, line {number}");
        if line.starts_with("```") {
            in_block = !in_block;
        } else if in_block {
            found.push(Found { place, text: line.to_owned() });
        } else {
            let pieces = line.split('`').skip(1).step_by(2);
            found.extend(pieces.map(|text| Found { place: place.clone(), text: text.to_owned() }));
        }
    }
    assert!(!in_block, "{document} ends inside a code block");
    found
}

/// The command lines of the program, without comments, pipes and redirections.
fn command_lines() -> Vec<Found> {
    let mut lines = Vec::new();
    for (document, text) in documents() {
        for found in code(&document, &text) {
            let plain = found.text.split(" # ").next().unwrap_or_default();
            for part in plain.split("&&").flat_map(|part| part.split(['|', '>', '<'])) {
                let part = part.trim();
                if part == "quorate" || part.starts_with("quorate ") {
                    lines.push(Found { place: found.place.clone(), text: part.to_owned() });
                }
            }
        }
    }
    lines
}

fn words(found: &Found) -> Vec<&str> {
    found.text.split_whitespace().skip(1).collect()
}

fn help(arguments: &[&str]) -> (bool, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_quorate")).args(arguments).arg("--help").env_clear().output().unwrap();
    let said = if output.status.success() { output.stdout } else { output.stderr };
    (output.status.success(), String::from_utf8(said).unwrap())
}

#[test]
fn what_is_wrong_is_noticed() {
    for wrong in [&["examine"][..], &["query", "q5", "--colour"], &["query", "q5", "--months", "x"], &["do", "a", "b"]]
    {
        assert!(!help(wrong).0, "{wrong:?}");
    }
}

#[test]
fn every_command_line_parses() {
    let lines = command_lines();
    assert!(lines.len() > 40, "only {} command lines were found", lines.len());
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for line in &lines {
        let words = words(line);
        if !seen.insert(words.join(" ")) {
            continue;
        }
        let (parses, said) = help(&words);
        if !parses {
            wrong.push(format!("{}: {}\n  {}", line.place, line.text, said.lines().next().unwrap_or_default()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_command_is_in_the_documents() {
    let (_, text) = help(&[]);
    let commands = text.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let commands: BTreeSet<&str> = commands.filter_map(|line| line.split_whitespace().next()).collect();
    let lines = command_lines();
    let shown: BTreeSet<&str> = lines.iter().filter_map(|line| words(line).first().copied()).collect();
    let unsaid: Vec<&&str> = commands
        .iter()
        .filter(|name| !shown.contains(**name) && !["help", "demo", "completions"].contains(*name))
        .collect();
    assert!(commands.len() > 10 && unsaid.is_empty(), "not in any document: {unsaid:?}");
}

#[test]
fn questions_are_shown_with_options_that_they_take() {
    let (_, text) = help(&["query"]);
    let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
    let lines: Vec<&str> = text.lines().collect();
    for pair in lines.windows(2) {
        let name = pair[0].split_whitespace().next().unwrap_or_default();
        if pair[0].starts_with("  q") && name[1..].parse::<u8>().is_ok() {
            taken.insert(name, pair[1]);
        }
    }
    assert_eq!(taken.len(), 14, "{text}");
    let mut shown = BTreeSet::new();
    for line in command_lines() {
        let words = words(&line);
        let ["query", name, ..] = words[..] else { continue };
        let own = taken.get(name).unwrap_or_else(|| panic!("{}: {}", line.place, line.text));
        shown.insert(name.to_owned());
        for option in words.iter().filter(|word| word.starts_with("--") && !GLOBAL.contains(word)) {
            assert!(own.split_whitespace().any(|known| known == *option), "{}: {}", line.place, line.text);
        }
    }
    assert_eq!(shown.len(), 14, "{shown:?}");
}

struct Still;

impl Clock for Still {
    fn now_micros(&self) -> i64 {
        1_795_253_400_000_000
    }

    fn random(&self) -> u128 {
        7
    }
}

/// The statements of the blocks that begin with ```` ```sql ````.
fn selects(text: &str) -> Vec<String> {
    let mut selects: Vec<String> = Vec::new();
    let mut in_block = false;
    for line in text.lines() {
        match line {
            "```sql" => in_block = true,
            "```" => in_block = false,
            line if in_block && line.starts_with("SELECT ") => selects.push(line.to_owned()),
            line if in_block && line.starts_with(' ') => selects.last_mut().unwrap().push_str(line),
            _ => {}
        }
    }
    selects
}

#[tokio::test]
async fn the_reads_of_the_access_patterns_are_legal() {
    let session = Session::open(&Target::InMemory, Arc::new(Still)).await.unwrap();
    for cql in schema::statements("clinic", &Replication::Simple(1)) {
        session.schema(&cql).await.unwrap();
    }
    let (_, text) = documents().into_iter().find(|(name, _)| name == "clinic.md").unwrap();
    let selects = selects(&text);
    assert!(selects.len() >= 14, "{selects:?}");
    for select in selects {
        let cql = select.replacen(" FROM ", " FROM clinic.", 1);
        session.prepare(&cql, Class::Read).await.unwrap_or_else(|error| panic!("{cql}: {error}"));
    }
}

/// The fields of an access pattern's answer, as its table in `clinic.md` names them.
fn documented_fields(text: &str, number: u32) -> BTreeSet<String> {
    let section = text.split("\n### ").find(|section| section.starts_with(&format!("Q{number}:"))).unwrap();
    let answer = section.lines().find(|line| line.starts_with("| Answer |")).unwrap();
    let fields = answer.split('`').skip(1).step_by(2).filter(|name| *name != "null");
    fields.map(str::to_owned).collect()
}

/// The fields of the first object that a command line prints.
fn printed_fields(folder: &Path, line: &str) -> BTreeSet<String> {
    let output = run(folder, line);
    let answer: serde_json::Value = serde_json::from_slice(&output).unwrap();
    let object = if answer.is_array() { answer.get(0).unwrap_or_else(|| panic!("{line} is empty")) } else { &answer };
    object.as_object().unwrap().keys().cloned().collect()
}

fn run(folder: &Path, line: &str) -> Vec<u8> {
    let output = Command::new(env!("CARGO_BIN_EXE_quorate"))
        .args(line.split_whitespace())
        .current_dir(folder)
        .env_clear()
        .output()
        .unwrap();
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The first row of a generated file for which `take` holds, by column.
fn row(folder: &Path, file: &str, take: impl Fn(&BTreeMap<String, String>) -> bool) -> BTreeMap<String, String> {
    let mut reader = csv::Reader::from_path(folder.join("data").join(file)).unwrap();
    reader.deserialize().map(Result::unwrap).find(take).unwrap()
}

#[test]
fn answers_have_the_fields_that_are_documented() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(folder, "generate data --customers 60 --seed 3 --as-of 2026-01-15");
    run(folder, "import data --store store --as-of 2026-01-15");
    let past = row(folder, "record.csv", |record| record["TX_DATE"].as_str() < "2026-01-15");
    let coming = row(folder, "record.csv", |record| record["TX_DATE"].as_str() > "2026-01-16");
    let reviewed = row(folder, "review.csv", |_| true);
    let account = row(folder, "account.csv", |account| account["ACCOUNT_ID"] == past["ACCOUNT_ID"]);
    let (customer, organisation) = (&account["CUST_ID"], &account["ORG_ID"]);
    let arguments = [
        String::new(),
        format!("--customer {customer}"),
        format!("--account {}", past["ACCOUNT_ID"]),
        String::new(),
        format!("--account {}", past["ACCOUNT_ID"]),
        format!("--account {} --as-of {}", coming["ACCOUNT_ID"], coming["TX_DATE"]),
        format!("--doctor {}", past["DOC_ID"]),
        format!("--doctor {}", past["DOC_ID"]),
        format!("--organisation {}", reviewed["ORG_ID"]),
        format!("--doctor {} --as-of {}", coming["DOC_ID"], coming["TX_DATE"]),
        String::new(),
        format!("--organisation {organisation} --year 2025"),
        String::new(),
        format!("--organisation {organisation}"),
    ];
    let (_, text) = documents().into_iter().find(|(name, _)| name == "clinic.md").unwrap();
    for (number, arguments) in (1..).zip(arguments) {
        let line = format!("query q{number} {arguments} --store store --json");
        assert_eq!(printed_fields(folder, &line), documented_fields(&text, number), "Q{number}");
    }
}
