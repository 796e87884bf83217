//! Q1 and Q11: the newest of a bucket, and the walk through the months beyond it.

use quorate_clinic::queries::{self, Arguments};
use quorate_session::codec::CqlTimestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::store::{ADA, Dice, at, by_id, month, on_each, printed, text};

#[tokio::test]
async fn newest_offerings() {
    on_each("q1", &[&queries::OFFERINGS], async |store| {
        let mut dice = Dice(1);
        let times = ["2026-01-01T00:00:00Z", "2026-11-01T08:00:00.25Z", "1969-07-20T20:17:40Z"].map(at);
        let mut offerings: Vec<(Uuid, i64)> = (0..25).map(|_| (dice.id(), dice.pick(&times))).collect();
        store
            .put(
                &queries::OFFERINGS,
                offerings.iter().map(|(id, at)| {
                    let headline = (id.as_u128() % 2 == 0).then_some("New: mornings");
                    ("latest", CqlTimestamp(*at), *id, "mental wellness", headline, None::<&str>)
                }),
            )
            .await;
        store
            .put(
                &queries::OFFERINGS,
                [("2026-Q4", CqlTimestamp(times[1] + 1), dice.id(), "weight loss", Some("History"), None::<&str>)],
            )
            .await;

        offerings.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| by_id(one.0, other.0)));
        let rows: Vec<Value> = offerings
            .iter()
            .map(|(id, at)| {
                json!({
                    "org_id": id,
                    "org_type": "mental wellness",
                    "updated_at": printed(*at),
                    "headline": (id.as_u128() % 2 == 0).then_some("New: mornings"),
                    "body": null,
                })
            })
            .collect();
        store.expect_in_pages(1, &Arguments::default(), &rows).await;
        let ten = store.ask(1, &Arguments::default()).await.unwrap();
        assert_eq!(ten.json.as_array().unwrap(), &rows[..10]);
    })
    .await;
}

struct Account {
    id: Uuid,
    customer: Uuid,
    at: i64,
}

fn printed_account(account: &Account) -> Value {
    json!({
        "cust_id": account.customer,
        "first_name": "Ada",
        "last_name": "King",
        "full_name": "Ada King",
        "account_id": account.id,
        "created_at": printed(account.at),
    })
}

fn newest_first(accounts: &mut [Account]) {
    accounts.sort_by(|one, other| other.at.cmp(&one.at).then_with(|| by_id(one.id, other.id)));
}

#[tokio::test]
async fn all_accounts_of_a_customer() {
    on_each("q11_customer", &[&queries::ACCOUNTS_BY_CUSTOMER], async |store| {
        let mut dice = Dice(11);
        let customer = dice.id();
        let times = ["2020-02-29T00:00:00Z", "2026-11-21T09:30:00.123Z"].map(at);
        let mut accounts: Vec<Account> =
            (0..13).map(|_| Account { id: dice.id(), customer, at: dice.pick(&times) }).collect();
        store
            .put(
                &queries::ACCOUNTS_BY_CUSTOMER,
                accounts.iter().map(|account| {
                    (customer, CqlTimestamp(account.at), account.id, Uuid::nil(), "monthly subscription", ADA, "USD")
                }),
            )
            .await;
        newest_first(&mut accounts);
        let rows: Vec<Value> = accounts.iter().map(printed_account).collect();
        let arguments = Arguments { customer: text(customer), ..Arguments::default() };
        assert_eq!(store.rows(11, &arguments).await, rows);
        store.expect_in_pages(11, &arguments, &rows).await;
    })
    .await;
}

/// `latest` holds the newest 1,000 and, below them, gaps: late arrivals with an old date after a
/// trim. The months hold everything. Every account must come exactly once, in order.
#[tokio::test]
async fn newest_accounts_beyond_the_latest_bucket() {
    on_each("q11", &[&queries::ACCOUNTS_BY_MONTH, &queries::ACCOUNT_MONTHS], async |store| {
        let mut dice = Dice(111);
        // Several accounts in each of these instants, so that pages end within one.
        let days = ["2026-11-21", "2026-11-01", "2026-10-31", "2026-07-04", "2024-02-29", "2019-01-01"];
        let times: Vec<i64> =
            days.iter().flat_map(|day| (0..40).map(move |minute| at(&format!("{day}T00:{minute:02}:00Z")))).collect();
        let mut accounts: Vec<Account> =
            (0..1_060).map(|_| Account { id: dice.id(), customer: dice.id(), at: dice.pick(&times) }).collect();
        newest_first(&mut accounts);
        let row =
            |bucket: String, account: &Account| (bucket, CqlTimestamp(account.at), account.id, account.customer, ADA);
        let by_month = |account: &Account| row(printed(account.at)[..7].to_owned(), account);
        store.put(&queries::ACCOUNTS_BY_MONTH, accounts.iter().map(by_month)).await;
        let in_latest = accounts[..1_000].iter().chain(accounts[1_000..].iter().skip(5).step_by(7));
        store.put(&queries::ACCOUNTS_BY_MONTH, in_latest.map(|account| row("latest".to_owned(), account))).await;
        store
            .put(
                &queries::ACCOUNT_MONTHS,
                accounts
                    .iter()
                    .map(|account| ("accounts", month(account.at), i32::from(account.id.as_bytes()[0] % 16))),
            )
            .await;

        let rows: Vec<Value> = accounts.iter().map(printed_account).collect();
        let hundred = store.ask(11, &Arguments::default()).await.unwrap();
        assert_eq!(hundred.json.as_array().unwrap(), &rows[..100]);
        for size in [13, 100, 333, 999, 1_000, 1_001, 1_059, 1_060, 1_061] {
            store.expect_in_pages_of(size, 11, &Arguments::default(), &rows).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_few_accounts_are_all_of_them() {
    on_each("q11_few", &[&queries::ACCOUNTS_BY_MONTH, &queries::ACCOUNT_MONTHS], async |store| {
        assert!(store.rows(11, &Arguments::default()).await.is_empty());
        let mut dice = Dice(1_111);
        let times = ["2026-11-21T00:00:00Z", "2026-10-01T00:00:00Z"].map(at);
        let mut accounts: Vec<Account> =
            (0..9).map(|_| Account { id: dice.id(), customer: dice.id(), at: dice.pick(&times) }).collect();
        newest_first(&mut accounts);
        for account in &accounts {
            let key = (CqlTimestamp(account.at), account.id, account.customer, ADA);
            let by_month = printed(account.at)[..7].to_owned();
            for bucket in ["latest".to_owned(), by_month] {
                let row = (bucket, key.0, key.1, key.2, key.3.clone());
                store.put(&queries::ACCOUNTS_BY_MONTH, [row]).await;
            }
            store.put(&queries::ACCOUNT_MONTHS, [("accounts", month(account.at), 3_i32)]).await;
        }
        let rows: Vec<Value> = accounts.iter().map(printed_account).collect();
        store.expect_in_pages(11, &Arguments::default(), &rows).await;
    })
    .await;
}
