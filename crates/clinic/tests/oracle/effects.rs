//! What a command may come to, and what it changes: clinic.md, part 5, over a plain relation.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::relation::{Account, Customer, Doctor, Organisation, Relation, Review, Stage, State, Visit, id_of};

/// What a command must come to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Verdict {
    Ok,
    /// One of these codes; `ok` among them where the rules leave it open.
    Codes(&'static [&'static str]),
}

const NOT_FOUND: Verdict = Verdict::Codes(&["not_found"]);
const CONFLICT: Verdict = Verdict::Codes(&["conflict"]);
const REFUSED: Verdict = Verdict::Codes(&["refused"]);

/// A command's fields by name.
struct Said<'c>(&'c Value);

impl Said<'_> {
    fn text(&self, name: &str) -> Option<String> {
        self.0[name].as_str().map(str::to_owned)
    }

    fn must(&self, name: &str) -> String {
        self.text(name).unwrap_or_else(|| panic!("{name} in {}", self.0))
    }

    fn number(&self, name: &str) -> i64 {
        self.0[name].as_i64().unwrap_or_else(|| panic!("{name} in {}", self.0))
    }

    fn id(&self, name: &str, entity: &str) -> Option<Uuid> {
        self.text(name).map(|text| id_of(entity, &text))
    }

    fn instant(&self, name: &str) -> i64 {
        self.must(name).parse::<Timestamp>().unwrap().as_millisecond()
    }

    fn minutes(&self) -> i64 {
        self.0["minutes"].as_i64().unwrap_or(30)
    }
}

/// What a well-formed command comes to, if nothing else happens at the same time.
pub(super) fn predict(relation: &Relation, command: &Value) -> Verdict {
    let said = Said(command);
    let has = |name: &str, entity: &str| {
        said.id(name, entity).is_some_and(|id| match entity {
            "customer" => relation.customers.contains_key(&id),
            "organisation" => relation.organisations.contains_key(&id),
            "doctor" => relation.doctors.contains_key(&id),
            "account" => relation.accounts.contains_key(&id),
            "record" => relation.visits.contains_key(&id),
            "review" => relation.reviews.contains_key(&id),
            "state" => relation.states.contains_key(&id),
            _ => relation.regions.contains_key(&id),
        })
    };
    let creates = |references: &[(&str, &str)], key: &str, entity: &str| {
        let unknown = references.iter().any(|(name, entity)| !has(name, entity));
        match (unknown, has(key, entity)) {
            (true, true) => Verdict::Codes(&["not_found", "conflict"]),
            (true, false) => NOT_FOUND,
            (false, true) => CONFLICT,
            (false, false) => Verdict::Ok,
        }
    };
    match said.must("command").as_str() {
        "register_organisation" => creates(&[("region_id", "region")], "org_id", "organisation"),
        "recruit_doctor" => creates(&[("org_id", "organisation")], "doc_id", "doctor"),
        "change_doctor" if !has("doc_id", "doctor") || !has("org_id", "organisation") => NOT_FOUND,
        "register_customer" => creates(&[("state_id", "state")], "cust_id", "customer"),
        "move_customer" if !has("state_id", "state") => NOT_FOUND,
        "rename_customer" | "move_customer" if !has("cust_id", "customer") => NOT_FOUND,
        "open_account" => creates(&[("cust_id", "customer"), ("org_id", "organisation")], "account_id", "account"),
        "publish_offering" if !has("org_id", "organisation") => NOT_FOUND,
        "book" if strangers(relation, &said) => Verdict::Codes(&["refused", "invalid", "conflict"]),
        "book" => match creates(&[("account_id", "account"), ("doc_id", "doctor")], "medical_id", "record") {
            Verdict::Ok => booking(relation, &said),
            other @ Verdict::Codes(_) => other,
        },
        "reschedule" | "cancel" | "no_show" | "complete" if !has("medical_id", "record") => NOT_FOUND,
        "reschedule" | "cancel" | "no_show" | "complete" => visit(relation, &said),
        "review" => match creates(&[("cust_id", "customer"), ("org_id", "organisation")], "review_id", "review") {
            Verdict::Ok if !treated(relation, &said) => REFUSED,
            other => other,
        },
        _ => Verdict::Ok,
    }
}

