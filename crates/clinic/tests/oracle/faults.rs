//! Rows that must be set aside, each with one fault, and rows that fall because of them.
//!
//! clinic.md, part 1 and "Details of input and answers", lists the kinds.

use super::csv_sheet::{Cells, Damage, Fate};
use super::input::{ACCOUNT, CUSTOMER, DOCTOR, Input, LOCATION, ORGANISATION, RECORD, REVIEW};
use super::relation::id_of;

const DAMAGES: [Damage; 5] =
    [Damage::TooFew, Damage::TooMany, Damage::BadUtf8, Damage::QuoteInside, Damage::TextAfterQuote];
const KEYS: [&str; 7] = ["STATE_ID", "ORG_ID", "CUST_ID", "DOC_ID", "ACCOUNT_ID", "MEDICAL_ID", "REVIEW_ID"];

/// One value of one column that sets a row aside; empty = missing.
const VALUES: &[(usize, &str, &str)] = &[
    (LOCATION, "STATE_NAME", ""),
    (LOCATION, "COUNTRY_ID", ""),
    (LOCATION, "REGION_NAME", ""),
    (ORGANISATION, "ORG_ID", ""),
    (ORGANISATION, "ORG_TYPE", ""),
    (ORGANISATION, "REGION_ID", "no such region"),
    (ORGANISATION, "CURRENCY", "XQZ"),
    (ORGANISATION, "CURRENCY", "dollars"),
    (ORGANISATION, "TIME_ZONE", "Mars/Base"),
    (ORGANISATION, "UPDATED_AT", "yesterday"),
    (CUSTOMER, "LAST_NAME", ""),
    (CUSTOMER, "JOINED_DATE", ""),
    (CUSTOMER, "JOINED_DATE", "2023-02-29"),
    (CUSTOMER, "JOINED_DATE", "2023-02-28T10:00:00"),
    (CUSTOMER, "JOINED_DATE", "28.02.2023"),
    (CUSTOMER, "STATE_ID", "no such state"),
    (CUSTOMER, "COUNTRY_ID", "no such country"),
    (DOCTOR, "ORG_ID", "no such organisation"),
    (DOCTOR, "ORG_ID", "0b9a1f86-3a5c-4a0e-9d0c-9b8e7b7f0001"),
    (DOCTOR, "EXPERIENCE_YEAR", "many"),
    (DOCTOR, "BIRTH_YEAR", ""),
    (DOCTOR, "BIRTH_YEAR", "1e3"),
    (DOCTOR, "CREDENTIAL_D", "soon"),
    (DOCTOR, "CREDENTIAL_D", "2001-02-29"),
    (ACCOUNT, "CUST_ID", "no such customer"),
    (ACCOUNT, "ORG_ID", "no such organisation"),
    (ACCOUNT, "ACCOUNT_TYPE", ""),
    (ACCOUNT, "OPENED_AT", "2023-13-01"),
    (RECORD, "ACCOUNT_ID", "no such account"),
    (RECORD, "DOC_ID", "no such doctor"),
    (RECORD, "DOC_ID", ""),
    (RECORD, "TX_DATE", "2023-06-31T00:00:00Z"),
    (RECORD, "TX_DATE", "2023-06-30T24:00:01Z"),
    (RECORD, "TX_DATE", "1687000000"),
    (RECORD, "MEDICAL_PURPOSE", ""),
    (RECORD, "MEDICAL_AMT", ""),
    (RECORD, "MEDICAL_AMT", "-0.01"),
    (RECORD, "MEDICAL_AMT", "1e3"),
    (RECORD, "MEDICAL_AMT", "12,5"),
    (RECORD, "MEDICAL_AMT", " 12.5"),
    (RECORD, "MEDICAL_AMT", "NaN"),
    (RECORD, "MEDICAL_AMT", "1_000"),
    (RECORD, "MEDICAL_AMT", "٣"),
    (REVIEW, "REVIEW_RATING", "6"),
    (REVIEW, "REVIEW_RATING", "-1"),
    (REVIEW, "REVIEW_RATING", "4.5"),
    (REVIEW, "REVIEW_RATING", "five"),
    (REVIEW, "REVIEW_RATING", "99999999999999999999"),
    (REVIEW, "REVIEW_DATE", "2023-02-30T00:00:00Z"),
    (REVIEW, "ORG_ID", "no such organisation"),
    (REVIEW, "CUST_ID", "no such customer"),
];

