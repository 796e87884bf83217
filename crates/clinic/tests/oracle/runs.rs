//! The runs: import and ask; import again; commands one by one; commands from eight tasks at once.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use quorate_clinic::import::Report;
use quorate_clinic::input::Limit;
use serde_json::Value;

use super::answers::compare;
use super::commands::{Drafter, Sent};
use super::csv_sheet::Expected;
use super::dice::Dice;
use super::effects::{self, Verdict};
use super::input::{self, Folder, Size};
use super::place::{Place, targets};

const SMALL: Size = Size { organisations: 4, customers: 14, records_per_account: 8 };
const MEDIUM: Size = Size { organisations: 12, customers: 40, records_per_account: 12 };
/// More rows of a file than are loaded together.
const LARGE: Size = Size { organisations: 30, customers: 700, records_per_account: 25 };

/// Which seeds, and how much of each.
struct Plan {
    seeds: std::ops::Range<u64>,
    long: bool,
}

fn plan(short: u64) -> Plan {
    let number = |name| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let first = number("QUORATE_ORACLE_FIRST").unwrap_or(0);
    match number("QUORATE_ORACLE_SEEDS") {
        Some(count) => Plan { seeds: first..first + count, long: true },
        None => Plan { seeds: first..first + short, long: false },
    }
}

fn size(seed: u64, long: bool) -> Size {
    match seed % 8 {
        1 | 4 | 6 if long => MEDIUM,
        7 if long => LARGE,
        _ => SMALL,
    }
}

