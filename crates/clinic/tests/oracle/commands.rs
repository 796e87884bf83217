//! Random commands: good ones, ones that the state forbids, malformed ones, repeated ones.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use quorate_clinic::commands::Receipt;
use serde_json::{Value, json};
use uuid::Uuid;

use super::dice::Dice;
use super::effects::Verdict;
use super::relation::{Relation, Stage};

const DAY: i64 = 86_400_000;
const NAMES: [&str; 6] = ["Ann", "Bo, \"B\"", "Zoë", "李", "NULL", "two\nlines"];
const AMOUNTS: [&str; 7] = ["85.5", "0", "10.10", "1.005", "20", "0.01", "12345678901234567890.123456789"];
const INVALID: Verdict = Verdict::Codes(&["invalid"]);

/// A command, and what it must come to where that does not depend on the relation.
pub(super) struct Draft {
    pub(super) command: Value,
    pub(super) verdict: Option<Verdict>,
}

/// A command that was done.
pub(super) struct Sent {
    pub(super) command: Value,
    pub(super) receipt: Receipt,
}

pub(super) struct Drafter {
    dice: Dice,
    ids: u64,
    name: u64,
    done: Vec<Value>,
    receipts: BTreeMap<Uuid, Receipt>,
}

impl Drafter {
    /// `name` keeps the ids of several drafters apart.
    pub(super) fn new(seed: u64, name: u64) -> Self {
        let dice = Dice::new(seed ^ 0xD1CE);
        Self { dice, ids: 0, name, done: Vec::new(), receipts: BTreeMap::new() }
    }

    /// Remembers what was done, and that a repeated request got the first result.
    pub(super) fn sent(&mut self, command: &Value, receipt: Receipt) {
        let Some(request) = command["request_id"].as_str() else {
            assert!(!receipt.repeated, "{command}");
            return;
        };
        let request = request.parse().unwrap();
        if let Some(first) = self.receipts.get(&request) {
            let (one, other) = ((first.id, first.stream, first.seq), (receipt.id, receipt.stream, receipt.seq));
            assert_eq!(one, other, "{command} was done again");
            assert!(receipt.repeated, "{command}");
        } else {
            assert!(!receipt.repeated, "{command}");
            self.receipts.insert(request, receipt);
            self.done.push(command.clone());
        }
    }

    pub(super) fn draft(&mut self, relation: &Relation, clock: &AtomicI64) -> Draft {
        let now = clock.fetch_add(1_000, Ordering::Relaxed);
        if !self.done.is_empty() && self.dice.percent(4) {
            let mut command = self.dice.of(&self.done).clone();
            if self.dice.percent(50) {
                return Draft { command, verdict: Some(Verdict::Ok) };
            }
            command["at"] = json!(text(now + 1));
            return Draft { command, verdict: Some(Verdict::Codes(&["conflict"])) };
        }
        let mut command = self.well_formed(relation, now);
        if command["at"].is_null() {
            command["at"] = json!(text(now));
        }
        if self.dice.percent(30) {
            command["request_id"] = json!(Uuid::from_u64_pair(self.dice.next(), self.dice.next()));
        }
        let spoilt = self.dice.percent(6);
        let verdict = spoilt.then(|| self.spoil(&mut command));
        Draft { command, verdict }
    }

    fn new_id(&mut self) -> String {
        self.ids += 1;
        match self.dice.below(3) {
            0 => Uuid::from_u64_pair(self.dice.next(), self.dice.next()).to_string().to_uppercase(),
            1 => format!("new, \"{}\" {}", self.name, self.ids),
            _ => format!("new-{}-{}", self.name, self.ids),
        }
    }

    /// One of the ids, seldom one that is not known.
    fn some<T>(&mut self, known: &BTreeMap<Uuid, T>) -> String {
        if known.is_empty() || self.dice.percent(2) {
            return Uuid::from_u64_pair(self.dice.next(), self.dice.next()).to_string();
        }
        let at = self.dice.below(known.len());
        known.keys().nth(at).unwrap().to_string()
    }

    /// An id for something new: none, a new one, seldom a taken one.
    fn key<T>(&mut self, command: &mut Value, name: &str, known: &BTreeMap<Uuid, T>) {
        match self.dice.below(20) {
            0 => command[name] = json!(self.some(known)),
            1..=8 => {}
            _ => command[name] = json!(self.new_id()),
        }
    }

