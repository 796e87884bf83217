//! A small export written by hand with each trap in it, and the shipped sample against a count by
//! other means.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use tempfile::TempDir;

use super::*;
use crate::input::reject::Source;
use crate::input::values::ValueError;
use crate::moment::{MomentError, parse_instant};

const PATIENT_LINES: &str = "\
Id,BIRTHDATE,DEATHDATE,SSN,FIRST,LAST,STATE
p1,1990-05-01,,999-11-1111,Ann1,Lee2,Massachusetts
p2,1960-01-01,292278994-08-17T07:12:55Z,999-22-2222,Bob3,Ray4,New York
p3,1970-01-01,,999-33-3333,Cy5,Fox6,Atlantis
p4,1980-01-01,,999-44-4444,Di7,Elk8,Massachusetts
";

const ORGANIZATION_LINES: &str = "\
Id,NAME,ADDRESS,STATE
o1,First Clinic,1 Main St,MA
o2,Second Clinic,2 Main St,NY
";

const PROVIDER_LINES: &str = "\
Id,ORGANIZATION,NAME
d1,o1,José Luis4 Negrón2
d2,o2,Cher
d3,o9,Lost Soul
";

const PAYER_LINES: &str = "Id,NAME\nx1,Medicare\nx2,NO_INSURANCE\n";

/// Lines 2 to 11.
const ENCOUNTER_LINES: &str = "\
Id,START,STOP,PATIENT,ORGANIZATION,PROVIDER,PAYER,ENCOUNTERCLASS,DESCRIPTION,TOTAL_CLAIM_COST,REASONDESCRIPTION
e1,2020-03-01T10:00:00Z,2020-03-01T10:15:00Z,p1,o1,d1,x1,wellness,Check-up,100.50,
e2,2019-03-01T10:00:00Z,292278994-08-17T07:12:55Z,p1,o1,d1,x2,wellness,Check-up,80,Cough
e3,1990-04-30T23:59:59Z,,p1,o1,d1,x1,ambulatory,Too early,1,
e4,2021-01-01T00:00:00Z,,p1,o1,d2,x1,ambulatory,Wrong provider,1,
e5,2021-01-02T00:00:00Z,,p3,o1,d1,x1,ambulatory,Nowhere,1,
e6,292278994-08-17T07:12:55Z,,p1,o1,d1,x1,ambulatory,Never,1,
e7,2021-01-03T00:00:00Z,,p1,o1,d1,x1,ambulatory,Gift,-1,
e8,2021-02-03T08:00:00Z,,p2,o2,d2,x1,urgentcare,Wound,55.5,
e9,2021-03-03T08:00:00Z,,p2,o1,d1,,emergency,Wound,10,
e10,2021-03-04T08:00:00Z,,p2,o2,d3,x1,ambulatory,Lost,10,
";

const AS_OF: &str = "2026-11-21T12:00:00.250Z";

fn small_export() -> TempDir {
    let dir = TempDir::new().unwrap();
    for (file, content) in [
        ("patients.csv", PATIENT_LINES),
        ("organizations.csv", ORGANIZATION_LINES),
        ("providers.csv", PROVIDER_LINES),
        ("payers.csv", PAYER_LINES),
        ("encounters.csv", ENCOUNTER_LINES),
    ] {
        fs::write(dir.path().join(file), content).unwrap();
    }
    dir
}

fn shipped_sample() -> TempDir {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cli/sample/synthea-60.tar.gz");
    let dir = TempDir::new().unwrap();
    tar::Archive::new(flate2::read::GzDecoder::new(fs::File::open(path).unwrap())).unpack(dir.path()).unwrap();
    dir
}

fn open(dir: &TempDir, shift: Shift) -> Export {
    Export::open(dir.path(), parse_instant(AS_OF).unwrap(), shift).unwrap()
}

/// The rows and the rejects, apart.
fn split<T>(rows: Rows<T>) -> (Vec<T>, Vec<Reject>) {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for row in rows {
        match row.unwrap() {
            Ok(row) => good.push(row),
            Err(reject) => bad.push(reject),
        }
    }
    (good, bad)
}

fn places(rejects: &[Reject]) -> Vec<(u64, Option<&'static str>, Reason)> {
    rejects.iter().map(|reject| (reject.source.line, reject.column, reject.reason)).collect()
}

fn at(text: &str) -> i64 {
    parse_instant(text).unwrap()
}

#[test]
fn patients_join_with_their_first_encounter() {
    let dir = small_export();
    let (customers, rejects) = split(open(&dir, Shift::None).customers().unwrap());
    let joined: Vec<_> = customers.iter().map(|row| (row.first_name.as_str(), row.joined_ms)).collect();
    assert_eq!(joined, [("Ann1", at("2019-03-01T10:00:00Z")), ("Bob3", at("2021-02-03T08:00:00Z"))]);
    assert_eq!(places(&rejects), [(4, Some("STATE"), Reason::UnknownState), (5, None, Reason::NeverSeen)]);
}