/// Whether a doctor belongs to another organisation than an account.
fn strangers(relation: &Relation, said: &Said<'_>) -> bool {
    let account = said.id("account_id", "account").and_then(|id| relation.accounts.get(&id));
    let doctor = said.id("doc_id", "doctor").and_then(|id| relation.doctors.get(&id));
    account.zip(doctor).is_some_and(|(account, doctor)| account.organisation != doctor.organisation)
}

fn booking(relation: &Relation, said: &Said<'_>) -> Verdict {
    let account = said.id("account_id", "account").unwrap();
    let doctor = said.id("doc_id", "doctor").unwrap();
    slot(relation, account, doctor, said.instant("starts_at"), said.minutes(), None)
}

/// Whether a slot is free of other visits of the doctor and of the customer.
fn slot(relation: &Relation, account: Uuid, doctor: Uuid, starts: i64, minutes: i64, but: Option<Uuid>) -> Verdict {
    let customer = relation.accounts[&account].customer;
    let touched = |stage: fn(&Stage) -> bool| {
        relation.visits.iter().any(|(id, visit)| {
            let theirs = visit.doctor == doctor || relation.accounts[&visit.account].customer == customer;
            let overlap = visit.starts < starts + minutes * 60_000 && starts < visit.starts + visit.minutes * 60_000;
            Some(*id) != but && stage(&visit.stage) && theirs && overlap
        })
    };
    if touched(|stage| *stage == Stage::Booked) {
        CONFLICT
    } else if touched(|stage| matches!(stage, Stage::Completed(_))) {
        // A visit that took place is no longer active, but its time was spent.
        Verdict::Codes(&["ok", "conflict"])
    } else {
        Verdict::Ok
    }
}

fn visit(relation: &Relation, said: &Said<'_>) -> Verdict {
    let id = said.id("medical_id", "record").unwrap();
    let visit = &relation.visits[&id];
    if visit.stage != Stage::Booked {
        return REFUSED;
    }
    match said.must("command").as_str() {
        "complete" if said.instant("at") < visit.starts => REFUSED,
        // Whether anybody can be missed before the start, or cancel after it, is not said.
        "no_show" if said.instant("at") < visit.starts => Verdict::Codes(&["ok", "refused"]),
        "cancel" if said.instant("at") >= visit.starts => Verdict::Codes(&["ok", "refused"]),
        "reschedule" => slot(relation, visit.account, visit.doctor, said.instant("starts_at"), visit.minutes, Some(id)),
        _ => Verdict::Ok,
    }
}

fn treated(relation: &Relation, said: &Said<'_>) -> bool {
    let (customer, organisation) = (said.id("cust_id", "customer"), said.id("org_id", "organisation"));
    relation.visits.values().any(|visit| {
        let account = &relation.accounts[&visit.account];
        matches!(visit.stage, Stage::Completed(_))
            && Some(account.customer) == customer
            && Some(account.organisation) == organisation
    })
}

/// Whether a command that was done could be done: only what is booked goes on.
pub(super) fn assert_possible(relation: &Relation, command: &Value) {
    let said = Said(command);
    if matches!(said.must("command").as_str(), "reschedule" | "cancel" | "no_show" | "complete") {
        let visit = &relation.visits[&said.id("medical_id", "record").unwrap()];
        assert_eq!(visit.stage, Stage::Booked, "done to a visit that is not booked: {command}");
    }
}

