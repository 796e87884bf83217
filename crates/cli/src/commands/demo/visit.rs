//! One visit from booking to review, and the answers before and after each step.

use anyhow::Context as _;
use quorate_clinic::commands::{Receipt, Request};
use quorate_clinic::moment::{DAY_MS, instant_text};
use quorate_clinic::queries::Arguments;
use quorate_clinic::{Clinic, Error};
use serde_json::{Value, json};
use uuid::Uuid;

use super::choice::{Choice, Patient, rows};
use super::{say, text};
use crate::console::Console;
use crate::render::Table;

const HALF_HOUR_MS: i64 = 30 * 60_000;
/// Half hours that are tried until both have time.
const TRIED: i64 = 96;
/// Rows in which a doctor or a visit is sure to be.
const MANY: Option<u32> = Some(10_000);
/// What the visit costs: more than most others, so that it shows.
const AMOUNT: &str = "1250.00";

/// When things take place, in milliseconds since 1970. All of it has passed, so that the visit can
/// be completed now.
#[derive(Debug, Clone, Copy)]
struct Times {
    booked: i64,
    starts: i64,
    over: i64,
}

/// What is looked at after each step, with its value.
type Seen = Vec<(&'static str, String)>;

/// Makes the visit and shows what each step changed; returns it for programs.
pub(super) async fn show(console: &Console, clinic: &Clinic, choice: &Choice) -> anyhow::Result<Value> {
    let patient = &choice.patient;
    let (visit, times, before) = book(clinic, choice).await?;
    let mut seen = vec![("before", before), ("booked", look(clinic, choice, times).await?)];
    let at = instant_text(times.over);
    execute(clinic, json!({"command": "complete", "medical_id": visit, "amount": AMOUNT, "at": at})).await?;
    seen.push(("completed", look(clinic, choice, times).await?));
    execute(
        clinic,
        json!({"command": "review", "cust_id": patient.customer, "org_id": choice.organisation, "rating": 5,
               "comment": "Kind and quick.", "at": at}),
    )
    .await?;
    seen.push(("reviewed", look(clinic, choice, times).await?));
    clinic.settle().await?;

    let mut table = Table::new(&["", "before", "booked", "completed", "reviewed"]);
    for index in 0..seen[0].1.len() {
        let value = |step: usize| seen.get(step).and_then(|(_, values)| values.get(index));
        let label = value(0).map_or("", |(label, _)| label);
        let cells = (0..seen.len()).map(|step| value(step).map_or_else(String::new, |(_, value)| value.clone()));
        table.row(std::iter::once(label.to_owned()).chain(changes(cells)));
    }
    say(console, &table.text(console, "  "))?;
    say(console, "  (three events in the log; every value above is a row that one of them wrote)")?;
    let steps = seen.into_iter().map(|(step, values)| {
        let values = values.into_iter().map(|(label, value)| (label.to_owned(), Value::String(value)));
        (step.to_owned(), Value::Object(values.collect()))
    });
    Ok(Value::Object(steps.collect()))
}

/// Only the values that differ from the one before.
fn changes(values: impl Iterator<Item = String>) -> Vec<String> {
    let mut before = None;
    values
        .map(|value| {
            let changed = before.as_ref() != Some(&value);
            before = Some(value.clone());
            if changed { value } else { "·".to_owned() }
        })
        .collect()
}

impl Times {
    fn first(now_ms: i64) -> Self {
        Self::starting((now_ms - 2 * HALF_HOUR_MS).div_euclid(HALF_HOUR_MS) * HALF_HOUR_MS)
    }

    fn starting(starts: i64) -> Self {
        Self { booked: starts - DAY_MS, starts, over: starts + HALF_HOUR_MS }
    }
}

/// Books the newest half hour that both have time in; also returns what was seen before.
async fn book(clinic: &Clinic, choice: &Choice) -> anyhow::Result<(Uuid, Times, Seen)> {
    let Patient { account, doctor, .. } = &choice.patient;
    let mut times = Times::first(clinic.store().now_ms());
    for _ in 0..TRIED {
        let before = look(clinic, choice, times).await?;
        let outcome = execute(
            clinic,
            json!({"command": "book", "account_id": account, "doc_id": doctor, "purpose": "Second opinion",
                   "starts_at": instant_text(times.starts), "at": instant_text(times.booked)}),
        )
        .await;
        match outcome {
            Err(Error::Conflict { .. }) => times = Times::starting(times.starts - HALF_HOUR_MS),
            outcome => return Ok((outcome.context("cannot book the visit")?.id, times, before)),
        }
    }
    anyhow::bail!("no free half hour in two days");
}

async fn execute(clinic: &Clinic, command: Value) -> Result<Receipt, Error> {
    let Value::Object(fields) = command else {
        return Err(Error::Invalid { what: "a command is an object".to_owned() });
    };
    clinic.execute(&Request::from_json(fields)?).await
}

/// The answers that the visit touches.
async fn look(clinic: &Clinic, choice: &Choice, times: Times) -> anyhow::Result<Seen> {
    let patient = &choice.patient;
    let none = Arguments::default();
    let customer = Arguments { customer: Some(patient.customer.clone()), ..none.clone() };
    let doctor = Arguments { doctor: Some(patient.doctor.clone()), ..none.clone() };
    let organisation = Arguments { organisation: Some(choice.organisation.clone()), ..none };
    let over = instant_text(times.over);
    let (month, day) = (over.get(..7).unwrap_or_default(), over.get(..10).unwrap_or_default());
    let (starting, booking) = (Some(times.starts), Some(times.booked));

    let dearest = rows(clinic, 3, &customer).await?;
    let spent = rows(clinic, 5, &Arguments { as_of: starting, ..customer }).await?;
    let newest = rows(clinic, 8, &doctor).await?;
    let coming = rows(clinic, 10, &Arguments { as_of: booking, limit: MANY, ..doctor }).await?;
    let month = Some(month.to_owned());
    let rated = rows(clinic, 9, &Arguments { from: month.clone(), to: month, ..organisation.clone() }).await?;
    let year = day.get(..4).and_then(|year| year.parse().ok());
    let days = rows(clinic, 12, &Arguments { year, ..organisation.clone() }).await?;
    let earned = rows(clinic, 14, &Arguments { limit: MANY, ..organisation.clone() }).await?;
    let used = rows(clinic, 4, &Arguments { limit: MANY, ..organisation }).await?;
    let doctor_row = find(&earned, "doc_id", &patient.doctor);
    let today = find(&days, "day", day);
    Ok(vec![
        ("Q3   the customer's dearest record", amount(dearest.first(), "medical_amt")),
        ("Q4   the doctor's records", amount(find(&used, "doc_id", &patient.doctor), "record_count")),
        ("Q5   the customer's month", amount(spent.last(), "total_medical_amt")),
        ("Q8   the doctor's newest record", amount(newest.first(), "tx_date").replace('T', " ").replace(":00Z", "")),
        ("Q9   the organisation's month", amount(rated.first(), "avg_rating")),
        ("Q10  the doctor's next visits", coming.len().to_string()),
        ("Q12  the organisation's day", amount(today, "transaction_count")),
        ("Q14  the doctor's revenue", amount(doctor_row, "total_revenue")),
    ])
}

fn find<'a>(rows: &'a [Value], field: &str, value: &str) -> Option<&'a Value> {
    rows.iter().find(|row| text(row, field) == Some(value))
}

fn amount(row: Option<&Value>, field: &str) -> String {
    match row.and_then(|row| row.get(field)) {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