    fn text(&mut self) -> &'static str {
        NAMES[self.dice.below(NAMES.len())]
    }

    fn well_formed(&mut self, relation: &Relation, now: i64) -> Value {
        match self.dice.below(100) {
            0..=1 => self.location(),
            2..=4 => {
                let mut command = json!({"command": "register_organisation", "org_type": self.text(),
                    "region_id": self.some(&relation.regions), "currency": self.dice.of(&["USD", "CHF", "KWD"]),
                    "time_zone": "Europe/Zurich"});
                self.key(&mut command, "org_id", &relation.organisations);
                command
            }
            5..=11 => self.doctor(relation),
            12..=19 => {
                let mut command = json!({"command": "register_customer", "first_name": self.text(),
                    "last_name": self.text(), "state_id": self.some(&relation.states)});
                if self.dice.percent(40) {
                    command["joined_date"] = json!("1999-12-31T23:59:59.999Z");
                }
                self.key(&mut command, "cust_id", &relation.customers);
                command
            }
            20..=26 => json!({"command": "rename_customer", "cust_id": self.some(&relation.customers),
                "first_name": self.text(), "last_name": self.text()}),
            27..=31 => json!({"command": "move_customer", "cust_id": self.some(&relation.customers),
                "state_id": self.some(&relation.states)}),
            32..=39 => {
                let mut command = json!({"command": "open_account", "account_type": "pay-as-you-visit",
                    "cust_id": self.some(&relation.customers), "org_id": self.some(&relation.organisations)});
                self.key(&mut command, "account_id", &relation.accounts);
                command
            }
            40..=43 => self.offering(relation, now),
            44..=63 => self.booking(relation, now),
            64..=93 => self.visit(relation, now),
            _ => self.review(relation),
        }
    }

    fn location(&mut self) -> Value {
        let (state, country, region) = (self.new_id(), self.new_id(), self.new_id());
        json!({"command": "add_location", "state_id": state, "state_name": self.text(), "country_id": country,
            "country_name": self.text(), "region_id": region, "region_name": self.text()})
    }

    fn doctor(&mut self, relation: &Relation) -> Value {
        let mut command = json!({"command": "recruit_doctor", "org_id": self.some(&relation.organisations),
            "first_name": self.text(), "last_name": self.text(), "experience_year": self.dice.between(0, 50),
            "birth_year": self.dice.between(1940, 2000)});
        if self.dice.percent(50) && !relation.doctors.is_empty() {
            let doctor = self.some(&relation.doctors);
            let known = relation.doctors.get(&doctor.parse().unwrap());
            command["command"] = json!("change_doctor");
            command["doc_id"] = json!(doctor);
            if let Some(known) = known {
                command["org_id"] = json!(known.organisation);
            }
            // Whether a change that leaves the credential out removes it is not said.
            command["degree_type"] = json!("M.D.");
            command["institution"] = json!(self.text());
            command["certification_date"] = json!("2000-02-29");
        } else {
            self.key(&mut command, "doc_id", &relation.doctors);
        }
        command
    }

    fn offering(&mut self, relation: &Relation, now: i64) -> Value {
        let at = now + self.dice.between(-40 * DAY, 2 * DAY);
        json!({"command": "publish_offering", "org_id": self.some(&relation.organisations),
            "headline": self.text(), "at": text(at)})
    }

    /// Starts lie on a coarse grid, so that slots are fought for; lengths make edges touch.
    fn start(&mut self, now: i64) -> i64 {
        let base = (now / DAY + 50) * DAY;
        base + self.dice.between(0, 6) * DAY + self.dice.between(0, 19) * 15 * 60_000
    }

    fn booking(&mut self, relation: &Relation, now: i64) -> Value {
        let account = self.some(&relation.accounts);
        let organisation = relation.accounts.get(&account.parse().unwrap()).map(|account| account.organisation);
        let doctors: Vec<&Uuid> = relation
            .doctors
            .iter()
            .filter(|(_, doctor)| Some(doctor.organisation) == organisation)
            .map(|(id, _)| id)
            .collect();
        let doctor = if doctors.is_empty() || self.dice.percent(3) {
            self.some(&relation.doctors)
        } else {
            self.dice.of(&doctors).to_string()
        };
        let mut command = json!({"command": "book", "account_id": account, "doc_id": doctor,
            "starts_at": text(self.start(now)), "purpose": self.text()});
        if self.dice.percent(50) {
            command["minutes"] = json!(*self.dice.of(&[15, 30, 45, 60, 1440]));
        }
        self.key(&mut command, "medical_id", &relation.visits);
        command
    }

    fn visit(&mut self, relation: &Relation, now: i64) -> Value {
        let booked: Vec<(&Uuid, i64, i64)> = relation
            .visits
            .iter()
            .filter(|(_, visit)| visit.stage == Stage::Booked)
            .map(|(id, visit)| (id, visit.starts, visit.minutes))
            .collect();
        if booked.is_empty() || self.dice.percent(6) {
            let medical_id = self.some(&relation.visits);
            let command = *self.dice.of(&["cancel", "complete", "no_show"]);
            let mut command = json!({"command": command, "medical_id": medical_id});
            if command["command"] == "complete" {
                command["amount"] = json!("5");
                command["at"] = json!("2090-01-01T00:00:00Z");
            }
            return command;
        }
        let (id, starts, minutes) = *self.dice.of(&booked);
        match self.dice.below(10) {
            0..=1 => json!({"command": "cancel", "medical_id": id}),
            2 => json!({"command": "no_show", "medical_id": id, "at": text(starts + minutes * 60_000)}),
            3..=4 => json!({"command": "reschedule", "medical_id": id, "starts_at": text(self.start(now))}),
            5 => json!({"command": "complete", "medical_id": id, "amount": "7", "at": text(starts - 1)}),
            _ => {
                let at = text(starts + *self.dice.of(&[0, minutes * 60_000]));
                json!({"command": "complete", "medical_id": id, "amount": self.dice.of(&AMOUNTS), "at": at})
            }
        }
    }

    fn review(&mut self, relation: &Relation) -> Value {
        let treated: Vec<(Uuid, Uuid)> = relation
            .visits
            .values()
            .filter(|visit| matches!(visit.stage, Stage::Completed(_)))
            .map(|visit| &relation.accounts[&visit.account])
            .map(|account| (account.customer, account.organisation))
            .collect();
        let (customer, organisation) = if treated.is_empty() || self.dice.percent(25) {
            (self.some(&relation.customers), self.some(&relation.organisations))
        } else {
            let (customer, organisation) = self.dice.of(&treated);
            (customer.to_string(), organisation.to_string())
        };
        let mut command = json!({"command": "review", "cust_id": customer, "org_id": organisation,
            "rating": self.dice.between(0, 5), "comment": self.text(), "media": ["a.png"]});
        self.key(&mut command, "review_id", &relation.reviews);
        command
    }

    /// Makes a command malformed, if it has a field for it.
    fn spoil(&mut self, command: &mut Value) -> Verdict {
        let wrong = [
            ("amount", json!("-1")),
            ("amount", json!("ten")),
            ("amount", json!("1e2")),
            ("rating", json!(6)),
            ("rating", json!(-1)),
            ("rating", json!("good")),
            ("starts_at", json!("2030-01-01T10:00:00")),
            ("starts_at", json!("2030-02-29T10:00:00Z")),
            ("minutes", json!(0)),
            ("minutes", json!(-30)),
            ("currency", json!("XQZ")),
            ("time_zone", json!("Mars/Base")),
            ("birth_year", json!("young")),
            ("certification_date", json!("soon")),
            ("joined_date", json!("2023-02-29")),
            ("medical_id", json!(7)),
            ("cust_id", json!(["x"])),
            ("cust_id", Value::Null),
            ("at", json!("now")),
            ("request_id", json!("not a uuid")),
        ];
        match self.dice.below(6) {
            0 => command["command"] = json!("demolish"),
            1 => command["at"] = json!("yesterday"),
            2 => command["request_id"] = json!("seven"),
            _ => {
                let creates = command["command"] == "register_customer";
                let fits = |name: &str, value: &Value| {
                    !(command[name].is_null() || creates && name == "cust_id" && value.is_null())
                };
                let fitting: Vec<_> = wrong.iter().filter(|(name, value)| fits(name, value)).collect();
                let (name, value) = *self.dice.of(&fitting);
                command[*name] = value.clone();
            }
        }
        INVALID
    }
}

fn text(ms: i64) -> String {
    Timestamp::from_millisecond(ms).unwrap().to_string()
}
