//! Q4, Q13 and Q14: who comes first, with ties, page by page.

use std::str::FromStr as _;

use quorate_clinic::queries::{self, Arguments};
use quorate_session::codec::{BigDecimal, CqlTimestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::store::{ADA, Dice, at, by_id, on_each, text};

fn counted(id: Uuid, organisation: Uuid, count: i64) -> Value {
    json!({"doc_id": id, "first_name": "Ada", "last_name": "King", "record_count": count, "org_id": organisation})
}

#[tokio::test]
async fn doctors_on_the_boards() {
    on_each("q4_board", &[], async |store| {
        store.create(queries::TOP_DOCTORS_CQL).await;
        let mut dice = Dice(4);
        let (organisation, region) = (dice.id(), dice.id());
        let as_of = at("2026-11-21T09:29:59Z");
        assert!(store.rows(4, &Arguments::default()).await.is_empty(), "no board was ever written");
        for (scope, ranks) in [("all".to_owned(), 12), (format!("region:{region}"), 3), ("region:other".to_owned(), 9)]
        {
            let head = "INSERT INTO {ks}.top_doctors (scope, version, as_of) VALUES (?, 1, ?)";
            store.write(head, (scope.as_str(), CqlTimestamp(as_of))).await;
            let mut rows = Vec::new();
            for rank in 1..=ranks {
                let (id, count) = (dice.id(), i64::from(100 - rank / 2));
                let row = "INSERT INTO {ks}.top_doctors (scope, rank, doc_id, org_id, name, record_count) \
                    VALUES (?, ?, ?, ?, ?, ?)";
                store.write(row, (scope.as_str(), rank, id, organisation, ADA, count)).await;
                rows.push(counted(id, organisation, count));
            }
            let arguments = match scope.as_str() {
                "all" => Arguments::default(),
                "region:other" => continue,
                _ => Arguments { region: text(region), ..Arguments::default() },
            };
            store.expect_in_pages(4, &arguments, &rows).await;
            let first = store.ask(4, &arguments).await.unwrap();
            assert_eq!((first.json, first.as_of), (json!([rows[0]]), Some(as_of)));
        }
    })
    .await;
}

/// A board that holds nobody still has its static columns: they are no doctor.
#[tokio::test]
async fn an_empty_board_answers_nobody() {
    on_each("q4_empty", &[], async |store| {
        store.create(queries::TOP_DOCTORS_CQL).await;
        store.write("INSERT INTO {ks}.top_doctors (scope, version) VALUES ('all', 1)", ()).await;
        assert!(store.rows(4, &Arguments::default()).await.is_empty());
    })
    .await;
}

struct Earner {
    id: Uuid,
    count: i64,
    revenue: &'static str,
}

#[tokio::test]
async fn doctors_of_an_organisation_by_records_and_by_revenue() {
    on_each("q14", &[&queries::REVENUE], async |store| {
        const REVENUES: [&str; 6] = ["0", "10", "10.0", "99.5", "1000.125", "100000000000000000000"];
        let mut dice = Dice(14);
        let organisation = dice.id();
        for (period, doctors) in [("all", 23), ("2026", 11), ("2026-11", 5)] {
            let mut earners: Vec<Earner> = (0..doctors)
                .map(|_| Earner { id: dice.id(), count: dice.pick(&[1, 2, 70]), revenue: dice.pick(&REVENUES) })
                .collect();
            store
                .put(
                    &queries::REVENUE,
                    earners.iter().map(|one| {
                        let revenue = BigDecimal::from_str(one.revenue).unwrap();
                        (organisation, period, one.id, ADA, one.count, revenue, "SGD")
                    }),
                )
                .await;
            let decimal = |one: &Earner| BigDecimal::from_str(one.revenue).unwrap();
            earners.sort_by(|one, other| decimal(other).cmp(&decimal(one)).then_with(|| by_id(one.id, other.id)));
            let rows: Vec<Value> = earners
                .iter()
                .map(|one| {
                    let printed = match one.revenue {
                        "0" => "0.00",
                        "10" | "10.0" => "10.00",
                        "99.5" => "99.50",
                        "1000.125" => "1000.125",
                        _ => "100000000000000000000.00",
                    };
                    json!({
                        "doc_id": one.id,
                        "first_name": "Ada",
                        "last_name": "King",
                        "total_revenue": printed,
                        "currency": "SGD",
                        "record_count": one.count,
                    })
                })
                .collect();
            let of_period = Arguments {
                organisation: text(organisation),
                period: Some(period.to_owned()).filter(|period| period != "all"),
                ..Arguments::default()
            };
            assert_eq!(store.rows(14, &of_period).await, rows, "fewer than 50");
            store.expect_in_pages(14, &of_period, &rows).await;
            if period == "all" {
                earners.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| by_id(one.id, other.id)));
                let rows: Vec<Value> = earners.iter().map(|one| counted(one.id, organisation, one.count)).collect();
                store.expect_in_pages(4, &of_period, &rows).await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn regions_by_customers_of_all_shards() {
    on_each("q13", &[&queries::POPULATION], async |store| {
        let mut dice = Dice(13);
        assert!(store.rows(13, &Arguments::default()).await.is_empty());
        let mut regions: Vec<(Uuid, i64)> = (0..30).map(|_| (dice.id(), 0)).collect();
        for (region, total) in &mut regions[1..] {
            for shard in 0..dice.roll(4) {
                let customers = i64::try_from(dice.roll(3)).unwrap();
                let row = ("world", *region, i32::try_from(shard).unwrap(), "Asia", customers);
                store.put(&queries::POPULATION, [row]).await;
                *total += customers;
            }
        }
        // Everybody moved away: the rows stay, the region is not answered.
        for shard in 0..2_i32 {
            store.put(&queries::POPULATION, [("world", regions[0].0, shard, "Asia", 0_i64)]).await;
        }
        regions.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| by_id(one.0, other.0)));
        let rows: Vec<Value> = regions
            .iter()
            .filter(|region| region.1 > 0)
            .map(|(id, total)| json!({"region_id": id, "region_name": "Asia", "customer_count": total}))
            .collect();
        assert!(rows.len() > 10 && rows.len() < 30, "some regions are empty: {}", rows.len());
        store.expect_in_pages(13, &Arguments::default(), &rows).await;
        let ten = store.ask(13, &Arguments::default()).await.unwrap();
        assert_eq!(ten.json.as_array().unwrap(), &rows[..10]);
    })
    .await;
}
