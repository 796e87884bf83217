//! Q3 and Q8: completed records in mixed orders, with every kind of tie, page by page.

use std::str::FromStr as _;

use quorate_clinic::queries::{self, Arguments};
use quorate_session::codec::{BigDecimal, CqlTimestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::store::{ADA, Dice, Store, at, by_id, month, on_each, printed, text};

#[derive(Clone)]
struct Record {
    id: Uuid,
    account: Uuid,
    doctor: Uuid,
    at: i64,
    amount: &'static str,
}

impl Record {
    fn json(&self) -> Value {
        json!({
            "medical_id": self.id,
            "account_id": self.account,
            "doc_id": self.doctor,
            "tx_date": printed(self.at),
            "medical_purpose": "cough",
            "medical_amt": self.amount,
            "currency": "CHF",
        })
    }

    fn decimal(&self) -> BigDecimal {
        BigDecimal::from_str(self.amount).unwrap()
    }
}

fn records(dice: &mut Dice, count: usize, accounts: &[Uuid], doctors: &[Uuid], times: &[i64]) -> Vec<Record> {
    const AMOUNTS: [&str; 7] = ["10", "10.0", "10.00", "9.999", "250.5", "0", "1000000000000000000000.01"];
    (0..count)
        .map(|_| Record {
            id: dice.id(),
            account: dice.pick(accounts),
            doctor: dice.pick(doctors),
            at: dice.pick(times),
            amount: dice.pick(&AMOUNTS),
        })
        .collect()
}

fn expected(mut records: Vec<Record>, order: impl Fn(&Record, &Record) -> std::cmp::Ordering) -> Vec<Value> {
    records.sort_by(|one, other| order(one, other).then_with(|| by_id(one.id, other.id)));
    records.iter().map(Record::json).collect()
}

#[tokio::test]
async fn dearest_records_of_an_account_and_of_all_accounts_of_a_customer() {
    on_each("q3", &[&queries::RECORDS_BY_AMOUNT, &queries::ACCOUNTS_BY_CUSTOMER], async |store| {
        let mut dice = Dice(3);
        let accounts = [dice.id(), dice.id(), dice.id()];
        let customer = dice.id();
        let times = [at("2026-01-01T00:00:00Z"), at("2026-01-01T00:00:00.001Z"), at("1969-12-31T23:59:59.999Z")];
        let records = records(&mut dice, 40, &accounts, &[Uuid::nil()], &times);
        store
            .put(
                &queries::RECORDS_BY_AMOUNT,
                records.iter().map(|record| {
                    (
                        record.account,
                        record.decimal(),
                        CqlTimestamp(record.at),
                        record.id,
                        record.doctor,
                        "cough",
                        "CHF",
                    )
                }),
            )
            .await;
        store
            .put(
                &queries::ACCOUNTS_BY_CUSTOMER,
                accounts.map(|account| {
                    (customer, CqlTimestamp(0), account, Uuid::nil(), "monthly subscription", ADA, "CHF")
                }),
            )
            .await;

        let order = |one: &Record, other: &Record| other.decimal().cmp(&one.decimal()).then(other.at.cmp(&one.at));
        let of_customer = Arguments { customer: text(customer), ..Arguments::default() };
        store.expect_in_pages(3, &of_customer, &expected(records.clone(), order)).await;
        for account in accounts {
            let own = records.iter().filter(|record| record.account == account).cloned().collect();
            let of_account = Arguments { account: text(account), ..Arguments::default() };
            store.expect_in_pages(3, &of_account, &expected(own, order)).await;
        }

        let five = store.ask(3, &of_customer).await.unwrap();
        assert_eq!(five.json.as_array().unwrap(), &expected(records, order)[..5]);
    })
    .await;
}

/// Times in three years with years between, ties across months included.
fn scattered_times() -> Vec<i64> {
    [
        "2019-02-28T23:59:59.999Z",
        "2019-03-01T00:00:00Z",
        "2021-12-31T23:59:59Z",
        "2022-01-01T00:00:00Z",
        "2022-01-01T00:00:00Z",
        "2022-07-09T10:00:00Z",
        "2022-08-09T10:00:00Z",
        "2026-11-21T09:00:00Z",
    ]
    .map(at)
    .to_vec()
}

async fn put_records(store: &Store, organisation: Uuid, records: &[Record]) {
    let year = |ms: i64| printed(ms)[..4].parse::<i32>().unwrap();
    store
        .put(
            &queries::RECORDS_BY_DOCTOR,
            records.iter().map(|record| {
                let key = (record.doctor, year(record.at), CqlTimestamp(record.at), record.id);
                (key.0, key.1, key.2, key.3, record.account, "cough", record.decimal(), "CHF")
            }),
        )
        .await;
    store
        .put(
            &queries::RECORDS_BY_ORGANISATION,
            records.iter().map(|record| {
                let key = (organisation, month(record.at), CqlTimestamp(record.at), record.id);
                (key.0, key.1, key.2, key.3, record.doctor, record.account, "cough", record.decimal(), "CHF")
            }),
        )
        .await;
    store
        .put(
            &queries::PERIODS,
            records.iter().flat_map(|record| [(record.doctor, month(record.at)), (organisation, month(record.at))]),
        )
        .await;
}

#[tokio::test]
async fn newest_records_of_a_doctor_and_of_an_organisation() {
    let views = [&queries::RECORDS_BY_DOCTOR, &queries::RECORDS_BY_ORGANISATION, &queries::PERIODS];
    on_each("q8", &views, async |store| {
        let mut dice = Dice(8);
        let organisation = dice.id();
        let doctors = [dice.id(), dice.id()];
        let records = records(&mut dice, 36, &[Uuid::nil()], &doctors, &scattered_times());
        put_records(&store, organisation, &records).await;

        let newest_first = |one: &Record, other: &Record| other.at.cmp(&one.at);
        let of_organisation = Arguments { organisation: text(organisation), ..Arguments::default() };
        store.expect_in_pages(8, &of_organisation, &expected(records.clone(), newest_first)).await;
        for doctor in doctors {
            let own = records.iter().filter(|record| record.doctor == doctor).cloned().collect();
            let of_doctor = Arguments { doctor: text(doctor), ..Arguments::default() };
            store.expect_in_pages(8, &of_doctor, &expected(own, newest_first)).await;
        }

        let ten = store.ask(8, &of_organisation).await.unwrap();
        assert_eq!(ten.json.as_array().unwrap(), &expected(records, newest_first)[..10]);
    })
    .await;
}

/// A month that is listed and holds nothing must not end the answer.
#[tokio::test]
async fn empty_months_do_not_end_the_newest_records() {
    let views = [&queries::RECORDS_BY_DOCTOR, &queries::RECORDS_BY_ORGANISATION, &queries::PERIODS];
    on_each("q8_empty_months", &views, async |store| {
        let mut dice = Dice(80);
        let organisation = dice.id();
        let doctor = dice.id();
        let records = records(&mut dice, 6, &[Uuid::nil()], &[doctor], &[at("2020-05-05T05:05:05Z")]);
        put_records(&store, organisation, &records).await;
        for year in 2021..=2026 {
            for number in 1..=12 {
                let month = super::store::day(&format!("{year}-{number:02}-01"));
                store.put(&queries::PERIODS, [(organisation, month), (doctor, month)]).await;
            }
        }
        let rows = expected(records, |one, other| other.at.cmp(&one.at));
        for arguments in [
            Arguments { organisation: text(organisation), ..Arguments::default() },
            Arguments { doctor: text(doctor), ..Arguments::default() },
        ] {
            store.expect_in_pages(8, &arguments, &rows).await;
        }
    })
    .await;
}
