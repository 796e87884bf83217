//! Folders are imported, once and again, and everything is asked.

use std::fs;

use quorate_clinic::import::Report;
use quorate_clinic::input::Limit;
use quorate_session::Target;
use serde_json::Value;

use super::answers::{compare, disagreements};
use super::csv_sheet::Expected;
use super::input::{self, Folder, Size};
use super::place::{Place, targets};
use super::plan::{Plan, SMALL, plan};
use super::relation::Relation;

const MEDIUM: Size = Size { organisations: 12, customers: 40, records_per_account: 12 };
/// More rows of a file than are loaded together.
const LARGE: Size = Size { organisations: 30, customers: 700, records_per_account: 25 };

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
        let Plan { seeds, long } = plan(1);
        if name != "embedded" && !long {
            // Every run of commands repeats its import as well.
            continue;
        }
        for seed in seeds {
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
async fn an_import_that_was_stopped_can_be_run_again() {
    for (name, target) in targets() {
        for seed in plan(1).seeds {
            let when = format!("{name}, seed {seed}, stopped before");
            let place = Place::open(&target, "stopped").await;
            let folder = input::folder(seed, SMALL);
            let rejects: u64 = folder.outcomes.iter().map(|(_, outcome)| outcome.rejects.len() as u64).sum();
            let parts = [rejects / 2, 0, rejects / 3, rejects - 1];
            for part in &parts[..if name == "embedded" { parts.len() } else { 1 }] {
                let report = place.import(folder.directory.path(), folder.as_of, Limit::AtMost(*part)).await;
                assert!(report.stopped, "{when}: {part} of {rejects}");
                place.verified(&when).await;
            }
            place.import(folder.directory.path(), folder.as_of, Limit::All).await;
            compare(&place.clinic, &folder.relation, folder.as_of, seed + 2, false, &when).await;
            place.verified(&when).await;
            place.close().await;
        }
    }
}

type Change = fn(&mut Relation);

/// The comparison itself: a relation that differs in one thing is found to differ, in each query.
#[tokio::test(flavor = "multi_thread")]
async fn one_wrong_value_would_be_noticed() {
    let place = Place::open(&Target::InMemory, "noticed").await;
    let folder = input::folder(2, SMALL);
    place.import(folder.directory.path(), folder.as_of, Limit::All).await;
    let changes: [(Change, &[u8]); 6] = [
        (|all| all.organisations.values_mut().next().unwrap().updated += 1, &[1]),
        (|all| all.customers.values_mut().for_each(|customer| customer.last.push('x')), &[2, 11]),
        (|all| all.doctors.values_mut().for_each(|doctor| doctor.first.push('x')), &[4, 7, 14]),
        (|all| all.visits.values_mut().for_each(|visit| visit.starts += 86_400_000), &[3, 5, 6, 8, 10, 12]),
        (|all| all.reviews.values_mut().for_each(|review| review.rating = 5 - review.rating), &[9]),
        (|all| drop(all.customers.pop_first()), &[13]),
    ];
    for (change, queries) in changes {
        let mut relation = folder.relation.clone();
        change(&mut relation);
        relation.accounts.retain(|_, account| relation.customers.contains_key(&account.customer));
        relation.visits.retain(|_, visit| relation.accounts.contains_key(&visit.account));
        let wrong = disagreements(&place.clinic, &relation, folder.as_of, 1, true).await;
        for query in queries {
            assert!(wrong.iter().any(|(number, _)| number == query), "q{query} was not compared");
        }
    }
}
