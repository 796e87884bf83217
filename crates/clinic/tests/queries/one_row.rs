//! Q2 and Q7: one customer, one doctor; and ids that nothing is known by.

use quorate_clinic::ids::Entity;
use quorate_clinic::queries::{self, Arguments, Unknown};
use quorate_session::SerializeValue;
use quorate_session::codec::{CqlDate, CqlTimestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::store::{ADA, Dice, Name, at, day, on_each, text};

/// The id of a source's own text, derived with the standard's means alone.
fn derived(entity: &str, source: &str) -> Uuid {
    let namespace = Uuid::new_v5(&Uuid::NAMESPACE_DNS, b"quorate");
    Uuid::new_v5(&namespace, format!("{entity}/{source}").as_bytes())
}

#[tokio::test]
async fn one_customer_by_uuid_or_by_the_source_s_text() {
    on_each("q2", &[], async |store| {
        let id = derived("customer", "C-7");
        let [country, state, region] = [1, 2, 3].map(Uuid::from_u128);
        let name = Name { first_name: " Zoë", last_name: "NULL" };
        let joined = CqlTimestamp(at("2019-03-01T00:00:00Z"));
        store.put(&queries::CUSTOMERS, [(id, name, joined, country, state, region, 1_i64, Uuid::nil())]).await;
        let expected = json!({
            "cust_id": id,
            "first_name": " Zoë",
            "last_name": "NULL",
            "full_name": " Zoë NULL",
            "joined_date": "2019-03-01T00:00:00Z",
            "country_id": country,
            "state_id": state,
            "region_id": region,
        });
        for id in ["C-7".to_owned(), id.to_string(), id.to_string().to_uppercase()] {
            let answer = store.ask(2, &Arguments { customer: Some(id), ..Arguments::default() }).await.unwrap();
            assert_eq!((answer.json, answer.unknown, answer.next), (expected.clone(), None, None));
        }
    })
    .await;
}

#[derive(SerializeValue)]
#[scylla(crate = quorate_session)]
struct Credential {
    degree_type: Option<&'static str>,
    institution: Option<&'static str>,
    certification_date: Option<CqlDate>,
}

#[tokio::test]
async fn one_doctor_with_age_and_what_is_known_of_the_credential() {
    on_each("q7", &[], async |store| {
        let mut dice = Dice(7);
        let organisation = dice.id();
        let whole = Credential {
            degree_type: Some("M.D."),
            institution: Some("NUS"),
            certification_date: Some(day("2001-02-28")),
        };
        let part = Credential { degree_type: None, institution: Some("Harvard"), certification_date: None };
        let empty = Credential { degree_type: None, institution: None, certification_date: None };
        for (credential, expected) in [
            (Some(whole), json!({"degree_type": "M.D.", "institution": "NUS", "certification_date": "2001-02-28"})),
            (Some(part), json!({"institution": "Harvard"})),
            (Some(empty), Value::Null),
            (None, Value::Null),
        ] {
            let id = dice.id();
            store.put(&queries::DOCTORS, [(id, organisation, ADA, credential, 12_i32, 1970_i32, Uuid::nil())]).await;
            for (as_of, age) in
                [(None, 56), (Some(at("2027-01-01T00:00:00Z")), 57), (Some(at("1999-12-31T23:59:59Z")), 29)]
            {
                let answer =
                    store.ask(7, &Arguments { doctor: text(id), as_of, ..Arguments::default() }).await.unwrap();
                assert_eq!(
                    answer.json,
                    json!({
                        "doc_id": id,
                        "org_id": organisation,
                        "first_name": "Ada",
                        "last_name": "King",
                        "full_name": "Ada King",
                        "experience_year": 12,
                        "birth_year": 1970,
                        "age": age,
                        "credential": expected,
                    })
                );
            }
        }
    })
    .await;
}

/// Every query that is asked about an id.
fn about(entity: Entity, id: Option<String>) -> Vec<(u8, Arguments)> {
    let none = Arguments::default();
    let year = Some(2026);
    match entity {
        Entity::Customer => [2, 3, 5, 6, 11].map(|q| (q, Arguments { customer: id.clone(), ..none.clone() })).to_vec(),
        Entity::Account => [3, 5, 6].map(|q| (q, Arguments { account: id.clone(), ..none.clone() })).to_vec(),
        Entity::Doctor => [7, 8, 10].map(|q| (q, Arguments { doctor: id.clone(), ..none.clone() })).to_vec(),
        Entity::Region => vec![(4, Arguments { region: id, ..none })],
        _ => [4, 8, 9, 12, 14]
            .map(|q| (q, Arguments { organisation: id.clone(), year: year.filter(|_| q == 12), ..none.clone() }))
            .to_vec(),
    }
}

#[tokio::test]
async fn unknown_ids_are_told_from_known_ones_without_rows() {
    let views = [
        &queries::RECORDS_BY_AMOUNT,
        &queries::MONTHLY_EXPENSES,
        &queries::APPOINTMENTS_BY_ACCOUNT,
        &queries::RECORDS_BY_DOCTOR,
        &queries::RECORDS_BY_ORGANISATION,
        &queries::PERIODS,
        &queries::RATINGS,
        &queries::APPOINTMENTS_BY_DOCTOR,
        &queries::ACCOUNTS_BY_CUSTOMER,
        &queries::TRANSACTIONS,
        &queries::REVENUE,
    ];
    on_each("unknown", &views, async |store| {
        store.create(queries::TOP_DOCTORS_CQL).await;
        let mut dice = Dice(404);
        for entity in [Entity::Customer, Entity::Account, Entity::Doctor, Entity::Region, Entity::Organisation] {
            let id = dice.id();
            for (number, arguments) in about(entity, text(id)) {
                let answer = store.ask(number, &arguments).await.unwrap();
                let empty = if matches!(number, 2 | 7) { Value::Null } else { json!([]) };
                assert_eq!(answer.json, empty, "q{number}");
                assert_eq!(answer.unknown, Some(Unknown { entity, id }), "q{number}");
            }
            match entity {
                Entity::Customer => store.customer(id).await,
                Entity::Account => store.account(id, "USD").await,
                Entity::Doctor => store.doctor(id).await,
                Entity::Region => store.write("INSERT INTO {ks}.regions (region_id) VALUES (?)", (id,)).await,
                _ => store.organisation(id).await,
            }
            for (number, arguments) in
                about(entity, text(id)).into_iter().filter(|(number, _)| !matches!(number, 2 | 7))
            {
                assert_eq!(store.ask(number, &arguments).await.unwrap().unknown, None, "q{number}");
            }
        }
    })
    .await;
}
