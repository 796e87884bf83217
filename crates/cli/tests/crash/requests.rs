//! One request id used for two commands at once, as two processes might: one of them is done.

use quorate_session::{ClusterOptions, Target};
use serde_json::json;

use super::place::cassandra;
use super::slots::{Arena, request};

#[tokio::test(flavor = "multi_thread")]
async fn of_two_commands_under_one_request_id_one_is_done() {
    contest(&Target::InMemory, 200).await;
    if let Some(points) = cassandra() {
        contest(&Target::Cluster(ClusterOptions::new(points.split(','))), 30).await;
    }
}

/// The commands belong to two streams, whose logs know nothing of each other.
async fn contest(target: &Target, requests: u32) {
    let arena = Arena::open(target, "crash_requests").await;
    for number in 0..requests {
        let line = |org: &str| {
            request(json!({"command": "publish_offering", "org_id": org, "headline": "x", "at": "2025-01-01",
                           "request_id": format!("00000000-0000-4000-8000-{number:012}")}))
        };
        let [one, two] = arena.clinics.clone();
        let (first, second) = (line("o0"), line("o1"));
        // Tasks of their own, because an embedded store answers without ever letting another task go on.
        let first = tokio::spawn(async move { one.execute(&first).await });
        let second = tokio::spawn(async move { two.execute(&second).await });
        match (first.await.unwrap(), second.await.unwrap()) {
            (Ok(_), Err(error)) | (Err(error), Ok(_)) => assert_eq!(error.code(), "conflict", "{error}"),
            outcomes => panic!("request {number}: {outcomes:?}"),
        }
    }
    arena.close().await;
}