fn thorough(name: &str, seed: u64, long: bool) -> bool {
    (name == "embedded" || long) && !(long && seed % 8 == 7)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_after_an_import_is_the_relations() {
    for (name, target) in targets() {
        let Plan { seeds, long } = plan(if name == "embedded" { 3 } else { 1 });
        for seed in seeds {
            let when = format!("{name}, seed {seed}");
            let place = Place::open(&target, "answers").await;
            let folder = input::folder(seed, size(seed, long));
            let report = place.import(folder.directory.path(), folder.as_of, Limit::All).await;
            assert_rejects(&folder, &report, false, &when);
            place.verified(&when).await;
            compare(&place.clinic, &folder.relation, folder.as_of, seed, thorough(name, seed, long), &when).await;
            place.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_import_changes_nothing() {
    for (name, target) in targets() {
        for seed in plan(1).seeds {
            let when = format!("{name}, seed {seed}");
            let place = Place::open(&target, "repeated").await;
            let folder = input::folder(seed, SMALL);
            let rejects = folder.outcomes.iter().map(|(_, outcome)| outcome.rejects.len() as u64).sum();
            let first = place.import(folder.directory.path(), folder.as_of, Limit::AtMost(rejects)).await;
            assert!(!first.stopped, "{when}: as many as are allowed");
            let second = place.import(folder.directory.path(), folder.as_of, Limit::All).await;
            assert_rejects(&folder, &second, true, &when);
            let stopped = place.import(folder.directory.path(), folder.as_of, Limit::AtMost(rejects - 1)).await;
            assert!(stopped.stopped, "{when}: one more than is allowed");
            place.verified(&when).await;
            compare(&place.clinic, &folder.relation, folder.as_of, seed + 1, false, &when).await;
            place.close().await;
        }
    }
}

/// Exactly the faulty rows are set aside, for the right column, and kept byte by byte.
fn assert_rejects(folder: &Folder, report: &Report, again: bool, when: &str) {
    let directory = folder.directory.path().join("rejects");
    let lines: Vec<Value> = fs::read_to_string(directory.join("report.jsonl"))
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for (file, outcome) in &folder.outcomes {
        let mut left: Vec<&Expected> = outcome.rejects.iter().collect();
        for line in lines.iter().filter(|line| line["file"] == *file) {
            let place = (line["line"].as_u64().unwrap(), line["offset"].as_u64().unwrap());
            let at = left.iter().position(|expected| (expected.line, expected.offset) == place);
            let Some(at) = at else { panic!("{when}: {line} should not be set aside") };
            let expected = left.remove(at);
            let column = line["column"].as_str();
            let blamed = column.map_or(expected.columns.is_empty(), |column| expected.columns.contains(&column));
            assert!(blamed, "{when}: {line} should blame {:?}", expected.columns);
            assert!(line["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{when}: {line}");
        }
        assert!(left.is_empty(), "{when}: {file}: not set aside: {left:?}");
        let kept = fs::read(directory.join(file)).unwrap_or_default();
        let kept = String::from_utf8_lossy(&kept);
        let mut expected = String::from_utf8_lossy(&outcome.rejected_bytes);
        if outcome.rejects.is_empty() && kept.is_empty() {
            expected = kept.clone();
        }
        assert_eq!(kept.trim_end(), expected.trim_end(), "{when}: rejects/{file}");
        let counted = report.files.iter().find(|counted| counted.file == *file).unwrap();
        let rejected = outcome.rejects.len() as u64;
        let fresh = outcome.read - outcome.repeated - rejected;
        let (new, old) = if again { (0, fresh + outcome.repeated) } else { (fresh, outcome.repeated) };
        assert_eq!(
            (counted.read, counted.imported, counted.unchanged, counted.rejected),
            (outcome.read, new, old, rejected),
            "{when}: {file}: read, imported, unchanged, rejected"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_comes_to_what_the_rules_say() {
    for (name, target) in targets() {
        let Plan { seeds, long } = plan(1);
        let commands = if long { 1_500 } else if name == "embedded" { 500 } else { 150 };
        for seed in seeds {
            let when = format!("{name}, seed {seed}, one by one");
            let place = Place::open(&target, "one_by_one").await;
            let folder = input::folder(seed, SMALL);
            place.import(folder.directory.path(), folder.as_of, Limit::All).await;
            let mut relation = folder.relation.clone();
            let mut drafter = Drafter::new(seed, 8);
            let clock = AtomicI64::new(folder.as_of + 1);
            for _ in 0..commands {
                let draft = drafter.draft(&relation, &clock);
                let verdict = draft.verdict.clone().unwrap_or_else(|| effects::predict(&relation, &draft.command));
                let outcome = place.send(&draft.command).await;
                let code = outcome.as_ref().map_or_else(quorate_clinic::Error::code, |_| "ok");
                let allowed = match &verdict {
                    Verdict::Ok => vec!["ok"],
                    Verdict::Codes(codes) => codes.to_vec(),
                };
                let shown = &draft.command;
                assert!(allowed.contains(&code), "{when}: {shown} came to {code}, not {allowed:?}: {outcome:?}");
                if let Ok(receipt) = outcome {
                    drafter.sent(&draft.command, receipt);
                    if !receipt.repeated {
                        effects::apply(&mut relation, &draft.command, receipt.id);
                    }
                }
            }
            finish(&place, &relation, folder.as_of, seed, name, &when).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_tasks_at_once_leave_what_the_log_order_says() {
    for (name, target) in targets() {
        let Plan { seeds, long } = plan(1);
        let commands = if long { 1_000 } else if name == "embedded" { 250 } else { 40 };
        for seed in seeds {
            let when = format!("{name}, seed {seed}, at once");
            let place = Arc::new(Place::open(&target, "at_once").await);
            let folder = input::folder(seed, SMALL);
            place.import(folder.directory.path(), folder.as_of, Limit::All).await;
            let pool = Arc::new(std::sync::Mutex::new(folder.relation.clone()));
            let clock = Arc::new(AtomicI64::new(folder.as_of + 1));
            let mut tasks = tokio::task::JoinSet::new();
            for lane in 0..8 {
                let (place, pool, clock) = (place.clone(), pool.clone(), clock.clone());
                let when = when.clone();
                tasks.spawn(async move {
                    let mut drafter = Drafter::new(seed * 8 + lane, lane);
                    let mut sent = Vec::new();
                    for _ in 0..commands {
                        let draft = drafter.draft(&pool.lock().unwrap(), &clock);
                        match (place.send(&draft.command).await, &draft.verdict) {
                            (Ok(receipt), None | Some(Verdict::Ok)) => {
                                drafter.sent(&draft.command, receipt);
                                if !receipt.repeated {
                                    effects::apply(&mut pool.lock().unwrap(), &draft.command, receipt.id);
                                    sent.push(Sent { command: draft.command, receipt });
                                }
                            }
                            (Ok(receipt), Some(Verdict::Codes(codes))) => {
                                panic!("{when}: {} was done ({receipt:?}), not {codes:?}", draft.command)
                            }
                            (Err(error), verdict) => {
                                let known: &[&str] = match verdict {
                                    Some(Verdict::Codes(codes)) => codes,
                                    _ => &["conflict", "refused", "not_found"],
                                };
                                assert!(known.contains(&error.code()), "{when}: {}: {error}", draft.command);
                            }
                        }
                    }
                    sent
                });
            }
            let mut all = Vec::new();
            while let Some(sent) = tasks.join_next().await {
                all.extend(sent.unwrap());
            }
            let place = Arc::into_inner(place).unwrap();
            all.sort_by_key(|sent| (sent.receipt.stream, sent.receipt.seq));
            let mut relation = folder.relation.clone();
            for sent in &all {
                effects::assert_possible(&relation, &sent.command);
                effects::apply(&mut relation, &sent.command, sent.receipt.id);
            }
            let before = effects::overlaps(&folder.relation);
            assert_eq!(effects::overlaps(&relation).difference(&before).next(), None, "{when}: a slot is taken twice");
            finish(&place, &relation, folder.as_of, seed, name, &when).await;
        }
    }
}

/// Answers, proof, rebuild, answers.
async fn finish(place: &Place, relation: &super::relation::Relation, as_of: i64, seed: u64, name: &str, when: &str) {
    place.clinic.settle().await.unwrap();
    let thorough = name == "embedded";
    compare(&place.clinic, relation, as_of, seed, thorough, when).await;
    place.verified(when).await;
    place.rebuilt().await;
    place.verified(&format!("{when}, rebuilt")).await;
    let other = Dice::new(seed).next();
    compare(&place.clinic, relation, as_of, other, false, &format!("{when}, rebuilt")).await;
}