#[test]
fn names_and_abbreviations_are_the_same_states() {
    let dir = small_export();
    let export = open(&dir, Shift::None);
    let (locations, _) = split(export.locations());
    let names: Vec<_> = locations.iter().map(|row| (row.state_name.as_str(), row.region_name.as_str())).collect();
    assert_eq!(names, [("Massachusetts", "US Northeast"), ("New York", "US Northeast")]);
    let (customers, _) = split(export.customers().unwrap());
    assert_eq!(customers[0].state_id, locations[0].state_id);
    assert_eq!(customers[0].country_id, locations[0].country_id);
    let (organisations, _) = split(export.organisations().unwrap());
    assert_eq!(organisations[1].region_id, locations[1].region_id);
}

#[test]
fn organisations_have_the_type_of_their_commonest_class() {
    let dir = small_export();
    let (organisations, _) = split(open(&dir, Shift::None).organisations().unwrap());
    let types: Vec<_> = organisations.iter().map(|row| row.org_type.as_str()).collect();
    // o1: two wellness, one ambulatory (e4), one emergency. o2: ambulatory and urgentcare tie.
    assert_eq!(types, ["Primary care", "Outpatient clinic"]);
    for row in &organisations {
        assert!(row.offering.as_ref().unwrap().starts_with("[synthetic]"));
        assert!(row.updated_ms.unwrap() >= at("2019-03-01"));
    }
}

#[test]
fn providers_are_doctors_with_marked_years() {
    let dir = small_export();
    let (doctors, rejects) = split(open(&dir, Shift::None).doctors().unwrap());
    assert_eq!((doctors[0].first_name.as_str(), doctors[0].last_name.as_str()), ("José Luis4", "Negrón2"));
    assert_eq!((doctors[1].first_name.as_str(), doctors[1].last_name.as_str()), ("", "Cher"));
    for doctor in &doctors {
        assert!(doctor.degree_type.as_ref().unwrap().contains("synthetic"));
        assert!((1950..1995).contains(&doctor.birth_year));
        assert!((0..=2022 - 27 - doctor.birth_year).contains(&doctor.experience_year));
    }
    let unknown = Reason::UnknownReference(Entity::Organisation);
    assert_eq!(places(&rejects), [(4, Some("ORGANIZATION"), unknown)]);
}

#[test]
fn pairs_of_patient_and_organization_are_accounts() {
    let dir = small_export();
    let (accounts, _) = split(open(&dir, Shift::None).accounts());
    let found: Vec<_> =
        accounts.iter().map(|row| (row.source.line, row.account_type.as_str(), row.opened_ms)).collect();
    assert_eq!(
        found,
        [
            (3, "pay-as-you-visit", Some(at("2019-03-01T10:00:00Z"))),
            (9, "monthly subscription", Some(at("2021-02-03T08:00:00Z"))),
            (10, "monthly subscription", Some(at("2021-03-03T08:00:00Z"))),
        ]
    );
    assert_eq!(accounts[0].cust_id, ids::id(Entity::Customer, "p1"));
    assert_eq!(accounts[2].org_id, ids::id(Entity::Organisation, "o1"));
}

#[test]
fn encounters_that_cannot_be_are_set_aside() {
    let dir = small_export();
    let export = open(&dir, Shift::None);
    let (records, rejects) = split(export.records().unwrap());
    let kept: Vec<_> = records
        .iter()
        .map(|row| (row.source.line, row.medical_purpose.as_str(), row.medical_amt.to_plain_string()))
        .collect();
    assert_eq!(
        kept,
        [
            (2, "Check-up", "100.50".to_owned()),
            (3, "Cough", "80".to_owned()),
            (9, "Wound", "55.5".to_owned()),
            (10, "Wound", "10".to_owned()),
        ]
    );
    assert_eq!(
        places(&rejects),
        [
            (4, Some("START"), Reason::BeforeBirth),
            (5, Some("PROVIDER"), Reason::OtherOrganisation),
            (6, Some("PATIENT"), Reason::UnknownReference(Entity::Customer)),
            (7, Some("START"), Reason::Unparsable(ValueError::Moment(MomentError::Instant))),
            (8, Some("TOTAL_CLAIM_COST"), Reason::NegativeAmount),
            (11, Some("PROVIDER"), Reason::UnknownReference(Entity::Doctor)),
        ]
    );
    let accounts: BTreeSet<Uuid> = split(export.accounts()).0.iter().map(|row| row.account_id).collect();
    assert!(records.iter().all(|row| accounts.contains(&row.account_id)));
}

#[test]
fn a_moved_export_is_the_same_export() {
    let dir = small_export();
    let (still, moved) = (open(&dir, Shift::None), open(&dir, Shift::ToNow));
    // Six encounters count; the newest tenth of them is e10.
    let as_of = at(AS_OF);
    assert_eq!(moved.shift_ms(), at("2026-11-21T12:00:01Z") - at("2021-03-04T08:00:00Z"));
    assert_eq!(open(&dir, Shift::By(moved.shift_ms())).shift_ms(), moved.shift_ms());

    let (before, _) = split(still.records().unwrap());
    let (after, _) = split(moved.records().unwrap());
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(after.tx_ms, before.tx_ms + moved.shift_ms());
        assert_eq!(after.digest, before.digest);
        assert!(after.tx_ms < as_of);
    }
    let digests = |export: &Export| -> Vec<Uuid> {
        let customers = split(export.customers().unwrap()).0.into_iter().map(|row| row.digest);
        let accounts = split(export.accounts()).0.into_iter().map(|row| row.digest);
        let organisations = split(export.organisations().unwrap()).0.into_iter().map(|row| row.digest);
        customers.chain(accounts).chain(organisations).collect()
    };
    assert_eq!(digests(&still), digests(&moved));
}