/// What a command that was done changed.
pub(super) fn apply(relation: &mut Relation, command: &Value, id: Uuid) {
    let said = Said(command);
    match said.must("command").as_str() {
        "add_location" => {
            let region = said.id("region_id", "region").unwrap();
            relation.regions.insert(region, said.must("region_name"));
            let country = said.id("country_id", "country").unwrap();
            relation.states.insert(said.id("state_id", "state").unwrap(), State { country, region });
        }
        "register_organisation" => {
            let organisation = Organisation {
                kind: said.must("org_type"),
                region: said.id("region_id", "region").unwrap(),
                currency: said.text("currency").unwrap_or_else(|| "USD".to_owned()),
                updated: said.instant("at"),
            };
            relation.organisations.insert(id, organisation);
        }
        "publish_offering" => {
            let organisation = said.id("org_id", "organisation").unwrap();
            // One that was published earlier does not become the newest by being told later.
            let updated = &mut relation.organisations.get_mut(&organisation).unwrap().updated;
            *updated = said.instant("at").max(*updated);
        }
        "recruit_doctor" | "change_doctor" => {
            relation.doctors.insert(id, described(&said));
        }
        "open_account" => {
            let account = Account {
                customer: said.id("cust_id", "customer").unwrap(),
                organisation: said.id("org_id", "organisation").unwrap(),
                created: said.instant("at"),
            };
            relation.accounts.insert(id, account);
        }
        "review" => {
            let organisation = said.id("org_id", "organisation").unwrap();
            let review = Review { organisation, at: said.instant("at"), rating: said.number("rating") };
            relation.reviews.insert(id, review);
        }
        "register_customer" | "rename_customer" | "move_customer" => customer(relation, &said, id),
        _ => progress(relation, &said, id),
    }
}

fn described(said: &Said<'_>) -> Doctor {
    Doctor {
        organisation: said.id("org_id", "organisation").unwrap(),
        first: said.must("first_name"),
        last: said.must("last_name"),
        experience: said.number("experience_year"),
        birth: said.number("birth_year"),
        degree: said.text("degree_type"),
        school: said.text("institution"),
        certified: said.text("certification_date"),
    }
}

fn customer(relation: &mut Relation, said: &Said<'_>, id: Uuid) {
    match said.must("command").as_str() {
        "register_customer" => {
            let joined = if said.text("joined_date").is_some() { "joined_date" } else { "at" };
            let customer = Customer {
                first: said.must("first_name"),
                last: said.must("last_name"),
                joined: said.instant(joined),
                state: said.id("state_id", "state").unwrap(),
            };
            relation.customers.insert(id, customer);
        }
        "rename_customer" => {
            let customer = relation.customers.get_mut(&said.id("cust_id", "customer").unwrap()).unwrap();
            (customer.first, customer.last) = (said.must("first_name"), said.must("last_name"));
        }
        _ => {
            let customer = relation.customers.get_mut(&said.id("cust_id", "customer").unwrap()).unwrap();
            customer.state = said.id("state_id", "state").unwrap();
        }
    }
}

fn progress(relation: &mut Relation, said: &Said<'_>, id: Uuid) {
    let command = said.must("command");
    if command == "book" {
        let visit = Visit {
            account: said.id("account_id", "account").unwrap(),
            doctor: said.id("doc_id", "doctor").unwrap(),
            starts: said.instant("starts_at"),
            minutes: said.minutes(),
            purpose: said.must("purpose"),
            stage: Stage::Booked,
        };
        relation.visits.insert(id, visit);
        return;
    }
    let visit = relation.visits.get_mut(&said.id("medical_id", "record").unwrap()).unwrap();
    match command.as_str() {
        "reschedule" => visit.starts = said.instant("starts_at"),
        "complete" => visit.stage = Stage::Completed(said.must("amount").parse().unwrap()),
        _ => visit.stage = Stage::Closed,
    }
}

/// Pairs of booked visits that take the same time of a doctor or a customer.
pub(super) fn overlaps(relation: &Relation) -> BTreeSet<(Uuid, Uuid)> {
    let booked: Vec<_> = relation.visits.iter().filter(|(_, visit)| visit.stage == Stage::Booked).collect();
    let mut pairs = BTreeSet::new();
    for (at, (id, visit)) in booked.iter().enumerate() {
        for (other_id, other) in &booked[at + 1..] {
            let customer = |visit: &Visit| relation.accounts[&visit.account].customer;
            let theirs = visit.doctor == other.doctor || customer(visit) == customer(other);
            let ends = |visit: &Visit| visit.starts + visit.minutes * 60_000;
            if theirs && visit.starts < ends(other) && other.starts < ends(visit) {
                pairs.insert((**id, **other_id));
            }
        }
    }
    pairs
}
