//! Projecting any suffix of the log again changes nothing, also when two processes do it at once.
//!
//! A process that died leaves a cursor behind the views, so the next one projects again what is
//! there already: older rows over newer ones. The cursors are set back by hand here, and every row
//! of every view is compared.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[expect(dead_code, reason = "shared with suites that need more of it")]
#[path = "clinic/place.rs"]
mod place;

use std::collections::BTreeSet;

use place::{Place, small, targets};
use quorate_clinic::Clinic;
use quorate_clinic::tables::VIEWS;
use quorate_session::Class;
use serde_json::{Value, json};

/// The rows of a view, as cells.
type Rows = BTreeSet<Vec<Option<Vec<u8>>>>;

#[tokio::test(flavor = "multi_thread")]
async fn projecting_any_suffix_again_changes_nothing() {
    for (name, target) in targets() {
        let place = small(&target, "suffix").await;
        for line in lines() {
            // Some of them cannot succeed; what matters is that most do.
            drop(place.send(line).await);
        }
        place.clinic.settle().await.unwrap();
        let heads = cursors(&place).await;
        assert!(heads.iter().map(|(_, head)| head).sum::<i64>() > 100, "{name}: {heads:?}");
        let before = views(&place).await;
        assert!(before.iter().filter(|(_, rows)| !rows.is_empty()).count() > 15, "{name}");
        for quarter in 0..=4 {
            for (stream, head) in &heads {
                // All of it, parts of it, and at last the newest event alone.
                let position = if quarter == 4 { head - 1 } else { head * quarter / 4 };
                set_cursor(&place, *stream, position).await;
            }
            let opened = (0..2).map(|_| {
                let (session, keyspace, clock) = (place.session.clone(), place.keyspace.clone(), place.clock.clone());
                tokio::spawn(async move { drop(Clinic::open(session, &keyspace, clock).await.unwrap()) })
            });
            for done in opened.collect::<Vec<_>>() {
                done.await.unwrap();
            }
            for ((view, rows), (_, now)) in before.iter().zip(views(&place).await) {
                assert_eq!(rows, &now, "{name}: {view} after {quarter} quarters");
            }
            place.verified().await;
        }
        place.close().await;
    }
}

/// Visits in every state, moved and renamed customers, ratings, offerings.
fn lines() -> Vec<Value> {
    let mut lines = Vec::new();
    for number in 0..40 {
        let (customer, doctor) = (1 + number % 2, 1 + number / 2 % 2);
        let visit = format!("v{number}");
        let day = |number: i32| format!("2025-03-{:02}T09:00:00Z", 1 + number % 28);
        lines.push(
            json!({"command": "book", "medical_id": visit, "account_id": format!("a{customer}"), "purpose": "cough",
                          "doc_id": format!("d{doctor}"), "starts_at": day(number), "at": "2025-02-01"}),
        );
        lines.push(match number % 5 {
            0 => json!({"command": "cancel", "medical_id": visit, "at": "2025-02-02"}),
            1 => json!({"command": "reschedule", "medical_id": visit, "starts_at": day(number + 3), "at": "2025-02-02"}),
            2 => json!({"command": "no_show", "medical_id": visit, "at": "2025-04-01"}),
            _ => json!({"command": "complete", "medical_id": visit, "amount": format!("{number}.50"), "at": "2025-04-01"}),
        });
        lines.push(match number % 4 {
            0 => json!({"command": "rename_customer", "cust_id": format!("c{customer}"), "first_name": "Lise",
                        "last_name": format!("Meitner {number}")}),
            1 => json!({"command": "move_customer", "cust_id": "c1", "state_id": if number % 8 == 1 { "ZH" } else { "MA" }}),
            2 => json!({"command": "review", "cust_id": format!("c{customer}"), "org_id": "o1", "rating": number % 6}),
            _ => json!({"command": "publish_offering", "org_id": "o1", "headline": format!("Offer {number}")}),
        });
    }
    lines
}

/// Stream and position of each cursor of the views.
async fn cursors(place: &Place) -> Vec<(i32, i64)> {
    let cql = format!("SELECT stream, seq FROM {}.cursors WHERE name = 'views'", place.keyspace);
    let statement = place.session.prepare(&cql, Class::Read).await.unwrap();
    let rows = place.session.execute(&statement, ()).await.unwrap();
    rows.typed::<(i32, i64)>().unwrap().map(Result::unwrap).collect()
}

async fn set_cursor(place: &Place, stream: i32, position: i64) {
    let cql = format!("INSERT INTO {}.cursors (name, stream, seq) VALUES ('views', ?, ?)", place.keyspace);
    let statement = place.session.prepare(&cql, Class::Write).await.unwrap();
    place.session.write(&statement, (stream, position)).await.unwrap();
}

/// Every row of every view.
async fn views(place: &Place) -> Vec<(&'static str, Rows)> {
    let mut views = Vec::new();
    for view in VIEWS {
        let columns: Vec<&str> = view.columns().collect();
        let cql = format!("SELECT {} FROM {}.{}", columns.join(", "), place.keyspace, view.name);
        let statement = place.session.prepare(&cql, Class::Read).await.unwrap();
        let rows = place.session.execute(&statement, ()).await.unwrap();
        let owned = |row: Result<Vec<Option<&[u8]>>, _>| {
            let row: Vec<Option<&[u8]>> = row.unwrap();
            row.into_iter().map(|cell| cell.map(<[u8]>::to_vec)).collect()
        };
        views.push((view.name, rows.cells().unwrap().map(owned).collect()));
    }
    views
}
