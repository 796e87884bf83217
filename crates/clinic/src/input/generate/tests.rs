//! What every generated folder keeps to, and that exactly the faults are set aside.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::input::relational::Folder as Input;
use crate::input::rows::Row;
use crate::input::{Reason, Reject, Rows, Source};
use crate::moment::{DAY_MS, parse_instant};

const AS_OF: &str = "2026-11-21T15:30:00Z";

fn plan(customers: u64) -> Plan {
    Plan { customers, seed: 7, as_of_ms: parse_instant(AS_OF).unwrap(), rows_per_fault: None }
}

fn generated(plan: &Plan) -> TempDir {
    let dir = TempDir::new().unwrap();
    write(plan, dir.path(), &mut |_, _| {}).unwrap();
    dir
}

fn bytes(dir: &TempDir) -> BTreeMap<&'static str, Vec<u8>> {
    relational::TABLES.iter().map(|table| (table.file, fs::read(dir.path().join(table.file)).unwrap())).collect()
}

fn all<T>(rows: Rows<T>) -> Vec<T> {
    rows.map(|row| row.unwrap().unwrap()).collect()
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    let first = bytes(&generated(&plan(50)));
    assert_eq!(bytes(&generated(&plan(50))), first);
    let same_day = Plan { as_of_ms: parse_instant("2026-11-21").unwrap(), ..plan(50) };
    assert_eq!(bytes(&generated(&same_day)), first);
    assert_ne!(bytes(&generated(&Plan { seed: 8, ..plan(50) })), first);
}

#[test]
fn customers_do_not_depend_on_how_many_there_are() {
    let few = bytes(&generated(&plan(20)));
    let more = bytes(&generated(&plan(40)));
    assert!(more["customer.csv"].starts_with(&few["customer.csv"]));
}

#[test]
fn every_row_is_sound_and_refers_to_what_is_there() {
    let dir = generated(&plan(2_000));
    let input = Input::open(dir.path()).unwrap();
    assert_eq!(input.notices(), []);
    let states: HashMap<Uuid, Uuid> =
        all(input.rows::<LocationRow>().unwrap()).iter().map(|row| (row.state_id, row.country_id)).collect();
    let orgs: HashSet<Uuid> = all(input.rows::<OrganisationRow>().unwrap()).iter().map(|row| row.org_id).collect();
    let customers = all(input.rows::<CustomerRow>().unwrap());
    assert_eq!(customers.len(), 2_000);
    for row in &customers {
        assert_eq!(states.get(&row.state_id), Some(&row.country_id));
    }
    let customers: HashSet<Uuid> = customers.iter().map(|row| row.cust_id).collect();
    let mut doctors = HashMap::new();
    let mut doctors_of: HashMap<Uuid, usize> = HashMap::new();
    for row in all(input.rows::<DoctorRow>().unwrap()) {
        assert!(orgs.contains(&row.org_id));
        *doctors_of.entry(row.org_id).or_default() += 1;
        assert_eq!(doctors.insert(row.doc_id, row.org_id), None);
    }
    assert!(doctors_of.values().all(|count| (4..=population::DOCTORS_LIMIT).contains(count)));
    let mut accounts = HashMap::new();
    for row in all(input.rows::<AccountRow>().unwrap()) {
        assert!(customers.contains(&row.cust_id) && orgs.contains(&row.org_id));
        assert_eq!(accounts.insert(row.account_id, row.org_id), None);
    }
    let records = all(input.rows::<RecordRow>().unwrap());
    let ids: HashSet<Uuid> = records.iter().map(|row| row.medical_id).collect();
    assert_eq!(ids.len(), records.len());
    for row in &records {
        assert_eq!(doctors[&row.doc_id], accounts[&row.account_id]);
    }
    assert!((8 * 2_000..12 * 2_000).contains(&records.len()), "{} records", records.len());
    let reviews = all(input.rows::<ReviewRow>().unwrap());
    assert!((records.len() / 7..records.len() / 4).contains(&reviews.len()), "{} reviews", reviews.len());
    assert!(reviews.iter().all(|row| customers.contains(&row.cust_id) && orgs.contains(&row.org_id)));
}

