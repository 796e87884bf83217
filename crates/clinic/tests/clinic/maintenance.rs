//! Import, verification, repair, rebuild, backup and restoration.

use quorate_clinic::queries::Arguments;
use quorate_clinic::schema::Replication;
use quorate_clinic::store::Store;
use quorate_clinic::{Clinic, backup, repair, verify};
use serde_json::json;

use super::place::{Place, folder, ms, small, targets};

fn tiny() -> tempfile::TempDir {
    folder(&[
        ("location.csv", "MA,Massachusetts,US,United States,NA,North America\nZH,Zürich,CH,Switzerland,EU,Europe\n"),
        ("organisation.csv", "o1,general consultation,NA,USD,2025-05-01\no2,weight loss,EU,CHF,2025-06-01\n"),
        ("customer.csv", "c1,Jo,Doe,2024-01-05,US,MA\nc2,Li,Wu,2024-02-05,CH,ZH\n"),
        ("doctor.csv", "d1,o1,Ada,Byron,7,1980\nd2,o2,Max,Born,3,1990\n"),
        ("account.csv", "a1,pay-as-you-visit,c1,o1\na2,monthly subscription,c2,o2\na3,pay-as-you-visit,c1,o2\n"),
        (
            "record.csv",
            "m1,a1,d1,2025-01-31T10:00:00Z,cough,85.5\nm2,a1,d1,2025-02-01T00:00:00Z,cough,20\n\
             m3,a3,d2,2025-02-01T00:00:00+01:00,weight,99.99\nm4,a1,d1,2025-07-01T08:00:00Z,control,0\n\
             m5,a2,d2,2025-08-01T08:00:00Z,control,1\n",
        ),
        ("review.csv", "r1,2025-03-01,5,o1,c1\nr2,2025-03-31T23:59:59Z,4,o1,c2\n"),
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_complete_and_can_be_repeated() {
    for (name, target) in targets() {
        let place = Place::open(&target, "import").await;
        let input = tiny();
        let report = place.import(input.path(), Some("2025-06-15T00:00:00Z")).await;
        assert_eq!((report.imported(), report.rejected()), (18, 0), "{name}: {report:?}");
        place.verified().await;
        let spent = place
            .ask(
                5,
                Arguments {
                    account: Some("a1".to_owned()),
                    months: Some(2),
                    as_of: Some(ms("2025-02-15T00:00:00Z")),
                    ..Arguments::default()
                },
            )
            .await;
        assert_eq!(spent[1]["total_medical_amt"], "20.00", "{spent}");
        // (85.5 + 20) / 3 = 35.1666…
        assert_eq!(spent[1]["moving_average"], "35.17", "{spent}");
        let ratings = place.ask(9, Arguments { organisation: Some("o1".to_owned()), ..Arguments::default() }).await;
        assert_eq!(
            ratings,
            json!([{"year_month": "2025-03", "avg_rating": ratings[0]["avg_rating"], "rating_count": 2}])
        );
        assert!(place.import(input.path(), Some("2025-06-15T00:00:00Z")).await.is_unchanged(), "{name}");
        place.verified().await;
        place.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tampering_is_found_and_repaired() {
    for (name, target) in targets() {
        let place = Place::open(&target, "tamper").await;
        place.import(tiny().path(), Some("2025-06-15T00:00:00Z")).await;
        let keyspace = &place.keyspace;
        for cql in [
            format!(
                "UPDATE {keyspace}.doctors SET birth_year = 1 WHERE doc_id = {}",
                "aaaaaaaa-0000-4000-8000-000000000001"
            ),
            format!(
                "DELETE FROM {keyspace}.transactions_by_organisation_and_day WHERE org_id = {}",
                quorate_clinic::ids::id(quorate_clinic::ids::Entity::Organisation, "o1")
            ),
            format!(
                "UPDATE {keyspace}.accounts SET account_type = 'x' WHERE account_id = {}",
                quorate_clinic::ids::id(quorate_clinic::ids::Entity::Account, "a1")
            ),
        ] {
            let statement = place.session.prepare(&cql, quorate_session::Class::Write).await.unwrap();
            place.session.write(&statement, ()).await.unwrap();
        }
        let report = verify::run(&place.clinic, &mut |_| {}).await.unwrap();
        let mut kinds: Vec<(&str, verify::Kind)> = report.differences.iter().map(|row| (row.table, row.kind)).collect();
        kinds.dedup();
        let missing = ("transactions_by_organisation_and_day", verify::Kind::Missing);
        assert_eq!(kinds, [("accounts", verify::Kind::Wrong), ("doctors", verify::Kind::Extra), missing], "{name}");
        let repaired = repair::repair(&place.clinic, &mut |_| {}).await.unwrap();
        assert_eq!(repaired.rows, report.total_differences, "{name}");
        assert!(repaired.after.is_clean(), "{name}: {:?}", repaired.after);
        place.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_and_a_restored_backup_give_the_same_answers() {
    for (_, target) in targets() {
        let place = small(&target, "rebuild").await;
        place.import(tiny().path(), Some("2025-06-15T00:00:00Z")).await;
        place
            .send(json!({"command": "rename_customer", "cust_id": "c1", "first_name": "Joe", "last_name": "Doe"}))
            .await
            .unwrap();
        place.clinic.settle().await.unwrap();
        let before = answers(&place).await;
        repair::rebuild(&place.clinic, &mut |_| {}).await.unwrap();
        place.verified().await;
        assert_eq!(answers(&place).await, before);

        let mut file = Vec::new();
        let written = backup::write(&place.clinic, &mut file).await.unwrap();
        let keyspace = format!("{}_restored", place.keyspace);
        place.session.schema(&format!("DROP KEYSPACE IF EXISTS {keyspace}")).await.unwrap();
        let store = Store::new(place.session.clone(), &keyspace, place.clock.clone());
        let replication = Replication::parse("simple:1").unwrap();
        let mut damaged = file.clone();
        let middle = damaged.len() / 2;
        damaged[middle] ^= 1;
        let refused = backup::restore(&store, &replication, &mut damaged.as_slice()).await.unwrap_err();
        assert!(matches!(refused, quorate_clinic::Error::Backup { .. }), "{refused}");
        place.session.schema(&format!("DROP KEYSPACE {keyspace}")).await.unwrap();
        let store = Store::new(place.session.clone(), &keyspace, place.clock.clone());
        let read = backup::restore(&store, &replication, &mut file.as_slice()).await.unwrap();
        assert_eq!(read, written);
        let clinic = Clinic::open(place.session.clone(), &keyspace, place.clock.clone()).await.unwrap();
        let restored = Place { clinic, session: place.session.clone(), keyspace, clock: place.clock.clone() };
        restored.verified().await;
        assert_eq!(answers(&restored).await, before);
        restored.close().await;
        place.close().await;
    }
}

async fn answers(place: &Place) -> Vec<serde_json::Value> {
    let of = |customer: Option<&str>, organisation: Option<&str>, doctor: Option<&str>| Arguments {
        customer: customer.map(str::to_owned),
        organisation: organisation.map(str::to_owned),
        doctor: doctor.map(str::to_owned),
        as_of: Some(ms("2025-06-15T00:00:00Z")),
        ..Arguments::default()
    };
    let mut answers = Vec::new();
    for query in [1, 4, 11, 13] {
        answers.push(place.ask(query, of(None, None, None)).await);
    }
    for query in [2, 3, 5, 6, 11] {
        answers.push(place.ask(query, of(Some("c1"), None, None)).await);
    }
    for query in [8, 9, 14] {
        answers.push(place.ask(query, of(None, Some("o2"), None)).await);
    }
    for query in [7, 8, 10] {
        answers.push(place.ask(query, of(None, None, Some("d1"))).await);
    }
    answers
}
