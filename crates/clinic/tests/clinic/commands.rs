//! What commands do and what they refuse.

use quorate_clinic::ids::{self, Entity};
use quorate_clinic::queries::Arguments;
use serde_json::json;

use super::place::{ms, request, small, targets};

fn text(entity: Entity, id: &str) -> String {
    ids::id(entity, id).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_lives_from_booking_to_record() {
    for (name, target) in targets() {
        let place = small(&target, "visit").await;
        let book = json!({"command": "book", "medical_id": "m1", "account_id": "a1", "doc_id": "d1",
            "starts_at": "2026-03-02T09:00:00Z", "purpose": "cough", "at": "2026-03-01T00:00:00Z"});
        place.send(book).await.unwrap();
        let upcoming =
            |as_of: &str| Arguments { doctor: Some("d1".to_owned()), as_of: Some(ms(as_of)), ..Arguments::default() };
        let agenda = place.ask(10, upcoming("2026-03-02T08:00:00Z")).await;
        assert_eq!(agenda[0]["medical_id"], text(Entity::Record, "m1"), "{name}: {agenda}");
        assert_eq!(agenda[0]["tx_date"], "2026-03-02T09:00:00Z");
        place
            .send(json!({"command": "complete", "medical_id": "m1", "amount": "85.50", "at": "2026-03-02T09:40:00Z"}))
            .await
            .unwrap();
        assert_eq!(place.ask(10, upcoming("2026-03-02T08:00:00Z")).await, json!([]));
        let dearest = Arguments { customer: Some("c1".to_owned()), ..Arguments::default() };
        let records = place.ask(3, dearest).await;
        assert_eq!(records[0]["medical_amt"], "85.50");
        assert_eq!(records.as_array().unwrap().len(), 1);
        place.clinic.settle().await.unwrap();
        let popular = place.ask(4, Arguments::default()).await;
        assert_eq!(popular[0]["first_name"], "Ada");
        assert_eq!(popular[0]["record_count"], 1);
        place.verified().await;
        place.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slot_is_taken_once_by_whoever_was_first() {
    for (name, target) in targets() {
        let place = small(&target, "slot").await;
        let book = |doctor: &str, account: &str, starts: &str| {
            json!({"command": "book", "account_id": account, "doc_id": doctor, "starts_at": starts,
                "purpose": "x", "at": "2026-03-01T00:00:00Z"})
        };
        place.send(book("d1", "a1", "2026-03-02T09:00:00Z")).await.unwrap();
        let code = |outcome: Result<_, quorate_clinic::Error>| outcome.map(|_| ()).unwrap_err().code();
        // The doctor is busy; the customer is busy with another doctor; touching is no overlap.
        assert_eq!(code(place.send(book("d1", "a2", "2026-03-02T09:29:00Z")).await), "conflict", "{name}");
        assert_eq!(code(place.send(book("d2", "a1", "2026-03-02T08:31:00Z")).await), "conflict", "{name}");
        place.send(book("d1", "a2", "2026-03-02T09:30:00Z")).await.unwrap();
        place.send(book("d2", "a1", "2026-03-02T08:30:00Z")).await.unwrap();
        place.verified().await;
        place.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_done_once() {
    for (name, target) in targets() {
        let place = small(&target, "request").await;
        let id = "5b0f6f0e-2a66-4a37-8f6f-0d5b7c7f3a11";
        let rename = |first: &str| json!({"command": "rename_customer", "cust_id": "c1", "first_name": first, "last_name": "Doe", "request_id": id});
        let first = place.send(rename("Joe")).await.unwrap();
        let second = place.send(rename("Joe")).await.unwrap();
        assert_eq!((first.stream, first.seq), (second.stream, second.seq), "{name}");
        assert!(second.repeated && !first.repeated);
        let elsewhere = place.again().await.execute(&request(rename("Joe"))).await.unwrap();
        assert_eq!((elsewhere.seq, elsewhere.repeated), (first.seq, true), "{name}: through another process");
        assert_eq!(place.send(rename("Jim")).await.unwrap_err().code(), "conflict");
        let accounts = place.ask(11, Arguments { customer: Some("c1".to_owned()), ..Arguments::default() }).await;
        assert_eq!(accounts[0]["full_name"], "Joe Doe", "the copy in the account follows");
        place.verified().await;
        place.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_callers_take_each_slot_once() {
    for (name, target) in targets() {
        let place = std::sync::Arc::new(small(&target, "race").await);
        let slots = if name == "embedded" { 40 } else { 6 };
        let mut tasks = tokio::task::JoinSet::new();
        for caller in 0..64 {
            let place = place.clone();
            tasks.spawn(async move {
                let mut won = 0;
                for slot in 0..slots {
                    let minute = (slot + caller) % slots * 30;
                    let starts =
                        format!("2026-04-{:02}T{:02}:{:02}:00Z", 1 + minute / 1440, minute / 60 % 24, minute % 60);
                    let account = if caller % 2 == 0 { "a1" } else { "a2" };
                    let book = json!({"command": "book", "account_id": account, "doc_id": "d1", "starts_at": starts,
                        "purpose": "x", "at": "2026-03-01T00:00:00Z"});
                    match place.clinic.execute(&request(book)).await {
                        Ok(_) => won += 1,
                        Err(error) => assert_eq!(error.code(), "conflict", "{error}"),
                    }
                }
                won
            });
        }
        let mut won = 0;
        while let Some(part) = tasks.join_next().await {
            won += part.unwrap();
        }
        assert_eq!(won, slots, "{name}");
        place.verified().await;
        std::sync::Arc::into_inner(place).unwrap().close().await;
    }
}