#[test]
fn no_time_is_on_the_day_of_the_as_of() {
    let dir = generated(&plan(500));
    let input = Input::open(dir.path()).unwrap();
    let today = parse_instant("2026-11-21").unwrap();
    let records = all(input.rows::<RecordRow>().unwrap());
    let upcoming = records.iter().filter(|row| row.tx_ms >= today + DAY_MS).count();
    assert_eq!(records.iter().filter(|row| (today..today + DAY_MS).contains(&row.tx_ms)).count(), 0);
    assert!((records.len() / 20..records.len() / 8).contains(&upcoming), "{upcoming} of {}", records.len());
    assert!(all(input.rows::<ReviewRow>().unwrap()).iter().all(|row| row.review_ms < today));
    assert!(all(input.rows::<CustomerRow>().unwrap()).iter().all(|row| row.joined_ms < today));
    assert!(all(input.rows::<OrganisationRow>().unwrap()).iter().all(|row| row.updated_ms.is_none_or(|ms| ms < today)));
}

#[test]
fn few_doctors_see_most_patients() {
    let dir = generated(&plan(2_000));
    let mut counts: HashMap<Uuid, usize> = HashMap::new();
    let records = all(Input::open(dir.path()).unwrap().rows::<RecordRow>().unwrap());
    for row in &records {
        *counts.entry(row.doc_id).or_default() += 1;
    }
    let mut counts: Vec<usize> = counts.into_values().collect();
    counts.sort_unstable_by(|left, right| right.cmp(left));
    let busiest: usize = counts[..counts.len() / 5].iter().sum();
    assert!(busiest * 2 > records.len(), "the busiest fifth has {busiest} of {}", records.len());
}

#[test]
fn files_that_were_not_generated_stay() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("record.csv"), "mine").unwrap();
    let error = write(&plan(5), dir.path(), &mut |_, _| {}).unwrap_err();
    assert!(matches!(error, Error::FileExists { .. }), "{error}");
    assert_eq!(fs::read_to_string(dir.path().join("record.csv")).unwrap(), "mine");

    let again = generated(&plan(5));
    write(&plan(6), again.path(), &mut |_, _| {}).unwrap();
    assert_eq!(all(Input::open(again.path()).unwrap().rows::<CustomerRow>().unwrap()).len(), 6);
}

type Found = BTreeSet<(String, u64, u64, Option<String>)>;

fn found(source: Source, column: Option<&str>) -> (String, u64, u64, Option<String>) {
    (source.file.to_owned(), source.line, source.offset, column.map(str::to_owned))
}

/// Reads a table as an import would: keeps what is sound, notes what is not.
fn load<T: Row>(
    rows: Rows<T>,
    key: impl Fn(&T) -> Uuid,
    refer: impl Fn(&T) -> Option<&'static str>,
    rejects: &mut Found,
    other_content: &mut Found,
) -> HashMap<Uuid, T> {
    let mut kept: HashMap<Uuid, T> = HashMap::new();
    for row in rows {
        let row = match row.unwrap() {
            Ok(row) => row,
            Err(Reject { source, column, .. }) => {
                rejects.insert(found(source, column));
                continue;
            }
        };
        if let Some(column) = refer(&row) {
            rejects.insert(found(row.source(), Some(column)));
        } else if let Some(first) = kept.get(&key(&row)) {
            if first.digest() != row.digest() {
                other_content.insert(found(row.source(), None));
            }
        } else {
            kept.insert(key(&row), row);
        }
    }
    kept
}

