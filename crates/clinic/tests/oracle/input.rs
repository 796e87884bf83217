//! Folders of the source system with everything in them that has broken an importer before: ties,
//! boundaries, odd ids, odd texts, offsets, empty tables; and the relation that they mean.

use std::path::Path;

use bigdecimal::BigDecimal;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

use super::csv_sheet::{Cells, Fate, Outcome, Sheet};
use super::dice::Dice;
use super::faults;
use super::relation::{
    Account, Customer, Doctor, Organisation, Relation, Review, Stage, State, Visit, day_of, id_of, month_later, plain,
};

pub(super) const LOCATION: usize = 0;
pub(super) const ORGANISATION: usize = 1;
pub(super) const CUSTOMER: usize = 2;
pub(super) const DOCTOR: usize = 3;
pub(super) const ACCOUNT: usize = 4;
pub(super) const RECORD: usize = 5;
pub(super) const REVIEW: usize = 6;

const TABLES: [(&str, &[&str]); 7] = [
    ("location.csv", &["STATE_ID", "STATE_NAME", "COUNTRY_ID", "COUNTRY_NAME", "REGION_ID", "REGION_NAME"]),
    (
        "organisation.csv",
        &["ORG_ID", "ORG_TYPE", "REGION_ID", "ORG_NAME", "CURRENCY", "TIME_ZONE", "UPDATED_AT", "OFFERING"],
    ),
    ("customer.csv", &["CUST_ID", "FIRST_NAME", "LAST_NAME", "JOINED_DATE", "COUNTRY_ID", "STATE_ID"]),
    (
        "doctor.csv",
        &[
            "DOC_ID",
            "ORG_ID",
            "FIRST_NAME",
            "LAST_NAME",
            "EXPERIENCE_YEAR",
            "BIRTH_YEAR",
            "CREDENTIAL_M",
            "CREDENTIAL_S",
            "CREDENTIAL_D",
        ],
    ),
    ("account.csv", &["ACCOUNT_ID", "ACCOUNT_TYPE", "CUST_ID", "ORG_ID", "OPENED_AT"]),
    ("record.csv", &["MEDICAL_ID", "ACCOUNT_ID", "DOC_ID", "TX_DATE", "MEDICAL_PURPOSE", "MEDICAL_AMT"]),
    ("review.csv", &["REVIEW_ID", "REVIEW_DATE", "REVIEW_RATING", "REVIEW_COMMENT", "MEDIA", "ORG_ID", "CUST_ID"]),
];

const AS_OF: [&str; 5] = [
    "2024-01-31T00:00:00Z",
    "2023-12-31T23:59:59.999Z",
    "2025-03-01T00:00:00Z",
    "2024-02-29T12:00:00Z",
    "2022-10-31T05:45:00Z",
];
const AMOUNTS: [&str; 14] = [
    "85.5",
    "85.50",
    "0",
    "0.00",
    "1.005",
    "10.10",
    "20",
    "20",
    "20",
    "33.33",
    "12.345",
    "99999999.99",
    "0.0000001",
    "0.01",
];
const TEXTS: [&str; 12] =
    ["Ann", "Ann", "NULL", "Zoë", "O'Neil, \"Jo\"", "two\nlines", " padded ", "李", "🩺", "a\r\nb", "e\u{301}", "-"];
const CURRENCIES: [&str; 5] = ["", "USD", "CHF", "JPY", "KWD"];
const ZONES: [&str; 4] = ["", "Europe/Zurich", "Asia/Kathmandu", "UTC"];

/// How large a folder is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) organisations: usize,
    pub(super) customers: usize,
    pub(super) records_per_account: usize,
}

/// A folder on the way.
pub(super) struct Input {
    pub(super) dice: Dice,
    pub(super) as_of: i64,
    pub(super) relation: Relation,
    pub(super) sheets: Vec<Sheet>,
    ids: u64,
    instants: Vec<i64>,
}