/// One column that another row of the same key says otherwise.
const OTHERWISE: &[(usize, &str, &str)] = &[
    (ORGANISATION, "ORG_TYPE", "something else"),
    (CUSTOMER, "FIRST_NAME", "Somebody else"),
    (DOCTOR, "BIRTH_YEAR", "1900"),
    (ACCOUNT, "ACCOUNT_TYPE", "something else"),
    (RECORD, "MEDICAL_AMT", "77.77"),
    (RECORD, "MEDICAL_PURPOSE", "something else"),
    (REVIEW, "REVIEW_COMMENT", "something else"),
];

pub(super) fn add(input: &mut Input) {
    let good: Vec<usize> = input.sheets.iter().map(super::csv_sheet::Sheet::len).collect();
    for sheet in LOCATION..=REVIEW {
        if good[sheet] == 0 {
            continue;
        }
        for _ in 0..3 {
            let row = input.dice.below(good[sheet]);
            input.repeat(sheet, row);
        }
        for damage in DAMAGES {
            let cells = fresh_row(input, sheet, &good);
            input.sheets[sheet].damaged(&mut input.dice, cells, damage);
        }
        if input.dice.percent(30) {
            let cells = fresh_row(input, sheet, &good);
            input.sheets[sheet].damaged(&mut input.dice, cells, Damage::EndsInQuotes);
        }
    }
    for (sheet, column, text) in VALUES {
        if good[*sheet] > 0 {
            let mut cells = fresh_row(input, *sheet, &good);
            cells.insert(column, (*text).to_owned());
            reject(input, *sheet, 0, cells, &[column]);
        }
    }
    for (sheet, column, text) in OTHERWISE {
        if good[*sheet] > 0 {
            let row = input.dice.below(good[*sheet]);
            let mut cells = input.sheets[*sheet].cells(row).clone();
            cells.insert(KEYS[*sheet], input.again(&cells[KEYS[*sheet]].clone()));
            cells.insert(column, (*text).to_owned());
            reject(input, *sheet, row + 1, cells, &[KEYS[*sheet]]);
        }
    }
    same_key_elsewhere(input, &good);
    contradictions(input, &good);
    cascades(input, &good);
}

/// A row that would be good, under an id of its own.
fn fresh_row(input: &mut Input, sheet: usize, good: &[usize]) -> Cells {
    let row = input.dice.below(good[sheet]);
    let mut cells = input.sheets[sheet].cells(row).clone();
    cells.insert(KEYS[sheet], input.fresh());
    cells
}

