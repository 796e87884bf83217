//! Many clients after few slots: each slot has one winner, every loser is told of a conflict.
//!
//! Half of the clients use a clinic of their own, as a second process would: nothing in memory is
//! shared between the halves.

use std::sync::Arc;

use quorate_clinic::commands::Request;
use quorate_clinic::schema::{self, Replication};
use quorate_clinic::store::Store;
use quorate_clinic::{Clinic, verify};
use quorate_session::{Clock, ClusterOptions, Session, Target};
use serde_json::{Value, json};

use super::answers::TestClock;
use super::dice::Dice;
use super::place::cassandra;

const CLIENTS: u64 = 64;
const DOCTORS: u64 = 8;

/// Two clinics on one keyspace.
pub(super) struct Arena {
    pub(super) clinics: [Clinic; 2],
    session: Session,
    keyspace: &'static str,
}

impl Arena {
    pub(super) async fn open(target: &Target, keyspace: &'static str) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(TestClock::default());
        let session = Session::open(target, Arc::clone(&clock)).await.unwrap();
        session.schema(&format!("DROP KEYSPACE IF EXISTS {keyspace}")).await.unwrap();
        let store = Store::new(session.clone(), keyspace, Arc::clone(&clock));
        schema::apply(&store, &Replication::parse("simple:1").unwrap()).await.unwrap();
        let open = || Clinic::open(session.clone(), keyspace, Arc::clone(&clock));
        let clinics = [open().await.unwrap(), open().await.unwrap()];
        let arena = Self { clinics, session, keyspace };
        arena.found().await;
        arena
    }

    /// Doctors at four organisations; customers with an account at each of them.
    async fn found(&self) {
        let mut lines = vec![
            json!({"command": "add_location", "state_id": "s", "state_name": "S", "country_id": "k", "country_name": "K",
                                    "region_id": "r", "region_name": "R"}),
        ];
        for org in 0..4 {
            lines.push(json!({"command": "register_organisation", "org_id": format!("o{org}"), "org_type": "Clinic", "region_id": "r"}));
        }
        for doctor in 0..DOCTORS {
            lines.push(json!({"command": "recruit_doctor", "doc_id": format!("d{doctor}"), "org_id": format!("o{}", doctor % 4),
                              "first_name": "Ada", "last_name": "Byron", "experience_year": 7, "birth_year": 1980}));
        }
        for line in lines {
            self.clinics[0].execute(&request(line)).await.unwrap();
        }
        let mut customers = tokio::task::JoinSet::new();
        for customer in 0..CLIENTS {
            let clinic = self.clinics[0].clone();
            customers.spawn(async move {
                for line in customer_lines(customer) {
                    clinic.execute(&request(line)).await.unwrap();
                }
            });
        }
        customers.join_all().await;
    }

    /// Has every client make tries at once; tells how many succeeded. All others must be conflicts.
    async fn contest(&self, tries: u64, booking: fn(&mut Dice, u64) -> Value) -> u64 {
        let mut clients = tokio::task::JoinSet::new();
        for client in 0..CLIENTS {
            let clinic = self.clinics[usize::try_from(client % 2).unwrap()].clone();
            let share = tries / CLIENTS + u64::from(client < tries % CLIENTS);
            clients.spawn(async move {
                let mut dice = Dice::new(client);
                let mut won = 0;
                for _ in 0..share {
                    match clinic.execute(&request(booking(&mut dice, client))).await {
                        Ok(_) => won += 1,
                        Err(error) => assert_eq!(error.code(), "conflict", "{error}"),
                    }
                }
                won
            });
        }
        clients.join_all().await.into_iter().sum()
    }

    pub(super) async fn close(self) {
        let report = verify::run(&self.clinics[1], &mut |_| {}).await.unwrap();
        assert!(report.is_clean(), "{}", serde_json::to_string_pretty(&report).unwrap());
        drop(self.clinics);
        self.session.schema(&format!("DROP KEYSPACE {}", self.keyspace)).await.unwrap();
        self.session.close().await.unwrap();
    }
}

pub(super) fn request(line: Value) -> Request {
    let Value::Object(object) = line else { panic!("a command is an object") };
    Request::from_json(object).unwrap()
}

fn customer_lines(customer: u64) -> Vec<Value> {
    let mut lines =
        vec![json!({"command": "register_customer", "cust_id": format!("c{customer}"), "first_name": "Max",
                                "last_name": "Born", "state_id": "s"})];
    for org in 0..4 {
        lines.push(
            json!({"command": "open_account", "account_id": format!("a{customer}-{org}"), "account_type": "monthly",
                          "cust_id": format!("c{customer}"), "org_id": format!("o{org}")}),
        );
    }
    lines
}

/// One of 200 slots that touch each other: 8 doctors, 25 times each, no two at once, so that only
/// the slot decides.
fn any_of_200(dice: &mut Dice, client: u64) -> Value {
    of_slots(dice.below(200), client)
}

fn any_of_20(dice: &mut Dice, client: u64) -> Value {
    of_slots(dice.below(20), client)
}

fn of_slots(slot: u64, client: u64) -> Value {
    let doctor = slot % DOCTORS;
    json!({"command": "book", "account_id": format!("a{client}-{}", doctor % 4), "doc_id": format!("d{doctor}"), "purpose": "x",
           "starts_at": minute(30 * slot), "at": "2025-01-01"})
}

/// One of 20 times of one customer, with any doctor of any organisation: the customer's time
/// decides, across streams.
fn time_of_one_customer(dice: &mut Dice, _client: u64) -> Value {
    let doctor = dice.below(DOCTORS);
    json!({"command": "book", "account_id": format!("a0-{}", doctor % 4), "doc_id": format!("d{doctor}"), "purpose": "x",
           "starts_at": minute(100_000 + 30 * dice.below(20)), "at": "2025-01-01"})
}

/// So many minutes after the beginning of 2025.
fn minute(minutes: u64) -> String {
    let start = quorate_clinic::moment::parse_instant("2025-01-02").unwrap();
    quorate_clinic::moment::instant_text(start + i64::try_from(minutes).unwrap() * 60_000)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_10000_tries_for_200_slots_exactly_200_win() {
    let arena = Arena::open(&Target::InMemory, "crash_slots").await;
    assert_eq!(arena.contest(10_000, any_of_200).await, 200);
    arena.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customers_time_is_taken_once_whichever_organisation_it_is() {
    let arena = Arena::open(&Target::InMemory, "crash_times").await;
    assert_eq!(arena.contest(640, time_of_one_customer).await, 20);
    arena.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_cassandra_too_each_slot_has_one_winner() {
    let Some(points) = cassandra() else { return };
    let target = Target::Cluster(ClusterOptions::new(points.split(',')));
    let arena = Arena::open(&target, "crash_slots").await;
    assert_eq!(arena.contest(640, any_of_20).await, 20);
    arena.close().await;
}