/// What was written.
pub(super) struct Folder {
    pub(super) directory: tempfile::TempDir,
    pub(super) as_of: i64,
    pub(super) relation: Relation,
    pub(super) outcomes: Vec<(&'static str, Outcome)>,
}

/// Writes a folder, with faulty rows of every kind.
pub(super) fn folder(seed: u64, size: Size) -> Folder {
    let mut dice = Dice::new(seed);
    let as_of = AS_OF[usize::try_from(seed).unwrap() % AS_OF.len()].parse::<Timestamp>().unwrap().as_millisecond();
    let instants = instants(&mut dice, as_of);
    let sheets = TABLES.map(|(file, columns)| Sheet::new(file, columns)).into();
    let mut input = Input { dice, as_of, relation: Relation::default(), sheets, ids: 0, instants };
    input.locations();
    input.organisations(size.organisations);
    input.doctors();
    input.customers(size.customers);
    input.accounts();
    input.records(size.records_per_account);
    input.reviews();
    input.texts();
    faults::add(&mut input);
    let directory = tempfile::tempdir().unwrap();
    let Input { mut dice, relation, sheets, .. } = input;
    let outcomes = write(&mut dice, sheets, directory.path());
    Folder { directory, as_of, relation, outcomes }
}

fn write(dice: &mut Dice, sheets: Vec<Sheet>, directory: &Path) -> Vec<(&'static str, Outcome)> {
    sheets.into_iter().map(|sheet| (sheet.file, sheet.write(dice, directory))).collect()
}

/// Instants that many rows share, most of them on a boundary.
fn instants(dice: &mut Dice, as_of: i64) -> Vec<i64> {
    let ms = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
    let mut all = vec![
        as_of,
        as_of,
        as_of - 1,
        as_of + 1,
        month_later(as_of),
        month_later(as_of) - 1,
        ms("1969-12-31T23:59:59.999Z"),
        ms("1970-01-01T00:00:00Z"),
        ms("1999-12-31T23:59:59.999Z"),
        ms("2000-02-29T23:59:59Z"),
        ms("2024-02-29T00:00:00Z"),
        ms("2024-12-31T23:59:59Z"),
        ms("2035-12-31T23:59:59Z"),
    ];
    let first = day_of(as_of).first_of_month();
    for back in 0..14 {
        let start = first.checked_sub(back.months()).unwrap().to_zoned(TimeZone::UTC).unwrap();
        let start = start.timestamp().as_millisecond();
        all.extend([start, start - 1, start + dice.between(0, 27 * 86_400) * 1_000]);
    }
    for _ in 0..12 {
        all.push(as_of + dice.between(0, 70 * 86_400) * 1_000);
        all.push(as_of - dice.between(0, 4_000 * 86_400) * 1_000);
    }
    all
}

pub(super) fn cells(row: &[(&'static str, &str)]) -> Cells {
    row.iter().map(|(column, text)| (*column, (*text).to_owned())).collect()
}

impl Input {
    /// A text that nothing else has as its id.
    pub(super) fn fresh(&mut self) -> String {
        self.ids += 1;
        let n = self.ids;
        let bits = u128::from(self.dice.next()) << 64 | u128::from(self.dice.next());
        let uuid = |version: u128| {
            let fixed = bits & !(0xF << 76) & !(0x3 << 62);
            Uuid::from_u128(fixed | version << 76 | 0x2 << 62).to_string()
        };
        match self.dice.below(12) {
            0 => uuid(4),
            1 => uuid(4).to_uppercase(),
            2 => uuid(1),
            3 => uuid(7),
            4 => format!("a, \"b\" {n}"),
            5 => format!("two\nlines {n}"),
            6 => format!("Zoë 🩺 {n}"),
            7 => format!(" {n}"),
            _ => format!("{n}"),
        }
    }

    /// The same id, in another case if it is a UUID.
    pub(super) fn again(&mut self, text: &str) -> String {
        let is_uuid = text.len() == 36 && Uuid::try_parse(text).is_ok();
        match self.dice.below(3) {
            0 if is_uuid => text.to_uppercase(),
            1 if is_uuid => text.to_lowercase(),
            _ => text.to_owned(),
        }
    }

    pub(super) fn key(&mut self, sheet: usize, row: usize, column: &'static str) -> String {
        let text = self.sheets[sheet].cells(row)[column].clone();
        self.again(&text)
    }

    fn instant(&mut self) -> i64 {
        *self.dice.of(&self.instants)
    }

    /// One of the ways to write an instant.
    pub(super) fn written(&mut self, ms: i64) -> String {
        let stamp = Timestamp::from_millisecond(ms).unwrap();
        let utc = stamp.to_string();
        if ms.rem_euclid(86_400_000) == 0 && self.dice.percent(40) {
            return day_of(ms).to_string();
        }
        let minutes = *self.dice.of(&[345, -570, 840, -720, 60, 0]);
        match self.dice.below(5) {
            0 => utc,
            1 => utc.to_lowercase(),
            2 if ms % 1_000 != 0 => utc.replace('Z', "000Z"),
            2 => utc.replace('Z', ".000Z"),
            _ => {
                let zoned = stamp.to_zoned(TimeZone::fixed(Offset::from_seconds(minutes * 60).unwrap()));
                let sign = if minutes < 0 { '-' } else { '+' };
                let minutes = minutes.abs();
                format!("{}{sign}{:02}:{:02}", zoned.datetime(), minutes / 60, minutes % 60)
            }
        }
    }

    fn text(&mut self) -> String {
        (*self.dice.of(&TEXTS)).to_owned()
    }

    fn locations(&mut self) {
        for region in 0..14 {
            let (region_id, region_name) = (self.fresh(), format!("Région {region}, \"R\""));
            for _ in 0..=self.dice.below(2) {
                let (country_id, country_name) = (self.fresh(), self.text());
                for _ in 0..=self.dice.below(2) {
                    let (state_id, state_name) = (self.fresh(), self.text());
                    let (country, region) = (id_of("country", &country_id), id_of("region", &region_id));
                    self.relation.regions.insert(region, region_name.clone());
                    self.relation.states.insert(id_of("state", &state_id), State { country, region });
                    let (country_id, region_id) = (self.again(&country_id), self.again(&region_id));
                    self.sheets[LOCATION].good(cells(&[
                        ("STATE_ID", &state_id),
                        ("STATE_NAME", &state_name),
                        ("COUNTRY_ID", &country_id),
                        ("COUNTRY_NAME", &country_name),
                        ("REGION_ID", &region_id),
                        ("REGION_NAME", &region_name),
                    ]));
                }
            }
        }
    }

    fn organisations(&mut self, count: usize) {
        for _ in 0..count {
            let (org_id, kind, name) = (self.fresh(), self.text(), self.text());
            let row = self.dice.below(self.sheets[LOCATION].len());
            let region_id = self.key(LOCATION, row, "REGION_ID");
            let (currency, zone) = (*self.dice.of(&CURRENCIES), *self.dice.of(&ZONES));
            let updated = self.instant();
            let given = self.dice.percent(75);
            let updated_text = if given { self.written(updated) } else { String::new() };
            self.relation.organisations.insert(
                id_of("organisation", &org_id),
                Organisation {
                    kind: kind.clone(),
                    region: id_of("region", &region_id),
                    currency: if currency.is_empty() { "USD" } else { currency }.to_owned(),
                    updated: if given { updated } else { self.as_of },
                },
            );
            self.sheets[ORGANISATION].good(cells(&[
                ("ORG_ID", &org_id),
                ("ORG_TYPE", &kind),
                ("REGION_ID", &region_id),
                ("ORG_NAME", if self.dice.percent(50) { "" } else { &name }),
                ("CURRENCY", currency),
                ("TIME_ZONE", zone),
                ("UPDATED_AT", &updated_text),
                ("OFFERING", if self.dice.percent(50) { "" } else { "Now, also \"online\"" }),
            ]));
        }
    }

    fn doctors(&mut self) {
        for row in 0..self.sheets[ORGANISATION].len() {
            for _ in 0..self.dice.below(6) {
                let (doc_id, first, last) = (self.fresh(), self.text(), self.text());
                let org_id = self.key(ORGANISATION, row, "ORG_ID");
                let (experience, birth) = (self.dice.between(0, 60), self.dice.between(1930, 2004));
                let degree = *self.dice.of(&["", "M.D.", "D.O., \"hon.\""]);
                let school = *self.dice.of(&["", "ETH Zürich"]);
                let certified = *self.dice.of(&["", "2000-02-29", "1969-12-31"]);
                let optional = |text: &str| (!text.is_empty()).then(|| text.to_owned());
                self.relation.doctors.insert(
                    id_of("doctor", &doc_id),
                    Doctor {
                        organisation: id_of("organisation", &org_id),
                        first: first.clone(),
                        last: last.clone(),
                        experience,
                        birth,
                        degree: optional(degree),
                        school: optional(school),
                        certified: optional(certified),
                    },
                );
                self.sheets[DOCTOR].good(cells(&[
                    ("DOC_ID", &doc_id),
                    ("ORG_ID", &org_id),
                    ("FIRST_NAME", &first),
                    ("LAST_NAME", &last),
                    ("EXPERIENCE_YEAR", &experience.to_string()),
                    ("BIRTH_YEAR", &birth.to_string()),
                    ("CREDENTIAL_M", degree),
                    ("CREDENTIAL_S", school),
                    ("CREDENTIAL_D", certified),
                ]));
            }
        }
    }

    fn customers(&mut self, count: usize) {
        for _ in 0..count {
            let (cust_id, first, last) = (self.fresh(), self.text(), self.text());
            // The square prefers the first states, so that regions differ; ties remain.
            let states = self.sheets[LOCATION].len();
            let row = self.dice.below(states) * self.dice.below(states) / states;
            let state_id = self.key(LOCATION, row, "STATE_ID");
            let country_id = self.key(LOCATION, row, "COUNTRY_ID");
            let joined = self.instant();
            let joined_text = self.written(joined);
            let state = id_of("state", &state_id);
            let customer = Customer { first: first.clone(), last: last.clone(), joined, state };
            self.relation.customers.insert(id_of("customer", &cust_id), customer);
            self.sheets[CUSTOMER].good(cells(&[
                ("CUST_ID", &cust_id),
                ("FIRST_NAME", &first),
                ("LAST_NAME", &last),
                ("JOINED_DATE", &joined_text),
                ("COUNTRY_ID", &country_id),
                ("STATE_ID", &state_id),
            ]));
        }
    }

    fn accounts(&mut self) {
        for row in 0..self.sheets[CUSTOMER].len() {
            for _ in 0..*self.dice.of(&[0, 1, 1, 2, 3, 5]) {
                let account_id = self.fresh();
                let cust_id = self.key(CUSTOMER, row, "CUST_ID");
                let organisation = self.dice.below(self.sheets[ORGANISATION].len());
                let org_id = self.key(ORGANISATION, organisation, "ORG_ID");
                let opened = self.instant();
                let opened_text = if self.dice.percent(60) { self.written(opened) } else { String::new() };
                let customer = id_of("customer", &cust_id);
                let joined = self.relation.customers[&customer].joined;
                self.relation.accounts.insert(
                    id_of("account", &account_id),
                    Account {
                        customer,
                        organisation: id_of("organisation", &org_id),
                        created: if opened_text.is_empty() { joined } else { opened },
                    },
                );
                self.sheets[ACCOUNT].good(cells(&[
                    ("ACCOUNT_ID", &account_id),
                    ("ACCOUNT_TYPE", *self.dice.of(&["pay-as-you-visit", "monthly subscription", "student"])),
                    ("CUST_ID", &cust_id),
                    ("ORG_ID", &org_id),
                    ("OPENED_AT", &opened_text),
                ]));
            }
        }
    }

    /// Rows of doctors who may serve an account.
    pub(super) fn doctors_for(&self, org_id: &str) -> Vec<usize> {
        let organisation = id_of("organisation", org_id);
        (0..self.sheets[DOCTOR].len())
            .filter(|row| id_of("organisation", &self.sheets[DOCTOR].cells(*row)["ORG_ID"]) == organisation)
            .collect()
    }

    fn records(&mut self, most: usize) {
        for row in 0..self.sheets[ACCOUNT].len() {
            let doctors = self.doctors_for(&self.sheets[ACCOUNT].cells(row)["ORG_ID"]);
            if doctors.is_empty() {
                continue;
            }
            for _ in 0..self.dice.below(most + 1) {
                let medical_id = self.fresh();
                let account_id = self.key(ACCOUNT, row, "ACCOUNT_ID");
                let doctor = *self.dice.of(&doctors);
                let doc_id = self.key(DOCTOR, doctor, "DOC_ID");
                let starts = self.instant();
                let (text, amount) = (self.written(starts), *self.dice.of(&AMOUNTS));
                let purpose = self.text();
                self.relation.visits.insert(
                    id_of("record", &medical_id),
                    Visit {
                        account: id_of("account", &account_id),
                        doctor: id_of("doctor", &doc_id),
                        starts,
                        minutes: 30,
                        purpose: purpose.clone(),
                        stage: if starts < self.as_of { Stage::Completed(decimal(amount)) } else { Stage::Booked },
                    },
                );
                self.sheets[RECORD].good(cells(&[
                    ("MEDICAL_ID", &medical_id),
                    ("ACCOUNT_ID", &account_id),
                    ("DOC_ID", &doc_id),
                    ("TX_DATE", &text),
                    ("MEDICAL_PURPOSE", &purpose),
                    ("MEDICAL_AMT", amount),
                ]));
            }
        }
    }

    fn reviews(&mut self) {
        for _ in 0..self.sheets[CUSTOMER].len() * 4 {
            let review_id = self.fresh();
            let customer = self.dice.below(self.sheets[CUSTOMER].len());
            let organisations = self.sheets[ORGANISATION].len();
            let organisation = self.dice.below(organisations) * self.dice.below(organisations) / organisations;
            let cust_id = self.key(CUSTOMER, customer, "CUST_ID");
            let org_id = self.key(ORGANISATION, organisation, "ORG_ID");
            let (at, rating) = (self.instant(), self.dice.between(0, 5));
            let text = self.written(at);
            let review = Review { organisation: id_of("organisation", &org_id), at, rating };
            self.relation.reviews.insert(id_of("review", &review_id), review);
            let comment = self.text();
            self.sheets[REVIEW].good(cells(&[
                ("REVIEW_ID", &review_id),
                ("REVIEW_DATE", &text),
                ("REVIEW_RATING", &rating.to_string()),
                ("REVIEW_COMMENT", if self.dice.percent(50) { "" } else { &comment }),
                ("MEDIA", *self.dice.of(&["", "a.png|b.mp4", "x"])),
                ("ORG_ID", &org_id),
                ("CUST_ID", &cust_id),
            ]));
        }
    }

    /// Remembers the texts of the ids that questions are asked with.
    fn texts(&mut self) {
        for (sheet, column, entity) in [
            (LOCATION, "REGION_ID", "region"),
            (ORGANISATION, "ORG_ID", "organisation"),
            (CUSTOMER, "CUST_ID", "customer"),
            (DOCTOR, "DOC_ID", "doctor"),
            (ACCOUNT, "ACCOUNT_ID", "account"),
        ] {
            for row in 0..self.sheets[sheet].len() {
                let text = self.sheets[sheet].cells(row)[column].clone();
                self.relation.texts.insert(id_of(entity, &text), text);
            }
        }
    }

    /// A row that says what an earlier one said.
    pub(super) fn repeat(&mut self, sheet: usize, row: usize) {
        let cells = self.sheets[sheet].cells(row).clone();
        self.sheets[sheet].later(&mut self.dice, row + 1, cells, Fate::Repeated);
    }
}

pub(super) fn decimal(text: &str) -> BigDecimal {
    let value: BigDecimal = text.parse().unwrap();
    assert!(plain(&value).len() <= text.len().max(1), "plain notation is shortest");
    value
}