#[test]
fn a_missing_file_is_named() {
    let dir = small_export();
    fs::remove_file(dir.path().join("payers.csv")).unwrap();
    let error = Export::open(dir.path(), 0, Shift::None).unwrap_err();
    assert!(matches!(error, Error::MissingFile { file: "payers.csv", format: "synthea", .. }));
}

/// The shipped sample by another reader: all its encounters are sound, so nothing is set aside.
#[test]
fn the_sample_agrees_with_an_independent_count() {
    let dir = shipped_sample();
    let table = |file: &str| -> Vec<BTreeMap<String, String>> {
        let mut reader = csv::Reader::from_path(dir.path().join(file)).unwrap();
        reader.deserialize().map(|row| row.unwrap()).collect()
    };
    let encounters = table("encounters.csv");
    let pairs: BTreeSet<_> = encounters.iter().map(|row| (&row["PATIENT"], &row["ORGANIZATION"])).collect();
    let mut first: BTreeMap<&str, &str> = BTreeMap::new();
    for row in &encounters {
        let joined = first.entry(&row["PATIENT"]).or_insert(&row["START"]);
        *joined = (*joined).min(row["START"].as_str());
    }
    let cents: u64 = encounters.iter().map(|row| cents(&row["TOTAL_CLAIM_COST"])).sum();

    let export = open(&dir, Shift::ToNow);
    let (records, rejects) = split(export.records().unwrap());
    assert_eq!(rejects, []);
    assert_eq!(records.len(), encounters.len());
    let sum: u64 = records.iter().map(|row| self::cents(&row.medical_amt.to_plain_string())).sum();
    assert_eq!(sum, cents);
    assert_eq!(split(export.accounts()).0.len(), pairs.len());
    assert_eq!(split(export.doctors().unwrap()).0.len(), table("providers.csv").len());
    assert_eq!(split(export.organisations().unwrap()).0.len(), table("organizations.csv").len());

    let (customers, _) = split(export.customers().unwrap());
    assert_eq!(customers.len(), 60);
    for customer in &customers {
        let expected = at(first[customer.cust_id.to_string().as_str()]) + export.shift_ms();
        assert_eq!(customer.joined_ms, expected);
    }
    let as_of = at(AS_OF);
    let ahead = records.iter().filter(|row| row.tx_ms >= as_of).count();
    let mut starts: Vec<&str> = encounters.iter().map(|row| row["START"].as_str()).collect();
    starts.sort_unstable();
    let boundary = starts[starts.len() - starts.len().div_ceil(10)];
    assert_eq!(ahead, starts.iter().filter(|start| **start >= boundary).count());
}

#[test]
fn derived_reviews_are_some_stable_and_past() {
    let dir = shipped_sample();
    let export = open(&dir, Shift::ToNow);
    let (reviews, _) = split(export.reviews());
    let accounts = split(export.accounts()).0.len();
    assert!((accounts / 5..accounts / 2).contains(&reviews.len()), "{} of {accounts}", reviews.len());
    let as_of = at(AS_OF);
    for review in &reviews {
        assert!(review.review_ms < as_of);
        assert!((0..=5).contains(&review.review_rating));
        assert!(review.review_comment.as_ref().unwrap().starts_with("[synthetic]"));
    }
    assert_eq!(reviews, split(open(&dir, Shift::ToNow).reviews()).0);
}

#[test]
fn every_zone_of_the_states_exists() {
    for state in &states::STATES {
        assert_eq!(crate::input::values::check_zone(state.zone), Ok(()), "{}", state.name);
        assert_eq!(states::find(state.name), states::find(state.abbreviation));
    }
    let names: BTreeSet<_> = states::STATES.iter().map(|state| state.name).collect();
    assert_eq!(names.len(), states::STATES.len());
}

/// `12.5` is 1250.
fn cents(amount: &str) -> u64 {
    let (whole, decimals) = amount.split_once('.').unwrap_or((amount, ""));
    assert!(decimals.len() <= 2, "{amount}");
    format!("{whole}{decimals:0<2}").parse().unwrap()
}

#[test]
fn rows_know_their_place_in_the_export() {
    let dir = small_export();
    let (records, _) = split(open(&dir, Shift::None).records().unwrap());
    let line = "e1,2020-03-01T10:00:00Z,2020-03-01T10:15:00Z,p1,o1,d1,x1,wellness,Check-up,100.50,\n";
    let offset = ENCOUNTER_LINES.find(line).unwrap() as u64;
    assert_eq!(records[0].source, Source { file: "encounters.csv", line: 2, offset, len: line.len() as u64 });
}
