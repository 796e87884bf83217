//! What the acknowledged lines must have done, computed from the lines alone.
//!
//! It knows no tables and no events: it adds up amounts, counts and names, and asks the queries.

use std::collections::{BTreeMap, HashMap, HashSet};

use quorate_clinic::ids::{Entity, id};
use serde_json::Value;

use super::answers::Asked;
use super::place::Place;
use super::world::{CUSTOMERS, ORGANISATIONS, REGIONS, organisation_of_account};

/// Totals per organisation, and what became of each customer.
#[derive(Default)]
struct Ledger {
    /// Cents by organisation and doctor.
    revenue: BTreeMap<(String, String), u64>,
    completed: BTreeMap<String, u64>,
    reviews: BTreeMap<String, u64>,
    names: BTreeMap<String, String>,
    states: BTreeMap<String, String>,
}

/// Compares the answers with the lines that were acknowledged, in the order of the lines.
pub(super) fn check(place: &Place, lines: &[Value], acknowledged: &[Option<Value>]) {
    check_once(lines, acknowledged);
    let done: Vec<&Value> =
        lines.iter().zip(acknowledged).filter(|(_, answer)| answer.is_some()).map(|(line, _)| line).collect();
    let ledger = Ledger::of(&done);
    let asked = Asked::of(place);
    ledger.check_organisations(&asked);
    ledger.check_customers(&asked);
}

/// No two lines have the same event, and no request has two.
pub(super) fn check_once(lines: &[Value], acknowledged: &[Option<Value>]) {
    let mut events: HashMap<(i64, i64), &Value> = HashMap::new();
    let mut requests = HashSet::new();
    for (line, answer) in lines.iter().zip(acknowledged) {
        let Some(answer) = answer else { continue };
        let event = (answer["stream"].as_i64().unwrap(), answer["seq"].as_i64().unwrap());
        if requests.insert(line["request_id"].as_str().unwrap())
            && let Some(other) = events.insert(event, line)
        {
            panic!("one event for two requests: {line} and {other}");
        }
    }
}

impl Ledger {
    fn of(done: &[&Value]) -> Self {
        let mut ledger = Self::default();
        let text = |line: &Value, field: &str| line[field].as_str().unwrap().to_owned();
        // Completions name only the visit.
        let booked: HashMap<&str, &Value> = done
            .iter()
            .filter(|line| line["command"] == "book")
            .map(|line| (line["medical_id"].as_str().unwrap(), *line))
            .collect();
        for line in done {
            match line["command"].as_str().unwrap() {
                "complete" => {
                    let book = booked[line["medical_id"].as_str().unwrap()];
                    let account: u64 = book["account_id"].as_str().unwrap()[1..].parse().unwrap();
                    let org = organisation_of_account(account);
                    *ledger.completed.entry(org.clone()).or_default() += 1;
                    *ledger.revenue.entry((org, text(book, "doc_id"))).or_default() += cents(&line["amount"]);
                }
                "review" => *ledger.reviews.entry(text(line, "org_id")).or_default() += 1,
                "register_customer" | "rename_customer" => {
                    let name = format!("{} {}", text(line, "first_name"), text(line, "last_name"));
                    ledger.names.insert(text(line, "cust_id"), name);
                    if line["command"] == "register_customer" {
                        ledger.states.insert(text(line, "cust_id"), text(line, "state_id"));
                    }
                }
                "move_customer" => {
                    ledger.states.insert(text(line, "cust_id"), text(line, "state_id"));
                }
                _ => {}
            }
        }
        ledger
    }

    fn check_organisations(&self, asked: &Asked) {
        for org in (0..ORGANISATIONS).map(|org| format!("o{org}")) {
            let mut revenue: BTreeMap<String, u64> = BTreeMap::new();
            for ((_, doctor), sum) in self.revenue.iter().filter(|((of, _), _)| *of == org) {
                revenue.insert(id(Entity::Doctor, doctor).to_string(), *sum);
            }
            let answered: BTreeMap<String, u64> = asked
                .rows("q14", &org)
                .iter()
                .map(|row| (row["doc_id"].as_str().unwrap().to_owned(), cents(&row["total_revenue"])))
                .collect();
            assert_eq!(answered, revenue, "revenue of {org}");
            let days: u64 = asked.rows("q12", &org).iter().map(|day| day["transaction_count"].as_u64().unwrap()).sum();
            assert_eq!(days, self.completed.get(&org).copied().unwrap_or(0), "transactions of {org}");
            let ratings: u64 = asked.rows("q9", &org).iter().map(|month| month["rating_count"].as_u64().unwrap()).sum();
            assert_eq!(ratings, self.reviews.get(&org).copied().unwrap_or(0), "ratings of {org}");
        }
    }

    fn check_customers(&self, asked: &Asked) {
        for customer in (0..CUSTOMERS).map(|customer| format!("c{customer}")) {
            let name = self.names[&customer].as_str();
            assert_eq!(asked.answer("q2", &customer)["full_name"], name, "{customer}");
            let accounts = asked.rows("q11", &customer);
            assert_eq!(accounts.len(), 2, "accounts of {customer}");
            assert!(accounts.iter().all(|account| account["full_name"] == name), "{name}: {accounts:?}");
        }
        let mut population: BTreeMap<String, u64> = BTreeMap::new();
        for state in self.states.values() {
            *population.entry(format!("Region {}", &state[1..])).or_default() += 1;
        }
        let answered: BTreeMap<String, u64> = asked
            .rows("q13", "")
            .iter()
            .map(|row| (row["region_name"].as_str().unwrap().to_owned(), row["customer_count"].as_u64().unwrap()))
            .filter(|(_, count)| *count > 0)
            .collect();
        assert!(answered.len() as u64 <= REGIONS);
        assert_eq!(answered, population);
    }
}

/// An amount with at most two decimals in cents.
fn cents(amount: &Value) -> u64 {
    let text = amount.as_str().unwrap();
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    whole.parse::<u64>().unwrap() * 100 + format!("{part:0<2}").parse::<u64>().unwrap()
}
