//! Q6 and Q10: upcoming appointments, the window of a calendar month, page by page.

use quorate_clinic::queries::{self, Arguments};
use quorate_session::codec::CqlTimestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::store::{ADA, Dice, Store, at, by_id, on_each, printed, text};

const HALF_HOUR_MS: i64 = 1_800_000;

struct Appointment {
    id: Uuid,
    account: Uuid,
    at: i64,
}

impl Appointment {
    fn of_account(&self) -> Value {
        json!({
            "medical_id": self.id,
            "account_id": self.account,
            "doc_id": Uuid::max(),
            "tx_date": printed(self.at),
            "medical_purpose": "check-up",
            "ends_at": printed(self.at + HALF_HOUR_MS),
        })
    }

    fn of_doctor(&self) -> Value {
        json!({
            "medical_id": self.id,
            "account_id": self.account,
            "tx_date": printed(self.at),
            "medical_purpose": "check-up",
            "ends_at": printed(self.at + HALF_HOUR_MS),
            "cust_id": Uuid::max(),
        })
    }
}

fn appointments(dice: &mut Dice, count: usize, accounts: &[Uuid], times: &[&str]) -> Vec<Appointment> {
    let mut all: Vec<Appointment> = (0..count)
        .map(|_| Appointment { id: dice.id(), account: dice.pick(accounts), at: at(dice.pick(times)) })
        .collect();
    all.sort_by(|one, other| one.at.cmp(&other.at).then_with(|| by_id(one.id, other.id)));
    all
}

async fn put_by_account(store: &Store, appointments: &[Appointment]) {
    store
        .put(
            &queries::APPOINTMENTS_BY_ACCOUNT,
            appointments.iter().map(|one| {
                let ends_at = CqlTimestamp(one.at + HALF_HOUR_MS);
                (one.account, CqlTimestamp(one.at), one.id, Uuid::max(), Uuid::max(), "check-up", ends_at)
            }),
        )
        .await;
}

/// From 31 January the window ends on 28 February at the same time, which it does not include.
#[tokio::test]
async fn soonest_appointments_of_an_account_within_a_month() {
    const TIMES: [&str; 8] = [
        "2026-01-31T11:59:59.999Z",
        "2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00.001Z",
        "2026-02-14T08:00:00Z",
        "2026-02-14T08:00:00Z",
        "2026-02-28T11:59:59.999Z",
        "2026-02-28T12:00:00Z",
        "2026-03-01T00:00:00Z",
    ];
    on_each("q6", &[&queries::APPOINTMENTS_BY_ACCOUNT, &queries::ACCOUNTS_BY_CUSTOMER], async |store| {
        let mut dice = Dice(6);
        let accounts = [dice.id(), dice.id(), dice.id()];
        let customer = dice.id();
        let all = appointments(&mut dice, 30, &accounts, &TIMES);
        put_by_account(&store, &all).await;
        store
            .put(
                &queries::ACCOUNTS_BY_CUSTOMER,
                accounts
                    .map(|account| (customer, CqlTimestamp(0), account, Uuid::nil(), "pay-as-you-visit", ADA, "USD")),
            )
            .await;

        let (from, until) = (at("2026-01-31T12:00:00Z"), at("2026-02-28T12:00:00Z"));
        let within = |account: Option<Uuid>| -> Vec<Value> {
            all.iter()
                .filter(|one| (from..until).contains(&one.at) && account.is_none_or(|account| one.account == account))
                .map(Appointment::of_account)
                .collect()
        };
        let of_customer = Arguments { customer: text(customer), as_of: Some(from), ..Arguments::default() };
        assert!(within(None).len() < all.len(), "some lie outside");
        store.expect_in_pages(6, &of_customer, &within(None)).await;
        for account in accounts {
            let of_account = Arguments { account: text(account), as_of: Some(from), ..Arguments::default() };
            store.expect_in_pages(6, &of_account, &within(Some(account))).await;
        }
        let three = store.ask(6, &of_customer).await.unwrap();
        assert_eq!(three.json.as_array().unwrap(), &within(None)[..3]);
    })
    .await;
}

/// The second page keeps the window that the first one had, however late it is asked for.
#[tokio::test]
async fn a_later_page_keeps_the_window_of_the_first() {
    on_each("q6_window", &[&queries::APPOINTMENTS_BY_ACCOUNT], async |store| {
        let mut dice = Dice(66);
        let account = dice.id();
        let all = appointments(&mut dice, 1, &[account], &["2026-11-22T10:00:00Z"])
            .into_iter()
            .chain(appointments(&mut dice, 1, &[account], &["2026-12-21T09:30:00Z"]))
            .collect::<Vec<_>>();
        put_by_account(&store, &all).await;
        let first = Arguments { account: text(account), limit: Some(1), ..Arguments::default() };
        let a_second_later = super::store::NOW + 1_000;

        assert_eq!(store.rows(6, &first).await, [all[0].of_account()], "the other starts when the month is over");
        let answer = queries::run(&store.reader, 6, &first, a_second_later).await.unwrap();
        let second = Arguments { page: Some(answer.next.unwrap().to_string()), ..first };
        let answer = queries::run(&store.reader, 6, &second, at("2027-05-05T00:00:00Z")).await.unwrap();
        assert_eq!(answer.json, json!([all[1].of_account()]));
    })
    .await;
}

#[tokio::test]
async fn soonest_appointments_of_a_doctor() {
    const TIMES: [&str; 6] = [
        "2026-11-20T00:00:00Z",
        "2026-11-21T09:29:59.999Z",
        "2026-11-21T09:30:00Z",
        "2026-11-21T09:30:00.001Z",
        "2027-11-21T09:30:00Z",
        "2031-01-01T00:00:00Z",
    ];
    on_each("q10", &[&queries::APPOINTMENTS_BY_DOCTOR], async |store| {
        let mut dice = Dice(10);
        let doctor = dice.id();
        let all = appointments(&mut dice, 30, &[Uuid::nil()], &TIMES);
        store
            .put(
                &queries::APPOINTMENTS_BY_DOCTOR,
                all.iter().map(|one| {
                    let ends_at = CqlTimestamp(one.at + HALF_HOUR_MS);
                    (doctor, CqlTimestamp(one.at), one.id, one.account, Uuid::max(), "check-up", ends_at)
                }),
            )
            .await;

        let from = at("2026-11-21T09:30:00Z");
        let upcoming: Vec<Value> = all.iter().filter(|one| one.at >= from).map(Appointment::of_doctor).collect();
        assert!(upcoming.len() < all.len(), "some are past");
        let of_doctor = Arguments { doctor: text(doctor), ..Arguments::default() };
        store.expect_in_pages(10, &of_doctor, &upcoming).await;
        let ten = store.ask(10, &of_doctor).await.unwrap();
        assert_eq!(ten.json.as_array().unwrap(), &upcoming[..10]);
    })
    .await;
}
