//! Q5, Q9 and Q12: totals by month and day, where what did not happen counts as well.

use std::str::FromStr as _;

use quorate_clinic::queries::{self, Arguments};
use quorate_session::codec::{BigDecimal, CqlTimestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::store::{ADA, Dice, Store, at, day, on_each, text};

async fn put_expenses(store: &Store, account: Uuid, currency: &str, months: &[(&str, &str)]) {
    store.account(account, currency).await;
    store
        .put(
            &queries::MONTHLY_EXPENSES,
            months.iter().map(|(month, total)| {
                (account, day(&format!("{month}-01")), BigDecimal::from_str(total).unwrap(), 1_i32, currency)
            }),
        )
        .await;
}

fn expenses(rows: &[(&str, &str, &str, &str)]) -> Vec<Value> {
    rows.iter()
        .map(|(year_month, total, average, currency)| {
            json!({
                "year_month": year_month,
                "total_medical_amt": total,
                "moving_average": average,
                "currency": currency,
            })
        })
        .collect()
}

fn months_of(account: Uuid, months: u32, as_of: &str) -> Arguments {
    Arguments { account: text(account), months: Some(months), as_of: Some(at(as_of)), ..Arguments::default() }
}

/// Averages by hand: 110/3 = 36.666…, 10.05/3 = 3.35, 0.015/3 = 0.005 (a tie), 0.045/3 = 0.015 (a tie).
#[tokio::test]
async fn expenses_of_an_account() {
    on_each("q5", &[&queries::MONTHLY_EXPENSES], async |store| {
        let mut dice = Dice(5);
        let account = dice.id();
        let months = [("2026-08", "100"), ("2026-09", "10.00"), ("2026-11", "0.05"), ("2026-12", "7")];
        put_expenses(&store, account, "USD", &months).await;
        let one = Arguments { account: text(account), ..Arguments::default() };
        assert_eq!(store.rows(5, &one).await, expenses(&[("2026-11", "0.05", "3.35", "USD")]));
        assert_eq!(
            store.rows(5, &months_of(account, 4, "2026-11-30T23:59:59.999Z")).await,
            expenses(&[
                ("2026-08", "100.00", "33.33", "USD"),
                ("2026-09", "10.00", "36.67", "USD"),
                ("2026-10", "0.00", "36.67", "USD"),
                ("2026-11", "0.05", "3.35", "USD"),
            ])
        );
        assert_eq!(
            store.rows(5, &months_of(account, 2, "2027-01-01T00:00:00Z")).await,
            expenses(&[("2026-12", "7.00", "2.35", "USD"), ("2027-01", "0.00", "2.35", "USD"),])
        );
        assert_eq!(
            store.rows(5, &months_of(account, 1, "2030-06-15T00:00:00Z")).await,
            expenses(&[("2030-06", "0.00", "0.00", "USD"),])
        );

        let ties = dice.id();
        put_expenses(&store, ties, "EUR", &[("2026-02", "0.015"), ("2026-06", "0.045"), ("2026-10", "1.125")]).await;
        assert_eq!(
            store.rows(5, &months_of(ties, 1, "2026-02-01T00:00:00Z")).await,
            expenses(&[("2026-02", "0.015", "0.00", "EUR"),])
        );
        assert_eq!(
            store.rows(5, &months_of(ties, 1, "2026-08-01T00:00:00Z")).await,
            expenses(&[("2026-08", "0.00", "0.02", "EUR"),])
        );
        assert_eq!(
            store.rows(5, &months_of(ties, 1, "2026-10-01T00:00:00Z")).await,
            expenses(&[("2026-10", "1.125", "0.38", "EUR"),])
        );
        assert_eq!(store.rows(5, &months_of(ties, 1_200, "2026-10-01T00:00:00Z")).await.len(), 1_200);

        let idle = dice.id();
        put_expenses(&store, idle, "JPY", &[]).await;
        assert_eq!(
            store.rows(5, &months_of(idle, 1, "2026-10-01T00:00:00Z")).await,
            expenses(&[("2026-10", "0.00", "0.00", "JPY"),])
        );
    })
    .await;
}

/// Sums stay within a currency: two accounts in dollars add up, the one in euros stands apart.
#[tokio::test]
async fn expenses_of_a_customer_with_two_currencies() {
    on_each("q5_customer", &[&queries::MONTHLY_EXPENSES, &queries::ACCOUNTS_BY_CUSTOMER], async |store| {
        let mut dice = Dice(55);
        let (customer, accounts) = (dice.id(), [dice.id(), dice.id(), dice.id()]);
        put_expenses(&store, accounts[0], "USD", &[("2026-11", "1.10"), ("2026-10", "2")]).await;
        put_expenses(&store, accounts[1], "USD", &[("2026-11", "1.105")]).await;
        put_expenses(&store, accounts[2], "EUR", &[("2026-10", "9.99")]).await;
        let of_customer = Arguments { customer: text(customer), months: Some(2), ..Arguments::default() };

        store.customer(customer).await;
        assert_eq!(
            store.rows(5, &of_customer).await,
            expenses(&[("2026-10", "0.00", "0.00", "USD"), ("2026-11", "0.00", "0.00", "USD"),]),
            "a customer without accounts"
        );

        for (account, currency) in accounts.iter().zip(["USD", "USD", "EUR"]) {
            let row = (customer, CqlTimestamp(0), *account, Uuid::nil(), "monthly subscription", ADA, currency);
            store.put(&queries::ACCOUNTS_BY_CUSTOMER, [row]).await;
        }
        assert_eq!(
            store.rows(5, &of_customer).await,
            expenses(&[
                ("2026-10", "9.99", "3.33", "EUR"),
                ("2026-10", "2.00", "0.67", "USD"),
                ("2026-11", "0.00", "3.33", "EUR"),
                ("2026-11", "2.205", "1.40", "USD"),
            ])
        );
    })
    .await;
}

/// 13/8 = 1.625 and 11/8 = 1.375 are ties: both go to the even hundredth.
#[tokio::test]
async fn ratings_by_month() {
    on_each("q9", &[&queries::RATINGS], async |store| {
        let organisation = Dice(9).id();
        let months = [("2025-12", 9, 2), ("2026-01", 13, 8), ("2026-02", 11, 8), ("2026-05", 5, 3), ("2026-11", 0, 4)];
        store
            .put(
                &queries::RATINGS,
                months.map(|(month, sum, count)| {
                    (organisation, day(&format!("{month}-01")), i64::from(sum), i64::from(count))
                }),
            )
            .await;
        let rows: Vec<Value> = [
            ("2026-11", "0.00", 4),
            ("2026-05", "1.67", 3),
            ("2026-02", "1.38", 8),
            ("2026-01", "1.62", 8),
            ("2025-12", "4.50", 2),
        ]
        .into_iter()
        .map(|(month, average, count)| json!({"year_month": month, "avg_rating": average, "rating_count": count}))
        .collect();

        let all = Arguments { organisation: text(organisation), ..Arguments::default() };
        assert_eq!(store.rows(9, &all).await, rows);
        store.expect_in_pages(9, &all, &rows).await;
        for (from, to, expected) in [
            (Some("2026-01"), Some("2026-05"), &rows[1..4]),
            (Some("2026-02"), None, &rows[..3]),
            (None, Some("2026-02"), &rows[2..]),
            (Some("2026-02"), Some("2026-02"), &rows[2..3]),
            (Some("2026-06"), Some("2026-10"), &rows[..0]),
        ] {
            let window = Arguments { from: from.map(str::to_owned), to: to.map(str::to_owned), ..all.clone() };
            store.expect_in_pages(9, &window, expected).await;
        }
    })
    .await;
}

/// Leap years by the Gregorian rule: 2024 and 2000 are, 2023 and 2100 are not.
#[tokio::test]
async fn transactions_on_every_day_of_a_year() {
    on_each("q12", &[&queries::TRANSACTIONS], async |store| {
        let organisation = Dice(12).id();
        let counts = [("2023-12-31", 5), ("2024-01-01", 1), ("2024-02-29", 7), ("2024-12-31", 2), ("2025-01-01", 9)];
        store.put(&queries::TRANSACTIONS, counts.map(|(on, count)| (organisation, day(on), i64::from(count)))).await;
        for (year, days) in [(2023, 365), (2024, 366), (2025, 365)] {
            let arguments = Arguments { organisation: text(organisation), year: Some(year), ..Arguments::default() };
            let mut date = jiff::civil::date(i16::try_from(year).unwrap(), 1, 1);
            let mut expected = Vec::new();
            while i32::from(date.year()) == year {
                let on = date.to_string();
                let count = counts.iter().find(|(counted, _)| *counted == on).map_or(0, |(_, count)| *count);
                expected.push(json!({"day": on, "transaction_count": count}));
                date = date.tomorrow().unwrap();
            }
            assert_eq!(expected.len(), days);
            assert_eq!(store.rows(12, &arguments).await, expected);
        }

        store.organisation(organisation).await;
        for (year, days) in [(2000, 366), (2100, 365), (1, 365), (9999, 365)] {
            let arguments = Arguments { organisation: text(organisation), year: Some(year), ..Arguments::default() };
            let rows = store.rows(12, &arguments).await;
            assert_eq!(rows.len(), days, "{year}");
            assert_eq!(rows[0], json!({"day": format!("{year:04}-01-01"), "transaction_count": 0}));
            assert_eq!(rows[days - 1], json!({"day": format!("{year:04}-12-31"), "transaction_count": 0}));
        }
    })
    .await;
}