fn reject(input: &mut Input, sheet: usize, behind: usize, cells: Cells, columns: &[&'static str]) {
    input.sheets[sheet].later(&mut input.dice, behind, cells, Fate::Rejected(columns.to_vec()));
}

/// The id of one row on another row, which belongs to another organisation or customer as a rule.
fn same_key_elsewhere(input: &mut Input, good: &[usize]) {
    for sheet in [DOCTOR, ACCOUNT, RECORD, REVIEW] {
        for _ in 0..3 {
            if good[sheet] < 2 {
                continue;
            }
            let (row, other) = (input.dice.below(good[sheet]), input.dice.below(good[sheet]));
            let mut cells = input.sheets[sheet].cells(other).clone();
            cells.insert(KEYS[sheet], input.key(sheet, row, KEYS[sheet]));
            if row != other {
                // Never the same content by chance.
                let (column, text) = match sheet {
                    DOCTOR => ("LAST_NAME", "Elsewhere"),
                    ACCOUNT => ("ACCOUNT_TYPE", "elsewhere"),
                    RECORD => ("MEDICAL_PURPOSE", "elsewhere"),
                    _ => ("REVIEW_COMMENT", "elsewhere"),
                };
                cells.insert(column, text.to_owned());
                reject(input, sheet, row + 1, cells, &[KEYS[sheet]]);
            }
        }
    }
}

/// Rows that contradict rows of other tables, or earlier names.
fn contradictions(input: &mut Input, good: &[usize]) {
    for (column, id) in [("REGION_NAME", "REGION_ID"), ("COUNTRY_NAME", "COUNTRY_ID")] {
        let mut cells = fresh_row(input, LOCATION, good);
        cells.insert(column, "Atlantis".to_owned());
        reject(input, LOCATION, good[LOCATION], cells, &[column, id]);
    }
    let row = input.dice.below(good[LOCATION]);
    let mut cells = input.sheets[LOCATION].cells(row).clone();
    cells.insert("STATE_NAME", "Atlantis".to_owned());
    reject(input, LOCATION, row + 1, cells, &["STATE_NAME", "STATE_ID"]);
    let country = |input: &Input, cells: &Cells| {
        let state = id_of("state", &cells["STATE_ID"]);
        input.relation.states[&state].country
    };
    for _ in 0..3 {
        let mut cells = fresh_row(input, CUSTOMER, good);
        let row = input.dice.below(good[LOCATION]);
        let other = input.key(LOCATION, row, "COUNTRY_ID");
        if id_of("country", &other) != country(input, &cells) {
            cells.insert("COUNTRY_ID", other);
            reject(input, CUSTOMER, 0, cells, &["COUNTRY_ID"]);
        }
    }
    for _ in 0..3 {
        if good[RECORD] == 0 {
            break;
        }
        let mut cells = fresh_row(input, RECORD, good);
        let row = input.dice.below(good[DOCTOR]);
        let other = input.key(DOCTOR, row, "DOC_ID");
        let account = &input.relation.accounts[&id_of("account", &cells["ACCOUNT_ID"])];
        if input.relation.doctors[&id_of("doctor", &other)].organisation != account.organisation {
            cells.insert("DOC_ID", other);
            reject(input, RECORD, 0, cells, &["DOC_ID"]);
        }
    }
}

/// A chain from a location to a review, of which the first is wrong and nothing else.
fn cascades(input: &mut Input, good: &[usize]) {
    if good[ACCOUNT] == 0 || good[RECORD] == 0 || good[REVIEW] == 0 {
        return;
    }
    let mut location = fresh_row(input, LOCATION, good);
    let (state, region) = (location["STATE_ID"].clone(), input.fresh());
    location.insert("COUNTRY_ID", input.fresh());
    location.insert("REGION_ID", region.clone());
    location.insert("STATE_NAME", String::new());
    let country = location["COUNTRY_ID"].clone();
    reject(input, LOCATION, 0, location, &["STATE_NAME"]);

    let mut organisation = fresh_row(input, ORGANISATION, good);
    let org_id = organisation["ORG_ID"].clone();
    organisation.insert("REGION_ID", region);
    reject(input, ORGANISATION, 0, organisation, &["REGION_ID"]);

    let mut customer = fresh_row(input, CUSTOMER, good);
    let cust_id = customer["CUST_ID"].clone();
    customer.insert("STATE_ID", state);
    customer.insert("COUNTRY_ID", country);
    reject(input, CUSTOMER, 0, customer, &["STATE_ID", "COUNTRY_ID"]);

    let mut doctor = fresh_row(input, DOCTOR, good);
    let doc_id = doctor["DOC_ID"].clone();
    doctor.insert("ORG_ID", org_id.clone());
    reject(input, DOCTOR, 0, doctor, &["ORG_ID"]);

    let mut account = fresh_row(input, ACCOUNT, good);
    let account_id = account["ACCOUNT_ID"].clone();
    account.insert("CUST_ID", cust_id.clone());
    reject(input, ACCOUNT, 0, account, &["CUST_ID"]);

    for (column, text) in [("ACCOUNT_ID", account_id), ("DOC_ID", doc_id)] {
        let mut record = fresh_row(input, RECORD, good);
        record.insert(column, text);
        reject(input, RECORD, 0, record, &[column]);
    }
    for (column, text) in [("CUST_ID", cust_id), ("ORG_ID", org_id)] {
        let mut review = fresh_row(input, REVIEW, good);
        review.insert(column, text);
        reject(input, REVIEW, 0, review, &[column]);
    }
}
