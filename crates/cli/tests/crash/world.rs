//! A small world in which commands get in each other's way, and an endless stream of commands.

use serde_json::{Value, json};

use super::dice::Dice;

pub(super) const ORGANISATIONS: u64 = 6;
pub(super) const DOCTORS: u64 = 12;
pub(super) const CUSTOMERS: u64 = 24;
pub(super) const ACCOUNTS: u64 = 2 * CUSTOMERS;
pub(super) const REGIONS: u64 = 3;

/// Visits that commands choose from: the newest ones, most of which are still open.
const RECENT: usize = 60;

/// Makes commands. Each has a request id of its own and says when it took place, so that no
/// answer depends on the clock.
pub(super) struct World {
    seed: u64,
    dice: Dice,
    made: u64,
    visits: Vec<String>,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, dice: Dice::new(seed), made: 0, visits: Vec::new() }
    }

    /// What must be there before anything can happen.
    pub(super) fn founding(&mut self) -> Vec<Value> {
        let mut lines = Vec::new();
        for region in 0..REGIONS {
            lines.push(json!({"command": "add_location", "state_id": format!("s{region}"), "state_name": format!("State {region}"),
                              "country_id": format!("k{region}"), "country_name": format!("Country {region}"),
                              "region_id": format!("r{region}"), "region_name": format!("Region {region}")}));
        }
        for org in 0..ORGANISATIONS {
            lines.push(json!({"command": "register_organisation", "org_id": format!("o{org}"), "org_type": "Clinic",
                              "region_id": format!("r{}", org % REGIONS)}));
        }
        for doctor in 0..DOCTORS {
            lines.push(doctor_line("recruit_doctor", doctor, "Ada"));
        }
        for customer in 0..CUSTOMERS {
            lines.push(json!({"command": "register_customer", "cust_id": format!("c{customer}"), "first_name": "Max",
                              "last_name": format!("Born {customer}"), "state_id": format!("s{}", customer % REGIONS),
                              "joined_date": "2024-06-01"}));
        }
        for account in 0..ACCOUNTS {
            lines.push(
                json!({"command": "open_account", "account_id": format!("a{account}"), "account_type": "monthly",
                              "cust_id": format!("c{}", account / 2), "org_id": organisation_of_account(account)}),
            );
        }
        lines.into_iter().map(|line| self.signed(line, "2025-01-01T00:00:00Z")).collect()
    }

    /// So many random commands; some of them cannot succeed.
    pub(super) fn lines(&mut self, count: u64) -> Vec<Value> {
        (0..count).map(|_| self.line()).collect()
    }

    /// So many offerings of one organisation: many events in one stream.
    pub(super) fn offerings(&mut self, count: u64) -> Vec<Value> {
        (0..count).map(|_| self.offering(0)).collect()
    }

    fn line(&mut self) -> Value {
        let customer = self.dice.below(CUSTOMERS);
        match self.dice.below(100) {
            0..35 => self.book(),
            35..57 => {
                let cents = self.dice.below(30_000);
                let amount = format!("{}.{:02}", cents / 100, cents % 100);
                let line = json!({"command": "complete", "medical_id": self.visit(), "amount": amount});
                self.signed(line, "2025-04-01T00:00:00Z")
            }
            57..63 => {
                let line = json!({"command": "cancel", "medical_id": self.visit()});
                self.signed(line, "2025-02-02T00:00:00Z")
            }
            63..66 => {
                let line = json!({"command": "no_show", "medical_id": self.visit()});
                self.signed(line, "2025-04-01T00:00:00Z")
            }
            66..74 => {
                let line = json!({"command": "reschedule", "medical_id": self.visit(), "starts_at": self.slot()});
                self.signed(line, "2025-02-02T00:00:00Z")
            }
            74..81 => {
                let line = json!({"command": "rename_customer", "cust_id": format!("c{customer}"), "first_name": "Lise",
                                  "last_name": format!("Meitner {}", self.made)});
                self.signed(line, "2025-02-03T00:00:00Z")
            }
            81..85 => {
                let state = self.dice.below(REGIONS);
                let line = json!({"command": "move_customer", "cust_id": format!("c{customer}"), "state_id": format!("s{state}")});
                self.signed(line, "2025-02-03T00:00:00Z")
            }
            85..92 => {
                let (org, rating) = (self.dice.below(ORGANISATIONS), self.dice.below(6));
                let line = json!({"command": "review", "cust_id": format!("c{customer}"), "org_id": format!("o{org}"), "rating": rating});
                self.signed(line, "2025-05-01T00:00:00Z")
            }
            92..96 => {
                let org = self.dice.below(ORGANISATIONS);
                self.offering(org)
            }
            _ => {
                let doctor = self.dice.below(DOCTORS);
                let line = doctor_line("change_doctor", doctor, &format!("Ada {}", self.made));
                self.signed(line, "2025-02-04T00:00:00Z")
            }
        }
    }

    fn book(&mut self) -> Value {
        let account = self.dice.below(ACCOUNTS);
        // Two doctors per organisation; now and then one of another organisation.
        let mut doctor = (account / 2 + account % 2) % ORGANISATIONS + ORGANISATIONS * self.dice.below(2);
        if self.dice.below(20) == 0 {
            doctor = self.dice.below(DOCTORS);
        }
        let visit = format!("v{}-{}", self.seed, self.made);
        self.visits.push(visit.clone());
        let minutes = 15 * (1 + self.dice.below(4));
        let line = json!({"command": "book", "medical_id": visit, "account_id": format!("a{account}"),
                          "doc_id": format!("d{doctor}"), "starts_at": self.slot(), "minutes": minutes, "purpose": "cough"});
        self.signed(line, "2025-02-01T00:00:00Z")
    }

    fn offering(&mut self, org: u64) -> Value {
        let line = json!({"command": "publish_offering", "org_id": format!("o{org}"), "headline": format!("Offer {}", self.made)});
        let (day, hour) = (1 + self.made / 24 % 28, self.made % 24);
        self.signed(line, &format!("2025-02-{day:02}T{hour:02}:00:00Z"))
    }

    /// A quarter of an hour in March 2025, between 8:00 and 18:00.
    fn slot(&mut self) -> String {
        let (day, hour, quarter) = (1 + self.dice.below(28), 8 + self.dice.below(10), self.dice.below(4));
        format!("2025-03-{day:02}T{hour:02}:{:02}:00Z", 15 * quarter)
    }

    fn visit(&mut self) -> String {
        let recent = self.visits.len().min(RECENT);
        if recent == 0 {
            return "v-none".to_owned();
        }
        let back = usize::try_from(self.dice.below(recent as u64)).unwrap();
        self.visits[self.visits.len() - 1 - back].clone()
    }

    fn signed(&mut self, mut line: Value, at: &str) -> Value {
        line["at"] = json!(at);
        line["request_id"] = json!(format!("{:08x}-0000-4000-8000-{:012x}", self.seed, self.made));
        self.made += 1;
        line
    }
}

/// The organisation of an account; a customer's two accounts are at two organisations.
pub(super) fn organisation_of_account(account: u64) -> String {
    format!("o{}", (account / 2 + account % 2) % ORGANISATIONS)
}

fn doctor_line(command: &str, doctor: u64, first_name: &str) -> Value {
    json!({"command": command, "doc_id": format!("d{doctor}"), "org_id": format!("o{}", doctor % ORGANISATIONS),
           "first_name": first_name, "last_name": format!("Byron {doctor}"), "experience_year": 7, "birth_year": 1980})
}