/// What an import must set aside: bad rows and references, and rows whose id has other content.
fn loaded(dir: &TempDir) -> (Found, Found) {
    let input = Input::open(dir.path()).unwrap();
    let (mut rejects, mut others) = (Found::new(), Found::new());
    let states = load(input.rows::<LocationRow>().unwrap(), |row| row.state_id, |_| None, &mut rejects, &mut others);
    let regions: HashSet<Uuid> = states.values().map(|row| row.region_id).collect();
    let unknown = |known: bool, column| (!known).then_some(column);
    let orgs = load(
        input.rows::<OrganisationRow>().unwrap(),
        |row| row.org_id,
        |row| unknown(regions.contains(&row.region_id), "REGION_ID"),
        &mut rejects,
        &mut others,
    );
    let customers = load(
        input.rows::<CustomerRow>().unwrap(),
        |row| row.cust_id,
        |row| match states.get(&row.state_id) {
            None => Some("STATE_ID"),
            Some(state) => unknown(state.country_id == row.country_id, "COUNTRY_ID"),
        },
        &mut rejects,
        &mut others,
    );
    let doctors = load(
        input.rows::<DoctorRow>().unwrap(),
        |row| row.doc_id,
        |row| unknown(orgs.contains_key(&row.org_id), "ORG_ID"),
        &mut rejects,
        &mut others,
    );
    let accounts = load(
        input.rows::<AccountRow>().unwrap(),
        |row| row.account_id,
        |row| {
            unknown(customers.contains_key(&row.cust_id), "CUST_ID")
                .or(unknown(orgs.contains_key(&row.org_id), "ORG_ID"))
        },
        &mut rejects,
        &mut others,
    );
    load(
        input.rows::<RecordRow>().unwrap(),
        |row| row.medical_id,
        |row| {
            let Some(account) = accounts.get(&row.account_id) else { return Some("ACCOUNT_ID") };
            unknown(doctors.get(&row.doc_id).is_some_and(|doctor| doctor.org_id == account.org_id), "DOC_ID")
        },
        &mut rejects,
        &mut others,
    );
    load(
        input.rows::<ReviewRow>().unwrap(),
        |row| row.review_id,
        |row| {
            unknown(customers.contains_key(&row.cust_id), "CUST_ID")
                .or(unknown(orgs.contains_key(&row.org_id), "ORG_ID"))
        },
        &mut rejects,
        &mut others,
    );
    (rejects, others)
}

#[test]
fn exactly_the_faults_are_set_aside() {
    let dir = generated(&Plan { rows_per_fault: Some(10), ..plan(3_000) });
    let faults: Vec<FaultEntry> = fs::read_to_string(dir.path().join(FAULTS_FILE))
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let kinds: BTreeSet<FaultKind> = faults.iter().map(|fault| fault.kind).collect();
    assert_eq!(kinds.len(), 16, "not every kind occurs: {kinds:?}");

    let (rejects, others) = loaded(&dir);
    let listed = |wanted: &dyn Fn(FaultKind) -> bool, with_column: bool| -> Found {
        let wanted = faults.iter().filter(|fault| wanted(fault.kind));
        wanted
            .map(|fault| {
                let column = fault.column.clone().filter(|_| with_column);
                (fault.file.clone(), fault.line, fault.offset, column)
            })
            .collect()
    };
    let apart = |left: &Found, right: &Found| left.symmetric_difference(right).cloned().collect::<Vec<_>>();
    assert_eq!(apart(&others, &listed(&|kind| kind == FaultKind::OtherContent, false)), []);
    assert_eq!(apart(&rejects, &listed(&|kind| kind.is_rejected() && kind != FaultKind::OtherContent, true)), []);
}

#[test]
fn faults_that_show_in_the_row_have_their_reason() {
    let dir = generated(&Plan { rows_per_fault: Some(10), ..plan(1_000) });
    let text = fs::read_to_string(dir.path().join(FAULTS_FILE)).unwrap();
    let kinds: HashMap<(String, u64), FaultKind> = text
        .lines()
        .map(|line| serde_json::from_str::<FaultEntry>(line).unwrap())
        .filter(|fault| fault.kind.shows_in_row())
        .map(|fault| ((fault.file, fault.offset), fault.kind))
        .collect();
    let input = Input::open(dir.path()).unwrap();
    let mut seen = 0;
    for row in input.rows::<RecordRow>().unwrap() {
        let Err(Reject { source, reason, .. }) = row.unwrap() else { continue };
        let expected = kinds[&(source.file.to_owned(), source.offset)];
        let matches = match reason {
            Reason::Malformed(_) => expected <= FaultKind::OpenQuote,
            Reason::Missing => expected == FaultKind::Missing,
            Reason::NegativeAmount => expected == FaultKind::NegativeAmount,
            Reason::Unparsable(_) => expected == FaultKind::Unparsable,
            _ => false,
        };
        assert!(matches, "{expected:?} was set aside because of {reason:?}");
        seen += 1;
    }
    assert_eq!(seen, kinds.keys().filter(|(file, _)| file == "record.csv").count());
}
