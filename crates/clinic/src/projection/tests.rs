//! The projection against a model of last write wins: order and repetition must not matter.

use std::collections::BTreeMap;

use bigdecimal::BigDecimal;

use super::*;
use crate::event::Event;

/// A row's view and key.
type Place = (&'static str, Vec<u8>);
/// A write: its timestamp, whether it deletes, the row.
type Write = (i64, bool, Option<Vec<u8>>);

/// The rows that mutations leave, by view and key, as Cassandra reconciles them.
fn rows(mutations: &[Mutation]) -> BTreeMap<Place, Vec<u8>> {
    let mut last: BTreeMap<Place, Write> = BTreeMap::new();
    for mutation in mutations {
        let view = mutation.view;
        let (key, row) = match &mutation.change {
            Change::Put { row, .. } => (row.head(view.key_len()).to_vec(), Some(row.as_bytes().to_vec())),
            Change::Delete { key } => (key.as_bytes().to_vec(), None),
            Change::DeleteBelow { .. } => continue,
        };
        let write = (mutation.ts, row.is_none(), row);
        let known = last.entry((view.name, key)).or_insert_with(|| write.clone());
        // At the same timestamp a deletion wins.
        if (write.0, write.1) > (known.0, known.1) {
            *known = write;
        }
    }
    last.into_iter().filter_map(|(key, (_, _, row))| row.map(|row| (key, row))).collect()
}

fn visit(starts_ms: i64, status: &str) -> Visit {
    Visit {
        medical_id: Uuid::from_u128(1),
        account_id: Uuid::from_u128(2),
        doc_id: Uuid::from_u128(3),
        org_id: Uuid::from_u128(4),
        cust_id: Uuid::from_u128(5),
        starts_ms,
        minutes: 30,
        purpose: "p".to_owned(),
        status: status.to_owned(),
        amount: (status == "completed").then(|| BigDecimal::from(7)),
        currency: "USD".to_owned(),
        time_zone: "UTC".to_owned(),
        ..Visit::default()
    }
}

fn entry(seq: i64, fact: Fact) -> Entry {
    let event = Event { facts: vec![fact], ..Event::default() };
    Entry { stream: 0, seq, ts: seq * 2, request_id: Uuid::from_u128(100 + u128::from(seq.unsigned_abs())), event }
}

fn life() -> Vec<Entry> {
    vec![
        entry(1, Fact::VisitBooked(visit(1_000_000, "booked"))),
        entry(2, Fact::VisitRescheduled(Rescheduled { visit: visit(2_000_000, "booked"), from_ms: 1_000_000 })),
        entry(3, Fact::VisitRescheduled(Rescheduled { visit: visit(2_000_000, "booked"), from_ms: 2_000_000 })),
        entry(4, Fact::VisitCompleted(Completed { visit: visit(2_000_000, "completed"), was_booked: true })),
    ]
}

#[test]
fn a_completed_visit_is_in_the_records_and_nowhere_upcoming() {
    let mutations: Vec<Mutation> = life().iter().flat_map(project).collect();
    let tables: Vec<&str> =
        rows(&mutations).into_keys().map(|(table, _)| table).filter(|table| *table != "requests").collect();
    assert_eq!(tables, ["records_by_account_and_amount", "records_by_doctor", "records_by_organisation", "visits"]);
}

#[test]
fn a_rescheduled_visit_is_upcoming_once_even_at_the_same_time() {
    let mutations: Vec<Mutation> = life()[..3].iter().flat_map(project).collect();
    let rows = rows(&mutations);
    let upcoming = rows.keys().filter(|(table, _)| table.starts_with("appointments_by")).count();
    assert_eq!(upcoming, 2, "one row per view");
    assert_eq!(rows.keys().filter(|(table, _)| *table == "reminders_by_day").count(), CHANNELS.len());
}

#[test]
fn any_order_and_any_repetition_ends_in_the_same_rows() {
    let mutations: Vec<Mutation> = life().iter().flat_map(project).collect();
    let expected = rows(&mutations);
    let mut shuffled: Vec<Mutation> = mutations.iter().chain(&mutations).cloned().collect();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..200 {
        for position in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            shuffled.swap(position, (state >> 33) as usize % (position + 1));
        }
        assert_eq!(rows(&shuffled), expected);
    }
}

#[test]
fn an_insert_has_every_column_of_its_view() {
    for entry in life() {
        for mutation in project(&entry) {
            if let Change::Put { row, .. } = &mutation.change {
                assert_eq!(row.iter().count(), mutation.view.len(), "{}", mutation.view.name);
            }
        }
    }
}
