//! Exactly the faulty rows are set aside, each with its place; the rest is imported.
//!
//! The generator lists the faults that it wrote, so what is expected does not come from the import.

use std::collections::BTreeSet;
use std::fs;

use quorate_clinic::input::generate::{self, FAULTS_FILE, FaultEntry, Plan};
use serde_json::Value;

use super::place::{Place, ms, targets};

type Fault = (String, u64, u64, Option<String>);

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_row_in_a_hundred_is_set_aside_with_its_place() {
    for (name, target) in targets() {
        let place = Place::open(&target, "rejects").await;
        let folder = tempfile::tempdir().unwrap();
        let as_of = "2026-01-01T00:00:00Z";
        let customers = if name == "embedded" { 600 } else { 60 };
        let plan = Plan { customers, seed: 7, as_of_ms: ms(as_of), rows_per_fault: Some(100) };
        let written = generate::write(&plan, folder.path(), &mut |_, _| {}).unwrap();
        let listed: Vec<FaultEntry> = fs::read_to_string(folder.path().join(FAULTS_FILE))
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();

        let report = place.import(folder.path(), Some(as_of)).await;

        let expected: BTreeSet<Fault> = listed
            .iter()
            .filter(|fault| fault.kind.is_rejected())
            .map(|fault| (fault.file.clone(), fault.line, fault.offset, fault.column.clone()))
            .collect();
        let found: BTreeSet<Fault> = fs::read_to_string(folder.path().join("rejects/report.jsonl"))
            .unwrap()
            .lines()
            .map(|line| {
                let reject: Value = serde_json::from_str(line).unwrap();
                assert!(!reject["reason"].as_str().unwrap().is_empty());
                let column = reject["column"].as_str().map(str::to_owned);
                let number = |key: &str| reject[key].as_u64().unwrap();
                (reject["file"].as_str().unwrap().to_owned(), number("line"), number("offset"), column)
            })
            .collect();
        assert!(expected.len() > usize::try_from(customers).unwrap() / 20, "{name}: faults of every kind were written");
        assert_eq!(found, expected, "{name}");
        let good: u64 = written.files.iter().map(|(_, rows)| rows).sum();
        assert_eq!(report.imported(), good, "{name}");
        place.verified().await;
        assert_eq!(place.import(folder.path(), Some(as_of)).await.imported(), 0, "{name}");
        place.close().await;
    }
}
