//! Options that are missing, malformed, contradicting or not taken, and tokens of other questions.

use quorate_clinic::queries::{self, Arguments};
use quorate_session::codec::CqlTimestamp;
use uuid::Uuid;

use super::store::{Dice, on_each, text};

#[expect(clippy::unnecessary_wraps, reason = "an option of a query is optional")]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn none() -> Arguments {
    Arguments::default()
}

/// The arguments are checked before anything is read, so no table is needed.
#[tokio::test]
async fn errors_name_the_option() {
    let of_account = Arguments { account: some("a"), ..none() };
    let of_organisation = Arguments { organisation: some("o"), ..none() };
    let both = Arguments { customer: some("c"), account: some("a"), ..none() };
    on_each("arguments", &[], async |store| {
        for (number, arguments, expected) in [
            (0, none(), "there is no query q0: q1 to q14 are known"),
            (15, none(), "there is no query q15: q1 to q14 are known"),
            (2, none(), "q2 needs --customer"),
            (3, none(), "q3 needs --account or --customer"),
            (3, both.clone(), "give --account or --customer, not both"),
            (5, both.clone(), "give --account or --customer, not both"),
            (6, both.clone(), "give --account or --customer, not both"),
            (7, none(), "q7 needs --doctor"),
            (8, none(), "q8 needs --doctor or --organisation"),
            (9, none(), "q9 needs --organisation"),
            (10, none(), "q10 needs --doctor"),
            (12, of_organisation.clone(), "q12 needs --year"),
            (12, Arguments { year: Some(2026), ..none() }, "q12 needs --organisation"),
            (14, none(), "q14 needs --organisation"),
            (
                4,
                Arguments { region: some("r"), organisation: some("o"), ..none() },
                "give --region or --organisation, not both",
            ),
            (1, of_account.clone(), "q1 takes no --account; it takes --limit, --page and --as-of"),
            (
                7,
                Arguments { limit: Some(1), doctor: some("d"), ..none() },
                "q7 takes no --limit; it takes --doctor and --as-of",
            ),
            (3, Arguments { limit: Some(0), ..of_account.clone() }, "--limit: a number from 1 to 1000000 is expected"),
            (
                3,
                Arguments { limit: Some(1_000_001), ..of_account.clone() },
                "--limit: a number from 1 to 1000000 is expected",
            ),
            (5, Arguments { months: Some(0), ..of_account.clone() }, "--months: a number from 1 to 1200 is expected"),
            (
                5,
                Arguments { months: Some(1_201), ..of_account.clone() },
                "--months: a number from 1 to 1200 is expected",
            ),
            (
                9,
                Arguments { from: some("2026-1"), ..of_organisation.clone() },
                "--from: '2026-1' is no month: expected 2026-11",
            ),
            (
                9,
                Arguments { to: some("2026-13"), ..of_organisation.clone() },
                "--to: '2026-13' is no date of the calendar or no time of a day",
            ),
            (
                9,
                Arguments { from: some("2026-03"), to: some("2026-02"), ..of_organisation.clone() },
                "--from is later than --to",
            ),
            (12, Arguments { year: Some(0), ..of_organisation.clone() }, "--year: a year from 1 to 9999 is expected"),
            (
                14,
                Arguments { period: some("2026-Q4"), ..of_organisation.clone() },
                "--period: all, YYYY or YYYY-MM is expected, not '2026-Q4'",
            ),
        ] {
            let error = store.ask(number, &arguments).await.unwrap_err();
            assert_eq!((error.to_string().as_str(), error.code()), (expected, "invalid"), "q{number} {arguments:?}");
        }
    })
    .await;
}

#[test]
fn a_query_is_named_by_its_number() {
    for (text, number) in [("q1", 1), ("Q14", 14), ("7", 7)] {
        assert_eq!(queries::number(text).unwrap(), number);
    }
    for text in ["q0", "q15", "", "q", "qq1", "q-1", "q1 ", "q999"] {
        let expected = format!("there is no query '{text}': q1 to q14 are known");
        assert_eq!(queries::number(text).unwrap_err().to_string(), expected);
    }
}

#[tokio::test]
async fn a_token_continues_its_own_question_only() {
    let views = [&queries::APPOINTMENTS_BY_ACCOUNT, &queries::APPOINTMENTS_BY_DOCTOR];
    on_each("tokens", &views, async |store| {
        let mut dice = Dice(99);
        let [account, other, doctor] = [dice.id(), dice.id(), dice.id()];
        for _ in 0..3 {
            let (id, starts, ends) = (dice.id(), CqlTimestamp(super::store::NOW), CqlTimestamp(super::store::NOW + 1));
            let by_account = (account, starts, id, doctor, Uuid::nil(), "cough", ends);
            store.put(&queries::APPOINTMENTS_BY_ACCOUNT, [by_account]).await;
            let by_doctor = (doctor, starts, id, account, Uuid::nil(), "cough", ends);
            store.put(&queries::APPOINTMENTS_BY_DOCTOR, [by_doctor]).await;
        }
        let of_account = Arguments { account: text(account), limit: Some(1), ..none() };
        let token = store.ask(6, &of_account).await.unwrap().next.map(|token| token.to_string());
        assert!(token.is_some());

        let other_query = Arguments { doctor: text(doctor), page: token.clone(), ..none() };
        let other_account = Arguments { account: text(other), page: token.clone(), ..none() };
        let as_of_later = Arguments { as_of: Some(super::store::NOW + 1), page: token.clone(), ..of_account.clone() };
        let not_a_token = Arguments { page: some("next page:"), ..of_account.clone() };
        for (number, arguments, expected) in [
            (10, other_query, "--page: this token continues q6, not q10"),
            (6, other_account, "--page: this token belongs to other arguments: repeat those that it came with"),
            (6, as_of_later, "--page: this token belongs to other arguments: repeat those that it came with"),
            (
                6,
                not_a_token,
                "--page: this is not a page token; take it from the line 'next page:' of the answer before",
            ),
        ] {
            let error = store.ask(number, &arguments).await.unwrap_err();
            assert_eq!((error.to_string().as_str(), error.code()), (expected, "invalid"), "q{number}");
        }
        let more = Arguments { limit: Some(2), page: token, ..of_account };
        assert_eq!(store.rows(6, &more).await.len(), 2, "another size is the same question");
    })
    .await;
}

/// Where the tables are missing the error says how to make them.
#[tokio::test]
async fn a_missing_table_is_told_with_its_remedy() {
    on_each("no_tables", &[], async |store| {
        let error = store.ask(13, &none()).await.unwrap_err();
        assert!(matches!(error, quorate_clinic::Error::Schema { .. }), "{error:?}");
        assert!(error.to_string().ends_with("Make the clinic's tables with 'quorate schema apply'"), "{error}");
    })
    .await;
}
